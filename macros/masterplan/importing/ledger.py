"""What becomes of every line of a document: taken into a field, kept as text of a part, or not understood.

A line is taken once each of its words went into a field or was the name of one. So a reader cannot lose what it
overlooks: words that are left show in `left`, and the line is kept as text.
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
    """Lines of a document, the first of which is 1; both ends included."""

    first: int
    last: int

    def __iter__(self) -> Iterator[int]:
        """Every line of it."""
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        """How many lines it has."""
        return self.last - self.first + 1


class LineOutcome(NamedTuple):
    """One line of a document: its number, its text, what became of it, and where it went or why it went nowhere."""

    line: int
    text: str
    fate: LineFate
    note: str


@dataclass
class Ledger:
    """The lines of a document, and what became of each.

    Those of a spreadsheet are rows: `rows` has the sheet of each and its number there. Those of data are values, and
    `places` says where each stands in it: `issues[3].title`.
    """

    lines: Sequence[str]
    rows: Sequence[tuple[str, int]] = ()
    places: Sequence[str] = ()
    _left: dict[int, dict[str, int]] = field(init=False, default_factory=dict)
    _whole: set[int] = field(init=False, default_factory=set)
    _into: dict[int, list[str]] = field(init=False, default_factory=lambda: defaultdict(list))
    _kept: dict[int, str] = field(init=False, default_factory=dict)
    _refused: dict[int, str] = field(init=False, default_factory=dict)

    def take(self, span: Span, text: str, into: str) -> None:
        """Note that a text from some lines went into a field, `into` (`sprint 4: title`), or names one."""
        if span.first == span.last and text == self.lines[span.first - 1]:
            self._whole.add(span.first)
            text = ""
        wanted = _counts(text)
        for n in span:
            self._into[n].append(into)
            left = self._words(n) if wanted else {}
            for word, count in wanted.items():
                if word in left:
                    taken = min(left[word], count)
                    left[word] -= taken
                    wanted[word] = count - taken

    def give_back(self, span: Span, text: str) -> None:
        """Note that a text that was taken from some lines is in no field any more."""
        wanted = _counts(text)
        for n in span:
            self._whole.discard(n)
            left, own = self._words(n), _counts(self.lines[n - 1])
            for word in own.keys() & wanted.keys():
                count = min(own[word], wanted[word])
                left[word] = left.get(word, 0) + count
                wanted[word] -= count

    def ignore(self, line: int, text: str) -> None:
        """Note that a text of a line is no content, such as the number of an item of a list."""
        left = self._words(line)
        for word in words(text):
            left[word] = left.get(word, 0) - 1

    def keep(self, span: Span, into: str) -> None:
        """Note that some lines are kept as text of a part, `into` (`sprint 4: notes`)."""
        self._kept.update(dict.fromkeys(span, into))

    def refuse(self, span: Span, why: str) -> None:
        """Note that some lines go nowhere, and why."""
        self._refused.update(dict.fromkeys(span, why))

    def unread(self, span: Span) -> tuple[int, ...]:
        """Those of some lines that have words which no reader took, and are not kept."""
        return tuple(n for n in span if n not in self._kept and n not in self._refused and self._has_left(n))

    def _has_left(self, line: int) -> bool:
        if line in self._whole:
            return False
        left = self._left.get(line)
        if left is None:
            return _WORD.search(without_marker(self.lines[line - 1])) is not None
        return any(count > 0 for count in left.values())

    def _words(self, line: int) -> dict[str, int]:
        """The words of a line that no reader took, with how often each stands there."""
        left = self._left.get(line)
        if left is None:
            left = self._left[line] = _counts(without_marker(self.lines[line - 1]))
        return left

    def unread_words(self, line: int) -> frozenset[str]:
        """The words of a line that no reader took."""
        return frozenset(word for word, count in self._words(line).items() if count > 0)

    @property
    def replaced(self) -> tuple[int, ...]:
        """The lines in which U+FFFD stands for a character."""
        return tuple(n for n, text in enumerate(self.lines, 1) if "\ufffd" in text)

    @property
    def unit(self) -> str:
        """What a line is called."""
        return "row" if self.rows else "value" if self.places else "line"

    def place(self, first: int, last: int) -> str:
        """How people find some lines that follow each other: `12-14`, or `Tasks 3-5` for rows of the sheet Tasks.

        Of values, only the first is named.
        """
        if self.places:
            return self.places[first - 1]
        sheet, start = self.rows[first - 1] if self.rows else ("", first)
        end = self.rows[last - 1][1] if self.rows else last
        numbers = f"{start}" if start == end else f"{start}-{end}"
        return f"{sheet} {numbers}".strip()

    def sheet(self, line: int) -> str:
        """The sheet that a row is in, or the place of a value, as values make no ranges; empty in other documents."""
        return self.places[line - 1] if self.places else self.rows[line - 1][0] if self.rows else ""

    def is_refused(self, line: int) -> bool:
        """Whether a line goes nowhere, for a reason."""
        return line in self._refused

    def is_touched(self, line: int) -> bool:
        """Whether a reader took something from a line."""
        return line in self._into

    def entries(self) -> Iterator[LineOutcome]:
        """Every line that has a word, and what became of it."""
        for n, text in enumerate(self.lines, 1):
            if _WORD.search(text):
                yield LineOutcome(n, text, *self._fate(n))

    def _fate(self, line: int) -> tuple[LineFate, str]:
        if line in self._kept:
            return "kept", self._kept[line]
        if line not in self._refused and not self._has_left(line):
            return "taken", "; ".join(dict.fromkeys(self._into.get(line, ())))
        return "not understood", self._refused.get(line, "no field takes it")


_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w+#.-]{0,30}\s*")


def without_marker(line: str) -> str:
    """A line without the signs, numbers and check boxes that begin items of lists and quotes; a fence is all sign."""
    if ("```" in line or "~~~" in line) and _FENCE.fullmatch(line):
        return ""
    match = _MARKER.match(line)
    return line[match.end() :] if match else line


def _counts(text: str) -> dict[str, int]:
    """How often each word stands in a text. Most have few, for which a Counter costs several times as much."""
    counts: dict[str, int] = {}
    for word in words(text):
        counts[word] = counts.get(word, 0) + 1
    return counts


def words(text: str) -> Iterable[str]:
    """The words and numbers of a text, in lower case; signs and emoji are none."""
    return _WORD.findall(text.casefold())
