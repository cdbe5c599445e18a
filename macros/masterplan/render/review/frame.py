"""The parts of a review, the same in a comment and on a page: edits with their effects, people to ask, findings.

A comment holds so many characters, so there each text and each part has a length; what is left out is counted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cached_property
from typing import Literal
from urllib.parse import quote

from masterplan.analyse.changes import Review
from masterplan.analyse.facts import Facts
from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import Change, ChangedFinding, Consequence, Direction
from masterplan.model.finding import Finding
from masterplan.model.place import Place
from masterplan.render.blocks import (
    Break,
    Chip,
    Code,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    ItemList,
    Paragraph,
    Revised,
    Small,
    Strong,
    TickBox,
    is_empty,
)
from masterplan.render.compose import capitalised, items, message
from masterplan.render.escape import cut, cut_message
from masterplan.render.review.outline import MovedFact, NumberedEdit, Outline, edit_numbers
from masterplan.render.why import why_in_short
from masterplan.render.write.markdown import Dialect, document

MOST_EXPLAINED = 6
"""Sprints of which a review says why they are when they are."""
_LONGEST_REASON = 300

LEAST_ALIKE = 0.3
"""Texts less alike than this are shown one after the other: marks everywhere mark nothing."""

_SIGNS = {"better": "▲ ", "worse": "▼ ", "neither": ""}
_TOKENS = re.compile(r"\s+|[()\[\]{},;:]|[^\s()\[\]{},;:]+")


@dataclass(frozen=True)
class ReviewFrame:
    """A review as it is shown somewhere: how many characters of a text, and the dialect in which a part is measured."""

    review: Review
    longest: int
    dialect: Dialect | None = None

    @cached_property
    def outline(self) -> Outline:
        """The edits with their effects."""
        return Outline.of(self.review.difference)

    def cut(self, words: str) -> str:
        """A text, cut."""
        return cut(words, self.longest)

    def text(self, words: str) -> Inline:
        """A message with its quotations marked, and names of sprints as links where their pages are known."""
        marked = message(cut_message(words, self.longest))
        pieces = marked if isinstance(marked, tuple) else (marked,)
        return tuple(link for piece in pieces for link in (self._linked(piece) if isinstance(piece, str) else (piece,)))

    def _linked(self, words: str) -> tuple[Inline, ...]:
        if not self.review.pages:
            return (words,)
        pieces = self._names.split(words)
        return tuple(self._link(piece) if n % 2 else piece for n, piece in enumerate(pieces) if piece)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        ids = "|".join(map(re.escape, sorted(self.review.pages, key=len, reverse=True)))
        return re.compile(rf"\b({re.escape(self.review.after.plan.unit.one)} (?:{ids}))(?![\w.-]*\w)")

    def _link(self, name: str) -> Inline:
        return Hyperlink(self.review.pages[name.removeprefix(f"{self.review.after.plan.unit.one} ")], name)

    def place(self, place: Place, *, gone: bool = False) -> Inline:
        """Where something is, as a link to its line where files are shown; what is gone was there in the base."""
        where = Code(self.cut(f"{place.path}:{place.line}"))
        if gone:
            return (where, " in the base")
        address = f"{self.review.source_url}/{quote(place.path)}#L{place.line}"
        return Hyperlink(address, where) if self.review.source_url else where

    def fitting(self, contents: Iterable[Flow], room: int) -> tuple[Flow, ...]:
        """The contents that fit into `room` characters, where a part is measured, and how many are left out."""
        return fitting(contents, room, self.dialect) if self.dialect else tuple(contents)


def fitting(contents: Iterable[Flow], room: int, dialect: Dialect) -> tuple[Flow, ...]:
    """The contents that fit into `room` characters as Markdown, and how many are left out."""
    kept: list[Flow] = []
    left = 0
    for content in contents:
        length = len(document(content, dialect)) + 4
        if length > room:
            left += 1
        else:
            kept.append(content)
            room -= length
    return (*kept, Strong(f"{left:,} more")) if left else tuple(kept)


def sizes(frame: ReviewFrame) -> str:
    """How much there is to read, in a line: `5 edits, 1 breaking · 12 consequences, 3 to look at`."""
    difference, outline = frame.review.difference, frame.outline
    breaking = sum(change.rule.weight == "breaking" for change in difference.changes)
    edits = [count(len(outline.entries), "edit")] + ([f"{breaking} breaking"] if breaking else [])
    parts = [", ".join(edits)] if outline.entries else []
    if difference.consequences:
        look = f", {outline.to_look_at} to look at" if outline.to_look_at else ""
        parts.append(f"{count(len(difference.consequences), 'consequence')}{look}")
    moved = [f"+{len(difference.appeared)}"] if difference.appeared else []
    moved += [f"-{len(difference.disappeared)}"] if difference.disappeared else []
    figures = [" ".join(moved)] if moved else []
    figures += [f"{len(difference.changed)} changed"] if difference.changed else []
    figures += [f"{len(difference.waived)} waived"] if difference.waived else []
    net = ", ".join(figures)
    return " · ".join([*parts, *([f"audit findings: {net}"] if net else [])])


def edit_list(frame: ReviewFrame, room: int) -> Content:
    """The edits by rank, each with its effects below it; then the effects that no single edit has."""
    outline = frame.outline
    together = items(_effect(frame, effect) for effect in outline.together)
    known = "Several edits together" if frame.review.difference.explained else "Causes not computed (too many edits)"
    entries = frame.fitting((_entry(frame, entry) for entry in outline.entries), room)
    return (ItemList(entries, ordered=True), (Paragraph(f"{known}:"), together) if outline.together else ())


def _entry(frame: ReviewFrame, entry: NumberedEdit) -> Flow:
    change = entry.change
    chip = (" ", Chip("breaking", "breaking")) if change.rule.weight == "breaking" else ()
    line = (Strong(frame.text(capitalised(change.message))), *chip, " · ", frame.place(change.place, gone=change.gone))
    return (line, items([*_sides(frame, change), *(_effect(frame, effect) for effect in entry.effects)]))


def _sides(frame: ReviewFrame, change: Change) -> Sequence[Inline]:
    """What was there and what is there now, unless the message says both."""
    before, after = frame.cut(change.before), frame.cut(change.after)
    if change.names_both:
        return []
    if before and after:
        return [side_by_side(before, after) if frame.dialect is None else f"{before} → {after}"]
    return [f"Now: {after}" if after else f"Before: {before}"]


def side_by_side(before: str, after: str) -> Inline:
    """Two texts, with the words marked that only one of them has."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    alike = SequenceMatcher(None, before.split(), after.split(), autojunk=False)
    if alike.ratio() < LEAST_ALIKE:
        return (before, " → ", after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    pieces: list[Inline] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            pieces.append("".join(old[start:end]))
        else:
            removed, inserted = "".join(old[start:end]), "".join(new[first:last])
            both = removed.strip() and inserted.strip()
            pieces += [*_revised("removed", removed), *([" "] if both else []), *_revised("inserted", inserted)]
    return tuple(pieces)


def _revised(kind: Literal["removed", "inserted"], words: str) -> tuple[Inline, ...]:
    """Words that only one text has; the blanks around them are outside of the mark."""
    bare = words.strip()
    start = words.find(bare)
    blanks = " " * bool(start), " " * (start + len(bare) < len(words))
    return (blanks[0], Revised(kind, bare), blanks[1]) if bare else ()


def _effect(frame: ReviewFrame, effect: MovedFact) -> Flow:
    """A line on a fact that moved; what makes the team worse off is to be ticked."""
    line = _moved(frame, effect.moved)
    line = Strong(line) if effect.matters else line
    also = f", also from {edit_numbers(effect.others)}" if effect.others else ""
    return ((TickBox(),) if effect.moved.direction == "worse" else (), line, also)


def _moved(frame: ReviewFrame, moved: Consequence) -> Inline:
    text = message(cut_message(f"{moved.label}: {_movement(frame, moved)}", frame.longest))
    return (_SIGNS[moved.direction], text)


def _movement(frame: ReviewFrame, moved: Consequence) -> str:
    by = ", ".join(filter(None, (moved.figure, _WAYS[moved.direction])))
    after = f" ({by})" if by else ""
    if not moved.before or not moved.after:
        return f"{frame.cut(moved.after)} (new)" if moved.after else f"{frame.cut(moved.before)} (no longer)"
    return f"{frame.cut(moved.before)} → {frame.cut(moved.after)}{after}"


_WAYS: dict[Direction, str] = {"better": "better", "worse": "worse", "neither": ""}


def smaller(frame: ReviewFrame, room: int) -> Folded:
    """The effects that follow from others or matter less."""
    lines = (
        (_moved(frame, effect.moved), f" · {edit_numbers(effect.others)}" if effect.others else "")
        for effect in frame.outline.smaller
    )
    return Folded(count(len(frame.outline.smaller), "smaller effect"), ItemList(frame.fitting(lines, room)))


def wording_list(frame: ReviewFrame, room: int) -> Folded:
    """The edits that nothing follows from: other words, labels, links."""
    changes = frame.outline.words
    lines = (
        (
            (frame.text(capitalised(change.message)), " · ", frame.place(change.place, gone=change.gone)),
            items(_sides(frame, change)),
        )
        for change in changes
    )
    return Folded(count(len(changes), "wording change"), ItemList(frame.fitting(lines, room)))


def people(frame: ReviewFrame, room: int) -> Flow:
    """Who should look, and what to ask them."""
    lines = (
        (Strong(frame.cut(question.who) or UNASSIGNED), " · ", frame.text(question.text))
        for question in frame.review.difference.questions
    )
    return ItemList(frame.fitting(lines, room))


def findings(frame: ReviewFrame, room: int) -> Sequence[tuple[str, Flow]]:
    """The findings of the audit that are new, changed, resolved or waived, each list with its title."""
    difference = frame.review.difference
    new = ItemList(frame.fitting((_finding(frame, finding) for finding in difference.appeared), room))
    changed = ((_finding(frame, pair.after), _older(frame, pair)) for pair in difference.changed)
    resolved = (_finding(frame, finding, gone=True) for finding in difference.disappeared)
    waived = (_finding(frame, finding) for finding in difference.waived)
    parts = (
        (f"New findings: {len(difference.appeared)}", new),
        (f"Changed findings: {len(difference.changed)}", ItemList(frame.fitting(changed, room))),
        (f"Resolved findings: {len(difference.disappeared)}", ItemList(frame.fitting(resolved, room))),
        (f"Waived findings: {len(difference.waived)}", ItemList(frame.fitting(waived, room))),
    )
    return [(title, part) for title, part in parts if not is_empty(part)]


def _finding(frame: ReviewFrame, finding: Finding, *, gone: bool = False) -> Inline:
    causes = frame.outline.causes(frame.review.difference, finding)
    because = f" · {edit_numbers(causes)}" if causes else ""
    where = frame.place(finding.place, gone=gone)
    return (f"{finding.rule.kind.capitalize()}: ", frame.text(finding.message), " · ", where, because)


def _older(frame: ReviewFrame, pair: ChangedFinding) -> Inline:
    """What a finding was before, and of which kind where that changed, too."""
    kind = pair.before.rule.kind
    of_kind = "" if kind == pair.after.rule.kind else f" ({kind})"
    return (Break(), Small((f"Before{of_kind}: ", frame.text(pair.before.message))))


def reasons(frame: ReviewFrame, room: int) -> Flow:
    """The sprints whose dates move, the first few, each with why it is when it is now, in a sentence."""
    review = frame.review
    before, after = (_stints(facts) for facts in (review.before, review.after))
    moved = [id_ for id_, stint in after.items() if id_ in before and before[id_] != stint][:MOST_EXPLAINED]
    lines = (f"{review.after.plan.name(id_)}: {cut(why_in_short(review.after, id_), _LONGEST_REASON)}" for id_ in moved)
    return ItemList(frame.fitting(lines, room))


def _stints(facts: Facts) -> Mapping[str, tuple[date | Fraction, date | Fraction]]:
    """When the main schedule has each sprint, in days or else in working days; none without a schedule."""
    main, days = facts.schedules.main, facts.schedules.days
    return {
        id_: (days.starts_on(stint.start) or stint.start, days.ends_on(stint.end) or stint.end)
        for id_, stint in (main[1].stints.items() if main else ())
    }
