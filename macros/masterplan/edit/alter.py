"""Values of a plan's file set, removed and added where they stand; everything else stays as people wrote it.

A change is made in the text, so that comments, quotes and the order of fields stay.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from masterplan.load.text_spans import TextSpan, text_spans
from masterplan.load.writer import yaml_text
from masterplan.model.part import Part, Path, part_at

_BARE = re.compile(r"(?!(?:null|true|false|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9._/-]*", re.IGNORECASE)
"""Words that need no quotes in brackets."""

_FIGURE = re.compile(r"[0-9][0-9.-]*")
_BEHIND = ("title", "name", "id")
"""The fields behind which a new field comes, the best first."""


class Source(NamedTuple):
    """An item of a list as it is written, its lines without their indentation, and the value that it is."""

    lines: tuple[str, ...]
    value: Any


class Alteration:
    """Changes of a file, which `text` makes all at once; each is about another value of the file as it is.

    `part` is the kind of thing that the file is. A path leads from the file into it. Values are plain: texts, numbers,
    lists and mappings. KeyError where a path leads nowhere.
    """

    def __init__(self, text: str, part: type[Part]) -> None:
        self._mark = text[: text.startswith("\ufeff")]
        self._text = text.removeprefix("\ufeff")
        self._part = part
        self._root = text_spans(self._text)
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._edits: list[tuple[int, int, str]] = []
        self._fields: dict[Path, dict[str, Any]] = defaultdict(dict)
        self._items: dict[Path, list[Any]] = defaultdict(list)
        self._gone: dict[Path, set[int]] = defaultdict(set)

    def has(self, path: Path) -> bool:
        """Whether the file has a value at a path."""
        return self._find(path) is not None

    def is_collection(self, path: Path) -> bool:
        """Whether a list or a mapping stands at a path."""
        extent = self._find(path)
        return extent is not None and extent.children is not None

    def source(self, path: Path, value: Any) -> Source:
        """An item of a list, whose value this is, to be added to another list with its comments."""
        extent = self._at(path)
        end = extent.end if self._is_in_flow(path[:-1]) or self._at(path[:-1]).is_flow else self._line_end(extent.end)
        first, *rest = self._text[extent.start : end].replace("\r", "").split("\n")
        margin = " " * self._column(extent.start)
        return Source((first, *(line.removeprefix(margin) for line in rest)), value)

    def set(self, path: Path, value: Any) -> None:
        """Give a field a value; it may be new."""
        extent = self._find(path)
        if extent is None:
            self._fields[path[:-1]][str(path[-1])] = value
        else:
            self._edits.append((extent.start, extent.end, self._written(path, extent, value)))

    def remove(self, path: Path) -> None:
        """Take a field out."""
        above, extent = self._at(path[:-1]), self._at(path)
        if above.is_flow and isinstance(above.children, dict):
            kept = [self._text[one.key : one.end] for one in above.children.values() if one is not extent]
            self._edits.append((above.start, above.end, "{" + ", ".join(kept) + "}"))
        else:
            self._edits.append((*self._entry(above, extent), ""))

    def add(self, path: Path, item: Any) -> None:
        """Add an item to the list at a path, which may be new."""
        self._items[path].append(item)

    def drop(self, path: Path) -> None:
        """Take an item out of a list."""
        self._gone[path[:-1]].add(int(path[-1]))

    def text(self) -> str:
        """The file with all changes."""
        for path in {**self._items, **self._gone}:
            self._list(path)
        for path, fields in self._fields.items():
            self._insert(path, fields)
        text = self._text
        for start, end, piece in sorted(self._edits, reverse=True):
            text = text[:start] + piece.replace("\n", self._newline) + text[end:]
        return self._mark + text

    def _find(self, path: Path) -> TextSpan | None:
        extent: TextSpan | None = self._root
        for step in path:
            extent = extent.child(step) if extent else None
        return extent

    def _at(self, path: Path) -> TextSpan:
        extent = self._find(path)
        if extent is None:
            raise KeyError(path)
        return extent

    def _is_in_flow(self, path: Path) -> bool:
        return any(extent.is_flow for n in range(len(path)) if (extent := self._find(path[:n])))

    def _column(self, position: int) -> int:
        return position - self._text.rfind("\n", 0, position) - 1

    def _line_end(self, position: int) -> int:
        end = self._text.find("\n", position)
        end = len(self._text) if end < 0 else end
        return end - (self._text[end - 1 : end] == "\r")

    def _written(self, path: Path, extent: TextSpan, value: Any) -> str:
        """A value as it is written in the place of another."""
        has_more = bool(self._text[extent.end : self._line_end(extent.end)].strip())
        if self._is_in_flow(path) or isinstance(value, list):
            return self._inline(path, value)
        if extent.style == "'" and isinstance(value, str) and "\n" not in value:
            return "'" + value.replace("'", "''") + "'"
        if extent.style == '"' or (isinstance(value, str) and "\n" in value and has_more):
            return json.dumps(value, ensure_ascii=False)
        if extent.style in {"|", ">"} and isinstance(value, str) and "\n" in value:
            value += "\n"
        lines = self._lines({str(path[-1]): value}, path[:-1])
        head = lines[0].partition(":")[2].strip()
        indent = " " * self._column(extent.key)
        return "\n".join([head, *(f"{indent}{line}" if line else "" for line in lines[1:])])

    def _pairs(self, path: Path, fields: Mapping[str, Any]) -> str:
        return ", ".join(f"{name}: {self._inline((*path, name), value)}" for name, value in fields.items())

    def _inline(self, path: Path, value: Any) -> str:
        """A value in brackets; a figure as its field has it."""
        plain = self._lines({str(path[-1]): value}, path[:-1])[0].partition(": ")[2]
        return plain if _FIGURE.fullmatch(plain) else in_flow(value)

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

    def _entry(self, above: TextSpan, extent: TextSpan) -> tuple[int, int]:
        """What to take out with a field: its lines, or what stands before the next one behind the dash of an item."""
        before = self._text.rfind("\n", 0, extent.key) + 1
        children = list(above.children.values()) if isinstance(above.children, dict) else []
        if self._text[before : extent.key].strip():
            later = [child.key for child in children if child.key > extent.key]
            return extent.key, min(later, default=extent.end)
        return self._whole_lines(before, extent.end)

    def _whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """From the begin of a line to the begin of the line after the one with `end`."""
        after = self._text.find("\n", end)
        if after >= 0:
            return start, after + 1
        return max(start - 1, 0), len(self._text)

    def _insert(self, path: Path, fields: Mapping[str, Any]) -> None:
        """Add fields to a mapping; a text in its place becomes the field that it stands for."""
        mapping = self._at(path)
        if not isinstance(mapping.children, dict):
            self._expand(path, mapping, fields)
            return
        behind = next((mapping.children[name] for name in _BEHIND if name in mapping.children), None)
        if mapping.is_flow or self._is_in_flow(path):
            at = behind.end if behind else mapping.start + 1
            pairs = self._pairs(path, fields)
            self._edits.append((at, at, f", {pairs}" if behind else f"{pairs}, " if mapping.children else pairs))
            return
        first = behind or next(iter(mapping.children.values()))
        indent = " " * self._column(first.key)
        lines = self._lines(fields, path)
        if behind:
            at = self._line_end(behind.end)
            self._edits.append((at, at, "".join(f"\n{indent}{line}" if line else "\n" for line in lines)))
        else:
            text = "\n".join(line if n == 0 or not line else f"{indent}{line}" for n, line in enumerate(lines))
            self._edits.append((first.key, first.key, f"{text}\n{indent}"))

    def _expand(self, path: Path, scalar: TextSpan, fields: Mapping[str, Any]) -> None:
        """Put a mapping in the place of a text that stands for one of its fields, such as a task's title."""
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

    def _list(self, path: Path) -> None:
        """Take items out of a list and add others at its end."""
        items, gone, listed = self._items[path], self._gone[path], self._find(path)
        if listed is None or not isinstance(listed.children, list) or not listed.children:
            if listed is None:
                self._fields[path[:-1]][str(path[-1])] = items
            else:
                self._edits.append((listed.start, listed.end, in_flow(items)))
            return
        kept = [child for n, child in enumerate(listed.children) if n not in gone]
        if listed.is_flow:
            texts = [self._text[child.start : child.end] for child in kept] + [in_flow(item) for item in items]
            self._edits.append((listed.start, listed.end, f"[{', '.join(texts)}]"))
            return
        if not kept and not items:
            self.set(path, [])
            return
        for n in gone if kept else gone - {0}:
            child = listed.children[n]
            dash = self._text.rfind("\n", 0, child.start) + 1
            self._edits.append((*self._whole_lines(dash, child.end), ""))
        if items:
            self._append(path, listed, kept or listed.children[:1], items, is_new=not kept)

    def _append(
        self, path: Path, listed: TextSpan, behind: Sequence[TextSpan], items: Iterable[Any], *, is_new: bool
    ) -> None:
        """Add items behind others, or in the place of the one that is left."""
        indent = " " * self._column(listed.start)
        name = str(path[-1])
        lines = self._lines({name: list(items)}, path[:-1])[1:]
        if not lines:  # the writer puts lists of ids in brackets
            lines = [f"  - {in_flow(item)}" for item in items]
        text = "".join(f"\n{indent}{line[2:]}" if line else "\n" for line in lines)
        if is_new:
            self._edits.append((behind[0].start, behind[0].end, text.lstrip().removeprefix("- ")))
        else:
            at = self._line_end(behind[-1].end)
            self._edits.append((at, at, text))


def _has_source(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Source) for item in value)


def _source_lines(item: Source) -> list[str]:
    first, *rest = item.lines
    return [f"  - {first}", *(f"    {line}" if line else "" for line in rest)]


def in_flow(value: Any) -> str:
    """A value in brackets, or on the rest of a line."""
    match value:
        case Source():
            return in_flow(value.value)
        case list() | tuple():
            return f"[{', '.join(map(in_flow, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{name}: {in_flow(item)}" for name, item in value.items()) + "}"
        case str() if not _BARE.fullmatch(value):
            return json.dumps(value, ensure_ascii=False)
        case bool():
            return str(value).lower()
    return str(value)
