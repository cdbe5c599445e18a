"""A build reuses pages of the last site that would not change, and makes the others again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from masterplan.git.commands import MEMORY
from masterplan.publish.page_memory import PageMemory, PageRecord
from masterplan.publish.verify import page_digest, page_facts
from tests.sites import append, called, contents, small_repository
from tests.test_last_build import clean, git, head
from tests.test_workers import build

SPRINTS = {f"sprints/SPRINT_{n}/index.html" for n in (1, 2, 3)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository to copy and build."""
    root = tmp_path_factory.mktemp("built") / "plan"
    root.mkdir()
    return small_repository(root)


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A repository with a built site and the memory of its pages."""
    root = clean(built, tmp_path / "plan")
    assert called(root, "build").returncode == 0
    return root


def reused_pages(root: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Build; returns the reused pages, after checking that the new site equals that of a clean build."""
    paths, recall = set(), PageMemory.recall

    def recorded_recall(self: PageMemory, path: str, key: str) -> tuple[bytes, str] | None:
        page = recall(self, path, key)
        if page:
            paths.add(path)
        return page

    with monkeypatch.context() as patch:
        patch.setattr(PageMemory, "recall", recorded_recall)
        done = called(root, "build")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Built site/ from commit ")
    clean_copy = clean(root, root.with_name("there"))
    assert called(clean_copy, "build").returncode == 0
    assert contents(root / "site") == contents(clean_copy / "site")
    shutil.rmtree(clean_copy)
    return paths


def test_an_edit_remakes_only_the_pages_that_show_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(root / "plan_data/sprints/3-c.yml", "objective: Hatch")
    assert reused_pages(root, monkeypatch) & SPRINTS == SPRINTS - {"sprints/SPRINT_3/index.html"}
    append(root / "plan_data/sprints/3-c.yml", "description: Keep the eggs warm.")
    assert reused_pages(root, monkeypatch) & SPRINTS == SPRINTS - {"sprints/SPRINT_3/index.html"}


def test_a_new_commit_remakes_no_page(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_URL", f"https://example.org/blob/{head(root)}")
    assert reused_pages(root, monkeypatch) == set()
    git(root, "commit", "--quiet", "--allow-empty", "-m", "Again")
    monkeypatch.setenv("SOURCE_URL", f"https://example.org/blob/{head(root)}")
    assert reused_pages(root, monkeypatch) >= SPRINTS
    assert f"blob/{head(root)}" in (root / "site/sprints/SPRINT_1/index.html").read_text()


@pytest.mark.parametrize(
    ("path", "text"), [("mkdocs.yml", "copyright: At {}\n"), ("docs/next.md", "---\ntitle: After {}\n---\n")]
)
def test_the_hash_of_an_older_commit_stays_on_all_pages(
    root: Path, path: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a setting, and in the title of a page in the navigation."""
    (root / path).write_text(text.format(head(root)) + (root / path).read_text())
    for _ in range(2):
        assert reused_pages(root, monkeypatch) & SPRINTS == set()
        git(root, "commit", "--quiet", "--allow-empty", "-m", "Again")


@pytest.mark.parametrize(
    ("path", "text"), [("mkdocs.yml", "site_author: Ada\n"), ("docs/next.md", "---\ntitle: Later\n---\n")]
)
def test_an_edit_that_all_pages_show_remakes_all(
    root: Path, path: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting, and the title of a page in the navigation."""
    (root / path).write_text(text + (root / path).read_text())
    assert reused_pages(root, monkeypatch) & SPRINTS == set()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"Built from"\n', b'"Built"\n"sprints/SPRINT_1/index.html"\t[1]', b"\xff\n\xff"]
)
def test_broken_memory_of_pages_is_replaced(root: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    (memory,) = (root / ".git" / MEMORY).glob("pages-*.json")
    memory.write_bytes(content)
    append(root / "plan_data/sprints/3-c.yml", "objective: Hatch")
    assert reused_pages(root, monkeypatch) == set()
    append(root / "plan_data/sprints/3-c.yml", "description: Keep the eggs warm.")
    assert reused_pages(root, monkeypatch) & SPRINTS == SPRINTS - {"sprints/SPRINT_3/index.html"}


def test_a_memory_with_one_wrong_byte_is_not_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (memory,) = (root / ".git" / MEMORY).glob("pages-*.json")
    memory.write_bytes(memory.read_bytes()[:-1])
    append(root / "plan_data/sprints/3-c.yml", "objective: Hatch")
    assert reused_pages(root, monkeypatch) == set()


def test_workers_reuse_pages_as_one_process_does(root: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for text in ("objective: Hatch", "description: Keep the eggs warm."):
        append(root / "plan_data/sprints/3-c.yml", text)
        done = build(root, site, 2)
        assert (done.returncode, done.stderr) == (0, "")
    clean_copy = clean(root, tmp_path / "clean")
    assert called(clean_copy, "build").returncode == 0
    assert contents(site) == contents(clean_copy / "site")


@pytest.mark.parametrize(
    "failure", ["1 / 0 if sprint.id == '2' else None", "sys.exit(3) if sprint.id == '2' else None"]
)
def test_an_error_on_a_page_is_reported_although_pages_are_remembered(root: Path, tmp_path: Path, failure: str) -> None:
    first = build(root, tmp_path / "site", 1, failure)
    assert first.returncode == 2
    assert first.stderr.startswith("masterplan: docs/sprints/SPRINT_2.md: ")


OLD, NEW = "1" * 40, "2" * 40
PAGE = f'<html><a href="https://example.org/{OLD}/plan.yml">Text</a><footer>Built from one</footer></html>'.encode()
KNOWN = ("page.html", "key")


def remembered(folder: Path, page: bytes = PAGE) -> PageMemory:
    """The memory of a site with one page, for a build of another commit."""
    (folder / "site").mkdir()
    (folder / "site" / "page.html").write_bytes(page)
    memory = PageMemory(folder / "git" / "pages.json", folder / "site", "frame", "Built from one", OLD)
    memory.remember([PageRecord("page.html", page_digest(page).hex(), page_facts(page), key="key")])
    memory.write(folder / "git" / "pages.json")
    return PageMemory(folder / "git" / "pages.json", folder / "site", "frame", "Built from another", NEW)


def test_a_reused_page_has_the_line_and_the_hash_of_the_new_commit(tmp_path: Path) -> None:
    page = remembered(tmp_path).recall(*KNOWN)
    assert page is not None
    html, record = page[0], PageRecord.of_line(page[1])
    assert html == PAGE.replace(b"one", b"another").replace(OLD.encode(), NEW.encode())
    assert (record.digest, record.facts) == (page_digest(html).hex(), page_facts(html))


def replace_by_link(page: Path) -> None:
    """Replace a page with a link to it."""
    page.rename(page.with_name("elsewhere.html"))
    page.symlink_to("elsewhere.html")


def replace_by_pipe(page: Path) -> None:
    """Replace a page with a pipe, on which a reader would wait forever."""
    page.unlink()
    os.mkfifo(page)


@pytest.mark.parametrize(
    "tamper",
    [replace_by_link, replace_by_pipe, Path.unlink, lambda page: page.write_bytes(PAGE + b"<script>stolen()</script>")],
)
def test_a_page_that_was_tampered_with_is_not_reused(tmp_path: Path, tamper: Callable[[Path], object]) -> None:
    memory = remembered(tmp_path)
    tamper(tmp_path / "site" / "page.html")
    assert memory.recall(*KNOWN) is None


def test_an_unknown_page_is_not_reused(tmp_path: Path) -> None:
    memory = remembered(tmp_path)
    assert memory.recall("page.html", "other") is None
    assert memory.recall("other.html", "key") is None
    assert memory.recall("page.html", "") is None


@pytest.mark.parametrize("page", [PAGE + b"Built from one", PAGE.replace(b"one", b"nothing")])
def test_a_page_that_does_not_name_the_commit_exactly_once_is_not_reused(tmp_path: Path, page: bytes) -> None:
    assert remembered(tmp_path, page).recall(*KNOWN) is None


def test_the_key_of_a_page_depends_on_all_its_content(tmp_path: Path) -> None:
    memory = remembered(tmp_path)
    other = PageMemory(tmp_path / "git" / "pages.json", tmp_path / "site", "other frame", "Built from another", NEW)
    text = "Nests"
    keys = [memory.key((text, text)), memory.key(("Nests", "".join(["Ne", "sts"])))]
    assert keys[0] == keys[1] != ""
    assert len({*keys, memory.key((text, "Eggs")), memory.key((text,), text), other.key((text, text))}) == 4
    old = PageMemory(tmp_path / "git" / "pages.json", tmp_path / "site", "frame", "Built from one", OLD)
    assert old.key(f"at {OLD}") == memory.key(f"at {NEW}") != memory.key(f"at {OLD}")
    with pytest.raises(AttributeError, match="pickle"):
        memory.key(lambda: text)
