"""Findings as annotations of a pull request on GitHub, and all of them as Markdown for the summary of the step.

GitHub shows at most ten annotations of each level a step, so the gravest come first and the rest is counted. Workflow
commands and Markdown each have their own escaping.
"""

from masterplan.model.finding import SEVERITIES, Finding, Severity
from masterplan.render.escape import escape
from masterplan.render.reports.report import Report
from masterplan.render.reports.text import printable, summary

MOST_SHOWN = 10
"""Annotations that GitHub shows of each level in one step."""

MOST_BYTES = 1_000_000
"""Bytes of a step summary, a little less than the 1 MiB that GitHub takes."""

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def commands(report: Report) -> str:
    """A workflow command for each finding that is shown, the gravest first, and a line that counts the others."""
    lines, left = [], 0
    for severity in SEVERITIES:
        found = [finding for finding in report.findings if finding.rule.severity == severity]
        lines += [_command(finding) for finding in found[:MOST_SHOWN]]
        left += len(found[MOST_SHOWN:])
    if left:
        lines.append(f"{left} more in the summary of this step")
    return "\n".join([*lines, summary(report.findings)])


def _command(finding: Finding) -> str:
    place = finding.place
    named = {"file": place.path, "line": str(place.line), "col": str(place.column), "title": finding.rule.id}
    properties = ",".join(f"{name}={_property(value)}" for name, value in named.items())
    hint = f" Hint: {finding.hint}" if finding.hint else ""
    return f"::{_LEVELS[finding.rule.severity]} {properties}::{_data(printable(finding.message + '.' + hint))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


def step_summary(report: Report) -> str:
    """Every finding as a Markdown table, the gravest first, cut to what GitHub takes."""
    head = f"### The plan: {summary(report.findings)}\n"
    if not report.findings:
        return head
    by_severity = sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.rule.severity))
    return head + "\n| | Where | What |\n| --- | --- | --- |\n" + _rows(by_severity, MOST_BYTES - 2 * len(head))


def _rows(findings: list[Finding], room: int) -> str:
    rows: list[str] = []
    for n, finding in enumerate(findings):
        what = f"{escape(finding.rule.id)}: {escape(finding.message)}<br>{escape(finding.hint)}"
        row = f"| {finding.rule.severity} | {escape(str(finding.place))} | {what} |\n"
        room -= len(row.encode())
        if room < 0:
            return "".join([*rows, f"| | | {len(findings) - n} more |\n"])
        rows.append(row)
    return "".join(rows)
