"""A review as one HTML page that opens from an artifact: no scripts, no requests, nothing beside it.

Its security policy allows the style sheet that it carries, by its hash, and nothing else.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from markupsafe import Markup

from masterplan.analyse.figures import count
from masterplan.analyse.review import Review
from masterplan.analyse.wording import UNASSIGNED
from masterplan.model.change import Change, Consequence, Difference, Question
from masterplan.model.finding import Finding
from masterplan.model.naming import Subject
from masterplan.render.html import NOTHING, chip, code, figure, joined, link, list_of, quoted, render, small, text
from masterplan.render.review.graph import LEGEND, Neighbourhood, left_out, neighbourhood
from masterplan.render.review.inert import cut, cut_message
from masterplan.render.review.picture import picture
from masterplan.render.review.wording import (
    DIRECTIONS,
    gravest_first,
    named,
    no_cause,
    reasons,
    told_and_quiet,
    verdict,
    weights,
)
from masterplan.render.review.words import LONGEST, side_by_side
from masterplan.render.table import Row, table

BREAK = Markup("<br>")

Section = tuple[str, str, Markup]
"""Anchor, heading and body."""

_POLICY = "default-src 'none'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'"


def html(review: Review) -> str:
    """The review as a whole HTML page, without scripts and requests."""
    style = render("review.css.jinja")
    found = review.difference
    return render(
        "review.html.jinja",
        policy=_POLICY.format(_hash(style)),
        style=style,
        title=cut(review.after.plan.header.title),
        verdict=quoted(verdict(review)),
        base=review.base,
        head=review.head,
        sizes=f"{count(len(found.changes), 'change')}, {weights(found)}" if found.changes else "",
        sections=list(_sections(review)),
        is_same=review.older == "plan",
    )


def _hash(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _sections(review: Review) -> Iterator[Section]:
    found = review.difference
    if found.consequences:
        yield "consequences", "What follows from it", _consequences(found)
    if found.questions:
        yield "questions", "Who should look", _questions(review, found.questions)
    shown = neighbourhood(review)
    if shown.sprints:
        yield "graph", "What it touches", _graph(shown)
    if found.changes:
        yield "changes", "Before and after", _changes(review)
    explained = reasons(review)
    if explained:
        yield "why", "Why then", _reasons(explained)
    if found.appeared:
        yield "appear", "Findings that appear", _findings(found, found.appeared)
    if found.disappeared:
        yield "disappear", "Findings that go away", _findings(found, found.disappeared)


def _consequences(found: Difference) -> Markup:
    rows = [
        Row([_said(each.label), _or(each.before), _or(each.after), _direction(each), _causes(each.causes, found)])
        for each in gravest_first(found.consequences)
    ]
    return table(
        "Computed facts that move", ["Fact", "Before", "After", "Better or worse", "Because"], rows, whole=True
    )


def _direction(each: Consequence) -> Markup:
    said = DIRECTIONS[each.direction]
    return chip(each.direction, said) if said else NOTHING


def _causes(causes: Sequence[Change], found: Difference) -> Markup:
    if not causes:
        return small(no_cause(found))
    return joined([_message(each.message) for each in causes], BREAK)


def _questions(review: Review, questions: Sequence[Question]) -> Markup:
    rows = [Row([_said(each.who) or small(UNASSIGNED), _sprint(review, each), _said(each.text)]) for each in questions]
    return table("Whom to ask what", ["Who", review.after.plan.unit.one, "Question"], rows)


def _sprint(review: Review, question: Question) -> str:
    return named(review, Subject("sprint", question.sprint))


def _graph(shown: Neighbourhood) -> Markup:
    body = figure(picture(shown), "What the change touches") + small(LEGEND)
    said = left_out(shown)
    return body + BREAK + small(said) if said else body


def _changes(review: Review) -> Markup:
    """The parts of the plan, those with the gravest changes first; folded away are those that nothing follows from."""
    told, quiet = told_and_quiet(review.difference)
    shown = render("review_parts.html.jinja", parts=_parts(review, told))
    if not quiet:
        return shown
    folded = Markup("{}<details><summary>{} that nothing follows from</summary>\n{}\n</details>")
    return folded.format(
        shown, count(len(quiet), "change"), render("review_parts.html.jinja", parts=_parts(review, quiet))
    )


def _parts(review: Review, changes: Iterable[Change]) -> list[tuple[str, Markup]]:
    """Each part's name and its changes side by side, in the order of the first change of each."""
    parts: dict[Subject, list[Change]] = {}
    for change in changes:
        parts.setdefault(change.subject, []).append(change)
    return [(named(review, subject), _part(review, subject, found)) for subject, found in parts.items()]


def _part(review: Review, subject: Subject, changes: Sequence[Change]) -> Markup:
    rows = []
    for each in changes:
        before, after = side_by_side(each.before, each.after)
        weight = chip(each.rule.weight, each.rule.weight)
        rows.append(Row([joined([_message(each.message), weight], " "), before, after, _place(review, each)]))
    return table(f"Changes of {named(review, subject)}", ["What", "Before", "After", "Where"], rows, whole=True)


def _place(review: Review, change: Change) -> Markup:
    place = change.place
    where = code(f"{place.path}:{place.line}")
    if change.gone:
        return joined([where, small("of the base")], " ")
    return link(f"{review.source_url}/{quote(place.path)}#L{place.line}", where) if review.source_url else where


def _reasons(explained: Iterable[tuple[str, Sequence[str]]]) -> Markup:
    shown = (Markup("<h3>{}</h3>\n{}").format(_said(name), list_of(map(_said, said))) for name, said in explained)
    return Markup("\n").join(shown)


def _findings(found: Difference, findings: Sequence[Finding]) -> Markup:
    rows = [
        Row(
            [
                chip(each.rule.severity, each.rule.severity),
                _message(each.message),
                code(str(each.place)),
                _causes(found.made_by.get(each.fingerprint, ()), found),
            ]
        )
        for each in findings
    ]
    return table("Findings of the audit", ["Severity", "What", "Where", "Because"], rows)


def _or(words: str) -> Markup:
    return _said(words) or NOTHING


def _message(words: str) -> Markup:
    return quoted(cut_message(words, LONGEST))


def _said(words: str) -> Markup:
    return text(cut(words, LONGEST))
