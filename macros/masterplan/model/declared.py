"""What the authors wrote down for the audit: figures, claims and tables, word for word, and findings to accept.

Claims and tables are compared with the plan; nothing is computed from them.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from masterplan.model.fields import Date, Line, Measure, SprintRef
from masterplan.model.part import Part

Claim = Literal[
    "sprints",
    "phases",
    "people",
    "monthly-savings",
    "annual-savings",
    "duration",
    "sprint-duration",
    "starts",
    "ends",
    "improvement",
    "effort",
    "independent",
    "needs",
    "needs-nothing",
    "needed-by",
    "soft-dependency",
    "rolls-back-alone",
    "includes",
    "early",
    "last",
    "quick-win",
    "largest",
    "highest-risk",
    "lowest-risk",
    "ready",
    "fact",
]


class Declared(Part):
    """A figure or claim that the authors wrote down: kept word for word, compared with the plan, in no computation."""

    claim: Claim = Field(description="What it claims; see the list of claims in the guide.")
    says: Line = Field(description="The authors' own words.")
    value: Measure | None = Field(None, description="The figure it names, where the words alone cannot be read as one.")
    day: Date | None = Field(None, description="The day it names, for `starts` and `ends`.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints it is about, besides the one it is written in.")
    of: Line | None = Field(
        None, description="What it is about: the metric that should show an improvement, the name of a fact."
    )
    at: Line | None = Field(None, description="Where it was written: a heading, a table.")


class TableRow(Part):
    """One row of a table."""

    name: Line = Field(description="What the row is about, its first cell.")
    cells: tuple[Measure, ...] = Field(description="The cells after the first, one for each column.", min_length=1)


class Table(Part):
    """A table of figures that the authors wrote down and that are nowhere else in the plan, such as a budget."""

    title: Line = Field(description="What it shows.")
    columns: tuple[Line, ...] = Field(description="The headings of the columns after the first.", min_length=1)
    rows: tuple[TableRow, ...] = Field(description="The rows, without the one that sums them up.", min_length=1)
    total: tuple[Measure, ...] = Field((), description="The row that sums up the columns, as it was written.")
    sums_rows: bool = Field(default=False, description="Whether the last column sums up those before it.")


RuleSeverity = Literal["error", "warning", "info", "off"]


class Waiver(Part):
    """A finding that is known and accepted for a while."""

    rule: Line = Field(description="The id of the rule, for instance count-mismatch.")
    at: Line = Field(description="Where: plan, or the kind and id of a part: sprint 4, phase 1, option A.")
    field: Line | None = Field(None, description="Only findings in this field of it, for instance risk.owner.")
    reason: Line = Field(description="Why it is accepted.")
    by: Line = Field(description="Who accepts it.")
    until: Date = Field(description="The last day on which it applies.")


class AuditSettings(Part):
    """Settings of the audit."""

    severity: Mapping[str, RuleSeverity] = Field({}, description="The severity of a rule here, by the rule's id.")
    waivers: tuple[Waiver, ...] = Field((), description="Findings that are accepted for a while.")
