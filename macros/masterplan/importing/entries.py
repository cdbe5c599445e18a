"""LabelledText values in the text of a document: `**Owner:** Ada`, `Effort: 2 hours`, `- **Goal**: …`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from masterplan.importing.document import Block, Item
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.words import field_of, small, tokens

_BOLD = re.compile(
    r"[^\w*]*(?P<mark>\*\*|__|\*)(?P<label>[^*\n]{1,80}?)[ \t]*(?P<inside>[:\uff1a])?[ \t]*(?P=mark)"
    r"[ \t]*(?P<outside>[:\uff1a])?[ \t]*"
)
_PLAIN = re.compile(r"[^\w*`\[(]*(?P<label>[^\W\d_][^:\uff1a*|`\n]{0,60}?)[ \t]*[:\uff1a][ \t]*(?=\S|$)")
_BESIDE = re.compile(r"[ \t]+[|·•][ \t]+(?=\*\*|__|[^\W\d_])")
_BEHIND = re.compile(
    r"(?<=\S)[ \t]+(?=(?:\*\*|__)[^\W\d_][^*_\n]{1,40}(?::(?:\*\*|__)|(?:\*\*|__):))"
    r"|(?<=[.;])[ \t]+(?=\*[^\W\d_][^*\n]{1,40}(?::\*|\*:))"
)
"""What stands before a label in the middle of a line that begins with one: `**Risk:** High. *Mitigation:* escrow`."""

_BOLD_FIRST = re.compile(
    r"(?P<mark>\*\*|__)(?P<text>[^*\n]{1,200}?)[ \t]*:?(?P=mark)[ \t]*[:\uff1a–—-]?[ \t]*(?P<rest>.*)", re.DOTALL
)
_WHOLE = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?P<text>[^*_\s][^*\n]*)(?P=mark)")
_SHORT = 6
"""Words that each of several texts between commas may have to be texts of their own."""


_FULL = 56
"""Characters of a line, without its mark and indent, that make it full."""

_ENDS = frozenset(".:!?;\uff1a")


class LabelledText(NamedTuple):
    """A text and its label, None where it has none, on the lines of `span`; what a list has below it is in `blocks`."""

    span: Span
    label: str | None
    text: str
    blocks: tuple[Block, ...] = ()


def labelled_lines(block: Block) -> Iterator[LabelledText]:
    """The texts of a paragraph: each labelled one with the lines up to the next, each line without label likewise."""
    open_: LabelledText | None = None
    for n, line in enumerate(block.text.split("\n"), block.span.first):
        for part in labelled_parts(line):
            label, text = split_label(part)
            if label is None and open_ is not None:
                open_ = open_._replace(span=Span(open_.span.first, n), text=f"{open_.text}\n{part}".strip())
                continue
            if open_ is not None:
                yield open_
            open_ = LabelledText(Span(n, n), label, text)
    if open_ is not None:
        yield open_


def labelled_parts(line: str) -> list[str]:
    """The labelled texts that stand beside each other in a line: `**Owner:** Ada | **Effort:** 3 days`."""
    return [part for beside in _BESIDE.split(line) for part in _behind(beside)]


def _behind(text: str) -> list[str]:
    bold = _BOLD.match(text)
    is_label = bold is not None and (bold["inside"] or bold["outside"])
    may_have_more = bold is not None and ("*" in text[bold.end() :] or "__" in text[bold.end() :])
    return _BEHIND.split(text) if is_label and may_have_more else [text]


def labelled_item(item: Item) -> LabelledText:
    """The text of an item of a list, with its label where it has one."""
    label, text = split_label(item.text)
    return LabelledText(item.span, label, text, item.blocks)


def split_label(text: str) -> tuple[str | None, str]:
    """The label that a text begins with, and the rest; None and the text where it begins with none.

    Bold text before a colon is a label, whatever it says; any other only where it is the name of a field.
    """
    whole = _WHOLE.fullmatch(text.strip())
    text = whole["text"] if whole and not whole["text"].rstrip().endswith((":", "\uff1a")) else text
    bold = _BOLD.match(text)
    is_label = bold is not None and (bold["mark"] != "*" or field_of(bold["label"]) is not None)
    if bold and is_label and (bold["inside"] or bold["outside"]):
        return plain(bold["label"]), text[bold.end() :].strip()
    match = _PLAIN.match(text)
    if match and field_of(without_signs(match["label"])) is not None:
        return without_signs(match["label"]), text[match.end() :].strip()
    return None, text.strip()


def opening_text(item: Item) -> tuple[str, int]:
    """The text that an item begins with, and its number of lines: several where it goes on below a full line."""
    first, *others = map(str.strip, item.text.split("\n"))
    text, count, last = first, 1, first
    for line in others:
        is_full = len(last) + len(line.partition(" ")[0]) >= _FULL and last[-1:] not in _ENDS
        if not is_full or split_label(line)[0] is not None or _begins_with_sign(line.lstrip("`*_")):
            break
        text, count, last = f"{text} {line}", count + 1, line
    return text, count


def split_bold_plain(text: str) -> tuple[str, str]:
    """The text in bold with which a text begins, and the rest; the whole text and nothing where it begins with none."""
    bold, rest = split_bold(text)
    return (plain(bold), plain(rest)) if bold else (plain(text), "")


def split_bold(text: str) -> tuple[str, str]:
    """The text in bold with which a text begins, and the rest, both as Markdown; nothing and the text without one."""
    bold = _BOLD_FIRST.fullmatch(text)
    return (bold["text"], bold["rest"]) if bold else ("", text)


def list_numbers(block: Block) -> Iterator[tuple[int, str]]:
    """The numbers before the items of a list, and of those below, with their lines."""
    for item in block.items:
        if item.number:
            yield item.span.first, item.number
        for inner in item.blocks:
            yield from list_numbers(inner)


def items(entry: LabelledText) -> tuple[Item, ...]:
    """The items of the lists below a value."""
    return tuple(item for block in entry.blocks for item in block.items)


def texts(entry: LabelledText) -> Iterator[tuple[Span, str]]:
    """The texts of a value that is a list: the items below it, else its lines where each begins with a sign, or all."""
    listed = items(entry)
    lines = entry.text.split("\n")
    if not listed and len(lines) > 1 and all(map(_begins_with_sign, lines)):
        yield from ((entry.span, line) for line in lines)
    elif not listed and entry.text:
        yield entry.span, entry.text
    yield from ((item.span, item.text) for item in listed)


def _begins_with_sign(line: str) -> bool:
    """Whether a line begins with an emoji or a bullet, as the items of a list do that is written without marks."""
    first = line.lstrip()[:1]
    return first == "•" or without_signs(first) != first


def phrases(entry: LabelledText) -> Iterator[tuple[Span, str]]:
    """The same, and short texts between commas one by one: `Extensive testing, gradual rollout`."""
    for span, text in texts(entry):
        parts = [part.strip() for part in plain(text).split(",")]
        is_several = len(parts) > 1 and all(_is_phrase(part) for part in parts)
        yield from ((span, part) for part in parts) if is_several and not items(entry) else ((span, plain(text)),)


def _is_phrase(text: str) -> bool:
    """Whether a text is short, has a word, and does not begin with one such as `no`, with which it would go on."""
    listed = tokens(text)
    has_word = any(token.word.isalpha() for token in listed)
    return has_word and len(text.split()) <= _SHORT and small("not").at(text, listed, 0) is None
