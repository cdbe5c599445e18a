"""What labels of issues and values of project fields mean: a priority, a size, a state, a sprint, or just a label.

Teams write the name of a field before the value, joined by a sign (`priority: high`, `size/3`, `status::blocked`), or a
word for it behind (`high priority`), or the value alone where nothing else can be meant (`P1`, `in progress`).
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
"""What a label is about; `risk` makes its issue a risk, `level` is the level of a risk."""

_JOINED = re.compile(r"(?P<scope>[^:/=]{1,60}?)\s*(?:::?|/|=)\s*(?P<value>[^:/=].*)")
_PRIORITY = re.compile(r"(?:P|prio(?:rity)?[ -]?)[0-9](?: ?[-:(–—].*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
_SIZES = {"points", "effort", "duration"}
_RISKS = {"risk", "risks", "impact", "likelihood", "severity"}
_BARE_STATES: tuple[State, ...] = ("in progress", "blocked", "deferred", "dropped")
"""The states that a label can say without `status` before it; an issue itself says whether it is open or done."""


class Meaning(NamedTuple):
    """What a label is about, and its value as plan files write it."""

    field: Field
    value: str


@lru_cache(maxsize=4096)
def meaning(label: str) -> Meaning:
    """What a label means."""
    match = _JOINED.fullmatch(label.strip())
    named = scoped_meaning(match["scope"], match["value"]) if match else None
    return named or _alone(without_signs(label)) or Meaning("label", " ".join(label.split()))


def state_named(text: str, states: Mapping[str, State]) -> State | None:
    """The state that a whole text names, by a team's own words for states or by those of many."""
    return state_in(text, states) or _state(text)


def state_in(text: str, states: Mapping[str, State]) -> State | None:
    """The state that a whole text is among a team's own words."""
    return next((state for word, state in states.items() if word.casefold() == text.strip().casefold()), None)


@lru_cache(maxsize=1024)
def _state(text: str) -> State | None:
    """The state of a text that says nothing else."""
    read = words.state(text)
    return read.value if read and without_signs(text).strip(" .!") in {read.text, without_signs(read.text)} else None


def scoped_meaning(scope: str, value: str) -> Meaning | None:
    """What a value means that has the name of its field, as values of projects have; None where nothing is known."""
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
    """A number of points, or a length of time: `3`, `5 SP`, `2d`; None for sizes such as `M`."""
    points = values.points(value, bare=True) if len(value) <= LONGEST_AMOUNT else None
    if points and points.text.strip(" .)") == value.strip(" .)"):
        return Meaning("points", points.value)
    effort = values.effort(value)
    return Meaning("effort", effort.value) if effort and effort.text == value else None


def _unit(scope: str, value: str) -> Meaning | None:
    """A sprint or epic by its word: `sprint: 3`, `epic/billing`; a risk where the label is of that type."""
    unit = words.unit_kind(scope)
    if unit and unit.kind == "sprint":
        return Meaning("sprint", f"{scope.strip()} {value}" if _NUMBER.fullmatch(value) else value)
    kind = words.unit_kind(value)
    is_type = scope.strip().casefold() in {"type", "kind"}
    return Meaning("risk", value) if is_type and kind and kind.kind == "risk" else None


def _alone(label: str) -> Meaning | None:
    """The meaning of a label that has no name of a field before it."""
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
