"""A finished page has the same texts, attributes and scripts in fewer bytes."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from masterplan.publish.finish import drop_unused, lighter, with_names
from masterplan.render.escape import escape
from tests.test_escape import HOSTILE

SCRIPT = "<script>\n  var one = '&#46;';\n\n  two()\n</script>"
PAGE = """<html>
  <head>
    <title>{0}</title>
    {1}
  </head>

  <body>
    <nav><a href="{0}">  {0}  </a></nav>
    <article class="md-content__inner">
<pre>  {0}

  {0}</pre>
<p title="{0}">{0}</p>
    </article>
    {1}
  </body>
</html>
"""

texts = st.text() | st.text(st.characters(max_codepoint=0x7F)) | st.sampled_from(HOSTILE)


def elements(html: str) -> list[tuple[str | None, dict[str, str | None], str]]:
    """Every element with its attributes and text; blanks are collapsed except where they are shown."""
    nodes = LexborHTMLParser(html).css("*")
    return [
        (n.tag, n.attributes, n.text() if n.tag in {"pre", "script"} else " ".join(n.text().split())) for n in nodes
    ]


@given(texts)
def test_a_lighter_page_has_the_same_content(text: str) -> None:
    page = PAGE.format(escape(text), SCRIPT)
    lighter_page = lighter(page)

    assert elements(lighter_page) == elements(page)
    assert lighter_page.count(SCRIPT) == 2
    assert len(lighter_page) < len(page)


def test_a_page_without_an_article_is_unchanged() -> None:
    page = "<body>\n\n  <pre>\n  x\n</pre>\n</body>"

    assert lighter(page) == page


def theme(site: Path, languages: list[str]) -> None:
    """Write files of a theme and a team: scripts, styles and their maps, other languages, and a map of a town."""
    index = {"config": {"lang": languages}, "docs": []}
    files = ("bundle.js", "bundle.js.map", "workers/search.js.map", "lunr/min/lunr.de.min.js")
    for path in (
        *(f"assets/javascripts/{name}" for name in files),
        "assets/stylesheets/main.css.map",
        "assets/town.map",
    ):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text("x", encoding="utf-8")
    (site / "search").mkdir()
    (site / "search" / "search_index.json").write_text(json.dumps(index), encoding="utf-8")


@pytest.mark.parametrize(("languages", "kept"), [(["en"], False), (["de"], True), (["en", "de"], True)])
def test_files_that_no_page_uses_are_dropped(languages: list[str], kept: bool, tmp_path: Path) -> None:  # noqa: FBT001
    theme(tmp_path, languages)
    drop_unused(tmp_path)

    left = {
        path.relative_to(tmp_path / "assets").as_posix() for path in tmp_path.rglob("assets/**/*") if path.is_file()
    }
    assert left == {"javascripts/bundle.js", "town.map"} | ({"javascripts/lunr/min/lunr.de.min.js"} if kept else set())


def test_a_site_without_such_files_is_unchanged(tmp_path: Path) -> None:
    drop_unused(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_section_of_the_navigation_has_its_title_as_accessible_name() -> None:
    """The theme leaves the name empty if the section has a page of its own."""
    section = (
        '<label id="__nav_1_label"></label><nav class="md-nav" data-md-level="1" aria-labelledby="__nav_1_label">'
        '<label class="md-nav__title" for="__nav_1"><span class="md-icon"></span> R&amp;D "now" </label></nav>'
    )
    [nav] = LexborHTMLParser(with_names(section)).css("nav")
    assert nav.attributes["aria-label"] == 'R&D "now"'
    assert "aria-labelledby" not in nav.attributes
