"""The plan on paper: a summary on page 1, a page for each sprint, then the rest; as PDF and printed from a browser."""

import io
import re
import stat
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from masterplan.cli import app as cli
from masterplan.errors import BuildError
from masterplan.publish.pdf import pdf
from masterplan.publish.project import open_project
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
    return re.sub(rf"^{re.escape(TITLE)}\n\d+ / \d+Built from commit [0-9a-f]{{8}} of [\d-]+\n", "", text)


def test_the_pdf_has_a_summary_then_a_page_for_each_sprint_then_the_plan_as_a_whole(seed: Site) -> None:
    texts = page_texts(printed(seed.root))
    assert [text.split("Built")[0] for text in texts] == [
        f"{TITLE}\n{n} / {len(texts)}" for n in range(1, len(texts) + 1)
    ]
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
    assert [text.split("\n")[0][:12] for text in others[:6]] == [f"Sprint {title}"[:12] for title in SPRINTS]
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


def test_paper_has_no_text_that_only_a_screen_needs(seed: Site) -> None:
    text = "\n".join(page_texts(printed(seed.root)))
    assert "To print" not in text
    assert "\nSource\n" not in text


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


def test_without_chromium_one_sentence_explains_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_plan(tmp_path, BASE)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert cli.run(["export", "pdf", "--root", str(root)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("masterplan: a PDF needs Chromium")
    assert output.err.count("\n") == 1


def test_a_pdf_is_not_written_to_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_plan(tmp_path, BASE)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert cli.run(["export", "pdf", "--root", str(root)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "name a file with --output" in output.err


def test_the_error_quotes_a_chromium_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plan(tmp_path, BASE)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\necho No usable sandbox >&2\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("CHROMIUM", str(program))
    with pytest.raises(BuildError, match="wrote no PDF: No usable sandbox"):
        pdf(open_project(root))


def test_node_numbers_that_vary_between_runs_are_normalized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plan(tmp_path, BASE)
    (root / "mkdocs.yml").write_text("site_name: x\n")
    program = tmp_path / "chromium"
    monkeypatch.setenv("CHROMIUM", str(program))
    files = []
    for second in (7, 12):
        names = f"(node00000005)(node{second:08})(node00000005)"
        program.write_text(
            f'#!/bin/sh\nfor of; do case $of in --print-to-pdf=*) printf "{names}" > "${{of#*=}}";; esac; done\n'
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        files.append(pdf(open_project(root)))
    assert files == [b"(node00000001)(node00000002)(node00000001)"] * 2


def test_the_command_writes_the_file(seed: Site, tmp_path: Path) -> None:
    assert cli.run(["export", "pdf", "--root", str(seed.root), "--output", str(tmp_path / "plan.pdf")]) == 0
    assert (tmp_path / "plan.pdf").read_bytes() == printed(seed.root)


def test_the_print_page_has_the_same_pages(seed: Site, open_page: OpenPage) -> None:
    page = open_page(seed.origin).page
    page.goto(f"{seed.origin}/print/")
    texts = page_texts(page.pdf(format="A4", prefer_css_page_size=True))
    assert [text.split("Built")[0] for text in texts] == [
        f"{TITLE}\n{n} / {len(texts)}" for n in range(1, len(texts) + 1)
    ]
    assert [body(text).split("\n")[0][:12] for text in texts[1:7]] == [f"Sprint {title}"[:12] for title in SPRINTS]
    assert all(len(body(text)) > 300 for text in texts)
