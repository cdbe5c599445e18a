"""How a team wants its plan to be audited: how grave each rule is, and what it has decided to live with."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from masterplan.model.fields import Date, Line
from masterplan.model.part import Part

RuleSeverity = Literal["error", "warning", "info", "off"]


class Waiver(Part):
    """A finding that is known and accepted for a while."""

    rule: Line = Field(description="The id of the rule, for instance count-mismatch.")
    at: Line = Field(description="Where: plan, or the kind and id of a part: sprint 4, phase 1, option A.")
    field: Line | None = Field(None, description="Only findings in this field of it, for instance risk.owner.")
    reason: Line = Field(description="Why it is accepted.")
    by: Line = Field(description="Who accepts it.")
    until: Date = Field(description="The last day it holds.")


class AuditSettings(Part):
    """Settings of the audit."""

    severity: Mapping[str, RuleSeverity] = Field({}, description="How grave a rule is here, by the rule's id.")
    waivers: tuple[Waiver, ...] = Field((), description="Findings that are accepted for a while.")
