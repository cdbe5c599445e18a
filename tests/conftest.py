"""Shared fixtures: a headless Chromium, pages that log their problems, built sites and servers for them."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from masterplan.cli import app as cli
from tests.browser import MISSING, OpenPage, PageLog, Scheme, find, launched, watch
from tests.sites import DAY, Host, contents, listed_schedules, made_once, small_repository
from tests.visits import Site, build, full_plan, serving

# The same examples in every run and on every machine, and no deadline: a slow machine is not a fault.
settings.load_profile("ci")

# Today in every test, and in every command that a test runs.
os.environ["TODAY"] = DAY
os.environ.pop("SOURCE_DATE_EPOCH", None)

# Tests start hundreds of programs: let them use bytecode, as they do for a team, instead of compiling everything again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(scope="session")
def serve_folder() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on loopback until the tests end; returns its origin, `http://127.0.0.1:<port>`."""
    with ExitStack() as running:
        yield lambda folder: running.enter_context(serving(folder))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of this run, shared by all its workers."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def seed_sites(shared: Path, serve_folder: Callable[[Path], str]) -> Callable[[Host], Site]:
    """The site of our own plan, built once for each host and served until the tests end."""

    @cache
    def built(host: Host) -> Site:
        root = made_once(shared / f"seed-{host}", lambda root: build(root, host=host))
        return Site(root, serve_folder(root / "site"))

    return built


@pytest.fixture(scope="session")
def seed(seed_sites: Callable[[Host], Site]) -> Site:
    """The site of our own plan, built with MkDocs."""
    return seed_sites("mkdocs")


@pytest.fixture(scope="session")
def full(shared: Path, serve_folder: Callable[[Path], str]) -> Site:
    """The site of a plan with a value in every field."""
    with listed_schedules():
        root = made_once(shared / "full", lambda root: build(root, full_plan()))
    return Site(root, serve_folder(root / "site"))


@pytest.fixture(scope="session")
def published(shared: Path) -> Path:
    """A small repository with its site, built with MkDocs; tests work on copies."""

    def make(root: Path) -> None:
        small_repository(root)
        assert cli.run(["build", "--root", str(root)]) == 0

    return made_once(shared / "published", make)


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    """A copy of the small repository with its site, for the test to change; some modules have their own `root`."""
    return shutil.copytree(published, tmp_path / "plan", symlinks=True)


@pytest.fixture
def site(root: Path) -> Iterator[Path]:
    """The site of `root`, which the test must not change."""
    before, target = contents(root / "site"), (root / "site").readlink()
    yield root / "site"
    assert (root / "site").readlink() == target
    assert contents(root / "site") == before


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; tests that need it fail if there is none."""
    if find() is None:
        pytest.fail(MISSING)
    with launched() as chromium:
        yield chromium


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens logged pages, each in its own browser context, closed after the test."""
    with ExitStack() as contexts:

        def open_one(
            origin: str,
            *,
            scheme: Scheme = "light",
            width: int = 1300,
            javascript: bool = True,
        ) -> PageLog:
            context = browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": 900},
                java_script_enabled=javascript,
                service_workers="block",
            )
            contexts.callback(context.close)
            return watch(context, origin)

        yield open_one
