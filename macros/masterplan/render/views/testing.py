"""Testing: what the strategy promises, and what each sprint brings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated

from masterplan.model.plan import Checklist
from masterplan.model.sprint import Sprint
from masterplan.render.blocks import Content, Flow, Missing, Paragraph
from masterplan.render.compose import items, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import sprint_link

_MISSING = Missing("not stated")


def _checklist(checklist: Checklist | None) -> Flow:
    if checklist is None:
        return ()
    return (Paragraph(f"{checklist.says}:") if checklist.says else (), items(checklist.items))


@macro
def tests_per_sprint(context: Context) -> Content:
    """The kinds of test that every sprint brings."""
    return _checklist(context.facts.plan.header.testing.per_sprint)


@macro
def tests_end_to_end(context: Context) -> Content:
    """What is tested once all sprints are done."""
    return _checklist(context.facts.plan.header.testing.end_to_end)


@macro
def sprint_tests(context: Context, sprint: Annotated[str | None, "Only this sprint's tests."] = None) -> Content:
    """Which sprint states which kind of test, against the kinds that the strategy promises."""
    plan = context.facts.plan
    promised = plan.header.testing.per_sprint.items if plan.header.testing.per_sprint else ()
    if sprint is not None:
        return _of_one(context.sprint(sprint), promised)
    kinds = list(dict.fromkeys([*promised, *(test.kind for each in plan.sprints.values() for test in each.tests)]))
    rows = [
        row(sprint_link(context, id_, titled=True), *(_cell(_stated(about).get(kind, [])) for kind in kinds))
        for id_, about in plan.sprints.items()
    ]
    return table("Tests", [plan.unit.one, *kinds], rows) if kinds else ()


def _of_one(sprint: Sprint, promised: Sequence[str]) -> Flow:
    stated = _stated(sprint)
    kinds = dict.fromkeys([*promised, *stated])
    return items((f"{kind}: ", says) for kind in kinds for says in stated.get(kind, [_MISSING]))


def _cell(stated: Sequence[str]) -> Flow:
    """The tests of one kind in a cell: the text of one, a list of several."""
    if not stated:
        return _MISSING
    return items(stated) if stated[1:] else stated[0]


def _stated(sprint: Sprint) -> Mapping[str, list[str]]:
    """The kinds of test a sprint states, with what it says of each test."""
    stated: dict[str, list[str]] = defaultdict(list)
    for test in sprint.tests:
        stated[test.kind].append(test.text or "stated")
    return stated
