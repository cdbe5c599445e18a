"""The standing of each sprint on a day, from its entries and from what it needs; and what a new entry contradicts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from masterplan.analyse.graph import Edge, Graph
from masterplan.analyse.milestones import DoneUnits, MilestoneStanding, blocking_milestones, standings_of
from masterplan.analyse.parts import listed, names
from masterplan.analyse.totals import totals_of
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry
from masterplan.model.quantity import Quantity
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.sprint import Sprint
from masterplan.model.task import BEGUN, OUT, UNDER_WAY, State

STALE_AFTER = timedelta(days=14)
"""After this many days without an entry, work in progress is stale."""


class UnitStanding:
    """What a state and what is waited for imply, of a sprint and of a task alike."""

    __slots__ = ()

    state: State
    waits_for: tuple[str, ...]
    waits_for_milestones: tuple[str, ...]

    @property
    def is_dropped(self) -> bool:
        """Whether it was dropped or deferred: it counts for no total, no savings and no percentage of this plan."""
        return self.state in OUT

    @property
    def is_open(self) -> bool:
        """Whether there is work left: neither done nor dropped."""
        return self.state != "done" and not self.is_dropped

    @property
    def is_waiting(self) -> bool:
        """Whether it is planned and something else has to be done or reached first."""
        return self.state == "planned" and bool(self.waits_for or self.waits_for_milestones)

    @property
    def has_begun(self) -> bool:
        """Whether work on it has begun, or is over."""
        return self.state in BEGUN

    @property
    def is_under_way(self) -> bool:
        """Whether work on it has begun and is not over."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Standing(UnitStanding):
    """The standing of a sprint on a day.

    `state` is that of the latest entry up to the day; of several on one day the last in the files counts. Without an
    entry it is that of the sprint's own file, or what its tasks show. `percent` (0 to 100) is the latest that was
    given, else the share of its tasks that are done; 100 when done. `waits_for` are the hard dependencies that are not
    done yet, nor are the tasks where only tasks are needed; `is_early` says that its time has not begun. A planned
    sprint that waits for nothing is `ready` once its time has begun, and `is_next` before. `waits_for_milestones` are
    those that it may start only after, not reached yet.
    """

    sprint: str
    state: State
    percent: int
    entries: tuple[Entry, ...]
    waits_for: tuple[str, ...]
    is_early: bool = False
    waits_for_milestones: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the sprint can be started now."""
        return self.state == "planned" and not self.is_waiting and not self.is_early

    @property
    def is_next(self) -> bool:
        """Whether only its planned time keeps the sprint from being started."""
        return self.state == "planned" and not self.is_waiting and self.is_early

    @property
    def started_on(self) -> date | None:
        """The day of the first entry by which it was started; None before."""
        return next((entry.date for entry in self.entries if entry.state in BEGUN), None)

    @property
    def since(self) -> date | None:
        """The day since which it has been in its state, by the entries; None without any."""
        return next((entry.date for entry in self._last_run(self.state)), None)

    @property
    def blocked_since(self) -> date | None:
        """The day since which it has been blocked; None when it is not, or the day is not known."""
        return next((entry.date for entry in self._last_run("blocked")), None)

    @property
    def blocked_because(self) -> str | None:
        """What blocks it, by the latest note since it has been blocked; None without one."""
        return next((entry.note for entry in reversed(self._last_run("blocked")) if entry.note), None)

    def _last_run(self, state: State) -> tuple[Entry, ...]:
        """The entries since the sprint has been in a state without a break; none when it is not in it."""
        run = takewhile(lambda entry: entry.state == state, reversed(self.entries))
        return tuple(run)[::-1]

    @property
    def done_on(self) -> date | None:
        """The day since which it has been done; None when it is not."""
        return self.since if self.state == "done" else None

    def is_stale(self, today: date | None) -> bool:
        """Whether it is under way without an entry for `QUIET`; false without a day."""
        if today is None or not self.is_under_way or not self.entries:
            return False
        return today - self.entries[-1].date >= STALE_AFTER

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
    states = {id_: _state(plan.sprints[id_], tuple(dated)) for id_, dated in entries.items()}
    done = {id_: tasks_done(plan.sprints[id_], dated) for id_, dated in entries.items()}
    waits = _waits(plan, graph, states, done)
    every = {
        id_: Standing(id_, states[id_], _percent(plan, id_, states[id_], dated, done[id_]), tuple(dated), waits[id_])
        for id_, dated in entries.items()
    }
    early, gates = _early(plan, every, today), blocking_milestones(milestone_standings(plan, every, today))
    return {
        id_: replace(standing, is_early=id_ in early, waits_for_milestones=gates.get(id_, ()))
        for id_, standing in every.items()
    }


def milestone_standings(
    plan: Plan, standings: Mapping[str, Standing], today: date | None
) -> Mapping[str, MilestoneStanding]:
    """The standing of every milestone at the end of `today`, given those of the sprints."""
    return standings_of(plan, _done_units(plan, standings), today)


def _done_units(plan: Plan, standings: Mapping[str, Standing]) -> DoneUnits:
    """The sprints and tasks that are done, each with its day; for a task, that of the first entry that lists it."""
    sprints = {id_: standing.done_on for id_, standing in standings.items() if standing.state == "done"}
    tasks = {}
    for id_, placed in plan.tasks.items() if plan.milestones else ():
        entries = standings[placed.sprint].entries
        if placed.task.key in tasks_done(plan.sprints[placed.sprint], entries):
            names = {id_, placed.task.title}
            tasks[id_] = next((entry.date for entry in entries if names.intersection(entry.tasks)), None)
    return sprints | tasks


def _early(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> set[str]:
    """The sprints whose window has not begun."""
    day = current_day(plan, standings, today)
    return {id_ for id_ in plan.sprints if (period := plan.planned(id_)) and period.begin > day}


def current_day(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> int:
    """The day from which on work is still ahead, counted from the plan's start.

    Without dates it is the day on which the first window of an open sprint begins.
    """
    if plan.start and today:
        return (today - plan.start).days
    periods = [plan.planned(id_) for id_, standing in standings.items() if standing.is_open]
    return min((period.begin for period in periods if period), default=0)


def _waits(
    plan: Plan, graph: Graph, states: Mapping[str, State], done: Mapping[str, frozenset[str]]
) -> Mapping[str, tuple[str, ...]]:
    """The sprints that each sprint waits for: those it needs that are not done, nor are the tasks it needs of them."""

    def is_met(edge: Edge) -> bool:
        tasks = [plan.tasks[id_] for id_ in edge.tasks]
        return states[edge.needs] == "done" or (bool(tasks) and all(one.task.key in done[one.sprint] for one in tasks))

    hard = {id_: [edge for edge in edges if edge.strength == "hard"] for id_, edges in graph.needs.items()}
    return {id_: tuple(edge.needs for edge in edges if not is_met(edge)) for id_, edges in hard.items()}


def _percent(plan: Plan, id_: str, state: State, entries: Sequence[Entry], done: frozenset[str]) -> int:
    percents = [entry.percent for entry in entries if entry.percent is not None]
    if state == "done":
        return 100
    if percents:
        return percents[-1]
    return totals_of(plan, id_).percent(done, plan.calendar) if done else 0


def any_begun(standings: Iterable[Standing]) -> bool:
    """Whether work on any of some sprints has begun, or is over."""
    return any(standing.has_begun for standing in standings)


def tally(standings: Mapping[str, Standing], ids: Iterable[str]) -> tuple[int, int]:
    """How many of some sprints are done, and how many there are; dropped and deferred ones do not count."""
    counted = [standings[id_].state for id_ in ids if not standings[id_].is_dropped]
    return counted.count("done"), len(counted)


def kept(plan: Plan, standings: Mapping[str, Standing]) -> tuple[Sprint, ...]:
    """The sprints that have not been dropped: those whose savings and metrics the plan still means to bring."""
    return tuple(sprint for id_, sprint in plan.sprints.items() if not standings[id_].is_dropped)


def open_high_risks(plan: Plan, standings: Mapping[str, Standing]) -> tuple[tuple[Sprint, Risk], ...]:
    """High risks that are still open: those of sprints that are neither done nor dropped."""
    risks = ((sprint, sprint.risk) for id_, sprint in plan.sprints.items() if standings[id_].is_open)
    return tuple((sprint, risk) for sprint, risk in risks if risk and plan.is_high(risk.level))


def open_named_high_risks(plan: Plan, standings: Mapping[str, Standing]) -> tuple[NamedRisk, ...]:
    """High risks with names that are open or have occurred: of the plan, and of sprints neither done nor dropped."""
    of_sprints = (risk for id_, sprint in plan.sprints.items() if standings[id_].is_open for risk in sprint.risks)
    return tuple(
        risk for risk in (*plan.risks, *of_sprints) if risk.state in {"open", "occurred"} and plan.is_high(risk.level)
    )


def tasks_done(sprint: Sprint, entries: Iterable[Entry]) -> frozenset[str]:
    """The keys of a sprint's tasks that its own file or an entry says are done; entries name them by id or title."""
    named = {name for entry in entries for name in entry.tasks}
    return frozenset(t.key for t in sprint.tasks if t.state == "done" or named & {t.id, t.title})


def _state(sprint: Sprint, entries: tuple[Entry, ...]) -> State:
    """The state of a sprint: that of its last entry, else its own, else that of its tasks."""
    if entries or sprint.state:
        return entries[-1].state if entries else sprint.state or "planned"
    states = {task.state for task in sprint.tasks if task.state not in OUT}
    if states == {"done"}:
        return "done"
    return "in progress" if not states.isdisjoint(BEGUN) else "planned"


def objections(plan: Plan, entry: Entry, today: date, *, moves: bool) -> tuple[str, ...]:
    """What contradicts a new entry for a sprint of the plan on `today`; empty when nothing does.

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
    if before.waits_for_milestones and (starts or (ends and before.state == "planned")):
        gates = listed(before.waits_for_milestones)
        yield f"{name} may start only after {gates}, not reached by {entry.date}"
    if entry.percent is not None and entry.percent < before.percent:
        yield f"{entry.percent} % is less than the {before.percent} % that were done"


def _barred(state: State, *, moves: bool) -> set[State]:
    """The states that a sprint cannot be in before such an entry."""
    if not moves:
        return set(OUT)
    return {"done", *OUT, "in progress"} if state == "in progress" else {"done", *OUT}
