"""A plan's own words for its pieces of work and for the groups of them: a reader meets no others.

Keys of YAML, names of files and ids of rules are no words of a reader.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import count
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import analyse
from masterplan.analyse.audit import RULES
from masterplan.analyse.changes import RULES as CHANGE_RULES
from masterplan.analyse.changes import Review, compare
from masterplan.load import load
from masterplan.model.plan import Plan
from masterplan.model.words import Group, Unit, worded
from masterplan.publish.default_pages import PAGES
from masterplan.publish.examples import example
from masterplan.publish.pages import navigation
from masterplan.publish.pages import pages as made_pages
from masterplan.publish.project import Project, open_project
from masterplan.render.links import phase_path
from masterplan.render.macro import MACROS
from masterplan.render.review import html, markdown
from masterplan.render.review.text import terminal
from masterplan.render.views.dependencies import MOST_DRAWN
from masterplan.render.why import why_then
from tests.changes.recorded import NAMES, recorded_case
from tests.changes.rows import IDS, ROWS, Row
from tests.everything import Kind, everything
from tests.plans import BASE, phase, plan, sprint, write_plan
from tests.sites import listed_schedules
from tests.test_default_pages import text_of
from tests.test_mistakes import MISTAKES

UNIT, GROUP = Unit(one="Etappe", many="Etappen"), Group(one="Stufe", many="Stufen")
WORDS = "unit: {one: Etappe, many: Etappen}\ngroup: {one: Stufe, many: Stufen}\n"
PLANS_WORDS = {
    "plan.unit.one": UNIT.one,
    "plan.unit.many": UNIT.many,
    "plan.group.one": GROUP.one,
    "plan.group.many": GROUP.many,
}
OF_KIND: Mapping[Kind, str] = {
    "line": "Words {}",
    "prose": "Some words, number {}.",
    "measure": "{}%",
    "url": "https://example.org/{}",
    "path": "number_{}.txt",
}
_NO_WORDS = re.compile(
    "|".join(
        [
            r"`[^`]*`|plan_data/\S+|\S+\.(?:yml|md|ics)\b|masterplan \S+ \S+",
            *(rf"\b{id_}\b" for id_ in [*(rule.id for rule in RULES), *(rule.id for rule in CHANGE_RULES)]),
        ]
    )
)
_OURS = re.compile(r".{0,50}(?:sprint|phase).{0,50}", re.IGNORECASE)
_CODE = re.compile(r"```.*?```|`[^`\n]*`|\{[:#][^}]*\}", re.DOTALL)


def foreign(said: str) -> list[str]:
    """What a text says in other words than the plan's."""
    return _OURS.findall(_NO_WORDS.sub("", unescape(said).replace("\u200b", "")))


def called(of: Plan) -> Plan:
    """A plan with its own words, also in its titles."""
    phases = tuple(each.model_copy(update={"title": f"Part {each.id}"}) for each in of.phases)
    return replace(of, header=of.header.model_copy(update={"unit": UNIT, "group": GROUP}), phases=phases)


def visible(markdown: str) -> str:
    """The text of a page, with what diagrams and tables say aloud, but without code."""
    page = LexborHTMLParser(_CODE.sub("", markdown))
    for node in page.css("pre, code, .mp-source"):
        node.decompose()
    aloud = [
        node.attributes[name] or ""
        for name in ("aria-label", "title", "alt", "data-label")
        for node in page.css(f"[{name}]")
    ]
    return "\n".join([page.text(separator=" "), *aloud])


def full_plan(sprints: int) -> dict[str, str]:
    """Every field in use, and one piece of work that is in no group."""
    numbers = count(1)

    def texts(kind: Kind, at: str) -> str:
        return PLANS_WORDS.get(at) or OF_KIND[kind].format(next(numbers))

    files = everything(texts, sprints)
    loose = json.loads(files["sprints/1.yml"]) | {"id": "0", "risks": [], "tasks": []}
    del loose["phase"]
    return files | {"sprints/0.yml": json.dumps(loose)}


def test_no_page_has_other_words_than_the_plan(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, full_plan(6)), date(2026, 1, 5))
    made = {page.path: page.text for page in made_pages(project)}
    assert made.keys() >= {page.path for page in PAGES if page.id != "changes"}
    assert leaks(project, made) == {}


def test_a_plan_without_groups_says_nothing_of_them(tmp_path: Path) -> None:
    """On pages of its own; the guide says which fields and files there are."""
    files = BASE | {"plan.yml": BASE["plan.yml"] + "start: 2026-01-05\n"}
    del files["phases.yml"]
    sprints = {name: text + "effort: 3 days\n" for name, text in files.items() if name.startswith("sprints/")}
    project = open_project(write_plan(tmp_path, files | sprints), date(2026, 1, 20))
    made = {page.path: page.text for page in made_pages(project) if not page.path.startswith(("guide/", "source"))}
    said = {path: re.findall(r"(?i).*phase.*", visible(text_of(project, path, text))) for path, text in made.items()}
    assert {path: lines for path, lines in said.items() if lines} == {}


def test_no_page_that_a_large_plan_alone_has_has_other_words(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, full_plan(MOST_DRAWN + 10)), date(2026, 1, 5))
    names = ("roadmap.md", "print.md", "sprints/index.md", phase_path("f1"))
    with listed_schedules():
        made = {page.path: page.text for page in made_pages(project)}
        assert leaks(project, {name: made[name] for name in names}) == {}


def leaks(project: Project, made: Mapping[str, str]) -> dict[str, list[str]]:
    """The pages that have other words than the plan, with those."""
    said = {path: foreign(visible(text_of(project, path, source))) for path, source in made.items()}
    return {path: others for path, others in said.items() if others}


def test_the_navigation_has_the_plans_words(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, full_plan(6)), date(2026, 1, 5))
    plan, *others = navigation(project, None, ())
    titles = {title for entry in (*plan["Plan"], *others) for title in entry}
    assert UNIT.many in titles
    assert foreign(" | ".join(titles)) == []


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_no_finding_has_other_words_than_the_plan(rule: str, tmp_path: Path) -> None:
    told = example(rule)
    assert told
    loaded = load(write_plan(tmp_path, {path: in_its_words(source) for path, source in told.wrong_plan.items()})).plan
    assert loaded
    [finding] = analyse(called(loaded), told.today, told.files.__contains__).findings
    assert finding.rule.id == rule
    assert foreign(f"{finding.message}\n{finding.hint}\n{[each.says for each in finding.related]}") == []


def in_its_words(source: str) -> str:
    """A file of a plan with our words in its texts replaced; keys and kinds of claims stay."""
    words = {"Sprint": UNIT.one, "Sprints": UNIT.many, "Phase": GROUP.one, "Phases": GROUP.many}
    said = re.sub(r"\b(?:Sprint|Phase)s?\b", lambda match: words[match[0]], source)
    return re.sub(r"(?<=[a-z0-9] )(?:sprint|phase)s?\b(?!:)", lambda match: words[match[0].capitalize()].lower(), said)


@pytest.mark.parametrize("mistake", ["unknown-reference-phase", "unknown-task", "dependency-cycle"])
def test_no_mistake_has_other_words_than_the_plan(mistake: str, tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"plan.yml": BASE["plan.yml"] + WORDS})
    MISTAKES[mistake].change(tmp_path)
    found = load(tmp_path).findings
    assert found
    assert foreign("\n".join(f"{each.message}\n{each.hint}" for each in found)) == []


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_no_change_has_other_words_than_the_plan(row: Row) -> None:
    for older, newer in ((row.before, row.after), (row.after, row.before)):
        assert foreign(reviewed(older, newer)) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_review_has_other_words_than_the_plan(name: str, tmp_path: Path) -> None:
    case = recorded_case(name, tmp_path)
    assert foreign(reviewed(case.before, case.after)) == []


def reviewed(older: Plan, newer: Plan) -> str:
    """All that the review of a change says, in every form that people read."""
    before, after = (analyse(called(each), date(2026, 1, 16)) for each in (older, newer))
    review = Review(before, after, compare(before, after), "main", "change")
    page = LexborHTMLParser(html(review))
    for node in page.css("style"):
        node.decompose()
    return "\n".join([str(terminal(review)), markdown(review), page.text(separator=" ")])


def test_why_a_piece_of_work_is_when_it_is_has_the_plans_words() -> None:
    loose, later = plan(sprint("1", effort="1 day")), plan(sprint("1", effort="1 day"), phases=[phase("2", "3-4", "1")])
    said = [sentence for each in (loose, later) for sentence in why_then(analyse(called(each)), "1")]
    assert any("weeks 3-4 in stufe 2" in sentence for sentence in said)
    assert foreign("\n".join(said)) == []


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        ("Sprint", "A sprint is in no phase; phases have sprints."),
        ("Epic", "An epic is in no phase; phases have epics."),
        ("Task", "A task is in no phase; phases have tasks."),
    ],
)
def test_a_fixed_sentence_takes_the_plans_words(one: str, sentence: str) -> None:
    assert worded("A sprint is in no phase; phases have sprints.", Unit(one=one, many=f"{one}s"), Group()) == sentence


def test_a_word_without_its_plural_never_gets_that_of_another(tmp_path: Path) -> None:
    source = BASE["plan.yml"] + "unit: {one: Epic}\ngroup: {one: Release}\n"
    loaded = load(write_plan(tmp_path, BASE | {"plan.yml": source})).plan
    assert loaded
    assert (loaded.unit.many, loaded.group.many) == ("Epics", "Releases")


def test_a_word_that_ends_in_a_number_sign_is_no_column_of_numbers(tmp_path: Path) -> None:
    source = BASE["plan.yml"] + "unit: {one: 'Story #', many: 'Stories #'}\n"
    page = open_project(write_plan(tmp_path, BASE | {"plan.yml": source}), None).context("index.md")
    headings = LexborHTMLParser(str(MACROS["sprint_table"].call(page))).css("th")
    assert headings[0].text() == "Story #"
    assert [th.text() for th in headings if th.attributes.get("class") == "mp-number"] == []
