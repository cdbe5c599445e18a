"""Plan text stays text in Markdown with many extensions, and in HTML and XML parsers."""

import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser

from masterplan.publish.project import open_project
from masterplan.render.escape import escape, markdown_safe, plain
from tests.macro_output import html_of
from tests.plans import BASE, write_plan

EXTENSIONS = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "meta",
    "nl2br",
    "sane_lists",
    "smarty",
    "tables",
    "toc",
    "wikilinks",
    "pymdownx.betterem",
    "pymdownx.caret",
    "pymdownx.critic",
    "pymdownx.details",
    "pymdownx.emoji",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.keys",
    "pymdownx.magiclink",
    "pymdownx.mark",
    "pymdownx.smartsymbols",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.tilde",
)
# Places on a page for the output of a macro.
CONTEXTS = (
    "{}",
    "before {} after",
    "# {}",
    "- {}",
    "> {}",
    "| a | b |\n|---|---|\n| {} | x |",
    "[{}](page.md)",
    "**{}**",
    "!!! note\n    {}",
    "<div>\n{}\n</div>",
    '<p title="x">{}</p>',
)
HOSTILE = (
    "<script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "`code` ```fence``` ~~~",
    "{{ config }} {% raw %} {# #}",
    "[x](javascript:alert(1)) ![y](z) [[wiki]]",
    "| a | b |",
    "--- === *** ___",
    "&lt;b&gt; &amp; &#60; &copy",
    "1. one",
    "    indented",
    "{: #id .class onclick=x}",
    "[TOC] [^1] *[HTML]: x",
    ":smile: ++ctrl+a++ ==mark== ^sup^ ~sub~ {++add++}",
    "https://example.org www.example.org a@example.org @user #1",
    "line one\n\n# line two\r\n\tthree\x0bfour\u2028five",
    "\x02wzxhzdk:0\x03 \x00 \ud800 \ufdd0 \uffff",
    "C:\\path \\* \\u0041 $x$ \\(y\\)",
    "(c) (tm) 1/2 -> 1st",
    "\u202eright to left\u202c 👩\u200d💻",
)

anything = st.text() | st.text(st.characters(max_codepoint=0x7F)) | st.lists(st.sampled_from(HOSTILE)).map("".join)


@cache
def converter() -> Markdown:
    return Markdown(extensions=EXTENSIONS)


def shown(source: str) -> str:
    """The text of a Markdown page as a reader sees it, with blanks collapsed."""
    body = LexborHTMLParser(converter().reset().convert(source)).body
    assert body is not None
    return plain(body.text())


def read_xml(markup: str) -> tuple[str, dict[str, str]]:
    """The text and the attributes of one element."""
    texts: list[str] = []
    attributes: dict[str, str] = {}
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, values: attributes.update(values)
    parser.CharacterDataHandler = texts.append
    parser.ParseFile(BytesIO(markup.encode()))
    return "".join(texts), attributes


@given(anything)
@pytest.mark.parametrize("context", CONTEXTS)
def test_markdown_shows_the_text_unchanged(context: str, text: str) -> None:
    expected = shown(context.format("TEXT")).replace("TEXT", plain(text))

    assert shown(context.format(markdown_safe(escape(text)))) == plain(expected)


@given(anything)
def test_markdown_leaves_the_attributes_and_the_text_of_an_element_unchanged(text: str) -> None:
    element = f'<a href="https://example.org/{escape(text)}" title="{escape(text)}">{escape(text)}</a>'

    body = LexborHTMLParser(converter().reset().convert(f"before {markdown_safe(element)} after")).css_first("a")

    assert body is not None
    assert body.attributes == {"href": f"https://example.org/{plain(text)}", "title": plain(text)}
    assert body.text() == plain(text)


@given(anything)
def test_parsers_return_the_text_of_content_and_attributes(text: str) -> None:
    markup = f'<p title="{escape(text)}">{escape(text)}</p>'

    node = LexborHTMLParser(markup).css_first("p")

    assert node is not None
    assert node.text() == node.attributes["title"] == plain(text)
    assert read_xml(markup) == (plain(text), {"title": plain(text)})


@given(anything)
def test_escaped_text_has_no_markup_and_no_braces(text: str) -> None:
    assert not set(escape(text)) & set("<>\"'{}")


@given(anything)
def test_text_for_markdown_has_only_letters_digits_blanks_and_references(text: str) -> None:
    ascii_part = "".join(char for char in markdown_safe(escape(text)) if char.isascii())

    assert not set(ascii_part) - set("&#; 0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def test_text_in_latin_signs_needs_no_references() -> None:
    assert escape("v1.5 (50-100%): docs/a_b.md") == "v1.5 (50-100%): docs/a_b.md"


@given(anything)
@example("\ud800a\x00b\ufffe")
def test_plain_text_is_one_line_without_control_characters(text: str) -> None:
    line = plain(text)

    assert line == plain(line) == " ".join(line.split())
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in line)
    assert line.encode().decode() == line


def test_words_and_signs_of_other_scripts_are_kept() -> None:
    assert plain(" データ\u3000ベース\n👩\u200d💻 ") == "データ ベース 👩\u200d💻"
    assert escape("Größe <1s") == "Größe &#60;1s"


# Macros that show the title of sprint 1, of phase 1 or of the option after words of our own.
SHOWING_TITLES = {
    "sprint_page": ("1",),
    "sprint_table": (),
    "sprint_link_to": ("1",),
    "join_table": (),
    "phase_page": ("1",),
    "phase_progress": (),
    "option_list": (),
    "completion_report": ("1",),
    "phase_list": (),
    "sprint_details": (),
}


@pytest.mark.parametrize("title", ["שלום (v2)", "مرحبا: 3 أيام", "Latin, then עברית"])
def test_a_right_to_left_title_is_isolated(title: str, tmp_path: Path) -> None:
    titled = {"sprints/1-a.yml": "A", "phases.yml": "First", "options.yml": "One"}
    files = BASE | {path: BASE[path].replace(f"title: {old}", f'title: "{title}"') for path, old in titled.items()}
    context = open_project(write_plan(tmp_path, files)).context("index.md")
    for name, arguments in SHOWING_TITLES.items():
        html = Markdown().convert(html_of(name, context, *arguments))
        assert title in [node.text() for node in LexborHTMLParser(html).css("bdi")], name


def test_other_titles_are_not_isolated(tmp_path: Path) -> None:
    context = open_project(write_plan(tmp_path, BASE)).context("index.md")
    assert "<bdi>" not in html_of("sprint_table", context)
