"""Findings as a code quality report, which GitLab shows in a merge request beside the lines and compares by itself.

What is waived is left out: the format knows no waivers.
"""

import json
from collections.abc import Mapping
from typing import Any

from masterplan.model.finding import Finding, Severity
from masterplan.render.reports.report import Report
from masterplan.render.reports.text import printable

_SEVERITIES: Mapping[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}


def dumps(report: Report) -> str:
    """The report as text."""
    return json.dumps([_issue(each) for each in report.findings], indent=2, ensure_ascii=False)


def _issue(finding: Finding) -> dict[str, Any]:
    hint = f" {finding.hint}." if finding.hint else ""
    return {
        "description": printable(f"{finding.message}.{hint}"),
        "check_name": finding.rule.id,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.rule.severity],
        "location": {"path": finding.place.path, "lines": {"begin": finding.place.line}},
    }
