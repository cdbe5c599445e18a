"""A review as one self-contained HTML page, such as a build artifact: no scripts, requests or other files.

Its security policy allows only its inline style sheet, by hash.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.resources import files

from masterplan.analyse.changes import Review
from masterplan.render.blocks import Break, Content, Figure, Flow, Hyperlink, Paragraph, Section, Small, is_empty
from masterplan.render.compose import items, message
from masterplan.render.escape import cut
from masterplan.render.review.frame import (
    ReviewFrame,
    date_reasons,
    edit_list,
    finding_lists,
    minor_effects,
    question_list,
    sides_line,
    size_line,
    wording_list,
)
from masterplan.render.review.graph import LEGEND, Neighbourhood, neighbourhood, omitted_note, picture
from masterplan.render.review.headline import headline_of
from masterplan.render.review.moves import MOST_MOVES, MOVES_LEGEND, moves, moves_picture
from masterplan.render.tickets import with_tickets
from masterplan.render.write import html as write

_LONGEST = 2_000
"""Maximum length of a text, in characters."""
_NO_LIMIT = 0
"""Limit of a part: without a dialect, a frame measures nothing."""

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
    """The review as a complete HTML page."""
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
    """Links to the sections; empty if there are none."""
    links = items(Hyperlink(f"#{section.anchor}", section.title) for section in sections)
    return f'\n<nav aria-label="On this page">\n{write.document(links)}\n</nav>' if sections else ""


def _head(review: Review) -> Content:
    return (
        Paragraph(Small(f"Review of a change to {cut(review.after.plan.header.title)}")),
        Section(
            1,
            message(headline_of(review)),
            "",
            Paragraph((size_line(ReviewFrame(review, _LONGEST)), Break(), Small(sides_line(review)))),
        ),
    )


def _same(review: Review) -> str:
    """The text of a page without sections."""
    if review.older == "plan":
        return "No change to the plan. Reordering and formatting are ignored."
    return "Nothing was compared."


def _hash(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _sections(review: Review) -> tuple[Section, ...]:
    frame = ReviewFrame(review, _LONGEST)
    edits = (edit_list(frame, _NO_LIMIT), minor_effects(frame, _NO_LIMIT), wording_list(frame, _NO_LIMIT))
    audit = tuple(Section(3, title, "", part) for title, part in finding_lists(frame, _NO_LIMIT))
    return (
        Section(2, "Changes", "changes", edits),
        Section(2, "Schedule changes", "schedule", _moves(review)),
        Section(2, "Who should look", "people", question_list(frame, _NO_LIMIT)),
        Section(2, "Affected dependencies", "graph", _graph(neighbourhood(review))),
        Section(2, "Why these dates", "why", date_reasons(frame, _NO_LIMIT)),
        Section(2, "Audit findings", "audit", audit),
    )


def _moves(review: Review) -> Flow:
    """A chart of the windows that move, `MOST_MOVES` at most, with its legend."""
    rows = moves(review)
    if not rows:
        return ()
    omitted = len(rows) - MOST_MOVES
    legend = f"{MOVES_LEGEND} And {omitted:,} more." if omitted > 0 else MOVES_LEGEND
    chart = partial(moves_picture, rows[:MOST_MOVES], review)
    return (Figure(chart, "Windows before and after the change"), Small(legend))


def _graph(near: Neighbourhood) -> Flow:
    if not near.sprints:
        return ()
    omitted = omitted_note(near)
    legend = (Small(LEGEND), *((Break(), Small(omitted)) if omitted else ()))
    return (Figure(partial(picture, near), "Dependencies affected by the change"), legend)
