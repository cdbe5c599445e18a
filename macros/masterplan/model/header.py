"""The header: everything about the plan as a whole; `plan_data/plan.yml`."""

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
    """A list with a sentence above it."""

    says: Line | None = Field(None, description="The sentence above the list.")
    items: tuple[Line, ...] = Field(description="The items.", min_length=1)


class Testing(Part):
    """The testing strategy."""

    per_sprint: Checklist | None = Field(None, description="The kinds of test in every sprint.")
    end_to_end: Checklist | None = Field(None, description="The tests once all sprints are done.")


class Documentation(Part):
    """Documents to keep up to date along with the plan."""

    after_each_sprint: tuple[Document, ...] = Field((), description="Documents to update after every sprint.")
    progress_in: PagePath | None = Field(
        None, description="The file that tracks progress; [N] stands for the sprint, [date] for the day it was done."
    )


class NextStep(Part):
    """A next step."""

    title: Line = Field(description="What to do.")
    detail: Line | None = Field(None, description="The rest of the sentence.")
    done: bool = Field(default=False, description="Whether it is done.")


class Term(Part):
    """A term that newcomers may not know."""

    term: Line = Field(description="The term.")
    means: Line = Field(description="What it means here.")


_ADDRESS = re.compile(r"https?://[^\s/?#{}]+[/?#][^\s{}]*\{id\}[^\s{}]*")
_BEGINNING = re.compile(r"any|#|[A-Z][A-Z0-9]{1,9}")


def _tracker(value: object) -> object:
    """The mapping of a tracker; a text alone is the address of `any`. Refuses unusable keys and addresses."""
    addresses = {"any": value} if isinstance(value, str) else value
    for beginning, address in addresses.items() if isinstance(addresses, dict) else ():
        if not _BEGINNING.fullmatch(beginning):
            do = "write OPS for ids like OPS-412, # for numbers like #123, or any for all others"
            raise unfit("bad-tracker", "has a key that ticket ids cannot start with", do)
        if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
            do = "write an https or http address with {id} once, after the host: https://example.org/browse/{id}"
            says = "is not a valid ticket address" if isinstance(value, str) else "has an invalid ticket address"
            raise unfit("bad-tracker", says, do)
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
"""The addresses of tickets, with `{id}` in place of the id, by the start of their ids: `OPS` for OPS-412, `#` for #123,
`any` for all others. A text alone is the address of `any`."""


class Header(Scope):
    """Everything about the plan as a whole; `plan_data/plan.yml`."""

    title: Line = Field(description="The plan's name.")
    id: Id | None = Field(
        None,
        description="Identifies the plan to calendars and feed readers; by default the repository and the folder do.",
    )
    summary: Prose | None = Field(None, description="What the plan is about, in a few sentences; Markdown allowed.")
    unit: Unit = Field(Unit.model_construct(), description="The plan's word for its pieces of work.")
    group: Group = Field(
        Group.model_construct(), description="The plan's word for groups of them, which phases.yml lists."
    )
    decimal: DecimalMark | None = Field(
        None,
        description='The decimal mark: "." or ",". If left out, 1,000 is a thousand and 1.000 is an error.',
    )
    start: Date | None = Field(
        None,
        description="The first day of week 1; by default the first date in any window of the plan.",
    )
    timezone: Timezone | None = Field(
        None, description="The team's time zone: Europe/Berlin. By default that of the machine."
    )
    updated: Date | None = Field(None, description="The day the authors last changed the plan.")
    testing: Testing = Field(Testing.model_construct(), description="The testing strategy.")
    documentation: Documentation = Field(
        Documentation.model_construct(), description="Documents to keep up to date along with the plan."
    )
    next_steps: tuple[NextStep, ...] = Field((), description="What to do next, in order.")
    glossary: tuple[Term, ...] = Field((), description="Terms that newcomers may not know.")
    links: tuple[Link, ...] = Field((), description="Further reading.")
    tracker: Tracker = Field(
        {},
        description="Addresses of tickets: https://tickets.example.org/browse/{id}; or one for each prefix of ids.",
    )
    declared: tuple[Declared, ...] = Field((), description="The authors' figures and claims about the plan.")
    tables: tuple[Table, ...] = Field((), description="Tables of figures that are nowhere else in the plan.")
    rollback: Rollback | None = Field(None, description="How to undo the whole plan.")
    risk_levels: Annotated[tuple[Word, ...], Field(min_length=2)] = Field(
        LEVELS, description="The plan's own levels of risk, lowest first: low, medium, high, critical."
    )
    fields: tuple[FieldDefinition, ...] = Field((), description="Custom fields.")
    assume: Duration | None = Field(None, description="The effort of every sprint that states none: 5 days.")
    point: Duration | None = Field(None, description="The effort of one point: 4 hours.")
    audit: AuditSettings = Field(AuditSettings.model_construct(), description="Settings of the audit.")
