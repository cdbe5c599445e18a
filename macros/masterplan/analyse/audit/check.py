"""What a rule of the audit is: a row of a table, with a function from what is known of a plan to what is wrong."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from masterplan.analyse import parts, wording
from masterplan.analyse.claims import Verdict
from masterplan.analyse.graph import Edge, Graph
from masterplan.analyse.parts import Compared, Path
from masterplan.analyse.progress import Standing, kept
from masterplan.analyse.staffing import Shift, Staffing
from masterplan.model.finding import Area, Finding, Related, Rule, Severity
from masterplan.model.plan import Phase, Plan, Sprint
from masterplan.model.progress import Entry

MOST_RELATED = 20
"""Places that one finding is compared with."""

Exists = Callable[[str], bool]
"""Whether a path, relative to the repository's root, is there."""


class Found(NamedTuple):
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
    def said(self) -> Compared:
        """Where the entry says how the sprint stood."""
        return Compared((*self.path, "state"), f"{self.entry.state} on {self.entry.date}")


@dataclass(frozen=True)
class Case:
    """What a check sees. Without `today` every entry counts, none is late; without `exists` no file is looked for."""

    plan: Plan
    graph: Graph
    staffing: tuple[Staffing, ...]
    standings: Mapping[str, Standing]
    verdicts: tuple[Verdict, ...]
    today: date | None = None
    exists: Exists | None = None

    @cached_property
    def phase_paths(self) -> Mapping[str, Path]:
        """The path of each phase, by its id."""
        return {phase.id: ("phases", "phases", n) for n, phase in enumerate(self.plan.phases)}

    @cached_property
    def sprints(self) -> tuple[Sprint, ...]:
        """The sprints that have not been dropped."""
        return kept(self.plan, self.standings)

    @cached_property
    def entries(self) -> Mapping[str, tuple[Dated, ...]]:
        """The entries of each sprint that has any, oldest first, without those dated after today."""
        found: dict[str, list[Dated]] = defaultdict(list)
        for n, entry in enumerate(self.plan.entries):
            if self.today is None or entry.date <= self.today:
                found[entry.sprint].append(Dated(("entries", str(n)), entry))
        return {id_: tuple(sorted(known, key=lambda each: each.entry.date)) for id_, known in found.items()}

    @cached_property
    def texts(self) -> tuple[tuple[Path, str], ...]:
        """Every text of several words, with its path."""
        return tuple((path, text) for path, text in parts.texts(self.plan) if " " in text)

    def name(self, sprint: str) -> str:
        """What people call a sprint."""
        return self.plan.name(sprint)

    def group(self, phase: Phase) -> str:
        """What people call a phase."""
        return self.plan.group_name(phase.id)

    def names(self, sprints: Iterable[str]) -> str:
        """What people call some sprints, in a sentence."""
        return wording.names(self.plan, sprints)

    def at_phase(self, phase: Phase, field: str = "weeks") -> Compared:
        """Where a phase is written."""
        return Compared((*self.phase_paths[phase.id], field), f"{self.group(phase)}: {phase.weeks.named}")

    def at_edge(self, edge: Edge) -> Compared:
        """Where a dependency is written."""
        return wording.at_edge(self.plan, edge)


Run = Callable[[Case], Iterator[Found]]
"""Finds where a plan breaks a rule."""


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the table: a rule, and the function that finds where a plan breaks it."""

    rule: Rule
    run: Run

    def findings(self, case: Case) -> Iterator[Finding]:
        """What breaks the rule, as findings with places."""
        for found in self.run(case):
            yield finding(case.plan, self.rule, found)


def rows(area: Area) -> Callable[[str, Severity, str, Run], Check]:
    """How the rows of one area are made: id, severity, one sentence that says what is wrong, and the function."""
    return lambda id_, severity, says, run: Check(Rule(id_, severity, says, area), run)


def finding(plan: Plan, rule: Rule, found: Found) -> Finding:
    """A thing found wrong as a finding: paths become places."""
    at = plan.places.of
    return Finding(
        rule,
        at(*found.path, key=found.key),
        found.message,
        found.hint,
        tuple(Related(at(*each.path), each.says) for each in found.compared[:MOST_RELATED]),
        parts.subject(plan, found.path),
        parts.field(found.path),
        found.computed,
    )


def at_shift(shift: Shift) -> Compared:
    """Where a piece of somebody's work is written."""
    return Compared((*shift.path, "weeks"), f"{shift.who}: {shift.weeks.named}")
