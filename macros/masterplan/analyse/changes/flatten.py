"""A part of a plan as flat pieces of plain data, and back: what edits are made of.

Pieces are keyed by ids and names, never by positions, so that order and layout of the YAML play no part. What was left
out is no piece, unless the model says what it is then. Lists whose order means something are whole values; those of
parts are keyed by what their items are (`IDENTITY`); all others are sets. `shapes` says which is which.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from masterplan.analyse.changes.shapes import IDENTITY, Shape, shapes
from masterplan.model.calendar import DateSpan, Weeks
from masterplan.model.change import Key
from masterplan.model.fields import reading
from masterplan.model.naming import natural
from masterplan.model.part import Part
from masterplan.model.place import Step
from masterplan.model.quantity import DecimalMark, Quantity

P = TypeVar("P", bound=Part)
Path = tuple[Step, ...]
Names = Mapping[str, str]
"""New ids of sprints by their old ones."""


class Piece(NamedTuple):
    """A plain value, and the path by which `Places` know it."""

    value: object
    path: Path


def taken_apart(part: Part, key: Key, path: Path, names: Names) -> Iterator[tuple[Key, Piece]]:
    """The pieces of a part that has this key and this path, with sprints under their new names."""
    for shape in shapes(type(part)):
        value = getattr(part, shape.name)
        if value != shape.default or shape.default not in (None, (), {}):
            yield from _field(shape, value, (*key, shape.name), (*path, shape.name), names)


def put_together(kind: type[P], pieces: Mapping[Key, object], mark: DecimalMark | None) -> P:
    """A part from its pieces, keyed from the part on; `mark` stands before decimals in its amounts.

    Raises ValueError where they make none.
    """
    return kind.model_validate(_fields(kind, pieces), context=reading(mark))


def _field(shape: Shape, value: Any, key: Key, path: Path, names: Names) -> Iterator[tuple[Key, Piece]]:
    known = names if shape.refers else {}
    match shape.form:
        case "value":
            yield key, Piece(plain(value, known), path)
        case "part":
            found = tuple(taken_apart(value, key, path, names))
            yield from found or ([(key, Piece({}, path))] if shape.default is None else ())
        case "parts":
            if not value:
                yield key, Piece([], path)
            for step, n, item in keyed(value, names):
                yield from taken_apart(item, (*key, *step), (*path, n), names)
        case "set" | "ranked":
            yield from _members([plain(each, known) for each in value], shape, key, path)
        case "mapping":
            for name, each in value.items():
                yield (*key, name), Piece(plain(each, known), (*path, name))


def _members(items: list[Any], shape: Shape, key: Key, path: Path) -> Iterator[tuple[Key, Piece]]:
    if shape.form == "ranked" and items != sorted(items, key=natural):
        yield key, Piece(items, path)
    for n, each in enumerate(items):
        yield (*key, str(each)), Piece(each, (*path, n))


def keyed(items: Sequence[Part], names: Names) -> Iterator[tuple[Key, int, Part]]:
    """The items of a list, each with what tells it from the others, and its position.

    Those that have that in common are numbered from the second on, in the order of what else they say.
    """
    groups: dict[Key, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        groups[_identity(item, names)].append(n)
    for identity, positions in groups.items():
        ranked = sorted(positions, key=lambda n: _content(items[n], names)) if positions[1:] else positions
        for number, n in enumerate(ranked, 1):
            yield numbered(identity, number), n, items[n]


def numbered(identity: Key, number: int) -> Key:
    """The key of the first, the second, … of those that have an identity in common."""
    return (*identity, f"#{number}") if number > 1 else identity


def is_number(step: str) -> bool:
    """Whether a step of a key tells things of one identity apart; no field has such a name."""
    return step.startswith("#")


def _identity(item: Part, names: Names) -> Key:
    known = {shape.name: names if shape.refers else {} for shape in shapes(type(item))}
    return tuple(_step(plain(getattr(item, name), known[name])) for name in IDENTITY[type(item)])


def _step(value: object) -> str:
    if isinstance(value, list):
        return ",".join(sorted(value, key=natural))
    return "" if value is None else str(value)


def _content(item: Part, names: Names) -> list[object]:
    return [(key, natural(str(piece.value))) for key, piece in taken_apart(item, (), (), names)]


def _fields(kind: type[Part], pieces: Mapping[Key, object]) -> dict[str, object]:
    """What a YAML file would say of a part."""
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
            return tuple(_fields(shape.item, items[key]) for key in sorted(items, key=in_order))
        case "mapping":
            return {key[0]: value for key, value in pieces.items()}
    ranks = {each: n for n, each in enumerate(whole)} if isinstance(whole, list) else {}
    keys = sorted((key for key in pieces if key), key=lambda key: (ranks.get(key[0], len(ranks)), in_order(key)))
    return tuple(pieces[key] for key in keys)


def _items(item: type[Part], pieces: Mapping[Key, object]) -> Mapping[Key, dict[Key, object]]:
    """The pieces of each item of a list, by what tells it from the others."""
    found: dict[Key, dict[Key, object]] = defaultdict(dict)
    for key, value in pieces.items():
        size = len(IDENTITY[item])
        size += is_number(key[size])
        found[key[:size]][key[size:]] = value
    return found


def in_order(key: Key) -> tuple[object, ...]:
    """A sort key for keys: step by step, in the natural order of ids."""
    return tuple(map(natural, key))


def plain(value: object, names: Names) -> Any:
    """A value as JSON knows it, with sprints under their new names."""
    match value:
        case str():
            return names.get(value, value)
        case tuple():
            return [plain(each, names) for each in value]
        case Part():
            return {name: plain(each, names) for name, each in value if each is not None}
        case Quantity() | Weeks() | date() | DateSpan():
            return _written(value)
        case _:
            return value


def _written(value: Quantity | Weeks | date | DateSpan) -> str:
    """What a YAML file would say."""
    match value:
        case Quantity():
            return value.text
        case DateSpan(first, last):
            return f"{first}" if first == last else f"{first} to {last}"
        case _:
            return str(value)


def _frozen(value: object) -> object:
    """Lists as the tuples that reading YAML gives."""
    match value:
        case dict():
            return {name: _frozen(each) for name, each in value.items()}
        case list():
            return tuple(map(_frozen, value))
        case _:
            return value


def values(pieces: Iterable[tuple[Key, Piece]]) -> dict[Key, object]:
    """Pieces without their paths."""
    return {key: piece.value for key, piece in pieces}
