"""A file of a plan as a line a fact, for Git to compare: `git diff` and `git log -p` then speak of the plan.

Git's `textconv` it is and not an external diff, because only that works in both commands without a further option. It
sees one file alone, so lines are told apart by ids and names, and what follows from them is for `masterplan diff`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from masterplan.analyse.changes import edits
from masterplan.analyse.changes.flatten import plain
from masterplan.load.loader import KIND_OF_FILE, KIND_OF_FOLDER
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.change import Edit
from masterplan.model.part import Part
from masterplan.model.plan import NOTHING, Header, Plan, Sprint
from masterplan.model.quantity import MARKS


def fact_lines(content: bytes) -> bytes:
    """Each fact of a plan's file on a line of its own, in an order of its own; any other file as it is."""
    plan = _plan(content)
    if plan is None:
        return content
    return "".join(f"{line}\n" for edit in edits(NOTHING, plan) for line in _lines(edit)).encode()


def _plan(content: bytes) -> Plan | None:
    """The plan that a file alone makes, whichever of a plan's files it is; None where it is none.

    The plan's decimal mark is not known here, and does not matter: amounts are shown as they are written.
    """
    source = parse(content, "file")
    kinds = (*KIND_OF_FOLDER.values(), *KIND_OF_FILE.values())
    parts = (validate(source, kind, mark)[0] for mark in (None, *MARKS) for kind in kinds)
    part = next(filter(None, parts), None) if not source.findings else None
    return _holding(part) if part else None


def _holding(part: Part) -> Plan:
    """A plan that holds a part and nothing else; the other files' fields are called as those of a plan are."""
    match part:
        case Sprint():
            return replace(NOTHING, sprints={part.id: part})
        case Header():
            return replace(NOTHING, header=part)
        case _:
            held: dict[str, Any] = dict(part)
            return replace(NOTHING, **held)


def _lines(edit: Edit) -> Iterator[str]:
    """A fact: the steps that lead to it and its value; a line for each item of a list, and of a text of several."""
    after = plain(edit.after)
    values = after if isinstance(after, list) else [after]
    key = edit.key[:-1] if edit.name == str(after) else edit.key
    steps = " / ".join(step for step in key if step)
    for value in values or ["nothing"]:
        for line in str(value).splitlines():
            yield f"{steps}: {line}"
