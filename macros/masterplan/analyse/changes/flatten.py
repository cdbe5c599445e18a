"""Flat pieces of data: parts of a plan taken apart for comparison, and put together again.

Keys of pieces consist of ids and names, never positions, so order and layout of the YAML do not matter. A missing field
has no piece, unless its default is a value, such as `false`. A list whose order matters is one piece. Items of a list
of parts are keyed by their identifying fields (`IDENTITY`). Every other list is a set. `shapes` has the form of fields.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
"""New ids of renamed sprints by their old ids."""


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
"""The fields or properties that identify a list item; items with the same identity are numbered."""

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
"""Lists whose order matters, each compared as one value."""

ORDERED_PARTS: set[type[Part]] = {Note}
"""Types of items that are numbered in list order if they have the same identity, such as notes without a title."""

RANKED = {(Phase, "sprints")}
"""Sets with an order: the order is an additional piece, unless it is the natural one."""

Form = Literal["value", "part", "parts", "set", "ranked", "mapping"]


class Shape(NamedTuple):
    """The form in which a field of a part is taken apart.

    A field that is not `needed` has a `default`. `item` is the type of its value, or of the items of a list or mapping;
    `refers` says whether they are ids of sprints.
    """

    name: str
    needed: bool
    default: object
    form: Form
    item: Any
    refers: bool


@cache
def shapes(part: type[Part]) -> tuple[Shape, ...]:
    """The shape of each field of a part."""
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
    """A value of the model, and its path for `Places`."""

    value: object
    path: Path


def taken_apart(part: Part, key: Key, path: Path, names: Names) -> Iterator[tuple[Key, Piece]]:
    """The pieces of the part with a key and a path, with new ids of renamed sprints."""
    for shape in shapes(type(part)):
        value = getattr(part, shape.name)
        if value != shape.default or shape.default not in (None, (), {}):
            yield from _field(shape, value, (*key, shape.name), (*path, shape.name), names)


def put_together(kind: type[_P], pieces: Mapping[Key, object], mark: DecimalMark | None) -> _P:
    """A part from the plain values of its pieces, keyed relative to the part; `mark` is the decimal mark of amounts.

    Raises ValueError if the values make no valid part.
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
    """The items of a list, each with its identifying steps and its position: (steps, position, item).

    Items with the same identity are numbered from the second on: in list order for `ORDERED_PARTS`, otherwise in the
    order of their other values.
    """
    groups: dict[Key, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        groups[_identity(item, names)].append(n)
    for identity, positions in groups.items():
        keeps_order = not positions[1:] or type(items[0]) in ORDERED_PARTS
        ranked = positions if keeps_order else sorted(positions, key=lambda n: _content(items[n], names))
        for number, n in enumerate(ranked, 1):
            yield numbered(identity, number), n, items[n]


def numbered(identity: Key, number: int) -> Key:
    """The steps of an item among those with the same identity, numbered from 1."""
    return (*identity, f"#{number}") if number > 1 else identity


def _is_number(step: str) -> bool:
    """Whether a step of a key numbers an item among those with the same identity; no field name looks like this."""
    return step.startswith("#")


def first_steps(key: Key, size: int) -> Key:
    """The first `size` steps of a key, which identify an item, and its number among those with the same identity."""
    return key[: size + any(map(_is_number, key[size : size + 1]))]


def item_steps(kind: type[Part], below: Key) -> Key:
    """The first steps of a key below a list of parts, which identify an item."""
    return first_steps(below, len(IDENTITY[kind]))


def _identity(item: Part, names: Names) -> Key:
    references = {shape.name for shape in shapes(type(item)) if shape.refers}
    values = {name: getattr(item, name) for name in IDENTITY[type(item)]}
    references |= {"needs"} if isinstance(item, Dependency) and item.sprint else set()
    return tuple(_step(renamed(value, names) if name in references else value) for name, value in values.items())


def _step(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(sorted(value, key=natural))
    return "" if value is None else str(as_plain(value))


def renamed(value: Any, names: Names) -> Any:
    """The new id of a sprint, or those of several sprints."""
    if isinstance(value, tuple):
        return tuple(names.get(id_, id_) for id_ in value)
    return names.get(value, value)


def _content(item: Part, names: Names) -> list[object]:
    return [(key, natural(str(as_plain(piece.value)))) for key, piece in taken_apart(item, (), (), names)]


def _fields(kind: type[Part], pieces: Mapping[Key, object]) -> dict[str, object]:
    """The fields of a part, in the form of a YAML file."""
    below: dict[str, dict[Key, object]] = defaultdict(dict)
    for key, value in pieces.items():
        below[key[0]][key[1:]] = value
    return {shape.name: _field_value(shape, below[shape.name]) for shape in shapes(kind) if shape.name in below}


def _field_value(shape: Shape, pieces: Mapping[Key, object]) -> object:
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
    """The pieces of each item of a list, by its identifying steps."""
    items: dict[Key, dict[Key, object]] = defaultdict(dict)
    for key, value in pieces.items():
        steps = item_steps(item, key)
        items[steps][key[len(steps) :]] = value
    return items


def rank_of_key(key: Key) -> tuple[object, ...]:
    """Sort key: step by step, in the natural order of ids."""
    return tuple(map(natural, key))


def as_plain(value: object) -> Any:
    """A value in the form of JSON and YAML; amounts, windows and dates are the text of a plan file."""
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
    """A value with tuples in place of lists, as in a loaded YAML file."""
    match value:
        case dict():
            return {name: _frozen(inner) for name, inner in value.items()}
        case list():
            return tuple(map(_frozen, value))
        case _:
            return value


def plain_values(part: Part, names: Names) -> dict[Key, object]:
    """The plain values of a part's pieces, keyed relative to the part, with new ids of renamed sprints."""
    return {key: as_plain(piece.value) for key, piece in taken_apart(part, (), (), names)}
