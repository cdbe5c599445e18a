"""The plan on paper: a summary on page 1, a page for each sprint, then the rest; as PDF and printed from a browser."""

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from benchmarks.generate import TODAY
from benchmarks.generate import write_plan as write_generated_plan
from masterplan.cli import app as cli
from masterplan.errors import BuildError
from masterplan.publish.pdf import pdf
from masterplan.publish.project import open_project
from masterplan.render.escape import plain
from masterplan.render.paper import paper, running_lines
from tests.browser import OpenPage
from tests.plans import BASE, write_plan
from tests.test_escape import HOSTILE
from tests.visits import Site

TITLE = "Sprint Master Plan - Backend Optimization"
SPRINTS = ["1: Database", "2: Error", "6: HTTP", "3: SSE", "4: Request", "5: Image"]


@cache
def printed(root: Path) -> bytes:
    return pdf(open_project(root))


def page_texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def body(text: str) -> str:
    """The text of a page without its head and foot."""
    return re.sub(rf"^{re.escape(TITLE)}\n\d+ / \d+Built from commit [0-9a-f]{{8}} of \d+ \w+ \d+\n", "", text)


def assert_numbered(texts: list[str]) -> None:
    """Every page has the title and its number at the head, and after page 1 comes a page for each sprint."""
    count = len(texts)
    assert [text.split("Built")[0] for text in texts] == [f"{TITLE}\n{n} / {count}" for n in range(1, count + 1)]
    assert [body(text).split("\n")[0][:12] for text in texts[1:7]] == [f"Sprint {title}"[:12] for title in SPRINTS]


def test_the_pdf_has_a_summary_then_a_page_for_each_sprint_then_the_plan_as_a_whole(seed: Site) -> None:
    texts = page_texts(printed(seed.root))
    assert_numbered(texts)
    first, *others = map(body, texts)
    assert first.startswith(TITLE)
    expected = (
        "Not started",
        "Forecast end",
        "planned: week 8",
        "$750-1,500",
        "Roadmap",
        "can start now",
        "High risks",
    )
    assert [text for text in expected if text not in first] == []
    assert others[6].startswith("The plan as a whole")
    assert len(texts) <= 13


def test_no_page_is_blank_and_no_heading_is_last_on_a_page(seed: Site) -> None:
    tree = LexborHTMLParser(document(seed.root))
    headings = {" ".join(node.text().split()) for node in tree.css("h2, h3, h4")}
    for text in map(body, page_texts(printed(seed.root))):
        assert len(text) > 300
        assert text.strip().split("\n")[-1] not in headings


def document(root: Path) -> str:
    project = open_project(root)
    return paper(project.context("print.md"), f"Built from {project.revision}")


def test_paper_does_not_depend_on_earlier_uses_of_its_context(seed: Site) -> None:
    context = open_project(seed.root).context("print.md")
    assert context.links.to("index.md")
    assert paper(context, "a commit") == paper(open_project(seed.root).context("print.md"), "a commit")


def test_paper_has_no_text_that_only_a_screen_needs(seed: Site) -> None:
    text = "\n".join(page_texts(printed(seed.root)))
    assert "Print this page" in document(seed.root)
    assert "Print this page" not in text
    assert "\nSource\n" not in text


def test_paper_has_no_folds_and_no_title_without_content(seed: Site) -> None:
    """Themes unfold everything when a page is printed, so a fold on paper would be a second copy of a picture."""
    text = document(seed.root)
    assert "<details" not in text
    assert "Notes (0)" not in text


def test_the_steps_of_a_rollback_are_only_on_the_page_of_their_sprint(seed: Site) -> None:
    first = next(text for text in page_texts(printed(seed.root)) if body(text).startswith("Sprint 1: "))
    assert "Undo first: Sprint 4." in first
    assert "Revert to inline prepared statements" in first
    assert "Revert to individual API calls" not in first


def test_nearly_every_sprint_of_a_larger_plan_fits_on_a_page(tmp_path: Path) -> None:
    write_generated_plan(tmp_path, 24)
    texts = page_texts(pdf(open_project(tmp_path, TODAY)))
    whole = next(n for n, text in enumerate(texts) if "The plan as a whole" in text)
    assert 24 <= whole - 1 <= 26


def test_the_pdf_is_reproducible_and_leaves_no_temporary_files(
    seed: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert pdf(open_project(seed.root)) == printed(seed.root)
    assert list(tmp_path.iterdir()) == []


def test_the_document_loads_nothing_and_links_within_itself(seed: Site) -> None:
    tree = LexborHTMLParser(document(seed.root))
    assert tree.css("script, img, link, iframe, object, [src]") == []
    assert "url(" not in tree.css("style")[0].text()
    ids = {node.attributes["id"] for node in tree.css("[id]")}
    addresses = [link.attributes.get("href") or link.attributes.get("xlink:href") or "" for link in tree.css("a")]
    to_sprints = [address for address in addresses if address.startswith("#sprint-")]
    assert len(to_sprints) > 20
    assert {address.removeprefix("#") for address in to_sprints} <= ids
    assert all(address.startswith(("#", "https://")) for address in addresses)


@given(st.sampled_from(HOSTILE) | st.text())
def test_the_title_in_a_page_header_is_an_escaped_css_string(title: str) -> None:
    lines = running_lines(title, "x")
    (string,) = re.findall(r'@top-left\{content:"([^"]*)"\}@bottom-left\{content:"x"\}\}$', lines)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*", string)
    assert re.sub(r"\\([0-9a-f]+) ", lambda match: chr(int(match[1], 16)), string) == plain(title)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small plan with settings, for tests that need no real Chromium."""
    root = write_plan(tmp_path / "plan", BASE)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    return root


def refused(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Export a PDF, which must fail; returns the error."""
    assert cli.run(["export", "pdf", "--root", str(root)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


def test_without_chromium_one_sentence_explains_what_to_do(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", str(root / "none"))
    error = refused(root, capsys)
    assert error.startswith("masterplan: a PDF needs Chromium")
    assert error.count("\n") == 1


def test_a_pdf_is_not_written_to_a_terminal(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "name a file with --output" in refused(root, capsys)


@pytest.fixture
def chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Replaces Chromium with a shell script."""
    program = tmp_path / "chromium"
    program.touch(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    return lambda script: program.write_text(f"#!/bin/sh\n{script}\n")


def test_the_error_quotes_a_chromium_that_fails(root: Path, chromium: Callable[[str], object]) -> None:
    chromium("echo No usable sandbox >&2; exit 1")
    with pytest.raises(BuildError, match="wrote no PDF: No usable sandbox"):
        pdf(open_project(root))


def test_node_numbers_that_vary_between_runs_are_normalized(root: Path, chromium: Callable[[str], object]) -> None:
    files = []
    for second in (7, 12):
        names = f"(node00000005)(node{second:08})(node00000005)"
        chromium(f'for of; do case $of in --print-to-pdf=*) printf "{names}" > "${{of#*=}}";; esac; done')
        files.append(pdf(open_project(root)))
    assert files == [b"(node00000001)(node00000002)(node00000001)"] * 2


def test_the_command_writes_the_file(seed: Site, tmp_path: Path) -> None:
    assert cli.run(["export", "pdf", "--root", str(seed.root), "--output", str(tmp_path / "plan.pdf")]) == 0
    assert (tmp_path / "plan.pdf").read_bytes() == printed(seed.root)


def test_the_print_page_has_the_same_pages(seed: Site, open_page: OpenPage) -> None:
    page = open_page(seed.origin).page
    page.goto(f"{seed.origin}/print/")
    texts = page_texts(page.pdf(format="A4", prefer_css_page_size=True))
    assert_numbered(texts)
    assert all(len(body(text)) > 300 for text in texts)
