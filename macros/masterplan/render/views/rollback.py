"""Rollback: how each sprint is undone, what has to be undone with it, and what stays."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse.graph import undoing
from masterplan.model.plan import Rollback
from masterplan.render.html import NOT_STATED, NOTHING, anchor, link, list_of, named, render, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table
from masterplan.render.views.widgets import sprint_link, sprint_links

MOST_NAMED = 20
"""Above this many, sprints that stay are counted instead of named, and runbooks stand on the sprints' own pages only:
each would grow with the square of the plan."""


@macro
def rollback_table(context: Context) -> str:
    """Every sprint's rollback, with what has to be undone before it and what stays."""
    return table(
        "Rollback",
        [context.facts.plan.unit.one, "How", "Undo first", "Weakened", "Stays"],
        [_row(context, id_) for id_ in context.facts.plan.sprints],
    )


def _row(context: Context, id_: str) -> Row:
    found = undoing(context.facts.graph, id_)
    first = sprint_links(context, found.undone[:-1])
    stays = f"{len(found.kept)} of {len(context.facts.plan.sprints)}"
    weakened = sprint_links(context, found.weakened)
    return Row(
        [sprint_link(context, id_, titled=True), how(context, id_), first, weakened, stays], anchor=f"rollback-{id_}"
    )


def how(context: Context, id_: str) -> Markup:
    """How one sprint is undone, in the plan's words."""
    rollback = context.facts.plan.sprints[id_].rollback
    if rollback is None:
        return NOT_STATED
    return _steps(rollback)


def _steps(rollback: Rollback) -> Markup:
    steps = text(rollback.steps[0]) if len(rollback.steps) == 1 else list_of(rollback.steps, ordered=True)
    if rollback.trigger:
        return Markup('{}<div class="mp-small">When: {}</div>').format(steps, text(rollback.trigger))
    return steps if rollback.steps else (NOTHING if rollback.needed else text("nothing to undo"))


@macro
def rollback_runbook(context: Context, sprint: Annotated[str, "The sprint to undo."]) -> str:
    """Undoing one sprint, step by step: all that cannot stay without it goes first, in this order."""
    id_ = context.sprint(sprint).id
    if context.facts.plan.sprints[id_].rollback is None and not context.facts.graph.needed_by[id_]:
        return Markup("")
    found = undoing(context.facts.graph, id_)
    return render(
        "runbook.html.jinja",
        name=sprint_link(context, id_, titled=True),
        how=how(context, id_),
        others=[
            (sprint_link(context, each, titled=True), how(context, each), _because(context, each, found.undone))
            for each in found.undone[:-1]
        ],
        weakened=sprint_links(context, found.weakened) if found.weakened else None,
        kept=_kept(context, found.kept) if found.kept else None,
    )


def _kept(context: Context, ids: tuple[str, ...]) -> Markup:
    """The sprints that stay, by name as long as those are few."""
    if len(ids) > MOST_NAMED:
        return text(f"the other {len(ids):,} {context.facts.plan.unit.many.lower()}")
    return sprint_links(context, ids)


@macro
def rollback_runbooks(context: Context) -> str:
    """The runbook of every sprint that takes others with it or weakens them."""
    graph, plan = context.facts.graph, context.facts.plan
    tied = [id_ for id_ in plan.sprints if graph.needed_by[id_]]
    if not tied:
        return Markup("<p>Every {} can be undone alone.</p>").format(text(plan.unit.one.lower()))
    titles = {id_: named(f"Undo {plan.name(id_)}", plan.sprints[id_].title) for id_ in tied}
    if len(tied) > MOST_NAMED:
        return list_of(link(context.links.sprint(id_, "rollback"), title) for id_, title in titles.items())
    parts = (
        Markup("### {} {{: #{} }}\n\n{}").format(title, anchor("undo", id_), rollback_runbook(context, id_))
        for id_, title in titles.items()
    )
    return Markup("\n\n").join(parts)


def _because(context: Context, sprint: str, undone: tuple[str, ...]) -> str:
    """Why a sprint goes too: the hard dependencies that tie it to the others that go."""
    edges = [e for e in context.facts.graph.needs[sprint] if e.strength == "hard" and e.needs in undone]
    return "; ".join(f"{edge.reason or 'needs'} ({context.facts.plan.name(edge.needs)})" for edge in edges)
