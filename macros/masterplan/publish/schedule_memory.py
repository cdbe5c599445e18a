"""Memory of schedules. Computing one takes up to seconds, and the result for a problem is always the same.

Most edits change no effort, dependency or person, and so no problem. The memory is a file beside Git's own files, where
no commit can write. It contains the latest schedules by a digest of problem and program, and can be deleted at any
time. Outside a repository nothing is remembered.
"""

import json
from contextlib import suppress
from dataclasses import astuple
from functools import cache
from hashlib import sha256
from pathlib import Path

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.rcpsp import Problem, Schedule
from masterplan.analyse.schedule.solver import Scheduler
from masterplan.errors import MasterplanError
from masterplan.files import write_atomically
from masterplan.git.commands import memory_folder, repository
from masterplan.program import program

MOST_REMEMBERED = 64
"""The number of remembered schedules; a plan has one for each option and each number of people."""


def remembering(root: Path) -> Scheduler:
    """A scheduler for the plan in `root` that computes only schedules that it does not remember."""

    @cache
    def memory() -> _ScheduleMemory | None:
        with suppress(MasterplanError, OSError):
            if repository(root) and program():
                return _ScheduleMemory(memory_folder(root) / "schedules.json")
        return None

    def scheduler(problem: Problem) -> Schedule:
        remembered = memory()
        return remembered.schedule(problem) if remembered else solver.best_schedule(problem)

    return scheduler


class _ScheduleMemory:
    """The schedules in the file `path`, by digest, newest first; none if the file cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._schedules: dict[str, object] = {}
        with suppress(OSError, ValueError, RecursionError):
            content = json.loads(path.read_bytes())
            self._schedules = content if isinstance(content, dict) else {}

    def schedule(self, problem: Problem) -> Schedule:
        """The remembered schedule of a problem; otherwise computes it and tries to remember it."""
        key = sha256(repr((program(), problem)).encode()).hexdigest()
        remembered = _schedule(self._schedules.get(key), len(problem.activities))
        if remembered:
            return remembered
        schedule = solver.best_schedule(problem)
        older = [item for item in self._schedules.items() if item[0] != key]
        self._schedules = {key: astuple(schedule)} | dict(older[: MOST_REMEMBERED - 1])
        with suppress(MasterplanError, OSError):
            write_atomically(self._path, json.dumps(self._schedules).encode(), self._path.parents[1])
        return schedule


def _schedule(content: object, activities: int) -> Schedule | None:
    """The schedule in a memory; None if the content is not a schedule of so many activities."""
    with suppress(TypeError, ValueError):
        match content:
            case [list(starts), list(ends), list(modes), int(bound)]:
                if len(starts) == len(ends) == len(modes) == activities:
                    return Schedule(tuple(map(int, starts)), tuple(map(int, ends)), tuple(map(int, modes)), bound)
    return None
