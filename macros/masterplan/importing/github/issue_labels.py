"""Meanings of labels and values of project fields: a priority, a size, a state, a sprint, or just a label.

Teams write the name of the field before the value (`priority: high`, `size/3`, `status::blocked`) or after it (`high
priority`), or an unambiguous value alone (`P1`, `in progress`).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from masterplan.importing import values, words
from masterplan.importing.marks import without_signs
from masterplan.model.quantity import LONGEST_AMOUNT
from masterplan.model.task import State

Field = Literal["priority", "points", "effort", "state", "level", "sprint", "risk", "label"]
"""Field of a label; `risk` makes its issue a risk, `level` is a risk level."""

_JOINED = re.compile(r"(?P<scope>[^:/=]{1,60}?)\s*(?:::?|/|=)\s*(?P<value>[^:/=].*)")
_PRIORITY = re.compile(r"(?:P|prio(?:rity)?[ -]?)[0-9](?: ?[-:(–—].*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
_SIZES = {"points", "effort", "duration"}
_RISKS = {"risk", "risks", "impact", "likelihood", "severity"}
_BARE_STATES: tuple[State, ...] = ("in progress", "blocked", "deferred", "dropped")
"""States that a label may name without `status` before it; `planned` and `done` follow from the issue itself."""


class Meaning(NamedTuple):
    """Field of a label, and the value in the notation of plan files."""

    field: Field
    value: str


@lru_cache(maxsize=4096)
def label_meaning(label: str) -> Meaning:
    """Meaning of a label."""
    match = _JOINED.fullmatch(label.strip())
    scoped = scoped_meaning(match["scope"], match["value"]) if match else None
    return scoped or _unscoped_meaning(without_signs(label)) or Meaning("label", " ".join(label.split()))


def state_named(text: str, states: Mapping[str, State]) -> State | None:
    """State named by a whole text, in the team's own words or in common ones."""
    return state_in(text, states) or _state(text)


def state_in(text: str, states: Mapping[str, State]) -> State | None:
    """State named by a whole text in the team's own words."""
    return next((state for word, state in states.items() if word.casefold() == text.strip().casefold()), None)


@lru_cache(maxsize=1024)
def _state(text: str) -> State | None:
    """State of a text that contains nothing else."""
    read = words.state(text)
    return read.value if read and without_signs(text).strip(" .!") in {read.text, without_signs(read.text)} else None


def scoped_meaning(scope: str, value: str) -> Meaning | None:
    """Meaning of the value of a named field, as in projects; None if neither is recognised."""
    name, value = words.field_of(scope.replace("_", " ")), value.strip()
    if name == "priority" or scope.strip().casefold() in {"prio", "p"}:
        return Meaning("priority", value)
    if name in _SIZES:
        return _size(value)
    if name == "state" and _state(value):
        return Meaning("state", value)
    level = words.level(value)
    if level and (name in _RISKS or scope.strip().casefold() in _RISKS):
        return Meaning("level", level.value)
    return _unit(scope, value)


def _size(value: str) -> Meaning | None:
    """Points or an effort: `3`, `5 SP`, `2d`; None for sizes such as `M`."""
    points = values.points(value, bare=True) if len(value) <= LONGEST_AMOUNT else None
    if points and points.text.strip(" .)") == value.strip(" .)"):
        return Meaning("points", points.value)
    effort = values.effort(value)
    return Meaning("effort", effort.value) if effort and effort.text == value else None


def _unit(scope: str, value: str) -> Meaning | None:
    """Meaning of a unit: a sprint or epic (`sprint: 3`, `epic/billing`), or a risk (`type: risk`)."""
    unit = words.unit_kind(scope)
    if unit and unit.kind == "sprint":
        return Meaning("sprint", f"{scope.strip()} {value}" if _NUMBER.fullmatch(value) else value)
    kind = words.unit_kind(value)
    is_type = scope.strip().casefold() in {"type", "kind"}
    return Meaning("risk", value) if is_type and kind and kind.kind == "risk" else None


def _unscoped_meaning(label: str) -> Meaning | None:
    """Meaning of a label without the name of a field before it."""
    unit = words.unit_kind(label)
    if unit and unit.kind == "risk":
        return Meaning("risk", label)
    if _PRIORITY.fullmatch(label):
        return Meaning("priority", label)
    head, _, tail = label.replace("-", " ").rpartition(" ")
    if head and words.field_of(tail) == "priority" and words.level(head):
        return Meaning("priority", head)
    if words.field_of(tail) == "points" and _NUMBER.fullmatch(head):
        return Meaning("points", head)
    if _state(label) in _BARE_STATES:
        return Meaning("state", label)
    leading = words.leading_unit(label)
    rest = label[len(leading.text) :].strip(" -#") if leading and label.startswith(leading.text) else ""
    is_sprint = leading is not None and leading.value.kind == "sprint" and _NUMBER.fullmatch(rest)
    return Meaning("sprint", label) if is_sprint else None
