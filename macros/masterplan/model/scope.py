"""The scope of a plan, a phase or a sprint: objective, deliverables, decisions, asks and notes."""

from typing import ClassVar, Literal

from pydantic import Field

from masterplan.model.fields import Line, Lines, Owners, Prose, UnitRef, Window
from masterplan.model.part import Part, TextPart

DecisionState = Literal["open", "taken"]


class Criterion(TextPart):
    """A condition for accepting work; a plain text is a criterion that is not met yet."""

    plain_text: ClassVar[str] = "text"

    text: Line = Field(description="What must be true.")
    done: bool = Field(default=False, description="Whether it is met.")


class Decision(TextPart):
    """A decision, open or taken; a plain text is its title."""

    plain_text: ClassVar[str] = "title"

    title: Line = Field(description="The question: Which broker to use.")
    state: DecisionState = Field("open", description="Whether the decision is taken.")
    outcome: Line | None = Field(None, description="The outcome of the decision.")
    owner: Owners = Field((), description="Who decides: people, teams or roles in team.yml.")
    when: Window | None = Field(None, description="When the decision is due, or was taken.")
    blocks: tuple[UnitRef, ...] = Field((), description="The sprints and tasks that wait for it.")
    note: Prose | None = Field(None, description="Reasons, alternatives; Markdown allowed.")


class Ask(TextPart):
    """Something that another team or a supplier must provide; a plain text is its title."""

    plain_text: ClassVar[str] = "title"

    title: Line = Field(description="What is needed: Access to the staging cluster.")
    by: Line | None = Field(None, description="Who must provide it: Platform team.")
    when: Window | None = Field(None, description="When it is needed.")
    done: bool = Field(default=False, description="Whether it has been provided.")
    note: Prose | None = Field(None, description="More about it; Markdown allowed.")


class Note(TextPart):
    """A section of text that fits no other field; a plain text is a note without a title."""

    plain_text: ClassVar[str] = "text"

    title: Line | None = Field(None, description="The heading: Daily schedule.")
    text: Prose = Field(description="The text; Markdown allowed.")


class Scope(Part):
    """The scope of a plan, a phase or a sprint."""

    objective: Prose | None = Field(None, description="What it should achieve; Markdown allowed.")
    deliverables: Lines = Field((), description="What is delivered at the end, one per item.")
    acceptance: tuple[Criterion, ...] = Field((), description="The conditions for accepting it.")
    assumptions: Lines = Field((), description="What is taken for granted, one per item.")
    decisions: tuple[Decision, ...] = Field((), description="Decisions, open and taken.")
    asks: tuple[Ask, ...] = Field((), description="What other teams must provide.")
    notes: tuple[Note, ...] = Field((), description="Sections of text that fit no other field.")
