"""The common base of all parts of a plan: fields derived from the types, and a walk over all values.

References, places, hints and the comparison of plans all get their fields here, so a new field only needs its type.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ConfigDict, model_validator

from masterplan.model.place import Step
from masterplan.model.quantity import Quantity

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

Path = tuple[Step, ...]
"""The path from a part of the plan to a value: names of fields, and positions in lists from 0."""

Many = Literal["one", "list", "mapping"]


class Part(BaseModel):
    """A part of a plan file: strictly typed, immutable, without unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    plain_text: ClassVar[str] = ""
    """The field that a plain text in place of the whole part sets; empty if none may replace it."""


class TextPart(Part):
    """A part that may be written as a plain text, the value of its field `plain_text`."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        return {cls.plain_text: data} if isinstance(data, str) else data


class PartField(NamedTuple):
    """A field of a part.

    `part` is the type that has the field. `item` is the type of its value, or of each item of a list or mapping
    (`many`); `inner` is that type if it is a part. `refers` is the kind of thing that the field refers to by id:
    `sprint`, `task`, `unit` (either), `phase`, `option`, `person` or `owner`, else empty. A field that is not `needed`
    has a `default`.
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
    """A value other than a part or a list: its path, its field, and the value itself."""

    path: Path
    field: PartField
    value: Any

    @property
    def text(self) -> str:
        """The value if it is a text, or the text of an amount; empty for any other value."""
        written = self.value.text if isinstance(self.value, Quantity) else self.value
        return written if isinstance(written, str) else ""


@cache
def fields_of(part: type[Part]) -> tuple[PartField, ...]:
    """All fields of a part, in the order of the model."""
    return tuple(_field(part, name, info) for name, info in part.model_fields.items())


@cache
def fields_for_readers(part: type[Part]) -> tuple[PartField, ...]:
    """All fields of a part in the order for readers and files: its own, then those it shares, such as of `Scope`."""
    own = part.__annotations__
    return tuple(sorted(fields_of(part), key=lambda field: field.name not in own))


@cache
def referring(part: type[Part]) -> tuple[PartField, ...]:
    """The fields of a part with references, directly or in parts below."""
    return tuple(field for field in fields_of(part) if field.refers or (field.inner and referring(field.inner)))


@cache
def with_texts(part: type[Part]) -> tuple[PartField, ...]:
    """The fields of a part with texts, directly or in parts below; neither references nor choices count."""
    return tuple(
        field
        for field in fields_of(part)
        if (with_texts(field.inner) if field.inner else field.item is str and not field.refers)
    )


def part_at(part: type[Part], path: Path) -> type[Part]:
    """The type of the innermost part on a path that starts at a part of type `part`."""
    for step in path:
        if isinstance(step, str):
            part = next((field.inner for field in fields_of(part) if field.name == step), None) or part
    return part


def walk(
    part: Part, path: Path = (), fields: Callable[[type[Part]], tuple[PartField, ...]] = fields_of
) -> Iterator[Value]:
    """Every value in a part, in the order of the fields; fields left out of the file are skipped.

    `path` is the path of the part itself. `fields` selects fields of each part on the way, such as `referring`.
    """
    values: list[Value] = []
    _collect(part, path, fields, values)
    return iter(values)


def _collect(
    part: Part, path: Path, fields: Callable[[type[Part]], tuple[PartField, ...]], values: list[Value]
) -> None:
    values_of = part.__dict__
    for field in fields(type(part)):
        content = values_of[field.name]
        if not content and (content is None or content == ()):
            continue
        if field.many == "one":
            if field.inner:
                _collect(content, (*path, field.name), fields, values)
            else:
                values.append(Value((*path, field.name), field, content))
            continue
        for step, item in content.items() if field.many == "mapping" else enumerate(content):
            if field.inner:
                _collect(item, (*path, field.name, step), fields, values)
            else:
                values.append(Value((*path, field.name, step), field, item))


def _field(part: type[Part], name: str, info: "FieldInfo") -> PartField:
    item, refers = _bare(info.annotation, info.metadata)
    many: Many = "list" if get_origin(item) is tuple else "mapping" if get_origin(item) is Mapping else "one"
    if many != "one":
        item, refers = _bare(get_args(item)[-1 if many == "mapping" else 0])
    inner = item if isinstance(item, type) and issubclass(item, Part) else None
    default = info.get_default(call_default_factory=True, validated_data={})
    return PartField(part, name, item, inner, many, refers, info.is_required(), default)


def _bare(hint: Any, notes: Iterable[object] = ()) -> tuple[Any, str]:
    """A type without `None` and annotations, and the kind of reference that an annotation names, else empty.

    `notes` are the annotations that were already split off.
    """
    named = next((note for note in notes if isinstance(note, str)), "")
    if inside := getattr(hint, "__metadata__", ()):
        bare, kind = _bare(hint.__origin__, inside)
        return bare, kind or named
    options = [option for option in get_args(hint) if option is not NoneType]
    if NoneType in get_args(hint) and len(options) == 1:
        bare, kind = _bare(options[0])
        return bare, kind or named
    return hint, named


def size(value: object) -> int:
    """The number of values in a part or a list of parts; a field that was left out counts as one."""
    match value:
        case Part():
            return sum(map(size, value.__dict__.values()))
        case tuple():
            return sum(map(size, value))
        case _:
            return 1
