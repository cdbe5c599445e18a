"""Shortest schedules by OR-tools CP-SAT, where it is installed (the extra `masterplan[schedule]`).

Deterministic: one fixed seed, one worker, and a limit on work instead of a clock.
Importing the library takes as long as many plans take to schedule, so it is only asked where a list schedule may not
be the shortest. Problems whose resources pause are left to list schedules, as durations then depend on starts.
"""

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from masterplan.analyse.schedule.lists import serial
from masterplan.analyse.schedule.project import Problem, Schedule

WORK = 15.0
"""Deterministic seconds, as CP-SAT counts work; about as many seconds on a usual machine."""
MOST_ACTIVITIES = 150
"""Larger problems are left to list schedules: their gap is small, and the solver would need long to close it."""
_SEED = 1


def available() -> bool:
    """Whether the solver is installed."""
    return find_spec("ortools") is not None


def helps(problem: Problem) -> bool:
    """Whether the solver is installed and can be asked about a problem."""
    return len(problem.activities) <= MOST_ACTIVITIES and not problem.has_pauses and available()


def improve(problem: Problem, known: Schedule, work: float = WORK) -> Schedule:
    """The best schedule found within a limit of work, and the best bound; never worse than the known one.

    Nothing in it waits without a reason: the solver may leave gaps, and what it found is moved to the left.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - takes 0.4 s, and is not always installed

    model = _Model(cp_model.CpModel(), problem, known)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = _SEED
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 0  # ten times as fast on hard instances: see docs/guide/speed.md
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model.model)
    bound = max(known.bound, round(solver.best_objective_bound)) if status != cp_model.UNKNOWN else known.bound
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return replace(known, bound=bound)
    found = model.read(solver, bound)
    settled = replace(serial(problem, found.starts), bound=bound)
    return settled if settled.length <= found.length else found


class _Model:
    """A problem in the solver's terms: a start and an end for each activity, and a yes or no for each of its modes."""

    def __init__(self, model: Any, problem: Problem, known: Schedule) -> None:
        self.model = model
        self.problem = problem
        self.starts = [model.new_int_var(0, known.length, "") for _ in problem.activities]
        self.ends = [model.new_int_var(0, known.length, "") for _ in problem.activities]
        self.chosen: list[list[Any]] = []
        self._used: list[list[tuple[Any, int]]] = [[] for _ in problem.resources]
        length = model.new_int_var(known.bound, known.length, "")
        for n, activity in enumerate(problem.activities):
            self._activity(n)
            for needed in activity.needs:
                model.add(self.starts[n] >= self.ends[needed])
            model.add(length >= self.starts[n] + problem.tails[n])
            model.add(length >= self.ends[n])
        for resource, used in zip(problem.resources, self._used, strict=True):
            model.add_cumulative([each for each, _ in used], [amount for _, amount in used], resource.capacity)
        model.minimize(length)
        self._hint(known)
        model.add_hint(length, known.length)

    def read(self, solver: Any, bound: int) -> Schedule:
        """What the solver found."""
        return Schedule(
            tuple(solver.value(each) for each in self.starts),
            tuple(solver.value(each) for each in self.ends),
            tuple(next(m for m, it in enumerate(each) if solver.value(it)) for each in self.chosen),
            bound,
        )

    def _activity(self, n: int) -> None:
        modes, start, end = self.problem.activities[n].modes, self.starts[n], self.ends[n]
        chosen = [self.model.new_bool_var("") if modes[1:] else self.model.new_constant(1) for _ in modes]
        for mode, it in zip(modes, chosen, strict=True):
            interval = self.model.new_optional_interval_var(start, mode.duration, end, it, "")
            for resource, amount in mode.demands:
                self._used[resource].append((interval, amount))
        self.model.add_exactly_one(chosen)
        self.chosen.append(chosen)

    def _hint(self, known: Schedule) -> None:
        for n, chosen in enumerate(self.chosen):
            self.model.add_hint(self.starts[n], known.starts[n])
            self.model.add_hint(self.ends[n], known.ends[n])
            for m, it in enumerate(chosen if chosen[1:] else ()):
                self.model.add_hint(it, int(known.modes[n] == m))
