"""Findings as JSON: versioned, described by a schema that is generated from the models below, without a time."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from masterplan.model.declared import Waiver
from masterplan.model.finding import Area, Finding, Related, Rule, Severity
from masterplan.model.place import Place
from masterplan.model.schema import schema_of
from masterplan.render.reports.report import Report

VERSION: Literal["masterplan/findings/v1"] = "masterplan/findings/v1"
"""Names this form; a change that could break a reader gets a new number."""


class Record(BaseModel):
    """A part of a document: closed to unknown fields, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceRecord(Record):
    """A point in a file."""

    path: str = Field(description="The file, from the repository's root, with /.")
    line: int = Field(description="The line, from 1.", ge=1)
    column: int = Field(description="The column in characters, from 1.", ge=1)


class RelatedRecord(Record):
    """A place that the finding was compared with."""

    place: PlaceRecord = Field(description="Where.")
    says: str = Field(description="What it says.")


class FindingRecord(Record):
    """One finding."""

    rule: str = Field(description="The rule's id.")
    severity: Severity = Field(description="How grave it is in this plan.")
    area: Area = Field(description="What kind of rule it is.")
    message: str = Field(description="What is wrong.")
    hint: str = Field(description="What to do; may be empty.")
    computed: str = Field(description="What the plan itself says, where that is a value; else empty.")
    subject: str = Field(description="The part it speaks of: plan, sprint 4, phase 1, option A; empty for a file.")
    field: str = Field(description="The field of that part, such as risk.owner; may be empty.")
    place: PlaceRecord = Field(description="Where to fix it.")
    related: list[RelatedRecord] = Field(description="What it was compared with.")
    fingerprint: str = Field(description="Stays the same while lines move.", pattern="^[0-9a-f]{12}$")


class WaivedRecord(Record):
    """A finding that is accepted for a while."""

    finding: FindingRecord = Field(description="What is accepted.")
    reason: str = Field(description="Why.")
    by: str = Field(description="Who accepts it.")
    until: str = Field(description="The last day, ISO 8601.")


class FindingsDocument(Record):
    """What `masterplan check --format json` prints."""

    form: Literal["masterplan/findings/v1"] = Field(alias="schema", description="Names this form and its version.")
    masterplan: str = Field(description="The version of masterplan.")
    counts: dict[Severity, int] = Field(description="How many findings of each severity there are.")
    findings: list[FindingRecord] = Field(description="The findings, in the order of the files.")
    waived: list[WaivedRecord] = Field(description="What is accepted for a while.")


class RuleRecord(Record):
    """A kind of finding."""

    id: str = Field(description="Its permanent id.")
    severity: Severity = Field(description="How grave it is, unless the plan says otherwise.")
    area: Area = Field(description="What kind of rule it is.")
    says: str = Field(description="What is wrong, in one sentence.")


def dumps(report: Report) -> str:
    """The document as text."""
    return _document(report).model_dump_json(indent=2, by_alias=True)


def rules(found: list[Rule] | tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Rules as records."""
    return [
        RuleRecord(id=each.id, severity=each.severity, area=each.area, says=each.says).model_dump() for each in found
    ]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return schema_of("findings", FindingsDocument)


def _document(report: Report) -> FindingsDocument:
    severities = [finding.rule.severity for finding in report.findings]
    return FindingsDocument(
        schema=VERSION,
        masterplan=report.version,
        counts={
            "error": severities.count("error"),
            "warning": severities.count("warning"),
            "info": severities.count("info"),
        },
        findings=[finding_record(each) for each in report.findings],
        waived=[_waived(finding, waiver) for finding, waiver in report.waived],
    )


def finding_record(finding: Finding) -> FindingRecord:
    """A finding as a record."""
    return FindingRecord(
        rule=finding.rule.id,
        severity=finding.rule.severity,
        area=finding.rule.area,
        message=finding.message,
        hint=finding.hint,
        computed=finding.computed,
        subject=finding.subject,
        field=finding.field,
        place=place_record(finding.place),
        related=[_related(each) for each in finding.related],
        fingerprint=finding.fingerprint,
    )


def _related(related: Related) -> RelatedRecord:
    return RelatedRecord(place=place_record(related.place), says=related.says)


def place_record(place: Place) -> PlaceRecord:
    """A place as a record."""
    return PlaceRecord(path=place.path, line=place.line, column=place.column)


def _waived(finding: Finding, waiver: Waiver) -> WaivedRecord:
    return WaivedRecord(
        finding=finding_record(finding), reason=waiver.reason, by=waiver.by, until=waiver.until.isoformat()
    )
