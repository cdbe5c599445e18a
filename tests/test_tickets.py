"""Ids of tickets in the plan's texts are links to its tracker; code, addresses and all other text stay as they are."""

from functools import partial
from html import unescape
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import Facts, analyse
from masterplan.analyse.changes import Review, compare
from masterplan.render import blocks, views
from masterplan.render.blocks import Hyperlink, Inline, Paragraph
from masterplan.render.links import Links
from masterplan.render.macro import MACROS, Context
from masterplan.render.prose import prose_box
from masterplan.render.review import comment, page
from masterplan.render.tickets import with_tickets
from masterplan.render.write import html
from tests.plans import entry, plan, sprint

assert views

TRACKER = {"any": "https://tickets.example.org/browse/{id}"}
SEVERAL = {"OPS": "https://ops.example.org/{id}", "#": "https://code.example.org/issues/{id}"}
HOSTILE = '<img src=x onerror=alert(1)> OPS-1"><script> [a](javascript:1) `OPS-2` {{ 7*7 }} #3'

ids = st.from_regex(r"[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,8}", fullmatch=True)
numbers = st.from_regex(r"#[1-9][0-9]{0,8}", fullmatch=True)


def links(content: Inline) -> list[tuple[str, str]]:
    """The text and the address of every link in some text."""
    pieces = content if isinstance(content, tuple) else (content,)
    return [(str(piece.label), piece.href) for piece in pieces if isinstance(piece, Hyperlink)]


@given(st.text())
def test_a_text_says_the_same_with_its_links(text: str) -> None:
    content: Inline = with_tickets(text, TRACKER)
    pieces = content if isinstance(content, tuple) else (content,)
    assert "".join(str(piece.label if isinstance(piece, Hyperlink) else piece) for piece in pieces) == text
    assert with_tickets(text, {}) is text


@given(st.lists(ids | numbers, min_size=1), st.sampled_from([" ", ", ", "; ", ". ", ") (", ': "', "! "]))
def test_every_id_by_itself_leads_to_its_ticket(found: list[str], between: str) -> None:
    text = f"({between.join(found)})."
    assert links(with_tickets(text, TRACKER)) == [(id_, TRACKER["any"].format(id=id_.strip("#"))) for id_ in found]


@given(
    ids | numbers,
    st.sampled_from(
        [
            "`{}`",
            "`a {} b`",
            "https://a.example/{}",
            "ftp://a.example/?q={}",
            "docs/{}.md",
            "{}.md",
            "a{}",
            "{}a",
            "{}/x",
        ]
    ),
)
def test_code_addresses_paths_and_parts_of_words_stay(id_: str, around: str) -> None:
    text = f"see {around.format(id_)} for more"
    assert with_tickets(text, TRACKER) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "OPS-412 and #7",
            [("OPS-412", "https://ops.example.org/OPS-412"), ("#7", "https://code.example.org/issues/7")],
        ),
        ("UTF-8, ISO-8601", []),
        ("ops-412, OPS-0, OPS-04, #0, #1234567890, A-1, TOOLONGAKEY1-2", []),
        ("OPS-41\N{HORIZONTAL ELLIPSIS}", []),
    ],
)
def test_a_tracker_by_beginnings_takes_these_alone(text: str, expected: list[tuple[str, str]]) -> None:
    assert links(with_tickets(text, SEVERAL)) == expected


def test_markdown_of_the_plan_has_links_in_text_but_not_in_its_links_and_code() -> None:
    box = prose_box("- see OPS-1\n- **OPS-2**\n- [OPS-3](https://a.example/)\n- `OPS-4`\n- <https://a.example/OPS-5>")
    tree = LexborHTMLParser(html.document(with_tickets(box, TRACKER)))
    assert [link.text() for link in tree.css("a[href^='https://tickets.']")] == ["OPS-1", "OPS-2"]
    assert tree.text() == LexborHTMLParser(html.document(box)).text()


def test_hostile_text_stays_text() -> None:
    tree = LexborHTMLParser(html.document(Paragraph(with_tickets(HOSTILE, TRACKER))))
    assert tree.text().strip() == HOSTILE
    assert [(node.tag, node.attributes.get("href")) for node in tree.css("p *")] == [
        ("a", "https://tickets.example.org/browse/OPS-1"),
        ("a", "https://tickets.example.org/browse/3"),
    ]


LEFT = {
    "Hyperlink.label",
    "Folded.summary",
    "Matrix.rows",
    "Neighbours.before",
    "Neighbours.after",
    "Definitions.pairs",  # with a test of its own
    "Columns.groups",
}
"""Fields with text in which no link may stand, or that are taken apart in a way of their own."""


def test_every_kind_of_block_is_looked_through() -> None:
    """A new block whose text lies in a field of another name fails here."""
    kinds = [kind for kind in vars(blocks).values() if isinstance(kind, type) and "__dataclass_fields__" in vars(kind)]
    holding = {
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name, hint in get_type_hints(kind).items()
        if any(word in str(hint) for word in ("Span", "Flow", "Row", "Card"))
    }
    looked_through = {
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name in (
            "below",
            "body",
            "cards",
            "cells",
            "content",
            "foot",
            "items",
            "narrow",
            "note",
            "rows",
            "title",
            "value",
        )
        if name in vars(kind)["__dataclass_fields__"]
    }
    assert holding - looked_through == LEFT - {"Matrix.rows"}


def test_values_columns_and_notes_have_links_and_names_have_none() -> None:
    pairs = blocks.Definitions((("OPS-1", "OPS-2"),))
    columns = blocks.Columns((("OPS-3", "OPS-4"),))
    cards = blocks.Cards((blocks.Card("OPS-5", "OPS-6", "OPS-7"),))
    figure = blocks.Figure(partial(str, "<svg></svg>"), "OPS-8", blocks.Paragraph("OPS-9"))
    listing = blocks.Listing("OPS-10", "OPS-11", "OPS-12")
    tree = LexborHTMLParser(html.document(with_tickets((pairs, columns, cards, figure, listing), TRACKER)))
    assert [link.text() for link in tree.css("a")] == [f"OPS-{number}" for number in (2, 4, 6, 7, 9, 12)]


def test_pages_link_the_tickets_of_titles_descriptions_and_reasons() -> None:
    one = sprint("1", title="Fix OPS-1", description="Like #2.", tasks=[{"title": "Read OPS-3"}])
    of = plan(
        one,
        tracker=SEVERAL,
        entries=[entry("1", "2025-01-06", "blocked", note="Waits for OPS-412")],
    )
    context = Context(analyse(of), Links("sprints/SPRINT_1.md", {"1": "sprints/SPRINT_1.md"}, {}), {"plan": ""}, {})
    tree = LexborHTMLParser(str(MACROS["sprint_page"].call(context, "1")))
    assert {"OPS-3", "#2", "OPS-412"} <= {link.text() for link in tree.css("a[rel]")}
    assert not tree.css("a a")


def test_a_review_takes_the_tracker_of_the_older_plan() -> None:
    """A branch that names another tracker leads nobody there."""

    def facts(impact: str, tracker: str) -> Facts:
        return analyse(plan(sprint("1", impact=impact), tracker=tracker))

    before, after = facts("Nothing", TRACKER["any"]), facts("Closes OPS-412", "https://evil.example/{id}")
    review = Review(before, after, compare(before, after), "main", "branch")
    for text in (comment.markdown(review), unescape(page.html(review))):
        assert "https://tickets.example.org/browse/OPS-412" in text
        assert "evil.example/OPS" not in text
    unread = Review(before, after, compare(before, after), "main", "branch", older="unreadable")
    assert "tickets.example.org/browse/OPS" not in comment.markdown(unread)


def test_links_that_would_make_a_comment_too_long_are_left_out() -> None:
    def facts(note: str) -> Facts:
        far = f"https://tickets.example.org/{'x' * 900}/{{id}}"
        sprints = [sprint(str(n), impact=f"{note} {' '.join(f'OPS-{n}{m}' for m in range(10))}") for n in range(1, 60)]
        return analyse(plan(*sprints, tracker=far))

    before, after = facts("Before"), facts("After")
    text = comment.markdown(Review(before, after, compare(before, after), "main", "branch"))
    assert len(text) <= comment.MOST_CHARACTERS
    assert "OPS-1" in text
    assert "tickets.example.org" not in text
