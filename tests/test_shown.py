"""Nothing written is invisible: every field of the model is on a page and in plan.json, or listed here with the reason.

That the comparison of plans sees every field is in `test_changes_edits`, with the same plans (`neighbours`).
A field of text is shown where that text can be read. Any other (an amount, a date, a choice, a reference) is shown
where a plan that differs in nothing else looks different.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import count
from operator import ne

from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import Facts, analyse
from masterplan.analyse.changes import changes
from masterplan.load.references import check_references
from masterplan.model.part import walk
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.render import views
from masterplan.render.export import Material, export_files
from masterplan.render.export.data import json_text
from masterplan.render.export.data import whole as whole_export
from masterplan.render.links import Links
from masterplan.render.macro import MACROS, Context, Macro
from tests.everything import Kind, neighbours, whole

assert views.__all__  # fills the table of macros

TODAY = date(2026, 1, 20)

NAMED_BY_OTHERS = {"phases.phases.id", "team.people.id"}
"""Ids that other parts refer to, so that no sound plan differs in them alone."""


OF_ENTRIES = {"unknown-reading", "unknown-task"}


def below(part: str, fields: str) -> set[str]:
    """Fields of a part, by their names in one text."""
    return {f"{part}.{name}" for name in fields.split()}


TABLES = below("plan.tables", "title columns rows.name rows.cells total sums_rows")

ON_NO_PAGE: Mapping[str, set[str]] = {
    "how the audit reads a claim; pages show the authors' own words": below("plan.declared", "value day of")
    | below("options.options.declared", "value day of")
    | below("phases.phases.declared", "value day of")
    | below("sprint.declared", "value day of"),
    "the authors' own words beside it say the same": below("phases.phases.parallel", "sprint alongside"),
    "part of the phase's own list once the plan is loaded": {"sprint.phase"},
    "how amounts are read, how grave findings are, what day it is": below("plan", "decimal audit.severity timezone"),
    "the name by which calendars and feed readers know the plan": {"plan.id"},
    "seen only where a rollback has no steps": {"sprint.rollback.needed"},
    "missing: only the audit looks at it": TABLES
    | {"sprint.skills", "sprint.rollback.first", "sprint.risk.relies_on", "options.options.people.person"},
}
"""Fields that no macro shows, by the reason."""

IN_NO_EXPORT: Mapping[str, set[str]] = {
    "part of the phase's own list once the plan is loaded": {"sprint.phase"},
}
"""Fields that plan.json does not hold, by the reason."""


@cache
def marked() -> tuple[Plan, Mapping[str, str]]:
    """A plan that says everything, and by each word that is in one text of it alone, the path to that text's field."""
    words: dict[str, str] = {}
    numbers = count(1000)

    def text(kind: Kind, at: str) -> str:
        word = f"{next(numbers)} ms" if kind == "measure" else f"zq{next(numbers)}x"
        words[word] = at
        return {"url": f"https://{word}.example/", "path": f"docs/{word}.md"}.get(kind, word)

    plan = eventful(whole(text))
    texts = " ".join(value.text for _, part in plan.parts() for value in walk(part))
    return plan, {word: at for word, at in words.items() if word in texts}


def eventful(plan: Plan) -> Plan:
    """The plan with waivers of findings that it has, and with work that is counted in hours."""
    findings = [finding for finding in analyse(plan, TODAY).findings if finding.field]
    waivers = tuple(
        waiver.model_copy(update={"rule": f.rule.id, "at": str(f.subject), "field": f.field, "until": TODAY})
        for waiver, f in zip(plan.header.audit.waivers, findings, strict=False)
    )
    audit = plan.header.audit.model_copy(update={"waivers": waivers})
    effort = Quantity.read("30-50 hours")
    return replace(
        plan,
        header=plan.header.model_copy(update={"audit": audit}),
        sprints={id_: sprint.model_copy(update={"effort": effort}) for id_, sprint in plan.sprints.items()},
    )


def facts_of(plan: Plan) -> Facts:
    """The facts of a plan without findings: to be named by a finding is not to be shown."""
    return replace(analyse(plan, TODAY), findings=())


def context_of(plan: Plan) -> Context:
    """What macros look at, without the text of the plan's files."""
    links = Links("guide/page.md", {id_: f"sprints/{plan.page(id_)}" for id_ in plan.sprints}, {})
    return Context(facts_of(plan), links, dict.fromkeys((path for path, _ in plan.places.files.values()), ""), {})


def pages(plan: Plan) -> Iterator[str]:
    """What each macro shows of a plan; that its files are listed as they are does not count."""
    context = context_of(plan)
    for macro in MACROS.values():
        if macro.view.__module__.startswith(views.__name__):
            yield from map(html.unescape, calls(macro, context))


def calls(macro: Macro, context: Context) -> Iterator[str]:
    """A macro for each value of the parameter that it cannot do without."""
    plan = context.facts.plan
    ids = {
        "sprint": plan.ids,
        "phase": [phase.id for phase in plan.phases],
        "id": [option.id for option in plan.options],
        "of": [option.id for option in plan.options],
    }
    match [parameter for parameter in macro.parameters if not parameter.default]:
        case []:
            yield macro.call(context)
        case [parameter]:
            for value in parameter.choices or ids.get(parameter.name, ()):
                yield macro.call(context, value)


def exported(plan: Plan) -> Iterator[str]:
    """The plan as JSON."""
    yield json_text(whole_export(facts_of(plan)))


def field(path: str) -> str:
    """The field that a path leads to, without positions in lists: `sprint.risk.mitigation`."""
    return re.sub(r"\[\w+\]", "", path)


def hidden(show: Callable[[Plan], Iterator[str]]) -> set[str]:
    """The fields that cannot be seen in what is shown of a plan."""
    plan, words = marked()
    shown = list(show(plan))
    text = "\n".join(shown)
    legible = {at for word, at in words.items() if word in text}
    beside = [(field(path), other) for path, other in neighbours(plan)]
    whole_fields = {at for at, _ in beside}
    of_parts = {at for at in whole_fields if any(other.startswith(f"{at}.") for other in whole_fields)}
    judged = whole_fields - of_parts - set(words.values()) - NAMED_BY_OTHERS
    visible = {at for at, other in beside if at in judged and is_sound(other) and any(map(ne, show(other), shown))}
    return (set(words.values()) - legible) | (judged - visible)


def is_sound(plan: Plan) -> bool:
    """Whether every id leads somewhere; entries may name metrics and tasks that their sprint does not have."""
    return not [finding for finding in check_references(plan, lambda *_: False) if finding.rule.id not in OF_ENTRIES]


def test_every_field_of_the_model_is_on_a_page() -> None:
    assert hidden(pages) == set().union(*ON_NO_PAGE.values())


def test_every_field_of_the_model_is_in_plan_json() -> None:
    assert hidden(exported) == set().union(*IN_NO_EXPORT.values())


def test_a_field_that_is_shown_nowhere_is_named() -> None:
    """A text and a reference of each sprint, left out of the exports."""

    def without(plan: Plan) -> Iterator[str]:
        lost = {"impact": None, "owner": None}
        return exported(
            replace(plan, sprints={id_: each.model_copy(update=lost) for id_, each in plan.sprints.items()})
        )

    assert hidden(without) - hidden(exported) == {"sprint.impact", "sprint.owner"}


BY_SPRINT = (
    "sprint_table",
    "join_table",
    "progress_table",
    "sprint_tests",
    "rollback_table",
    "savings_table",
)


def test_sprints_come_in_the_order_of_the_phases_everywhere() -> None:
    """On pages, in what leads from page to page, in exports and in what a change did."""
    plan, _ = marked()
    order = ("3", "1", "4", "2")
    listed = [
        phase.model_copy(update={"sprints": ids})
        for phase, ids in zip(plan.phases, (order[:2], order[2:]), strict=False)
    ]
    plan = replace(plan, phases=tuple(listed))
    context = context_of(plan)
    for name in BY_SPRINT:
        rows = LexborHTMLParser(MACROS[name].call(context)).css("tbody tr td:first-child a, tbody tr th:first-child a")
        assert list(dict.fromkeys(row.text().split(":")[0] for row in rows)) == [plan.name(id_) for id_ in order], name
    page = LexborHTMLParser(MACROS["sprint_page"].call(context, "4")).css("a")
    assert [link.text().split(":")[0] for link in page][-2:] == [plan.name("1"), plan.name("2")]
    made = export_files(Material(context.facts, "x"))
    assert [line.split(",")[0] for line in made["csv/sprints.csv"].splitlines()[1:]] == list(order)
    assert re.findall(r"UID:sprint-(\d)@", made["plan.ics"]) == list(order)
    impact = {id_: sprint.model_copy(update={"impact": "Nothing"}) for id_, sprint in plan.sprints.items()}
    assert [change.subject.id for change in changes(plan, replace(plan, sprints=impact))] == list(order)
