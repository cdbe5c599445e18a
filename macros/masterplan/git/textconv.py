"""A file of a plan as text with one fact per line, which Git compares in `git diff` and `git log -p`.

Git calls this a `textconv`; an external diff would need another option in `git log -p`. Git passes one file at a time,
so each line contains all ids and names, and consequences are left to `masterplan diff`.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from masterplan.analyse.changes.flatten import as_plain
from masterplan.analyse.changes.patch import edits
from masterplan.load.custom import field_names
from masterplan.load.loader import KIND_OF_FILE, KIND_OF_FOLDER, load_part
from masterplan.load.source import parse
from masterplan.model.change import Edit
from masterplan.model.header import Header
from masterplan.model.part import Part, fields_of
from masterplan.model.plan import EMPTY_PLAN, Plan
from masterplan.model.quantity import MARKS, Notation
from masterplan.model.schema import CUSTOM_FIELD_OWNERS
from masterplan.model.sprint import Sprint


def fact_lines(content: bytes) -> bytes:
    """A file of a plan with one fact per line, in an order independent of the file; any other file unchanged."""
    plan = _plan(content)
    if plan is None:
        return content
    return "".join(f"{line}\n" for edit in edits(EMPTY_PLAN, plan) for line in _lines(edit)).encode()


def _plan(content: bytes) -> Plan | None:
    """A plan with only the content of this file, of whichever kind; None if it is not a file of a plan.

    The plan's decimal mark is unknown, but does not matter, as amounts are shown as written. Custom fields are unknown
    too, so any key is accepted as one.
    """
    keys = parse(content, "file").data or {}
    kinds = [(kind, fields) for fields in ((), None) for kind in _FILES if _fits_keys(kind, keys, fields)]
    notations = [(kind, Notation(mark, fields=fields)) for kind, fields in kinds for mark in (None, *MARKS)]
    files = (load_part(content, "file", kind, notation) for kind, notation in notations)
    part = next((part for source, part, _ in files if part and not source.findings), None)
    return _plan_with(part) if part else None


_FILES = (*KIND_OF_FOLDER.values(), *KIND_OF_FILE.values())
"""The kinds of file in a plan."""


def _fits_keys(kind: type[Part], keys: Collection[str], fields: tuple[()] | None) -> bool:
    """Whether a file with these keys may be of a kind; reading it as any other kind would waste time."""
    needed = {field.name for field in fields_of(kind) if field.needed}
    return needed.issubset(keys) and (
        (fields is None and kind in CUSTOM_FIELD_OWNERS) or field_names(kind).issuperset(keys)
    )


def _plan_with(part: Part) -> Plan:
    """A plan with this part only. `Phases`, `Options`, `Team` and `Progress` share the names of fields with `Plan`."""
    match part:
        case Sprint():
            return replace(EMPTY_PLAN, sprints={part.id: part})
        case Header():
            return replace(EMPTY_PLAN, header=part)
        case _:
            fields: dict[str, Any] = dict(part)
            return replace(EMPTY_PLAN, **fields)


def _lines(edit: Edit) -> Iterator[str]:
    """The lines of a fact: its path and value, with one line for each item of a list and each line of a text."""
    after = as_plain(edit.after)
    values = after if isinstance(after, list) else [after]
    key = edit.key[:-1] if edit.name == str(after) else edit.key
    steps = " / ".join(step for step in key if step)
    for value in values or ["nothing"]:
        text = str(value).lower() if isinstance(value, bool) else str(value)  # as in YAML
        for line in text.splitlines():
            yield f"{steps}: {line}"
