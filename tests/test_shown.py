"""Every field of the model is on a page and in plan.json.

`test_changes_edits` tests with the same plans (`neighbours`) that a comparison of plans sees every field.
A text field is shown if its text is. Any other field (an amount, a date, a choice, a reference) is shown if a plan that
differs only in that field has a different page.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from itertools import count
from operator import ne
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import Environment, StrictUndefined
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import Facts, analyse
from masterplan.analyse.changes import changes
from masterplan.load.references import check_references
from masterplan.model.part import Part, fields_of, walk
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.schema import FILES
from masterplan.publish.pages import pages as made_pages
from masterplan.publish.project import Project, open_project
from masterplan.publish.reference import MACROS
from masterplan.render.export import Material, export_files
from masterplan.render.export.data import json_text
from masterplan.render.export.data import whole as whole_export
from masterplan.render.links import SOURCE_PAGE, SPRINTS
from tests.everything import Kind, everything, neighbours, numbered, whole
from tests.macro_output import html_of
from tests.plans import write_plan

TODAY = date(2026, 1, 20)

NAMED_BY_OTHERS = {
    "phases.phases.id",
    "team.people.id",
    "options.options.id",
    "team.teams.id",
    "team.roles.id",
    "sprint.tasks.id",
}
"""Ids that other parts refer to, so that no valid plan differs only in them."""


OF_ENTRIES = {"unknown-reading", "unknown-task"}


IN_ANOTHER_FORM: Mapping[str, set[str]] = {
    "part of the phase's own list once the plan is loaded": {"sprint.phase"},
}
"""Fields that a page or plan.json shows in another form, by that form."""


NOT_YET_SHOWN = Path(__file__).parent / "data" / "unshown"
"""Lists of fields that are not shown yet: `pages.txt`, `plan.json.txt`."""


def not_yet_shown(name: str) -> set[str]:
    return set((NOT_YET_SHOWN / name).read_text("utf-8").split())


@cache
def marked() -> tuple[Plan, Mapping[str, str]]:
    """The full plan, and the path of the field of each unique word in it."""
    words: dict[str, str] = {}
    numbers = count(1000)

    def text(kind: Kind, at: str) -> str:
        word = f"{next(numbers)} ms" if kind == "measure" else f"zq{next(numbers)}x"
        words[word] = at
        return {"url": f"https://{word}.example/", "path": f"docs/{word}.md"}.get(kind, word)

    plan = with_waivers_and_efforts(whole(text))
    texts = " ".join(value.text for _, part in plan.parts() for value in walk(part))
    return plan, {word: at for word, at in words.items() if word in texts}


def with_waivers_and_efforts(plan: Plan) -> Plan:
    """The plan with waivers of its own findings, and with efforts in hours."""
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
    """The facts of a plan without findings, because a value in a finding does not count as shown."""
    return replace(analyse(plan, TODAY), findings=())


@cache
def project() -> Project:
    """The full plan in its own folder, without the text of its files, because listings do not count as shown."""
    with TemporaryDirectory() as folder:
        opened = open_project(write_plan(Path(folder), everything(numbered(), 4)), TODAY)
    return replace(opened, texts=dict.fromkeys(opened.texts, ""), changed={})


PRINTED = ("print.md", SOURCE_PAGE)
"""Pages that repeat other pages, and the listing of the plan's files."""
_ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - Markdown; texts are escaped
template = cache(_ENVIRONMENT.from_string)


def pages(plan: Plan) -> Iterator[str]:
    """The text of every page of the plan's site except those in `PRINTED`."""
    example = replace(
        project(), facts=facts_of(plan), sprint_pages={id_: SPRINTS + plan.page(id_) for id_ in plan.sprints}
    )
    for page in made_pages(example):
        if page.path not in PRINTED:
            context = example.context(page.path)
            macros = {name: partial(html_of, name, context) for name in MACROS}
            yield html.unescape(template(page.text).render(macros))


def exported(plan: Plan) -> Iterator[str]:
    """The plan as JSON."""
    yield json_text(whole_export(facts_of(plan)))


def field(path: str) -> str:
    """The field of a path, without positions in lists: `sprint.risk.mitigation`."""
    return re.sub(r"\[\w+\]", "", path)


@cache
def hidden(show: Callable[[Plan], Iterator[str]]) -> set[str]:
    """The fields that are not visible in the output of `show`."""
    plan, words = marked()
    shown = list(show(plan))
    text = "\n".join(shown)
    missing_texts = {path for word, path in words.items() if word not in text}
    beside = [(field(path), other) for path, other in neighbours(plan)]
    varied = {path for path, _ in beside}
    containers = {path for path in varied if any(other.startswith(f"{path}.") for other in varied)}
    compared = varied - containers - set(words.values()) - NAMED_BY_OTHERS
    visible = {
        path for path, other in beside if path in compared and is_sound(other) and any(map(ne, show(other), shown))
    }
    return missing_texts | (compared - visible)


def is_sound(plan: Plan) -> bool:
    """Whether every reference is valid; entries may name metrics and tasks that their sprint does not have."""
    return not [finding for finding in check_references(plan, lambda *_: False) if finding.rule.id not in OF_ENTRIES]


def test_every_field_of_the_model_is_on_a_page() -> None:
    assert hidden(pages) == set().union(*IN_ANOTHER_FORM.values(), not_yet_shown("pages.txt"))


def test_every_date_on_a_page_is_in_words() -> None:
    """Pages show ISO dates only in code, such as a value to type, and in attributes."""
    text = re.sub(r"(?s)<(code|pre)\b.*?</\1>|`[^`\n]*`|<[^>]+>", " ", "\n".join(pages(marked()[0])))
    assert "3 Nov 2025" in text
    assert re.findall(r".{0,40}\b\d{4}-\d\d-\d\d.{0,20}", text) == []


def test_every_field_of_the_model_is_in_plan_json() -> None:
    assert hidden(exported) == set().union(*IN_ANOTHER_FORM.values(), not_yet_shown("plan.json.txt"))


def test_every_field_of_the_model_is_tested() -> None:
    """So a field that is added only to the model makes the tests above fail."""

    def below(part: type[Part], path: str) -> Iterator[str]:
        for field in fields_of(part):
            yield from below(field.inner, f"{path}.{field.name}") if field.inner else [f"{path}.{field.name}"]

    plan, words = marked()
    tested = {*words.values(), *(field(path) for path, _ in neighbours(plan))}
    all_fields = {path for name, (part, _) in FILES.items() for path in below(part, name)}
    assert all_fields - tested == {"sprint.id"}


def test_a_field_that_is_not_shown_is_reported() -> None:
    """A text and a reference of each sprint, missing in the exports."""

    def without(plan: Plan) -> Iterator[str]:
        lost = {"impact": None, "owner": ()}
        return exported(
            replace(plan, sprints={id_: sprint.model_copy(update=lost) for id_, sprint in plan.sprints.items()})
        )

    assert hidden(without) - hidden(exported) == {"sprint.impact", "sprint.owner"}


BY_SPRINT = (
    "sprint_table",
    "sprint_tests",
    "rollback_table",
    "savings_table",
)


def test_sprints_are_in_the_order_of_the_phases_everywhere() -> None:
    """On pages, in links to the next page, in exports and in comparisons."""
    plan, _ = marked()
    order = ("3", "1", "4", "2")
    phases = [
        phase.model_copy(update={"sprints": ids})
        for phase, ids in zip(plan.phases, (order[:2], order[2:]), strict=False)
    ]
    plan = replace(plan, phases=tuple(phases))
    context = replace(project(), facts=facts_of(plan)).context("index.md")
    for name in BY_SPRINT:
        rows = LexborHTMLParser(html_of(name, context)).css("tbody tr td:first-child a, tbody tr th:first-child a")
        assert list(dict.fromkeys(row.text().split(":")[0] for row in rows)) == [plan.name(id_) for id_ in order], name
    page = LexborHTMLParser(html_of("sprint_page", context, "4")).css("a")
    assert [link.text().split(":")[0] for link in page][-2:] == [plan.name("1"), plan.name("2")]
    files = export_files(Material(context.facts, "x"))
    assert [line.split(",")[0] for line in files["csv/sprints.csv"].splitlines()[1:]] == list(order)
    assert re.findall(r"UID:sprint-(\d)@", files["plan.ics"]) == list(order)
    impact = {id_: sprint.model_copy(update={"impact": "Nothing"}) for id_, sprint in plan.sprints.items()}
    assert [change.subject.id for change in changes(plan, replace(plan, sprints=impact))] == list(order)
