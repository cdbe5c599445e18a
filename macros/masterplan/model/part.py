"""What every part of a plan file has in common: its fields, read off its types, and one walk over all its values.

References, places, hints and the comparison of plans all read fields here, so that a new field's type is enough.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import NoneType
from typing import Any, ClassVar, Literal, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, model_validator

from masterplan.model.place import Step
from masterplan.model.quantity import Quantity

Path = tuple[Step, ...]
"""The way from a part of the plan to a value: names of fields, and positions in lists from 0."""

Many = Literal["one", "list", "mapping"]


class Part(BaseModel):
    """A part of a plan file: typed strictly, closed to unknown fields, never changed once read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    plain_text: ClassVar[str] = ""
    """The field that a plain text in place of the whole part gives; empty where there is none."""


class TextPart(Part):
    """A part in whose place a plain text may stand: the value of its field `plain_text`."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        return {cls.plain_text: data} if isinstance(data, str) else data


class PartField(NamedTuple):
    """One field of a part.

    `part` is the type that has the field, `item` the type of its value, or of each of its values where there are
    `many`;
    `inner` is the same type where it is a part. `refers` is the kind of thing whose ids these are: `sprint`, `task`,
    `unit` (either), `phase`, `option`, `person`, `owner`, else empty. A field that is not `needed` has a
    `default`.
    """

    part: type[Part]
    name: str
    item: Any
    inner: type[Part] | None
    many: Many
    refers: str
    needed: bool
    default: object


class Value(NamedTuple):
    """A value that is no part and no list: the path to it, its field, and the value itself."""

    path: Path
    field: PartField
    value: Any

    @property
    def text(self) -> str:
        """A text, or an amount as it is written; empty for any other value."""
        written = self.value.text if isinstance(self.value, Quantity) else self.value
        return written if isinstance(written, str) else ""


@cache
def fields_of(part: type[Part]) -> tuple[PartField, ...]:
    """All fields of a part, in the order of the model."""
    hints = get_type_hints(part, include_extras=True)
    return tuple(_field(part, name, hints[name]) for name in part.model_fields)


@cache
def referring(part: type[Part]) -> tuple[PartField, ...]:
    """The fields of a part that hold references, or parts with references in them."""
    return tuple(field for field in fields_of(part) if field.refers or (field.inner and referring(field.inner)))


@cache
def with_texts(part: type[Part]) -> tuple[PartField, ...]:
    """The fields of a part that hold texts, or parts with texts in them; neither references nor words of a choice."""
    return tuple(
        field
        for field in fields_of(part)
        if (with_texts(field.inner) if field.inner else field.item is str and not field.refers)
    )


def part_at(part: type[Part], path: Path) -> type[Part]:
    """The part that a path leads to or into, from a part of this type on."""
    for step in path:
        if isinstance(step, str):
            part = next((field.inner for field in fields_of(part) if field.name == step), None) or part
    return part


def walk(
    part: Part, path: Path = (), fields: Callable[[type[Part]], tuple[PartField, ...]] = fields_of
) -> Iterator[Value]:
    """Every value in a part that has this path, in the order of the fields; nothing for what was left out.

    `fields` chooses the fields of each part on the way: all, or those that are `referring`.
    """
    values: list[Value] = []
    _collect(part, path, fields, values)
    return iter(values)


def _collect(
    part: Part, path: Path, fields: Callable[[type[Part]], tuple[PartField, ...]], values: list[Value]
) -> None:
    values_of = part.__dict__
    for field in fields(type(part)):
        held = values_of[field.name]
        if not held and (held is None or held == ()):
            continue
        for step, value in _items(field, held):
            below = (*path, field.name, *step)
            if field.inner:
                _collect(value, below, fields, values)
            else:
                values.append(Value(below, field, value))


def _items(field: PartField, held: Any) -> Iterable[tuple[Path, Any]]:
    """What a field has inside, or each item of its list or mapping, with the steps that lead there from the field."""
    if field.many == "one":
        return (((), held),)
    return (((step,), value) for step, value in (held.items() if field.many == "mapping" else enumerate(held)))


def _field(part: type[Part], name: str, hint: Any) -> PartField:
    info = part.model_fields[name]
    held, refers = _bare(hint)
    many: Many = "list" if get_origin(held) is tuple else "mapping" if get_origin(held) is Mapping else "one"
    if many != "one":
        held, refers = _bare(get_args(held)[-1 if many == "mapping" else 0])
    inner = held if isinstance(held, type) and issubclass(held, Part) else None
    return PartField(part, name, held, inner, many, refers, info.is_required(), info.get_default())


def _bare(hint: Any) -> tuple[Any, str]:
    """A type without `None` and annotations, and the kind of thing that an annotation says it refers to."""
    options = [option for option in get_args(hint) if option is not NoneType]
    if notes := getattr(hint, "__metadata__", ()):
        inside, kind = _bare(hint.__origin__)
        return inside, kind or next((note for note in notes if isinstance(note, str)), "")
    if NoneType in get_args(hint) and len(options) == 1:
        return _bare(options[0])
    return hint, ""


def size(value: object) -> int:
    """How many values a part or a list of parts is made of; a field that was left out counts as one."""
    match value:
        case Part():
            return sum(map(size, value.__dict__.values()))
        case tuple():
            return sum(map(size, value))
        case _:
            return 1
