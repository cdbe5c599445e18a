"""Findings as a code quality report, which GitLab shows in a merge request beside the lines and compares by itself.

What is waived is left out: the format knows no waivers.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from masterplan.model.finding import Finding, Severity
from masterplan.render.reports.report import Report
from masterplan.render.reports.text import printable

_SEVERITIES: Mapping[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}


def dumps(report: Report) -> str:
    """The report as text."""
    alike: Counter[str] = Counter()
    issues = []
    for finding in report.findings:
        issues.append(_issue(finding, alike[finding.fingerprint]))
        alike[finding.fingerprint] += 1
    return json.dumps(issues, indent=2, ensure_ascii=False)


def _issue(finding: Finding, number: int) -> dict[str, Any]:
    """An issue; `number` counts those before it with the same fingerprint, of which GitLab would keep one."""
    hint = f" {finding.hint}." if finding.hint else ""
    return {
        "description": printable(f"{finding.message}.{hint}"),
        "check_name": finding.rule.id,
        "fingerprint": f"{finding.fingerprint}-{number + 1}" if number else finding.fingerprint,
        "severity": _SEVERITIES[finding.rule.severity],
        "location": {"path": finding.place.path, "lines": {"begin": finding.place.line}},
    }
