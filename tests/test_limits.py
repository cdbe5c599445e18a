"""A small plan that means harm costs little: what it makes the program do is counted, and what is left out is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, apply, attribution, compare
from masterplan.load import load
from masterplan.load.rules import RULES
from masterplan.model.finding import MOST_ALIKE
from masterplan.model.part import size
from masterplan.model.plan import Plan
from masterplan.publish.project import open_project
from masterplan.render.diagrams.scene import Arrow
from masterplan.render.macro import MACROS, Context
from masterplan.render.prose import prose
from masterplan.render.reports import FORMATS, Report
from masterplan.render.review import data as review_data
from masterplan.render.review import html, markdown
from masterplan.render.review import text as review_text
from masterplan.render.views import dependencies
from masterplan.render.write.html import document as html_of
from tests.plans import BASE, plan, sprint, write_plan
from tests.reviews import change, consequence, review

CLAIMS = 150


def claimed(number: int) -> Plan:
    """A plan of one sprint, with so many claims of its effort and three terms for each."""
    claims = [{"claim": "effort", "says": f"{n} days", "value": f"{n} days"} for n in range(7, 7 + number)]
    terms = [{"term": f"T{n}", "means": "m"} for n in range(3 * number)]
    return plan(sprint("1", effort="2 days", declared=claims), glossary=terms)


def test_causes_are_tried_by_what_an_audit_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six hundred changes of a plan of one sprint: each audit reads all that the plan says."""
    before, after = analyse(plan(sprint("1", effort="2 days"))), analyse(claimed(CLAIMS))
    read: list[int] = []

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def call(of: Plan, *rest: object) -> object:
            read.append(size((of.header, *of.sprints.values())))
            return original(of, *rest)

        return call

    monkeypatch.setattr(attribution, "analyse", counted(analyse))
    monkeypatch.setattr(attribution, "apply", counted(apply))
    found = compare(before, after)
    assert len(found.changes) > 3 * CLAIMS
    assert len(found.appeared) == CLAIMS
    assert sum(read) < 500_000
    assert not found.explained
    review = Review(before, after, found, "one", "other")
    for shown in (markdown(review), html(review)):
        assert "Several edits together" not in shown
    assert "Causes not computed (too many edits)." in str(review_text.terminal(review))
    assert json.loads(review_data.dumps(review))["explained"] is False


def test_effects_without_computed_causes_have_one_title_in_every_format() -> None:
    made = review(change("Sprint 3 moves"), consequences=[consequence("End", "week 10", "week 12")])
    unexplained = replace(made, difference=replace(made.difference, explained=False))
    for text in (markdown(unexplained), html(unexplained), str(review_text.terminal(unexplained))):
        assert text.count("Causes not computed") == 1
        assert "Several edits together" not in text


def test_the_causes_of_few_changes_are_still_looked_for() -> None:
    found = compare(analyse(plan(sprint("1", effort="2 days"))), analyse(claimed(3)))
    assert found.explained
    assert all(found.made_by[each.fingerprint] for each in found.appeared)


def test_findings_of_a_kind_are_counted_from_the_first_hundreds_on(tmp_path: Path) -> None:
    content = BASE["plan.yml"] + "title: again\n" * 1_000
    found = load(write_plan(tmp_path, BASE | {"plan.yml": content})).findings
    assert len(found) == MOST_ALIKE + 1
    assert found[-1].message == f"… and {1_000 - MOST_ALIKE:,} more of duplicate-key in this file"
    assert found[-1].place.line == found[-2].place.line + 1


def test_contradictions_of_a_kind_are_counted_too() -> None:
    found = [each for each in analyse(claimed(MOST_ALIKE + 30)).findings if each.rule.severity == "warning"]
    assert len(found) == MOST_ALIKE + 1
    assert "… and 30 more" in found[-1].message


def test_every_other_finding_of_the_file_is_still_listed(tmp_path: Path) -> None:
    content = BASE["plan.yml"] + "title: again\n" * 1_000 + "colour: red\n"
    rules = {each.rule.id for each in load(write_plan(tmp_path, BASE | {"plan.yml": content})).findings}
    assert rules == {"duplicate-key", "unknown-field"}


def test_a_finding_shows_a_part_of_a_very_long_line(tmp_path: Path) -> None:
    line = "glossary: [{" + "term: x, " * 2_000 + "means: y}]\n"
    root = write_plan(tmp_path, BASE | {"plan.yml": BASE["plan.yml"] + line})
    report = Report(
        load(root).findings, (), RULES, "1", {"plan_data/plan.yml": (root / "plan_data/plan.yml").read_text()}
    )
    for form in FORMATS.values():
        assert len(str(form.write(report))) < 500_000
    full = str(FORMATS["full"].write(report))
    [shown, marks] = full.split("`term` appears twice, first in line 3")[1].splitlines()[3:5]
    assert shown[marks.index("^") :].startswith("term: x")


@pytest.mark.parametrize(
    "text", ["1. " * 400, "> " * 400, ">" * 400, "- " * 40 + "x", "[" * 400, "![" * 200, "[a](" * 200, "<a " * 200]
)
def test_markdown_that_is_nested_too_deep_is_a_finding(text: str, tmp_path: Path) -> None:
    files = BASE | {"plan.yml": BASE["plan.yml"] + f"summary: {json.dumps(text)}\n"}
    assert [each.rule.id for each in load(write_plan(tmp_path, files)).findings] == ["too-deep"]


@pytest.mark.parametrize(
    "text",
    [
        "- a\n    - b\n        - c\n\n> quoted\n> > twice",
        "[one](https://example.org) and [two](https://example.org) " * 200,
        "if a < b and c > d: x = f(g(h(1)))\n" * 200,
        "1. one\n2. two\n" * 300,
        "one\n\n- - - - -\n\n* * *",
        f"```\n{' ' * 80}a tree\n{'> ' * 20}\n{'[' * 20}\n```\n",
    ],
)
def test_markdown_that_people_write_is_none(text: str, tmp_path: Path) -> None:
    files = BASE | {"plan.yml": BASE["plan.yml"] + f"summary: {json.dumps(text)}\n"}
    assert load(write_plan(tmp_path, files)).findings == ()
    assert prose(text)


@pytest.mark.parametrize("text", ["*" * 9_000 + "x" + "*" * 9_000, "~~a " * 4_000, "  " * 30 + "- a", "|" * 18_000])
def test_markdown_that_is_allowed_can_be_shown(text: str) -> None:
    assert len(html_of(prose(text))) < 500_000


def dense(root: Path, number: int) -> Context:
    """A plan in which every sprint needs all before it."""
    edges = {n: "".join(f"\n  - sprint: '{m}'" for m in range(1, n)) for n in range(1, number + 1)}
    files = {f"sprints/{n}.yml": f"id: '{n}'\ntitle: T\ndepends_on:{edge or ' []'}\n" for n, edge in edges.items()}
    return open_project(write_plan(root, {"plan.yml": "title: Dense\n"} | files)).context("roadmap.md")


def test_a_picture_has_no_more_lines_than_a_reader_can_follow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn: list[list[Arrow]] = []

    def counted(_: object, links: list[Arrow], *_rest: object) -> str:
        drawn.append(links)
        return "<svg></svg>"

    monkeypatch.setattr(dependencies, "draw", counted)
    context = dense(tmp_path, 30)
    whole = MACROS["dependency_diagram"].call(context)
    near = MACROS["dependency_diagram"].call(context, focus="15")
    assert list(map(len, drawn)) == [300, 100]
    assert "135 more dependencies are not drawn" in whole
    assert "335 more dependencies are not drawn" in near
    assert sum("15" in {link.source, link.target} for link in drawn[1]) == 29


def test_a_small_picture_leaves_nothing_out(tmp_path: Path) -> None:
    assert "not drawn" not in MACROS["dependency_diagram"].call(dense(tmp_path, 10))
