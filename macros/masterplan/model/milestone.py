"""Milestones and gates: deadlines, and go/no-go decisions; `plan_data/milestones.yml`."""

from typing import ClassVar, Literal

from pydantic import Field

from masterplan.model.custom import CustomValues
from masterplan.model.fields import Date, Id, Line, Owners, Prose, SprintRef, UnitRef, Window, Word
from masterplan.model.part import Part, TextPart
from masterplan.model.scope import Criterion
from masterplan.model.task import Link

GateOutcome = Literal["open", "go", "no-go"]


class Gate(TextPart):
    """The decision at a milestone; a plain text is its outcome."""

    plain_text: ClassVar[str] = "outcome"

    outcome: GateOutcome = Field("open", description="go: work continues; no-go: work stops; open: not decided yet.")
    by: Owners = Field((), description="Who decides: people, teams or roles in team.yml.")
    on: Date | None = Field(None, description="The day of the decision.")
    note: Prose | None = Field(None, description="Reasons and conditions; Markdown allowed.")


class Milestone(Part):
    """A deadline for part of the work; a gate if a decision is due then."""

    id: Id = Field(description="Short and permanent: M1.")
    title: Line = Field(description="What is reached: Beta release.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    when: Window | None = Field(None, description="Its day or week; the last day counts.")
    owner: Owners = Field((), description="Who is responsible: people, teams or roles in team.yml.")
    needs: tuple[UnitRef, ...] = Field((), description="The sprints and tasks that must be done for it.")
    before: tuple[SprintRef, ...] = Field((), description="The sprints that can start only once it is reached.")
    criteria: tuple[Criterion, ...] = Field((), description="The conditions for reaching it.")
    gate: Gate | None = Field(None, description="The decision at this milestone, if it is a gate.")
    reached: Date | None = Field(None, description="The day it was reached.")
    labels: tuple[Word, ...] = Field((), description="Labels to search for.")
    links: tuple[Link, ...] = Field((), description="Further reading.")
    fields: CustomValues = Field(default_factory=dict, description="Values of the custom fields of milestones.")


class Milestones(Part):
    """The milestones of the plan; `plan_data/milestones.yml`."""

    milestones: tuple[Milestone, ...] = Field(description="The milestones.")
