"""A file of a plan as text with one fact a line, which Git compares in `git diff` and `git log -p`.

This is what Git calls a `textconv`; an external diff would need a further option in `git log -p`. Git passes one file
at a time, so each line has the ids and names it needs, and consequences are left to `masterplan diff`.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from masterplan.analyse.changes.flatten import as_plain
from masterplan.analyse.changes.patch import edits
from masterplan.load.custom import names_of
from masterplan.load.loader import KIND_OF_FILE, KIND_OF_FOLDER, make
from masterplan.load.source import parse
from masterplan.model.change import Edit
from masterplan.model.header import Header
from masterplan.model.part import Part, fields_of
from masterplan.model.plan import EMPTY_PLAN, Plan
from masterplan.model.quantity import MARKS, Notation
from masterplan.model.schema import OWN_FIELDS
from masterplan.model.sprint import Sprint


def fact_lines(content: bytes) -> bytes:
    """A plan's file with one fact a line, in an order that does not depend on the file's; any other file unchanged."""
    plan = _plan(content)
    if plan is None:
        return content
    return "".join(f"{line}\n" for edit in edits(EMPTY_PLAN, plan) for line in _lines(edit)).encode()


def _plan(content: bytes) -> Plan | None:
    """A plan with nothing but what the file holds, whichever of a plan's files it is; None for any other file.

    The plan's decimal mark is not known here, and does not matter: amounts are shown as they are written. Nor are the
    team's own fields, so that a file of a plan may have any.
    """
    keys = parse(content, "file").data or {}
    fitting = [(kind, fields) for fields in ((), None) for kind in _FILES if _may_be(kind, keys, fields)]
    notations = [(kind, Notation(mark, fields=fields)) for kind, fields in fitting for mark in (None, *MARKS)]
    files = (make(content, "file", kind, notation) for kind, notation in notations)
    part = next((part for source, part, _ in files if part and not source.findings), None)
    return _holding(part) if part else None


_FILES = (*KIND_OF_FOLDER.values(), *KIND_OF_FILE.values())
"""What a file of a plan can be."""


def _may_be(kind: type[Part], keys: Collection[str], fields: tuple[()] | None) -> bool:
    """Whether a file with these keys may be of a kind: only that is worth the time to read it as one."""
    needed = {field.name for field in fields_of(kind) if field.needed}
    return needed.issubset(keys) and ((fields is None and kind in OWN_FIELDS) or names_of(kind).issuperset(keys))


def _holding(part: Part) -> Plan:
    """A plan with one part and nothing else. The fields of `Phases`, `Options`, `Team`, `Progress` are a plan's own."""
    match part:
        case Sprint():
            return replace(EMPTY_PLAN, sprints={part.id: part})
        case Header():
            return replace(EMPTY_PLAN, header=part)
        case _:
            held: dict[str, Any] = dict(part)
            return replace(EMPTY_PLAN, **held)


def _lines(edit: Edit) -> Iterator[str]:
    """The lines of a fact: the path to it and its value, one for each item of a list and each line of a text."""
    after = as_plain(edit.after)
    values = after if isinstance(after, list) else [after]
    key = edit.key[:-1] if edit.name == str(after) else edit.key
    steps = " / ".join(step for step in key if step)
    for value in values or ["nothing"]:
        for line in str(value).splitlines():
            yield f"{steps}: {line}"
