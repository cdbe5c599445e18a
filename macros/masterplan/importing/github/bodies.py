"""Issue bodies: relations to other issues, check boxes as acceptance criteria, and the rest as the description.

References are in GitHub's forms: `#12`, `GH-12`, `owner/repository#12` and URLs of issues; items with check boxes are
its task lists. Fenced code is not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from masterplan.importing import clues, words
from masterplan.importing.github.issues import IssueLink, IssueText, LinkKind
from masterplan.importing.ledger import Ledger
from masterplan.importing.marks import plain, without_signs
from masterplan.model.fields import LONGEST_PROSE

_ITEM = re.compile(r"[ \t]{0,20}(?:[-*+]|[0-9]{1,9}[.)])[ \t]{1,9}(?:\[(?P<box>[ xX])\][ \t]+)?(?P<text>\S.*)")
_HEADING = re.compile(r"[ ]{0,3}(?:#{1,6}[ \t]+(?P<title>\S.*)|\*\*(?P<bold>[^*]{1,80})\*\*:?[ \t]*)")
_FENCE = re.compile(r"[ \t]{0,20}(?P<mark>`{3}|~{3})")
_REFERENCE = re.compile(
    r"(?:https?://[^\s/]{1,100}/(?P<page>[\w.-]{1,100}/[\w.-]{1,100})/issues/"
    r"|(?<![\w/])(?P<repository>[A-Za-z0-9][\w.-]{0,99}/[\w.-]{1,100})?#|\bGH-)(?P<number>[1-9][0-9]{0,8})\b"
)
_MENTION = re.compile(r"#[1-9]|GH-[1-9]|/issues/[1-9]")
_REFERENCE_GAP = re.compile(r"[\s,;&+:*_(]*(?:(?:and|und|et|y|e|en|и|和|と)[\s(]+)?", re.IGNORECASE)
_SIGNS = " .,;:!()[]*_-–—"
_SURE_STEMS = ("block", "depend")
"""Stems of words that always relate issues; after others, such as `after #12`, the sentence may continue."""

_LONGEST = 1_000
"""Most characters of a line with a relation or a criterion; a longer line is prose."""

_LONGEST_SUBJECT = 3
"""Most words before a relation: `This is blocked by #12`."""


class TaskItem(NamedTuple):
    """An item of an issue body that is an acceptance criterion."""

    value: IssueText
    text: str
    is_met: bool


@dataclass(slots=True)
class Body:
    """Content of an issue body. `headings` are the lines of headings that only name a field.

    `retained` are the lines that the description keeps even if all their words went into fields.
    """

    lines: Sequence[IssueText]
    links: list[IssueLink] = field(default_factory=list)
    criteria: list[TaskItem] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)
    retained: set[int] = field(default_factory=set)


def read_body(lines: Sequence[IssueText]) -> Body:
    """Parse the lines of an issue body."""
    body, section, fence = Body(lines), None, ""
    for n, value in enumerate(lines):
        mark = _FENCE.match(value.text)
        if fence or mark:
            fence = fence if mark is None else "" if mark["mark"] == fence else fence or mark["mark"]
            continue
        heading = _HEADING.fullmatch(value.text) if len(value.text) <= _LONGEST else None
        if heading:
            title = plain(heading["title"] or heading["bold"]).rstrip(":\uff1a ")
            section = words.field_of(title) or words.topic(title)
            if section in {"acceptance", "depends_on", "needed_by", "tasks"}:
                body.headings.add(value.line)
        elif value.line and len(value.text) <= _LONGEST:
            _read_line(body, value, section, continues=n + 1 < len(lines) and _continues_item(lines[n + 1].text))
    return body


def _continues_item(text: str) -> bool:
    """Whether a line continues the item above it."""
    return text[:1] in {" ", "\t"} and bool(text.strip()) and not _ITEM.match(text)


def _read_line(body: Body, value: IssueText, section: str | None, *, continues: bool) -> None:
    item = _ITEM.match(value.text)
    text = item["text"] if item else value.text
    if _MENTION.search(text):
        kind: LinkKind | None = "child" if item and item["box"] else None
        if item and section in {"depends_on", "needed_by"}:
            kind = "needs" if section == "depends_on" else "needed by"
        links = list(_stated_links(value, text)) or (list(_listed_links(value, text, kind)) if kind else [])
        body.links += links
        if links:
            return
    if item and (item["box"] or section == "acceptance"):
        body.criteria.append(TaskItem(value, without_signs(plain(text)), is_met=(item["box"] or " ") in "xX"))
        if continues:
            body.retained.add(value.line)


def _stated_links(value: IssueText, text: str) -> Iterator[IssueLink]:
    """Dependencies stated in a line: `Blocked by #12`, `**Depends on:** #3, #4 (data)`."""
    sentence = plain(text)
    relation = next(iter(clues.relations(sentence)), None)
    if relation is None or clues.is_negated(sentence) or len(sentence[: relation.start].split()) > _LONGEST_SUBJECT:
        return
    phrase = sentence[relation.start : relation.end]
    references = _consecutive_references(sentence, relation.end)
    rest = sentence[references[-1].end() :].lstrip() if references else ""
    is_sure = any(stem in phrase.casefold() for stem in _SURE_STEMS)
    if _REFERENCE.search(sentence[: relation.start]) or not (is_sure or not rest or rest[0] in _SIGNS):
        return
    kind: LinkKind = "needs" if relation.kind == "needs" else "needed by"
    yield from (
        _link(kind, match, IssueText(value.line, f"{sentence[: relation.end]} {match[0]}")) for match in references
    )


def _listed_links(value: IssueText, text: str, kind: LinkKind) -> Iterator[IssueLink]:
    """Link to the issue at the beginning of an item."""
    for match in _consecutive_references(plain(text), 0)[:1]:
        yield _link(kind, match, IssueText(value.line, match[0]))


def _consecutive_references(text: str, start: int) -> list[re.Match[str]]:
    """Consecutive references from a position on: `#3, #4 and #5`."""
    run: list[re.Match[str]] = []
    while True:
        gap = _REFERENCE_GAP.match(text, run[-1].end() if run else start)
        match = _REFERENCE.match(text, gap.end()) if gap else None
        if match is None:
            return run
        run.append(match)


def _link(kind: LinkKind, match: re.Match[str], value: IssueText) -> IssueLink:
    return IssueLink(kind, match["page"] or match["repository"] or "", int(match["number"]), value)


def description(body: Body, ledger: Ledger, into: str) -> str:
    """Lines of a body with unread words, unchanged; the ledger records them as kept in `into`.

    A heading is dropped only if it names a field and no text remains below it.
    """
    remaining = [value for value in body.lines if not value.line or _is_retained(body, ledger, value)]
    lines: list[IssueText] = []
    below: IssueText | None = None
    for value in reversed(remaining):
        is_empty = below is None or _HEADING.fullmatch(below.text) is not None
        if value.line in body.headings and is_empty:
            ledger.take(value.span, value.text, into)
            continue
        lines.append(value)
        below = value if value.line else below
    lines = _fitting(lines[::-1], ledger)
    for value in lines:
        if value.line:
            ledger.keep(value.span, into)
    return "\n".join(value.text for value in lines).strip("\n")


def _is_retained(body: Body, ledger: Ledger, value: IssueText) -> bool:
    is_gone = ledger.is_touched(value.line) and not ledger.unread(value.span)
    return not is_gone or value.line in body.retained


def _fitting(lines: Sequence[IssueText], ledger: Ledger) -> list[IssueText]:
    """Lines that fit into a description, without leading blank lines; the others are refused."""
    fitting: list[IssueText] = []
    length = 0
    for value in lines:
        if not fitting and not value.line:
            continue
        length += len(value.text) + 1
        if length > LONGEST_PROSE and value.line:
            ledger.refuse(value.span, f"a description has at most {LONGEST_PROSE:,} characters")
        else:
            fitting.append(value)
    return fitting
