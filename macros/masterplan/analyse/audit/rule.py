"""A rule of the audit as a row of a table: what its function gets and returns, and how that becomes a finding."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from masterplan.analyse import parts
from masterplan.analyse.audit.judgement import Verdict, stated_amount
from masterplan.analyse.figures import day_in_words
from masterplan.analyse.graph import Edge, Graph
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.parts import Compared, PartWithClaims
from masterplan.analyse.progress import Standing, kept, milestone_standings, tasks_done
from masterplan.analyse.staffing import Shift, Staffing
from masterplan.analyse.totals import SizeField
from masterplan.model.declared import Declared
from masterplan.model.finding import Area, Finding, FindingKind, Related, Rule, Severity, digest
from masterplan.model.part import Path
from masterplan.model.plan import Phase, PlacedTask, Plan
from masterplan.model.progress import Entry
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.task import OUT, State
from masterplan.model.timeline import Period

MOST_RELATED = 20
"""Places that one finding is compared with."""

Exists = Callable[[str], bool]
"""Whether a path, relative to the repository's root, is there."""


class Fault(NamedTuple):
    """One thing that is wrong: where, in words, what to do, what the plan itself says, and what it was compared with.

    With `key` the place is that of the field's name, for fields that hold several things.
    """

    path: Path
    message: str
    hint: str
    computed: str = ""
    compared: tuple[Compared, ...] = ()
    key: bool = False


class Dated(NamedTuple):
    """A progress entry with its path."""

    path: Path
    entry: Entry

    @property
    def state(self) -> Compared:
        """Where the entry states the sprint's state, and on which day."""
        return Compared((*self.path, "state"), f"{self.entry.state} on {day_in_words(self.entry.date, None)}")


@dataclass(frozen=True)
class AuditInput:
    """The plan and what was computed from it.

    `staffing` is that of the options that the plan follows; one that was not chosen is history and is not judged.
    Without `today` every entry counts and none is late; without `exists` no file is looked for. `verdicts` are those on
    all claims, and empty while these are judged.
    """

    plan: Plan
    graph: Graph
    staffing: tuple[Staffing, ...]
    standings: Mapping[str, Standing]
    today: date | None = None
    exists: Exists | None = None
    verdicts: tuple[Verdict, ...] = ()

    @cached_property
    def phase_paths(self) -> Mapping[str, Path]:
        """The path of each phase, by its id."""
        return {phase.id: ("phases", "phases", n) for n, phase in enumerate(self.plan.phases)}

    @cached_property
    def sprints(self) -> tuple[Sprint, ...]:
        """The sprints that have not been dropped."""
        return kept(self.plan, self.standings)

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneStanding]:
        """The standing of each milestone, by its id, in the order of the file."""
        return milestone_standings(self.plan, self.standings, self.today)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The dependencies between sprints that have not been dropped."""
        out = {id_ for id_, standing in self.standings.items() if standing.is_dropped}
        return tuple(edge for edge in self.graph.edges if not {edge.sprint, edge.needs} & out)

    @cached_property
    def entries(self) -> Mapping[str, tuple[Dated, ...]]:
        """The entries of each sprint that has any, oldest first, without those dated after today."""
        entries: dict[str, list[Dated]] = defaultdict(list)
        for n, entry in enumerate(self.plan.entries):
            if self.today is None or entry.date <= self.today:
                entries[entry.sprint].append(Dated(("entries", str(n)), entry))
        return {id_: tuple(sorted(dated, key=lambda one: one.entry.date)) for id_, dated in entries.items()}

    @cached_property
    def tasks_in(self) -> Mapping[str, tuple[PlacedTask, ...]]:
        """The tasks of each sprint that has any, with those that continue in it, without dropped ones."""
        tasks: dict[str, list[PlacedTask]] = defaultdict(list)
        for placed in self.plan.all_tasks:
            for id_ in dict.fromkeys((placed.sprint, placed.task.also_in)):
                if id_ and placed.task.state not in OUT:
                    tasks[id_].append(placed)
        return {id_: tuple(placed) for id_, placed in tasks.items()}

    @cached_property
    def texts(self) -> tuple[tuple[Path, str], ...]:
        """Every text of several words, with its path."""
        return tuple((path, text) for path, text in parts.texts(self.plan) if " " in text)

    def name(self, sprint: str) -> str:
        """What people call a sprint."""
        return self.plan.name(sprint)

    def in_words(self, day: date) -> str:
        """A day as people write it."""
        return day_in_words(day, self.today)

    def group(self, phase: Phase) -> str:
        """What people call a phase."""
        return self.plan.group_name(phase.id)

    def names(self, sprints: Iterable[str]) -> str:
        """What people call some sprints, in a sentence."""
        return parts.names(self.plan, sprints)

    def unit(self, id_: str) -> str:
        """What people call a sprint, or a task by its id."""
        return self.plan.unit_name(id_)

    def units(self, ids: Iterable[str]) -> str:
        """What people call some sprints and tasks, in a sentence."""
        return parts.listed(map(self.unit, ids))

    def state(self, unit: str) -> State:
        """The state of a sprint or task; a task that an entry lists is done, and so are those of a finished sprint."""
        placed = self.plan.tasks.get(unit)
        if placed is None:
            return self.standings[unit].state
        standing = self.standings[placed.sprint]
        is_over = standing.state == "done" and placed.task.state not in OUT
        is_done = is_over or placed.task.key in tasks_done(self.plan.sprints[placed.sprint], standing.entries)
        return "done" if is_done else placed.task.state

    def at_phase(self, phase: Phase, field: str = "when") -> Compared:
        """Where a phase is written."""
        when = f": {phase.when.named}" if phase.when else ""
        return Compared((*self.phase_paths[phase.id], field), f"{self.group(phase)}{when}")

    def at_window(self, sprint: str) -> Compared:
        """Where the window of a sprint that has one is written: its own, or its phase's."""
        own = self.plan.sprints[sprint].when
        if own is None:
            return self.at_phase(self.plan.phase_of[sprint])
        return Compared(("sprints", sprint, "when"), f"{self.name(sprint)}: {own.named}")

    def at_size(self, sprint: str, field: SizeField, size: Quantity) -> Compared:
        """Where the effort or the points of a sprint are written: its own, or those of its tasks."""
        stated = getattr(self.plan.sprints[sprint], field) is not None
        return Compared(("sprints", sprint, field if stated else "tasks"), f"{self.name(sprint)}: {size.text}")

    def at_edge(self, edge: Edge) -> Compared:
        """Where a dependency is written."""
        return parts.at_edge(self.plan, edge)


class ClaimContext(NamedTuple):
    """A claim for its judge: the part of the plan that it is written in, and the path of that part."""

    inputs: AuditInput
    path: Path
    part: PartWithClaims
    declared: Declared

    @property
    def plan(self) -> Plan:
        """The plan of the claim."""
        return self.inputs.plan

    @property
    def about(self) -> tuple[str, ...]:
        """The sprints it is about: the one it is in, else those it lists, else all of its phase or of the plan."""
        if isinstance(self.part, Sprint):
            return (self.part.id,)
        if self.declared.sprints:
            return self.declared.sprints
        return self.part.sprints if isinstance(self.part, Phase) else self.plan.ids

    @property
    def stated(self) -> Quantity:
        """The amount it states; a quantity that is no number where it states none."""
        return stated_amount(self.declared, self.plan.header.decimal)

    def names(self, sprints: Iterable[str]) -> str:
        """What people call some sprints, in a sentence."""
        return self.inputs.names(sprints)


RunCheck = Callable[[AuditInput], Iterator[Fault]]
"""Finds where a plan breaks a rule."""


CommonCause = Literal["place", "part", "compared", "rule"]
"""What findings of a rule have in common that one fix removes: the place, the part, what they are compared with, or
nothing but the rule."""


class Proportion(NamedTuple):
    """A rule that most sprints may break: the ids of those that could, and the words for all of them together."""

    among: Callable[[AuditInput], Iterable[str]]
    says: str
    """What follows a number: `sprints with a high risk have no owner`."""


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the table: a rule, the function that finds where a plan breaks it, and what its findings share.

    With a `proportion` the findings of most sprints are one.
    """

    rule: Rule
    run: RunCheck
    cause: CommonCause
    proportion: Proportion | None = None

    def findings(self, inputs: AuditInput) -> Iterator[Finding]:
        """What breaks the rule, as findings with places."""
        for fault in self.run(inputs):
            yield as_finding(inputs.plan, self.rule, fault, self.cause)

    def sharing(self, cause: CommonCause) -> "Check":
        """The same row, whose findings have one cause where they share this."""
        return replace(self, cause=cause)

    def counted(self, among: Callable[[AuditInput], Iterable[str]], says: str) -> "Check":
        """The same row, whose findings are one where they are about most of these sprints."""
        return replace(self, proportion=Proportion(among, says))


@dataclass(frozen=True, slots=True)
class AreaRows:
    """Makes the rows of one area: id, kind, severity, one sentence that says what is wrong, and the function.

    Gaps of one rule have one cause, any other finding has its own; `Check.sharing` says otherwise.
    """

    area: Area

    def __call__(self, id_: str, kind: FindingKind, severity: Severity, says: str, run: RunCheck) -> Check:
        """A row."""
        return Check(Rule(id_, severity, says, self.area, kind), run, "rule" if kind == "gap" else "place")


def as_finding(plan: Plan, rule: Rule, fault: Fault, cause: CommonCause = "place") -> Finding:
    """A fault as a finding: paths become places."""
    at = plan.places.of
    return Finding(
        rule,
        at(*fault.path, key=fault.key),
        fault.message,
        fault.hint,
        tuple(Related(at(*place.path), place.says) for place in fault.compared[:MOST_RELATED]),
        parts.subject(plan, fault.path),
        parts.field(fault.path),
        fault.computed,
        _cause(plan, rule, fault, cause),
    )


def _cause(plan: Plan, rule: Rule, fault: Fault, cause: CommonCause) -> str:
    """What findings with one fix share; findings with different hints never do."""
    shared: Mapping[CommonCause, object] = {
        "place": fault.path,
        "part": parts.subject(plan, fault.path),
        "compared": [place.path for place in fault.compared] or fault.path,
        "rule": "",
    }
    return digest(f"{rule.id}\n{fault.hint}\n{shared[cause]}")


def is_against(edge: Edge, mine: Period, needed: Period) -> bool:
    """Whether a sprint comes too early for a dependency, by its own time and that of what it needs."""
    return mine.is_over_by(needed) if edge.is_of_tasks else not needed.is_over_by(mine)


def all_kept(inputs: AuditInput) -> Iterator[str]:
    """The ids of all sprints that have not been dropped."""
    return (sprint.id for sprint in inputs.sprints)


def at_shift(shift: Shift) -> Compared:
    """Where a piece of somebody's work is written."""
    return Compared((*shift.path, "when"), f"{shift.who}: {shift.period.named}")
