"""Testing: what the strategy promises, and what each sprint brings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated

from markupsafe import Markup

from masterplan.model.plan import Checklist, Sprint
from masterplan.render.html import list_of, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table
from masterplan.render.views.widgets import sprint_link

_MISSING = Markup('<span class="mp-missing">not stated</span>')


def _checklist(checklist: Checklist | None) -> Markup:
    if checklist is None:
        return Markup("")
    intro = Markup("<p>{}:</p>").format(text(checklist.says)) if checklist.says else ""
    return Markup("<div>{}{}</div>").format(intro, list_of(checklist.items))


@macro
def tests_per_sprint(context: Context) -> str:
    """The kinds of test that every sprint brings."""
    return _checklist(context.facts.plan.header.testing.per_sprint)


@macro
def tests_end_to_end(context: Context) -> str:
    """What is tested once all sprints are done."""
    return _checklist(context.facts.plan.header.testing.end_to_end)


@macro
def sprint_tests(context: Context, sprint: Annotated[str | None, "Only this sprint's tests."] = None) -> str:
    """Which sprint states which kind of test, against the kinds that the strategy promises."""
    plan = context.facts.plan
    promised = plan.header.testing.per_sprint.items if plan.header.testing.per_sprint else ()
    if sprint is not None:
        return _of_one(context.sprint(sprint), promised)
    kinds = list(dict.fromkeys([*promised, *(test.kind for each in plan.sprints.values() for test in each.tests)]))
    rows = [
        Row([sprint_link(context, each.id, titled=True), *(_cell(_stated(each).get(kind, [])) for kind in kinds)])
        for each in plan.sprints.values()
    ]
    return table("Tests", [plan.unit.one, *kinds], rows) if kinds else Markup("")


def _of_one(sprint: Sprint, promised: Sequence[str]) -> Markup:
    stated = _stated(sprint)
    kinds = dict.fromkeys([*promised, *stated])
    if not kinds:
        return Markup("")
    return list_of(
        Markup("{}: {}").format(text(kind), text(said)) for kind in kinds for said in stated.get(kind, [_MISSING])
    )


def _cell(stated: Sequence[str]) -> Markup:
    """The tests of one kind in a cell: the text of one, a list of several."""
    if not stated:
        return _MISSING
    return list_of(stated) if stated[1:] else text(stated[0])


def _stated(sprint: Sprint) -> Mapping[str, list[str]]:
    """The kinds of test a sprint states, with what it says of each test."""
    stated: dict[str, list[str]] = defaultdict(list)
    for test in sprint.tests:
        stated[test.kind].append(test.text or "stated")
    return stated
