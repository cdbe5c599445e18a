"""Milestones that are reached and gates that are decided, written into `milestones.yml`: all else in it stays."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from masterplan.analyse.graph import Graph
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.parts import listed
from masterplan.analyse.progress import milestone_standings, standings
from masterplan.edit.editing import editing, with_files
from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.load.hints import did_you_mean
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import parse
from masterplan.model.milestone import Gate, Milestone
from masterplan.model.place import Mark
from masterplan.model.plan import Plan
from masterplan.today import today_of

_FILE = Path(PLAN_FOLDER, "milestones.yml")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,}\]#\s]+')


@dataclass(frozen=True, slots=True)
class Attainment:
    """What somebody says of a milestone: the day, else today, and of a gate what was decided and by whom, by id."""

    milestone: str
    day: date | None = None
    decision: Literal["go", "no-go"] | None = None
    by: tuple[str, ...] = ()


def reach(root: Path, said: Attainment, today: date | None = None) -> Path:
    """Write it down; returns the file by its path from `root`. For `today` see `today_of`.

    Raises UsageError, with nothing written, for a plan with errors, an unknown milestone, a day in the future, what is
    reached or decided already, a gate without a decision, and a milestone that waits for something.
    """
    with editing(root) as plan:
        by_id = {one.id: one for one in plan.milestones}
        if said.milestone not in by_id:
            hint = did_you_mean(said.milestone, by_id) if by_id else "the plan has none"
            raise UsageError(f"there is no milestone {said.milestone}; {hint}")
        now = today_of(plan, today)
        day = said.day or now
        _refuse(plan, said, day, now)
        before = by_id[said.milestone]
        after = _after(before, said, day)
        text = (root / _FILE).read_bytes().decode()
        position = [*by_id].index(said.milestone)
        content = _written(text, position, before, after).encode()
        expected = replace(plan, milestones=tuple(after if one is before else one for one in plan.milestones))
        if with_files(root, {_FILE.as_posix(): content}) != expected:
            raise UsageError(f"{_FILE} is written in a way that this command cannot change; change it by hand")
        write_atomically(root / _FILE, content, root)
    return _FILE


def _refuse(plan: Plan, said: Attainment, day: date, now: date) -> None:
    """Raise UsageError for what the plan speaks against."""
    graph = Graph.of(plan)
    standing = milestone_standings(plan, standings(plan, graph, day), day)[said.milestone]
    reasons = [f"{day} is in the future"] if day > now else []
    if reasons := [*reasons, *_objections(plan, said, standing)]:
        raise UsageError(f"refused: {'; '.join(reasons)}")


def _objections(plan: Plan, said: Attainment, standing: MilestoneStanding) -> Iterator[str]:
    milestone, id_ = standing.milestone, said.milestone
    if milestone.reached:
        yield f"{id_} was reached on {milestone.reached} already"
    if milestone.gate is None and (said.decision or said.by):
        yield f"{id_} is no gate, so that nothing is decided there"
    if milestone.gate and said.decision is None:
        yield f"{id_} is a gate: state the decision with --go or --no-go"
    if milestone.gate and milestone.gate.by and said.by and set(said.by) != set(milestone.gate.by):
        yield f"{_FILE} states that {listed(milestone.gate.by)} decides"
    left = [plan.name(unit) if unit in plan.sprints else unit for unit in standing.open_units]
    left += [f"“{criterion.text}”" for criterion in standing.open_criteria]
    if left and said.decision != "no-go":
        yield f"{id_} waits for {listed(left)}"


def _after(milestone: Milestone, said: Attainment, day: date) -> Milestone:
    if milestone.gate is None or said.decision is None:
        return milestone.model_copy(update={"reached": day})
    decided = {"outcome": said.decision, "on": day, "by": milestone.gate.by or said.by}
    gate = milestone.gate.model_copy(update=decided)
    return milestone.model_copy(update={"gate": gate} | ({"reached": day} if said.decision == "go" else {}))


def _written(text: str, position: int, before: Milestone, after: Milestone) -> str:
    """The file with what a milestone has now."""
    listed_ = parse(text.encode(), _FILE.as_posix()).mark.child("milestones")
    mark = listed_.child(position) if listed_ else None
    if mark is None:
        return text
    edits = [*_fields(text, mark, {"reached": after.reached} if after.reached != before.reached else {}, "title")]
    gate = mark.child("gate")
    if gate and after.gate and after.gate != before.gate:
        edits += _gate(text, gate, before.gate or Gate(), after.gate)
    for start, end, piece in sorted(edits, reverse=True):
        text = text[:start] + piece + text[end:]
    return text


_TextEdit = tuple[int, int, str]
"""Where a piece of the text begins and ends, and what comes in its place."""


def _gate(text: str, mark: Mark, before: Gate, after: Gate) -> Iterator[_TextEdit]:
    old, new = ({"outcome": gate.outcome, "by": list(gate.by), "on": gate.on} for gate in (before, after))
    changed = {name: value for name, value in new.items() if value != old[name]}
    if isinstance(mark.children, dict):
        yield from _fields(text, mark, changed, next(iter(mark.children)))
    else:
        pairs = ", ".join(f"{name}: {_inline(value)}" for name, value in changed.items())
        yield (*_token(text, mark), f"{{{pairs}}}")


def _fields(text: str, mark: Mark, fields: Mapping[str, Any], before: str) -> Iterator[_TextEdit]:
    """The fields of a mapping: another value where there is one, else the field before the one that is named."""
    is_flow = text[_offset(text, mark.line, mark.column)] == "{"
    next_, fresh = mark.child(before), [name for name in fields if mark.child(name) is None]
    for name, value in fields.items():
        if old := mark.child(name):
            yield (*_token(text, old), _inline(value))
    if next_ and fresh:
        at = _offset(text, next_.key_line, next_.key_column)
        end = ", " if is_flow else "\n" + " " * (next_.key_column - 1)
        yield at, at, "".join(f"{name}: {_inline(fields[name])}{end}" for name in fresh)


def _token(text: str, mark: Mark) -> tuple[int, int]:
    """Where a value of one word begins and ends."""
    start = _offset(text, mark.line, mark.column)
    match = _SCALAR.match(text, start)
    return start, match.end() if match else start


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1


def _inline(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(json.dumps, value))}]"
    return str(value)
