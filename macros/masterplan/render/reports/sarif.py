"""Findings as SARIF 2.1.0, for code scanning and editors.

One result a finding, waived ones with a suppression; columns count characters, paths start at the repository.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from masterplan.model.declared import Waiver
from masterplan.model.finding import Finding, Rule, Severity
from masterplan.model.place import Place
from masterplan.render.reports.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""The address of the schema, as the standard writes it; never asked for."""

FINGERPRINT = "masterplan/v1"

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


def dumps(report: Report) -> str:
    """The log as text."""
    return json.dumps(_log(report), indent=2, ensure_ascii=False)


def _log(report: Report) -> dict[str, Any]:
    index = {rule.id: n for n, rule in enumerate(report.rules)}
    results = [_result(each, index) for each in report.findings]
    results += [_result(each, index) | {"suppressions": [_suppression(waiver)]} for each, waiver in report.waived]
    driver = {"name": "masterplan", "version": report.version, "rules": [_rule(rule) for rule in report.rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.says},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.area]},
    }


def _result(finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    hint = f" Hint: {finding.hint}." if finding.hint else ""
    told = {"subject": finding.subject, "field": finding.field, "computed": finding.computed}
    related = [
        {"id": n, "message": {"text": each.says}} | _location(each.place) for n, each in enumerate(finding.related)
    ]
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": _LEVELS[finding.rule.severity],
        "message": {"text": f"{finding.message}.{hint}"},
        "locations": [_location(finding.place)],
        "relatedLocations": related,
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {name: value for name, value in told.items() if value},
    }


def _location(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(place.path)}, "region": region}}


def _suppression(waiver: Waiver) -> dict[str, str]:
    return {"kind": "external", "justification": f"{waiver.reason} ({waiver.by}, until {waiver.until})"}
