"""The team's own pages: where they may be, which files are published, and errors in them."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from masterplan.cli import app as cli
from masterplan.errors import BuildError
from masterplan.publish.team_pages import refuse_broken
from tests.sites import HOSTS, Host, append, article, change, contents, pages, refused, words


@pytest.fixture
def handbook(root: Path) -> Path:
    """The docs folder, renamed and moved into another folder."""
    (root / "team").mkdir()
    change(root / "mkdocs.yml", "strict: true\n", "strict: true\ndocs_dir: team/handbook\n")
    return (root / "docs").rename(root / "team" / "handbook")


@pytest.mark.parametrize("host", HOSTS)
def test_the_docs_dir_may_be_another_folder(root: Path, host: Host, handbook: Path) -> None:
    (handbook / "sprints" / "SPRINT_1.md").write_text("Written by the team.\n")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    assert "Written by the team." in words(article(pages(root / "site")["sprints/SPRINT_1/index.html"]))


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_a_link_in_another_docs_dir_is_refused(
    root: Path, host: Host, handbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (handbook / "x.md").symlink_to("/etc/hostname")
    assert "team/handbook/x.md is a symbolic link" in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_errors_name_files_in_another_docs_dir(
    root: Path, host: Host, handbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append(handbook / "next.md", "{{ nope() }}")
    assert "masterplan: team/handbook/next.md:4: UndefinedError" in refused(root, capsys, "--host", host)


def link_docs(root: Path) -> str:
    (root / "docs").rename(root.parent / "elsewhere")
    (root / "docs").symlink_to(root.parent / "elsewhere")
    return "docs is a symbolic link"


def link_outer_folder(root: Path) -> str:
    (root / "docs").rename(root.parent / "handbook")
    (root / "team").symlink_to(root.parent)
    change(root / "mkdocs.yml", "strict: true\n", "strict: true\ndocs_dir: team/handbook\n")
    return "team is a symbolic link"


def docs_outside(root: Path) -> str:
    (root / "docs").rename(root.parent / "handbook")
    change(root / "mkdocs.yml", "strict: true\n", "strict: true\ndocs_dir: ../handbook\n")
    return "handbook is outside "


def hidden_link(root: Path) -> str:
    (root / "docs" / ".more").symlink_to("..")
    return "docs/.more is a symbolic link"


def pipe(root: Path) -> str:
    os.mkfifo(root / "docs" / "pipe.md")
    return "docs/pipe.md is neither a file nor a folder"


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("attack", [link_docs, link_outer_folder, docs_outside, pipe, hidden_link])
@pytest.mark.usefixtures("site")
def test_pages_outside_the_repository_are_refused(
    root: Path, host: Host, attack: Callable[[Path], str], capsys: pytest.CaptureFixture[str]
) -> None:
    message = attack(root)
    assert message in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
def test_backup_files_of_editors_are_not_published(root: Path, host: Host) -> None:
    docs = root / "docs"
    (docs / ".#next.md").symlink_to("ada@machine.1234:1")
    (docs / "sprints" / ".#index.md").symlink_to("/etc/hostname")
    os.mkfifo(docs / ".pipe")
    (docs / "old~").mkdir()
    for name in ("#next.md#", "next.md~", "old~/page.md", ".next.md.swp"):
        (docs / name).write_text("{{ nope() }} scratch")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    assert not any("#" in name or "~" in name or b"scratch" in text for name, text in contents(root / "site").items())


@pytest.mark.parametrize("target", ["/etc/hostname", "/etc", "nowhere"])
@pytest.mark.parametrize("link", ["docs/x.md", "docs/sprints/x", "plan_data/more", "plan_data/sprints/7-x.yml"])
@pytest.mark.usefixtures("site")
def test_a_symbolic_link_is_not_followed(
    root: Path, link: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / link).symlink_to(target)
    assert cli.run(["build", "--root", str(root)]) in {1, 2}
    assert link in capsys.readouterr().err


def test_hidden_files_of_the_plan_are_not_published(root: Path) -> None:
    (root / "secret").write_text("hunter2")
    (root / "plan_data" / ".secret.yml").symlink_to(root / "secret")
    (root / "plan_data" / ".git").mkdir()
    (root / "plan_data" / ".git" / "config.yml").write_text("hunter2")
    assert cli.run(["build", "--root", str(root)]) == 0
    assert not any(b"hunter2" in content for content in contents(root / "site").values())


# Unreadable pages, and the error for each.
BROKEN_PAGES = {
    "latin-1": (b"# Caf\xe9\n", ": byte 6 is not UTF-8"),
    "not YAML": (b"---\nicon: x\ntitle: a: b\n---\nText\n", ":3: the front matter is not YAML: mapping values"),
    "a list": (b"---\n- a\n---\nText\n", ":1: the front matter is not `key: value` lines"),
    "not closed": (b"---\ntitle: x\n\nText\n", ":1: the front matter has no end"),
}


@pytest.mark.parametrize("page", ["docs/roadmap.md", "docs/sprints/SPRINT_1.md"])
@pytest.mark.parametrize(("text", "message"), BROKEN_PAGES.values(), ids=BROKEN_PAGES)
def test_an_unreadable_page_is_an_error_with_its_line(root: Path, page: str, text: bytes, message: str) -> None:
    (root / page).write_bytes(text)
    with pytest.raises(BuildError, match=re.escape(f"{page}{message}")):
        refuse_broken(root, "docs", "")


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_no_host_publishes_an_unreadable_page(root: Path, host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "docs" / "roadmap.md").write_bytes(BROKEN_PAGES["not YAML"][0])
    assert "docs/roadmap.md:3: the front matter is not YAML" in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("page", ["docs/roadmap.md", "docs/sprints/SPRINT_1.md"])
@pytest.mark.usefixtures("site")
def test_line_numbers_include_the_front_matter(
    root: Path, host: Host, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / page).write_text("---\ntitle: x\n---\n\nText\n\n{{ nope }}\n")
    assert f"{page}:7: UndefinedError" in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
def test_a_page_for_a_former_title_of_a_sprint_is_an_error_with_its_fix(
    root: Path, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "docs" / "sprints" / "SPRINT_1_old_title.md").write_text("Our notes\n")
    message = "docs/sprints/SPRINT_1_old_title.md: the page of Sprint 1 is SPRINT_1.md; rename the file, or write "
    assert f"{message}`page: SPRINT_1_old_title.md` in plan_data/sprints/1-a.yml" in refused(
        root, capsys, "--host", host
    )
    change(root / "plan_data/sprints/1-a.yml", "title: A", "title: B\npage: SPRINT_1_old_title.md")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    assert "Our notes" in words(article(pages(root / "site")["sprints/SPRINT_1_old_title/index.html"]))


def test_a_team_can_add_text_to_a_sprint_page(root: Path) -> None:
    body = "---\ndescription: Of indexes\n---\n\n## Our notes\n\nSee [the roadmap](../roadmap.md).\n"
    (root / "docs" / "sprints" / "SPRINT_1.md").write_text(body)
    for host in HOSTS:
        assert cli.run(["build", "--root", str(root), "--host", host]) == 0
        page = pages(root / "site")["sprints/SPRINT_1/index.html"]
        headings = [node.text().rstrip("¶") for node in page.css("article h1, article h2")]
        assert headings[0] == "Sprint 1: A"
        assert headings[-1] == "Our notes"
        (description,) = page.css('meta[name="description"]')
        assert description.attributes["content"] == "Of indexes"
