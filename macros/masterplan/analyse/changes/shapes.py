"""How each field of a part is taken apart, read off the types of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from masterplan.model.declared import Declared, Table, TableRow
from masterplan.model.part import Part
from masterplan.model.plan import (
    Dependency,
    Document,
    Header,
    Lane,
    Link,
    Metric,
    Parallel,
    Phase,
    Reason,
    Rollback,
    Sprint,
    Task,
    Term,
    Test,
    Work,
)
from masterplan.model.progress import Reading
from masterplan.model.settings import Waiver

IDENTITY: Mapping[type[Part], tuple[str, ...]] = {
    Declared: ("claim", "of", "at"),
    Dependency: ("sprint",),
    Document: ("path",),
    Lane: ("name",),
    Link: ("url",),
    Metric: ("name",),
    Parallel: ("sprint", "says"),
    Reading: ("metric",),
    Reason: ("sprint", "text"),
    Table: ("title",),
    TableRow: ("name",),
    Task: ("title",),
    Term: ("term",),
    Test: ("kind", "text"),
    Waiver: ("rule", "at", "field"),
    Work: ("sprints", "supports", "task"),
}
"""The fields by which the items of a list are told apart; two that have all of them in common are numbered."""

SEQUENCES = {
    (Header, "next_steps"),
    (Rollback, "first"),
    (Rollback, "steps"),
    (Table, "columns"),
    (Table, "total"),
    (TableRow, "cells"),
}
"""Lists whose order means something: compared as whole values."""

RANKED = {(Phase, "sprints")}
"""Sets that have an order as well: it is a piece of its own wherever it is not the natural one."""

Form = Literal["value", "part", "parts", "set", "ranked", "mapping"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one field of a part is taken apart.

    `needed` says that it has no default; `item` is the type of what is in it, `refers` whether that are ids of sprints.
    """

    name: str
    needed: bool
    default: object
    form: Form
    item: Any
    refers: bool


@cache
def shapes(part: type[Part]) -> tuple[Shape, ...]:
    """How each field of a part is taken apart."""
    hints = get_type_hints(part, include_extras=True)
    return tuple(_shape(part, name, hints[name]) for name in part.model_fields)


def _shape(part: type[Part], name: str, hint: Any) -> Shape:
    field = part.model_fields[name]
    hint, refers = _stripped(hint)
    inside = get_args(hint)[0] if get_origin(hint) is tuple else None
    item, refers_inside = _stripped(inside) if inside else (hint, False)
    is_part = isinstance(item, type) and issubclass(item, Part)
    form: Form = "part" if is_part else "value"
    if (part, name) in SEQUENCES:
        form = "value"
    elif inside is not None:
        form = "parts" if is_part else "ranked" if (part, name) in RANKED else "set"
    elif get_origin(hint) is Mapping:
        form = "mapping"
    refers = refers or refers_inside or (part, name) == (Sprint, "id")
    return Shape(name, field.is_required(), field.get_default(), form, item, refers)


def _stripped(hint: Any) -> tuple[Any, bool]:
    """A type without `None` and without what is noted on it, and whether that says that it is the id of a sprint."""
    refers = "sprint" in getattr(hint, "__metadata__", ())
    if refers or hasattr(hint, "__metadata__"):
        hint = hint.__origin__
    options = [each for each in get_args(hint) if each is not NoneType]
    if NoneType in get_args(hint) and len(options) == 1:
        inside, refers_inside = _stripped(options[0])
        return inside, refers or refers_inside
    return hint, refers
