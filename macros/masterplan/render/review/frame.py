"""Parts of a review that the comment and the page share: edits with their effects, people to ask, findings.

The length of a comment is limited, so each text and each part of it has a maximum length; what does not fit is counted.
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
from masterplan.analyse.changes.difference import WORKING_TREE
from masterplan.analyse.facts import Facts
from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import Change, ChangedFinding, Consequence
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
from masterplan.render.review.outline import (
    MovedFact,
    NumberedEdit,
    Outline,
    edit_numbers,
    size_of_move,
    together_title,
)
from masterplan.render.why import why_in_short
from masterplan.render.write.markdown import Dialect, document

MOST_EXPLAINED = 6
"""Sprints whose dates a review explains."""
_LONGEST_REASON = 300

LEAST_ALIKE = 0.3
"""Texts with a lower similarity ratio are shown one after the other, as nearly every word would be marked."""

_SIGNS = {"better": "▲ ", "worse": "▼ ", "neither": ""}
_TOKENS = re.compile(r"\s+|[()\[\]{},;:]|[^\s()\[\]{},;:]+")


def sides_line(review: Review) -> tuple[Inline, ...]:
    """The names of both sides, such as: Compared `main` with the working tree."""
    base, head = (name if name == WORKING_TREE else Code(cut(name)) for name in (review.base, review.head))
    return ("Compared ", base, " with ", head, ".")


@dataclass(frozen=True)
class ReviewFrame:
    """A review with the limits of its output.

    Texts are cut at `longest` characters. Parts are measured as Markdown of the `dialect`; without one, nothing is cut.
    """

    review: Review
    longest: int
    dialect: Dialect | None = None

    @cached_property
    def outline(self) -> Outline:
        """The edits with their effects."""
        return Outline.of(self.review.difference)

    def cut(self, words: str) -> str:
        """A text of at most `longest` characters."""
        return cut(words, self.longest)

    def text(self, words: str) -> Inline:
        """A message with its quotations marked, and with names of sprints as links if their pages are known."""
        marked = message(cut_message(words, self.longest))
        pieces = marked if isinstance(marked, tuple) else (marked,)
        return tuple(part for piece in pieces for part in (self._linked(piece) if isinstance(piece, str) else (piece,)))

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
        """A location, as a link to its line if the files have an address; `gone` marks one that only the base has."""
        location = Code(self.cut(f"{place.path}:{place.line}"))
        if gone:
            return (location, " in the base")
        address = f"{self.review.source_url}/{quote(place.path)}#L{place.line}"
        return Hyperlink(address, location) if self.review.source_url else location

    def fitting(self, contents: Iterable[Flow], limit: int) -> tuple[Flow, ...]:
        """The contents that fit into `limit` characters, and how many others; all of them without a dialect."""
        return fitting(contents, limit, self.dialect) if self.dialect else tuple(contents)


def fitting(contents: Iterable[Flow], limit: int, dialect: Dialect) -> tuple[Flow, ...]:
    """The contents that fit into `limit` characters as Markdown, and the number of the others."""
    fitted: list[Flow] = []
    omitted, length = 0, 0
    for content in contents:
        longer = length + len(document(content, dialect)) + 4
        if longer > limit:
            omitted += 1
        else:
            fitted.append(content)
            length = longer
    return (*fitted, Strong(f"{omitted:,} more")) if omitted else tuple(fitted)


def size_line(frame: ReviewFrame) -> str:
    """The size of a review in a line: `5 edits, 1 breaking · 12 effects, 3 to look at`."""
    difference, outline = frame.review.difference, frame.outline
    breaking = sum(change.rule.weight == "breaking" for change in difference.changes)
    edits = [count(len(outline.entries), "edit")] + ([f"{breaking} breaking"] if breaking else [])
    parts = [", ".join(edits)] if outline.entries else []
    if difference.consequences:
        worse = f", {outline.worse} to look at" if outline.worse else ""
        parts.append(f"{count(len(difference.consequences), 'effect')}{worse}")
    net = [f"+{len(difference.appeared)}"] if difference.appeared else []
    net += [f"-{len(difference.disappeared)}"] if difference.disappeared else []
    findings = [" ".join(net)] if net else []
    findings += [f"{len(difference.changed)} changed"] if difference.changed else []
    findings += [f"{len(difference.waived)} waived"] if difference.waived else []
    return " · ".join([*parts, *([f"audit findings: {', '.join(findings)}"] if findings else [])])


def edit_list(frame: ReviewFrame, limit: int) -> Content:
    """The edits by rank, each with its effects below it; then the effects without a single cause."""
    outline = frame.outline
    together = items(_effect(frame, effect) for effect in outline.together)
    title = Paragraph(f"{together_title(frame.review.difference)}:")
    entries = frame.fitting((_entry(frame, entry) for entry in outline.entries), limit)
    return (ItemList(entries, ordered=True), (title, together) if outline.together else ())


def _entry(frame: ReviewFrame, entry: NumberedEdit) -> Flow:
    change = entry.change
    chip = (" ", Chip("breaking", "breaking")) if change.rule.weight == "breaking" else ()
    line = (Strong(frame.text(capitalised(change.message))), *chip, " · ", frame.place(change.place, gone=change.gone))
    return (line, items([*_sides(frame, change), *(_effect(frame, effect) for effect in entry.effects)]))


def _sides(frame: ReviewFrame, change: Change) -> Sequence[Inline]:
    """The values before and after, unless the message names both."""
    before, after = frame.cut(change.before), frame.cut(change.after)
    if change.names_both:
        return []
    if before and after:
        return [_side_by_side(before, after) if frame.dialect is None else f"{before} → {after}"]
    return [f"Now: {after}" if after else f"Before: {before}"]


def _side_by_side(before: str, after: str) -> Inline:
    """Two texts in one, with the words of only one of them marked."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if SequenceMatcher(None, before.split(), after.split(), autojunk=False).ratio() < LEAST_ALIKE:
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
    """Words of only one text, marked; the blanks around them are not."""
    bare = words.strip()
    start = words.find(bare)
    blanks = " " * bool(start), " " * (start + len(bare) < len(words))
    return (blanks[0], Revised(kind, bare), blanks[1]) if bare else ()


def _effect(frame: ReviewFrame, effect: MovedFact) -> Flow:
    """The line of an effect, with a box to tick if it makes the team worse off."""
    line = _moved(frame, effect.moved)
    line = Strong(line) if effect.is_key else line
    also = f", also from {edit_numbers(effect.others)}" if effect.others else ""
    return ((TickBox(),) if effect.moved.direction == "worse" else (), line, also)


def _moved(frame: ReviewFrame, moved: Consequence) -> Inline:
    text = message(cut_message(f"{moved.label}: {_movement(frame, moved)}", frame.longest))
    return (_SIGNS[moved.direction], text)


def _movement(frame: ReviewFrame, moved: Consequence) -> str:
    if not moved.before or not moved.after:
        return f"{frame.cut(moved.after)} (new)" if moved.after else f"{frame.cut(moved.before)} (removed)"
    change = size_of_move(moved)
    return f"{frame.cut(moved.before)} → {frame.cut(moved.after)}{f' ({change})' if change else ''}"


def minor_effects(frame: ReviewFrame, limit: int) -> Folded:
    """The effects that follow from others or matter less."""
    lines = (
        (_moved(frame, effect.moved), f" · {edit_numbers(effect.others)}" if effect.others else "")
        for effect in frame.outline.minor
    )
    return Folded(count(len(frame.outline.minor), "minor effect"), ItemList(frame.fitting(lines, limit)))


def wording_list(frame: ReviewFrame, limit: int) -> Folded:
    """The edits without effects: changes of wording, labels and links."""
    changes = frame.outline.words
    lines = (
        (
            (frame.text(capitalised(change.message)), " · ", frame.place(change.place, gone=change.gone)),
            items(_sides(frame, change)),
        )
        for change in changes
    )
    return Folded(count(len(changes), "wording change"), ItemList(frame.fitting(lines, limit)))


def question_list(frame: ReviewFrame, limit: int) -> Flow:
    """The people who should look, each with the question to ask them."""
    lines = (
        (Strong(frame.cut(question.who) or UNASSIGNED), " · ", frame.text(question.text))
        for question in frame.review.difference.questions
    )
    return ItemList(frame.fitting(lines, limit))


def finding_lists(frame: ReviewFrame, limit: int) -> Sequence[tuple[str, Flow]]:
    """The titles and lists of findings that are new, changed, resolved or waived."""
    difference = frame.review.difference
    new = ItemList(frame.fitting((_finding(frame, finding) for finding in difference.appeared), limit))
    changed = ((_finding(frame, pair.after), _older(frame, pair)) for pair in difference.changed)
    resolved = (_finding(frame, finding, gone=True) for finding in difference.disappeared)
    waived = (_finding(frame, finding) for finding in difference.waived)
    parts = (
        (f"New findings: {len(difference.appeared)}", new),
        (f"Changed findings: {len(difference.changed)}", ItemList(frame.fitting(changed, limit))),
        (f"Resolved findings: {len(difference.disappeared)}", ItemList(frame.fitting(resolved, limit))),
        (f"Waived findings: {len(difference.waived)}", ItemList(frame.fitting(waived, limit))),
    )
    return [(title, part) for title, part in parts if not is_empty(part)]


def _finding(frame: ReviewFrame, finding: Finding, *, gone: bool = False) -> Inline:
    causes = frame.outline.causes(frame.review.difference, finding)
    edits = f" · {edit_numbers(causes)}" if causes else ""
    location = frame.place(finding.place, gone=gone)
    return (f"{finding.rule.kind.capitalize()}: ", frame.text(finding.message), " · ", location, edits)


def _older(frame: ReviewFrame, pair: ChangedFinding) -> Inline:
    """The message of the older finding, and its kind if that changed too."""
    kind = pair.before.rule.kind
    old_kind = "" if kind == pair.after.rule.kind else f" ({kind})"
    return (Break(), Small((f"Before{old_kind}: ", frame.text(pair.before.message))))


def date_reasons(frame: ReviewFrame, limit: int) -> Flow:
    """Reasons for the new dates of the sprints whose dates move; at most `MOST_EXPLAINED`, a line each."""
    review = frame.review
    before, after = (_stints(facts) for facts in (review.before, review.after))
    moved = [id_ for id_, stint in after.items() if id_ in before and before[id_] != stint][:MOST_EXPLAINED]
    lines = (f"{review.after.plan.name(id_)}: {cut(why_in_short(review.after, id_), _LONGEST_REASON)}" for id_ in moved)
    return ItemList(frame.fitting(lines, limit))


def _stints(facts: Facts) -> Mapping[str, tuple[date | Fraction, date | Fraction]]:
    """Start and end of each sprint in the main schedule, as days or else as working days; empty without a schedule."""
    main, days = facts.schedules.main, facts.schedules.days
    return {
        id_: (days.starts_on(stint.start) or stint.start, days.ends_on(stint.end) or stint.end)
        for id_, stint in (main[1].stints.items() if main else ())
    }
