"""Risks, levels of risk, and rollbacks."""

from typing import ClassVar, Literal

from pydantic import Field

from masterplan.model.custom import CustomValues
from masterplan.model.fields import Id, Line, Lines, Owners, Prose, RiskLevel, SprintRef
from masterplan.model.part import Part, TextPart

LEVELS = ("very low", "low", "medium", "high", "very high")
"""The default levels of risk, likelihood and impact, lowest first."""

RiskState = Literal["open", "mitigated", "occurred", "closed"]


class Risk(TextPart):
    """The risk of a sprint as a whole, and its mitigation; a plain text is its level."""

    plain_text: ClassVar[str] = "level"

    level: RiskLevel = Field(description="The level of the risk as a whole.")
    likelihood: RiskLevel | None = Field(None, description="How likely it is that something goes wrong.")
    impact: RiskLevel | None = Field(None, description="How bad it would be.")
    owner: Owners = Field((), description="Who watches it: people, teams or roles in team.yml.")
    description: Prose | None = Field(None, description="What could go wrong; Markdown allowed.")
    mitigation: Lines = Field((), description="Measures that make it less likely or less bad, one per item.")
    relies_on: tuple[SprintRef, ...] = Field((), description="The sprints that deliver what the mitigation needs.")


class NamedRisk(TextPart):
    """One risk of a sprint or of the plan; a plain text is its title."""

    plain_text: ClassVar[str] = "title"

    id: Id | None = Field(None, description="Short and permanent: R-3.")
    title: Line = Field(description="What could go wrong.")
    level: RiskLevel | None = Field(None, description="The level of the risk as a whole.")
    likelihood: RiskLevel | None = Field(None, description="How likely it is.")
    impact: RiskLevel | None = Field(None, description="How bad it would be.")
    owner: Owners = Field((), description="Who watches it: people, teams or roles in team.yml.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    mitigation: Lines = Field((), description="Measures that make it less likely or less bad, one per item.")
    contingency: Lines = Field((), description="Measures once it happens, one per item.")
    trigger: Line | None = Field(None, description="The sign that it is happening.")
    state: RiskState = Field("open", description="The state of the risk.")
    fields: CustomValues = Field(default_factory=dict, description="Values of the custom fields of risks.")

    @property
    def name(self) -> str:
        """Its title, after its id if it has one."""
        return f"{self.id} {self.title}" if self.id else self.title

    @property
    def is_pending(self) -> bool:
        """Whether it still needs attention: it is open or has occurred."""
        return self.state in {"open", "occurred"}

    @property
    def key(self) -> str:
        """The key that identifies it among the risks of the same sprint or plan: its id, else its title."""
        return self.id or self.title


class Risks(Part):
    """The risks of the plan as a whole; `plan_data/risks.yml`."""

    risks: tuple[NamedRisk, ...] = Field(description="The risks.")


class Rollback(Part):
    """The rollback of a sprint or of the whole plan."""

    needed: bool = Field(default=True, description="false if there is nothing to undo.")
    steps: Lines = Field((), description="What to do, in order; if nothing has to be undone, the reason.")
    trigger: Line | None = Field(None, description="When to roll back.")
    first: tuple[SprintRef, ...] | None = Field(
        None, description="The sprints to undo before it, in order; an empty list means none."
    )

    @property
    def is_stated(self) -> bool:
        """Whether the plan states how to undo the work, or that there is nothing to undo."""
        return not self.needed or bool(self.steps)
