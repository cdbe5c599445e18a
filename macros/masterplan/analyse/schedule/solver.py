"""Shortest schedules by OR-tools CP-SAT, where it is installed (the extra `masterplan[schedule]`).

A third of the work goes into the whole problem, which proves most schedules shortest. Where that is not enough, the
rest goes into neighbourhoods of the best schedule so far: some activities are scheduled anew, while all others keep
their modes and their order. Godard, Laborie and Nuijten, "Randomized large neighborhood search for cumulative
scheduling", International Conference on Automated Planning and Scheduling (2005).

Deterministic: fixed seeds, one worker, and a limit on work instead of a clock.
Importing the library takes as long as many plans take to schedule, so it is only asked where a list schedule may not
be the shortest. Problems whose resources pause are left to list schedules, as durations then depend on starts.
"""

from collections.abc import Set
from dataclasses import replace
from importlib.util import find_spec

from masterplan.analyse.schedule.constraints import Answer, Question
from masterplan.analyse.schedule.list_scheduling import serial
from masterplan.analyse.schedule.rcpsp import Problem, Schedule

WORK = 1.0
"""The limit of work for one schedule in deterministic seconds, as CP-SAT counts; one takes two to four on a clock."""
MOST_ACTIVITIES = 150
"""Larger problems are left to list schedules: their gap is small, and the solver would need long to close it."""
NEARBY_WORK = 0.08
"""The limit of work for one neighbourhood."""
FIRST_SIZE = 20.0
"""Activities in the first neighbourhood; the next are larger or smaller, as it was easy or hard."""


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
    whole = Question(problem, known, known.length, work / 3).answer()
    best = replace(whole.schedule or known, bound=whole.bound)
    if not best.proved:
        best = _search(problem, best, work - whole.work)
    settled = replace(serial(problem, best.starts), bound=best.bound)
    return settled if settled.length <= best.length else best


def _search(problem: Problem, best: Schedule, work: float) -> Schedule:
    """Go from a schedule to a shorter one nearby, or to another of the same length, until the work is spent."""
    size, turn = FIRST_SIZE, 0
    while work > 0 and not best.proved:
        turn += 1
        kept = _kept(best, turn, size)
        near = Question(problem, best, best.length - 1, NEARBY_WORK, kept, turn).answer()
        size = _next_size(size, near, len(problem.activities))
        work -= near.work
        if near.schedule is None:
            near = Question(problem, best, best.length, NEARBY_WORK, kept, turn).answer()
            work -= near.work
        best = replace(near.schedule or best, bound=max(best.bound, near.bound))
    return best


def _next_size(size: float, near: Answer, most: int) -> float:
    """A neighbourhood that holds nothing shorter should have been larger, one that was not searched in full smaller."""
    if near.schedule:
        return size
    return min(size * 1.02, most) if near.is_final else max(size * 0.95, 2.0)


def _kept(known: Schedule, turn: int, size: float) -> Set[int]:
    """All activities but some whose middle is nearest to a time: about so many, somewhere along the schedule.

    Where and how many (0.7 to 1.3 times) are multiples of irrational numbers without their whole parts, which spread
    evenly however many are taken.
    """
    time = turn * 0.618_033_988_749_895 % 1 * known.length
    number = round(size * (0.7 + turn * 0.414_213_562 % 0.6))
    ends = enumerate(zip(known.starts, known.ends, strict=True))
    return {n for _, n in sorted((abs(start + end - 2 * time), n) for n, (start, end) in ends)[number:]}
