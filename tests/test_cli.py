"""The command line: what each command prints and where, and its exit code; never a traceback."""

import errno
import os
import pty
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer.main

from masterplan.cli import app as cli
from masterplan.cli.console import err
from masterplan.cli.export import register
from masterplan.cli.group import commands_for
from masterplan.edit import scaffold
from masterplan.errors import DEBUG
from masterplan.files import OWN
from tests.plans import BASE, loaded, write_plan
from tests.sites import OURS, command, masterplan, small_repository

WRONG_PLAN = BASE | {"plan.yml": "title: Base\nstart: soon\ntitel: Twice\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_plan(tmp_path / "plan", BASE)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    return write_plan(tmp_path / "wrong", WRONG_PLAN)


def paths(root: Path) -> set[Path]:
    """All paths in a repository except masterplan's own files, which Git ignores."""
    return {path for path in root.rglob("*") if OWN not in path.parts}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by the words that call it."""
    yield path, group
    for name, below in getattr(group, "commands", {}).items():
        yield from commands(below, (*path, name))


register()
COMMANDS = dict(commands(typer.main.get_command(commands_for())))


def test_the_main_commands_exist() -> None:
    names = {" ".join(path) for path in COMMANDS}
    assert {"check", "build", "serve", "schema", "new sprint"} <= names


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_explains_a_command_and_all_its_options(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*path, "--help"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.startswith(" ".join(["Usage: masterplan", *path]))
    command_ = COMMANDS[path]
    assert " ".join(command_.help.split()[:5]) in " ".join(printed.out.split())
    for parameter in command_.params:
        assert parameter.help
        assert (max(parameter.opts, key=len) if parameter.opts[0].startswith("-") else parameter.metavar) in printed.out
    derived = re.findall(r"<[^>]*>|[a-z]+ range", printed.out)  # by Typer from types, such as `<str>`
    assert [value for value in derived if "|" not in value] == [], "a parameter needs a metavar"


def test_the_list_of_commands_has_whole_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    assert "init Start a plan: write the plan, the site's settings and a workflow that publishes it" in listed
    assert "..." not in listed.replace("[ARGS]...", "")


@pytest.mark.parametrize("group", [[], ["new"], ["export"]], ids=" ".join)
def test_help_is_shown_without_a_command(group: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*group, "--help"]) == 0
    help_ = capsys.readouterr().out
    assert cli.run(group) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.split() == help_.split()
    assert printed.err.count("\n") == help_.count("\n")


def test_a_command_that_edits_names_a_missing_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command_ in (["start", "1"], ["reach", "M1"], ["new", "sprint", "Title"]):
        assert cli.run([*command_, "--root", str(tmp_path)]) == 2
        assert f"there is no plan in {tmp_path}; start one with `masterplan init`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("chek", "there is no command chek; did you mean `check`?\n"),
        ("check --nope", "there is no option --nope; see `masterplan check --help`\n"),
        ("check --formt text", "there is no option --formt; did you mean `--format`?\n"),
        ("check a b", "there are too many arguments: a b; see `masterplan check --help`\n"),
        ("check --root nowhere", "--root must exist, but there is no nowhere; see `masterplan check --help`\n"),
        (
            "check --root {root}/plan_data/plan.yml",
            "--root must be a folder, but {root}/plan_data/plan.yml is a file; see",
        ),
        ("check --root {root} --output {root}", "--output must be a file, but {root} is a folder; see"),
        ("check --fail-on", "--fail-on needs a value\n"),
        ("export csv --bom=3", "--bom takes no value\n"),
        (
            "check --fail-on loud",
            "--fail-on must be one of error, warning, info, not loud; see `masterplan check --help`\n",
        ),
        ("explain nothing-like-it", "there is no rule nothing-like-it; `masterplan rules` lists them"),
        ("check --root {root} --today tomorrow", "--today must be a date such as 2025-11-16, not tomorrow; see"),
        ("check --root {root} --today 2025-02-30", "--today must be a date such as 2025-11-16, not 2025-02-30; see"),
        ("build --host jekyll", "--host must be one of mkdocs, properdocs, zensical, not jekyll; see"),
        ("build --host it's", "--host must be one of mkdocs, properdocs, zensical, not it's; see"),
        ("progress 1 --percent 101", "--percent must be a whole number from 0 to 100, not 101; see"),
        ("progress 1 --percent -1", "--percent must be a whole number from 0 to 100, not -1; see"),
        ("progress 1 --percent half", "--percent must be a whole number from 0 to 100, not half; see"),
        ("export mermaid --depth -1", "--depth must be a whole number of at least 0, not -1; see"),
        ("start 1 --day 2025-02-30", "--day must be a date such as 2025-11-16, not 2025-02-30; see"),
        ("init --start spring", "--start must be a date such as 2025-11-16, not spring; see"),
        ("block 1", "--note is missing; see `masterplan block --help`\n"),
        ("block 1 --note=", "--note must not be empty; see `masterplan block --help`\n"),
        ("init --first=", "--first must not be empty; see"),
        ("build --root {root}", "there is no mkdocs.yml in {root}; write it with `masterplan init`\n"),
        ("serve --root {root}", "there is no mkdocs.yml in "),
        (
            "build --root {root}/plan_data",
            "/plan_data; the plan is in {root}: run the command there, or name that folder",
        ),
        (
            "start 1 --root {root}/plan_data/sprints",
            "; the plan is in {root}: run the command there, or name that folder",
        ),
        ("diff HEAD:teams/a --root {root}", "there is no Git repository in {root}"),
        ("serve --address 8000", "8000 is not an address like 127.0.0.1:8000"),
        ("serve --address 127.0.0.1:http", "127.0.0.1:http is not an address"),
        ("serve --address 127.0.0.1:99999", "127.0.0.1:99999 is not an address"),
        ("schema {root}/plan_data/plan.yml", "FOLDER must be a folder, but {root}/plan_data/plan.yml is a file; see"),
        (
            "schema {root}/plan_data/plan.yml/below",
            "plan.yml/below: a file is where this path needs a folder\n",
        ),
        ("new page risks --root {root}", "there is no mkdocs.yml in {root}; write it with `masterplan init`\n"),
        ("new sprint", "TITLE is missing; see `masterplan new sprint --help`"),
        ("new sprint Title --root {wrong}", "the plan has errors; run `masterplan check --root {wrong}` and fix"),
        ("new sprint Title --root {root} --id 1", "the id 1 is already taken"),
        ("new sprint Title --root {root} --id ../4", "`../4` is not a valid id"),
        ("new sprint Title --root {root} --phase 9", "there is no phase 9; choose one of 1, 2"),
        ("new sprint Title --root {root} --needs 9", "there is no sprint 9; choose one of 1, 2, 3"),
    ],
)
def test_wrong_usage_is_reported_in_one_sentence(
    arguments: str, says: str, root: Path, wrong: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = paths(root) | paths(wrong)
    assert cli.run(arguments.format(root=root, wrong=wrong).split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("masterplan: ")
    assert printed.err.count("\n") == 1
    assert says.format(root=root, wrong=wrong) in printed.err
    assert paths(root) | paths(wrong) == before


@pytest.mark.parametrize(
    "arguments",
    [
        "init {root}/new/team --demo",
        "init {root} --yes",
        "init {root}/new --yes --git",
        "import {root}/plan.csv --root {root}/empty",
        "export all --root {root} --output {root}/out/all",
        "export csv --root {root} --output {root}/out",
        "schema --root {root}",
    ],
)
def test_a_command_that_cannot_write_all_its_files_writes_none(
    arguments: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "empty").mkdir()
    (root / "plan.csv").write_text("id,title\n1,One\n2,Two\n", "utf-8")
    (root / ".gitignore").write_text("*.log\n", "utf-8")
    (root / "docs" / "schema").mkdir(parents=True)
    (root / "docs" / "schema" / "plan.schema.json").write_text("{}", "utf-8")
    before = {path: path.is_file() and path.read_bytes() for path in paths(root)}
    written: list[int] = []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert cli.run(arguments.format(root=root).split()) == 2
    assert capsys.readouterr().err.endswith(": No space left on device\n")
    assert {path: path.is_file() and path.read_bytes() for path in paths(root)} == before


@pytest.mark.parametrize("arguments", ["init new --git", "init new --from PLAN.md --git"])
def test_a_repository_without_git_is_refused_before_anything_is_written(arguments: str, tmp_path: Path) -> None:
    (tmp_path / "PLAN.md").write_text("# Plan\n\n## Sprint 1: One\n", "utf-8")
    done = masterplan(tmp_path, *arguments.split(), PATH="")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("masterplan: --git needs Git, which is not installed")
    assert [path.name for path in tmp_path.iterdir()] == ["PLAN.md"]


@pytest.mark.parametrize("arguments", [("new", "sprint", "a\udcff"), ("new", "sprint", "a", "--id", "\udcff")])
def test_an_argument_that_is_not_text_is_reported_in_one_sentence(arguments: tuple[str, ...], root: Path) -> None:
    done = masterplan(root, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("masterplan: the argument ")
    assert done.stderr.count("\n") == 1


def broken(*_: object, **__: object) -> None:
    raise RecursionError("too deep")


def test_an_unexpected_error_is_reported_in_one_sentence(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaffold, "new_sprint", broken)
    arguments = ["new", "sprint", "A", "--root", str(root)]
    assert cli.run(arguments) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("masterplan: RecursionError: too deep; this is a bug in masterplan")
    assert printed.count("\n") == 1
    monkeypatch.setenv(DEBUG, "1")
    with pytest.raises(RecursionError):
        cli.run(arguments)


INTERRUPTED = """
import runpy, sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == sys.argv[-1]:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
runpy.run_module("masterplan", run_name="__main__")
"""


@pytest.mark.parametrize("module", ["typer", "masterplan.today"])
def test_an_interrupt_while_modules_load_is_reported_in_one_sentence(module: str) -> None:
    done = subprocess.run((sys.executable, "-c", INTERRUPTED, module), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "masterplan: interrupted\n")


LOST = """
import os, runpy, signal, sys
class Library:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
    def find_spec(self, name, *_):
        if name == "masterplan.edit.scaffold":
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                {answer}
sys.meta_path.insert(0, Library())
runpy.run_module("masterplan", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("answer", ["return None", "raise ValueError('odd') from None", "Library()"])
def test_an_interrupt_that_a_library_loses_stops_the_command_before_it_writes(root: Path, answer: str) -> None:
    command = (sys.executable, "-c", LOST.format(answer=answer), "new", "sprint", "A", "--root", str(root))
    files = set((root / "plan_data").rglob("*"))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "masterplan: interrupted\n")
    assert set((root / "plan_data").rglob("*")) == files


def test_the_version_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr() == (f"masterplan {version('masterplan')}\n", "")


def test_check_confirms_that_a_plan_is_sound(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--root", str(root)]) == 0
    assert capsys.readouterr() == ("The plan is sound.\n", "")


def test_check_lists_all_mistakes(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--root", str(wrong)]) == 1
    printed = capsys.readouterr()
    places = [line.split()[0] for line in printed.out.splitlines() if line.startswith("plan_data/")]
    assert places == ["plan_data/plan.yml:2:8:", "plan_data/plan.yml:3:1:"]
    assert printed.out.endswith("\n2 errors\n")
    assert printed.err == ""


@pytest.mark.parametrize(("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1)])
def test_contradictions_fail_only_with_fail_on(fail_on: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--root", str(OURS), "--fail-on", fail_on]) == code
    assert re.search(
        r"^[0-9]+ contradictions, .* \([0-9]+ warnings, [0-9]+ info\)$", capsys.readouterr().out, re.MULTILINE
    )


@pytest.mark.parametrize("fail_on", ["error", "warning", "info"])
def test_errors_always_fail(wrong: Path, fail_on: str) -> None:
    assert cli.run(["check", "--root", str(wrong), "--fail-on", fail_on]) == 1


def test_places_and_plan_text_are_printed_literally(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = "title: A\n" + "# more\n" * 98 + '"[red]:warning:[/red]": x\n'
    assert cli.run(["check", "--root", str(write_plan(tmp_path, BASE | {"plan.yml": plan}))]) == 1
    printed = capsys.readouterr().out
    assert "plan_data/plan.yml:100:1: " in printed
    assert "[red]:warning:[/red]" in printed


def test_no_control_character_of_a_plan_reaches_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = 'title: "\\e[31mred\\x07"\n"\\e]0;owned\\x07": 1\n'
    assert cli.run(["check", "--root", str(write_plan(tmp_path, BASE | {"plan.yml": plan}))]) == 1
    assert all(char.isprintable() or char == "\n" for char in capsys.readouterr().out)


def test_a_pipe_gets_plain_text(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    for arguments in (("check",), ("build",), ("new", "sprint", "More"), ("schema",)):
        done = masterplan(root, *arguments)
        assert done.returncode == 0
        assert done.stderr == ""
        assert done.stdout.endswith("\n")
        assert all(char.isprintable() or char == "\n" for char in done.stdout)


def test_a_terminal_shows_that_a_build_is_running(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    reader, terminal = pty.openpty()
    with subprocess.Popen(command("build"), cwd=root, stdout=subprocess.PIPE, stderr=terminal) as running:
        os.close(terminal)
        shown = b""
        while piece := read_some(reader):
            shown += piece
        assert b"Building the site" in shown
        assert running.stdout is not None
        assert running.stdout.read().startswith(b"Built site/ from commit ")


def read_some(terminal: int) -> bytes:
    """What a terminal shows next; nothing once its other side is closed, which Linux reports as an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_characters_that_the_terminal_cannot_show_are_escaped(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE | {"plan.yml": "title: Base\nzürück🚀: 1\n"})
    done = masterplan(root, "check", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 1
    assert r"z\xfcr\xfcck\U0001f680" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code"), [("check", 1), ("rules", 0), ("--help", 0), ("explain dependency-cycle", 0)]
)
def test_a_closed_pipe_changes_no_exit_code(arguments: str, code: int, wrong: Path) -> None:
    with subprocess.Popen(
        command(*arguments.split()), cwd=wrong, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        running.stdout = None
        _, why = running.communicate()
    assert (running.returncode, why) == (code, b"")


def test_a_command_finishes_its_work_after_its_reader_has_gone(root: Path) -> None:
    done = shell(root, '(sleep 0.1; "$@"; echo $? >code) | true', "new", "sprint", "More")
    assert done.stderr == ""
    assert (root / "code").read_text() == "0\n"
    assert len(loaded(root).sprints) == 4


@pytest.mark.parametrize("arguments", ["check", "rules", "--help", "export badges health", "export json"])
def test_output_that_cannot_be_written_is_one_sentence(arguments: str, root: Path) -> None:
    done = shell(root, '"$@" >/dev/full', *arguments.split())
    assert (done.returncode, done.stderr) == (2, "masterplan: the output: No space left on device\n")


@pytest.mark.parametrize("arguments", ["check", "build", "init", "start 1", "diff HEAD"])
def test_a_deleted_current_folder_is_named(arguments: str, tmp_path: Path) -> None:
    done = shell(tmp_path, 'mkdir gone && cd gone && rmdir ../gone && "$@"', *arguments.split())
    assert (done.returncode, done.stderr) == (2, "masterplan: the current folder: No such file or directory\n")


@pytest.mark.parametrize("streams", [">&-", "<&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_command_runs_without_standard_streams(streams: str, wrong: Path) -> None:
    done = shell(wrong, f'"$@" {streams}', "check")
    assert (done.returncode, done.stderr) == (1, "")
    assert shell(wrong, f'"$@" {streams}', "unknown").returncode == 2


def shell(root: Path, script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The result of a shell script about a command of masterplan, which is its `$@`."""
    call = ("sh", "-c", script, "sh", *command(*arguments))
    return subprocess.run(call, cwd=root, capture_output=True, text=True, check=False)


def not_allowed(place: object, *_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(place))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("start 1", "nothing can be written to {root}: Permission denied; change its permissions, or use a clone "),
        ("new sprint More", "nothing can be written to {root}: Permission denied; change its permissions, or use a "),
        ("build", "no site can be written to {root}/site: Permission denied; choose another folder with --site"),
        ("schema", "{root}/docs/schema: Permission denied; change its permissions, or use another folder"),
    ],
)
def test_a_folder_that_may_not_be_changed_is_one_sentence_with_a_next_step(
    arguments: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = small_repository(tmp_path / "plan")
    monkeypatch.setattr(Path, "mkdir", not_allowed)
    assert cli.run([*arguments.split(), "--root", str(root)]) == 2
    assert capsys.readouterr().err.startswith(f"masterplan: {sentence.format(root=root)}")


def test_an_upgrade_can_be_tried_in_a_folder_that_may_not_be_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Path, "mkdir", not_allowed)
    assert cli.run(["upgrade", "--dry-run", "--root", str(root)]) == 0
    assert capsys.readouterr().err == ""


def test_build_prints_its_commit_and_the_number_of_contradictions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = small_repository(tmp_path / "plan")
    claim = 'declared:\n  - claim: sprints\n    says: "Sprints: 9"\n    value: 9\n'
    (root / "plan_data" / "plan.yml").write_text(BASE["plan.yml"] + claim)
    assert cli.run(["build", "--root", str(root)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.startswith(f"Built {root}/site/ from commit ")
    assert printed.out.endswith(" of 20 Nov 2025 and uncommitted changes; its audit shows 1 contradiction.\n")


TITLES = [
    "Plain",
    "no",
    "12:30",
    "007",
    "Fix #12 now",
    "a: b",
    "{{ 7*7 }}",
    "- dash",
    "\"quoted\" and 'quoted'",
    "back\\slash \\x41",
    "  spaces   and\ttabs\nand lines ",
    "[red]x[/red] :warning:",
    "é🚀日本語",
    "🚀",
    "../../etc/passwd",
    "x" * 900,
]


@pytest.mark.parametrize("title", TITLES)
def test_a_new_sprint_is_one_file_with_its_title(root: Path, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = paths(root)
    options = ("--root", str(root), "--phase", "2", "--needs", "1", "--needs", "3")
    assert cli.run(["new", "sprint", *options, "--", title]) == 0
    (path,) = paths(root) - before
    assert path.parent == root / "plan_data" / "sprints"
    assert capsys.readouterr().out.startswith(f"Wrote {path}. ")
    plan = loaded(root)
    assert plan.sprints["4"].title == " ".join(title.split())
    assert plan.phase_of["4"].id == "2"
    assert [dependency.sprint for dependency in plan.sprints["4"].depends_on or ()] == ["1", "3"]
    assert cli.run(["check", "--root", str(root)]) == 0


@pytest.mark.parametrize("way", ["plan", "./plan", "{above}/plan", "."])
def test_printed_paths_and_commands_work(
    way: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root if way == "." else root.parent)
    at = ("--root", way.format(above=root.parent))
    (root / "mkdocs.yml").write_text("site_name: Base\n", "utf-8")
    assert cli.run(["new", "sprint", "Fresh", *at]) == 0
    assert cli.run(["start", "2", *at]) == 0
    assert cli.run(["complete", "2", *at]) == 0
    assert cli.run(["new", "page", "risks", *at]) == 0
    printed = capsys.readouterr().out
    written = re.findall(r"(?:Wrote|and) (\S+?\.(?:yml|md))", printed)
    assert len(written) == len(set(written)) >= 4
    assert all(Path(path).is_file() for path in written)
    [command] = re.findall("`masterplan (.*?)`", printed)
    assert cli.run(command.split()) == 0
    capsys.readouterr()
    assert cli.run(["new", "page", "risks", *at]) == 2
    assert Path(capsys.readouterr().err.removeprefix("masterplan: ").split(" already exists")[0]).is_file()


@pytest.mark.parametrize("arguments", [("",), (" \n",), ("T", "--id", "1\n"), ("T", "--id", "a b")])
def test_a_new_sprint_with_a_wrong_title_or_id_is_refused(
    root: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = paths(root)
    assert cli.run(["new", "sprint", *arguments, "--root", str(root)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert paths(root) == before


def test_schemas_are_written_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "deep" / "schema"
    assert cli.run(["schema", "--check", str(folder)]) == 1
    assert not folder.exists()
    assert cli.run(["schema", str(folder)]) == 0
    assert cli.run(["schema", "--check", str(folder)]) == 0
    stale = folder / "sprint.schema.json"
    stale.write_text("{}")
    capsys.readouterr()
    assert cli.run(["schema", "--check", str(folder)]) == 1
    assert capsys.readouterr().out == f"{stale} is out of date\nRun `masterplan schema {folder}`.\n"
    assert stale.read_text() == "{}"
    assert cli.run(["schema", str(folder)]) == 0
    assert capsys.readouterr().out.endswith(" 1 new or changed.\n")
    assert cli.run(["schema", "--check", str(folder)]) == 0


def test_our_own_schemas_are_up_to_date() -> None:
    assert cli.run(["schema", "--check", str(OURS / "docs" / "schema")]) == 0


def test_python_runs_the_package_as_a_module(root: Path) -> None:
    done = masterplan(root, "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "The plan is sound.\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--output", "out/file"),
        ("export", "json", "--output", "out/file"),
        ("export", "csv", "--output", "out"),
        ("schema",),
    ],
)
@pytest.mark.parametrize("at", ["file", "folder"])
def test_no_output_is_written_through_a_link_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], at: str
) -> None:
    root, outside = write_plan(tmp_path / "plan", BASE), tmp_path / "outside"
    outside.mkdir()
    folder = root / "docs" / "schema" if arguments == ("schema",) else root / "out"
    folder.parent.mkdir(parents=True, exist_ok=True)
    if at == "folder":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        for name in ("file", "sprints.csv", "plan.schema.json"):
            (folder / name).symlink_to(outside / "new")
    monkeypatch.chdir(root)
    assert cli.run([*arguments]) == 2
    assert list(outside.iterdir()) == []


def test_an_output_outside_the_repository_may_be_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plan(tmp_path / "plan", BASE)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    monkeypatch.chdir(root)
    assert cli.run(["export", "json", "--output", str(tmp_path / "link")]) == 0
    assert (tmp_path / "file").is_file()


def test_the_status_line_of_a_build_needs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build forks, and a process with threads must not."""
    ours, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream, os.fdopen(ours, "rb", buffering=0) as reader:
        monkeypatch.setattr(sys, "stderr", stream)
        threads = threading.active_count()
        with err.status("Building the site"):
            assert threading.active_count() == threads
            assert reader.read(100).decode() == "Building the site …\r"
        assert reader.read(100).decode().strip(" ") == "\r"
