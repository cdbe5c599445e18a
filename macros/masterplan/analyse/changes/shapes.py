"""How each field of a part is taken apart, read off the types of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

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
from masterplan.model.walk import PartField, fields_of

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
    return tuple(map(_shape, fields_of(part)))


def _shape(field: PartField) -> Shape:
    named = (field.part, field.name)
    form: Form = "part" if field.inner else "value"
    if named in SEQUENCES:
        form = "value"
    elif field.many == "list":
        form = "parts" if field.inner else "ranked" if named in RANKED else "set"
    elif field.many == "mapping":
        form = "mapping"
    refers = field.refers == "sprint" or named == (Sprint, "id")
    return Shape(field.name, field.needed, field.default, form, field.item, refers)
