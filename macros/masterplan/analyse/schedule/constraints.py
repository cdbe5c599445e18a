"""A scheduling problem in the terms of OR-tools CP-SAT, asked as a whole or near a known schedule."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from masterplan.analyse.schedule.rcpsp import Problem, Schedule


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver says: a schedule if it found one, the best bound, whether it knows all, and the work it took."""

    schedule: Schedule | None
    bound: int
    is_final: bool
    work: float


@dataclass(frozen=True, slots=True)
class Question:
    """A schedule is wanted that takes at most so long, for at most so much work in the solver's deterministic seconds.

    Without activities to keep it shall be the shortest, and `known` is where the search begins. With some it may be any
    in which they have the modes and the order that they have in `known`; `seed` then says where the search turns.
    """

    problem: Problem
    known: Schedule
    most: int
    work: float
    kept: Set[int] = frozenset()
    seed: int = 0

    def answer(self) -> Answer:
        """Ask the solver."""
        from ortools.sat.python import cp_model  # noqa: PLC0415 - takes 0.4 s, and is not always installed

        model = _Model(cp_model.CpModel(), self.problem, self.most)
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = self.seed
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 0  # ten times as fast on hard instances: see docs/guide/speed.md
        solver.parameters.max_deterministic_time = self.work
        if self.kept:
            model.keep(self.known, self.kept)
            solver.parameters.cp_model_presolve = False
            solver.parameters.random_branches_ratio = 0.02
            solver.parameters.random_polarity_ratio = 0.05
        else:
            model.shorten(self.known)
        status = solver.solve(model.model)
        work = float(solver.response_proto.deterministic_time)
        is_final = status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}
        bound = self.known.bound
        if not self.kept and status == cp_model.INFEASIBLE:
            bound = self.most + 1
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return Answer(None, bound, is_final, work)
        bound = bound if self.kept else max(bound, round(solver.best_objective_bound))
        return Answer(model.read(solver, bound), bound, is_final, work)


class _Model:
    """A problem in the solver's terms: a start and an end for each activity, and a yes or no for each of its modes."""

    def __init__(self, model: Any, problem: Problem, most: int) -> None:
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
        for resource, used in zip(problem.resources, self._used, strict=True):
            model.add_cumulative([each for each, _ in used], [amount for _, amount in used], resource.capacity)

    def shorten(self, known: Schedule) -> None:
        """Ask for the shortest, from a known one on."""
        length = self.model.new_int_var(known.bound, self._most, "")
        for start, end, tail in zip(self.starts, self.ends, self.problem.tails, strict=True):
            self.model.add(length >= start + tail)
            self.model.add(length >= end)
        self.model.minimize(length)
        self._hint(known)
        self.model.add_hint(length, known.length)

    def keep(self, known: Schedule, kept: Set[int]) -> None:
        """Keep the modes of some activities, and their order where they follow or precede others on a resource."""
        modes = [each.modes[known.modes[n]] for n, each in enumerate(self.problem.activities)]
        used = [{resource for resource, _ in mode.demands} if mode.duration else set() for mode in modes]
        order = sorted(range(len(modes)), key=lambda n: (known.starts[n], n))
        for at, n in enumerate(order):
            if n in kept:
                self.model.add(self.chosen[n][known.modes[n]] == 1)
            for later in order[at + 1 :]:
                if known.ends[n] <= known.starts[later] and used[n] & used[later] and (n in kept or later in kept):
                    self.model.add(self.starts[later] >= self.ends[n])

    def read(self, solver: Any, bound: int) -> Schedule:
        """What the solver found."""
        return Schedule(
            tuple(solver.value(each) for each in self.starts),
            tuple(solver.value(each) for each in self.ends),
            tuple(next(m for m, it in enumerate(each) if solver.value(it)) for each in self.chosen),
            bound,
        )

    def _activity(self, n: int) -> None:
        modes, start = self.problem.activities[n].modes, self.starts[n]
        last = {mode.duration for mode in modes}
        end = self.model.new_int_var(0, self._most, "") if len(last) > 1 else start + modes[0].duration
        self.ends.append(end)
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
            for m, it in enumerate(chosen if chosen[1:] else ()):
                self.model.add_hint(it, int(known.modes[n] == m))
