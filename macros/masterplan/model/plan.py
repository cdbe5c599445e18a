"""The plan: the contents of each file of `plan_data/`, and the whole they make.

The classes that derive from `Part` are the files' shapes; JSON Schemas and the reference in the guide are generated
from them. `Plan` is the whole, read and resolved, and all that later rooms ever see.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator
from pydantic.json_schema import JsonSchemaMode

from masterplan.model.declared import AuditSettings, Declared, Table
from masterplan.model.fields import (
    Date,
    Id,
    Line,
    PagePath,
    PersonRef,
    Prose,
    SprintRef,
    Timezone,
    Window,
)
from masterplan.model.naming import Subject, natural
from masterplan.model.part import Part, PartField, Path, fields_of, walk
from masterplan.model.place import Places
from masterplan.model.progress import Entry, Progress
from masterplan.model.quantity import DecimalMark
from masterplan.model.sprint import Document, Link, Sprint
from masterplan.model.team import Person, Team, WorkingTime
from masterplan.model.timeline import Period, Timeline
from masterplan.model.window import TimeWindow

_OURS = re.compile(r"\b(?P<article>an? )?(?P<word>sprint|phase)(?P<many>s?)\b", re.IGNORECASE)
_VOWELS = frozenset("aeiou")


class Unit(Part):
    """What the plan calls its pieces of work."""

    one: Line = Field("Sprint", description="A single one: Sprint, Epic, Milestone.")
    many: Line = Field("Sprints", description="Several of them; left out, the same with an s.")

    @model_validator(mode="before")
    @classmethod
    def _several(cls, data: Any) -> Any:
        """A word of which only the singular is given has a regular plural, never that of the default."""
        is_partial = isinstance(data, dict) and isinstance(data.get("one"), str) and "many" not in data
        return {**data, "many": f"{data['one']}s"} if is_partial else data


class Group(Unit):
    """What the plan calls a group of pieces of work."""

    one: Line = Field("Phase", description="A single one: Phase, Milestone, Release.")
    many: Line = Field("Phases", description="Several of them; left out, the same with an s.")


class Reason(Part):
    """One reason for a phase's order."""

    sprint: SprintRef | None = Field(None, description="The sprint it is about.")
    text: Line = Field(description="The reason.")


class Parallel(Part):
    """A claim that one sprint can run beside others."""

    sprint: SprintRef = Field(description="The sprint that can run beside the others.")
    alongside: tuple[SprintRef, ...] = Field(description="The others.", min_length=1)
    says: Line = Field(description="The authors' own words.")


class Phase(Part):
    """Sprints that are done in the same window of time, and why."""

    id: Id = Field(description="Short and permanent: '1'.")
    title: Line = Field(description="What the phase is about.")
    when: Window = Field(
        description="When it is done: weeks of the plan, 1-2, its working days, day 3-5, or 2026-01-05 to 2026-01-16."
    )
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints in it, in order.")
    why: tuple[Reason, ...] = Field((), description="Why this order.")
    parallel: tuple[Parallel, ...] = Field((), description="What may run beside what.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about it.")


class Work(Part):
    """What one person does in a window of time."""

    when: Window = Field(description="When: 1-2, day 3-5, 2026-01-05 to 2026-01-16.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints worked on.")
    supports: tuple[SprintRef, ...] = Field((), description="The sprints of others that are helped along.")
    task: Line | None = Field(
        None, description="What is done, where it is not simply the sprint: Support Sprint 5 testing."
    )


class Lane(Part):
    """One person's work in an option."""

    name: Line = Field(description="Who: Dev 1.")
    person: PersonRef | None = Field(None, description="The id of the person in team.yml, once it is known.")
    work: tuple[Work, ...] = Field((), description="What this person does when.")


class Option(Part):
    """One way to staff the plan."""

    id: Id = Field(description="Short and permanent: A.")
    title: Line = Field(description="What the option is: Single Developer.")
    mode: Literal["sequential", "parallel"] | None = Field(None, description="Whether sprints are done one by one.")
    people: tuple[Lane, ...] = Field((), description="Who does what when.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims, such as the timeline: 8-10 weeks.")


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


class Header(Part):
    """What concerns the plan as a whole; `plan_data/plan.yml`."""

    title: Line = Field(description="The plan's name.")
    id: Id | None = Field(
        None,
        description="Names the plan to calendars and feed readers; else they know it by the repository and the folder.",
    )
    summary: Prose | None = Field(None, description="What it is about, in a few sentences; Markdown allowed.")
    unit: Unit = Field(Unit(), description="What the plan calls its pieces of work.")
    group: Group = Field(Group(), description="What the plan calls a group of them, as phases.yml lists them.")
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
    testing: Testing = Field(Testing(), description="The testing strategy.")
    documentation: Documentation = Field(Documentation(), description="What is kept up to date beside the plan.")
    next_steps: tuple[NextStep, ...] = Field((), description="What to do next, in order.")
    glossary: tuple[Term, ...] = Field((), description="Words that newcomers may not know.")
    links: tuple[Link, ...] = Field((), description="Things to read.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about the plan.")
    tables: tuple[Table, ...] = Field((), description="Tables of figures that are nowhere else in the plan.")
    audit: AuditSettings = Field(AuditSettings(), description="Settings of the audit.")


class Phases(Part):
    """Order and grouping; `plan_data/phases.yml`."""

    phases: tuple[Phase, ...] = Field(description="The phases, in order.")


class Options(Part):
    """Ways to staff the plan; `plan_data/options.yml`."""

    options: tuple[Option, ...] = Field(description="The options.")


@dataclass(frozen=True)
class Plan:
    """A whole plan, read and resolved: every id that is referred to exists, and dependencies run in no circle.

    `sprints` maps id to sprint in the order of the phases, then in natural order of the ids (2 before 10), however they
    were given. `places` says where each value is written and takes no part in comparing plans.
    """

    header: Header
    sprints: Mapping[str, Sprint]
    phases: tuple[Phase, ...]
    options: tuple[Option, ...]
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    places: Places = field(compare=False)
    calendar: WorkingTime = field(default_factory=WorkingTime)

    def __post_init__(self) -> None:
        """Put the sprints in their order: of pages, tables, exports and everything else that lists them."""
        listed = (id_ for phase in self.phases for id_ in phase.sprints if id_ in self.sprints)
        ids = dict.fromkeys((*listed, *sorted(self.sprints, key=natural)))
        object.__setattr__(self, "sprints", {id_: self.sprints[id_] for id_ in ids})

    @cached_property
    def phase_of(self) -> Mapping[str, Phase]:
        """The first phase of each sprint that is in one, by the sprint's id."""
        phases: dict[str, Phase] = {}
        for phase in self.phases:
            for sprint in phase.sprints:
                phases.setdefault(sprint, phase)
        return phases

    @cached_property
    def start(self) -> date | None:
        """The day on which week 1 begins: as the plan states it, else the first date that any window names."""
        if self.header.start:
            return self.header.start
        windows = (value.value for _, part in self.parts() for value in walk(part, fields=_windowed))
        first = min((window.first for window in windows if window.unit == "date"), default=0)
        return date.fromordinal(first) if first else None

    @cached_property
    def timeline(self) -> Timeline:
        """The plan's calendar."""
        return Timeline(self.start, self.calendar)

    def period(self, window: TimeWindow) -> Period:
        """What days a window is."""
        return self.timeline.period(window)

    def period_of(self, sprint: str) -> Period | None:
        """When a sprint is done: in its own window, else in its phase's."""
        phase = self.phase_of.get(sprint)
        window = self.sprints[sprint].when or (phase.when if phase else None)
        return self.period(window) if window else None

    def parts(self) -> Iterator[tuple[Path, Part]]:
        """The header and every sprint, phase, option, person and entry, each with its path for `places`."""
        yield ("plan",), self.header
        yield from ((("sprints", id_), sprint) for id_, sprint in self.sprints.items())
        yield from ((("phases", "phases", n), phase) for n, phase in enumerate(self.phases))
        yield from ((("options", "options", n), option) for n, option in enumerate(self.options))
        yield from ((("team", "people", n), person) for n, person in enumerate(self.people))
        yield from ((("entries", str(n)), entry) for n, entry in enumerate(self.entries))

    def subjects(self) -> Iterator[Subject]:
        """Everything with an id that findings and changes are about, kind by kind, each in its order."""
        yield from (Subject("phase", phase.id) for phase in self.phases)
        yield from (Subject("sprint", id_) for id_ in self.sprints)
        yield from (Subject("option", option.id) for option in self.options)
        yield from (Subject("person", person.id) for person in self.people)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of all sprints, in order."""
        return tuple(self.sprints)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """The position of each sprint in the order, from 0."""
        return {id_: n for n, id_ in enumerate(self.sprints)}

    @property
    def unit(self) -> Unit:
        """What the plan calls its pieces of work."""
        return self.header.unit

    @property
    def group(self) -> Group:
        """What the plan calls a group of its pieces of work."""
        return self.header.group

    def worded(self, sentence: str) -> str:
        """A fixed sentence of ours about sprints and phases, in the plan's words for them."""
        return worded(sentence, self.unit, self.group)

    def group_name(self, phase: str) -> str:
        """What people call a phase: `Phase 1`."""
        return f"{self.group.one} {phase}"

    def name(self, sprint: str) -> str:
        """What people call a sprint: `Sprint 4`."""
        return f"{self.unit.one} {sprint}"

    def page(self, sprint: str) -> str:
        """The file name of a sprint's page: its own, or one like `SPRINT_4.md`, which no change of a title moves."""
        return self.sprints[sprint].page or f"SPRINT_{sprint}.md"

    def person(self, id_: str) -> str:
        """The name of a person, by id."""
        return next((person.name for person in self.people if person.id == id_), id_)


@cache
def _windowed(part: type[Part]) -> tuple[PartField, ...]:
    """The fields of a part that hold windows, or parts with windows in them."""
    return tuple(
        field for field in fields_of(part) if field.item is TimeWindow or (field.inner and _windowed(field.inner))
    )


EMPTY_PLAN = Plan(Header(title="?"), {}, (), (), (), (), Places.none())
"""A plan without any part, which others are compared with."""


def worded(sentence: str, unit: Unit, group: Unit) -> str:
    """A fixed sentence about sprints and phases in the plan's words, such as `An epic is in no release`.

    Only for sentences of ours: what a plan says is never put into other words.
    """

    def word(match: re.Match[str]) -> str:
        of = unit if match["word"].lower() == "sprint" else group
        chosen = of.many if match["many"] else of.one
        chosen = chosen if match["word"][0].isupper() else chosen.lower()
        return _article(match["article"] or "", chosen) + chosen

    return _OURS.sub(word, sentence)


def _article(article: str, word: str) -> str:
    if not article:
        return ""
    return f"{article[0]}{'n' if word[:1].lower() in _VOWELS else ''} "


_VERSION = 1
"""The version of the schemas; one that refuses a file which was right gets a new number."""

FILES: Mapping[str, tuple[type[Part], str]] = {
    "plan": (Header, "plan_data/plan.yml"),
    "sprint": (Sprint, "plan_data/sprints/<id>-<slug>.yml"),
    "phases": (Phases, "plan_data/phases.yml"),
    "options": (Options, "plan_data/options.yml"),
    "team": (Team, "plan_data/team.yml"),
    "progress": (Progress, "plan_data/progress/<name>.yml"),
}
"""Each schema's name with the part it describes and the file that holds it."""


OLD_NAMES: Mapping[type[Part], Mapping[str, str]] = {Phase: {"weeks": "when"}, Work: {"weeks": "when"}}
"""What fields were called before, each with its name of today, by the part that has them; files may have either."""


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every file of a plan, by name: draft-07, which editors support best."""
    return {name: schema_of(name, part) for name, (part, _) in FILES.items()}


def _add_old_names(schema: dict[str, Any], names: Mapping[str, str]) -> None:
    """Let a schema accept fields by their old names as well, as deprecated."""
    for old, new in names.items():
        schema["properties"][old] = {
            **schema["properties"][new],
            "deprecated": True,
            "title": old.title(),
            "description": f"The old name of {new}.",
        }
        if new in schema["required"]:
            schema["required"] = [name for name in schema["required"] if name != new]
            schema.setdefault("allOf", []).append({"oneOf": [{"required": [new]}, {"required": [old]}]})


def schema_of(name: str, model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The schema of a file that is read (`validation`) or a document that is written, under a name of ours."""
    made = model.model_json_schema(ref_template="#/definitions/{model}", mode=mode)
    definitions = made.pop("$defs", {})
    for part, names in OLD_NAMES.items() if mode == "validation" else ():
        if part.__name__ in definitions:
            _add_old_names(definitions[part.__name__], names)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"urn:masterplan:v{_VERSION}:{name}"}
    return head | made | ({"definitions": definitions} if definitions else {})
