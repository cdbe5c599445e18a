"""Fields under names that they had before: plans may still have them, and `masterplan upgrade` rewrites them.

The table of old names is the model's (`OLD_NAMES`). A name is renamed in the data and the marks of a file before the
file is validated, so that everything later knows one name, and the places of values stay those of the file.
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
    """A key that has its old name: the mapping that holds it, the mark of that mapping, and both names."""

    holder: dict[str, Any]
    mark: Mark
    old: str
    new: str

    @property
    def at(self) -> tuple[int, int]:
        """The line and column of the key, from 1."""
        value = self.mark.child(self.old) or self.mark
        return value.key_line, value.key_column


def old_names(source: Source, kind: type[Part]) -> tuple[OldName, ...]:
    """All keys of a file of this kind that have an old name, unless the new one stands beside it."""
    return tuple(
        OldName(data, mark, old, new)
        for data, mark, part in mappings(source, kind, _RENAMED)
        for old, new in OLD_NAMES[part].items()
        if old in data and new not in data
    )


def rename(names: Iterable[OldName]) -> None:
    """Give keys their names of today, in the data and the marks that hold them."""
    for holder, mark, old, new in names:
        holder[new] = holder.pop(old)
        if isinstance(mark.children, dict):
            mark.children[new] = mark.children.pop(old)


_Mapping = tuple[dict[str, Any], Mark, type[Part]]
"""A mapping of a file: its data, its mark, and the part of the plan that it stands for."""

_RENAMED = frozenset(OLD_NAMES)


def mappings(source: Source, part: type[Part], kinds: _Kinds) -> Iterator[_Mapping]:
    """Every mapping of a file that stands for a part of one of these kinds, as far as that can be read.

    `part` is what the file is.
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
            for value, at in _each(data[field.name], below, field):
                yield from _in_part(value, at, inner, kinds)


@cache
def _leading_to(kinds: _Kinds, part: type[Part]) -> tuple[tuple[PartField, type[Part]], ...]:
    """The fields of a part that have parts of these kinds in them, at any depth, each with the part it has itself."""
    inside = ((field, field.inner) for field in fields_of(part) if field.inner)
    return tuple((field, inner) for field, inner in inside if inner in kinds or _leading_to(kinds, inner))


def _each(value: object, mark: Mark, field: PartField) -> Iterator[tuple[object, Mark]]:
    """The one value of a field, or each of its list or mapping, with its mark."""
    if field.many == "one":
        yield value, mark
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for step, item in items:
        below = mark.child(step)
        if below:
            yield item, below
