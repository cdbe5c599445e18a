"""A review as Markdown for a pull request: the headline, the edits with their effects, questions, the rest folded away.

A pull request may come from anybody, so every text is made inert, and each part has a length that it cannot exceed:
together they stay below what GitHub takes, 65,536 characters. What a part leaves out, it counts.
"""

from collections.abc import Sequence

from masterplan.analyse.changes import Review
from masterplan.model.finding import Finding
from masterplan.render.blocks import Code, Content, Folded, Inline, ItemList, Paragraph, Preformatted, Section
from masterplan.render.compose import message, under_titles
from masterplan.render.escape import cut, cut_message, uncut_inert
from masterplan.render.review.frame import (
    ReviewFrame,
    edit_list,
    findings,
    fitting,
    people,
    reasons,
    sizes,
    smaller,
    wording_list,
)
from masterplan.render.review.graph import LEGEND, left_out, mermaid_text, neighbourhood
from masterplan.render.review.headline import headline_of
from masterplan.render.tickets import with_tickets
from masterplan.render.write.markdown import Dialect, document

MOST_CHARACTERS = 60_000
"""Characters of the whole comment: GitHub takes 65,536."""
_LONGEST = 160
_EDITS = 22_000
_SMALLER = 4_000
_WORDS = 3_000
_QUESTIONS = 4_000
_FINDINGS = 3_400
_REASONS = 3_000
"""Characters of each part; of findings, of each of the three lists."""

_GITHUB = Dialect(uncut_inert, "<br>", has_html=True)


def markdown(review: Review) -> str:
    """The review as Markdown of at most 60,000 characters, inert wherever it holds text of a plan."""
    compared = Paragraph(("Compared ", Code(cut(review.base)), " with ", Code(cut(review.head)), "."))
    parts = _parts(ReviewFrame(review, _LONGEST, _GITHUB)) if review.difference.changes else ()
    content = (message(headline_of(review)), (parts, compared))
    linked = _written(*with_tickets(content, review.tracker))
    return linked if len(linked) <= MOST_CHARACTERS else _written(*content)


def _parts(frame: ReviewFrame) -> Content:
    review = frame.review
    touched = neighbourhood(review)
    picture = Preformatted(mermaid_text(touched), language="mermaid") if touched.ties else ()
    legend = Paragraph(f"{LEGEND} {left_out(touched)}".rstrip()) if touched.ties else ()
    audit = findings(frame, _FINDINGS)
    return (
        Paragraph(sizes(frame)),
        edit_list(frame, _EDITS),
        smaller(frame, _SMALLER),
        Section(4, "Who should look", "", people(frame, _QUESTIONS)),
        Section(4, "Dependencies it touches", "", (picture, legend)),
        wording_list(frame, _WORDS),
        Folded("Audit findings", under_titles(audit)) if audit else (),
        Folded("Why these dates", reasons(frame, _REASONS)),
    )


def announcement(commit: str) -> str:
    """What stands in a comment until the review of a commit is made."""
    text = "There is no result yet for commit "
    return _written("Comparing the plans", Paragraph((text, Code(cut(commit)), ".")))


def failure(reason: str, commit: str, findings: Sequence[Finding] = ()) -> str:
    """What to say in place of a review when a commit could not be compared, and what is wrong with the plans."""
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
