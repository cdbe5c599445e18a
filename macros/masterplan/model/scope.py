"""What a plan, a phase or a sprint is for, and what it hangs on: aims, results, decisions, asks, notes."""

from typing import ClassVar, Literal

from pydantic import Field

from masterplan.model.fields import Line, Lines, Owners, Prose, UnitRef, Window
from masterplan.model.part import Part, TextPart

DecisionState = Literal["open", "taken"]


class Criterion(TextPart):
    """One thing that must be true before work is accepted; a plain text is one that is not met yet."""

    plain_text: ClassVar[str] = "text"

    text: Line = Field(description="What must be true.")
    done: bool = Field(default=False, description="Whether it is met.")


class Decision(TextPart):
    """A question that has to be settled, or how it was settled."""

    plain_text: ClassVar[str] = "title"

    title: Line = Field(description="What is decided: Which broker to use.")
    state: DecisionState = Field("open", description="Whether it is taken.")
    outcome: Line | None = Field(None, description="What was decided.")
    owner: Owners = Field((), description="Who decides: people, teams or roles of team.yml.")
    when: Window | None = Field(None, description="When it has to be taken, or was.")
    blocks: tuple[UnitRef, ...] = Field((), description="The sprints and tasks that wait for it.")
    note: Prose | None = Field(None, description="Reasons, alternatives; Markdown allowed.")


class Ask(TextPart):
    """Something that another team or a supplier has to bring."""

    plain_text: ClassVar[str] = "title"

    title: Line = Field(description="What is needed: Access to the staging cluster.")
    by: Line | None = Field(None, description="Who has to bring it: Platform team.")
    when: Window | None = Field(None, description="When it is needed.")
    done: bool = Field(default=False, description="Whether it has come.")
    note: Prose | None = Field(None, description="More about it; Markdown allowed.")


class Note(TextPart):
    """A section that fits no other field, in its own words; a plain text is one without a title."""

    plain_text: ClassVar[str] = "text"

    title: Line | None = Field(None, description="What it is about: Daily schedule.")
    text: Prose = Field(description="What it says; Markdown allowed.")


class Scope(Part):
    """What a plan, a phase or a sprint is for, and what it hangs on."""

    objective: Prose | None = Field(None, description="What it is to achieve; Markdown allowed.")
    deliverables: Lines = Field((), description="What is handed over at the end, one an item.")
    acceptance: tuple[Criterion, ...] = Field((), description="What must be true before it is accepted.")
    assumptions: Lines = Field((), description="What is taken for granted, one an item.")
    decisions: tuple[Decision, ...] = Field((), description="Decisions, open and taken.")
    asks: tuple[Ask, ...] = Field((), description="What other teams have to bring.")
    notes: tuple[Note, ...] = Field((), description="Sections that fit no other field, in their own words.")
