"""An entry written into `plan_data/progress/` as a file of its own.

No file that people wrote is ever edited, so its comments and layout stay, and no two branches that record progress
write to the same file: Git merges them without a conflict. What was written is loaded as part of the whole plan before
it is there.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from masterplan.edit.editing import add, inline, with_file
from masterplan.errors import UsageError
from masterplan.load.build import FOLDER
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry, Progress
from masterplan.model.quantity import DecimalMark


def entry_of(values: dict[str, Any], mark: DecimalMark | None) -> Entry:
    """An entry from plain values, held to all that a file is held to. Raises UsageError with the first misfit.

    `mark` is the plan's decimal mark.
    """
    source = parse(_file(values), "the new entry")
    progress, findings = validate(source, Progress, mark)
    for finding in (*source.findings, *findings):
        raise UsageError(f"{finding.message}; {finding.hint}")
    assert progress is not None  # noqa: S101 - without findings there is a part
    return progress.entries[0]


def append(root: Path, plan: Plan, entry: Entry) -> Path:
    """Add an entry to the plan that was loaded from `root`, as a new file; returns the file's path from there.

    Raises UsageError, with nothing written, when the plan would be wrong with it, or another entry of the same day
    would still count instead.
    """
    content = _file(entry.model_dump(mode="json"))
    path = Path(FOLDER, "progress", _name(plan, entry, content))
    entries = with_file(root, path, content).entries
    same_day = [other for other in entries if (other.sprint, other.date) == (entry.sprint, entry.date)]
    if same_day[-1] != entry:
        raise UsageError(f"another entry of {entry.date} comes after {path} and would count instead; edit that one")
    add(root, path, content)
    return path


def _name(plan: Plan, entry: Entry, content: bytes) -> str:
    """Day, sprint, number within the sprint's day, and a piece of the content's hash: `20260112-4-01-1a2b3c.yml`.

    The number keeps the order of one day, in which the last entry counts; the hash keeps branches apart.
    """
    number = 1 + sum((other.sprint, other.date) == (entry.sprint, entry.date) for other in plan.entries)
    return f"{entry.date:%Y%m%d}-{entry.sprint}-{number:02}-{sha256(content).hexdigest()[:6]}.yml"


def _file(values: dict[str, Any]) -> bytes:
    """A file with one entry, without what is None or empty."""
    first, *more = _lines({key: value for key, value in values.items() if value not in (None, [])})
    return "".join(["entries:\n", f"  - {first}\n", *(f"    {line}\n" for line in more)]).encode()


_PLAIN = {"state", "date"}
"""Fields whose values need no quotes."""


def _lines(values: dict[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, list):
            yield f"{key}:"
            yield from (f"  - {inline(item)}" for item in value)
        else:
            yield f"{key}: {value if key in _PLAIN else inline(value)}"
