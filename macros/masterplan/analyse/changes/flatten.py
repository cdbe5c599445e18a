"""A part of a plan as flat pieces of data, and back: what edits are made of.

Pieces are keyed by ids and names, never by positions, so that order and layout of the YAML play no part. A field that
was left out is no piece, unless its default is a value, such as `false`. Lists whose order means something are whole
values; lists of parts are keyed by the fields that identify an item (`IDENTITY`); all others are sets. `shapes` says
which is which.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar

from masterplan.model.change import Key
from masterplan.model.custom import FieldDefinition
from masterplan.model.declared import Declared, Table, TableRow, Waiver
from masterplan.model.header import Header, Term
from masterplan.model.naming import natural
from masterplan.model.option import Lane, Work
from masterplan.model.part import Part, PartField, Path, fields_of
from masterplan.model.plan import Parallel, Phase, Reason
from masterplan.model.progress import Reading
from masterplan.model.quantity import DecimalMark, Notation, Quantity
from masterplan.model.risk import NamedRisk, Rollback
from masterplan.model.scope import Ask, Criterion, Decision, Note
from masterplan.model.sprint import Document, Metric, Sprint
from masterplan.model.task import Dependency, Link, Task, TaskDependency, TaskGroup, Test
from masterplan.model.window import DateSpan, TimeWindow

_P = TypeVar("_P", bound=Part)
Names = Mapping[str, str]
"""New ids of sprints by their old ones."""


IDENTITY: Mapping[type[Part], tuple[str, ...]] = {
    Ask: ("title",),
    Criterion: ("text",),
    Decision: ("title",),
    Declared: ("claim", "of", "at"),
    Dependency: ("needs",),
    Document: ("path",),
    FieldDefinition: ("id",),
    Lane: ("name",),
    Link: ("url",),
    Metric: ("name",),
    NamedRisk: ("key",),
    Note: ("title",),
    Parallel: ("sprint", "says"),
    Reading: ("metric",),
    Reason: ("sprint", "text"),
    Table: ("title",),
    TableRow: ("name",),
    Task: ("key",),
    TaskDependency: ("needs",),
    TaskGroup: ("title",),
    Term: ("term",),
    Test: ("kind", "text"),
    Waiver: ("rule", "at", "field"),
    Work: ("sprints", "supports", "task"),
}
"""The fields or properties that identify an item of a list; items with the same identity are numbered."""

SEQUENCES = {
    (FieldDefinition, "choices"),
    (Header, "next_steps"),
    (Header, "risk_levels"),
    (Rollback, "first"),
    (Rollback, "steps"),
    (Table, "columns"),
    (Table, "total"),
    (TableRow, "cells"),
}
"""Lists whose order means something: compared as whole values."""

ORDERED_PARTS: set[type[Part]] = {Note}
"""Items that are numbered in their own order where they have the same identity, as those without a title have."""

RANKED = {(Phase, "sprints")}
"""Sets that have an order as well: the order is a piece of its own wherever it is not the natural one."""

Form = Literal["value", "part", "parts", "set", "ranked", "mapping"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How one field of a part is taken apart.

    A field that is not `needed` has a `default`. `item` is the type of its value, or of each value in it; `refers` says
    whether those are ids of sprints.
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
    refers = field.refers in {"sprint", "unit"} or named == (Sprint, "id")
    return Shape(field.name, field.needed, field.default, form, field.item, refers)


class Piece(NamedTuple):
    """A value as the model has it, and the path by which `Places` know it."""

    value: object
    path: Path


def taken_apart(part: Part, key: Key, path: Path, names: Names) -> Iterator[tuple[Key, Piece]]:
    """The pieces of a part that has this key and this path, with sprints under their new names."""
    for shape in shapes(type(part)):
        value = getattr(part, shape.name)
        if value != shape.default or shape.default not in (None, (), {}):
            yield from _field(shape, value, (*key, shape.name), (*path, shape.name), names)


def put_together(kind: type[_P], pieces: Mapping[Key, object], mark: DecimalMark | None) -> _P:
    """A part from the plain values of its pieces, keyed from the part on; `mark` stands before decimals in its amounts.

    Raises ValueError where they make none.
    """
    return kind.model_validate(_fields(kind, pieces), context=Notation(mark).context)


def _field(shape: Shape, value: Any, key: Key, path: Path, names: Names) -> Iterator[tuple[Key, Piece]]:
    value = renamed(value, names) if shape.refers else value
    match shape.form:
        case "value":
            yield key, Piece(value, path)
        case "part":
            pieces = tuple(taken_apart(value, key, path, names))
            yield from pieces or ([(key, Piece({}, path))] if shape.default is None else ())
        case "parts":
            if not value:
                yield key, Piece((), path)
            for step, n, item in keyed(value, names):
                yield from taken_apart(item, (*key, *step), (*path, n), names)
        case "set" | "ranked":
            yield from _members(value, shape, key, path)
        case "mapping":
            for name, item in value.items():
                yield (*key, name), Piece(item, (*path, name))


def _members(items: tuple[Any, ...], shape: Shape, key: Key, path: Path) -> Iterator[tuple[Key, Piece]]:
    if shape.form == "ranked" and list(items) != sorted(items, key=natural):
        yield key, Piece(items, path)
    for n, item in enumerate(items):
        yield (*key, str(as_plain(item))), Piece(item, (*path, n))


def keyed(items: Sequence[_P], names: Names) -> Iterator[tuple[Key, int, _P]]:
    """The items of a list, each with the steps that identify it, and its position.

    Items with the same identity are numbered from the second on: in their order if that matters (`ORDERED_PARTS`),
    else in the order of their other values.
    """
    groups: dict[Key, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        groups[_identity(item, names)].append(n)
    for identity, positions in groups.items():
        is_kept = not positions[1:] or type(items[0]) in ORDERED_PARTS
        ranked = positions if is_kept else sorted(positions, key=lambda n: _content(items[n], names))
        for number, n in enumerate(ranked, 1):
            yield numbered(identity, number), n, items[n]


def numbered(identity: Key, number: int) -> Key:
    """The steps of the first, the second, … item that has this identity."""
    return (*identity, f"#{number}") if number > 1 else identity


def is_number(step: str) -> bool:
    """Whether a step of a key is the number of an item among those of one identity; no field has such a name."""
    return step.startswith("#")


def item_steps(kind: type[Part], below: Key) -> Key:
    """The first steps of a key below a list of parts: those that lead to an item of it."""
    size = len(IDENTITY[kind])
    return below[: size + any(map(is_number, below[size : size + 1]))]


def _identity(item: Part, names: Names) -> Key:
    referring = {shape.name for shape in shapes(type(item)) if shape.refers}
    values = {name: getattr(item, name) for name in IDENTITY[type(item)]}
    referring |= {"needs"} if isinstance(item, Dependency) and item.sprint else set()
    return tuple(_step(renamed(value, names) if name in referring else value) for name, value in values.items())


def _step(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(sorted(value, key=natural))
    return "" if value is None else str(as_plain(value))


def renamed(value: Any, names: Names) -> Any:
    """The id of a sprint, or several, by their new names."""
    if isinstance(value, tuple):
        return tuple(names.get(id_, id_) for id_ in value)
    return names.get(value, value)


def _content(item: Part, names: Names) -> list[object]:
    return [(key, natural(str(as_plain(piece.value)))) for key, piece in taken_apart(item, (), (), names)]


def _fields(kind: type[Part], pieces: Mapping[Key, object]) -> dict[str, object]:
    """A part's fields as a YAML file has them."""
    below: dict[str, dict[Key, object]] = defaultdict(dict)
    for key, value in pieces.items():
        below[key[0]][key[1:]] = value
    return {shape.name: _together(shape, below[shape.name]) for shape in shapes(kind) if shape.name in below}


def _together(shape: Shape, pieces: Mapping[Key, object]) -> object:
    whole = pieces.get(())
    match shape.form:
        case "value":
            return _frozen(whole)
        case "part":
            return _fields(shape.item, {key: value for key, value in pieces.items() if key})
        case "parts":
            items = _items(shape.item, {key: value for key, value in pieces.items() if key})
            return tuple(_fields(shape.item, items[key]) for key in sorted(items, key=rank_of_key))
        case "mapping":
            return {key[0]: value for key, value in pieces.items()}
    ranks = {item: n for n, item in enumerate(whole)} if isinstance(whole, list) else {}
    keys = sorted((key for key in pieces if key), key=lambda key: (ranks.get(key[0], len(ranks)), rank_of_key(key)))
    return tuple(pieces[key] for key in keys)


def _items(item: type[Part], pieces: Mapping[Key, object]) -> Mapping[Key, dict[Key, object]]:
    """The pieces of each item of a list, by the steps that lead to it."""
    items: dict[Key, dict[Key, object]] = defaultdict(dict)
    for key, value in pieces.items():
        steps = item_steps(item, key)
        items[steps][key[len(steps) :]] = value
    return items


def rank_of_key(key: Key) -> tuple[object, ...]:
    """A sort key for keys: step by step, in the natural order of ids."""
    return tuple(map(natural, key))


def as_plain(value: object) -> Any:
    """A value as JSON and YAML have it: amounts, windows and days as the text that a plan file would have."""
    match value:
        case tuple():
            return list(map(as_plain, value))
        case Part():
            return {name: as_plain(inner) for name, inner in value if inner is not None}
        case Quantity():
            return value.text
        case TimeWindow() | date() | DateSpan():
            return str(value)
        case _:
            return value


def _frozen(value: object) -> object:
    """Lists as the tuples that reading YAML gives."""
    match value:
        case dict():
            return {name: _frozen(inner) for name, inner in value.items()}
        case list():
            return tuple(map(_frozen, value))
        case _:
            return value


def plain_values(part: Part, names: Names) -> dict[Key, object]:
    """The plain values of a part's pieces, keyed from the part on, with sprints under their new names."""
    return {key: as_plain(piece.value) for key, piece in taken_apart(part, (), (), names)}
