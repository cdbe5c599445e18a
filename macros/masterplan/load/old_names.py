"""Former names of fields: plans may still use them, and `masterplan upgrade` rewrites them.

The model lists them in `OLD_NAMES`. They are renamed in the data and the marks of a file before validation, so that
all later code uses the current names, while places still point at the file.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from masterplan.load.source import Source
from masterplan.model.part import Part, PartField, fields_of
from masterplan.model.place import Mark
from masterplan.model.schema import OLD_NAMES

_Kinds = frozenset[type[Part]]


class OldName(NamedTuple):
    """A key with an old name: the mapping with the key, the mark of the mapping, and both names."""

    mapping: dict[str, Any]
    mark: Mark
    old: str
    new: str

    @property
    def at(self) -> tuple[int, int]:
        """The line and column of the key, from 1."""
        value = self.mark.child(self.old) or self.mark
        return value.key_line, value.key_column


def old_names(source: Source, kind: type[Part]) -> tuple[OldName, ...]:
    """All keys with an old name in a file of this kind, unless the mapping also has the new name."""
    return tuple(
        OldName(data, mark, old, new)
        for data, mark, part in mappings(source, kind, _RENAMED)
        for old, new in OLD_NAMES[part].items()
        if old in data and new not in data
    )


def rename(names: Iterable[OldName]) -> None:
    """Give keys their current names, in the data and in the marks."""
    for mapping, mark, old, new in names:
        mapping[new] = mapping.pop(old)
        if isinstance(mark.children, dict):
            mark.children[new] = mark.children.pop(old)


_Mapping = tuple[dict[str, Any], Mark, type[Part]]
"""A mapping in a file: its data, its mark, and its type of part."""

_RENAMED = frozenset(OLD_NAMES)


def mappings(source: Source, part: type[Part], kinds: _Kinds) -> Iterator[_Mapping]:
    """Every mapping in a file that is a part of one of these kinds, as far as the file can be read.

    `part` is the type of the file's content.
    """
    return _in_part(source.data, source.mark, part, kinds)


def _in_part(data: object, mark: Mark, part: type[Part], kinds: _Kinds) -> Iterator[_Mapping]:
    if not isinstance(data, dict):
        return
    if part in kinds:
        yield data, mark, part
    for field, inner in _leading_to(kinds, part):
        below = mark.child(field.name)
        if below and field.name in data:
            for value, value_mark in _items(data[field.name], below, field):
                yield from _in_part(value, value_mark, inner, kinds)


@cache
def _leading_to(kinds: _Kinds, part: type[Part]) -> tuple[tuple[PartField, type[Part]], ...]:
    """The fields of a part that lead to parts of these kinds, at any depth, each with the type of its own part."""
    inner_parts = ((field, field.inner) for field in fields_of(part) if field.inner)
    return tuple((field, inner) for field, inner in inner_parts if inner in kinds or _leading_to(kinds, inner))


def _items(value: object, mark: Mark, field: PartField) -> Iterator[tuple[object, Mark]]:
    """The value of a field, or each item of its list or mapping, with its mark."""
    if field.many == "one":
        yield value, mark
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for step, item in items:
        below = mark.child(step)
        if below:
            yield item, below
