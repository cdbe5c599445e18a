"""A review as one HTML page that opens from an artifact: no scripts, no requests, no other files.

Its security policy allows the style sheet that it carries, by its hash, and nothing else.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from importlib.resources import files
from typing import Literal
from urllib.parse import quote

from masterplan.analyse.changes import Review
from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import Change, Consequence, Difference, Question
from masterplan.model.finding import Finding
from masterplan.model.naming import Subject
from masterplan.render.blocks import (
    NOTHING,
    Break,
    Chip,
    Code,
    Content,
    Figure,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Paragraph,
    Revised,
    Section,
    Small,
    is_empty,
)
from masterplan.render.compose import items, joined, message, row, table
from masterplan.render.escape import cut, cut_message
from masterplan.render.review.graph import LEGEND, Neighbourhood, left_out, neighbourhood, picture
from masterplan.render.review.wording import (
    DIRECTIONS,
    gravest_first,
    listed_and_folded,
    no_cause,
    sprint_reasons,
    subject_name,
    verdict,
    weights,
)
from masterplan.render.tickets import with_tickets
from masterplan.render.write import html as write

_LONGEST = 2_000
"""Characters shown of a text."""

LEAST_ALIKE = 0.3
"""Texts less alike than this are shown as they are: marks everywhere mark nothing."""

_POLICY = "default-src 'none'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'"
_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Review: {title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<header>
{head}{contents}
</header>
<main>
{body}
</main>
</body>
</html>
"""


def html(review: Review) -> str:
    """The review as a whole HTML page, without scripts and requests."""
    style = (files("masterplan.render") / "assets" / "review.css").read_text("utf-8")
    sections = [section for section in _sections(review) if not is_empty(section)]
    return _FRAME.format(
        policy=_POLICY.format(_hash(style)),
        title=write.text(cut(review.after.plan.header.title)),
        style=style,
        head=write.document(with_tickets(_head(review), review.tracker)),
        contents=_contents(sections),
        body=write.document(with_tickets(tuple(sections), review.tracker) or Paragraph(_same(review))),
    )


def _contents(sections: Sequence[Section]) -> str:
    """Links to the sections, where there are any."""
    links = items(Hyperlink(f"#{section.anchor}", section.title) for section in sections)
    return f'\n<nav aria-label="On this page">\n{write.document(links)}\n</nav>' if sections else ""


def _head(review: Review) -> Content:
    changes = review.difference.changes
    sizes = f": {count(len(changes), 'change')}, {weights(review.difference)}" if changes else ""
    compared = ("Compared ", Code(review.base), " with ", Code(review.head), f"{sizes}.")
    return (
        Paragraph(Small(f"Review of a change to {cut(review.after.plan.header.title)}")),
        Section(1, message(verdict(review)), "", Paragraph(Small(compared))),
    )


def _same(review: Review) -> str:
    """What stands in place of sections where there are none."""
    if review.older == "plan":
        return "Both plans say the same. Order and layout of the files take no part in this."
    return "Nothing was compared."


def _hash(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _sections(review: Review) -> tuple[Section, ...]:
    difference = review.difference
    return (
        Section(2, "What follows from it", "consequences", _consequences(difference)),
        Section(2, "Who should look", "questions", _questions(review, difference.questions)),
        Section(2, "What it touches", "graph", _graph(neighbourhood(review))),
        Section(2, "Before and after", "changes", _changes(review)),
        Section(2, "Why then", "why", _reasons(sprint_reasons(review))),
        Section(2, "Findings that appear", "appear", _findings(difference, difference.appeared)),
        Section(2, "Findings that change", "change", _changed_findings(difference)),
        Section(2, "Findings that go away", "disappear", _findings(difference, difference.disappeared)),
    )


def _consequences(difference: Difference) -> Flow:
    rows = [
        row(
            _cut(moved.label),
            _cut(moved.before),
            _cut(moved.after),
            _direction(moved),
            _causes(moved.causes, difference),
        )
        for moved in gravest_first(difference.consequences)
    ]
    columns = ["Fact", "Before", "After", "Better or worse", "Because"]
    return table("Computed facts that move", columns, rows, whole=True)


def _direction(moved: Consequence) -> Inline:
    words = DIRECTIONS[moved.direction]
    return Chip(moved.direction, words) if words else NOTHING


def _causes(causes: Sequence[Change], difference: Difference) -> Inline:
    if not causes:
        return Small(no_cause(difference))
    return joined((_message(cause.message) for cause in causes), Break())


def _questions(review: Review, questions: Sequence[Question]) -> Flow:
    rows = [
        row(
            _cut(question.who) or Small(UNASSIGNED),
            subject_name(review, Subject("sprint", question.sprint)),
            _cut(question.text),
        )
        for question in questions
    ]
    return table("Questions for people", ["Who", review.after.plan.unit.one, "Question"], rows)


def _graph(touched: Neighbourhood) -> Flow:
    if not touched.sprints:
        return ()
    rest = left_out(touched)
    legend = (Small(LEGEND), *((Break(), Small(rest)) if rest else ()))
    return (Figure(picture(touched), "What the change touches"), legend)


def _changes(review: Review) -> Content:
    """The parts of the plan, those with the gravest changes first; folded away are those that nothing follows from."""
    listed, quiet = listed_and_folded(review.difference)
    summary = f"{count(len(quiet), 'change')} that nothing follows from"
    return (_parts(review, listed), Folded(summary, _parts(review, quiet)))


def _parts(review: Review, changes: Iterable[Change]) -> Content:
    """Each part's name and its changes side by side, in the order of the first change of each."""
    parts: dict[Subject, list[Change]] = {}
    for change in changes:
        parts.setdefault(change.subject, []).append(change)
    return tuple(
        Section(3, subject_name(review, subject), "", _part(review, subject, about)) for subject, about in parts.items()
    )


def _part(review: Review, subject: Subject, changes: Sequence[Change]) -> Flow:
    rows = []
    for change in changes:
        before, after = _side_by_side(_cut(change.before), _cut(change.after))
        weight = Chip(change.rule.weight, change.rule.weight)
        rows.append(row((_message(change.message), " ", weight), before, after, _place(review, change)))
    return table(f"Changes of {subject_name(review, subject)}", ["What", "Before", "After", "Where"], rows, whole=True)


def _side_by_side(before: str, after: str) -> tuple[Inline, Inline]:
    """Two texts, with the words marked that only one of them has."""
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return before, after
    left: list[Inline] = []
    right: list[Inline] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        left += _words(old[start:end], "removed", is_common=kind == "equal")
        right += _words(new[first:last], "inserted", is_common=kind == "equal")
    return joined(left, " "), joined(right, " ")


def _words(words: Sequence[str], kind: Literal["removed", "inserted"], *, is_common: bool) -> list[Inline]:
    if not words:
        return []
    return [" ".join(words) if is_common else Revised(kind, " ".join(words))]


def _place(review: Review, change: Change) -> Inline:
    place = change.place
    where = Code(f"{place.path}:{place.line}")
    if change.gone:
        return (where, " ", Small("of the base"))
    return Hyperlink(f"{review.source_url}/{quote(place.path)}#L{place.line}", where) if review.source_url else where


def _reasons(explained: Iterable[tuple[str, Sequence[str]]]) -> Content:
    return tuple(Section(3, _cut(name), "", items(map(_cut, sentences))) for name, sentences in explained)


def _findings(difference: Difference, findings: Sequence[Finding]) -> Flow:
    rows = [
        row(
            Chip(f"kind-{finding.rule.kind}", finding.rule.kind),
            _message(finding.message),
            Code(str(finding.place)),
            _causes(difference.made_by.get(finding.fingerprint, ()), difference),
        )
        for finding in findings
    ]
    return table("Findings of the audit", ["Kind", "What", "Where", "Because"], rows)


def _changed_findings(difference: Difference) -> Flow:
    rows = [
        row(
            Chip(f"kind-{pair.after.rule.kind}", pair.after.rule.kind),
            _message(pair.before.message),
            _message(pair.after.message),
            Code(str(pair.after.place)),
            _causes(difference.made_by.get(pair.after.fingerprint, ()), difference),
        )
        for pair in difference.changed
    ]
    return table("Findings with another figure", ["Kind", "Before", "After", "Where", "Because"], rows)


def _message(words: str) -> Inline:
    return message(cut_message(words, _LONGEST))


def _cut(words: str) -> str:
    return cut(words, _LONGEST)
