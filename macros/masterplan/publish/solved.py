"""Schedules that earlier builds got from the solver, which takes seconds and always gives the same for a problem.

Most edits change no effort, dependency or person, and so no problem. The memory is one file beside Git's own files,
where no commit can write; it has the answers that were found last, each by a digest of the problem and of the
program, and may be deleted at any time. Outside a repository nothing is remembered.
"""

import json
from contextlib import suppress
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.rcpsp import Problem, Schedule
from masterplan.analyse.schedule.solver import Improve
from masterplan.errors import MasterplanError
from masterplan.files import write_atomically
from masterplan.git.commands import own_memory, repository
from masterplan.program import program

MOST_REMEMBERED = 64
"""Answers that are remembered: a plan has one for each option and each number of people."""


def remembering(root: Path) -> Improve:
    """The solver for the plan in `root`, asked only about problems to which no answer is remembered."""

    def remembered(problem: Problem, first: Schedule) -> Schedule:
        with suppress(MasterplanError, OSError):
            if repository(root) and program():
                return _answer(own_memory(root) / "schedules.json", problem, first)
        return solver.improve(problem, first)

    return remembered


def _answer(path: Path, problem: Problem, first: Schedule) -> Schedule:
    answers = _read(path)
    key = sha256(repr((program(), problem, first)).encode()).hexdigest()
    schedule = _schedule(answers.pop(key, None), len(problem.activities))
    if schedule is None:
        schedule = solver.improve(problem, first)
        kept = {key: astuple(schedule)} | dict(list(answers.items())[: MOST_REMEMBERED - 1])
        with suppress(MasterplanError, OSError):
            write_atomically(path, json.dumps(kept).encode(), path.parents[1])
    return schedule


def _read(path: Path) -> dict[str, object]:
    """The answers by the digests of their problems, the newest first; none where the file cannot be read."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(path.read_bytes())
        return content if isinstance(content, dict) else {}
    return {}


def _schedule(content: object, activities: int) -> Schedule | None:
    """A schedule as it was remembered; None for anything else."""
    with suppress(TypeError, ValueError):
        match content:
            case [list(starts), list(ends), list(modes), int(bound)]:
                if len(starts) == len(ends) == len(modes) == activities:
                    return Schedule(tuple(map(int, starts)), tuple(map(int, ends)), tuple(map(int, modes)), bound)
    return None
