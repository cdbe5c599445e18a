"""The plan as a whole, and the phases in it.

Subclasses of `Part` define the format of the files in `plan_data/`; JSON Schemas and the reference in the guide are
generated from them. `Plan` is the whole plan after reading, and the only form that later stages see.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

from pydantic import Field

from masterplan.model.custom import CustomValues, FieldDefinition, FieldOwner
from masterplan.model.declared import Declared
from masterplan.model.fields import (
    Duration,
    Id,
    Line,
    Owners,
    Points,
    Prose,
    SprintRef,
    UnitRef,
    Window,
    Word,
)
from masterplan.model.header import Header
from masterplan.model.milestone import Milestone
from masterplan.model.naming import Subject, natural
from masterplan.model.option import Option
from masterplan.model.part import Part, PartField, Path, fields_of, walk
from masterplan.model.place import Places
from masterplan.model.progress import Entry
from masterplan.model.risk import NamedRisk
from masterplan.model.scope import Ask, Decision, Scope
from masterplan.model.sprint import Document, Sprint
from masterplan.model.task import Link, Task
from masterplan.model.team import People, Person, WorkingTime
from masterplan.model.timeline import Period, Timeline
from masterplan.model.window import TimeWindow
from masterplan.model.words import Group, Unit, worded


class Reason(Part):
    """A reason for the order of a phase."""

    sprint: SprintRef | None = Field(None, description="The sprint it is about.")
    text: Line = Field(description="The reason.")


class Parallel(Part):
    """A claim that a sprint or task can run in parallel with others."""

    sprint: UnitRef = Field(description="The id of the sprint or task that can run in parallel with the others.")
    alongside: tuple[UnitRef, ...] = Field(description="The others: sprints and tasks.", min_length=1)
    says: Line = Field(description="The authors' own words.")


class Phase(Scope):
    """Sprints that are done in the same time window."""

    id: Id = Field(description="Short and permanent: '1'.")
    title: Line = Field(description="The subject of the phase.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    when: Window | None = Field(
        None,
        description="When it is done: weeks of the plan, 1-2, its working days, day 3-5, or 2026-01-05 to 2026-01-16.",
    )
    owner: Owners = Field((), description="Who is responsible: people, teams or roles in team.yml.")
    effort: Duration | None = Field(None, description="Its total effort, as stated by the authors: 80 hours.")
    points: Points | None = Field(None, description="Its size in points, as stated by the authors.")
    sprints: tuple[SprintRef, ...] = Field((), description="The sprints in it, in order.")
    why: tuple[Reason, ...] = Field((), description="Reasons for this order.")
    parallel: tuple[Parallel, ...] = Field((), description="Sprints and tasks that can run in parallel.")
    labels: tuple[Word, ...] = Field((), description="Labels to search for.")
    links: tuple[Link, ...] = Field((), description="Further reading.")
    fields: CustomValues = Field(default_factory=dict, description="Values of the custom fields of phases.")
    declared: tuple[Declared, ...] = Field((), description="The authors' figures and claims about it.")


class Phases(Part):
    """The phases of the plan, in order; `plan_data/phases.yml`."""

    phases: tuple[Phase, ...] = Field(description="The phases, in order.")


class PlacedTask(NamedTuple):
    """A task, with the id of its sprint and its position among the sprint's tasks, from 0."""

    sprint: str
    position: int
    task: Task

    @property
    def path(self) -> Path:
        """Its path, as in `Plan.places`."""
        return ("sprints", self.sprint, "tasks", self.position)


@dataclass(frozen=True)
class Plan:
    """A whole plan, after reading: every reference leads to an existing id, and dependencies form no cycle.

    `sprints` maps ids to sprints in the order of the phases, then in natural order of the ids (2 before 10), whatever
    the order of the argument. `places` has the place of each value and is ignored when plans are compared.
    """

    header: Header
    sprints: Mapping[str, Sprint]
    phases: tuple[Phase, ...]
    options: tuple[Option, ...]
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    places: Places = field(compare=False)
    calendar: WorkingTime = field(default_factory=WorkingTime.model_construct)
    teams: tuple[People, ...] = ()
    roles: tuple[People, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    risks: tuple[NamedRisk, ...] = ()
    chosen: str | None = None

    def __post_init__(self) -> None:
        """Sort the sprints into the order of all pages, tables and exports."""
        listed = (id_ for phase in self.phases for id_ in phase.sprints if id_ in self.sprints)
        ids = dict.fromkeys((*listed, *sorted(self.sprints, key=natural)))
        object.__setattr__(self, "sprints", {id_: self.sprints[id_] for id_ in ids})

    @cached_property
    def phase_of(self) -> Mapping[str, Phase]:
        """The first phase of each sprint that is in a phase, by the id of the sprint."""
        phases: dict[str, Phase] = {}
        for phase in self.phases:
            for sprint in phase.sprints:
                phases.setdefault(sprint, phase)
        return phases

    @cached_property
    def start(self) -> date | None:
        """The first day of week 1: as stated by the plan, else the first date of any window.

        Windows of decisions and asks count only if no other window has a date, as they may lie before the work.
        """
        if self.header.start:
            return self.header.start
        parts = [part for _, part in self.parts()]
        return _first_date(parts, _with_windows_of_work) or _first_date(parts, _with_windows)

    @cached_property
    def timeline(self) -> Timeline:
        """The plan's calendar."""
        return Timeline(self.start, self.calendar)

    def period(self, window: TimeWindow) -> Period:
        """The days of a window."""
        return self.timeline.period(window)

    def windows_of(self, phase: Phase) -> tuple[TimeWindow, ...]:
        """The windows of a phase: its own, else those of its sprints."""
        of_sprints = (self.sprints[id_].when for id_ in phase.sprints if id_ in self.sprints)
        return (phase.when,) if phase.when else tuple(window for window in of_sprints if window)

    def period_of_phase(self, phase: Phase) -> Period | None:
        """The period of a phase: its own window, else from the first window of its sprints to the last."""
        return self.timeline.hull(self.windows_of(phase))

    def planned(self, sprint: str) -> Period | None:
        """The planned period of a sprint: its own window, else the chosen option's work on it, else its phase."""
        in_option = self._in_option.get(sprint) if self.sprints[sprint].when is None else None
        return self.timeline.hull(in_option) if in_option else self.period_of(sprint)

    @cached_property
    def _in_option(self) -> Mapping[str, list[TimeWindow]]:
        """The windows of work in the chosen option, by sprint."""
        windows: dict[str, list[TimeWindow]] = defaultdict(list)
        for work in (work for lane in self.option.people for work in lane.work) if self.option else ():
            for sprint in work.sprints:
                windows[sprint].append(work.when)
        return windows

    def period_of(self, sprint: str) -> Period | None:
        """The stated period of a sprint, regardless of options: its own window, else its phase's."""
        phase = self.phase_of.get(sprint)
        window = self.sprints[sprint].when or (phase.when if phase else None)
        return self.period(window) if window else None

    def documents_after(self, sprint: str) -> tuple[Document, ...]:
        """The documents to update after a sprint, each once: those for every sprint, then its own, whose notes win."""
        listed = (*self.header.documentation.after_each_sprint, *self.sprints[sprint].documentation)
        return tuple({document.path: document for document in listed}.values())

    def parts(self) -> Iterator[tuple[Path, Part]]:
        """The header and every other part at the top of a file, such as sprints, each with its path for `places`."""
        yield ("plan",), self.header
        yield from ((("sprints", id_), sprint) for id_, sprint in self.sprints.items())
        yield from ((("phases", "phases", n), phase) for n, phase in enumerate(self.phases))
        yield from ((("options", "options", n), option) for n, option in enumerate(self.options))
        yield from ((("team", "people", n), person) for n, person in enumerate(self.people))
        yield from ((("team", "teams", n), team) for n, team in enumerate(self.teams))
        yield from ((("team", "roles", n), role) for n, role in enumerate(self.roles))
        yield from ((("milestones", "milestones", n), milestone) for n, milestone in enumerate(self.milestones))
        yield from ((("risks", "risks", n), risk) for n, risk in enumerate(self.risks))
        yield from ((("entries", str(n)), entry) for n, entry in enumerate(self.entries))

    def custom_fields(self, of: FieldOwner) -> tuple[FieldDefinition, ...]:
        """The custom fields of a kind of part, in the order of plan.yml."""
        return tuple(definition for definition in self.header.fields if of in definition.of)

    def custom_values(self) -> Iterator[tuple[Path, FieldOwner, CustomValues]]:
        """Every part that may have custom fields: its path, its kind, and its values."""
        for id_, sprint in self.sprints.items():
            yield ("sprints", id_), "sprint", sprint.fields
            yield from ((("sprints", id_, "tasks", n), "task", task.fields) for n, task in enumerate(sprint.tasks))
            yield from ((("sprints", id_, "risks", n), "risk", risk.fields) for n, risk in enumerate(sprint.risks))
        yield from ((("phases", "phases", n), "phase", phase.fields) for n, phase in enumerate(self.phases))
        for n, milestone in enumerate(self.milestones):
            yield ("milestones", "milestones", n), "milestone", milestone.fields
        yield from ((("risks", "risks", n), "risk", risk.fields) for n, risk in enumerate(self.risks))

    def subjects(self) -> Iterator[Subject]:
        """Every part that can be the subject of a finding or a change, kind by kind, in the order of the plan."""
        yield from (Subject("phase", phase.id) for phase in self.phases)
        yield from (Subject("sprint", id_) for id_ in self.sprints)
        yield from (Subject("option", option.id) for option in self.options)
        yield from (Subject("person", person.id) for person in self.people)
        yield from (Subject("team", team.id) for team in self.teams)
        yield from (Subject("role", role.id) for role in self.roles)
        yield from (Subject("milestone", milestone.id) for milestone in self.milestones)
        yield from (Subject("risk", risk.key) for risk in self.risks)

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
        """The plan's word for its pieces of work."""
        return self.header.unit

    @property
    def group(self) -> Group:
        """The plan's word for groups of its pieces of work."""
        return self.header.group

    def worded(self, sentence: str) -> str:
        """One of our own sentences about sprints and phases, in the plan's words for them."""
        return worded(sentence, self.unit, self.group)

    def group_name(self, phase: str) -> str:
        """The name of a phase for people: `Phase 1`."""
        return f"{self.group.one} {phase}"

    def name(self, sprint: str) -> str:
        """The name of a sprint for people: `Sprint 4`."""
        return f"{self.unit.one} {sprint}"

    def phase_heading(self, phase: Phase) -> str:
        """The name of a phase with its title: `Phase 1: Foundations`."""
        return f"{self.group_name(phase.id)}: {phase.title}"

    def heading(self, sprint: str) -> str:
        """The name of a sprint with its title: `Sprint 4: Request batching`."""
        return f"{self.name(sprint)}: {self.sprints[sprint].title}"

    def unit_name(self, id_: str) -> str:
        """The name of a sprint or a task for people: `Sprint 4`, `TASK-16`."""
        return self.name(id_) if id_ in self.sprints else id_

    def page(self, sprint: str) -> str:
        """The file name of a sprint's page: as stated, else one like `SPRINT_4.md`, which new titles do not change."""
        return self.sprints[sprint].page or f"SPRINT_{sprint}.md"

    @cached_property
    def tasks(self) -> Mapping[str, PlacedTask]:
        """Every task with an id, by id, in the order of the sprints."""
        return {placed.task.id: placed for placed in self.all_tasks if placed.task.id}

    @cached_property
    def all_tasks(self) -> tuple[PlacedTask, ...]:
        """Every task of every sprint, in the order of the sprints."""
        sprints = self.sprints.items()
        return tuple(PlacedTask(id_, n, task) for id_, sprint in sprints for n, task in enumerate(sprint.tasks))

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The names of all people, teams and roles, by id."""
        groups = (*self.teams, *self.roles)
        return {person.id: person.name for person in self.people} | {group.id: group.name for group in groups}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The same names made unique, without `; `: a name that occurs twice is followed by the id."""
        counts = Counter(self.owners.values())
        full = {id_: name if counts[name] == 1 else f"{name} ({id_})" for id_, name in self.owners.items()}
        return {id_: name.replace("; ", ", ") for id_, name in full.items()}

    def person(self, id_: str) -> str:
        """The name of a person, a team or a role, by id."""
        return self.owners.get(id_, id_)

    @property
    def option(self) -> Option | None:
        """The chosen option; None if none is chosen."""
        return next((option for option in self.options if option.id == self.chosen), None)

    def follows(self, option: Option) -> bool:
        """Whether an option counts: the chosen one does, or all if none is chosen."""
        return self.chosen in {None, option.id}

    @property
    def scale(self) -> tuple[str, ...]:
        """The plan's levels of risk, lowest first."""
        return self.header.risk_levels

    def grade(self, level: str | None) -> int:
        """The position of a level of risk in the plan's scale, from 0; 0 for a level that is not in it."""
        return self.scale.index(level) if level in self.scale else 0

    def is_high(self, level: str | None) -> bool:
        """Whether a level of risk is above the middle of the plan's scale."""
        return 2 * self.grade(level) > len(self.scale) - 1

    def risk_level(self, sprint: Sprint) -> str | None:
        """The level of a sprint's risk as a whole, else the gravest level among its named risks, open or occurred.

        None if the plan states neither.
        """
        if sprint.risk:
            return sprint.risk.level
        pending = (risk.level for risk in sprint.risks if risk.level and risk.is_pending)
        return max(pending, key=self.grade, default=None)


@cache
def _with_windows(part: type[Part]) -> tuple[PartField, ...]:
    """The fields of a part with windows, directly or in parts below."""
    return tuple(f for f in fields_of(part) if f.item is TimeWindow or (f.inner and _with_windows(f.inner)))


@cache
def _with_windows_of_work(part: type[Part]) -> tuple[PartField, ...]:
    """The same fields without decisions and asks."""
    return tuple(field for field in _with_windows(part) if field.inner not in {Decision, Ask})


def _first_date(parts: Iterable[Part], fields: Callable[[type[Part]], tuple[PartField, ...]]) -> date | None:
    """The first date of all windows in the selected fields of some parts."""
    windows = (value.value for part in parts for value in walk(part, fields=fields))
    first = min((window.first for window in windows if window.unit == "date"), default=None)
    return None if first is None else date.fromordinal(first)


EMPTY_PLAN = Plan(Header.model_construct(title="?"), {}, (), (), (), (), Places.none())
"""A plan without any parts, for comparisons."""
