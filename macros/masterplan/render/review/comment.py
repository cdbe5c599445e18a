"""A review as Markdown for a pull request: the verdict, consequences with causes, questions, and the rest folded away.

A pull request may come from anybody, so every text is made inert, and each part has a length that it cannot exceed:
together they stay below what GitHub takes, 65,536 characters. What a part leaves out, it counts.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from masterplan.analyse.changes import Review
from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import Change, Consequence, Difference, Question
from masterplan.model.finding import Finding
from masterplan.model.naming import Subject
from masterplan.model.place import Place
from masterplan.render.blocks import (
    Break,
    Code,
    Content,
    Folded,
    Hyperlink,
    Inline,
    Paragraph,
    Preformatted,
    Row,
    Section,
    Strong,
    Table,
)
from masterplan.render.compose import joined, message, row, table
from masterplan.render.escape import cut, cut_message, uncut_inert
from masterplan.render.review.graph import LEGEND, left_out, mermaid_text, neighbourhood
from masterplan.render.review.wording import (
    DIRECTIONS,
    gravest_first,
    listed_and_folded,
    no_cause,
    sprint_reasons,
    subject_name,
    verdict,
)
from masterplan.render.tickets import with_tickets
from masterplan.render.write.markdown import Dialect, document, table_row

MOST_OPEN = 6
"""Consequences that are not folded away."""
MOST_CAUSES = 3
MOST_CHARACTERS = 60_000
"""Characters of the whole comment: GitHub takes 65,536."""
LONGEST_VERDICT = 600
"""Characters before they are made inert, which makes each at most seven."""
_LONGEST_SENTENCE = 300
_CONSEQUENCES = 11_000
_QUESTIONS = 4_000
_GRAVE = 7_000
_OTHERS = 4_500
_QUIET = 2_500
_FINDINGS = 3_400
_REASONS = 5_000

_GITHUB = Dialect(uncut_inert, "<br>", has_html=True)


def markdown(review: Review) -> str:
    """The review as Markdown of at most 60,000 characters, inert wherever it holds text of a plan."""
    difference = review.difference
    compared = Paragraph(("Compared ", Code(cut(review.base)), " with ", Code(cut(review.head)), "."))
    parts: Content = (
        _consequences(difference),
        _questions(review, difference.questions),
        _graph(review),
        _changes(review),
        _reasons(review),
        _findings("appear", difference, difference.appeared),
        _changed_findings(difference),
        _findings("go away", difference, difference.disappeared),
    )
    title = message(cut_message(verdict(review), LONGEST_VERDICT))
    content = (title, (parts if difference.changes else (), compared))
    linked = _written(*with_tickets(content, review.tracker))
    return linked if len(linked) <= MOST_CHARACTERS else _written(*content)


def announcement(commit: str) -> str:
    """What stands in a comment until the review of a commit is made."""
    text = "Until this comment says otherwise, nothing is known of what this change does. Commit "
    return _written("The plan is being compared", Paragraph((text, Code(cut(commit)), ".")))


def failure(reason: str, commit: str, findings: Sequence[Finding] = ()) -> str:
    """What to say in place of a review when a commit could not be compared, and what is wrong with the plans."""
    rows = (row(finding.rule.severity, _message(finding), _where(finding.place)) for finding in findings)
    body = (
        Paragraph(f"{cut(reason)}. Nothing is known of what this change does."),
        _fitting(("Severity", "What", "Where"), rows, _FINDINGS),
        Paragraph(("Commit ", Code(cut(commit)), ".")),
    )
    return _written("The plans could not be compared", body)


def _written(title: Inline, body: Content) -> str:
    return document(Section(3, title, "", body), _GITHUB) + "\n"


def _consequences(difference: Difference) -> Section:
    rows = [_consequence(moved, difference) for moved in gravest_first(difference.consequences)]
    columns = ("Fact", "Before", "After", "Better or worse", "Because")
    summary = count(len(rows) - MOST_OPEN, "more fact moves", "more facts move")
    more = Folded(summary, _fitting(columns, rows[MOST_OPEN:], _CONSEQUENCES // 2))
    return Section(4, "What follows from it", "", (_fitting(columns, rows[:MOST_OPEN], _CONSEQUENCES // 2), more))


def _consequence(moved: Consequence, difference: Difference) -> Row:
    texts = (cut(moved.label), cut(moved.before), cut(moved.after))
    return row(*texts, DIRECTIONS[moved.direction], _causes(moved.causes, difference))


def _causes(causes: Sequence[Change], difference: Difference) -> Inline:
    if not causes:
        return no_cause(difference)
    messages = [message(cut_message(cause.message)) for cause in causes[:MOST_CAUSES]]
    more = len(causes) - MOST_CAUSES
    return joined([*messages, f"{more} more"] if more > 0 else messages, Break())


def _questions(review: Review, questions: Sequence[Question]) -> Section:
    rows = (
        row(
            cut(question.who) or UNASSIGNED,
            cut(subject_name(review, Subject("sprint", question.sprint))),
            cut(question.text, _LONGEST_SENTENCE),
        )
        for question in questions
    )
    columns = ("Who", review.after.plan.unit.one, "Question")
    return Section(4, "Who should look", "", _fitting(columns, rows, _QUESTIONS))


def _graph(review: Review) -> Section:
    touched = neighbourhood(review)
    diagram = Preformatted(mermaid_text(touched), language="mermaid")
    legend = Paragraph(f"{LEGEND} {left_out(touched)}".rstrip())
    return Section(4, "What it touches", "", (diagram, legend) if touched.ties else ())


def _changes(review: Review) -> Content:
    """Changes that others must act on for all to see, the others folded away, those apart that nothing follows from."""
    listed, quiet = listed_and_folded(review.difference)
    grave = [change for change in listed if change.rule.weight == "breaking"]
    others = listed[len(grave) :]
    return (
        Section(4, "What others must act on", "", _listed(review, grave, _GRAVE)),
        Folded(count(len(others), "other change"), _listed(review, others, _OTHERS)),
        Folded(f"{count(len(quiet), 'change')} that nothing follows from", _listed(review, quiet, _QUIET)),
    )


def _listed(review: Review, changes: Sequence[Change], room: int) -> Table:
    rows = (
        row(
            message(cut_message(change.message)),
            cut(change.before),
            cut(change.after),
            change.rule.weight,
            _place(review, change),
        )
        for change in changes
    )
    return _fitting(("Change", "Before", "After", "Weight", "Where"), rows, room)


def _place(review: Review, change: Change) -> Inline:
    where = _where(change.place)
    if change.gone:
        return f"{where} of the base"
    address = f"{review.source_url}/{quote(change.place.path)}#L{change.place.line}"
    return Hyperlink(address, where) if review.source_url else where


def _where(place: Place) -> str:
    return cut(f"{place.path}:{place.line}")


def _reasons(review: Review) -> Folded:
    """Why the sprints that move are when they are now, as far as there is room."""
    rows = (
        row(cut(name), joined((cut(sentence, _LONGEST_SENTENCE) for sentence in sentences), Break()))
        for name, sentences in sprint_reasons(review)
    )
    columns = (review.after.plan.unit.one, "Why it is when it is, after the change")
    return Folded("Why then", _fitting(columns, rows, _REASONS))


def _findings(what: str, difference: Difference, findings: Sequence[Finding]) -> Folded:
    rows = (
        row(
            finding.rule.kind,
            _message(finding),
            _where(finding.place),
            _causes(difference.made_by.get(finding.fingerprint, ()), difference),
        )
        for finding in findings
    )
    listed = _fitting(("Kind", "What", "Where", "Because"), rows, _FINDINGS)
    return Folded(f"Findings of the audit that {what}: {len(findings)}", listed)


def _changed_findings(difference: Difference) -> Folded:
    rows = (
        row(
            pair.after.rule.kind,
            _message(pair.before),
            _message(pair.after),
            _where(pair.after.place),
            _causes(difference.made_by.get(pair.after.fingerprint, ()), difference),
        )
        for pair in difference.changed
    )
    listed = _fitting(("Kind", "Before", "After", "Where", "Because"), rows, _FINDINGS)
    return Folded(f"Findings of the audit that change: {len(difference.changed)}", listed)


def _message(finding: Finding) -> Inline:
    return message(cut_message(finding.message))


def _fitting(columns: Sequence[str], rows: Iterable[Row], room: int) -> Table:
    """A table of the rows that fit into `room` characters, and a last row that counts the others."""
    kept: list[Row] = []
    rest = 0
    for candidate in rows:
        length = len(table_row(candidate, _GITHUB))
        if length > room:
            rest += 1
        else:
            kept.append(candidate)
            room -= length + 1
    if rest:
        kept.append(Row((Strong(f"{rest} more"), *[""] * (len(columns) - 1))))
    return table("", [cut(column) for column in columns], kept, whole=True)
