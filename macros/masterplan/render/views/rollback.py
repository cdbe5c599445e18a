"""Rollback: how each sprint is undone, what has to be undone with it, and what stays."""

from typing import Annotated

from masterplan.analyse.graph import Undoing, undoing
from masterplan.render.blocks import (
    NOT_STATED,
    NOTHING,
    Box,
    Content,
    Flow,
    Hyperlink,
    Inline,
    Paragraph,
    Row,
    Section,
    Strong,
)
from masterplan.render.compose import anchor, items, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import sprint_link, sprint_links

MOST_NAMED = 20
"""Above this many, sprints that stay are counted instead of named, and runbooks stand on the sprints' own pages only:
each would grow with the square of the plan."""


@macro
def rollback_table(context: Context) -> Content:
    """Every sprint's rollback, with what has to be undone before it and what stays."""
    columns = [context.facts.plan.unit.one, "How", "Undo first", "Weakened", "Stays"]
    return table("Rollback", columns, [_row(context, id_) for id_ in context.facts.plan.sprints])


def _row(context: Context, id_: str) -> Row:
    undo = undoing(context.facts.graph, id_)
    return row(
        sprint_link(context, id_, titled=True),
        how(context, id_),
        sprint_links(context, undo.undone[:-1]),
        sprint_links(context, undo.weakened),
        f"{len(undo.kept)} of {len(context.facts.plan.sprints)}",
        anchor=f"rollback-{id_}",
    )


def how(context: Context, id_: str) -> Flow:
    """How one sprint is undone, in the plan's words."""
    rollback = context.facts.plan.sprints[id_].rollback
    if rollback is None:
        return NOT_STATED
    if not rollback.steps and not rollback.trigger and not rollback.needed:
        return "nothing to undo"
    alone = rollback.steps[0] if rollback.steps else NOTHING
    steps = items(rollback.steps, ordered=True) if len(rollback.steps) > 1 else alone
    return (steps, Box(f"When: {rollback.trigger}", "small")) if rollback.trigger else steps


@macro
def rollback_runbook(context: Context, sprint: Annotated[str, "The sprint to undo."]) -> Content:
    """Undoing one sprint, step by step: all that cannot stay without it goes first, in this order."""
    id_ = context.sprint(sprint).id
    if context.facts.plan.sprints[id_].rollback is None and not context.facts.graph.needed_by[id_]:
        return ()
    undo = undoing(context.facts.graph, id_)
    steps = [_step(context, other, undo.undone) for other in undo.undone[:-1]]
    last = (Strong(sprint_link(context, id_, titled=True)), ": ", how(context, id_))
    return Box((items([*steps, last], ordered=True), _rest(context, undo)), "runbook")


def _step(context: Context, id_: str, undone: tuple[str, ...]) -> Box:
    """How a sprint is undone that goes with another one, and why it goes too."""
    edges = [edge for edge in context.facts.graph.needs[id_] if edge.strength == "hard" and edge.needs in undone]
    because = "; ".join(f"{edge.reason or 'needs'} ({context.facts.plan.name(edge.needs)})" for edge in edges)
    name = Strong(sprint_link(context, id_, titled=True))
    return Box((name, ": ", how(context, id_), Box(f"Goes too: {because}", "small")), searched=False)


def _rest(context: Context, undo: Undoing) -> Paragraph:
    """What runs on after an undoing."""
    weakened: Inline = ()
    if undo.weakened:
        weakened = ("Runs on without something it benefits from: ", sprint_links(context, undo.weakened), ". ")
    kept: Inline = "Nothing else stays."
    if undo.kept:
        kept = ("Stays as it is: ", _kept(context, undo.kept), ".")
    return Paragraph((weakened, kept), searched=False)


def _kept(context: Context, ids: tuple[str, ...]) -> Inline:
    """The sprints that stay, by name as long as those are few."""
    if len(ids) > MOST_NAMED:
        return f"the other {len(ids):,} {context.facts.plan.unit.many.lower()}"
    return sprint_links(context, ids)


@macro
def rollback_runbooks(context: Context) -> Content:
    """The runbook of every sprint that takes others with it or weakens them."""
    graph, plan = context.facts.graph, context.facts.plan
    tied = [id_ for id_ in plan.sprints if graph.needed_by[id_]]
    if not tied:
        return Paragraph(f"Every {plan.unit.one.lower()} can be undone alone.")
    titles = {id_: named(f"Undo {plan.name(id_)}", plan.sprints[id_].title) for id_ in tied}
    if len(tied) > MOST_NAMED:
        return items(Hyperlink(context.links.sprint(id_, "rollback"), title) for id_, title in titles.items())
    return tuple(
        Section(3, title, anchor("undo", id_), rollback_runbook(context, id_)) for id_, title in titles.items()
    )
