"""Ticket ids in the plan's texts are links to its tracker; code, addresses and other text do not change."""

from functools import partial
from html import unescape
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import Facts, analyse
from masterplan.analyse.changes import Review, compare
from masterplan.render import blocks
from masterplan.render.blocks import Hyperlink, Inline, Paragraph
from masterplan.render.links import Links
from masterplan.render.macro import Context
from masterplan.render.prose import prose_box
from masterplan.render.review import comment, page
from masterplan.render.tickets import with_tickets
from masterplan.render.write import html
from tests.macro_output import html_of
from tests.plans import entry, plan, sprint

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
def test_links_do_not_change_the_text(text: str) -> None:
    content: Inline = with_tickets(text, TRACKER)
    pieces = content if isinstance(content, tuple) else (content,)
    assert "".join(str(piece.label if isinstance(piece, Hyperlink) else piece) for piece in pieces) == text
    assert with_tickets(text, {}) is text


@given(st.lists(ids | numbers, min_size=1), st.sampled_from([" ", ", ", "; ", ". ", ") (", ': "', "! "]))
def test_every_separate_id_is_a_link(ticket_ids: list[str], between: str) -> None:
    text = f"({between.join(ticket_ids)})."
    assert links(with_tickets(text, TRACKER)) == [(id_, TRACKER["any"].format(id=id_.strip("#"))) for id_ in ticket_ids]


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
def test_ids_in_code_addresses_paths_and_words_are_not_links(id_: str, around: str) -> None:
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
def test_a_tracker_for_prefixes_links_only_their_ids(text: str, expected: list[tuple[str, str]]) -> None:
    assert links(with_tickets(text, SEVERAL)) == expected


def test_in_markdown_ids_are_links_except_in_links_and_code() -> None:
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


NOT_SEARCHED = {
    "Hyperlink.label",
    "Folded.summary",
    "Matrix.rows",
    "Neighbours.before",
    "Neighbours.after",
    "Definitions.pairs",  # with a test of its own
    "Columns.groups",
}
"""Fields whose text must have no links, or that are handled separately."""


def test_every_block_type_is_searched_for_ids() -> None:
    """A new block type with text in a field of another name fails here."""
    kinds = [kind for kind in vars(blocks).values() if isinstance(kind, type) and "__dataclass_fields__" in vars(kind)]
    with_text = {
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name, hint in get_type_hints(kind).items()
        if any(word in str(hint) for word in ("Span", "Flow", "Row", "Card"))
    }
    searched = {
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
    assert with_text - searched == NOT_SEARCHED - {"Matrix.rows"}


def test_values_columns_and_notes_have_links_but_names_do_not() -> None:
    pairs = blocks.Definitions((("OPS-1", "OPS-2"),))
    columns = blocks.Columns((("OPS-3", "OPS-4"),))
    cards = blocks.Cards((blocks.Card("OPS-5", "OPS-6", "OPS-7"),))
    figure = blocks.Figure(partial(str, "<svg></svg>"), "OPS-8", blocks.Paragraph("OPS-9"))
    listing = blocks.Listing("OPS-10", "OPS-11", "OPS-12")
    tree = LexborHTMLParser(html.document(with_tickets((pairs, columns, cards, figure, listing), TRACKER)))
    assert [link.text() for link in tree.css("a")] == [f"OPS-{number}" for number in (2, 4, 6, 7, 9, 12)]


def test_pages_link_the_tickets_of_titles_descriptions_and_reasons() -> None:
    ticketed = sprint("1", title="Fix OPS-1", description="Like #2.", tasks=[{"title": "Read OPS-3"}])
    example = plan(
        ticketed,
        tracker=SEVERAL,
        entries=[entry("1", "2025-01-06", "blocked", note="Waits for OPS-412")],
    )
    context = Context(
        analyse(example), Links("sprints/SPRINT_1.md", {"1": "sprints/SPRINT_1.md"}, {}), {"plan": ""}, {}
    )
    tree = LexborHTMLParser(str(html_of("sprint_page", context, "1")))
    assert {"OPS-3", "#2", "OPS-412"} <= {link.text() for link in tree.css("a[rel]")}
    assert not tree.css("a a")


def test_a_review_uses_the_tracker_of_the_base_plan() -> None:
    """So a branch cannot add links to another tracker."""

    def facts(impact: str, tracker: str) -> Facts:
        return analyse(plan(sprint("1", impact=impact), tracker=tracker))

    before, after = facts("Nothing", TRACKER["any"]), facts("Closes OPS-412", "https://evil.example/{id}")
    review = Review(before, after, compare(before, after), "main", "branch")
    for text in (comment.markdown(review), unescape(page.html(review))):
        assert "https://tickets.example.org/browse/OPS-412" in text
        assert "evil.example/OPS" not in text
    unread = Review(before, after, compare(before, after), "main", "branch", older="unreadable")
    assert "tickets.example.org/browse/OPS" not in comment.markdown(unread)


def test_a_comment_that_would_be_too_long_has_no_ticket_links() -> None:
    def facts(note: str) -> Facts:
        far = f"https://tickets.example.org/{'x' * 900}/{{id}}"
        sprints = [sprint(str(n), impact=f"{note} {' '.join(f'OPS-{n}{m}' for m in range(10))}") for n in range(1, 60)]
        return analyse(plan(*sprints, tracker=far))

    before, after = facts("Before"), facts("After")
    text = comment.markdown(Review(before, after, compare(before, after), "main", "branch"))
    assert len(text) <= comment.MOST_CHARACTERS
    assert "OPS-1" in text
    assert "tickets.example.org" not in text
