"""Edits of a plan's file in place: set, remove and add values, and leave everything else as people wrote it.

Edits change the text itself, so that comments, quotes and the order of fields are preserved.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from masterplan.load.text_spans import TextSpan, text_spans
from masterplan.load.writer import yaml_text
from masterplan.model.part import Part, Path, part_at

_BARE = re.compile(
    r"(?!(?:null|true|false|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9._/-]*(?: [A-Za-z0-9._/-]+)*", re.IGNORECASE
)
"""Words that need no quotes in flow style, YAML's style with brackets."""

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'')
_FIGURE = re.compile(r"[0-9][0-9.-]*")
_BEFORE_NEW = ("title", "name", "id")
"""The fields after which new fields are inserted, in order of preference."""


class Source(NamedTuple):
    """An item of a list: its lines in the file, without indentation, and its value."""

    lines: tuple[str, ...]
    value: Any


class Alteration:
    """Edits of a file, which `text` applies all at once; each must concern a different value of the original file.

    `part` is the type of the file's content. Paths start at the top of the file. Values are plain: texts, numbers,
    lists and mappings. Raises KeyError for a path that does not exist.
    """

    def __init__(self, text: str, part: type[Part]) -> None:
        self._bom = text[: text.startswith("\ufeff")]
        self._text = text.removeprefix("\ufeff")
        self._part = part
        self._root = text_spans(self._text)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._edits: list[tuple[int, int, str]] = []
        self._fields: dict[Path, dict[str, Any]] = defaultdict(dict)
        self._items: dict[Path, list[Any]] = defaultdict(list)
        self._dropped: dict[Path, set[int]] = defaultdict(set)

    def has(self, path: Path) -> bool:
        """Whether the file has a value at a path."""
        return self._find(path) is not None

    def is_collection(self, path: Path) -> bool:
        """Whether the value at a path is a list or a mapping."""
        span = self._find(path)
        return span is not None and span.children is not None

    def source(self, path: Path, value: Any) -> Source:
        """The item of a list at `path`, with its comments, to add it to another list; `value` is its value."""
        span = self._at(path)
        end = span.end if self._is_in_flow(path[:-1]) or self._at(path[:-1]).is_flow else self._line_end(span.end)
        first, *rest = self._text[span.start : end].replace("\r", "").split("\n")
        margin = " " * self._column(span.start)
        return Source((first, *(line.removeprefix(margin) for line in rest)), value)

    def set(self, path: Path, value: Any) -> None:
        """Set a field, which may be new."""
        span = self._find(path)
        if span is None:
            self._fields[path[:-1]][str(path[-1])] = value
        else:
            self._edits.append((span.start, span.end, self._written(path, span, value)))

    def rename(self, path: Path, name: str) -> None:
        """Give a field another name."""
        start = self._at(path).key
        quoted = _QUOTED.match(self._text, start)
        self._edits.append((start, quoted.end() if quoted else start + len(str(path[-1])), name))

    def remove(self, path: Path) -> None:
        """Remove a field."""
        mapping, span = self._at(path[:-1]), self._at(path)
        if mapping.is_flow and isinstance(mapping.children, dict):
            others = [self._text[other.key : other.end] for other in mapping.children.values() if other is not span]
            self._edits.append((mapping.start, mapping.end, "{" + ", ".join(others) + "}"))
        else:
            self._edits.append((*self._entry(mapping, span), ""))

    def add(self, path: Path, item: Any) -> None:
        """Add an item to the list at a path, which may be new."""
        self._items[path].append(item)

    def drop(self, path: Path) -> None:
        """Remove an item from a list."""
        self._dropped[path[:-1]].add(int(path[-1]))

    def text(self) -> str:
        """The file with all edits."""
        for path in {**self._items, **self._dropped}:
            self._edit_list(path)
        for path, fields in self._fields.items():
            self._insert(path, fields)
        text = self._text
        for start, end, piece in sorted(self._edits, reverse=True):
            text = text[:start] + piece.replace("\n", self._newline) + text[end:]
        return self._bom + text

    def _find(self, path: Path) -> TextSpan | None:
        span: TextSpan | None = self._root
        for step in path:
            span = span.child(step) if span else None
        return span

    def _at(self, path: Path) -> TextSpan:
        span = self._find(path)
        if span is None:
            raise KeyError(path)
        return span

    def _is_in_flow(self, path: Path) -> bool:
        return any(span.is_flow for n in range(len(path)) if (span := self._find(path[:n])))

    def _column(self, position: int) -> int:
        return position - self._text.rfind("\n", 0, position) - 1

    def _line_end(self, position: int) -> int:
        end = self._text.find("\n", position)
        end = len(self._text) if end < 0 else end
        return end - (self._text[end - 1 : end] == "\r")

    def _written(self, path: Path, span: TextSpan, value: Any) -> str:
        """The text of a value that replaces another, in the style of the old one."""
        has_more = bool(self._text[span.end : self._line_end(span.end)].strip())
        if self._is_in_flow(path) or isinstance(value, list | Mapping):
            return self._inline(path, value)
        if span.style == "'" and isinstance(value, str) and "\n" not in value:
            return "'" + value.replace("'", "''") + "'"
        if span.style == '"' or (isinstance(value, str) and "\n" in value and has_more):
            return json.dumps(value, ensure_ascii=False)
        if span.style in {"|", ">"} and isinstance(value, str) and "\n" in value:
            value += "\n"
        lines = self._lines({str(path[-1]): value}, path[:-1])
        head = lines[0].partition(":")[2].strip()
        indent = " " * self._column(span.key)
        return "\n".join([head, *(f"{indent}{line}" if line else "" for line in lines[1:])])

    def _pairs(self, path: Path, fields: Mapping[str, Any]) -> str:
        return ", ".join(f"{name}: {self._inline((*path, name), value)}" for name, value in fields.items())

    def _inline(self, path: Path, value: Any) -> str:
        """A value in flow style, with figures as their field writes them."""
        plain = self._lines({str(path[-1]): value}, path[:-1])[0].partition(": ")[2]
        return plain if _FIGURE.fullmatch(plain) else _in_flow(value)

    def _lines(self, fields: Mapping[str, Any], path: Path) -> list[str]:
        part, lines = part_at(self._part, path), []
        plain = {name: value for name, value in fields.items() if not _has_source(value)}
        if plain:
            lines += yaml_text(plain, part).rstrip("\n").split("\n")
        for name in (name for name in fields if name not in plain):
            lines.append(f"{name}:")
            for item in fields[name]:
                lines += _source_lines(item) if isinstance(item, Source) else self._lines({name: [item]}, path)[1:]
        return lines

    def _entry(self, mapping: TextSpan, field: TextSpan) -> tuple[int, int]:
        """The text to remove with a field: its lines, or only up to the next field if a dash precedes it."""
        line_start = self._text.rfind("\n", 0, field.key) + 1
        children = list(mapping.children.values()) if isinstance(mapping.children, dict) else []
        if self._text[line_start : field.key].strip():
            later = [child.key for child in children if child.key > field.key]
            return field.key, min(later, default=field.end)
        return self._whole_lines(line_start, field.end)

    def _whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """The range from `start`, the beginning of a line, to the end of the line with `end`, line break included."""
        line_break = self._text.find("\n", end)
        if line_break >= 0:
            return start, line_break + 1
        return max(start - 1, 0), len(self._text)

    def _insert(self, path: Path, fields: Mapping[str, Any]) -> None:
        """Add fields to a mapping; a plain text in its place becomes a mapping first."""
        mapping = self._at(path)
        if not isinstance(mapping.children, dict):
            self._expand(path, mapping, fields)
            return
        previous = next((mapping.children[name] for name in _BEFORE_NEW if name in mapping.children), None)
        if mapping.is_flow or self._is_in_flow(path):
            at = previous.end if previous else mapping.start + 1
            pairs = self._pairs(path, fields)
            self._edits.append((at, at, f", {pairs}" if previous else f"{pairs}, " if mapping.children else pairs))
            return
        first = previous or next(iter(mapping.children.values()))
        indent = " " * self._column(first.key)
        lines = self._lines(fields, path)
        if previous:
            at = self._line_end(previous.end)
            self._edits.append((at, at, "".join(f"\n{indent}{line}" if line else "\n" for line in lines)))
        else:
            text = "\n".join(line if n == 0 or not line else f"{indent}{line}" for n, line in enumerate(lines))
            self._edits.append((first.key, first.key, f"{text}\n{indent}"))

    def _expand(self, path: Path, scalar: TextSpan, fields: Mapping[str, Any]) -> None:
        """Replace a plain text, such as a task's title, by a mapping with the text as one of its fields."""
        name = part_at(self._part, path).plain_text
        source = self._text[scalar.start : scalar.end]
        if not name or "\n" in source:
            raise KeyError(path)
        is_flow, others = self._is_in_flow(path), {field: value for field, value in fields.items() if field != name}
        if name in fields:
            lines = self._lines({name: fields[name]}, path)
            source = self._inline((*path, name), fields[name]) if is_flow else lines[0].partition(":")[2].strip()
        if is_flow and others:
            source = f"{{{name}: {source}, {self._pairs(path, others)}}}"
        elif others:
            indent = " " * self._column(scalar.start)
            source = "".join(f"{line}\n{indent}" for line in self._lines(others, path)) + f"{name}: {source}"
        self._edits.append((scalar.start, scalar.end, source))

    def _edit_list(self, path: Path) -> None:
        """Remove items from a list and add others at its end."""
        items, dropped, span = self._items[path], self._dropped[path], self._find(path)
        if span is None or not isinstance(span.children, list) or not span.children:
            if span is None:
                self._fields[path[:-1]][str(path[-1])] = items
            else:
                self._edits.append((span.start, span.end, _in_flow(items)))
            return
        remaining = [child for n, child in enumerate(span.children) if n not in dropped]
        if span.is_flow:
            texts = [self._text[child.start : child.end] for child in remaining] + [_in_flow(item) for item in items]
            self._edits.append((span.start, span.end, f"[{', '.join(texts)}]"))
            return
        if not remaining and not items:
            self.set(path, [])
            return
        for n in dropped if remaining else dropped - {0}:
            child = span.children[n]
            dash = self._text.rfind("\n", 0, child.start) + 1
            self._edits.append((*self._whole_lines(dash, child.end), ""))
        if items:
            self._append(path, span, remaining or span.children[:1], items, replaces=not remaining)

    def _append(
        self, path: Path, span: TextSpan, previous: Sequence[TextSpan], items: Iterable[Any], *, replaces: bool
    ) -> None:
        """Add items to a list after `previous`, or in its place if it `replaces` the only one left."""
        indent = " " * self._column(span.start)
        name = str(path[-1])
        lines = self._lines({name: list(items)}, path[:-1])[1:]
        if not lines:  # the writer puts lists of ids in brackets
            lines = [f"  - {_in_flow(item)}" for item in items]
        text = "".join(f"\n{indent}{line[2:]}" if line else "\n" for line in lines)
        if replaces:
            self._edits.append((previous[0].start, previous[0].end, text.lstrip().removeprefix("- ")))
        else:
            at = self._line_end(previous[-1].end)
            self._edits.append((at, at, text))


def _has_source(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Source) for item in value)


def _source_lines(item: Source) -> list[str]:
    first, *rest = item.lines
    return [f"  - {first}", *(f"    {line}" if line else "" for line in rest)]


def _in_flow(value: Any) -> str:
    """A value in flow style, on one line."""
    match value:
        case Source():
            return _in_flow(value.value)
        case list() | tuple():
            return f"[{', '.join(map(_in_flow, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{name}: {_in_flow(item)}" for name, item in value.items()) + "}"
        case str() if not _BARE.fullmatch(value):
            return json.dumps(value, ensure_ascii=False)
        case bool():
            return str(value).lower()
    return str(value)
