"""Record of every line of a document: taken into a field, kept as text of a part, or not understood.

A line is taken once each of its words went into a field or names one. So nothing a reader overlooks is lost: lines
with unread words remain in `unread`, and are kept as text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

LineFate = Literal["taken", "kept", "not understood"]

_MARKER = re.compile(r"(?:\s*(?:[-*+>]|[0-9]{1,9}[.)])(?=\s)){0,20}\s*(?:\[[ xX~-]\](?=\s))?")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Span:
    """A range of lines of a document, counted from 1, both ends included."""

    first: int
    last: int

    def __iter__(self) -> Iterator[int]:
        """Iterate over the line numbers."""
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        """Number of lines."""
        return self.last - self.first + 1


class LineOutcome(NamedTuple):
    """A line of a document with its outcome; `note` says where it went, or why it was not imported."""

    line: int
    text: str
    fate: LineFate
    note: str


@dataclass
class Ledger:
    """The lines of a document, and the outcome of each.

    Lines of a spreadsheet are rows: `rows` has the sheet and row number of each. Lines of JSON data are values:
    `places` has the path of each, such as `issues[3].title`.
    """

    lines: Sequence[str]
    rows: Sequence[tuple[str, int]] = ()
    places: Sequence[str] = ()
    _unread: dict[int, dict[str, int]] = field(init=False, default_factory=dict)
    _whole_lines: set[int] = field(init=False, default_factory=set)
    _into: dict[int, list[str]] = field(init=False, default_factory=lambda: defaultdict(list))
    _kept: dict[int, str] = field(init=False, default_factory=dict)
    _refused: dict[int, str] = field(init=False, default_factory=dict)

    def take(self, span: Span, text: str, into: str) -> None:
        """Record that a text from these lines went into the field `into` (`sprint 4: title`), or names it."""
        if span.first == span.last and text == self.lines[span.first - 1]:
            self._whole_lines.add(span.first)
            text = ""
        counts = _counts(text)
        for n in span:
            self._into[n].append(into)
            unread = self._words(n) if counts else {}
            for word, count in counts.items():
                if word in unread:
                    taken = min(unread[word], count)
                    unread[word] -= taken
                    counts[word] = count - taken

    def give_back(self, span: Span, text: str) -> None:
        """Record that a text taken from these lines is no longer in any field."""
        counts = _counts(text)
        for n in span:
            self._whole_lines.discard(n)
            unread, present = self._words(n), _counts(self.lines[n - 1])
            for word in present.keys() & counts.keys():
                count = min(present[word], counts[word])
                unread[word] = unread.get(word, 0) + count
                counts[word] -= count

    def ignore(self, line: int, text: str) -> None:
        """Record that a text of a line carries no content, such as the number of a list item."""
        unread = self._words(line)
        for word in words(text):
            unread[word] = unread.get(word, 0) - 1

    def keep(self, span: Span, into: str) -> None:
        """Record that these lines are kept as text of a part, in `into` (`sprint 4: notes`)."""
        self._kept.update(dict.fromkeys(span, into))

    def refuse(self, span: Span, reason: str) -> None:
        """Record that these lines are not imported, and why."""
        self._refused.update(dict.fromkeys(span, reason))

    def unread(self, span: Span) -> tuple[int, ...]:
        """Lines of a span with unread words, except those kept or refused."""
        return tuple(n for n in span if n not in self._kept and n not in self._refused and self._has_unread(n))

    def _has_unread(self, line: int) -> bool:
        if line in self._whole_lines:
            return False
        unread = self._unread.get(line)
        if unread is None:
            return _WORD.search(without_marker(self.lines[line - 1])) is not None
        return any(count > 0 for count in unread.values())

    def _words(self, line: int) -> dict[str, int]:
        """Unread words of a line, with their counts."""
        unread = self._unread.get(line)
        if unread is None:
            unread = self._unread[line] = _counts(without_marker(self.lines[line - 1]))
        return unread

    def unread_words(self, line: int) -> frozenset[str]:
        """Unread words of a line."""
        return frozenset(word for word, count in self._words(line).items() if count > 0)

    @property
    def replaced(self) -> tuple[int, ...]:
        """Lines with a replacement character (U+FFFD)."""
        return tuple(n for n, text in enumerate(self.lines, 1) if "\ufffd" in text)

    @property
    def unit(self) -> str:
        """Word for a line: `line`, `row` or `value`."""
        return "row" if self.rows else "value" if self.places else "line"

    def place(self, first: int, last: int) -> str:
        """Place of consecutive lines for people: `12-14`, or `Tasks 3-5` for rows of the sheet Tasks.

        For JSON data, the path of the first value alone.
        """
        if self.places:
            return self.places[first - 1]
        sheet, start = self.rows[first - 1] if self.rows else ("", first)
        end = self.rows[last - 1][1] if self.rows else last
        numbers = f"{start}" if start == end else f"{start}-{end}"
        return f"{sheet} {numbers}".strip()

    def sheet(self, line: int) -> str:
        """Sheet of a row, or path of a value, because values form no ranges; empty for other documents."""
        return self.places[line - 1] if self.places else self.rows[line - 1][0] if self.rows else ""

    def is_refused(self, line: int) -> bool:
        """Whether a line was refused."""
        return line in self._refused

    def is_touched(self, line: int) -> bool:
        """Whether any reader took text from a line."""
        return line in self._into

    def entries(self) -> Iterator[LineOutcome]:
        """Outcome of every line that has a word."""
        for n, text in enumerate(self.lines, 1):
            if _WORD.search(text):
                yield LineOutcome(n, text, *self._fate(n))

    def _fate(self, line: int) -> tuple[LineFate, str]:
        if line in self._kept:
            return "kept", self._kept[line]
        if line not in self._refused and not self._has_unread(line):
            return "taken", "; ".join(dict.fromkeys(self._into.get(line, ())))
        return "not understood", self._refused.get(line, "no matching field")


_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w+#.-]{0,30}\s*")


def without_marker(line: str) -> str:
    """Line without the leading markers of list items, quotes and check boxes; a code fence is only marker."""
    if ("```" in line or "~~~" in line) and _FENCE.fullmatch(line):
        return ""
    match = _MARKER.match(line)
    return line[match.end() :] if match else line


def _counts(text: str) -> dict[str, int]:
    """Number of occurrences of each word. For short texts this is several times as fast as a Counter."""
    counts: dict[str, int] = {}
    for word in words(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


def words(text: str) -> Iterable[str]:
    """Words and numbers of a text in lower case, without punctuation and emoji."""
    return _WORD.findall(text.casefold())
