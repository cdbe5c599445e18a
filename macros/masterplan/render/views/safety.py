"""Safeguards: tests, and how to undo a sprint or the whole plan."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from masterplan.analyse.graph import Edge, RollbackImpact, stated_rollback_impact
from masterplan.analyse.parts import listed
from masterplan.model.header import Checklist
from masterplan.model.risk import Rollback
from masterplan.model.sprint import Sprint
from masterplan.render.blocks import (
    NOT_STATED,
    NOTHING,
    Box,
    Content,
    Flow,
    Folded,
    Inline,
    ItemList,
    Missing,
    Paragraph,
    Row,
    Section,
    Strong,
    is_empty,
)
from masterplan.render.compose import anchor, items, joined, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import MOST_IN_COLUMN, first_rows, sprint_link, sprint_links

_MISSING = Missing("not stated")

_NOTHING_TO_UNDO = re.compile(r"(no|not|nothing|none)\b", re.IGNORECASE)
"""Matches steps that already state that there is nothing to undo."""

_MOST_KINDS = 6
"""Columns of the table of tests; with more kinds of test it lists the tests of each sprint."""

_MOST_NAMED = 12
"""Above this many, unaffected sprints are counted instead of named, and runbooks are only on the pages of sprints: both
would grow with the square of the plan."""


def _checklist(checklist: Checklist | None) -> Flow:
    if checklist is None:
        return ()
    return (Paragraph(f"{checklist.says}:") if checklist.says else (), items(checklist.items))


@macro
def tests_per_sprint(context: Context) -> Content:
    """The kinds of test required for every sprint."""
    return _checklist(context.facts.plan.header.testing.per_sprint)


@macro
def tests_end_to_end(context: Context) -> Content:
    """The tests to run once all sprints are done."""
    return _checklist(context.facts.plan.header.testing.end_to_end)


@macro
def sprint_tests(context: Context, sprint: Annotated[str | None, "Only this sprint's tests."] = None) -> Content:
    """The tests of each sprint by kind, with missing kinds marked; as lists if there are many kinds."""
    plan = context.facts.plan
    required = plan.header.testing.per_sprint.items if plan.header.testing.per_sprint else ()
    if sprint is not None:
        return _tests_of_one(context.sprint(sprint), required)
    kinds = list(dict.fromkeys([*required, *(test.kind for listed in plan.sprints.values() for test in listed.tests)]))
    if not any(listed.tests for listed in plan.sprints.values()):
        return Paragraph(f"No {plan.unit.one.lower()} lists its tests yet.", "missing") if kinds else ()
    columns = kinds if len(kinds) <= _MOST_KINDS else []
    rows = [
        row(sprint_link(context, id_, titled=True), *(_tests_in_cells(listed, columns)))
        for id_, listed in plan.sprints.items()
    ]
    return first_rows(context, table("Tests", [plan.unit.one, *(columns or ["Tests"])], rows))


def tests(context: Context) -> Content:
    """The tests for every sprint and those after all of them, under their titles."""
    unit = context.facts.plan.unit.one.lower()
    for_each = (tests_per_sprint(context), sprint_tests(context)) if context.has("tests-per-sprint") else ()
    parts = (("per-sprint", f"For every {unit}", for_each), ("end-to-end", "End to end", tests_end_to_end(context)))
    return tuple(
        Box((Paragraph(title, "title"), body), anchor=name) for name, title, body in parts if not is_empty(body)
    )


def _tests_in_cells(sprint: Sprint, columns: Sequence[str]) -> list[Flow]:
    """The tests of a sprint, one cell per column; in a single cell without columns."""
    if not columns:
        return [_tests_of(sprint) if sprint.tests else _MISSING]
    stated = _stated(sprint)
    return [_cell(stated.get(kind, [])) for kind in columns]


def _tests_of_one(sprint: Sprint, required: Sequence[str]) -> Flow:
    """The tests of a sprint, and the required kinds it does not list."""
    stated = _stated(sprint)
    missing = [kind for kind in required if kind not in stated]
    words = f"{'Not' if stated else 'Tests not'} listed yet: {', '.join(missing)}." if missing else ""
    return (_tests_of(sprint), Paragraph(Missing(words)) if words else ())


def _tests_of(sprint: Sprint) -> ItemList:
    return items(test.summary for test in sprint.tests)


def _cell(stated: Sequence[str]) -> Flow:
    """The tests of one kind: the text of a single test, or a list."""
    if not stated:
        return _MISSING
    return items(stated) if stated[1:] else stated[0]


def _stated(sprint: Sprint) -> Mapping[str, list[str]]:
    """The tests of a sprint by kind."""
    stated: dict[str, list[str]] = defaultdict(list)
    for test in sprint.tests:
        stated[test.kind].append(test.text or "stated")
    return stated


@macro
def rollback_table(context: Context) -> Content:
    """Every sprint's rollback, with what must be undone first and what is affected."""
    columns = [context.facts.plan.unit.one, "How to undo", "Undo first", "Degraded", "Not affected"]
    rows = [_rollback_row(context, id_) for id_ in context.facts.plan.sprints]
    return first_rows(context, table("Rollback", columns, rows))


def _rollback_row(context: Context, id_: str) -> Row:
    undo = stated_rollback_impact(context.facts.plan, context.facts.graph, id_)
    return row(
        sprint_link(context, id_, titled=True),
        _how(context, id_),
        sprint_links(context, undo.undone[:-1], most=MOST_IN_COLUMN),
        sprint_links(context, undo.weakened, most=MOST_IN_COLUMN),
        _not_affected(undo.kept, len(context.facts.plan.sprints) - 1),
        anchor=f"rollback-{id_}",
    )


def _not_affected(unaffected: int, others: int) -> str:
    if not unaffected:
        return "none"
    return "all others" if unaffected == others else f"{unaffected} of {others} others"


def how(context: Context, rollback: Rollback | None) -> Flow:
    """How to undo something, in the plan's words."""
    if rollback is None:
        return NOT_STATED
    trigger = Box(f"Trigger: {rollback.trigger}", "small") if rollback.trigger else ()
    first = (
        Box(("Declared to be undone first: ", _firsts(context, rollback)), "small")
        if rollback.first is not None
        else ()
    )
    return (_undo_steps(rollback), trigger, first)


def _how(context: Context, id_: str) -> Flow:
    return how(context, context.facts.plan.sprints[id_].rollback)


def _undo_steps(rollback: Rollback) -> Flow:
    if not rollback.needed:
        words = [joined(rollback.steps, "; ")] if rollback.steps else []
        verdict = () if rollback.steps and _NOTHING_TO_UNDO.match(rollback.steps[0]) else ("Nothing to undo",)
        return joined((*verdict, *words), ": ")
    if len(rollback.steps) > 1:
        return items(rollback.steps, ordered=True)
    return rollback.steps[0] if rollback.steps else NOTHING


def _firsts(context: Context, rollback: Rollback) -> Inline:
    return sprint_links(context, rollback.first) if rollback.first else "nothing"


@macro
def plan_rollback(context: Context) -> Content:
    """A section on how to undo the whole plan; empty if the plan does not say."""
    rollback = context.facts.plan.header.rollback
    return Section(2, "The whole plan", "plan", Box(how(context, rollback), "runbook") if rollback else ())


@macro
def rollback_runbook(context: Context, sprint: Annotated[str, "The sprint to undo."]) -> Content:
    """Step by step how to undo one sprint: first everything that cannot stay without it, in this order."""
    undone = context.sprint(sprint)
    id_, rollback = undone.id, undone.rollback
    if rollback is None and not context.facts.graph.needed_by[id_]:
        return ()
    if not _is_tied(context, id_):
        alone = Paragraph(f"No other {context.facts.plan.unit.one.lower()} is affected.", searched=False)
        return Box((Box(how(context, rollback)), alone), "runbook")
    undo = stated_rollback_impact(context.facts.plan, context.facts.graph, id_)
    if not any(context.facts.plan.sprints[other].rollback for other in undo.undone):
        first = _undo_first(context, undo) if undo.undone[1:] else ()
        return Box((Paragraph((Missing("Rollback not stated."), " ", first)), _still_running(context, undo)), "runbook")
    steps = [_step(context, other, undo.undone) for other in undo.undone[:-1]]
    last = (Strong(sprint_link(context, id_, titled=True)), ": ", _how(context, id_))
    return Box((items([*steps, last], ordered=True), _still_running(context, undo)), "runbook")


def rollback_on_paper(context: Context, id_: str) -> Content:
    """How to undo one sprint, after the sprints to undo first, whose steps are on their own pages."""
    undo = stated_rollback_impact(context.facts.plan, context.facts.graph, id_)
    if not undo.undone[1:]:
        return rollback_runbook(context, id_)
    first = Paragraph(_undo_first(context, undo))
    return Box((first, Box(_how(context, id_)), _still_running(context, undo)), "runbook")


def _undo_first(context: Context, undo: RollbackImpact) -> Inline:
    return ("Undo first: ", sprint_links(context, undo.undone[:-1]), ".")


def _step(context: Context, id_: str, undone: tuple[str, ...]) -> Box:
    """How to undo a sprint that depends on the undone one, and why."""
    edges = [edge for edge in context.facts.graph.needs[id_] if edge.strength == "hard" and edge.needs in undone]
    because = _because(context, edges)
    name = Strong(sprint_link(context, id_, titled=True))
    return Box(
        (name, ": ", _how(context, id_), Box(("Also undone, because it ", because), "small")),
        searched=False,
    )


def _because(context: Context, edges: Iterable[Edge]) -> str:
    """Why a sprint cannot stay without others, as a phrase after `because it`."""
    needs: list[str] = []
    depends: list[str] = []
    for edge in edges:
        name, reason = context.facts.plan.name(edge.needs), edge.because
        if reason.startswith("needs "):
            needs.append(f"{name}'s {reason.removeprefix('needs ')}")
        else:
            depends.append(f"{name} ({reason})" if reason else name)
    phrases = (f"{verb} {listed(nouns)}" for verb, nouns in (("needs", needs), ("depends on", depends)) if nouns)
    return " and ".join(phrases)


def _still_running(context: Context, undo: RollbackImpact) -> Paragraph:
    """The sprints that keep running."""
    degraded: Inline = ()
    if undo.weakened:
        degraded = ("Degraded: ", sprint_links(context, undo.weakened), ". ")
    unaffected: Inline = "Nothing else remains."
    if undo.kept:
        unaffected = ("Not affected: ", _unaffected(context, undo), ".")
    return Paragraph((degraded, unaffected), searched=False)


def _unaffected(context: Context, undo: RollbackImpact) -> Inline:
    """The sprints that stay; counted instead of named if there are many."""
    if undo.kept > _MOST_NAMED:
        return f"the other {undo.kept:,} {context.facts.plan.unit.many.lower()}"
    affected = {*undo.undone, *undo.weakened}
    return sprint_links(context, (id_ for id_ in context.facts.plan.sprints if id_ not in affected))


@macro
def rollback_runbooks(context: Context) -> Content:
    """A runbook for every sprint whose rollback affects others, and a list of those that can be undone alone."""
    plan = context.facts.plan
    tied = dict.fromkeys(id_ for id_ in plan.sprints if _is_tied(context, id_))
    if not tied:
        return Paragraph(f"Every {plan.unit.one.lower()} can be undone alone.")
    if len(tied) > _MOST_NAMED:
        return Paragraph(f"The page of each {plan.unit.one.lower()} lists what to undo, step by step.")
    untied = [id_ for id_ in plan.sprints if id_ not in tied]
    alone = Paragraph(("Can be undone alone: ", sprint_links(context, untied, most=_MOST_NAMED), ".")) if untied else ()
    titles = {id_: named(f"Undo {plan.name(id_)}", plan.sprints[id_].title) for id_ in tied}
    runbooks = (
        Folded(title, rollback_runbook(context, id_), "details", anchor=anchor("undo", id_))
        for id_, title in titles.items()
    )
    return (*runbooks, alone)


def _is_tied(context: Context, id_: str) -> bool:
    undo = stated_rollback_impact(context.facts.plan, context.facts.graph, id_)
    return bool(undo.undone[1:] or undo.weakened)
