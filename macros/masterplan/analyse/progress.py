"""The standing of each sprint on a day, from its entries and dependencies; and contradictions of a new entry."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import takewhile

from masterplan.analyse.graph import Edge, Graph
from masterplan.analyse.milestones import DoneUnits, MilestoneStanding, blocking_milestones, standings_of
from masterplan.analyse.parts import listed, names, verb
from masterplan.analyse.totals import totals_of
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry
from masterplan.model.quantity import Quantity
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.sprint import Sprint
from masterplan.model.task import BEGUN, OUT, UNDER_WAY, State
from masterplan.model.window import day_in_words

STALE_AFTER = timedelta(days=14)
"""Work under way without an entry for this long is stale."""


class UnitStanding:
    """Properties that sprints and tasks derive from their state and the work they wait for."""

    __slots__ = ()

    state: State
    waits_for: tuple[str, ...]
    waits_for_milestones: tuple[str, ...]

    @property
    def is_dropped(self) -> bool:
        """Whether it was dropped or deferred. It then counts in no total, savings or percentage of the plan."""
        return self.state in OUT

    @property
    def is_open(self) -> bool:
        """Whether there is work left: neither done nor dropped."""
        return self.state != "done" and not self.is_dropped

    @property
    def is_waiting(self) -> bool:
        """Whether it is planned, but other work must be done or a milestone reached first."""
        return self.state == "planned" and bool(self.waits_for or self.waits_for_milestones)

    @property
    def has_begun(self) -> bool:
        """Whether work on it has begun; it may be done."""
        return self.state in BEGUN

    @property
    def is_under_way(self) -> bool:
        """Whether work on it has begun and is not done."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Standing(UnitStanding):
    """The standing of a sprint on a day.

    `state` is that of the latest entry up to the day; if there are several on one day, of the last one in the files.
    Without entries, it is the state in the sprint's file, or follows from its tasks. `percent` (0 to 100) is the latest
    stated one, else the share of tasks that are done; 100 if the sprint is done. `waits_for` are the sprints it needs
    that are not done; if it needs only certain tasks of a sprint, these tasks count instead. `is_early` means that its
    window has not begun. A planned sprint that waits for nothing is `ready` once its window has begun, and `is_next`
    before that. `waits_for_milestones` are milestones that must be passed before it may start.
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
        """Date of the first entry that shows it as begun; None if there is none."""
        return next((entry.date for entry in self.entries if entry.state in BEGUN), None)

    @property
    def since(self) -> date | None:
        """Date since which it has been in its state, by the entries; None without entries."""
        return next((entry.date for entry in self._last_run(self.state)), None)

    @property
    def blocked_since(self) -> date | None:
        """Date since which it has been blocked; None if it is not blocked, or the date is unknown."""
        return next((entry.date for entry in self._last_run("blocked")), None)

    @property
    def blocked_because(self) -> str | None:
        """Latest note since it was blocked; None if there is none."""
        return next((entry.note for entry in reversed(self._last_run("blocked")) if entry.note), None)

    def _last_run(self, state: State) -> tuple[Entry, ...]:
        """The entries since the sprint entered its current state; empty if that is not `state`."""
        run = takewhile(lambda entry: entry.state == state, reversed(self.entries))
        return tuple(run)[::-1]

    @property
    def done_on(self) -> date | None:
        """Date on which it was done; None if it is not done, or the date is unknown."""
        return self.since if self.state == "done" else None

    def is_stale(self, today: date | None) -> bool:
        """Whether it is under way and its last entry is at least 14 days old; false if `today` is None."""
        if today is None or not self.is_under_way or not self.entries:
            return False
        return today - self.entries[-1].date >= STALE_AFTER

    @property
    def measured(self) -> Mapping[str, Quantity]:
        """Last measured value of each metric, by name."""
        return {reading.metric: reading.value for entry in self.entries for reading in entry.measured}

    @property
    def saves(self) -> Quantity | None:
        """Last reported monthly savings."""
        return next((entry.saves for entry in reversed(self.entries) if entry.saves), None)

    @property
    def updated(self) -> frozenset[str]:
        """Paths of the documents recorded as updated."""
        return frozenset(path for entry in self.entries for path in entry.updated)


def standings(plan: Plan, graph: Graph, today: date | None) -> Mapping[str, Standing]:
    """Standing of every sprint at the end of `today`, by id; if `today` is None, all entries count."""
    by_sprint: dict[str, list[Entry]] = {id_: [] for id_ in plan.sprints}
    for entry in sorted(plan.entries, key=lambda entry: entry.date):
        if today is None or entry.date <= today:
            by_sprint[entry.sprint].append(entry)
    states = {id_: _state(plan.sprints[id_], tuple(entries)) for id_, entries in by_sprint.items()}
    done = {id_: tasks_done(plan.sprints[id_], entries) for id_, entries in by_sprint.items()}
    waits = _waits(plan, graph, states, done)
    by_state = {
        id_: Standing(
            id_, states[id_], _percent(plan, id_, states[id_], entries, done[id_]), tuple(entries), waits[id_]
        )
        for id_, entries in by_sprint.items()
    }
    early, gates = _early(plan, by_state, today), blocking_milestones(milestone_standings(plan, by_state, today))
    return {
        id_: replace(standing, is_early=id_ in early, waits_for_milestones=gates.get(id_, ()))
        for id_, standing in by_state.items()
    }


def milestone_standings(
    plan: Plan, standings: Mapping[str, Standing], today: date | None
) -> Mapping[str, MilestoneStanding]:
    """Standing of every milestone at the end of `today`, by id, from the standings of the sprints."""
    return standings_of(plan, _done_units(plan, standings), today)


def _done_units(plan: Plan, standings: Mapping[str, Standing]) -> DoneUnits:
    """Sprints and tasks that are done, with the date; for a task, the date of the first entry that lists it."""
    sprints = {id_: standing.done_on for id_, standing in standings.items() if standing.state == "done"}
    tasks = {}
    for id_, placed in plan.tasks.items() if plan.milestones else ():
        entries = standings[placed.sprint].entries
        if placed.task.key in tasks_done(plan.sprints[placed.sprint], entries):
            names = {id_, placed.task.title}
            tasks[id_] = next((entry.date for entry in entries if names.intersection(entry.tasks)), None)
    return sprints | tasks


def _early(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> set[str]:
    """Ids of sprints whose window has not begun."""
    day = current_day(plan, standings, today)
    return {id_ for id_ in plan.sprints if (period := plan.planned(id_)) and period.begin > day}


def current_day(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> int:
    """The current day, counted from the plan's start.

    In a plan without dates, the day on which the first window of an open sprint begins.
    """
    if plan.start and today:
        return (today - plan.start).days
    periods = [plan.planned(id_) for id_, standing in standings.items() if standing.is_open]
    return min((period.begin for period in periods if period), default=0)


def _waits(
    plan: Plan, graph: Graph, states: Mapping[str, State], done: Mapping[str, frozenset[str]]
) -> Mapping[str, tuple[str, ...]]:
    """Sprints that each sprint waits for: hard dependencies that are not done, and whose needed tasks are not done."""

    def is_met(edge: Edge) -> bool:
        tasks = [plan.tasks[id_] for id_ in edge.tasks]
        return states[edge.needs] == "done" or (bool(tasks) and all(t.task.key in done[t.sprint] for t in tasks))

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
    """Whether work on any of the sprints has begun."""
    return any(standing.has_begun for standing in standings)


def tally(standings: Mapping[str, Standing], ids: Iterable[str]) -> tuple[int, int]:
    """Number of sprints that are done, and of all sprints, without dropped and deferred ones."""
    counted = [standings[id_].state for id_ in ids if not standings[id_].is_dropped]
    return counted.count("done"), len(counted)


def not_dropped(plan: Plan, standings: Mapping[str, Standing]) -> tuple[Sprint, ...]:
    """Sprints that have not been dropped; only their savings and metrics count."""
    return tuple(sprint for id_, sprint in plan.sprints.items() if not standings[id_].is_dropped)


def open_high_risks(plan: Plan, standings: Mapping[str, Standing]) -> tuple[tuple[Sprint, Risk], ...]:
    """High risks of sprints that are neither done nor dropped."""
    risks = ((sprint, sprint.risk) for id_, sprint in plan.sprints.items() if standings[id_].is_open)
    return tuple((sprint, risk) for sprint, risk in risks if risk and plan.is_high(risk.level))


def open_named_high_risks(plan: Plan, standings: Mapping[str, Standing]) -> tuple[NamedRisk, ...]:
    """High named risks that are open or have occurred, of the plan and of sprints neither done nor dropped."""
    of_sprints = (risk for id_, sprint in plan.sprints.items() if standings[id_].is_open for risk in sprint.risks)
    return tuple(risk for risk in (*plan.risks, *of_sprints) if risk.is_pending and plan.is_high(risk.level))


def tasks_done(sprint: Sprint, entries: Iterable[Entry]) -> frozenset[str]:
    """Keys of a sprint's tasks that are done by their own state or listed in an entry, by id or title."""
    reported = {name for entry in entries for name in entry.tasks}
    return frozenset(t.key for t in sprint.tasks if t.state == "done" or reported & {t.id, t.title})


def _state(sprint: Sprint, entries: tuple[Entry, ...]) -> State:
    """State of a sprint: that of its last entry, else its own, else one that follows from its tasks."""
    if entries or sprint.state:
        return entries[-1].state if entries else sprint.state or "planned"
    states = {task.state for task in sprint.tasks if task.state not in OUT}
    if states == {"done"}:
        return "done"
    return "in progress" if not states.isdisjoint(BEGUN) else "planned"


def objections(plan: Plan, entry: Entry, today: date, *, moves: bool) -> tuple[str, ...]:
    """Sentences about facts that contradict a new entry on `today`; empty if there are none.

    `moves` tells whether the entry changes the sprint's state, or only adds information.
    """
    before = standings(plan, Graph.of(plan), entry.date)[entry.sprint]
    return tuple(_objections(plan, entry, before, today, moves=moves))


def _objections(plan: Plan, entry: Entry, before: Standing, today: date, *, moves: bool) -> Iterator[str]:
    name = plan.name(entry.sprint)
    if entry.date > today:
        yield f"{day_in_words(entry.date, None)} is in the future"
    later = [other.date for other in plan.entries if other.sprint == entry.sprint and other.date > entry.date]
    if later:
        yield f"{name} has a later entry, dated {day_in_words(max(later), None)}"
    if before.state in _excluded_before(entry.state, moves=moves):
        yield f"{name} is {before.state}{' already' if before.state == entry.state else ''}"
    starts = before.state == "planned" and entry.state == "in progress"
    ends = moves and entry.state == "done"
    if before.waits_for and (starts or ends):
        needed = f"{names(plan, before.waits_for)}, which {verb(before.waits_for, 'was', 'were')}"
        yield f"{name} needs {needed} not done by {day_in_words(entry.date, None)}"
    if before.waits_for_milestones and (starts or (ends and before.state == "planned")):
        gates = f"{listed(before.waits_for_milestones)}, which {verb(before.waits_for_milestones, 'was', 'were')}"
        yield f"{name} may start only after {gates} not reached by {day_in_words(entry.date, None)}"
    if entry.percent is not None and entry.percent < before.percent:
        yield f"{entry.percent}% is less than the {before.percent}% already done"


def _excluded_before(state: State, *, moves: bool) -> set[State]:
    """States that a sprint must not be in before an entry with this state."""
    if not moves:
        return set(OUT)
    return {"done", *OUT, "in progress"} if state == "in progress" else {"done", *OUT}
