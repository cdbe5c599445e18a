"""Sites for tests: a repository on disk with a plan in it, the command line run in it, and what built pages say."""

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
from masterplan.publish.project import Project
from masterplan.publish.verify import KnownPages
from tests.plans import BASE, write_plan

Host = Literal["mkdocs", "properdocs", "zensical"]
HOSTS: tuple[Host, ...] = ("mkdocs", "zensical")
"""Hosts whose sites differ; those of ProperDocs are MkDocs' byte for byte, which `test_hosts` shows."""

OURS = Path(__file__).parent.parent
"""The repository that holds these tests; its pages and its plan are those of the seed."""

DAY = "2025-11-20"
"""Today in every test, and the day on which repositories made for tests were committed."""


def copies(built: Path) -> Callable[[Project, Path], KnownPages]:
    """A host that copies the site at `built`, for tests to which it is no matter what a build writes."""

    def copy(_: Project, site: Path) -> KnownPages:
        shutil.copytree(built, site, dirs_exist_ok=True)
        return {}

    return copy


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that the workers of one run share: the first that asks makes it, the others wait. Tests only read it."""
    ready = folder.with_suffix(".ready")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(folder, ignore_errors=True)  # what a worker that failed has left
            make(folder)
            ready.touch()
    return folder


@contextmanager
def listed_schedules() -> Iterator[None]:
    """Schedules by list alone, without the solver's search for shorter ones: for sites whose schedules nobody reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "helps", lambda _: False)
        yield


def repository(root: Path, plan: Mapping[str, str | bytes] | None = None) -> Path:
    """A repository with our pages and settings, committed on `DAY`; with the seed's plan unless its files are given."""
    _fill(root, plan)
    commit(root)
    return root


WITHOUT = (
    "[start, dependencies, people, value, metrics, risks, rollback, progress, audit, changes, print, guide, "
    "guide-edit, guide-review]"
)
"""The default pages that a small site is built without."""


def small_repository(root: Path, plan: Mapping[str, str | bytes] = BASE, overview: str = "") -> Path:
    """One that is built quickly: three sprints, and few pages, of which `docs/next.md` is for tests to write in.

    The plan and the text of its overview may be others.
    """
    _fill(root, plan)
    docs, kept = root / "docs", ("index.md", "roadmap.md", "next.md", "sprints/index.md")
    for file in sorted(path for path in docs.rglob("*") if path.is_file()):
        if file.relative_to(docs).as_posix() not in kept:
            file.unlink()
    (docs / "index.md").write_text(overview or "# Overview\n\n{{ what_now() }}\n", encoding="utf-8")
    (docs / "next.md").write_text("# Next\n", encoding="utf-8")
    before, _, rest = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:\n")
    nav = "".join(f"  - {page}\n" for page in (*kept, "source.md"))
    after = rest.partition("\nplugins:")[2].replace("  - masterplan\n", f"  - masterplan:\n      without: {WITHOUT}\n")
    (root / "mkdocs.yml").write_text(f"{before}nav:\n{nav}\nplugins:{after}", encoding="utf-8")
    commit(root)
    return root


def _fill(root: Path, plan: Mapping[str, str | bytes] | None) -> None:
    shutil.copytree(OURS / "docs", root / "docs")
    shutil.copy(OURS / "mkdocs.yml", root)
    (root / "macros").mkdir()  # the settings watch it
    if plan is None:
        shutil.copytree(OURS / "plan_data", root / "plan_data")
    else:
        write_plan(root, plan)


def commit(root: Path) -> None:
    """Commit everything in a folder, as the only commit on `DAY`."""
    day = f"{DAY}T12:00:00Z"
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = {f"GIT_{who}_{what}": "tests" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **alone, **identity, "GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "Plan")):
        subprocess.run(("git", "-C", str(root), *command), env=environment, check=True)


def masterplan(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, as a shell would; its output as text."""
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
    """What `masterplan` gives, without a process of its own: many times quicker."""
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
    """Build, which must fail; returns the one sentence that says why."""
    capsys.readouterr()
    assert cli.run(["build", "--root", str(root), *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("masterplan: ")
    assert said.err.count("\n") == 1
    return said.err


def plain_mkdocs(root: Path) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs build` itself in a folder, into `plain/`."""
    line = (command()[0], "-m", "mkdocs", "build", "--strict", "--site-dir", "plain")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(line, cwd=root, env=environment, capture_output=True, text=True, check=False)


def command(*arguments: str) -> tuple[str, ...]:
    """The command line as a command."""
    return (sys.executable, "-m", "masterplan", *arguments)


def pages(site: Path) -> dict[str, LexborHTMLParser]:
    """Every page of a built site, parsed, by its path below the site; not what only leads to another page."""
    return {name: LexborHTMLParser((site / name).read_bytes()) for name in page_names(site)}


def page_names(site: Path) -> list[str]:
    """Every page of a built site by its path below the site; not what only leads to another page."""
    pages = (path for path in site.rglob("*.html") if b'http-equiv="refresh"' not in path.read_bytes())
    return sorted(path.relative_to(site).as_posix() for path in pages)


def article(page: LexborHTMLParser) -> LexborNode:
    """The part of a page that its Markdown made; the rest is the theme's."""
    (found,) = page.css("article")
    return found


def words(node: LexborNode) -> str:
    """The text of a node as one line, each piece between tags set off by a blank."""
    return " ".join(node.text(separator=" ").split())


def search(page: Page, host: Host, for_: str) -> str:
    """What the theme's search finds, as one line; the page is one of the site's."""
    field = page.locator("[data-md-component=search-query]" if host == "mkdocs" else "input[role=combobox]").first
    if host == "zensical":
        field.wait_for(state="attached")
        page.locator(".md-search__button").click()
    field.fill(for_)  # at once: what is typed is searched for letter by letter
    page.keyboard.press("Shift")
    found = page.locator(".md-search-result__item, [role=option]")
    found.first.wait_for()
    return " ".join(" ".join(found.all_text_contents()).split())


def change(path: Path, old: str, new: str) -> None:
    """Change a file; what shall be changed must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path, text: str) -> None:
    """Add a paragraph to a file."""
    path.write_text(f"{path.read_text()}\n\n{text}\n")


def contents(site: Path) -> dict[str, bytes]:
    """Every file of a site by its path, byte for byte."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
