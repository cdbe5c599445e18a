"""Milestones and gates: days by which something must be done, and decisions to go on; `plan_data/milestones.yml`."""

from typing import ClassVar, Literal

from pydantic import Field

from masterplan.model.custom import CustomValues
from masterplan.model.fields import Date, Id, Line, Owners, Prose, SprintRef, UnitRef, Window, Word
from masterplan.model.part import Part, TextPart
from masterplan.model.scope import Criterion
from masterplan.model.task import Link

GateOutcome = Literal["open", "go", "no-go"]


class Gate(TextPart):
    """The decision that is taken at a milestone; a plain text is its outcome."""

    plain_text: ClassVar[str] = "outcome"

    outcome: GateOutcome = Field("open", description="go: work goes on; no-go: it does not; open: not decided yet.")
    by: Owners = Field((), description="Who decides: people, teams or roles of team.yml.")
    on: Date | None = Field(None, description="The day on which it was decided.")
    note: Prose | None = Field(None, description="Reasons and conditions; Markdown allowed.")


class Milestone(Part):
    """A day by which something must be done; a gate where a decision is taken on it."""

    id: Id = Field(description="Short and permanent: M1.")
    title: Line = Field(description="What is reached: Beta release.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    when: Window | None = Field(None, description="Its day or week; of several days the last counts.")
    owner: Owners = Field((), description="Who is responsible: people, teams or roles of team.yml.")
    needs: tuple[UnitRef, ...] = Field((), description="The sprints and tasks that must be done for it.")
    before: tuple[SprintRef, ...] = Field((), description="The sprints that may start only once it is reached.")
    criteria: tuple[Criterion, ...] = Field((), description="What must be true for it to be reached.")
    gate: Gate | None = Field(None, description="The decision taken on it, where it is a gate.")
    reached: Date | None = Field(None, description="The day on which it was reached.")
    labels: tuple[Word, ...] = Field((), description="Words to find it by.")
    links: tuple[Link, ...] = Field((), description="Things to read.")
    fields: CustomValues = Field({}, description="Values of the fields that plan.yml declares for milestones.")


class Milestones(Part):
    """The milestones of the plan; `plan_data/milestones.yml`."""

    milestones: tuple[Milestone, ...] = Field(description="The milestones.")
