"""Risks, levels of risk, and how work is undone."""

from typing import ClassVar, Literal

from pydantic import Field

from masterplan.model.custom import CustomValues
from masterplan.model.fields import Id, Line, Lines, Owners, Prose, RiskLevel, SprintRef
from masterplan.model.part import Part, TextPart

LEVELS = ("very low", "low", "medium", "high", "very high")
"""The levels of risk, likelihood and impact of a plan that declares none of its own, lowest first."""

RiskState = Literal["open", "mitigated", "occurred", "closed"]


class Risk(TextPart):
    """How risky a sprint is as a whole, and what is done about it; a plain text is its level."""

    plain_text: ClassVar[str] = "level"

    level: RiskLevel = Field(description="The risk as a whole.")
    likelihood: RiskLevel | None = Field(None, description="How likely it is that something goes wrong.")
    impact: RiskLevel | None = Field(None, description="How bad it would be.")
    owner: Owners = Field((), description="Who watches it: people, teams or roles of team.yml.")
    description: Prose | None = Field(None, description="What could go wrong.")
    mitigation: Lines = Field((), description="What is done to make it less likely or less bad, one measure an item.")
    relies_on: tuple[SprintRef, ...] = Field((), description="The sprints that deliver what the mitigation needs.")


class NamedRisk(TextPart):
    """One risk of a sprint or of the plan; a plain text is its title."""

    plain_text: ClassVar[str] = "title"

    id: Id | None = Field(None, description="Short and permanent: R-3.")
    title: Line = Field(description="What could go wrong.")
    level: RiskLevel | None = Field(None, description="The risk as a whole.")
    likelihood: RiskLevel | None = Field(None, description="How likely it is.")
    impact: RiskLevel | None = Field(None, description="How bad it would be.")
    owner: Owners = Field((), description="Who watches it: people, teams or roles of team.yml.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    mitigation: Lines = Field((), description="What is done to make it less likely or less bad, one measure an item.")
    contingency: Lines = Field((), description="What is done once it happens, one measure an item.")
    trigger: Line | None = Field(None, description="The sign that it is happening.")
    state: RiskState = Field("open", description="Where it stands.")
    fields: CustomValues = Field({}, description="Values of the fields that plan.yml declares for risks.")

    @property
    def name(self) -> str:
        """Its title, after its id where it has one."""
        return f"{self.id} {self.title}" if self.id else self.title

    @property
    def key(self) -> str:
        """What identifies it among the risks beside it: its id, or else its title."""
        return self.id or self.title


class Risks(Part):
    """The risks of the plan as a whole; `plan_data/risks.yml`."""

    risks: tuple[NamedRisk, ...] = Field(description="The risks.")


class Rollback(Part):
    """How a sprint, or the whole plan, is undone."""

    needed: bool = Field(default=True, description="false where there is nothing to undo.")
    steps: Lines = Field((), description="What to do, in order; where nothing is needed, why.")
    trigger: Line | None = Field(None, description="When to roll back.")
    first: tuple[SprintRef, ...] | None = Field(
        None, description="What is undone before it, in order, as the authors say; an empty list says: nothing."
    )

    @property
    def is_stated(self) -> bool:
        """Whether it says how to undo the work, or that there is nothing to undo."""
        return not self.needed or bool(self.steps)
