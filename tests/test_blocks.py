"""Blocks have the same words as HTML and as Markdown, and empty ones have no text at all."""

import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from masterplan.publish.project import open_project
from masterplan.publish.reference import MACROS
from masterplan.render import blocks
from masterplan.render.blocks import (
    Abbreviation,
    Absent,
    Banner,
    Block,
    Box,
    Break,
    Card,
    Cards,
    Chip,
    Code,
    Columns,
    Content,
    Definitions,
    Emphasis,
    Figure,
    Folded,
    Hyperlink,
    ItemList,
    Listing,
    Matrix,
    Missing,
    Neighbours,
    Numbers,
    Paragraph,
    Picture,
    Preformatted,
    Quotation,
    Quote,
    Revised,
    Section,
    ShortDate,
    Small,
    Span,
    Strong,
    TickBox,
    Unsearched,
)
from masterplan.render.compose import items, row, table
from masterplan.render.escape import plain
from masterplan.render.macro import Context
from masterplan.render.prose import prose, prose_box
from masterplan.render.write import html, markdown, search
from tests.test_macros import full, needed

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["full"]

ROOT = Path(__file__).parent.parent
HOSTILE = (
    "1. one",
    "- one",
    "# one",
    "> one",
    "| a | b |",
    "---",
    "a\n===",
    "*a* **b** _c_ ~~d~~ `e` ``f` $g$",
    "[a](javascript:b) ![c](d) [e]: f",
    "<b>a</b> <!-- b --> &amp; &#60; \\",
    "    code",
    "```",
    "a  \nb",
)


@pytest.fixture(scope="module")
def seed() -> Context:
    return open_project(ROOT).context("guide/page.md")


def words(page: str) -> list[str]:
    """The words of HTML, of its pictures their names."""
    tree = LexborHTMLParser(f"<main>{page}</main>")
    for picture in tree.css("figure, img"):
        picture.replace_with(picture.attributes["aria-label" if picture.tag == "figure" else "alt"] or "")
    return re.findall(r"\w+", tree.css("main")[0].text(separator=" "))


def as_html_and_markdown(content: Content) -> tuple[str, str]:
    """A view as HTML, and its Markdown converted to HTML."""
    return html.document(content), github_flavored_markdown_to_html(markdown.document(content))


CALLS = [(name, plan) for name in MACROS for plan in ("seed", "full") if (name, plan) != ("person_page", "seed")]
"""Every macro with each plan for which it shows something."""


@pytest.mark.parametrize(("name", "plan"), CALLS)
def test_a_macro_has_the_same_words_in_html_markdown_and_search(
    name: str, plan: str, request: pytest.FixtureRequest
) -> None:
    values = needed(MACROS[name]) | ({"phase": "1"} if (name, plan) == ("phase_page", "seed") else {})
    content = MACROS[name].content(request.getfixturevalue(plan), **values)
    of_html, of_markdown = as_html_and_markdown(content)
    assert words(of_html) == words(of_markdown)
    assert set(words(search.document(content))) <= set(words(of_html))


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30)))
def test_a_text_reads_the_same_in_html_and_markdown(text: str) -> None:
    content = (Paragraph(("x", text, "x")), items([("x", text, "x")]), table("x", ["x"], [row(("x", text, "x"))]))
    of_html, of_markdown = as_html_and_markdown(content)
    spaced = f"{' ' * text[:1].isspace()}{plain(text)}{' ' * (text[-1:].isspace() and bool(plain(text)))}"
    for page in (of_html, of_markdown):
        tree = LexborHTMLParser(page)
        shown = [tree.css("p")[0], tree.css("li")[0], tree.css("tbody td")[0]]
        assert [" ".join(node.text().split()) for node in shown] == [" ".join(f"x{spaced}x".split())] * 3


@st.composite
def empty(draw: st.DrawFn) -> Content:
    """Content without any text."""
    inside = draw(st.one_of(st.just(""), st.just(()), st.deferred(empty)))
    around: Callable[[Any], Content] = draw(
        st.sampled_from(
            (
                lambda content: (content, content),
                lambda content: Section(2, "Title", "title", content),
                lambda content: Box(content, "risk"),
                lambda content: Folded("Summary", content),
                lambda content: Banner("ok", "", content),
                lambda content: Columns((("Title", content),)),
                lambda content: items([content, content]),
                lambda _: table("Caption", ["Heading"], []),
                lambda _: Cards(()),
                lambda _: Neighbours(),
            )
        )
    )
    return around(inside)


@given(empty())
def test_empty_content_writes_nothing(content: Content) -> None:
    assert html.document(content) == html.page(content) == markdown.document(content) == search.document(content) == ""


@given(empty())
def test_an_empty_cell_shows_a_dash(content: Any) -> None:
    shown = LexborHTMLParser(html.document(table("Caption", ["One", "Two"], [row("1", content)], whole=True)))
    assert [cell.text() for cell in shown.css("tbody td")] == ["1", "\u2014"]


EVERY = (
    Hyperlink("a.html", "one"),
    Code("two"),
    Strong("three"),
    Emphasis("four"),
    Quotation("five"),
    Small("six"),
    Missing("seven"),
    Absent("eight"),
    Unsearched("nine"),
    Chip("done", "ten"),
    Abbreviation("eleven", "A number."),
    ShortDate(date(2026, 10, 12), "twelve Oct"),
    Revised("removed", "twelve"),
    Revised("inserted", "thirteen"),
    Picture("a.svg", "fourteen"),
    TickBox(),
    Break(),
    Paragraph("fifteen", "title"),
    items(["sixteen", ItemList(("seventeen",), ordered=True, start=3)]),
    table("eighteen", ["nineteen", Numbers("twenty")], [row("1", 2)], foot=[row("3", 4)]),
    Matrix("five", "six", ("seven",), (("eight", ((1, "nine"),)),)),
    Cards((Card("ten", "eleven", "twelve"),)),
    Definitions((("fourteen", "fifteen"),)),
    Columns((("sixteen", items(["seventeen"])),)),
    Figure(partial(str, "<svg></svg>"), "eighteen"),
    Folded("twenty", Paragraph("one")),
    Folded("twenty", "one", anchor="one"),
    Banner("bad", ("one ", Strong("two")), ("three", items(["four"]))),
    Box("two", "risk"),
    Quote(Paragraph("three")),
    Preformatted("four\n\n  five ```", language="six"),
    Listing("seven", "eight\n  nine\n"),
    Neighbours("ten", "eleven"),
)
"""An instance of each block and span."""


def test_each_block_has_the_same_words_in_html_and_markdown() -> None:
    kinds = {
        kind.__name__
        for kind in (*Span.__subclasses__(), *Block.__subclasses__())
        if kind.__module__ == blocks.__name__
    }
    assert {type(part).__name__ for part in EVERY} == kinds
    for part in EVERY:
        of_html, of_markdown = as_html_and_markdown(part)
        assert words(of_html) == words(of_markdown), part
        assert set(words(search.document(part))) <= set(words(of_html)), part


def test_unsearched_content_has_no_search_text() -> None:
    kept: tuple[Content, ...] = (
        Section(2, "one", "one", "two", searched=False),
        Paragraph("one", searched=False),
        Box("one", searched=False),
        Folded("one", "two", searched=False),
        Unsearched("one"),
        table("one", ["two"], [row(Hyperlink("a.html", "three"))]),
        Figure(partial(str, "<svg></svg>"), "one", narrow="two"),
        Listing("one", "two\n"),
        Neighbours("one"),
    )
    assert [part for part in kept if search.document(part)] == []
    assert search.document(("Ends.", Paragraph("no end"), Box("<b>"))) == "<p>Ends.</p><p>no end.</p><p>&lt;b&gt;.</p>"


def test_blocks_in_a_cell_have_the_same_words_in_html_and_markdown() -> None:
    in_cells: tuple[Block, ...] = (
        Paragraph("a"),
        items(["a", "b"]),
        Box("a"),
        Quote("a"),
        Folded("a", "b"),
        Banner("warn", "a", "b"),
        Preformatted("a | b\nc"),
    )
    for part in in_cells:
        of_html, of_markdown = as_html_and_markdown(table("x", ["y"], [row((part, "z"))]))
        assert words(of_html) == words(of_markdown), part


def test_a_short_date_has_the_full_date_as_title() -> None:
    html = LexborHTMLParser(as_html_and_markdown(ShortDate(date(2026, 10, 2), "2 Oct"))[0]).css("time")[0]
    assert (html.text(), html.attributes["datetime"], html.attributes["title"]) == ("2 Oct", "2026-10-02", "2026-10-02")


MARKDOWN = """\
# A plan's *section*

What follows needs no empty line:
- [ ] open
- [x] **met**
  - below it

3. third

```yaml
key: {{ 7*7 }}

  <b>kept</b>
```

| Time | Cost |
| --- | ---: |
| 9:00 | `one` <key><br>two | beyond |
| 10:00 |

> ~~gone~~ [safe](https://example.org/) [near](page.md) [bad](javascript:run) ![picture](https://example.org/p.png)

Below
=====
<script>run()</script> {% raw %} <!-- seen -->
"""


def test_markdown_of_a_plan_is_shown_whole_without_headings() -> None:
    of_html, of_markdown = as_html_and_markdown(prose_box(MARKDOWN))
    assert words(of_html) == words(of_markdown)
    page = LexborHTMLParser(of_html)

    def texts(selector: str) -> list[str]:
        return [" ".join(node.text().split()) for node in page.css(selector)]

    assert texts("h1, h2, h3, h4, h5, h6, script, key, b, img") == []
    assert texts(".mp-column__title") == ["A plan's section", "Below"]
    assert texts("ul > li") == ["\u2610 open", "\u2611 met below it", "below it"]
    assert [node.attributes["start"] for node in page.css("ol")] == ["3"]
    assert [node.text().replace("\u200b", "") for node in page.css("pre code")] == ["key: {{ 7*7 }}\n\n  <b>kept</b>\n"]
    assert texts("thead th") == ["Time", "Cost"]
    assert texts("tbody td") == ["9:00", "one <key> two", "beyond", "10:00", "", ""]
    assert texts("td.mp-number")[0] == "one <key> two"
    assert [node.attributes["href"] for node in page.css("a")] == ["https://example.org/", "https://example.org/p.png"]
    assert texts("blockquote") == ["gone safe near [bad](javascript:run) picture"]
    assert texts("p")[-1] == "<script>run()</script> {% raw %} <!-- seen -->"
    assert not {"{{", "{%", "\n\n"} & {of_html[n : n + 2] for n in range(len(of_html))}


@given(st.text("ab *_`~[]()<>|-#=>:.!&\\/1\n\t", max_size=80))
def test_markdown_of_a_plan_becomes_only_harmless_elements(text: str) -> None:
    page = html.document(prose(text))
    tags = {node.tag for node in LexborHTMLParser(f"<main>{page}</main>").css("main *")}
    assert tags <= {
        "a", "blockquote", "br", "caption", "code", "del", "div", "em", "li", "ol", "p", "pre", "strong", "table",
        "tbody", "td", "th", "thead", "tr", "ul",
    }  # fmt: skip
    assert "\n\n" not in page
