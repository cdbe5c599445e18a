"""Pages made by several processes: the site does not depend on their number, or on their failures."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from masterplan.publish.workers import TextsAhead, Workers, cores
from tests.sites import append, contents
from tests.test_guests import guest

PROGRAM = """
import logging, os, signal, sys
from masterplan.cli import app
from masterplan.publish import maker, workers
from masterplan.render.views import sprint_page

started, shown = os.getpid(), sprint_page.introduction
maker.cores = workers.cores = lambda: {cores}
workers._LEAST_PAGES = 1

def introduction(context, sprint):
    worker = os.getpid() != started
    if worker:
        open(sys.argv[-1] + "-of-workers", "w").close()
    {event}
    return shown(context, sprint)

sprint_page.introduction = introduction
code = app.run(sys.argv[1:])
try:
    os.waitpid(-1, os.WNOHANG)
    print("a worker is left", file=sys.stderr)
except ChildProcessError:
    sys.exit(code)
"""
"""`masterplan` with `cores` cores; `event` is code that runs for the page of a `sprint`, in a `worker` or not."""

KILLED = "os.kill(os.getpid(), signal.SIGKILL) if worker and sprint.id == '2' else None"
FAILS_IN_WORKERS = "1 / 0 if worker and sprint.id == '2' else None"
WARNS_IN_WORKERS = "logging.getLogger('mkdocs.x').warning('odd') if worker and sprint.id == '2' else None"
FAILS = "1 / 0 if sprint.id == '2' else None"
LEAVES = "sys.exit(3) if sprint.id == '2' else None"
WARNS = "logging.getLogger('mkdocs.x').warning('odd') if sprint.id == '2' else None"


def build(root: Path, site: Path, cores: int, event: str = "pass") -> subprocess.CompletedProcess[str]:
    program = PROGRAM.format(cores=cores, event=event)
    command = (sys.executable, "-c", program, "build", "--root", str(root), "--site", str(site))
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("cores", "event"), [(2, "pass"), (3, "pass"), (2, KILLED), (2, FAILS_IN_WORKERS), (2, WARNS_IN_WORKERS)]
)
def test_workers_make_the_same_site(published: Path, tmp_path: Path, cores: int, event: str) -> None:
    done = build(published, tmp_path / "site", cores, event)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "site-of-workers").exists()
    assert contents(tmp_path / "site") == contents(published / "site")


@pytest.mark.parametrize("name", ["strict-checks", "other-marks"])
def test_workers_make_the_same_guest(tmp_path: Path, name: str) -> None:
    root = guest(tmp_path / "plan", name)
    first, second = (build(root, tmp_path / f"{cores}", cores) for cores in (1, 2))
    assert (first.returncode, first.stderr) == (second.returncode, second.stderr) == (0, "")
    assert (tmp_path / "2-of-workers").exists()
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


ODD_PAGES = {
    "a heading that a macro writes": '# Next {{ plan("units") }}\n',
    "front matter that a macro changes": "# Next\n\n{% set _ = page.meta.update({'status': 'new'}) %}\n",
    "a title that a macro changes": "---\ntitle: Next\n---\n{% set _ = page.meta.update({'title': 'Odd'}) %}\n",
    "a link to a heading": "# *Next*\n\n[One](sprints/SPRINT_1.md#risk)\n",
}


@pytest.mark.parametrize("text", ODD_PAGES.values(), ids=ODD_PAGES)
def test_pages_made_by_workers_depend_on_other_pages_as_usual(root: Path, tmp_path: Path, text: str) -> None:
    (root / "docs" / "next.md").write_text(text, encoding="utf-8")
    append(root / "mkdocs.yml", "validation: {anchors: warn}")
    first, second = (build(root, tmp_path / f"{cores}", cores) for cores in (1, 2))
    assert (first.returncode, first.stderr) == (second.returncode, second.stderr) == (0, "")
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


NOT_JINJA = "put {% raw %} before and {% endraw %} after text in braces"
FAULTS = {
    FAILS: "docs/sprints/SPRINT_2.md: ZeroDivisionError: division by zero",
    LEAVES: "docs/sprints/SPRINT_2.md: SystemExit: 3",
    WARNS: "MkDocs: odd",
    "---\ntitle: Next\n": "docs/next.md:1: the front matter has no end; write `---` on the line after it",
    "{{ nope() }}": f"docs/next.md:1: UndefinedError: 'nope' is undefined; {NOT_JINJA}",
    "[One](sprints/SPRINT_1.md#gone)": (
        "MkDocs: Doc file 'next.md' contains a link 'sprints/SPRINT_1.md#gone', but the doc 'sprints/SPRINT_1.md' does "
        "not contain an anchor '#gone'."
    ),
}
"""Faults by their cause: code on the page of a sprint, or text of a team's page; each with its error."""


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_is_reported_as_without_workers_and_ends_them(root: Path, tmp_path: Path, fault: str) -> None:
    on_sprint = fault in {FAILS, LEAVES, WARNS}
    (root / "docs" / "next.md").write_text("" if on_sprint else fault, encoding="utf-8")
    append(root / "mkdocs.yml", "validation: {anchors: warn}")
    done = build(root, tmp_path / "site", 2, fault if on_sprint else "pass")
    assert (done.returncode, done.stderr) == (2, f"masterplan: {FAULTS[fault]}\n")
    assert list((tmp_path / ".site-builds").glob("build-*")) == []


KILLED_PARENT = """
import os, signal, time
from masterplan.publish.workers import Workers

parent = os.getpid()

def make(number):
    if number == 0:
        os.kill(parent, signal.SIGKILL)
        while os.getppid() == parent:
            time.sleep(0.01)
    print(number, flush=True)
    return ""

list(Workers(1, 3, make).lines())
"""


def test_a_worker_ends_after_its_build_is_killed() -> None:
    done = subprocess.run((sys.executable, "-c", KILLED_PARENT), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, "0\n")


INTERRUPTED = """
import os, signal
from masterplan.publish.workers import forked

os.register_at_fork(before=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    forked() or os._exit(0)
except KeyboardInterrupt:
    print("interrupted")
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("alone")
"""


def test_an_interrupt_during_a_fork_is_not_lost_and_leaves_no_process() -> None:
    done = subprocess.run((sys.executable, "-c", INTERRUPTED), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("interrupted\nalone\n", "")


INTERRUPTED_WORKER = """
import os, signal
from masterplan.publish.workers import forked

os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    process = forked()
    os.waitpid(process, 0) if process else os._exit(0)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_is_for_the_build_and_not_for_its_workers() -> None:
    done = subprocess.run((sys.executable, "-c", INTERRUPTED_WORKER), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


def refused(*_: object, **__: object) -> NoReturn:
    """Raise the error of a system that has no more resources."""
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


def test_without_more_processes_or_files_there_are_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((os, "fork"), (tempfile, "TemporaryFile")):
        monkeypatch.setattr(module, name, refused)
        assert list(Workers(2, 3, str).lines()) == []


def test_without_information_about_threads_there_is_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listdir", refused)
    assert cores() == 1


def test_texts_that_a_worker_does_not_make_are_made_when_they_are_needed() -> None:
    started = os.getpid()

    def odd() -> str:
        return f"made {'here' if os.getpid() == started else 'ahead'} \u2028 \udcff\n"

    def fails_in_worker() -> str:
        return "made here" if os.getpid() == started else str(1 / 0)

    def ends_worker() -> str:
        if os.getpid() != started:
            os.kill(os.getpid(), signal.SIGKILL)
        return "made here"

    here, ahead = "made here \u2028 \udcff\n", "made ahead \u2028 \udcff\n"
    makers = {"a": odd, "b": fails_in_worker}
    assert dict(TextsAhead(makers, has_worker=True).collected()) == {"a": ahead, "b": "made here"}
    assert dict(TextsAhead(makers, has_worker=False).collected()) == {"a": here, "b": "made here"}
    texts = dict(TextsAhead({**makers, "c": ends_worker}, has_worker=True).collected())
    assert texts == {"a": here, "b": "made here", "c": "made here"}
