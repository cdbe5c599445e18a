"""A rule of the audit as a row of a table: the input and output of its function, and how faults become findings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from masterplan.analyse import parts
from masterplan.analyse.audit.judgement import Verdict, stated_amount
from masterplan.analyse.graph import Edge, Graph
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.parts import Compared, PartWithClaims
from masterplan.analyse.progress import Standing, milestone_standings, not_dropped, tasks_done
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
from masterplan.model.window import day_in_words

MOST_RELATED = 20
"""Most places listed as compared in one finding."""

Exists = Callable[[str], bool]
"""Tells whether the repository has a path, relative to its root."""


class Fault(NamedTuple):
    """One violation of a rule: its path, message and hint, the value computed from the plan, and the places compared.

    With `key`, the finding points to the name of the field instead of its value, for fields with several values.
    """

    path: Path
    message: str
    hint: str
    computed: str = ""
    compared: tuple[Compared, ...] = ()
    key: bool = False


class PlacedEntry(NamedTuple):
    """A progress entry with its path."""

    path: Path
    entry: Entry

    @property
    def state(self) -> Compared:
        """The place of the sprint's state in the entry, with the state and the date."""
        return Compared((*self.path, "state"), f"{self.entry.state} on {day_in_words(self.entry.date, None)}")


@dataclass(frozen=True)
class AuditInput:
    """A plan and facts computed from it.

    `staffing` has only the options that the plan follows: rejected options are history and are not audited. Without
    `today`, every entry counts and nothing is late; without `exists`, no file is looked for. `verdicts` has the
    verdicts on all claims; it is empty while the claims are being judged.
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
        """Path of each phase, by id."""
        return {phase.id: ("phases", "phases", n) for n, phase in enumerate(self.plan.phases)}

    @cached_property
    def sprints(self) -> tuple[Sprint, ...]:
        """Sprints that have not been dropped."""
        return not_dropped(self.plan, self.standings)

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneStanding]:
        """Standing of each milestone, by id, in the order of the file."""
        return milestone_standings(self.plan, self.standings, self.today)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Dependencies between sprints that have not been dropped."""
        dropped = {id_ for id_, standing in self.standings.items() if standing.is_dropped}
        return tuple(edge for edge in self.graph.edges if not {edge.sprint, edge.needs} & dropped)

    @cached_property
    def entries(self) -> Mapping[str, tuple[PlacedEntry, ...]]:
        """Entries of each sprint that has any, oldest first, without entries dated after today."""
        by_sprint: dict[str, list[PlacedEntry]] = defaultdict(list)
        for n, entry in enumerate(self.plan.entries):
            if self.today is None or entry.date <= self.today:
                by_sprint[entry.sprint].append(PlacedEntry(("entries", str(n)), entry))
        return {id_: tuple(sorted(entries, key=lambda placed: placed.entry.date)) for id_, entries in by_sprint.items()}

    @cached_property
    def tasks_in(self) -> Mapping[str, tuple[PlacedTask, ...]]:
        """Tasks of each sprint that has any, including tasks continued there, without dropped ones."""
        tasks: dict[str, list[PlacedTask]] = defaultdict(list)
        for placed in self.plan.all_tasks:
            for id_ in dict.fromkeys((placed.sprint, placed.task.also_in)):
                if id_ and placed.task.state not in OUT:
                    tasks[id_].append(placed)
        return {id_: tuple(placed) for id_, placed in tasks.items()}

    @cached_property
    def texts(self) -> tuple[tuple[Path, str], ...]:
        """Texts of more than one word, with their paths."""
        return tuple((path, text) for path, text in parts.texts(self.plan) if " " in text)

    def name(self, sprint: str) -> str:
        """Display name of a sprint."""
        return self.plan.name(sprint)

    def in_words(self, day: date) -> str:
        """Format a date for a message."""
        return day_in_words(day, self.today)

    def phase_name(self, phase: Phase) -> str:
        """Display name of a phase."""
        return self.plan.group_name(phase.id)

    def names(self, sprints: Iterable[str]) -> str:
        """Display names of sprints, joined for a sentence."""
        return parts.names(self.plan, sprints)

    def unit(self, id_: str) -> str:
        """Display name of a sprint or task."""
        return self.plan.unit_name(id_)

    def units(self, ids: Iterable[str]) -> str:
        """Display names of sprints and tasks, joined for a sentence."""
        return parts.listed(map(self.unit, ids))

    def state(self, unit: str) -> State:
        """State of a sprint or task. A task is also done if an entry lists it or its sprint is done."""
        placed = self.plan.tasks.get(unit)
        if placed is None:
            return self.standings[unit].state
        standing = self.standings[placed.sprint]
        is_over = standing.state == "done" and placed.task.state not in OUT
        is_done = is_over or placed.task.key in tasks_done(self.plan.sprints[placed.sprint], standing.entries)
        return "done" if is_done else placed.task.state

    def at_phase(self, phase: Phase, field: str = "when") -> Compared:
        """Place of a phase's field, with the phase's name and window."""
        when = f": {phase.when.named}" if phase.when else ""
        return Compared((*self.phase_paths[phase.id], field), f"{self.phase_name(phase)}{when}")

    def at_window(self, sprint: str) -> Compared:
        """Place of a sprint's window, or of its phase's if the sprint states none; one of them must have a window."""
        own = self.plan.sprints[sprint].when
        if own is None:
            return self.at_phase(self.plan.phase_of[sprint])
        return Compared(("sprints", sprint, "when"), f"{self.name(sprint)}: {own.named}")

    def at_size(self, sprint: str, field: SizeField, size: Quantity) -> Compared:
        """Place of a sprint's effort or points, or of its tasks if only these state them."""
        stated = getattr(self.plan.sprints[sprint], field) is not None
        return Compared(("sprints", sprint, field if stated else "tasks"), f"{self.name(sprint)}: {size.text}")

    def at_edge(self, edge: Edge) -> Compared:
        """Place of a dependency."""
        return parts.at_edge(self.plan, edge)


class ClaimContext(NamedTuple):
    """A claim for its judge, with the part of the plan that states it and the path of that part."""

    inputs: AuditInput
    path: Path
    part: PartWithClaims
    declared: Declared

    @property
    def plan(self) -> Plan:
        """The plan that states the claim."""
        return self.inputs.plan

    @property
    def sprints(self) -> tuple[str, ...]:
        """Sprints that the claim is about: the one that states it, the listed ones, or all of the phase or the plan."""
        if isinstance(self.part, Sprint):
            return (self.part.id,)
        if self.declared.sprints:
            return self.declared.sprints
        return self.part.sprints if isinstance(self.part, Phase) else self.plan.ids

    @property
    def stated(self) -> Quantity:
        """The amount stated by the claim; a quantity that is not a number if it states none."""
        return stated_amount(self.declared, self.plan.header.decimal)

    def names(self, sprints: Iterable[str]) -> str:
        """Display names of sprints, joined for a sentence."""
        return self.inputs.names(sprints)


RunCheck = Callable[[AuditInput], Iterator[Fault]]
"""Yields a fault for each place where a plan breaks a rule."""


CommonCause = Literal["place", "part", "compared", "rule"]
"""What findings of one rule have in common if one fix removes them: the place, the part of the plan, the places
compared, or only the rule."""


class Proportion(NamedTuple):
    """How findings about most sprints are merged: the ids of the sprints that could break the rule, and a summary."""

    candidates: Callable[[AuditInput], Iterable[str]]
    summary: str
    """Rest of a sentence that begins with the counts: `sprints with a high risk have no owner`."""


class Check(NamedTuple):
    """A row of the table: a rule, its function, and the common cause of its findings.

    With a `proportion`, findings about most of the sprints are merged into one.
    """

    rule: Rule
    run: RunCheck
    cause: CommonCause
    proportion: Proportion | None = None

    def findings(self, inputs: AuditInput) -> Iterator[Finding]:
        """Findings of the rule in a plan."""
        for fault in self.run(inputs):
            yield as_finding(inputs.plan, self.rule, fault, self.cause)

    def grouped_by(self, cause: CommonCause) -> "Check":
        """The same row with another common cause."""
        return self._replace(cause=cause)

    def merged(self, candidates: Callable[[AuditInput], Iterable[str]], summary: str) -> "Check":
        """The same row, with findings about most of the candidates merged into one."""
        return self._replace(proportion=Proportion(candidates, summary))


class AreaRows(NamedTuple):
    """Makes the rows of one area from an id, a kind, a severity, a sentence that describes the fault, and a function.

    All gaps of a rule have one cause, other findings have one for each place; `Check.grouped_by` changes that.
    """

    area: Area

    def __call__(self, id_: str, kind: FindingKind, severity: Severity, description: str, run: RunCheck) -> Check:
        """A row."""
        return Check(Rule(id_, severity, description, self.area, kind), run, "rule" if kind == "gap" else "place")


def as_finding(plan: Plan, rule: Rule, fault: Fault, cause: CommonCause = "place") -> Finding:
    """Convert a fault to a finding, with paths resolved to places."""
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
    """Digest shared by findings that one fix removes; findings with different hints never share one."""
    shared: Mapping[CommonCause, object] = {
        "place": fault.path,
        "part": parts.subject(plan, fault.path),
        "compared": [place.path for place in fault.compared] or fault.path,
        "rule": "",
    }
    return digest(f"{rule.id}\n{fault.hint}\n{shared[cause]}")


def starts_too_early(edge: Edge, mine: Period, needed: Period) -> bool:
    """Whether the period of a sprint is too early for a dependency, compared with the period of the needed sprint."""
    return mine.is_over_by(needed) if edge.is_of_tasks else not needed.is_over_by(mine)


def active_sprints(inputs: AuditInput) -> Iterator[str]:
    """Ids of sprints that have not been dropped."""
    return (sprint.id for sprint in inputs.sprints)


def at_shift(shift: Shift) -> Compared:
    """Place of a shift."""
    return Compared((*shift.path, "when"), f"{shift.who}: {shift.period.named}")
