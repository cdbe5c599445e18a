"""Labelled values in a document: `**Owner:** Ada`, `Effort: 2 hours`, `- **Goal**: …`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from masterplan.importing import values
from masterplan.importing.document import Block, Item
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.words import FieldName, field_of, small_words, tokens

_BOLD = re.compile(
    r"[^\w*]*(?P<mark>\*\*|__|\*)(?P<label>[^*\n]{1,80}?)[ \t]*(?P<inside>[:\uff1a])?[ \t]*(?P=mark)"
    r"[ \t]*(?P<outside>[:\uff1a])?[ \t]*"
)
_PLAIN = re.compile(r"[^\w*`\[(]*(?P<label>[^\W\d_][^:\uff1a*|`\n]{0,60}?)[ \t]*[:\uff1a][ \t]*(?=\S|$)")
_AMOUNT = re.compile(
    r"(?:\*\*|__)?(?P<label>[^\W\d_][^\d:*|`\n]{0,40}?)(?:\*\*|__)?[ \t]+(?P<amount>[~≈]?[ \t]?\d[^|`\n]{0,30}?)\.?"
)
_AMOUNTS = {"effort", "duration", "points"}
"""Fields whose label may precede an amount without a colon: `Effort 17 PD`."""

_COLUMN_GAP = re.compile(r"[ \t]+[|·•][ \t]+(?=\*\*|__|[^\W\d_])")
_NEXT_LABEL = re.compile(
    r"(?<=\S)[ \t]+(?=(?:\*\*|__)[^\W\d_][^*_\n]{1,40}(?::(?:\*\*|__)|(?:\*\*|__):))"
    r"|(?<=[.;])[ \t]+(?=\*[^\W\d_][^*\n]{1,40}(?::\*|\*:))"
)
"""The blank before a second label in a line: `**Risk:** High. *Mitigation:* escrow`."""

_SENTENCE_LABEL = re.compile(r"(?:(?P<end>\.)|;)[ \t]+(?P<label>[^\W\d_][\w \t/-]{1,40}?):(?=[ \t])")
"""The end of a sentence, with the label at the start of the next."""

_BOLD_FIRST = re.compile(
    r"(?P<mark>\*\*|__)(?P<text>[^*\n]{1,200}?)[ \t]*:?(?P=mark)[ \t]*[:\uff1a–—-]?[ \t]*(?P<rest>.*)", re.DOTALL
)
_WHOLE = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?P<text>[^*_\s][^*\n]*)(?P=mark)")
_MOST_PHRASE_WORDS = 6
"""Most words of a phrase in a list with commas."""

_FULL_LINE = 56
"""Characters of a full line, without its marker and indent."""

_SENTENCE_ENDS = frozenset(".:!?;\uff1a")


class LabelledText(NamedTuple):
    """A text on the lines of `span` with its label, or None; `blocks` are those below the text in a list item."""

    span: Span
    label: str | None
    text: str
    blocks: tuple[Block, ...] = ()

    @property
    def field(self) -> FieldName | None:
        """The field that the label names; None for any other label, or without one."""
        return field_of(self.label) if self.label else None


def labelled_lines(block: Block) -> Iterator[LabelledText]:
    """Labelled texts of a paragraph, each with the lines up to the next label; lines before the first one have none."""
    current: LabelledText | None = None
    for n, line in enumerate(block.text.split("\n"), block.span.first):
        for part in labelled_parts(line):
            label, text = split_label(part)
            if label is None and current is not None:
                current = current._replace(span=Span(current.span.first, n), text=f"{current.text}\n{part}".strip())
                continue
            if current is not None:
                yield current
            current = LabelledText(Span(n, n), label, text)
    if current is not None:
        yield current


def labelled_parts(line: str) -> list[str]:
    """Labelled texts side by side in a line: `**Owner:** Ada | **Effort:** 3 days`."""
    return [part for text in _COLUMN_GAP.split(line) for part in _split_at_labels(text)]


def _split_at_labels(text: str) -> list[str]:
    if (first := _PLAIN.match(text)) and field_of(first["label"]):
        return list(_sentences_with_labels(text))
    bold = _BOLD.match(text)
    is_label = bold is not None and (bold["inside"] or bold["outside"])
    may_have_more = bold is not None and ("*" in text[bold.end() :] or "__" in text[bold.end() :])
    return _NEXT_LABEL.split(text) if is_label and may_have_more else [text]


def _sentences_with_labels(text: str) -> Iterator[str]:
    """The parts of a text in which other sentences begin with labels too: `Effort: 15 days. Risk: medium`."""
    begin = 0
    for match in _SENTENCE_LABEL.finditer(text):
        if field_of(match["label"]):
            yield text[begin : match.start() + (match["end"] is not None)]
            begin = match.start("label")
    yield text[begin:]


def labelled_item(item: Item) -> LabelledText:
    """Text of a list item, with its label if it has one."""
    label, text = split_label(item.text)
    return LabelledText(item.span, label, text, item.blocks)


def split_label(text: str) -> tuple[str | None, str]:
    """Leading label of a text, and the rest; None and the whole text if there is no label.

    Bold text before a colon is always a label; other text only if it is the name of a field. Without a colon, a name is
    a label only before an amount that is all the rest.
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
    match = _AMOUNT.fullmatch(text.strip())
    if match and field_of(match["label"]) in _AMOUNTS and _is_amount(match["amount"]):
        return match["label"], match["amount"]
    return None, text.strip()


def _is_amount(text: str) -> bool:
    """Whether a text is an effort or a number of points, and nothing else."""
    amounts = (values.effort(text), values.points(text, bare=True))
    return any(amount is not None and amount.text == text for amount in amounts)


def opening_text(item: Item) -> tuple[str, int]:
    """First text of an item, and its number of lines; a full line continues on the next."""
    first, *lines = map(str.strip, item.text.split("\n"))
    text, count, last = first, 1, first
    for line in lines:
        is_full = len(last) + len(line.partition(" ")[0]) >= _FULL_LINE and last[-1:] not in _SENTENCE_ENDS
        if not is_full or split_label(line)[0] is not None or _begins_with_sign(line.lstrip("`*_")):
            break
        text, count, last = f"{text} {line}", count + 1, line
    return text, count


def split_bold_plain(text: str) -> tuple[str, str]:
    """Leading bold text and the rest, both without markup; the whole text and an empty rest if there is none."""
    bold, rest = split_bold(text)
    return (plain(bold), plain(rest)) if bold else (plain(text), "")


def split_bold(text: str) -> tuple[str, str]:
    """Leading bold text and the rest, both as Markdown; an empty text and the whole text if there is none."""
    bold = _BOLD_FIRST.fullmatch(text)
    return (bold["text"], bold["rest"]) if bold else ("", text)


def list_numbers(block: Block) -> Iterator[tuple[int, str]]:
    """Line and number of each numbered item of a list, including nested lists."""
    for item in block.items:
        if item.number:
            yield item.span.first, item.number
        for inner in item.blocks:
            yield from list_numbers(inner)


def items(entry: LabelledText) -> tuple[Item, ...]:
    """Items of the lists below a labelled text."""
    return tuple(item for block in entry.blocks for item in block.items)


def texts(entry: LabelledText) -> Iterator[tuple[Span, str]]:
    """Texts of a value: its list items, else its lines if each begins with a sign, else the whole text."""
    nested = items(entry)
    lines = entry.text.split("\n")
    if not nested and len(lines) > 1 and all(map(_begins_with_sign, lines)):
        yield from ((entry.span, line) for line in lines)
    elif not nested and entry.text:
        yield entry.span, entry.text
    yield from ((item.span, item.text) for item in nested)


def _begins_with_sign(line: str) -> bool:
    """Whether a line begins with an emoji or a bullet, like an item of a list without Markdown markers."""
    first = line.lstrip()[:1]
    return first == "•" or without_signs(first) != first


def phrases(entry: LabelledText) -> Iterator[tuple[Span, str]]:
    """Texts of a value, with short phrases between commas split: `Extensive testing, gradual rollout`."""
    for span, text in texts(entry):
        parts = [part.strip() for part in plain(text).split(",")]
        is_several = len(parts) > 1 and all(_is_phrase(part) for part in parts)
        yield from ((span, part) for part in parts) if is_several and not items(entry) else ((span, plain(text)),)


def _is_phrase(text: str) -> bool:
    """Whether a text is short, has a word, and does not begin with a negation that continues the phrase before it."""
    text_tokens = tokens(text)
    has_word = any(token.word.isalpha() for token in text_tokens)
    return has_word and len(text.split()) <= _MOST_PHRASE_WORDS and small_words("not").at(text, text_tokens, 0) is None
