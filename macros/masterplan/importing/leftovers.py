"""Leftovers: keeps unrecognised text, unchanged, as text of the part it appears under."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from masterplan.importing.document import Block, Item, Section
from masterplan.importing.entries import labelled_parts
from masterplan.importing.ledger import Span, words
from masterplan.importing.marks import hyperlinks, plain, without_signs
from masterplan.importing.reading import SCOPES, DraftPart, Reading, fits_line
from masterplan.model.fields import LONGEST_PROSE

_RULES = re.compile(r"(?:(?:^|\n+)[ \t]*[-*_]{3,}[ \t]*){1,20}$")
_LABEL = re.compile(r"[^\w]{0,4}[^\W\d_][\w /-]{0,30}[*_]{0,2}[:\uff1a]")
_WITHOUT_NOTES = {"task", "milestone", "risk", "group"}
"""Kinds of part whose text becomes their description."""


def keep_leftovers(reading: Reading, document: Section, parts: Mapping[int, DraftPart]) -> None:
    """Keep all unread text of a document.

    A section from which no reader took anything is kept whole. Of other sections, the blocks with unread words are
    kept.
    """
    leftovers = _Leftovers(reading, parts)
    leftovers.section(document)
    if leftovers.headings:
        text = "\n".join(f"- {title}" for title in dict.fromkeys(leftovers.headings))
        reading.draft.plan.setdefault("notes", []).append({"title": "Other headings", "text": text})


class _Leftovers:
    """Collector of unread text.

    `headings` are headings without text, `rows` the lines of table rows, which directly follow the row above.
    """

    def __init__(self, reading: Reading, parts: Mapping[int, DraftPart]) -> None:
        self.reading, self.ledger, self.parts = reading, reading.ledger, parts
        self.headings: list[str] = []
        self.rows: set[int] = set()

    def section(self, section: Section) -> None:
        part = self.parts.get(id(section), self.reading.plan)
        if section.level and not any(map(self.ledger.is_touched, section.span)):
            self._keep(part, section.heading, [Span(section.head.last + 1, section.span.last)], section.head)
            return
        spans = list(self._unread(section))
        if not spans and self.ledger.unread(section.head):
            title = section.heading
            self.headings.append(title if self._fits_title(title, section.head) else self._source(section.head))
            self.ledger.keep(section.head, "plan: notes")
        elif spans:
            is_titled = not self._only_names(section, part) or self.ledger.unread(section.head)
            self._keep(part, section.heading if is_titled else "", spans, section.head)
        for inner in section.sections:
            self.section(inner)

    def _only_names(self, section: Section, part: DraftPart) -> bool:
        """Whether a heading only names the part its section describes."""
        if part.kind not in SCOPES or section.level == 0:
            return True
        head = self.reading.roles.head(section)
        is_title = without_signs(plain(section.title)) == self.reading.draft.plan.get("title")
        return is_title if part.kind == "plan" else head is not None and not head.about

    def _unread(self, section: Section) -> Iterator[Span]:
        """Unread blocks of a section, and unread lines outside blocks."""
        end = section.sections[0].head.first - 1 if section.sections else section.span.last
        covered = section.head.last
        for block in section.blocks:
            yield from self._unread_lines(covered + 1, block.span.first - 1)
            yield from self._unread_of_block(block)
            covered = max(covered, block.span.last)
        yield from self._unread_lines(covered + 1, end)

    def _unread_of_block(self, block: Block) -> Iterator[Span]:
        """Unread lines of a paragraph, items of a list, table rows with their header, or else the whole block."""
        unread = self.ledger.unread(block.span)
        if unread and block.kind in {"paragraph", "quote"}:
            yield from (Span(n, n) for n in unread)
        elif unread and block.kind == "list":
            yield from (span for item in block.items for span in self._unread_of_item(item))
        elif unread and block.kind == "table":
            head = block.rows[0].line
            rows = [n for n in unread if n > head]
            self.rows.update(rows)
            yield from (Span(head, head + 1), *(Span(n, n) for n in rows))
        elif unread:
            yield block.span

    def _unread_of_item(self, item: Item) -> Iterator[Span]:
        """An item with its children if its own text is unread, otherwise the unread parts of the children."""
        own_lines = Span(item.span.first, item.blocks[0].span.first - 1 if item.blocks else item.span.last)
        if self.ledger.unread(own_lines):
            yield item.span
        else:
            for block in item.blocks:
                yield from self._unread_of_block(block)

    def _unread_lines(self, first: int, last: int) -> Iterator[Span]:
        unread = self.ledger.unread(Span(first, last)) if first <= last else ()
        if unread:
            yield Span(unread[0], unread[-1])

    def _keep(self, part: DraftPart, title: str, spans: Sequence[Span], head: Span) -> None:
        if part.kind == "plan" and not title and "summary" not in part.values:
            lead = list(takewhile(lambda span: _is_prose(self._source(span)), spans))
            if 0 < len(lead) < len(spans):
                self._keep(part, title, lead, head)
                spans = spans[len(lead) :]
        text = "".join(self._separator(span) + self._source(span) for span in _joined(spans)).strip("\n")
        is_summary = part.kind == "plan" and not title and "summary" not in part.values and _is_prose(text)
        if is_summary:
            part.values["summary"] = _with_labels_last(text)
            into = "plan: summary"
        elif (
            part.kind in {"phase", "sprint"}
            and not title
            and "description" not in part.values
            and len(text) <= LONGEST_PROSE
        ):
            part.values["description"] = text
            into = f"{part}: description"
        elif part.kind in _WITHOUT_NOTES:
            text = f"**{title}**\n\n{text}" if title else text
            part.values["description"] = f"{part.values.get('description', '')}\n\n{text}".strip()
            into = f"{part}: description"
        else:
            is_line = bool(title) and self._fits_title(title, head)
            heading = {"title": title} if is_line and text else {}
            above = "" if heading or not title else title if is_line else self._source(head)
            for note in note_texts("\n\n".join(filter(None, [above, text]))):
                part.values.setdefault("notes", []).append(heading | {"text": note})
            into = f"{part}: notes"
        if title:
            self.ledger.keep(head, into)
        for span in spans:
            self.ledger.keep(span, into)

    def _separator(self, span: Span) -> str:
        """Separator between some lines and those before them."""
        return "\n" if span.first in self.rows else "\n\n"

    def _fits_title(self, title: str, head: Span) -> bool:
        """Whether a note's title has every word of its heading and fits on a line."""
        missing = Counter(words(self._source(head))) - Counter(words(title))
        return fits_line("title", title) and not missing

    def _source(self, span: Span) -> str:
        text = "\n".join(map(self._line, span)).strip("\n").rstrip()
        return _RULES.sub("", text) if text.endswith(("-", "*", "_")) else text

    def _line(self, n: int) -> str:
        """A line, reduced to its links if only their URLs are unread."""
        line, links = self.ledger.lines[n - 1], hyperlinks(self.ledger.lines[n - 1])
        unread = self.ledger.unread_words(n) if links else frozenset()
        if not unread or not unread <= {word for link in links for word in words(link.url)}:
            return line
        return f"- {', '.join(f'[{link.text}]({link.url})' for link in links)}"


def _is_prose(text: str) -> bool:
    """Whether a text can be a summary: no table, code block or settings."""
    return len(text) <= LONGEST_PROSE and not text.lstrip().startswith(("|", "```", "~~~", "---"))


def _with_labels_last(text: str) -> str:
    """A summary with its lines of labelled values, such as `Author: Ada | Status: draft`, after the sentences."""
    paragraphs = sorted(text.split("\n\n"), key=_has_only_labels)
    return "\n\n".join(paragraphs)


def _has_only_labels(paragraph: str) -> bool:
    parts = [part for line in paragraph.split("\n") for part in labelled_parts(line.strip("*_"))]
    return all(_LABEL.match(part) for part in parts)


def _joined(spans: Iterable[Span]) -> Sequence[Span]:
    """Spans with adjacent ones joined."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.first == joined[-1].last + 1:
            joined[-1] = Span(joined[-1].first, span.last)
        else:
            joined.append(span)
    return joined


def note_texts(text: str) -> Iterator[str]:
    """Parts of a text that are short enough for a field, cut between paragraphs."""
    part = ""
    for paragraph in text.split("\n\n"):
        if part and len(part) + len(paragraph) + 2 > LONGEST_PROSE:
            yield part
            part = paragraph
        else:
            part = f"{part}\n\n{paragraph}" if part else paragraph
    if part.strip():
        yield part
