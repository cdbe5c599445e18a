"""An entry written into `plan_data/progress/`: the one place where masterplan edits YAML that people wrote.

Comments, quotes and layout stay as they are. The round trip of ruamel.yaml is trusted only where it gives back the very
text it was given; beside a file where it does not, the entry goes into a second one. What was written is loaded as a
whole plan, in a copy, before it replaces anything.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from masterplan.errors import UsageError
from masterplan.load.build import FOLDER, load
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry, Progress
from masterplan.model.quantity import DecimalMark

MODELINE = "# yaml-language-server: $schema=../../docs/schema/progress.schema.json\n"
_LAYOUTS = ((2, 4, 2), (2, 2, 0), (4, 4, 2), (4, 6, 4), (4, 8, 4), (4, 4, 0), (2, 3, 1))
"""Indentation of mappings, of lists, and of the dash within that of lists."""

_UNFOLDED = 1 << 30
"""A width at which no text is broken into lines."""


def entry_of(said: dict[str, Any], mark: DecimalMark | None) -> Entry:
    """An entry from plain values, held to all that a file is held to. Raises UsageError with the first misfit.

    `mark` is the plan's decimal mark.
    """
    source = parse(_new([said]).encode(), "the new entry")
    progress, findings = validate(source, Progress, mark)
    for finding in (*source.findings, *findings):
        raise UsageError(f"{finding.message}; {finding.hint}")
    assert progress is not None  # noqa: S101 - without findings there is a part
    return progress.entries[0]


def append(root: Path, plan: Plan, entry: Entry) -> Path:
    """Add an entry to the file of its year in the plan that was loaded from `root`; returns the file's path from there.

    Raises UsageError, with nothing changed, when the plan would not hold the entry besides all that it held before, or
    another entry of the same day would still count instead.
    """
    for path in _candidates(entry.date.year):
        file = root / path
        text = _with(file.read_bytes(), entry) if file.exists() else _new([_plain(entry)]).encode()
        if text is not None:
            _try_out(root, plan, entry, path, text)
            _replace(file, text)
            return path
    raise AssertionError("there is always one more name")


def _candidates(year: int) -> Iterator[Path]:
    """`2026.yml`, then `2026_2.yml` and so on, which sort after it: of entries of one day the last counts."""
    yield Path(FOLDER, "progress", f"{year}.yml")
    for number in range(2, 1_000):
        yield Path(FOLDER, "progress", f"{year}_{number}.yml")


def _with(content: bytes, entry: Entry) -> bytes | None:
    """A file with one more entry; None where the rest of it could not be kept to the letter."""
    text = content.decode("utf-8")
    mark, newline = "\ufeff" * text.startswith("\ufeff"), "\r\n" if "\r\n" in text else "\n"
    lines = text.removeprefix(mark).replace("\r\n", "\n")
    if lines.replace("\n", newline) != text.removeprefix(mark):
        return None
    for layout in _LAYOUTS:
        yaml = _yaml(*layout)
        try:
            held = yaml.load(lines)
        except YAMLError:
            return None
        if _dumped(yaml, held) == lines.rstrip("\n") + "\n":
            if not held["entries"]:
                held["entries"].fa.set_block_style()
            held["entries"].append(_plain(entry))
            return (mark + _dumped(yaml, held).replace("\n", newline)).encode()
    return None


def _yaml(mapping: int, sequence: int, offset: int) -> Any:
    yaml = YAML(pure=True)
    yaml.preserve_quotes, yaml.width = True, _UNFOLDED
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    return yaml


def _dumped(yaml: Any, held: Any) -> str:
    stream = io.StringIO()
    yaml.dump(held, stream)
    return stream.getvalue()


def _new(entries: list[dict[str, Any]]) -> str:
    return MODELINE + _dumped(_yaml(*_LAYOUTS[0]), {"entries": [_quoted(each) for each in entries]})


def _plain(entry: Entry) -> Any:
    """What an entry says, in the order of its fields, as it is written."""
    said = {
        "sprint": entry.sprint,
        "date": entry.date,
        "state": entry.state,
        "percent": entry.percent,
        "tasks": list(entry.tasks),
        "measured": [{"metric": each.metric, "value": each.value.text} for each in entry.measured],
        "saves": entry.saves.text if entry.saves else None,
        "updated": list(entry.updated),
        "note": entry.note,
        "by": entry.by,
    }
    return _quoted({key: value for key, value in said.items() if value not in (None, [])})


def _quoted(value: Any) -> Any:
    """The same with every text in quotes, so that none can turn into something else; states are our own words."""
    match value:
        case str():
            return Quoted(value)
        case list():
            return [_quoted(each) for each in value]
        case dict():
            return {key: each if key == "state" else _quoted(each) for key, each in value.items()}
        case _:
            return value


def _try_out(root: Path, plan: Plan, entry: Entry, path: Path, text: bytes) -> None:
    """Load the plan as it would be, in a copy."""
    with tempfile.TemporaryDirectory(prefix="masterplan-") as folder:
        copy = Path(folder)
        shutil.copytree(root / FOLDER, copy / FOLDER)
        (copy / path).parent.mkdir(exist_ok=True)
        (copy / path).write_bytes(text)
        loaded = load(copy)
    for finding in loaded.findings:
        raise UsageError(f"{finding.message}; {finding.hint}")
    assert loaded.plan is not None  # noqa: S101 - without findings there is a plan
    entries = list(loaded.plan.entries)
    same_day = [each for each in entries if (each.sprint, each.date) == (entry.sprint, entry.date)]
    if not same_day or same_day[-1] != entry:
        raise UsageError(f"another entry of {entry.date} comes after {path} and would count instead; edit that one")
    entries.reverse()
    entries.remove(entry)
    if entries[::-1] != list(plan.entries):
        raise UsageError(f"{path} was changed meanwhile, or cannot be edited safely; add the entry by hand")


def _replace(file: Path, text: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old text or the new one."""
    file.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as fresh:
            fresh.write(text)
            fresh.flush()
            os.fsync(fresh.fileno())
        Path(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
