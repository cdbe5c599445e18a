"""A task's state written into its sprint's file: one value changes, everything else stays as people wrote it.

The plan is read with the new file before that is written, so that nothing but the state can have changed.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from masterplan.edit.editing import with_files
from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.model.place import Place
from masterplan.model.plan import PlacedTask, Plan
from masterplan.model.task import State

_STATE = re.compile(r"([\"']?)(?:planned|in progress|blocked|done|dropped|deferred)\1")
_DONE = re.compile(r"([\"']?)done\1\s*:\s*(?:true|false)")


@dataclass(frozen=True, slots=True)
class NewState:
    """The sprint's file, by its path from the plan's root, with another state of one of its tasks."""

    path: str
    content: bytes

    @classmethod
    def of(cls, root: Path, plan: Plan, id_: str, state: State) -> "NewState":
        """The file in which a task of the plan has a state. Raises UsageError where that is to be written by hand."""
        placed = plan.tasks[id_]
        place = plan.places.of(*placed.path)
        text = (root / place.path).read_bytes().decode()
        changed = _with_state(text, plan, placed, state)
        new = cls(place.path, (changed or text).encode())
        if with_files(root, {new.path: new.content}) != _with_task(plan, placed, state):
            raise UsageError(f"{place}: write `state: {state}` by hand; the file is in a form that no command changes")
        return new

    def write(self, root: Path) -> Path:
        """Write the file; returns its path from `root`."""
        write_atomically(root / self.path, self.content, root)
        return Path(self.path)


def _with_task(plan: Plan, placed: PlacedTask, state: State) -> Plan:
    """The plan in which nothing else differs."""
    sprint = plan.sprints[placed.sprint]
    task = placed.task.model_copy(update={"state": state})
    tasks = (*sprint.tasks[: placed.position], task, *sprint.tasks[placed.position + 1 :])
    return replace(plan, sprints={**plan.sprints, placed.sprint: sprint.model_copy(update={"tasks": tasks})})


def _with_state(text: str, plan: Plan, placed: PlacedTask, state: State) -> str | None:
    """The file's text with the state in place of another, of the older `done`, or else behind the id."""
    whole = plan.places.of(*placed.path)
    for field, pattern, new in (("state", _STATE, state), ("done", _DONE, f"state: {state}")):
        value = plan.places.of(*placed.path, field)
        if value != whole:
            at = value if field == "state" else plan.places.of(*placed.path, field, key=True)
            return _replaced(text, at, pattern, new)
    return _inserted(text, plan, placed, f"state: {state}")


def _replaced(text: str, at: Place, pattern: re.Pattern[str], new: str) -> str | None:
    start = _offset(text, at)
    match = pattern.match(text, start)
    return f"{text[:start]}{new}{text[match.end() :]}" if match else None


def _inserted(text: str, plan: Plan, placed: PlacedTask, new: str) -> str | None:
    """The text with one more field behind the id: in the same line between braces, else in a line of its own."""
    key, value = (plan.places.of(*placed.path, "id", key=is_key) for is_key in (True, False))
    start = _offset(text, value)
    match = re.compile(rf"([\"']?){re.escape(placed.task.id or '')}\1").match(text, start)
    if match is None:
        return None
    if text[_offset(text, plan.places.of(*placed.path))] == "{":
        return f"{text[: match.end()]}, {new}{text[match.end() :]}"
    end = text.find("\n", match.end())
    ending = "\r\n" if text[:end].endswith("\r") else "\n"
    line = f"{' ' * (key.column - 1)}{new}"
    return f"{text[: end + 1]}{line}{ending}{text[end + 1 :]}" if end >= 0 else f"{text}\n{line}"


def _offset(text: str, at: Place) -> int:
    """Where a place is in a text; a mark of its encoding before the first line is in no column."""
    lines = text.split("\n")
    shift = at.line == 1 and text.startswith("\ufeff")
    return sum(len(line) + 1 for line in lines[: at.line - 1]) + at.column - 1 + shift
