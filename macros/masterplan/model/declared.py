"""Input for the audit: figures, claims and tables in the authors' own words, and accepted findings.

The audit compares claims and tables with the plan; nothing is computed from them.
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
    """A figure or claim by the authors: kept word for word, compared with the plan, never used in a computation."""

    claim: Claim = Field(description="The kind of claim; see the list of claims in the guide.")
    says: Line = Field(description="The authors' own words.")
    value: Measure | None = Field(None, description="The claimed figure, if it cannot be read from the words alone.")
    day: Date | None = Field(None, description="The claimed day, for `starts` and `ends`.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints it is about, besides the one it is written in.")
    of: Line | None = Field(
        None, description="The subject: the metric that should show an improvement, or the name of a fact."
    )
    at: Line | None = Field(None, description="Where it was written: a heading, a table.")


class TableRow(Part):
    """One row of a table."""

    name: Line = Field(description="The subject of the row: its first cell.")
    cells: tuple[Measure, ...] = Field(description="The cells after the first, one for each column.", min_length=1)


class Table(Part):
    """A table of figures that are nowhere else in the plan, such as a budget."""

    title: Line = Field(description="The title of the table.")
    columns: tuple[Line, ...] = Field(description="The headings of the columns after the first.", min_length=1)
    rows: tuple[TableRow, ...] = Field(description="The rows, without the row of totals.", min_length=1)
    total: tuple[Measure, ...] = Field((), description="The row of totals, as written.")
    sums_rows: bool = Field(default=False, description="Whether the last column is the sum of the others.")


RuleSeverity = Literal["error", "warning", "info", "off"]


class Waiver(Part):
    """A known finding that is accepted until a date."""

    rule: Line = Field(description="The id of the rule, such as count-mismatch.")
    at: Line = Field(description="Where: plan, or the kind and id of a part: sprint 4, phase 1, option A.")
    field: Line | None = Field(None, description="Limits the waiver to findings in this field, such as risk.owner.")
    reason: Line = Field(description="Why it is accepted.")
    by: Line = Field(description="Who accepts it.")
    until: Date = Field(description="The last day of the waiver.")


class AuditSettings(Part):
    """Settings of the audit."""

    severity: Mapping[str, RuleSeverity] = Field({}, description="The severity of rules in this plan, by rule id.")
    waivers: tuple[Waiver, ...] = Field((), description="Findings that are accepted until a date.")
