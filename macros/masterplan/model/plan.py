"""The plan: what each file of `plan_data/` holds, and the whole that they make.

The classes that derive from `Part` are the files' shapes; JSON Schemas and the reference in the guide are generated
from them. `Plan` is the whole, read and resolved, and all that later rooms ever see.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pydantic import Field

from masterplan.model.declared import AuditSettings, Declared, Table
from masterplan.model.fields import (
    Date,
    Duration,
    Id,
    Line,
    Measure,
    Money,
    PageName,
    PagePath,
    PersonRef,
    PhaseRef,
    Prose,
    RepositoryPath,
    SprintRef,
    Timezone,
    Url,
    Window,
)
from masterplan.model.part import Part, Path
from masterplan.model.place import Places
from masterplan.model.progress import Entry
from masterplan.model.quantity import DecimalMark
from masterplan.model.team import Person, WorkingTime
from masterplan.model.words import Group, Unit, worded

Strength = Literal["hard", "soft"]
Level = Literal["very low", "low", "medium", "high", "very high"]
LEVELS: tuple[Level, ...] = ("very low", "low", "medium", "high", "very high")
"""Levels of risk, likelihood and impact, lowest first."""


class Dependency(Part):
    """One thing a sprint needs from another."""

    sprint: SprintRef = Field(description="The id of the sprint that is needed.")
    strength: Strength = Field("hard", description="hard: cannot start or stay without it; soft: benefits from it.")
    reason: Line | None = Field(None, description="What is needed, in a few words.")


class Savings(Part):
    """What a sprint saves once it is done."""

    monthly: Money = Field(description="Savings a month, an amount or a range: $50-100.")


class Metric(Part):
    """A measured thing that a sprint changes."""

    name: Line = Field(description="What is measured.")
    before: Measure = Field(description="What it reads today: 5-10s, or a text such as Baseline.")
    after: Measure = Field(description="What it shall read afterwards: <1s, -20-30%.")
    improvement: Line | None = Field(None, description="What the authors wrote down as its improvement, word for word.")
    better: Literal["lower", "higher"] | None = Field(None, description="Which way it should move.")


class Risk(Part):
    """How risky a sprint is, and what is done about it."""

    level: Level = Field(description="The risk as a whole.")
    likelihood: Level | None = Field(None, description="How likely it is that something goes wrong.")
    impact: Level | None = Field(None, description="How bad it would be.")
    owner: PersonRef | None = Field(None, description="Who watches it: the id of a person in team.yml.")
    description: Prose | None = Field(None, description="What could go wrong.")
    mitigation: tuple[Line, ...] = Field(
        (), description="What is done to make it less likely or less bad, one measure an item."
    )
    relies_on: tuple[SprintRef, ...] = Field((), description="The sprints that deliver what the mitigation needs.")

    @property
    def is_high(self) -> bool:
        """Whether it must have an owner, a mitigation, a rollback and a trigger."""
        return self.level in {"high", "very high"}


class Rollback(Part):
    """How a sprint is undone."""

    needed: bool = Field(default=True, description="false where there is nothing to undo.")
    steps: tuple[Line, ...] = Field((), description="What to do, in order; where nothing is needed, why.")
    trigger: Line | None = Field(None, description="When to roll back.")
    first: tuple[SprintRef, ...] | None = Field(
        None, description="What is undone before it, in order, as the authors say; an empty list says: nothing."
    )


class Test(Part):
    """A test that a sprint brings."""

    kind: Line = Field(description="The kind of test, in the words of the testing strategy: Unit tests.")
    text: Line | None = Field(None, description="What is tested, and how.")


class Task(Part):
    """A piece of work in a sprint."""

    title: Line = Field(description="What is to be done.")
    done: bool = Field(default=False, description="Whether it is done.")


class Document(Part):
    """A file of the repository that has to be kept up to date."""

    path: RepositoryPath = Field(description="The file, from the repository's root.")
    note: Line | None = Field(None, description="When or what to update: if applicable.")


class Link(Part):
    """Something to read elsewhere."""

    title: Line = Field(description="The text of the link.")
    url: Url = Field(description="An https, http or mailto address.")


class Sprint(Part):
    """All that is known of one sprint; one file each, `plan_data/sprints/<id>-<slug>.yml`."""

    id: Id = Field(description="Short, permanent, in quotes: '4'. Never derived from order.")
    title: Line = Field(description="What the sprint is about, its focus.")
    short: Line | None = Field(None, description="The name it goes by in running text: Batching.")
    page: PageName | None = Field(None, description="File name of its page; made from its id when left out.")
    description: Prose | None = Field(None, description="What it is about in more words; Markdown allowed.")
    phase: PhaseRef | None = Field(None, description="The phase it joins, where phases.yml does not list it already.")
    impact: Line | None = Field(None, description="What it brings, as the authors claim it: 90% fewer API calls.")
    owner: PersonRef | None = Field(None, description="Who is responsible: the id of a person in team.yml.")
    effort: Duration | None = Field(None, description="The work in it: 2 hours, 3-5 days.")
    likely: Duration | None = Field(None, description="The likeliest effort within the range; else its middle.")
    skills: tuple[Line, ...] = Field((), description="What whoever does it must be good at.")
    depends_on: tuple[Dependency, ...] | None = Field(
        None, description="What it needs. An empty list says aloud that it needs nothing; left out, nobody has said."
    )
    savings: Savings | None = Field(None, description="What it saves.")
    metrics: tuple[Metric, ...] = Field((), description="What it changes, before and after.")
    risk: Risk | None = Field(None, description="Its risk and mitigation.")
    rollback: Rollback | None = Field(None, description="How it is undone.")
    tests: tuple[Test, ...] = Field((), description="Its tests.")
    documentation: tuple[Document, ...] = Field(
        (), description="Documents to update after it, besides the plan's own list."
    )
    tasks: tuple[Task, ...] = Field((), description="The work in it, piece by piece.")
    links: tuple[Link, ...] = Field((), description="Things to read.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about it.")


class Reason(Part):
    """One reason for a phase's order."""

    sprint: SprintRef | None = Field(None, description="The sprint it speaks of.")
    text: Line = Field(description="The reason.")


class Parallel(Part):
    """A claim that one sprint can run beside others."""

    sprint: SprintRef = Field(description="The sprint that can run beside the others.")
    alongside: tuple[SprintRef, ...] = Field(description="The others.", min_length=1)
    says: Line = Field(description="The authors' own words.")


class Phase(Part):
    """Sprints that are done in the same weeks, and why."""

    id: Id = Field(description="Short and permanent: '1'.")
    title: Line = Field(description="What the phase is about.")
    weeks: Window = Field(description="Its weeks, from the plan's start: 1-2.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints in it, in order.")
    why: tuple[Reason, ...] = Field((), description="Why this order.")
    parallel: tuple[Parallel, ...] = Field((), description="What may run beside what.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about it.")


class Work(Part):
    """What one person does in a window of weeks."""

    weeks: Window = Field(description="The weeks: 1-2.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints worked on.")
    supports: tuple[SprintRef, ...] = Field((), description="The sprints of others that are helped along.")
    task: Line | None = Field(
        None, description="What is done, where it is not simply the sprint: Support Sprint 5 testing."
    )


class Lane(Part):
    """One person's weeks in an option."""

    name: Line = Field(description="Who: Dev 1.")
    person: PersonRef | None = Field(None, description="The id of the person in team.yml, once it is known.")
    work: tuple[Work, ...] = Field((), description="What this person does, week by week.")


class Option(Part):
    """One way to staff the plan."""

    id: Id = Field(description="Short and permanent: A.")
    title: Line = Field(description="What the option is: Single Developer.")
    mode: Literal["sequential", "parallel"] | None = Field(None, description="Whether sprints are done one by one.")
    people: tuple[Lane, ...] = Field((), description="Who does what in which weeks.")
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
    start: Date | None = Field(None, description="The day week 1 begins; weeks are shown as dates once it is known.")
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
    tables: tuple[Table, ...] = Field((), description="Tables of figures that nothing else of the plan holds.")
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

    `sprints` maps id to sprint in natural order of the ids (2 before 10). `places` says where each value is written and
    takes no part in comparing plans.
    """

    header: Header
    sprints: Mapping[str, Sprint]
    phases: tuple[Phase, ...]
    options: tuple[Option, ...]
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    places: Places = field(compare=False)
    calendar: WorkingTime = field(default_factory=WorkingTime)

    @cached_property
    def phase_of(self) -> Mapping[str, Phase]:
        """The first phase of each sprint that is in one, by the sprint's id."""
        phases: dict[str, Phase] = {}
        for phase in self.phases:
            for sprint in phase.sprints:
                phases.setdefault(sprint, phase)
        return phases

    def parts(self) -> Iterator[tuple[Path, Part]]:
        """The header and every sprint, phase, option, person and entry, each with its path for `places`."""
        yield ("plan",), self.header
        yield from ((("sprints", id_), sprint) for id_, sprint in self.sprints.items())
        yield from ((("phases", "phases", n), phase) for n, phase in enumerate(self.phases))
        yield from ((("options", "options", n), option) for n, option in enumerate(self.options))
        yield from ((("team", "people", n), person) for n, person in enumerate(self.people))
        yield from ((("entries", str(n)), entry) for n, entry in enumerate(self.entries))

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


EMPTY_PLAN = Plan(Header(title="?"), {}, (), (), (), (), Places.none())
"""A plan without any part, which others are compared with."""
