"""Shortest schedules by OR-Tools CP-SAT, if it is installed (the extra `masterplan[schedule]`).

A third of the work limit is spent on the whole problem, which proves most schedules shortest. The rest is spent on
neighbourhoods of the best schedule so far: some activities are rescheduled while all others keep their modes and their
order. Godard, Laborie and Nuijten, "Randomized large neighborhood search for cumulative scheduling", International
Conference on Automated Planning and Scheduling (2005).

Deterministic: fixed seeds, one worker, and a limit on work instead of time. Importing the library takes as long as
scheduling many plans, so the solver is used only if a list schedule may not be the shortest. Problems whose resources
have pauses are left to list scheduling, because durations then depend on start times.
"""

from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any, TypeAlias

from masterplan.analyse.schedule.list_scheduling import list_schedule, serial
from masterplan.analyse.schedule.rcpsp import Problem, Schedule

_MOST_WORK = 0.3
"""Work limit for one schedule in CP-SAT's deterministic seconds, which take one to three seconds of real time.

A limit three times as large made no schedule of the test plans shorter.
"""
MOST_ACTIVITIES = 150
"""Larger problems are left to list scheduling: their gap is small, and the solver would need long to close it."""
_LONGEST = 2**40
"""Problems with a larger total duration in steps are left to list scheduling, as the solver's integers are bounded."""
NEARBY_WORK = 0.08
"""Work limit for one neighbourhood."""
FIRST_SIZE = 20.0
"""Activities in the first neighbourhood; the size then grows or shrinks, depending on how hard the search was."""

Scheduler: TypeAlias = Callable[[Problem], Schedule]
"""Returns a schedule of a problem, as `best_schedule` does; it may remember schedules of earlier problems."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The solver's answer: a schedule or None, the best bound, whether it is final, and the work done."""

    schedule: Schedule | None
    bound: int
    is_final: bool
    work: float


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a schedule of at most `most` steps, with a work limit in deterministic seconds.

    If `kept` is empty it asks for the shortest schedule, starting the search at `first`. Otherwise it asks for any
    schedule in which the kept activities have the modes and the order of `first`; `seed` varies that search.
    """

    problem: Problem
    first: Schedule
    most: int
    work: float
    kept: Set[int] = frozenset()
    seed: int = 0

    def answer(self) -> Answer:
        """Ask the solver."""
        from ortools.sat.python import cp_model  # noqa: PLC0415 - takes 0.4 s, and is not always installed

        model = _Model(cp_model.CpModel(), self.problem, self.first, self.most)
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = self.seed
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 0  # ten times as fast on hard instances: see docs/guide/speed.md
        solver.parameters.max_deterministic_time = self.work
        if self.kept:
            model.keep(self.first, self.kept)
            solver.parameters.cp_model_presolve = False
            solver.parameters.random_branches_ratio = 0.02
            solver.parameters.random_polarity_ratio = 0.05
        else:
            model.shorten(self.first)
        status = solver.solve(model.model)
        work = float(solver.response_proto.deterministic_time)
        is_final = status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}
        bound = self.first.bound
        if not self.kept and status == cp_model.INFEASIBLE:
            bound = self.most + 1
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return Answer(None, bound, is_final, work)
        bound = bound if self.kept else max(bound, round(solver.best_objective_bound))
        return Answer(model.read(solver, bound), bound, is_final, work)


class _Model:
    """The constraint model of a problem: start and end variables for each activity, and a Boolean for each mode.

    Activities in progress start as in the first schedule.
    """

    def __init__(self, model: Any, problem: Problem, first: Schedule, most: int) -> None:
        self.model = model
        self.problem = problem
        self.starts = [model.new_int_var(0, most, "") for _ in problem.activities]
        self.ends: list[Any] = []
        self.chosen: list[list[Any]] = []
        self._most = most
        self._used: list[list[tuple[Any, int]]] = [[] for _ in problem.resources]
        for n, tail in enumerate(problem.tails):
            self._activity(n)
            model.add(self.starts[n] + tail <= most)
        for n, activity in enumerate(problem.activities):
            for needed in activity.needs:
                model.add(self.starts[n] >= self.ends[needed])
            if activity.is_begun and not activity.needs:
                model.add(self.starts[n] == first.starts[n])
        for resource, used in zip(problem.resources, self._used, strict=True):
            model.add_cumulative([interval for interval, _ in used], [amount for _, amount in used], resource.capacity)

    def shorten(self, first: Schedule) -> None:
        """Minimise the length, starting from a schedule."""
        length = self.model.new_int_var(first.bound, self._most, "")
        for start, end, tail in zip(self.starts, self.ends, self.problem.tails, strict=True):
            self.model.add(length >= start + tail)
            self.model.add(length >= end)
        self.model.minimize(length)
        self._hint(first)
        self.model.add_hint(length, first.length)

    def keep(self, first: Schedule, kept: Set[int]) -> None:
        """Fix the modes of the kept activities, and their order relative to all activities on the same resources."""
        modes = [activity.modes[first.modes[n]] for n, activity in enumerate(self.problem.activities)]
        used = [{resource for resource, _ in mode.demands} if mode.duration else set() for mode in modes]
        order = sorted(range(len(modes)), key=lambda n: (first.starts[n], n))
        for position, n in enumerate(order):
            if n in kept:
                self.model.add(self.chosen[n][first.modes[n]] == 1)
            for later in order[position + 1 :]:
                if first.ends[n] <= first.starts[later] and used[n] & used[later] and (n in kept or later in kept):
                    self.model.add(self.starts[later] >= self.ends[n])

    def read(self, solver: Any, bound: int) -> Schedule:
        """The schedule that the solver returned."""
        return Schedule(
            tuple(solver.value(start) for start in self.starts),
            tuple(solver.value(end) for end in self.ends),
            tuple(next(m for m, is_mode in enumerate(modes) if solver.value(is_mode)) for modes in self.chosen),
            bound,
        )

    def _activity(self, n: int) -> None:
        modes, start = self.problem.activities[n].modes, self.starts[n]
        durations = {mode.duration for mode in modes}
        end = self.model.new_int_var(0, self._most, "") if len(durations) > 1 else start + modes[0].duration
        self.ends.append(end)
        chosen = [self.model.new_bool_var("") if modes[1:] else self.model.new_constant(1) for _ in modes]
        for mode, is_chosen in zip(modes, chosen, strict=True):
            interval = self.model.new_optional_interval_var(start, mode.duration, end, is_chosen, "")
            for resource, amount in mode.demands:
                self._used[resource].append((interval, amount))
        self.model.add_exactly_one(chosen)
        self.chosen.append(chosen)

    def _hint(self, first: Schedule) -> None:
        for n, chosen in enumerate(self.chosen):
            self.model.add_hint(self.starts[n], first.starts[n])
            for m, is_chosen in enumerate(chosen if chosen[1:] else ()):
                self.model.add_hint(is_chosen, int(first.modes[n] == m))


def available() -> bool:
    """Whether the solver is installed."""
    return find_spec("ortools") is not None


def helps(problem: Problem) -> bool:
    """Whether the solver is installed and suits a problem."""
    is_small = len(problem.activities) <= MOST_ACTIVITIES and problem.longest <= _LONGEST
    return is_small and not problem.has_pauses and available()


def best_schedule(problem: Problem) -> Schedule:
    """The shortest schedule of a problem by list scheduling and, if that may help, by the solver."""
    listed = list_schedule(problem)
    return listed if listed.is_near or not helps(problem) else improve(problem, listed)


def improve(problem: Problem, first: Schedule, work: float = _MOST_WORK) -> Schedule:
    """The best schedule within a work limit, with the best bound; never longer than the first one.

    The solver may leave gaps, so the result is left-justified.
    """
    whole = Request(problem, first, first.length, work / 3).answer()
    best = replace(whole.schedule or first, bound=whole.bound)
    if not best.proved:
        best = _search(problem, best, work - whole.work)
    justified = replace(serial(problem, best.starts), bound=best.bound)
    return justified if justified.length <= best.length else best


def _search(problem: Problem, best: Schedule, work: float) -> Schedule:
    """Move to a shorter schedule nearby, or to another of the same length, until the work limit is reached."""
    size, turn = FIRST_SIZE, 0
    while work > 0 and not best.proved:
        turn += 1
        kept = _kept(best, turn, size)
        near = Request(problem, best, best.length - 1, NEARBY_WORK, kept, turn).answer()
        size = _next_size(size, near, len(problem.activities))
        work -= near.work
        if near.schedule is None:
            near = Request(problem, best, best.length, NEARBY_WORK, kept, turn).answer()
            work -= near.work
        best = replace(near.schedule or best, bound=max(best.bound, near.bound))
    return best


def _next_size(size: float, near: Answer, most: int) -> float:
    """The size of the next neighbourhood: larger if the last one has no shorter schedule, smaller if it was hard."""
    if near.schedule:
        return size
    return min(size * 1.02, most) if near.is_final else max(size * 0.95, 2.0)


def _kept(first: Schedule, turn: int, size: float) -> Set[int]:
    """All activities except about `size` of them, whose middles are nearest to one time of the schedule.

    The time and the number of activities (0.7 to 1.3 times the size) are taken from fractional parts of multiples of
    irrational numbers, which are spread evenly for any number of turns.
    """
    time = turn * 0.618_033_988_749_895 % 1 * first.length
    number = round(size * (0.7 + turn * 0.414_213_562 % 0.6))
    ends = enumerate(zip(first.starts, first.ends, strict=True))
    return {n for _, n in sorted((abs(start + end - 2 * time), n) for n, (start, end) in ends)[number:]}
