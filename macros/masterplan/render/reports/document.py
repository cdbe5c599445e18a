"""Findings as JSON: versioned, described by a schema that is generated from the records below, without a time."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from masterplan.model.finding import SEVERITIES, Severity
from masterplan.render import records
from masterplan.render.records import FindingRecord, Record
from masterplan.render.reports.report import Report

VERSION: Literal["masterplan/findings/v1"] = "masterplan/findings/v1"
"""Names this form; a change that could break a reader gets a new number."""


class Waived(Record):
    """A finding that is accepted for a while."""

    finding: FindingRecord = Field(description="What is accepted.")
    reason: str = Field(description="Why.")
    by: str = Field(description="Who accepts it.")
    until: date = Field(description="The last day.")


class Findings(Record):
    """What `masterplan check --format json` prints."""

    form: Literal["masterplan/findings/v1"] = Field(
        VERSION, alias="schema", description="Names this form and its version."
    )
    masterplan: str = Field(description="The version of masterplan.")
    counts: dict[Severity, int] = Field(description="How many findings of each severity there are.")
    findings: tuple[FindingRecord, ...] = Field(description="The findings, in the order of the files.")
    waived: tuple[Waived, ...] = Field(description="What is accepted for a while.")


def dumps(report: Report) -> str:
    """The document as text."""
    severities = [finding.rule.severity for finding in report.findings]
    document = Findings(
        masterplan=report.version,
        counts={severity: severities.count(severity) for severity in SEVERITIES},
        findings=tuple(map(FindingRecord.made, report.findings)),
        waived=tuple(Waived.of(waiver, finding=FindingRecord.made(finding)) for finding, waiver in report.waived),
    )
    return document.model_dump_json(indent=2)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return records.schema("findings", Findings)
