"""Strict parsing of a YAML file into plain data with positions.

It uses PyYAML's events: the C parser's events do not recurse, so deep nesting is refused before it can crash the
interpreter, and building values here costs less than `yaml.load`. Only the safe core of YAML is accepted: one document,
no tags, anchors, aliases, merge keys or duplicate keys. Unquoted `true`, `false`, `null`, whole numbers and decimals
are values (YAML 1.2 core without octal, hexadecimal, exponents and dates), everything else is text. Letters and their
combining marks are composed (see `composed`), so that texts that look the same are equal.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, ClassVar, Final, NamedTuple

import yaml

from masterplan.load import hints
from masterplan.load.rules import RULE_BY_ID
from masterplan.model.finding import Finding, Related
from masterplan.model.naming import composed
from masterplan.model.place import Mark, Marks, Place

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 200_000
MAX_DIGITS = 18
_MOST_CHARACTERS = 20
"""The most forbidden characters to report in one file; others appear once these are fixed."""

UNREAD: Final = object()
"""The placeholder for a value that could not be read and already has a finding."""

_LOADER = getattr(getattr(yaml, "cyaml", yaml), "CParser", yaml.SafeLoader)
"""The bare parser, which does not construct values; the one in C if available."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
)
"""Characters forbidden in plans: controls, direction overrides, unusual line breaks."""

_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?=[ \r\n]|$)", re.MULTILINE)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_BEGIN_NUMBERS = frozenset("-0123456789")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_WITHOUT_COLON = re.compile(r"\s*[,}]")
_COMMENT_LIKE = re.compile(r"[ \t]+(?=#[^\s#])")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}

_At = tuple[int, int]


class Source(NamedTuple):
    """The content of a file: its data (None if unreadable), the marks of its values, and its findings."""

    path: str
    data: Mapping[str, object] | None
    mark: Mark
    findings: tuple[Finding, ...]


def parse(content: bytes, path: str) -> Source:
    """Parse the bytes of a file; `path` is its path in places. Never raises, whatever the file contains."""
    reader = _Reader(path)
    try:
        data, mark = reader.read(content)
    except _UnreadableError:
        return Source(path, None, Mark(1, 1, 1, 1), tuple(reader.findings))
    return Source(path, data, mark, tuple(reader.findings))


class _UnreadableError(Exception):
    """The rest of the file cannot be read; the findings have the reason."""


class _List:
    """An open list while its items are read; `at` is its start."""

    __slots__ = ("at", "items", "marks", "spoilt")
    wants_key: ClassVar[bool] = False

    def __init__(self, at: _At, *, spoilt: bool = False) -> None:
        self.at, self.spoilt = at, spoilt
        self.items: list[object] = []
        self.marks: list[Mark] = []

    def put(self, value: object, at: _At, marks: Marks = None) -> None:
        """Add an item; `marks` are those of its contents."""
        line, column = at
        self.items.append(value)
        self.marks.append(Mark(line, column, line, column, marks))

    def closed(self) -> tuple[object, Marks]:
        """The list, and the marks of its items."""
        return UNREAD if self.spoilt else tuple(self.items), tuple(self.marks)


class _Mapping:
    """An open mapping while its keys and values are read. A value without `keep` is left out.

    `at` is its start. `is_flow` tells whether it is written in braces.
    """

    __slots__ = ("at", "is_flow", "items", "keep", "key", "key_at", "marks", "spoilt", "wants_key")

    def __init__(self, at: _At, *, spoilt: bool, is_flow: bool) -> None:
        self.at, self.spoilt, self.is_flow = at, spoilt, is_flow
        self.items: dict[str, object] = {}
        self.marks: dict[str, Mark] = {}
        self.wants_key = True

    def start(self, key: str, at: _At, *, keep: bool) -> None:
        self.key, self.key_at, self.keep, self.wants_key = key, at, keep, False

    def put(self, value: object, at: _At, marks: Marks = None) -> None:
        """Add the value of the key; `marks` are those of its contents."""
        if self.keep:
            line, column = at
            key_line, key_column = self.key_at
            self.items[self.key] = value
            self.marks[self.key] = Mark(line, column, key_line, key_column, marks)
        self.wants_key = True

    def closed(self) -> tuple[object, Marks]:
        """The mapping, and the marks of its values."""
        return UNREAD if self.spoilt else self.items, self.marks


class _Reader:
    """Reads one file; collects findings, and continues as long as the rest makes sense."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.text = ""
        self.has_hash = False
        self.values = 0
        self.root = _List((1, 1))
        self.open: list[_List | _Mapping] = [self.root]

    def read(self, content: bytes) -> tuple[dict[str, object], Mark]:
        self.text = self._decode(content)
        self.has_hash = " #" in self.text or "\t#" in self.text
        self._refuse_conflicts()
        self._scan_characters()
        self._build()
        if not self.root.items or self.root.items[0] is None:
            raise self._stop("empty-plan", (1, 1), "the file is empty", "fill it in, or delete it")
        value, mark = self.root.items[0], self.root.marks[0]
        if value is UNREAD:
            raise _UnreadableError
        if not isinstance(value, dict):
            at = (mark.line, mark.column)
            raise self._stop(
                "not-a-mapping", at, "`key: value` lines are expected here", "write lines such as `title: ...`"
            )
        return value, mark

    def _decode(self, content: bytes) -> str:
        if len(content) > MAX_BYTES:
            message = f"the file has more than {MAX_BYTES:,} bytes"
            raise self._stop("file-too-large", (1, 1), message, "split it: one file per sprint")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode("utf-8").removeprefix("\ufeff")
            at = (before.count("\n") + 1, len(before) - before.rfind("\n"))
            raise self._stop("not-utf-8", at, "the file is not UTF-8", "save it as UTF-8 in your editor") from None
        return text.removeprefix("\ufeff")

    def _refuse_conflicts(self) -> None:
        """Add a finding for each merge conflict that Git has marked in the file."""
        has_any = "<<<<<<<" in self.text or ">>>>>>>" in self.text
        markers = list(_CONFLICT.finditer(self.text)) if has_any else []
        for marker in [marker for marker in markers if marker[0][0] == "<"] or markers[:1]:
            line = self.text.count("\n", 0, marker.start()) + 1
            hint = "keep the right lines, and delete the markers <<<<<<<, ======= and >>>>>>>"
            self._add("merge-conflict", (line, 1), "an unresolved merge conflict", hint)
        if markers:
            raise _UnreadableError

    def _scan_characters(self) -> None:
        if self.text.replace("\n", "").isprintable():  # faster than the search; forbidden characters are not printable
            return
        for match in islice(FORBIDDEN.finditer(self.text), _MOST_CHARACTERS):
            line = self.text.count("\n", 0, match.start()) + 1
            self._forbidden((line, match.start() - self.text.rfind("\n", 0, match.start())), match[0])
        if self.findings:
            raise _UnreadableError

    def _build(self) -> None:
        """Process all events; the content of the document ends up in `root`."""
        may_be_too_long = 2 * len(self.text) > MAX_VALUES  # two characters make three values at most: `[:,:,:]`
        scalar_event, scalar, next_event = yaml.ScalarEvent, self._scalar, _LOADER(self.text).get_event
        handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            while event := next_event():
                if may_be_too_long:
                    self._count(event)
                if type(event) is scalar_event:  # most are, so they take the shortest path
                    scalar(event)
                elif handle := handlers.get(type(event)):
                    handle(event)
        except yaml.MarkedYAMLError as error:  # other errors are about characters, which have been checked
            raise self._syntax(error) from None

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        if self.root.items:
            raise self._stop("second-document", _at(event), "a second document starts here", "delete the ---")

    def _count(self, event: yaml.Event) -> None:
        """Count keys and values; refuse files with too many."""
        self.values += isinstance(event, yaml.NodeEvent)
        if self.values > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} keys and values"
            raise self._stop("too-many-values", _at(event), message, "split the file")

    def _alias(self, event: yaml.AliasEvent) -> None:
        at = _at(event)
        hint = "write the value out, or put text that starts with * in quotes"
        self._add("alias", at, f"aliases are not allowed: *{hints.excerpt(event.anchor or '')}", hint)
        self._unread(at)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark: Any = event.start_mark
        at = mark.line + 1, mark.column + 1
        text, style, frame = event.value, event.style, self.open[-1]
        readable = not (style == '"' or event.anchor or event.tag) or self._is_allowed(event, at)
        if not text.isascii():
            text = composed(text)
        if self.has_hash and not style and self._loses_text(event):
            readable = readable and text != ""
        if not readable:
            self._unread(at)
        elif isinstance(frame, _Mapping) and frame.wants_key:
            self._key(frame, text, event, at)
        elif not style and (text in _WORDS or text[0] in _BEGIN_NUMBERS):
            frame.put(self._plain(text, at), at)
        else:
            frame.put(text, at)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        mark: Any = event.start_mark
        at = mark.line + 1, mark.column + 1
        if len(self.open) > MAX_DEPTH:
            raise self._stop("too-deep", at, f"nested more than {MAX_DEPTH} levels deep", "nest less")
        spoilt = bool(event.anchor or event.tag) and not self._is_allowed(event, at)
        is_mapping, is_flow = type(event) is yaml.MappingStartEvent, bool(event.flow_style)
        frame = _Mapping(at, spoilt=spoilt, is_flow=is_flow) if is_mapping else _List(at, spoilt=spoilt)
        self.open.append(frame)

    def _close(self, _: yaml.CollectionEndEvent) -> None:
        frame = self.open.pop()
        if self.open[-1].wants_key:
            hint = "put text that starts with { or [ in quotes"
            self._add("text-key", frame.at, "a mapping or a list cannot be a key", hint)
            self._unread(frame.at)
        else:
            value, marks = frame.closed()
            self.open[-1].put(value, frame.at, marks)

    def _unread(self, at: _At) -> None:
        """Leave out a key or value that already has a finding; without a key, its mapping is unusable too."""
        frame = self.open[-1]
        if isinstance(frame, _Mapping) and frame.wants_key:
            frame.spoilt = True
            frame.start("", at, keep=False)
        else:
            frame.put(UNREAD, at)

    def _key(self, frame: _Mapping, text: str, event: yaml.ScalarEvent, at: _At) -> None:
        if text == "<<" and not event.style:
            self._add("alias", at, "merge keys are not allowed", "write the fields out")
            self._unread(at)
            return
        is_later = frame.is_flow and frame.items and not frame.spoilt
        if is_later and not event.style and _WITHOUT_COLON.match(self.text, _end(event)):
            message = f"`{hints.excerpt(text)}` has no value: a comma between {{ and }} ends the text before it"
            self._add("empty-value", at, message, "put the whole text in quotes, or write `key: value`")
            frame.start(text, at, keep=False)
            return
        frame.key, frame.key_at, frame.wants_key = text, at, False
        frame.keep = text not in frame.marks
        if not frame.keep:
            first = frame.marks[text]
            message = f"`{hints.excerpt(text)}` appears twice, first in line {first.key_line}"
            related = Place(self.path, first.key_line, first.key_column)
            self._add("duplicate-key", at, message, "keep one of them", Related(related, "the first"))

    def _plain(self, text: str, at: _At) -> object:
        """The value of an unquoted text that is a word such as `true`, or may be a number."""
        if text in _WORDS:
            return _WORDS[text]
        digits, is_integer = len(text.lstrip("-")), _INTEGER.fullmatch(text)
        if is_integer and digits > MAX_DIGITS:
            message = f"a number of {digits:,} digits is too long"
            self._add("number-too-long", at, message, "put it in quotes if it is meant as text")
            return UNREAD
        if is_integer:
            return int(text)
        return Decimal(text) if _DECIMAL.fullmatch(text) and digits <= MAX_DIGITS else text

    def _is_allowed(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, at: _At) -> bool:
        """Whether a value is usable. An anchor is a finding, but leaves the value usable."""
        if event.anchor:
            hint = "delete the anchor, or put text that starts with & in quotes"
            self._add("alias", at, f"anchors are not allowed: &{hints.excerpt(event.anchor)}", hint)
        if event.tag:
            hint = "delete the tag, or put text that starts with ! in quotes"
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._add("tag", at, f"tags are not allowed: {hints.excerpt(tag)}", hint)
            return False
        escaped = isinstance(event, yaml.ScalarEvent) and event.style == '"' and FORBIDDEN.search(event.value)
        if escaped:
            self._forbidden(at, escaped[0])
        return not escaped

    def _loses_text(self, event: yaml.ScalarEvent) -> bool:
        """Whether an unquoted text is followed by a comment without a space after its #, as in `Fix #12`."""
        end: Any = event.end_mark
        match = _COMMENT_LIKE.match(self.text, end.index)
        if match:
            message = "the text after # is lost: YAML reads it as a comment"
            hint = "put the whole text in quotes; write a comment as `# text`"
            self._add("lost-text", (end.line + 1, end.column + len(match[0]) + 1), message, hint)
        return match is not None

    def _syntax(self, error: Any) -> _UnreadableError:
        """Add the finding for invalid YAML, unless its line already has a finding, of which it is a consequence."""
        context, problem = error.context or "", error.problem
        at, start = error.problem_mark, error.context_mark
        if start and start.line < at.line and not context.startswith("while parsing a block"):
            at = start
        lines = self.text.split("\n")
        line, column = (at.line + 1, at.column + 1) if at.line < len(lines) else (len(lines), len(lines[-1]) + 1)
        if any(finding.place.line == line for finding in self.findings):
            return _UnreadableError()
        hint = hints.for_syntax(context, problem, lines[line - 1])
        return self._stop("yaml-syntax", (line, column), f"not YAML: {problem} {context}".strip(), hint)

    def _forbidden(self, at: _At, character: str) -> None:
        message = f"the character U+{ord(character):04X} is not allowed in a plan"
        self._add("forbidden-character", at, message, "delete it")

    def _stop(self, rule: str, at: _At, message: str, hint: str) -> _UnreadableError:
        self._add(rule, at, message, hint)
        return _UnreadableError()

    def _add(self, rule: str, at: _At, message: str, hint: str, *related: Related) -> None:
        self.findings.append(Finding(RULE_BY_ID[rule], Place(self.path, *at), message, hint, related))


def _at(event: yaml.Event) -> _At:
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


def _end(event: yaml.Event) -> int:
    """The position in the text of an event's end."""
    mark: Any = event.end_mark
    return int(mark.index)
