"""A small hostile plan causes little work: work is counted, and omissions are reported."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, attribution, compare
from masterplan.load import load
from masterplan.load.rules import RULES
from masterplan.model.finding import MOST_ALIKE
from masterplan.model.plan import Plan
from masterplan.publish.project import open_project
from masterplan.render.diagrams.scene import Arrow
from masterplan.render.macro import Context
from masterplan.render.prose import prose
from masterplan.render.reports import FORMATS, Report
from masterplan.render.review import data as review_data
from masterplan.render.review import html, markdown
from masterplan.render.review import text as review_text
from masterplan.render.views import dependencies
from masterplan.render.write.html import document
from tests.macro_output import html_of
from tests.plans import BASE, plan, sprint, write_plan
from tests.reviews import change, consequence, review

CLAIMS = 150


def claimed(number: int) -> Plan:
    """A plan of one sprint with `number` claims about its effort, and three glossary terms for each claim."""
    claims = [{"claim": "effort", "says": f"{n} days", "value": f"{n} days"} for n in range(7, 7 + number)]
    terms = [{"term": f"T{n}", "means": "m"} for n in range(3 * number)]
    return plan(sprint("1", effort="2 days", declared=claims), glossary=terms)


def test_causes_of_many_changes_are_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six hundred changes in a plan of one sprint: every audit for their causes would read the whole plan."""
    before, after = analyse(plan(sprint("1", effort="2 days"))), analyse(claimed(CLAIMS))
    for name in ("analyse", "apply"):
        monkeypatch.setattr(attribution, name, lambda *_: pytest.fail("causes are computed"))
    difference = compare(before, after)
    assert len(difference.changes) > 3 * CLAIMS
    assert len(difference.appeared) == CLAIMS
    assert not difference.explained
    review = Review(before, after, difference, "one", "other")
    for page in (markdown(review), html(review)):
        assert "Several edits together" not in page
    assert "Causes not computed (too many edits)." in str(review_text.terminal(review))
    assert json.loads(review_data.dumps(review))["explained"] is False


def test_effects_without_computed_causes_have_one_title_in_every_format() -> None:
    complete = review(change("Sprint 3 moves"), consequences=[consequence("End", "week 10", "week 12")])
    unexplained = replace(complete, difference=replace(complete.difference, explained=False))
    for text in (markdown(unexplained), html(unexplained), str(review_text.terminal(unexplained))):
        assert text.count("Causes not computed") == 1
        assert "Several edits together" not in text


def test_causes_of_few_changes_are_computed() -> None:
    difference = compare(analyse(plan(sprint("1", effort="2 days"))), analyse(claimed(3)))
    assert difference.explained
    assert all(difference.made_by[finding.fingerprint] for finding in difference.appeared)


def test_findings_of_one_rule_in_a_file_are_listed_up_to_a_limit_then_counted(tmp_path: Path) -> None:
    content = BASE["plan.yml"] + "title: again\n" * 1_000
    findings = load(write_plan(tmp_path, BASE | {"plan.yml": content})).findings
    assert len(findings) == MOST_ALIKE + 1
    assert findings[-1].message == f"… and {1_000 - MOST_ALIKE:,} more of duplicate-key in this file"
    assert findings[-1].place.line == findings[-2].place.line + 1


def test_contradictions_of_one_rule_are_listed_up_to_a_limit_then_counted() -> None:
    findings = analyse(claimed(MOST_ALIKE + 30)).findings
    warnings = [finding for finding in findings if finding.rule.severity == "warning"]
    assert len(warnings) == MOST_ALIKE + 1
    assert "… and 30 more" in warnings[-1].message


def test_findings_of_other_rules_are_still_listed(tmp_path: Path) -> None:
    content = BASE["plan.yml"] + "title: again\n" * 1_000 + "colour: red\n"
    rules = {finding.rule.id for finding in load(write_plan(tmp_path, BASE | {"plan.yml": content})).findings}
    assert rules == {"duplicate-key", "unknown-field"}


def test_a_finding_quotes_part_of_a_very_long_line(tmp_path: Path) -> None:
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
def test_deeply_nested_markdown_is_a_finding(text: str, tmp_path: Path) -> None:
    files = BASE | {"plan.yml": BASE["plan.yml"] + f"summary: {json.dumps(text)}\n"}
    assert [finding.rule.id for finding in load(write_plan(tmp_path, files)).findings] == ["too-deep"]


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
def test_ordinary_markdown_is_no_finding(text: str, tmp_path: Path) -> None:
    files = BASE | {"plan.yml": BASE["plan.yml"] + f"summary: {json.dumps(text)}\n"}
    assert load(write_plan(tmp_path, files)).findings == ()
    assert prose(text)


@pytest.mark.parametrize("text", ["*" * 9_000 + "x" + "*" * 9_000, "~~a " * 4_000, "  " * 30 + "- a", "|" * 18_000])
def test_long_markdown_without_deep_nesting_is_rendered(text: str) -> None:
    assert len(document(prose(text))) < 500_000


def dense(root: Path, number: int) -> Context:
    """A plan in which every sprint needs all sprints before it."""
    edges = {n: "".join(f"\n  - sprint: '{m}'" for m in range(1, n)) for n in range(1, number + 1)}
    files = {f"sprints/{n}.yml": f"id: '{n}'\ntitle: T\ndepends_on:{edge or ' []'}\n" for n, edge in edges.items()}
    return open_project(write_plan(root, {"plan.yml": "title: Dense\n"} | files)).context("roadmap.md")


def test_a_diagram_draws_a_limited_number_of_dependencies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn: list[list[Arrow]] = []

    def counted(_: object, links: list[Arrow], *_rest: object) -> str:
        drawn.append(links)
        return "<svg></svg>"

    monkeypatch.setattr(dependencies, "draw", counted)
    context = dense(tmp_path, 30)
    whole = html_of("dependency_diagram", context)
    near = html_of("dependency_diagram", context, focus="15")
    assert list(map(len, drawn)) == [300, 100]
    assert "135 more dependencies are not drawn" in whole
    assert "335 more dependencies are not drawn" in near
    assert sum("15" in {link.source, link.target} for link in drawn[1]) == 29


def test_a_small_diagram_draws_every_dependency(tmp_path: Path) -> None:
    assert "not drawn" not in html_of("dependency_diagram", dense(tmp_path, 10))
