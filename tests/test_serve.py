"""`masterplan serve`: edits appear by themselves, only this machine is answered, and no files stay behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.cli import app as cli
from masterplan.files import locked
from masterplan.publish.builder import Builder, News
from masterplan.publish.site_server import Address
from tests.browser import OpenPage
from tests.sites import ENDLESS, OURS, append, change, command, small_repository, words
from tests.test_last_build import git, head

PATIENCE = 90.0
"""Maximum number of seconds for one build on a busy machine."""


@dataclass(frozen=True)
class Served:
    """A repository that is being served, with its own copy of our code."""

    root: Path
    origin: str
    running: subprocess.Popen[str]
    output: Path

    def page(self, address: str = "") -> str:
        """The current content of a page or its error page; empty while the server does not answer."""
        try:
            with urlopen(f"{self.origin}/{address}") as answer:  # noqa: S310 - our own server
                content: bytes = answer.read()
        except HTTPError as answer:
            content = answer.read()
        except URLError:
            return ""
        return content.decode()

    def printed(self) -> str:
        """The output of the server so far."""
        return self.output.read_text()

    def wait(self, happened: Callable[[], bool]) -> None:
        """Wait until `happened()` is true; fail if the server ends or its time is up."""
        end = time.monotonic() + PATIENCE
        while not happened():
            assert self.running.poll() is None, self.printed()
            assert time.monotonic() < end, self.printed()
            time.sleep(0.1)


def answer(served: Served, address: str, **headers: str) -> tuple[int, str]:
    """The status and text of a response."""
    try:
        with urlopen(Request(f"{served.origin}/{address}", headers=headers)) as response:  # noqa: S310 - our own server
            return response.status, response.read().decode()
    except HTTPError as response:
        return response.code, response.read().decode()


def repository(root: Path) -> Path:
    small_repository(root)
    (root / "macros").rmdir()
    shutil.copytree(OURS / "macros", root / "macros", ignore=shutil.ignore_patterns("__pycache__"))
    # As in a wheel: otherwise docs/ would be both the default pages and the pages of the team.
    shutil.copytree(OURS / "docs", root / "macros" / "masterplan" / "publish" / "docs", dirs_exist_ok=True)
    return root


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    output, scratch = root.parent / "output.txt", root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    with output.open("w") as file:
        running = subprocess.Popen(
            ("env", f"PYTHONPATH={root / 'macros'}", f"TMPDIR={scratch}", *command("serve", "--address", address)),
            cwd=root,
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
    try:
        yield Served(root, f"http://{address}", running, output)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(PATIENCE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(repository(tmp_path_factory.mktemp("served") / "plan")) as server:
        server.wait(lambda: "Sprint 1" in server.page())
        yield server


PACKAGE = "macros/masterplan/"
EDITS = {
    "plan": ("plan_data/sprints/1-a.yml", "title: A", "title: Changed plan", "Changed plan"),
    "page": ("docs/index.md", "# Overview", "# Changed page", "Changed page"),
    "settings": ("mkdocs.yml", "site_name: Sprint Master Plan", "site_name: Changed settings", "Changed settings"),
    "code": (f"{PACKAGE}render/views/status.py", '"Can start now"', '"Changed code"', "Changed code"),
}


@pytest.mark.parametrize(("file", "old", "new", "text"), EDITS.values(), ids=EDITS)
def test_an_edit_appears(served: Served, file: str, old: str, new: str, text: str) -> None:
    change(served.root / file, old, new)
    served.wait(lambda: text in served.page())


def test_a_new_sprint_appears(served: Served) -> None:
    assert cli.run(["new", "sprint", "Brand new", "--root", str(served.root)]) == 0
    served.wait(lambda: "Brand new" in served.page("sprints/SPRINT_4/"))


def test_a_new_commit_appears(served: Served) -> None:
    git(served.root, "commit", "--quiet", "--allow-empty", "-m", "Again")
    served.wait(lambda: f"Built from commit {head(served.root)[:8]}" in served.page())


def test_a_changed_docs_dir_is_watched(served: Served) -> None:
    settings, page = served.root / "mkdocs.yml", served.root / "pages" / "index.md"
    before = settings.read_text("utf-8")
    page.parent.mkdir()
    page.write_text("# Overview\n\nFirst words.\n", encoding="utf-8")
    settings.write_text(f"{before}docs_dir: pages\n", encoding="utf-8")
    served.wait(lambda: "First words" in served.page())
    change(page, "First words", "Other words")
    served.wait(lambda: "Other words" in served.page())
    settings.write_text(before, encoding="utf-8")
    served.wait(lambda: "Other words" not in served.page())


def test_a_wrong_plan_is_reported_and_the_last_good_site_stays(served: Served) -> None:
    plan = served.root / "plan_data" / "plan.yml"
    before, printed = plan.read_text(), len(served.printed())
    plan.write_text(f"{before}titel: Twice\n")
    served.wait(lambda: "plan.yml:3:1: error unknown-field" in served.printed()[printed:])
    served.wait(lambda: "there is no field <code>titel</code>" in served.page("roadmap/"))
    assert "Hint" in served.page()
    assert "Sprint 1" in served.page("livereload/last-good/")
    assert "Sprint 1" not in served.page()
    plan.write_text(before.replace("title: Base", "title: Fixed"))
    served.wait(lambda: "Built " in served.printed()[printed:])
    served.wait(lambda: "Sprint 1" in served.page())


def test_findings_are_text_on_a_page_that_runs_no_other_script(served: Served) -> None:
    plan = served.root / "plan_data" / "plan.yml"
    before = plan.read_text()
    plan.write_text(f"{before}<script>alert(1)</script>: '<img src=x onerror=alert(1)>'\n")
    served.wait(lambda: "unknown-field" in served.page())
    with urlopen(f"{served.origin}/") as response:  # noqa: S310 - our own server
        page, policy = response.read().decode(), response.headers["Content-Security-Policy"]
    plan.write_text(before)
    served.wait(lambda: "Sprint 1" in served.page())
    tree = LexborHTMLParser(page)
    assert len(tree.css("script")) == 1
    assert tree.css("img") == []
    assert "<script>alert(1)</script>" in words(tree.css("body")[0])
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2]


def test_a_wrong_page_is_reported_and_the_last_good_site_stays(served: Served) -> None:
    page = served.root / "docs" / "next.md"
    before, printed = page.read_text(), len(served.printed())
    page.write_text(f"{before}\n{{{{ nope() }}}}\n")
    served.wait(lambda: "docs/next.md:3: UndefinedError: 'nope' is undefined" in served.printed()[printed:])
    served.wait(lambda: "is undefined" in unescape(served.page("next/")))
    assert 'id="next"' in served.page("livereload/last-good/next/")
    page.write_text(f"{before}\nFixed.\n")
    served.wait(lambda: "Fixed." in served.page("next/"))


def test_a_plan_that_was_moved_away_and_back_is_watched_again(served: Served) -> None:
    plan, away, printed = served.root / "plan_data", served.root / "away", len(served.printed())
    plan.rename(away)
    served.wait(
        lambda: "there is no plan" in served.printed()[printed:] and "there is no plan" in unescape(served.page())
    )
    change(away / "sprints" / "2-b.yml", "title: B", "title: Came back")
    away.rename(plan)
    served.wait(lambda: "Came back" in served.page("sprints/"))
    change(plan / "sprints" / "2-b.yml", "title: Came back", "title: Still followed")
    served.wait(lambda: "Still followed" in served.page("sprints/"))


@pytest.mark.parametrize("address", ["%00", f"livereload/{'9' * 5000}/1"])
def test_an_address_that_no_page_can_have_is_not_found(served: Served, address: str) -> None:
    assert answer(served, address)[0] == 404
    assert "Traceback" not in served.printed()


def test_a_foreign_name_of_this_machine_is_refused(served: Served) -> None:
    status, text = answer(served, "", Host="evil.example:8000")
    assert (status, "Sprint 1" in text) == (403, False)
    assert answer(served, "", Host="localhost:8000")[0] == 200


ADDRESSES = {
    "127.0.0.1:8000": (
        ["127.0.0.1:8000", "127.0.0.1", "localhost:9", "LOCALHOST", "a.localhost", "[::1]:8000", "127.1.2.3:80"],
        [
            "evil.example:8000",
            "",
            "192.168.0.7:8000",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "[::2]",
            "::1",
        ],
    ),
    "[::1]:8123": (["[::1]:8123", "[::1]", "localhost:8123"], ["[::2]:8123", "evil.example"]),
    "0.0.0.0:8000": (["192.168.0.7:8000", "[fe80::1]:8000", "localhost"], ["evil.example:8000"]),
    "ada.lan:8000": (["ada.lan:8000", "ADA.lan", "localhost"], ["evil.example:8000", "x.ada.lan", "192.168.0.7"]),
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_only_names_of_this_machine_are_answered(text: str) -> None:
    address = Address.of(text)
    assert str(address) == text
    ours, foreign = ADDRESSES[text]
    assert [name for name in (*ours, *foreign) if address.answers_to(name)] == ours


@pytest.mark.parametrize("text", ["::1:8125", "8000", ":8000", "a:b", "a:65536", "a:123456", "[::1]", "a b:1", "a:٣"])
def test_an_invalid_address_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["serve", "--address", text]) == 2
    assert capsys.readouterr().err == f"masterplan: {text} is not an address like 127.0.0.1:8000 or [::1]:8000\n"


def processes(root: Path) -> list[bytes]:
    """The command lines of all running processes that name a folder."""
    lines = list[bytes]()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # the process has ended
            lines.append(path.read_bytes())
    return [line for line in lines if bytes(root) in line]


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_server_that_ends_leaves_no_files_and_no_processes(tmp_path: Path, signal_: signal.Signals) -> None:
    """A terminal sends signals to the whole group of processes; an impatient user sends several."""
    scratch, root = tmp_path / "scratch", repository(tmp_path / "plan")
    append(root / "docs" / "next.md", ENDLESS)
    with serving(root) as server:
        server.wait(lambda: "Serving on" in server.printed() and any(scratch.glob("masterplan-*/*/site")))
        for _ in range(3):
            with suppress(ProcessLookupError):
                os.killpg(server.running.pid, signal_)
            time.sleep(0.02)
        assert server.running.wait(PATIENCE) == 0
        assert "Traceback" not in server.printed()
    assert list(scratch.glob("masterplan-*")) == []
    assert processes(root) == []


def test_a_server_removes_the_files_of_one_that_was_killed_but_not_of_one_that_runs(tmp_path: Path) -> None:
    scratch, root = tmp_path / "scratch", repository(tmp_path / "plan")
    killed, running = scratch / "masterplan-serve-killed", scratch / "masterplan-serve-running"
    for folder in (killed, running):
        (folder / "1" / "site").mkdir(parents=True)
        (folder / "lock").touch()
    with locked(running / "lock"), serving(root) as server:
        server.wait(lambda: "Serving on" in server.printed())
        assert not killed.exists()
        assert (running / "1" / "site").exists()


def test_the_browser_reloads_by_itself(served: Served, open_page: OpenPage) -> None:
    log = open_page(served.origin)
    log.page.goto(f"{served.origin}/roadmap/")
    change(served.root / "docs" / "roadmap.md", "# ", "# Reloaded ")
    log.page.get_by_role("heading", name="Reloaded").first.wait_for(timeout=PATIENCE * 1000)
    assert log.problems == []


def test_the_browser_reloads_once_for_an_edit(served: Served, open_page: OpenPage) -> None:
    log, printed = open_page(served.origin), len(served.printed())
    append(served.root / "docs" / "next.md", "All is built.")
    served.wait(lambda: "Built " in served.printed()[printed:] and "All is built." in served.page("next/"))
    log.page.add_init_script("sessionStorage.loads = 1 + Number(sessionStorage.loads || 0)")
    log.page.goto(f"{served.origin}/sprints/SPRINT_2/")
    change(served.root / "plan_data" / "sprints" / "2-b.yml", "title: ", "title: Renamed ")
    log.page.get_by_role("heading", name="Renamed").first.wait_for(timeout=PATIENCE * 1000)
    served.wait(lambda: "Renamed" in served.page("sprints/"))
    append(served.root / "docs" / "next.md", "Not in the navigation.")
    served.wait(lambda: "Not in the navigation." in served.page("next/"))
    assert log.page.evaluate("sessionStorage.loads") == "2"
    assert log.problems == []


def test_the_browser_shows_findings_until_the_plan_is_fixed(served: Served, open_page: OpenPage) -> None:
    log, plan = open_page(served.origin), served.root / "plan_data" / "sprints" / "1-a.yml"
    before = plan.read_text()
    log.page.goto(f"{served.origin}/roadmap/")
    plan.write_text(f"{before}no_field: <b>x</b>\n")
    log.page.get_by_role("heading", name="The plan has errors").wait_for(timeout=PATIENCE * 1000)
    finding = log.page.get_by_role("listitem").text_content() or ""
    assert finding.startswith(f"plan_data/sprints/1-a.yml:{before.count(chr(10)) + 1}:1 there is no field no_field")
    log.page.get_by_role("link", name="Show the last good site").click()
    log.page.get_by_role("link", name="Roadmap").first.wait_for()
    assert log.page.url == f"{served.origin}/livereload/last-good/roadmap/"
    log.page.go_back()
    plan.write_text(before)
    log.page.locator("article h1").wait_for(timeout=PATIENCE * 1000)
    assert log.page.url == f"{served.origin}/roadmap/"
    assert log.problems == []


def test_a_missing_page_has_the_error_page_of_the_site(served: Served) -> None:
    assert "Page not found" in served.page("nowhere/")


def test_an_address_in_use_is_refused_in_one_sentence(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    address = served.origin.removeprefix("http://")
    assert cli.run(["serve", "--root", str(served.root), "--address", address]) == 2
    output = capsys.readouterr()
    assert output.err == f"masterplan: cannot serve on {address}: Address already in use; choose another --address\n"
    assert output.out == ""


def test_a_failed_first_build_does_not_end_the_server(tmp_path: Path) -> None:
    root = repository(tmp_path / "plan")
    change(root / "plan_data" / "plan.yml", "title: Base", "titel: Base")
    with serving(root) as server:
        server.wait(lambda: "unknown-field" in server.printed())
        server.wait(lambda: "titel" in server.page() and "last good site" not in server.page())
        change(root / "plan_data" / "plan.yml", "titel: Base", "title: Base")
        server.wait(lambda: "Sprint 1" in server.page())
        server.running.send_signal(signal.SIGINT)
        assert server.running.wait(PATIENCE) == 0
        assert "Traceback" not in server.printed()
    assert not list(root.glob("site*"))


ANSWERS = """
import json, sys
for line in sys.stdin:
    print(json.dumps({"number": json.loads(line)["number"], "page": "", "code": 0}), flush=True)
"""
"""A process that reports every order as done."""


def test_an_edit_is_built_although_the_build_process_was_killed(tmp_path: Path) -> None:
    with Builder((sys.executable, "-c", ANSWERS), tmp_path) as builder:
        builder.order((), ())
        assert builder.news(PATIENCE) == News(1, code=0)
        process = builder._process  # noqa: SLF001 - the system kills any process when memory runs out
        assert process is not None
        process.kill()
        process.wait()
        builder.order((), ())
        news = [news for _ in range(2) if (news := builder.news(PATIENCE))]
    assert news == [News(2, code=0)]
