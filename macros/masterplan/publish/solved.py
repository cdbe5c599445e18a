"""Memory of the solver's schedules. The solver takes seconds, and its result for a problem is always the same.

Most edits change no effort, dependency or person, and so no problem. The memory is a file beside Git's own files, where
no commit can write. It contains the latest schedules by a digest of problem and program, and can be deleted at any
time. Outside a repository nothing is remembered.
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
"""The number of remembered schedules; a plan has one for each option and each number of people."""


def remembering(root: Path) -> Improve:
    """A solver for the plan in `root` that solves only problems without a remembered schedule."""

    def remembered(problem: Problem, first: Schedule) -> Schedule:
        with suppress(MasterplanError, OSError):
            if repository(root) and program():
                return _recalled(own_memory(root) / "schedules.json", problem, first)
        return solver.improve(problem, first)

    return remembered


def _recalled(path: Path, problem: Problem, first: Schedule) -> Schedule:
    schedules = _read(path)
    key = sha256(repr((program(), problem, first)).encode()).hexdigest()
    schedule = _schedule(schedules.pop(key, None), len(problem.activities))
    if schedule is None:
        schedule = solver.improve(problem, first)
        newest = {key: astuple(schedule)} | dict(list(schedules.items())[: MOST_REMEMBERED - 1])
        with suppress(MasterplanError, OSError):
            write_atomically(path, json.dumps(newest).encode(), path.parents[1])
    return schedule


def _read(path: Path) -> dict[str, object]:
    """The remembered schedules by digest, newest first; none if the file cannot be read."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(path.read_bytes())
        return content if isinstance(content, dict) else {}
    return {}


def _schedule(content: object, activities: int) -> Schedule | None:
    """The schedule in a memory; None if the content is not a schedule."""
    with suppress(TypeError, ValueError):
        match content:
            case [list(starts), list(ends), list(modes), int(bound)]:
                if len(starts) == len(ends) == len(modes) == activities:
                    return Schedule(tuple(map(int, starts)), tuple(map(int, ends)), tuple(map(int, modes)), bound)
    return None
