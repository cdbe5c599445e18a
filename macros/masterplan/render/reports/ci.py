"""Findings for CI: annotations and a summary for GitHub, code quality for GitLab, JUnit for other servers.

Workflow commands, Markdown and XML each have their own escaping.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from masterplan.model.finding import SEVERITIES, Finding, Rule, Severity
from masterplan.render.escape import escape, markdown_safe, plain
from masterplan.render.reports.text import Report, summary
from masterplan.render.styled import printable

MOST_SHOWN = 10
"""Annotations of each level that GitHub shows per step."""

MOST_BYTES = 1_000_000
"""Bytes of a step summary, slightly less than the 1 MiB that GitHub accepts."""

_LEVELS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_GITLAB: Mapping[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}


def github(report: Report) -> str:
    """Annotations on a pull request: a workflow command per finding, gravest first, and a line that counts the rest.

    GitHub shows at most ten of each level per step.
    """
    lines, hidden = [], 0
    for severity in SEVERITIES:
        findings = [finding for finding in report.findings if finding.rule.severity == severity]
        lines += [_command(finding) for finding in findings[:MOST_SHOWN]]
        hidden += len(findings[MOST_SHOWN:])
    if hidden:
        lines.append(f"{hidden} more in the summary of this step")
    return "\n".join([*lines, summary(report.findings)])


def _command(finding: Finding) -> str:
    place = finding.place
    values = {
        "file": place.path,
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{finding.rule.id} ({finding.rule.kind})",
    }
    properties = ",".join(f"{name}={_property(value)}" for name, value in values.items())
    return f"::{_LEVELS[finding.rule.severity]} {properties}::{_data(printable(finding.sentences))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


def step_summary(report: Report) -> str:
    """Every finding as a Markdown table, gravest first, cut to the size that GitHub accepts."""
    head = f"### The plan: {summary(report.findings)}\n"
    if not report.findings:
        return head
    by_severity = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.rule.severity))
    columns = "\n| | Kind | Where | What |\n| --- | --- | --- | --- |\n"
    return head + columns + _rows(by_severity, MOST_BYTES - 2 * len(head))


def _rows(findings: list[Finding], limit: int) -> str:
    rows: list[str] = []
    size = 0
    for n, finding in enumerate(findings):
        rule, message, hint, place = map(_cell, (finding.rule.id, finding.message, finding.hint, str(finding.place)))
        row = f"| {finding.rule.severity} | {finding.rule.kind} | {place} | {rule}: {message}<br>{hint} |\n"
        size += len(row.encode())
        if size > limit:
            return "".join([*rows, f"| | | | {len(findings) - n} more |\n"])
        rows.append(row)
    return "".join(rows)


def _cell(text: str) -> str:
    return markdown_safe(escape(text))


def gitlab(report: Report) -> str:
    """A code quality report, which GitLab shows in a merge request next to the lines and compares by itself.

    Waived findings are left out, because the format has no waivers.
    """
    seen: Counter[str] = Counter()
    issues = []
    for finding in report.findings:
        issues.append(_issue(finding, seen[finding.fingerprint]))
        seen[finding.fingerprint] += 1
    return json.dumps(issues, indent=2, ensure_ascii=False)


def _issue(finding: Finding, number: int) -> dict[str, Any]:
    """An issue. `number` counts earlier ones with the same fingerprint, of which GitLab would keep only one."""
    return {
        "description": printable(f"{finding.rule.kind}: {finding.sentences}"),
        "check_name": finding.rule.id,
        "fingerprint": f"{finding.fingerprint}-{number + 1}" if number else finding.fingerprint,
        "severity": _GITLAB[finding.rule.severity],
        "location": {"path": finding.place.path, "lines": {"begin": finding.place.line}},
    }


def junit(report: Report) -> str:
    """A JUnit report with a test per rule, failed if findings break it; findings of severity info never fail a test."""
    suite = Element("testsuite", name="masterplan")
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    failures = sum(_case(suite, rule, by_rule.get(rule.id, [])) for rule in report.rules)
    suite.set("tests", str(len(report.rules)))
    suite.set("failures", str(failures))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False)


def _case(suite: Element, rule: Rule, findings: list[Finding]) -> int:
    """A test for a rule, with the findings that break it. Returns 1 if it failed, else 0."""
    case = SubElement(suite, "testcase", classname=f"masterplan.{rule.area}", name=f"{rule.id}: {rule.description}")
    if not findings:
        return 0
    lines = [plain(f"{finding.place}: {finding.rule.severity} ({rule.kind}) {finding.advice}") for finding in findings]
    if all(finding.rule.severity == "info" for finding in findings):
        SubElement(case, "system-out").text = "\n".join(lines)
        return 0
    SubElement(case, "failure", message=lines[0], type=findings[0].rule.severity).text = "\n".join(lines)
    return 1
