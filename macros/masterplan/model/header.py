"""What concerns the plan as a whole; `plan_data/plan.yml`."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from masterplan.model.custom import FieldDefinition
from masterplan.model.declared import AuditSettings, Declared, Table
from masterplan.model.fields import Date, Duration, Id, Line, PagePath, Prose, Timezone, Word, unfit
from masterplan.model.part import Part
from masterplan.model.quantity import DecimalMark
from masterplan.model.risk import LEVELS, Rollback
from masterplan.model.scope import Scope
from masterplan.model.sprint import Document
from masterplan.model.task import Link
from masterplan.model.words import Group, Unit


class Checklist(Part):
    """A list under a sentence."""

    says: Line | None = Field(None, description="The sentence above the list.")
    items: tuple[Line, ...] = Field(description="The items.", min_length=1)


class Testing(Part):
    """The testing strategy."""

    per_sprint: Checklist | None = Field(None, description="The kinds of test every sprint brings.")
    end_to_end: Checklist | None = Field(None, description="What is tested once all sprints are done.")


class Documentation(Part):
    """What is kept up to date beside the plan."""

    after_each_sprint: tuple[Document, ...] = Field((), description="Documents to update after every sprint.")
    progress_in: PagePath | None = Field(None, description="Where progress is tracked; [N] and [date] are filled in.")


class NextStep(Part):
    """One thing to do next."""

    title: Line = Field(description="What to do.")
    detail: Line | None = Field(None, description="The rest of the sentence.")
    done: bool = Field(default=False, description="Whether it is done.")


class Term(Part):
    """A word that newcomers may not know."""

    term: Line = Field(description="The word.")
    means: Line = Field(description="What it means here.")


_ADDRESS = re.compile(r"https?://[^\s/?#{}]+[/?#][^\s{}]*\{id\}[^\s{}]*")
_BEGINNING = re.compile(r"any|#|[A-Z][A-Z0-9]{1,9}")


def _tracker(value: object) -> object:
    """A text as the address of any ticket; refuses what leads to no ticket, and what begins no id."""
    addresses = {"any": value} if isinstance(value, str) else value
    for beginning, address in addresses.items() if isinstance(addresses, dict) else ():
        if not _BEGINNING.fullmatch(beginning):
            do = "write OPS for ids like OPS-412, # for numbers like #123, or any for all others"
            raise unfit("bad-tracker", "has a key with which no id of a ticket begins", do)
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            do = "write an https or http address that has {id} once, after the host: https://example.org/browse/{id}"
            raise unfit("bad-tracker", "has an address that leads to no ticket", do)
    return addresses


_ADDRESS_SCHEMA = {"type": "string", "pattern": f"^{_ADDRESS.pattern}$"}
_BEGINNING_SCHEMA = {"pattern": f"^({_BEGINNING.pattern})$"}
Tracker = Annotated[
    Mapping[str, str],
    BeforeValidator(_tracker),
    WithJsonSchema(
        {
            "anyOf": [
                _ADDRESS_SCHEMA,
                {"type": "object", "propertyNames": _BEGINNING_SCHEMA, "additionalProperties": _ADDRESS_SCHEMA},
            ]
        }
    ),
]
"""The addresses of tickets, with `{id}` where the id goes, by how ids begin: `OPS` for OPS-412, `#` for #123, `any` for
all others. A text alone is the address of any."""


class Header(Scope):
    """What concerns the plan as a whole; `plan_data/plan.yml`."""

    title: Line = Field(description="The plan's name.")
    id: Id | None = Field(
        None,
        description="Names the plan to calendars and feed readers; else they know it by the repository and the folder.",
    )
    summary: Prose | None = Field(None, description="What it is about, in a few sentences; Markdown allowed.")
    unit: Unit = Field(Unit.model_construct(), description="What the plan calls its pieces of work.")
    group: Group = Field(
        Group.model_construct(), description="What the plan calls a group of them, as phases.yml lists them."
    )
    decimal: DecimalMark | None = Field(
        None,
        description='What stands before decimals: "." or ",". Without it 1,000 is a thousand and 1.000 is refused.',
    )
    start: Date | None = Field(
        None,
        description="The day week 1 begins; without it, the first date that a window names.",
    )
    timezone: Timezone | None = Field(
        None, description="Where the team's day begins and ends: Europe/Berlin. Left out: where the machine is."
    )
    updated: Date | None = Field(None, description="When the authors last changed the plan.")
    testing: Testing = Field(Testing.model_construct(), description="The testing strategy.")
    documentation: Documentation = Field(
        Documentation.model_construct(), description="What is kept up to date beside the plan."
    )
    next_steps: tuple[NextStep, ...] = Field((), description="What to do next, in order.")
    glossary: tuple[Term, ...] = Field((), description="Words that newcomers may not know.")
    links: tuple[Link, ...] = Field((), description="Things to read.")
    tracker: Tracker = Field(
        {},
        description="Where tickets are: https://tickets.example.org/browse/{id}; or an address for each way ids begin.",
    )
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about the plan.")
    tables: tuple[Table, ...] = Field((), description="Tables of figures that are nowhere else in the plan.")
    rollback: Rollback | None = Field(None, description="How the whole plan is undone.")
    risk_levels: Annotated[tuple[Word, ...], Field(min_length=2)] = Field(
        LEVELS, description="The plan's own levels of risk, the lowest first: low, medium, high, critical."
    )
    fields: tuple[FieldDefinition, ...] = Field((), description="Fields of the team's own.")
    assume: Duration | None = Field(None, description="The effort of every sprint that states none: 5 days.")
    point: Duration | None = Field(None, description="The effort that one point stands for: 4 hours.")
    audit: AuditSettings = Field(AuditSettings.model_construct(), description="Settings of the audit.")
