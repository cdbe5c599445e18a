"""Where each sprint stands on a day, from its entries and from what it needs; and what a new entry contradicts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import names
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry, State
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Risk, Sprint

QUIET = timedelta(days=14)
"""After so many days without an entry, work that was begun is stale."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sprint stands.

    `state` is that of the latest entry up to the day, planned without one; of several on one day the last in the files
    counts. `percent` (0 to 100) is the latest that was given, else the share of its tasks that are done; 100 when done.
    `waits_for` are the hard dependencies that are not done yet; `is_early` says that its time has not begun. A planned
    sprint that waits for nothing is `ready` once its time has begun, and `is_next` before.
    """

    sprint: str
    state: State
    percent: int
    entries: tuple[Entry, ...]
    waits_for: tuple[str, ...]
    is_early: bool = False

    @property
    def is_dropped(self) -> bool:
        """Whether it will not be done: it counts for no total, no savings and no percentage."""
        return self.state == "dropped"

    @property
    def is_open(self) -> bool:
        """Whether there is work left: neither done nor dropped."""
        return self.state != "done" and not self.is_dropped

    @property
    def ready(self) -> bool:
        """Whether the sprint can be started now."""
        return self.state == "planned" and not self.waits_for and not self.is_early

    @property
    def is_next(self) -> bool:
        """Whether nothing but its time keeps the sprint from being started."""
        return self.state == "planned" and not self.waits_for and self.is_early

    @property
    def has_begun(self) -> bool:
        """Whether work on it has begun, or is over."""
        return self.state in {"in progress", "blocked", "done"}

    @property
    def started_on(self) -> date | None:
        """The day of the first entry by which it was started; None before."""
        return next((entry.date for entry in self.entries if entry.state not in {"planned", "dropped"}), None)

    @property
    def done_on(self) -> date | None:
        """The day since which it has been done; None when it is not."""
        day = None
        for entry in reversed(self.entries):
            if entry.state != "done":
                break
            day = entry.date
        return day

    def is_stale(self, today: date | None) -> bool:
        """Whether it was begun, is not over, and nothing was said of it for `QUIET`; false without a day."""
        begun = self.state in {"in progress", "blocked"}
        return today is not None and begun and today - self.entries[-1].date >= QUIET

    @property
    def measured(self) -> Mapping[str, Quantity]:
        """What each metric was measured to be last, by its name."""
        return {reading.metric: reading.value for entry in self.entries for reading in entry.measured}

    @property
    def saves(self) -> Quantity | None:
        """What it was found to save a month, last."""
        return next((entry.saves for entry in reversed(self.entries) if entry.saves), None)

    @property
    def updated(self) -> frozenset[str]:
        """The documents that were updated after it."""
        return frozenset(path for entry in self.entries for path in entry.updated)


def standings(plan: Plan, graph: Graph, today: date | None) -> Mapping[str, Standing]:
    """The standing of every sprint at the end of `today`; without a day, of all entries there are."""
    entries: dict[str, list[Entry]] = {id_: [] for id_ in plan.sprints}
    for entry in sorted(plan.entries, key=lambda entry: entry.date):
        if today is None or entry.date <= today:
            entries[entry.sprint].append(entry)
    done = {id_ for id_, dated in entries.items() if dated and dated[-1].state == "done"}
    every = {id_: _standing(plan.sprints[id_], tuple(dated), graph, done) for id_, dated in entries.items()}
    early = _early(plan, every, today)
    return {id_: replace(standing, is_early=id_ in early) for id_, standing in every.items()}


def _early(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> set[str]:
    """The sprints whose window has not begun; without dates, those whose window begins after the first open one."""
    begins = {id_: period.begin for id_ in plan.sprints if (period := plan.period_of(id_))}
    open_ = [begin for id_, begin in begins.items() if standings[id_].is_open]
    day = (today - plan.start).days if plan.start and today else min(open_, default=0)
    return {id_ for id_, begin in begins.items() if begin > day}


def _standing(sprint: Sprint, entries: tuple[Entry, ...], graph: Graph, done: set[str]) -> Standing:
    id_ = sprint.id
    waits_for = tuple(e.needs for e in graph.needs[id_] if e.strength == "hard" and e.needs not in done)
    state = entries[-1].state if entries else "planned"
    percents = [entry.percent for entry in entries if entry.percent is not None]
    percent = 100 if state == "done" else percents[-1] if percents else _of_tasks(sprint, entries)
    return Standing(id_, state, percent, entries, waits_for)


def kept(plan: Plan, standings: Mapping[str, Standing]) -> tuple[Sprint, ...]:
    """The sprints that have not been dropped: those whose savings and metrics the plan still means to bring."""
    return tuple(sprint for id_, sprint in plan.sprints.items() if not standings[id_].is_dropped)


def exposed(plan: Plan, standings: Mapping[str, Standing]) -> tuple[tuple[Sprint, Risk], ...]:
    """High risks that are still open: those of sprints that are neither done nor dropped."""
    risks = ((sprint, sprint.risk) for id_, sprint in plan.sprints.items() if standings[id_].is_open)
    return tuple((sprint, risk) for sprint, risk in risks if risk and risk.is_high)


def tasks_done(sprint: Sprint, entries: Iterable[Entry]) -> frozenset[str]:
    """The titles of a sprint's tasks that its own file or an entry says are done."""
    titles = (title for entry in entries for title in entry.tasks)
    return frozenset(titles) | {task.title for task in sprint.tasks if task.done}


def _of_tasks(sprint: Sprint, entries: tuple[Entry, ...]) -> int:
    """The share of a sprint's tasks that are done, in per cent."""
    done = tasks_done(sprint, entries)
    return 100 * sum(task.title in done for task in sprint.tasks) // max(1, len(sprint.tasks))


def objections(plan: Plan, entry: Entry, today: date, *, moves: bool) -> tuple[str, ...]:
    """What speaks against an entry for a sprint of the plan, said on `today`; empty when nothing does.

    `moves` says whether the entry is meant to change the sprint's state, or only to add to what is known of it.
    """
    before = standings(plan, Graph.of(plan), entry.date)[entry.sprint]
    return tuple(_objections(plan, entry, before, today, moves=moves))


def _objections(plan: Plan, entry: Entry, before: Standing, today: date, *, moves: bool) -> Iterator[str]:
    name = plan.name(entry.sprint)
    if entry.date > today:
        yield f"{entry.date} is in the future"
    later = [other.date for other in plan.entries if other.sprint == entry.sprint and other.date > entry.date]
    if later:
        yield f"{name} has a later entry, of {max(later)}"
    if before.state in _barred(entry.state, moves=moves):
        yield f"{name} is {before.state}{' already' if before.state == entry.state else ''}"
    starts = before.state == "planned" and entry.state == "in progress"
    ends = moves and entry.state == "done"
    if before.waits_for and (starts or ends):
        yield f"{name} needs {names(plan, before.waits_for)}, not done by {entry.date}"
    if entry.percent is not None and entry.percent < before.percent:
        yield f"{entry.percent} % is less than the {before.percent} % that were done"


def _barred(state: State, *, moves: bool) -> set[State]:
    """The states that a sprint cannot be in before such an entry."""
    if not moves:
        return {"dropped"}
    return {"done", "dropped", "in progress"} if state == "in progress" else {"done", "dropped"}
