"""The texts of issues: what they say of other issues, check boxes as criteria, and the rest as it is written.

GitHub's own marks are read: `#12`, `GH-12`, `owner/repository#12` and the addresses of issues; items with check boxes
are its task lists. Code between fences says nothing.
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
_BETWEEN = re.compile(r"[\s,;&+:*_(]*(?:(?:and|und|et|y|e|en|и|和|と)[\s(]+)?", re.IGNORECASE)
_SIGNS = " .,;:!()[]*_-–—"
_SURE = ("block", "depend")
"""Stems of words that relate issues whatever follows; behind others, such as `after #12`, a sentence may go on."""

_LONGEST = 1_000
"""Characters of a line that can state a relation, or be a criterion; a longer one is prose."""

_LONGEST_SUBJECT = 3
"""Words that may stand before a relation: `This is blocked by #12`."""


class TaskItem(NamedTuple):
    """An item of a body that must be true before its issue is done."""

    value: IssueText
    text: str
    is_met: bool


@dataclass(slots=True)
class Body:
    """What the text of an issue says. `standing` are lines that stay in it, even if all of their words went elsewhere.

    `headings` are the lines of headings that only name a field.
    """

    lines: Sequence[IssueText]
    links: list[IssueLink] = field(default_factory=list)
    criteria: list[TaskItem] = field(default_factory=list)
    headings: set[int] = field(default_factory=set)
    standing: set[int] = field(default_factory=set)


def read_body(lines: Sequence[IssueText]) -> Body:
    """What the lines of an issue's text say."""
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
            _read_line(body, value, section, goes_on=n + 1 < len(lines) and _goes_on(lines[n + 1].text))
    return body


def _goes_on(text: str) -> bool:
    """Whether a line belongs to the item before it."""
    return text[:1] in {" ", "\t"} and bool(text.strip()) and not _ITEM.match(text)


def _read_line(body: Body, value: IssueText, section: str | None, *, goes_on: bool) -> None:
    item = _ITEM.match(value.text)
    text = item["text"] if item else value.text
    if _MENTION.search(text):
        kind: LinkKind | None = "child" if item and item["box"] else None
        if item and section in {"depends_on", "needed_by"}:
            kind = "needs" if section == "depends_on" else "needed by"
        links = list(_stated(value, text)) or (list(_listed(value, text, kind)) if kind else [])
        body.links += links
        if links:
            return
    if item and (item["box"] or section == "acceptance"):
        body.criteria.append(TaskItem(value, without_signs(plain(text)), is_met=(item["box"] or " ") in "xX"))
        if goes_on:
            body.standing.add(value.line)


def _stated(value: IssueText, text: str) -> Iterator[IssueLink]:
    """The issues that a line needs or is needed by: `Blocked by #12`, `**Depends on:** #3, #4 (data)`."""
    shown = plain(text)
    relation = next(iter(clues.relations(shown)), None)
    if relation is None or clues.is_negated(shown) or len(shown[: relation.start].split()) > _LONGEST_SUBJECT:
        return
    phrase = shown[relation.start : relation.end]
    references = _run(shown, relation.end)
    rest = shown[references[-1].end() :].lstrip() if references else ""
    is_sure = any(stem in phrase.casefold() for stem in _SURE)
    if _REFERENCE.search(shown[: relation.start]) or not (is_sure or not rest or rest[0] in _SIGNS):
        return
    kind: LinkKind = "needs" if relation.kind == "needs" else "needed by"
    yield from (
        _link(kind, match, IssueText(value.line, f"{shown[: relation.end]} {match[0]}")) for match in references
    )


def _listed(value: IssueText, text: str, kind: LinkKind) -> Iterator[IssueLink]:
    """The issue with which an item begins."""
    for match in _run(plain(text), 0)[:1]:
        yield _link(kind, match, IssueText(value.line, match[0]))


def _run(text: str, start: int) -> list[re.Match[str]]:
    """The references that stand one after another from a place on: `#3, #4 and #5`."""
    run: list[re.Match[str]] = []
    while True:
        gap = _BETWEEN.match(text, run[-1].end() if run else start)
        match = _REFERENCE.match(text, gap.end()) if gap else None
        if match is None:
            return run
        run.append(match)


def _link(kind: LinkKind, match: re.Match[str], value: IssueText) -> IssueLink:
    return IssueLink(kind, match["page"] or match["repository"] or "", int(match["number"]), value)


def description(body: Body, ledger: Ledger, into: str) -> str:
    """The lines of a body of which words are left, as they are written; they are noted as kept in `into`.

    A heading stays unless it only names a field and nothing is left below it.
    """
    kept = [value for value in body.lines if not value.line or _stays(body, ledger, value)]
    lines: list[IssueText] = []
    below: IssueText | None = None
    for value in reversed(kept):
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


def _stays(body: Body, ledger: Ledger, value: IssueText) -> bool:
    is_gone = ledger.is_touched(value.line) and not ledger.unread(value.span)
    return not is_gone or value.line in body.standing


def _fitting(lines: Sequence[IssueText], ledger: Ledger) -> list[IssueText]:
    """The lines that a description has room for, without blank ones at its ends; others go nowhere."""
    fitting: list[IssueText] = []
    room = LONGEST_PROSE
    for value in lines:
        if not fitting and not value.line:
            continue
        room -= len(value.text) + 1
        if room < 0 and value.line:
            ledger.refuse(value.span, f"a description has at most {LONGEST_PROSE:,} characters")
        else:
            fitting.append(value)
    return fitting
