"""A plan's own words for sprints and phases are used everywhere.

YAML keys, file names and ids of rules do not change.
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
from masterplan.render.review import html, markdown
from masterplan.render.review.text import terminal
from masterplan.render.views.dependencies import MOST_DRAWN
from masterplan.render.why import why_then
from tests.changes.recorded import NAMES, recorded_case
from tests.changes.rows import IDS, ROWS, Row
from tests.everything import Kind, everything
from tests.macro_output import html_of
from tests.plans import BASE, loaded, phase, plan, sprint, write_plan
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


def foreign(text: str) -> list[str]:
    """The parts of a text that use our words instead of the plan's."""
    return _OURS.findall(_NO_WORDS.sub("", unescape(text).replace("\u200b", "")))


def called(plan: Plan) -> Plan:
    """The plan with its own words, including titles of phases."""
    phases = tuple(group.model_copy(update={"title": f"Part {group.id}"}) for group in plan.phases)
    return replace(plan, header=plan.header.model_copy(update={"unit": UNIT, "group": GROUP}), phases=phases)


def visible(markdown: str) -> str:
    """The text of a page, with labels for screen readers, but without code."""
    page = LexborHTMLParser(_CODE.sub("", markdown))
    for node in page.css("pre, code, .mp-source"):
        node.decompose()
    labels = [
        node.attributes[name] or ""
        for name in ("aria-label", "title", "alt", "data-label")
        for node in page.css(f"[{name}]")
    ]
    return "\n".join([page.text(separator=" "), *labels])


def full_plan(sprints: int) -> dict[str, str]:
    """The full plan, with one sprint that is in no phase."""
    numbers = count(1)

    def texts(kind: Kind, at: str) -> str:
        return PLANS_WORDS.get(at) or OF_KIND[kind].format(next(numbers))

    files = everything(texts, sprints)
    loose = json.loads(files["sprints/1.yml"]) | {"id": "0", "risks": [], "tasks": []}
    del loose["phase"]
    return files | {"sprints/0.yml": json.dumps(loose)}


def test_pages_use_the_plans_words(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, full_plan(6)), date(2026, 1, 5))
    texts = {page.path: page.text for page in made_pages(project)}
    assert texts.keys() >= {page.path for page in PAGES if page.id != "changes"}
    assert leaks(project, texts) == {}


def test_pages_of_a_plan_without_phases_do_not_mention_them(tmp_path: Path) -> None:
    """Except in the guide, which describes all fields and files."""
    files = BASE | {"plan.yml": BASE["plan.yml"] + "start: 2026-01-05\n"}
    del files["phases.yml"]
    sprints = {name: text + "effort: 3 days\n" for name, text in files.items() if name.startswith("sprints/")}
    project = open_project(write_plan(tmp_path, files | sprints), date(2026, 1, 20))
    texts = {page.path: page.text for page in made_pages(project) if not page.path.startswith(("guide/", "source"))}
    mentions = {
        path: re.findall(r"(?i).*phase.*", visible(text_of(project, path, text))) for path, text in texts.items()
    }
    assert {path: lines for path, lines in mentions.items() if lines} == {}


def test_pages_that_only_a_large_plan_has_use_the_plans_words(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, full_plan(MOST_DRAWN + 10)), date(2026, 1, 5))
    names = ("roadmap.md", "print.md", "sprints/index.md", phase_path("f1"))
    with listed_schedules():
        texts = {page.path: page.text for page in made_pages(project)}
        assert leaks(project, {name: texts[name] for name in names}) == {}


def leaks(project: Project, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The parts of each page that use our words instead of the plan's."""
    by_page = {path: foreign(visible(text_of(project, path, source))) for path, source in texts.items()}
    return {path: others for path, others in by_page.items() if others}


def test_the_navigation_uses_the_plans_words(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, full_plan(6)), date(2026, 1, 5))
    plan, *others = navigation(project, None, ())
    titles = {title for entry in (*plan["Plan"], *others) for title in entry}
    assert UNIT.many in titles
    assert foreign(" | ".join(titles)) == []


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_findings_use_the_plans_words(rule: str, tmp_path: Path) -> None:
    rule_example = example(rule)
    assert rule_example
    files = {path: in_its_words(source) for path, source in rule_example.wrong_plan.items()}
    example_plan = called(loaded(write_plan(tmp_path, files)))
    [finding] = analyse(example_plan, rule_example.today, rule_example.files.__contains__).findings
    assert finding.rule.id == rule
    assert foreign(f"{finding.message}\n{finding.hint}\n{[related.says for related in finding.related]}") == []


def in_its_words(source: str) -> str:
    """A file of a plan with our words in its texts replaced, but not in keys and kinds of claims."""
    words = {"Sprint": UNIT.one, "Sprints": UNIT.many, "Phase": GROUP.one, "Phases": GROUP.many}
    titles = re.sub(r"\b(?:Sprint|Phase)s?\b", lambda match: words[match[0]], source)
    return re.sub(
        r"(?<=[a-z0-9] )(?:sprint|phase)s?\b(?!:)", lambda match: words[match[0].capitalize()].lower(), titles
    )


@pytest.mark.parametrize("mistake", ["unknown-reference-phase", "unknown-task", "dependency-cycle"])
def test_loading_findings_use_the_plans_words(mistake: str, tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"plan.yml": BASE["plan.yml"] + WORDS})
    MISTAKES[mistake].change(tmp_path)
    findings = load(tmp_path).findings
    assert findings
    assert foreign("\n".join(f"{finding.message}\n{finding.hint}" for finding in findings)) == []


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_changes_use_the_plans_words(row: Row) -> None:
    for older, newer in ((row.before, row.after), (row.after, row.before)):
        assert foreign(reviewed(older, newer)) == []


@pytest.mark.parametrize("name", NAMES)
def test_reviews_use_the_plans_words(name: str, tmp_path: Path) -> None:
    case = recorded_case(name, tmp_path)
    assert foreign(reviewed(case.before, case.after)) == []


def reviewed(older: Plan, newer: Plan) -> str:
    """The review of a change in every format that people read."""
    before, after = (analyse(called(version), date(2026, 1, 16)) for version in (older, newer))
    review = Review(before, after, compare(before, after), "main", "change")
    page = LexborHTMLParser(html(review))
    for node in page.css("style"):
        node.decompose()
    return "\n".join([str(terminal(review)), markdown(review), page.text(separator=" ")])


def test_reasons_for_dates_use_the_plans_words() -> None:
    loose, later = plan(sprint("1", effort="1 day")), plan(sprint("1", effort="1 day"), phases=[phase("2", "3-4", "1")])
    sentences = [sentence for version in (loose, later) for sentence in why_then(analyse(called(version)), "1")]
    assert any("weeks 3-4 in stufe 2" in sentence for sentence in sentences)
    assert foreign("\n".join(sentences)) == []


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        ("Sprint", "A sprint is in no phase; phases have sprints."),
        ("Epic", "An epic is in no phase; phases have epics."),
        ("Task", "A task is in no phase; phases have tasks."),
    ],
)
def test_fixed_sentences_use_the_plans_words(one: str, sentence: str) -> None:
    assert worded("A sprint is in no phase; phases have sprints.", Unit(one=one, many=f"{one}s"), Group()) == sentence


def test_a_missing_plural_is_derived_from_the_singular(tmp_path: Path) -> None:
    source = BASE["plan.yml"] + "unit: {one: Epic}\ngroup: {one: Release}\n"
    plan = loaded(write_plan(tmp_path, BASE | {"plan.yml": source}))
    assert (plan.unit.many, plan.group.many) == ("Epics", "Releases")


def test_a_word_that_ends_in_a_number_sign_does_not_make_a_numeric_column(tmp_path: Path) -> None:
    source = BASE["plan.yml"] + "unit: {one: 'Story #', many: 'Stories #'}\n"
    page = open_project(write_plan(tmp_path, BASE | {"plan.yml": source}), None).context("index.md")
    headings = LexborHTMLParser(str(html_of("sprint_table", page))).css("th")
    assert headings[0].text() == "Story #"
    assert [th.text() for th in headings if th.attributes.get("class") == "mp-number"] == []
