"""A review as Markdown for a pull request: the headline, the edits with their effects, and questions; the rest folded.

Anybody can open a pull request, so all plan text is made inert, and each part has a maximum length. Together they stay
below GitHub's limit of 65,536 characters. Each part counts the entries that it leaves out.
"""

from collections.abc import Sequence

from masterplan.analyse.changes import Review
from masterplan.model.finding import Finding
from masterplan.render.blocks import Code, Content, Folded, Inline, ItemList, Paragraph, Preformatted, Section
from masterplan.render.compose import message, under_titles
from masterplan.render.escape import cut, cut_message, uncut_inert
from masterplan.render.review.frame import (
    ReviewFrame,
    date_reasons,
    edit_list,
    finding_lists,
    fitting,
    minor_effects,
    question_list,
    sides_line,
    size_line,
    wording_list,
)
from masterplan.render.review.graph import LEGEND, mermaid_text, neighbourhood, omitted_note
from masterplan.render.review.headline import headline_of
from masterplan.render.tickets import with_tickets
from masterplan.render.write.markdown import Dialect, document

MOST_CHARACTERS = 60_000
"""Maximum length of the comment; GitHub's limit is 65,536 characters."""
_LONGEST = 160
_EDITS = 22_000
_MINOR = 4_000
_WORDS = 3_000
_QUESTIONS = 4_000
_FINDINGS = 3_400
_REASONS = 3_000
"""Maximum length of each part, in characters; `_FINDINGS` applies to each of the lists of findings."""

_GITHUB = Dialect(uncut_inert, "<br>", has_html=True)


def markdown(review: Review) -> str:
    """The review as Markdown of at most `MOST_CHARACTERS` characters, with all plan text inert."""
    compared = Paragraph(sides_line(review))
    parts = _parts(ReviewFrame(review, _LONGEST, _GITHUB)) if review.difference.changes else ()
    content = (message(headline_of(review)), (parts, compared))
    linked = _written(*with_tickets(content, review.tracker))
    return linked if len(linked) <= MOST_CHARACTERS else _written(*content)


def _parts(frame: ReviewFrame) -> Content:
    near = neighbourhood(frame.review)
    picture = Preformatted(mermaid_text(near), language="mermaid") if near.edges else ()
    legend = Paragraph(f"{LEGEND} {omitted_note(near)}".rstrip()) if near.edges else ()
    audit = finding_lists(frame, _FINDINGS)
    return (
        Paragraph(size_line(frame)),
        edit_list(frame, _EDITS),
        minor_effects(frame, _MINOR),
        Section(4, "Who should look", "", question_list(frame, _QUESTIONS)),
        Section(4, "Affected dependencies", "", (picture, legend)),
        wording_list(frame, _WORDS),
        Folded("Audit findings", under_titles(audit)) if audit else (),
        Folded("Why these dates", date_reasons(frame, _REASONS)),
    )


def announcement(commit: str) -> str:
    """The comment shown until the review of a commit is ready."""
    text = "There is no result yet for commit "
    return _written("Comparing the plans", Paragraph((text, Code(cut(commit)), ".")))


def failure(reason: str, commit: str, findings: Sequence[Finding] = ()) -> str:
    """The comment shown if a commit cannot be compared, with the findings that prevent it."""
    lines = (
        (
            f"{finding.rule.severity}: ",
            message(cut_message(finding.message)),
            " · ",
            Code(cut(f"{finding.place.path}:{finding.place.line}")),
        )
        for finding in findings
    )
    body = (
        Paragraph(f"{cut(reason)}. There is nothing to review yet."),
        ItemList(fitting(lines, _FINDINGS, _GITHUB)),
        Paragraph(("Commit ", Code(cut(commit)), ".")),
    )
    return _written("The plans could not be compared", body)


def _written(title: Inline, body: Content) -> str:
    return document(Section(3, title, "", body), _GITHUB) + "\n"
