"""A review as one HTML page that opens from an artifact: no scripts, no requests, no other files.

Its security policy allows the style sheet that it carries, by its hash, and nothing else.
"""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from masterplan.analyse.changes import Review
from masterplan.render.blocks import Break, Code, Content, Figure, Flow, Hyperlink, Paragraph, Section, Small, is_empty
from masterplan.render.compose import items, message
from masterplan.render.escape import cut
from masterplan.render.review.frame import (
    ReviewFrame,
    edit_list,
    findings,
    people,
    reasons,
    sizes,
    smaller,
    wording_list,
)
from masterplan.render.review.graph import LEGEND, Neighbourhood, left_out, neighbourhood, picture
from masterplan.render.review.headline import headline_of
from masterplan.render.review.moves import LINES, MOST_MOVES, moves, moves_picture
from masterplan.render.tickets import with_tickets
from masterplan.render.write import html as write

_LONGEST = 2_000
"""Characters shown of a text."""
_WHOLE = 0
"""The room of a part that is shown as a whole."""

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
    compared = ("Compared ", Code(review.base), " with ", Code(review.head))
    return (
        Paragraph(Small(f"Review of a change to {cut(review.after.plan.header.title)}")),
        Section(
            1,
            message(headline_of(review)),
            "",
            Paragraph((sizes(ReviewFrame(review, _LONGEST)), Break(), Small(compared))),
        ),
    )


def _same(review: Review) -> str:
    """What stands in place of sections where there are none."""
    if review.older == "plan":
        return "No change to the plan. Reordering and formatting are ignored."
    return "Nothing was compared."


def _hash(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _sections(review: Review) -> tuple[Section, ...]:
    frame = ReviewFrame(review, _LONGEST)
    audit = tuple(Section(3, title, "", part) for title, part in findings(frame, _WHOLE))
    return (
        Section(
            2, "Changes", "changes", (edit_list(frame, _WHOLE), smaller(frame, _WHOLE), wording_list(frame, _WHOLE))
        ),
        Section(2, "Schedule changes", "schedule", _moves(review)),
        Section(2, "Who should look", "people", people(frame, _WHOLE)),
        Section(2, "Dependencies it touches", "graph", _graph(neighbourhood(review))),
        Section(2, "Why these dates", "why", reasons(frame, _WHOLE)),
        Section(2, "Audit findings", "audit", audit),
    )


def _moves(review: Review) -> Flow:
    """The windows that move, the first of them as a chart."""
    rows = moves(review)
    if not rows:
        return ()
    left = len(rows) - MOST_MOVES
    legend = f"{LINES} And {left:,} more." if left > 0 else LINES
    return (Figure(moves_picture(rows[:MOST_MOVES], review), "Windows before and after the change"), Small(legend))


def _graph(touched: Neighbourhood) -> Flow:
    if not touched.sprints:
        return ()
    rest = left_out(touched)
    legend = (Small(LEGEND), *((Break(), Small(rest)) if rest else ()))
    return (Figure(picture(touched), "What the change touches"), legend)
