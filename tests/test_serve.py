"""`masterplan serve`: every kind of edit shows up by itself, and nothing but Ctrl-C ends it."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from masterplan import cli
from tests.browser import OpenPage
from tests.sites import OURS, change, command, small_repository

PATIENCE = 90.0
"""Seconds that a busy machine may take for one build; no test waits longer than it must."""


@dataclass(frozen=True)
class Served:
    """A repository that is being served, with its own copy of our code."""

    root: Path
    origin: str
    running: subprocess.Popen[str]
    told: Path

    def page(self, address: str = "") -> str:
        """A page as it is now, or what is said in its place; nothing while nobody answers."""
        try:
            with urlopen(f"{self.origin}/{address}") as answer:  # noqa: S310 - our own server
                content: bytes = answer.read()
        except HTTPError as answer:
            content = answer.read()
        except URLError:
            return ""
        return content.decode()

    def said(self) -> str:
        """What was printed so far."""
        return self.told.read_text()

    def wait(self, happened: Callable[[], bool]) -> None:
        """Wait until something is so; fails when the server ends or has had its time."""
        end = time.monotonic() + PATIENCE
        while not happened():
            assert self.running.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)


def repository(root: Path) -> Path:
    small_repository(root)
    (root / "macros").rmdir()
    shutil.copytree(OURS / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    return root


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    told = root.parent / "told.txt"
    with told.open("w") as file:
        running = subprocess.Popen(
            ("env", f"PYTHONPATH={root / 'macros'}", *command("serve", "--address", address)),
            cwd=root,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        yield Served(root, f"http://{address}", running, told)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(PATIENCE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(repository(tmp_path_factory.mktemp("served") / "plan")) as found:
        found.wait(lambda: "Sprint 1" in found.page())
        yield found


PACKAGE = "macros/masterplan/"
EDITS = {
    "plan": ("plan_data/sprints/1-a.yml", "title: A", "title: Changed plan", "Changed plan"),
    "page": ("docs/index.md", "# Overview", "# Changed page", "Changed page"),
    "settings": ("mkdocs.yml", "site_name: Sprint Master Plan", "site_name: Changed settings", "Changed settings"),
    "template": (f"{PACKAGE}render/templates/columns.html.jinja", "{{ title }}", "{{ title }}, changed", ", changed"),
    "code": (f"{PACKAGE}render/views/overview.py", '"Can start now"', '"Changed code"', "Changed code"),
}


@pytest.mark.parametrize(("file", "old", "new", "shown"), EDITS.values(), ids=EDITS)
def test_an_edit_shows_up(served: Served, file: str, old: str, new: str, shown: str) -> None:
    change(served.root / file, old, new)
    served.wait(lambda: shown in served.page())


def test_a_new_sprint_shows_up(served: Served) -> None:
    assert cli.run(["new", "sprint", "Brand new", "--root", str(served.root)]) == 0
    served.wait(lambda: "Brand new" in served.page("sprints/SPRINT_4_brand_new/"))


def test_a_wrong_plan_is_told_and_the_last_good_site_stays(served: Served) -> None:
    plan = served.root / "plan_data" / "plan.yml"
    before, said = plan.read_text(), len(served.said())
    plan.write_text(f"{before}titel: Twice\n")
    served.wait(lambda: "unknown-field" in served.said()[said:])
    assert "Sprint 1" in served.page()
    plan.write_text(before.replace("title: Base", "title: Mended"))
    served.wait(lambda: "Built " in served.said()[said:])
    assert "Sprint 1" in served.page()


def test_a_wrong_page_is_told_and_the_last_good_site_stays(served: Served) -> None:
    page = served.root / "docs" / "next.md"
    before, said = page.read_text(), len(served.said())
    page.write_text(f"{before}\n{{{{ nope() }}}}\n")
    served.wait(lambda: "docs/next.md: UndefinedError: 'nope' is undefined" in served.said()[said:])
    assert "<h1" in served.page("next/")
    page.write_text(f"{before}\nMended.\n")
    served.wait(lambda: "Mended." in served.page("next/"))


def test_the_browser_reloads_by_itself(served: Served, open_page: OpenPage) -> None:
    log = open_page(served.origin)
    log.page.goto(f"{served.origin}/order/")
    change(served.root / "docs" / "order.md", "# ", "# Reloaded ")
    log.page.get_by_role("heading", name="Reloaded").first.wait_for(timeout=PATIENCE * 1000)
    assert log.problems == []


def test_a_page_that_is_not_there_is_told_in_the_sites_own_words(served: Served) -> None:
    assert "404 - Not found" in served.page("nowhere/")


def test_a_taken_address_gets_one_sentence(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    address = served.origin.removeprefix("http://")
    assert cli.run(["serve", "--root", str(served.root), "--address", address]) == 2
    said = capsys.readouterr()
    assert said.err == f"masterplan: cannot serve on {address}: Address already in use; choose another --address\n"
    assert said.out == ""


def test_a_first_build_that_fails_ends_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "plan")
    change(root / "plan_data" / "plan.yml", "title: Base", "titel: Base")
    with serving(root) as found:
        found.wait(lambda: "unknown-field" in found.said())
        found.wait(lambda: "There is no site yet" in found.page())
        change(root / "plan_data" / "plan.yml", "titel: Base", "title: Base")
        found.wait(lambda: "Sprint 1" in found.page())
        found.running.send_signal(signal.SIGINT)
        assert found.running.wait(PATIENCE) == 0
        assert "Traceback" not in found.said()
    assert not list(root.glob("site*"))
