"""One file of YAML into plain data with positions, strictly.

Built on PyYAML's event interface: the C parser's events do not recurse, so deep nesting is refused before it can crash
the interpreter, and building values here costs less than `yaml.load`. Only the safe core of YAML is accepted: one document,
no tags, anchors, aliases, merge keys or duplicate keys; plain `true`, `false`, `null`, whole numbers and decimals are
values (YAML 1.2 core, without octal, hexadecimal, exponents and dates), everything else is text.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from masterplan.load import hints
from masterplan.load.rules import TEXT
from masterplan.model.finding import Finding
from masterplan.model.place import Mark, Place

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 200_000
MAX_DIGITS = 18

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)"
)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_COMMENT_LIKE = re.compile(r"[ \t]+#[^\s#]")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Source:
    """What a file holds: its data (None where it could not be read), where each value stands, and what is wrong."""

    path: str
    data: dict[str, Any] | None
    mark: Mark
    findings: tuple[Finding, ...]


class _Stop(Exception):
    """The rest of the file cannot be read; the reason is among the findings."""


def parse(content: bytes, path: str) -> Source:
    """Read the bytes of one file; `path` is what places name. Never raises for anything a file can hold."""
    reader = _Reader(path)
    try:
        data, mark = reader.read(content)
    except _Stop:
        data, mark = None, Mark(1, 1, 1, 1)
    return Source(path, data, mark, tuple(reader.findings))


@dataclass(slots=True)
class _Frame:
    """An open mapping or list while its items are read."""

    mark: Mark
    entries: dict[str, Any] | None = None
    marks: dict[str, Mark] = field(default_factory=dict)
    items: list[Any] = field(default_factory=list)
    item_marks: list[Mark] = field(default_factory=list)
    key: str | None = None
    key_at: tuple[int, int] = (1, 1)
    skip: bool = False
    discard: bool = False


class _Reader:
    """Reads one file; collects what is wrong and goes on wherever the rest still has a meaning."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.text = ""
        self.hash_sign = False

    def read(self, content: bytes) -> tuple[dict[str, Any], Mark]:
        self.text = self._decode(content)
        self.hash_sign = " #" in self.text or "\t#" in self.text
        self._scan_characters(self.text)
        value, mark = self._build()
        if value is None:
            raise self._stop("empty-plan", 1, 1, "the file holds nothing", "delete it, or fill it in")
        if not isinstance(value, dict):
            raise self._stop("not-a-mapping", mark.line, mark.column, "`key: value` lines are wanted here")
        return value, mark

    def _decode(self, content: bytes) -> str:
        if len(content) > MAX_BYTES:
            message = f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read"
            raise self._stop("file-too-large", 1, 1, message, "split it: one file a sprint")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            before = content[: error.start].decode("utf-8")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            raise self._stop("not-utf-8", line, column, "the file is not UTF-8", "save it as UTF-8") from None
        return text.removeprefix("\ufeff")

    def _scan_characters(self, text: str) -> None:
        found = list(_FORBIDDEN.finditer(text))
        for match in found:
            before = text[: match.start()]
            self._add(
                "forbidden-character", before.count("\n") + 1, len(before) - before.rfind("\n"),
                f"the character U+{ord(match[0][0]):04X} is not allowed in a plan", "delete it",
            )  # fmt: skip
        if found:
            raise _Stop

    def _build(self) -> tuple[Any, Mark]:
        """Go through the events once; returns the document's value and mark."""
        root = _Frame(Mark(1, 1, 1, 1))
        stack = [root]
        values = documents = 0
        loader = _Loader(self.text)
        try:
            while loader.check_event():
                event = loader.get_event()
                values += 1
                if values > MAX_VALUES:
                    raise self._stop("too-many-values", *_at(event), f"more than {MAX_VALUES:,} values in one file")
                match event:
                    case yaml.ScalarEvent():
                        self._scalar(stack[-1], event)
                    case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                        self._open(stack, event)
                    case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                        self._close(stack)
                    case yaml.AliasEvent():
                        self._alias(stack[-1], event)
                    case yaml.DocumentStartEvent():
                        documents += 1
                        if documents > 1:
                            raise self._stop("second-document", *_at(event), "a second document begins", "one file, one document")
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        except yaml.YAMLError as error:
            raise self._stop("yaml-syntax", 1, 1, f"not YAML: {error}") from None
        finally:
            loader.dispose()
        if not root.items:
            return None, root.mark
        return root.items[0], root.item_marks[0]

    def _open(self, stack: list[_Frame], event: Any) -> None:
        if len(stack) > MAX_DEPTH:
            raise self._stop("too-deep", *_at(event), f"nested more than {MAX_DEPTH} levels deep")
        self._no_tag(event)
        parent = stack[-1]
        frame = _Frame(Mark(*_at(event), 0, 0), {} if isinstance(event, yaml.MappingStartEvent) else None)
        frame.discard = parent.entries is not None and parent.key is None
        if frame.discard:
            hint = "put text that starts with { or [ in quotes"
            self._add("text-key", *_at(event), "a mapping or a list cannot be a key", hint)
        stack.append(frame)

    def _close(self, stack: list[_Frame]) -> None:
        frame = stack.pop()
        if frame.discard:
            stack[-1].key, stack[-1].skip = "", True
        elif frame.entries is not None:
            frame.mark.children = frame.marks
            self._put(stack[-1], frame.entries, frame.mark)
        else:
            frame.mark.children = tuple(frame.item_marks)
            self._put(stack[-1], tuple(frame.items), frame.mark)

    def _scalar(self, frame: _Frame, event: Any) -> None:
        line, column = _at(event)
        self._no_tag(event)
        text: str = event.value
        if _FORBIDDEN.search(text):
            self._add("forbidden-character", line, column, "the text holds a character that is not allowed in a plan")
            text = _FORBIDDEN.sub(" ", text)
        if self.hash_sign and not event.style:
            self._lost_text(event)
        if frame.entries is not None and frame.key is None:
            self._key(frame, text, line, column)
        else:
            value = self._value(text, line, column) if event.implicit[0] and not event.style else text
            self._put(frame, value, Mark(line, column, 0, 0))

    def _key(self, frame: _Frame, text: str, line: int, column: int) -> None:
        if text == "<<":
            self._add("alias", line, column, "merge keys are not allowed", "write the fields out")
        first = frame.marks.get(text)
        if first is not None:
            message = f"`{text}` is there twice; first in line {first.key_line}"
            related = Place(self.path, first.key_line, first.key_column)
            self._add("duplicate-key", line, column, message, "keep one of them", related)
        frame.key, frame.key_at = text, (line, column)
        frame.skip = first is not None or text == "<<"

    def _put(self, frame: _Frame, value: Any, mark: Mark) -> None:
        """Put a finished value where it belongs: under the open key, or at the list's end."""
        if frame.entries is None:
            mark.key_line, mark.key_column = mark.line, mark.column
            frame.items.append(value)
            frame.item_marks.append(mark)
            return
        mark.key_line, mark.key_column = frame.key_at
        if frame.key is not None and not frame.skip:
            frame.entries[frame.key] = value
            frame.marks[frame.key] = mark
        frame.key, frame.skip = None, False

    def _value(self, text: str, line: int, column: int) -> Any:
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text):
            if len(text) > MAX_DIGITS:
                self._add("number-too-long", line, column, f"a number of {len(text)} digits", "put it in quotes if it is a text")
                return 0
            return int(text)
        if _DECIMAL.match(text) and len(text) <= MAX_DIGITS:
            return Decimal(text)
        return text

    def _alias(self, frame: _Frame, event: Any) -> None:
        hint = "put text that starts with * in quotes"
        self._add("alias", *_at(event), f"aliases are not allowed: *{event.anchor}", hint)
        if frame.entries is not None and frame.key is None:
            frame.key, frame.skip = "", True
        else:
            self._put(frame, "alias", Mark(*_at(event), 0, 0))

    def _no_tag(self, event: Any) -> None:
        if event.anchor:
            hint = "put text that starts with & in quotes"
            self._add("alias", *_at(event), f"anchors are not allowed: &{event.anchor}", hint)
        if event.tag:
            hint = "put text that starts with ! in quotes"
            self._add("tag", *_at(event), f"tags are not allowed: {event.tag}", hint)

    def _lost_text(self, event: Any) -> None:
        found = _COMMENT_LIKE.match(self.text, event.end_mark.index)
        if found:
            line, column = event.end_mark.line + 1, event.end_mark.column + 1
            message = "the text after # is lost: YAML takes it for a comment"
            self._add("lost-text", line, column, message, "put the whole text in quotes; write comments as `# text`")

    def _syntax(self, error: yaml.MarkedYAMLError) -> _Stop:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        lines = self.text.split("\n")
        source = lines[line - 1] if line <= len(lines) else ""
        said = ", ".join(part for part in (error.context, error.problem) if part)
        return self._stop("yaml-syntax", line, column, f"not YAML: {said}", hints.for_line(source))

    def _stop(self, rule: str, line: int, column: int, message: str, hint: str = "") -> _Stop:
        self._add(rule, line, column, message, hint)
        return _Stop()

    def _add(self, rule: str, line: int, column: int, message: str, hint: str = "", *related: Place) -> None:
        self.findings.append(Finding(TEXT[rule], Place(self.path, line, column), message, hint, related))


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
