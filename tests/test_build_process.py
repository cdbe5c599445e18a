"""The build process of `masterplan serve` takes unchanged pages from the last site; its sites equal clean builds."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.publish.builder import FORKS
from tests.sites import append, called, change, contents, small_repository
from tests.test_last_build import EDIT, NUMBERED, Edit, clean, settings_with, together, write, written

PROGRAM = """
import sys
from pathlib import Path
from masterplan.cli import build_process
from masterplan.publish.page_memory import PageMemory

def recall(self, path, key, recall=PageMemory.recall):
    page = recall(self, path, key)
    if page:
        with Path(sys.argv[2]).open("a") as file:
            file.write(f"{path}\\n")
    return page

PageMemory.recall = recall
build_process.main(sys.argv[1], "mkdocs", "")
"""
"""Runs the build process, and writes the paths of pages from the last site into a file."""


class Process:
    """A running build process of a plan in `root`."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._folder, self._taken, self._number = root, folder, folder / "taken.txt", 0
        command = (sys.executable, "-c", PROGRAM, str(root), str(self._taken))
        self.running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def order(self) -> Path:
        """Order a build; returns its folder."""
        assert self.running.stdin
        self._number += 1
        folder = self._folder / str(self._number)
        self.running.stdin.write(json.dumps({"number": self._number, "folder": str(folder)}) + "\n")
        self.running.stdin.flush()
        return folder

    def build(self) -> tuple[int, set[str]]:
        """Order a build; returns its exit code and the pages it took from the last site, by their paths."""
        assert self.running.stdout
        self._taken.write_text("")
        folder = self.order()
        codes = (json.loads(line)["code"] for line in self.running.stdout)
        code = next(code for code in codes if code is not None)
        if code == 0:
            self._compare(folder / "site")
        return code, set(self._taken.read_text().split())

    def _compare(self, site: Path) -> None:
        copy = clean(self._root, self._folder / f"clean-{self._number}")
        assert called(copy, "build").returncode == 0
        assert contents(site) == contents(copy / "site")


@contextmanager
def process(root: Path, folder: Path) -> Iterator[Process]:
    folder.mkdir()
    process = Process(root, folder)
    with process.running:
        yield process


def sprint_pages(*numbers: int) -> set[str]:
    return {f"sprints/SPRINT_{number}/index.html" for number in numbers}


def test_pages_that_have_not_changed_are_taken_from_the_last_site(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    with process(root, tmp_path / "scratch") as server:
        assert server.build() == (0, set())
        append(root / "plan_data/sprints/3-c.yml", "objective: Hatch")
        code, taken = server.build()
        assert (code, taken & sprint_pages(1, 2, 3)) == (0, sprint_pages(1, 2) if FORKS else set())
        (root / "plan_data/sprints/2-b.yml").rename(tmp_path / "2-b.yml")
        assert server.build() == (1, set())
        (tmp_path / "2-b.yml").rename(root / "plan_data/sprints/2-b.yml")
        code, taken = server.build()
        assert (code, taken & sprint_pages(1, 2, 3)) == (0, sprint_pages(1, 2, 3) if FORKS else set())
        change(root / "mkdocs.yml", "site_name: Sprint Master Plan", "site_name: Another")
        assert server.build() == (0, set())
        change(root / "mkdocs.yml", "site_name: Another", "site_name: Another")
        assert server.build() == (0, set()), "a build may have read other settings before this edit undid theirs"


HOOK = """def on_env(env, config, files):
    env.trim_blocks = {}
    return env
"""

SEQUENCES: Mapping[str, tuple[Edit, ...]] = {
    "other templates": (
        together(settings_with("  - source.md\n", ""), settings_with("without:", "folder: plan\n      without:")),
        settings_with("folder: plan\n      without:", "without:"),
    ),
    "team's own macros": (
        written("main.py", 'def define_env(env):\n    env.conf["copyright"] = "One"\n'),
        written("main.py", 'def define_env(env):\n    env.conf["copyright"] = "Another"\n'),
        lambda root: (root / "main.py").unlink(),
    ),
    "hooks": (
        together(settings_with("watch:", "hooks: [hook.py]\nwatch:"), written("hook.py", HOOK.format("False"))),
        written("hook.py", HOOK.format("True")),
        settings_with("hooks: [hook.py]", "hooks: []"),
    ),
}
"""Edits in a row, after which other sites depend on unknown inputs or are written by other templates."""


@pytest.mark.parametrize("edits", SEQUENCES.values(), ids=SEQUENCES)
def test_each_site_equals_a_clean_build(tmp_path: Path, edits: tuple[Edit, ...]) -> None:
    root, (first, *others) = small_repository(tmp_path / "plan"), edits
    first(root)
    with process(root, tmp_path / "scratch") as server:
        assert server.build()[0] == 0
        for edit in others:
            edit(root)
            assert server.build()[0] == 0


BUSY = """import time
from pathlib import Path

def define_env(env):
    Path(__file__).with_name("started").touch()
    while True:
        try:
            time.sleep(9)
        except BaseException:
            pass
"""


def test_a_build_that_ignores_signals_is_killed(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    with process(root, tmp_path / "scratch") as server:
        write(root / "main.py", BUSY)
        server.order()
        while not (root / "started").exists():
            time.sleep(0.01)
        (root / "main.py").unlink()
        assert server.build()[0] == 0


def test_a_folder_that_cannot_be_written_is_reported_in_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A file is in its place."""
    with process(small_repository(tmp_path / "plan"), tmp_path / "scratch") as server:
        (tmp_path / "scratch" / "1").touch()
        assert server.build() == (2, set())
    error = capfd.readouterr().err
    assert error.startswith("masterplan: ")
    assert error.count("\n") == 1


@given(rounds=st.lists(st.lists(EDIT, max_size=3), min_size=3, max_size=5))
@settings(max_examples=2, deadline=None)
def test_each_site_equals_a_clean_build_after_any_edits(rounds: list[list[tuple[str, int]]]) -> None:
    with TemporaryDirectory(prefix="masterplan-served-") as folder:
        root = small_repository(Path(folder, "plan"))
        with process(root, Path(folder, "scratch")) as server:
            for edits in rounds:
                for kind, n in edits:
                    if edit := NUMBERED.get(kind):  # variables stay, because the process has its own
                        edit(root, n)
                assert server.build()[0] == 0
