"""Options for staffing the plan: who does what when, and the chosen option; `plan_data/options.yml`."""

from typing import Literal

from pydantic import Field

from masterplan.model.declared import Declared
from masterplan.model.fields import Duration, Id, Line, OptionRef, PersonRef, SprintRef, Window
from masterplan.model.part import Part


class Work(Part):
    """One person's work in a time window."""

    when: Window = Field(description="When: 1-2, day 3-5, 2026-01-05 to 2026-01-16.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints this person works on.")
    supports: tuple[SprintRef, ...] = Field((), description="Other people's sprints that this person helps with.")
    task: Line | None = Field(None, description="The work, if it is not simply the sprint: Support Sprint 5 testing.")


class Lane(Part):
    """One person's work in an option."""

    name: Line = Field(description="Who: Dev 1.")
    person: PersonRef | None = Field(None, description="The id of the person in team.yml, once known.")
    capacity: Duration | None = Field(None, description="This person's working time for the plan: 40 hours.")
    buffer: Duration | None = Field(None, description="The part of the capacity to keep free: 8 hours.")
    work: tuple[Work, ...] = Field((), description="What this person does when.")


class Option(Part):
    """One way to staff the plan."""

    id: Id = Field(description="Short and permanent: A.")
    title: Line = Field(description="The name of the option: Single Developer.")
    mode: Literal["sequential", "parallel"] | None = Field(
        None, description="Whether sprints are done one at a time or side by side."
    )
    people: tuple[Lane, ...] = Field((), description="Who does what when.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims, such as the timeline: 8-10 weeks.")

    @property
    def name(self) -> str:
        """Its name for people: `Option A`."""
        return f"Option {self.id}"

    @property
    def heading(self) -> str:
        """Its name with its title: `Option A: Single Developer`."""
        return f"{self.name}: {self.title}"


class Options(Part):
    """Options for staffing the plan; `plan_data/options.yml`."""

    options: tuple[Option, ...] = Field(description="The options.")
    chosen: OptionRef | None = Field(None, description="The id of the chosen option.")
