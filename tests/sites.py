"""Sites for tests: repositories with a plan on disk, the command line run in them, and the content of built pages."""

import fcntl
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.analyse.schedule import solver
from masterplan.cli import app as cli
from masterplan.files import OWN
from masterplan.publish.project import Project
from masterplan.publish.verify import KnownPages
from tests.plans import BASE, write_plan

Host = Literal["mkdocs", "properdocs", "zensical"]
HOSTS: tuple[Host, ...] = ("mkdocs", "zensical")
"""Hosts whose sites differ; ProperDocs builds the same bytes as MkDocs, as `test_hosts` shows."""

OURS = Path(__file__).parent.parent
"""The repository of these tests; its pages and its plan are those of the seed."""

DAY = "2025-11-20"
"""Today in every test, and the day of the commits in repositories made for tests."""

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
"""Text of a page that keeps a build busy until the test ends the build."""


def copies(built: Path) -> Callable[[Project, Path], KnownPages]:
    """A host that copies the site at `built`, for tests that do not depend on what a build writes."""

    def copy(_: Project, site: Path) -> KnownPages:
        shutil.copytree(built, site, dirs_exist_ok=True)
        return {}

    return copy


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder shared by the workers of a run: the first to need it makes it, the others wait. Tests only read it."""
    ready = folder.with_suffix(".ready")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)  # left by a worker that failed
            make(folder)
            ready.touch()
    return folder


@contextmanager
def listed_schedules() -> Iterator[None]:
    """Only list schedules, without the solver's search for shorter ones: for tests that do not read schedules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "helps", lambda _: False)
        yield


def repository(root: Path, plan: Mapping[str, str | bytes] | None = None) -> Path:
    """A repository with our pages and settings, committed on `DAY`; `plan` is its files, by default the seed's."""
    _fill(root, plan)
    commit(root)
    return root


WITHOUT = (
    "[start, dependencies, people, value, metrics, risks, rollback, progress, audit, changes, print, guide, "
    "guide-edit, guide-review]"
)
"""Default pages to leave out of a small site."""


def small_repository(root: Path, plan: Mapping[str, str | bytes] = BASE, overview: str = "") -> Path:
    """A repository that is built quickly, with few pages, of which tests may edit `docs/next.md`.

    By default its plan has three sprints; `overview` replaces the text of its Overview.
    """
    _fill(root, plan)
    docs, names = root / "docs", ("index.md", "roadmap.md", "next.md", "sprints/index.md")
    for file in sorted(path for path in docs.rglob("*") if path.is_file()):
        if file.relative_to(docs).as_posix() not in names:
            file.unlink()
    (docs / "index.md").write_text(overview or "# Overview\n\n{{ what_now() }}\n", encoding="utf-8")
    (docs / "next.md").write_text("# Next\n", encoding="utf-8")
    before, _, rest = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:\n")
    nav = "".join(f"  - {page}\n" for page in (*names, "source.md"))
    after = rest.partition("\nplugins:")[2].replace("  - masterplan\n", f"  - masterplan:\n      without: {WITHOUT}\n")
    (root / "mkdocs.yml").write_text(f"{before}nav:\n{nav}\nplugins:{after}", encoding="utf-8")
    commit(root)
    return root


def _fill(root: Path, plan: Mapping[str, str | bytes] | None) -> None:
    shutil.copytree(OURS / "docs", root / "docs")
    shutil.copy(OURS / "mkdocs.yml", root)
    (root / "macros").mkdir()  # watched by the settings
    if plan is None:
        shutil.copytree(OURS / "plan_data", root / "plan_data")
    else:
        write_plan(root, plan)


def commit(root: Path) -> None:
    """Make a repository of a folder, with one commit, on `DAY`."""
    day = f"{DAY}T12:00:00Z"
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = {f"GIT_{who}_{what}": "tests" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **alone, **identity, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Plan")):
        subprocess.run(("git", "-C", str(root), *command), env=environment, check=True)


def masterplan(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, as a shell would; returns its exit code and output as text."""
    return subprocess.run(
        command(*arguments),
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def called(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process: the same result as `masterplan`, many times faster."""
    typed, out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(3))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(root)
        patch.setattr("sys.stdin", typed)
        for name, value in environment.items():
            patch.setenv(name, value)
        code = cli.run(list(arguments))
    for stream in (out, err):
        stream.seek(0)
    return subprocess.CompletedProcess(arguments, code, out.read(), err.read())


def refused(root: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Build, which must fail; returns the one-sentence reason."""
    capsys.readouterr()
    assert cli.run(["build", "--root", str(root), *more]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("masterplan: ")
    assert output.err.count("\n") == 1
    return output.err


def plain_mkdocs(root: Path) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs build` itself in a folder, into `plain/`."""
    line = (command()[0], "-m", "mkdocs", "build", "--strict", "--site-dir", "plain")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(line, cwd=root, env=environment, capture_output=True, text=True, check=False)


def command(*arguments: str) -> tuple[str, ...]:
    """The arguments that run the command line as a program."""
    return (sys.executable, "-m", "masterplan", *arguments)


def pages(site: Path) -> dict[str, LexborHTMLParser]:
    """Every page of a built site, parsed, by its path below the site; without redirects."""
    return {name: LexborHTMLParser((site / name).read_bytes()) for name in page_names(site)}


def page_names(site: Path) -> list[str]:
    """Paths of all pages of a built site, below the site; without redirects."""
    pages = (path for path in site.rglob("*.html") if b'http-equiv="refresh"' not in path.read_bytes())
    return sorted(path.relative_to(site).as_posix() for path in pages)


def article(page: LexborHTMLParser) -> LexborNode:
    """The part of a page that comes from its Markdown; the rest is the theme's."""
    (node,) = page.css("article")
    return node


def words(node: LexborNode) -> str:
    """The text of a node as one line, with a blank between the texts of different tags."""
    return " ".join(node.text(separator=" ").split())


def search(page: Page, host: Host, for_: str) -> str:
    """Results of the theme's search on a page of the site, as one line."""
    field = page.locator("[data-md-component=search-query]" if host == "mkdocs" else "input[role=combobox]").first
    if host == "zensical":
        field.wait_for(state="attached")
        page.locator(".md-search__button").click()
    field.fill(for_)  # at once: typing would search after each letter
    page.keyboard.press("Shift")
    results = page.locator(".md-search-result__item, [role=option]")
    results.first.wait_for()
    return " ".join(" ".join(results.all_text_contents()).split())


def change(path: Path, old: str, new: str) -> None:
    """Replace a text in a file, which must contain it."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Add a paragraph to a file."""
    path.write_text(f"{path.read_text()}\n\n{text}\n")


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file in a folder, by path, without masterplan's own files."""
    files = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name.as_posix(): path.read_bytes() for name, path in files.items() if name.parts[0] != OWN}
