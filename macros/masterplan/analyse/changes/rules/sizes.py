"""Stated sizes: effort, points, capacity and buffer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from masterplan.analyse.changes.comparison import ChangeDraft, Comparison, FieldEdits, FieldRule, value_text
from masterplan.analyse.changes.rules.rewording import WORDING
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.quantity import Quantity


class Sized(NamedTuple):
    """The rules for an optional amount; `changed` is for one that is neither higher nor lower."""

    more: ChangeRule
    less: ChangeRule
    stated: ChangeRule
    unstated: ChangeRule
    changed: ChangeRule


EFFORT = Sized(
    ChangeRule("effort-raised", "breaking", "Effort raised"),
    ChangeRule("effort-lowered", "notable", "Effort lowered"),
    ChangeRule("effort-stated", "notable", "Effort added"),
    ChangeRule("effort-unstated", "notable", "Effort removed"),
    ChangeRule("effort-changed", "notable", "Effort changed, neither higher nor lower"),
)
_POINTS_CHANGED = ChangeRule("points-changed", "notable", "Points added, removed or with a different range")
POINTS = Sized(
    ChangeRule("points-raised", "breaking", "Points raised"),
    ChangeRule("points-lowered", "notable", "Points lowered"),
    _POINTS_CHANGED,
    _POINTS_CHANGED,
    _POINTS_CHANGED,
)
_CAPACITY_CHANGED = ChangeRule("capacity-changed", "notable", "Capacity added, removed or with a different range")
CAPACITY = Sized(
    ChangeRule("capacity-raised", "notable", "Capacity raised"),
    ChangeRule("capacity-lowered", "breaking", "Capacity lowered"),
    _CAPACITY_CHANGED,
    _CAPACITY_CHANGED,
    _CAPACITY_CHANGED,
)
_BUFFER_CHANGED = ChangeRule("buffer-changed", "notable", "Buffer changed")
BUFFER = Sized(*[_BUFFER_CHANGED] * 5)

RULES = tuple(dict.fromkeys((*EFFORT, *POINTS, *CAPACITY, *BUFFER)))

_RULES_OF: Mapping[str, tuple[Sized, str]] = {
    "effort": (EFFORT, "effort"),
    "likely": (EFFORT, "likeliest effort"),
    "points": (POINTS, "points"),
    "capacity": (CAPACITY, "capacity"),
    "buffer": (BUFFER, "buffer"),
}
"""The rules of each field, and its name for people."""

Amounts = tuple[Quantity | None, Quantity | None]
"""An amount before and after; None where it is not stated."""


def sized(
    comparison: Comparison, field: str, edits: Sequence[Edit], amounts: Amounts, name: str
) -> Iterator[ChangeDraft]:
    """The change of an amount, if it has edits; `field` is its YAML key, `name` the part's name: `Sprint 4`."""
    rules, label = _RULES_OF[field]
    texts = value_text(amounts[0]), value_text(amounts[1])
    match amounts:
        case (Quantity() as before, Quantity() as after):
            rule, state = _compared(comparison, rules, before, after), f"{texts[1]}, not {texts[0]}"
        case (None, _):
            rule, state = rules.stated, f"added, {texts[1]}"
        case _:
            rule, state = rules.unstated, f"removed, was {texts[0]}"
    if edits:
        yield ChangeDraft(rule, tuple(edits), f"{name}: {label} {state}", *texts, edits[-1].key)


def _compared(comparison: Comparison, rules: Sized, before: Quantity, after: Quantity) -> ChangeRule:
    measures = comparison.measures(before, after)
    if measures and measures[0] == measures[1]:
        return WORDING
    return {1: rules.more, -1: rules.less, 0: rules.changed}[comparison.compare_amounts(before, after)]


def _size(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """An amount of a sprint or a phase."""
    name = comparison.display_name(field.part)
    return sized(comparison, field.field, field.edits, comparison.values(field), name)


FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    **{("sprints", field): _size for field in _RULES_OF},
    **{("phases", field): _size for field in ("effort", "points")},
}
"""The function for each field, by kind of part and field."""
