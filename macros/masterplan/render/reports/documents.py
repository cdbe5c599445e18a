"""Findings as JSON: masterplan's own versioned document, with a schema made from the records below, and SARIF."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field

from masterplan.model.declared import Waiver
from masterplan.model.finding import SEVERITIES, Finding, Rule, Severity
from masterplan.model.place import Place
from masterplan.render import records
from masterplan.render.records import FindingRecord, Record
from masterplan.render.reports.text import Report

_VERSION: Literal["masterplan/findings/v1"] = "masterplan/findings/v1"
"""The name and version of the format; a change that could break a reader gets a new number."""

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""The address of the schema, as the standard gives it; never requested."""

FINGERPRINT = "masterplan/v1"

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}


class Waived(Record):
    """A waived finding."""

    finding: FindingRecord = Field(description="What is accepted.")
    reason: str = Field(description="Why.")
    by: str = Field(description="Who accepts it.")
    until: date = Field(description="The last day.")


class Findings(Record):
    """What `masterplan check --format json` prints."""

    form: Literal["masterplan/findings/v1"] = Field(
        _VERSION, alias="schema", description="Names this form and its version."
    )
    masterplan: str = Field(description="The version of masterplan.")
    counts: dict[Severity, int] = Field(description="How many findings of each severity there are.")
    findings: tuple[FindingRecord, ...] = Field(description="The findings, in the order of the files.")
    waived: tuple[Waived, ...] = Field(description="What is accepted for a while.")


def own(report: Report) -> str:
    """The versioned document as text, without a timestamp."""
    severities = [finding.rule.severity for finding in report.findings]
    document = Findings(
        masterplan=report.version,
        counts={severity: severities.count(severity) for severity in SEVERITIES},
        findings=tuple(map(FindingRecord.of_finding, report.findings)),
        waived=tuple(
            Waived.from_object(waiver, finding=FindingRecord.of_finding(finding)) for finding, waiver in report.waived
        ),
    )
    return document.model_dump_json(indent=2)


def schema() -> dict[str, Any]:
    """The JSON Schema of the versioned document."""
    return records.schema("findings", Findings)


def sarif(report: Report) -> str:
    """A SARIF 2.1.0 log for code scanning and editors: one result per finding; waived findings have a suppression.

    Columns count characters, and paths start at the repository.
    """
    return json.dumps(_log(report), indent=2, ensure_ascii=False)


def _log(report: Report) -> dict[str, Any]:
    index = {rule.id: n for n, rule in enumerate(report.rules)}
    results = [_result(finding, index) for finding in report.findings]
    results += [_result(finding, index) | {"suppressions": [_suppression(waiver)]} for finding, waiver in report.waived]
    driver = {"name": "masterplan", "version": report.version, "rules": [_rule(rule) for rule in report.rules]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.description},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.kind, rule.area]},
    }


def _result(finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    properties = {
        "kind": finding.rule.kind,
        "cause": finding.cause,
        "subject": str(finding.subject or ""),
        "field": finding.field,
        "computed": finding.computed,
    }
    related = [
        {"id": n, "message": {"text": other.says}} | _location(other.place) for n, other in enumerate(finding.related)
    ]
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": _LEVELS[finding.rule.severity],
        "message": {"text": finding.sentences},
        "locations": [_location(finding.place)],
        "relatedLocations": related,
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {name: value for name, value in properties.items() if value},
    }


def _location(place: Place) -> dict[str, Any]:
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(place.path)}, "region": region}}


def _suppression(waiver: Waiver) -> dict[str, str]:
    return {"kind": "external", "justification": f"{waiver.reason} ({waiver.by}, until {waiver.until})"}
