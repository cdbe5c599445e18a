"""`masterplan diff` and the driver by which Git speaks of plans: sides, exit codes, formats, and hostile text."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import get_args
from unittest.mock import Mock

import jsonschema
import pytest

from masterplan.cli import app as cli
from masterplan.cli.diff import DiffFormat, FailOnWeight, fails
from masterplan.git import textconv
from masterplan.git.textconv import fact_lines
from masterplan.load.loader import make
from masterplan.model.change import WEIGHTS, Change, ChangeRule, Difference, Weight
from masterplan.model.naming import PLAN
from masterplan.model.place import Place
from masterplan.render.review import DIFF_FORMATS, data
from tests.commits import FIRST, begin, commit, git, record
from tests.plans import BASE, write_plan
from tests.sites import OURS, command

RISKY = 'id: "2"\ntitle: B\ndepends_on:\n  - sprint: "1"\nrisk:\n  level: high\n'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin(tmp_path)


@pytest.fixture
def diff(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in the repository: exit code, what it says, and what it says went wrong."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["diff", *arguments, "--root", str(root)])
        return code, *capsys.readouterr()

    return run


def rules(said: str) -> set[str]:
    """The ids of the changes that the terminal names."""
    return set(re.findall(r": (?:breaking|notable|editorial) ([a-z-]+)", said))


def test_the_same_plan_is_the_same(root: Path, diff: Run) -> None:
    assert diff("HEAD") == (0, "No change to the plan between HEAD and the working tree.\n", "")
    other = write_plan(root, {"sprints/2-b.yml": '# laid out anew\ntitle: "B"\nid: "2"\ndepends_on: [{sprint: "1"}]\n'})
    assert diff("HEAD")[0] == 0
    assert diff(str(other), "HEAD")[0] == 0


def test_the_files_as_they_are_are_the_newer_side(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    code, said, wrong = diff("HEAD")
    assert (code, wrong) == (1, "")
    assert "plan_data/sprints/2-b.yml" in said
    assert said.endswith(" between HEAD and the working tree: 1 notable.\n")


def test_two_revisions_are_compared_and_not_the_checkout(root: Path, diff: Run) -> None:
    commit(root, {"sprints/2-b.yml": RISKY})
    write_plan(root, {"plan.yml": "titel: Wrong\n"})
    assert diff("HEAD~1", "HEAD")[0] == 1
    assert rules(diff("HEAD~1", "HEAD")[1])
    assert rules(diff("HEAD", "HEAD~1")[1])
    assert diff("HEAD~1", "HEAD~1")[0] == 0


@pytest.mark.parametrize("name", ["HEAD^1", "main", "HEAD"])
def test_a_folder_never_takes_the_place_of_a_revision(
    root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A branch that adds a folder called like the base would else be compared with itself."""
    commit(root, {"sprints/2-b.yml": RISKY})
    write_plan(root / name, BASE | {"sprints/2-b.yml": RISKY})
    head = record(root, "A folder like a revision")
    monkeypatch.chdir(root)
    for sides in ((name, head), (head, name)):
        code, said, wrong = diff(*sides)
        assert (code, said) == (2, "")
        assert "both a revision and a folder" in wrong
    assert diff(f"{head}~2", head)[0] == 1
    assert diff(f"./{name}", head)[0] == 0


def test_a_full_hash_is_a_commit_whatever_a_folder_is_called(
    root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = git(root, "rev-parse", "HEAD")
    write_plan(root / base, BASE | {"sprints/2-b.yml": RISKY})
    commit(root, {"sprints/2-b.yml": RISKY})
    monkeypatch.chdir(root)
    assert diff(base, "HEAD")[0] == 1


def test_a_folder_is_a_side_as_a_path(root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(root / "old", BASE | {"sprints/2-b.yml": RISKY})
    monkeypatch.chdir(root)
    assert [diff(side, "HEAD")[0] for side in ("./old", str(root / "old"), ".", f"../{root.name}/old/")] == [1, 1, 0, 1]
    assert diff("HEAD", str(root))[0] == 0
    code, _, wrong = diff("old", "HEAD")
    assert code == 2
    assert wrong.endswith("for the folder, write ./old\n")


def test_a_plan_below_the_root_of_its_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    below = write_plan(tmp_path / "teams" / "search", BASE)
    (tmp_path / "docs").mkdir()
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    record(tmp_path, "The plan")
    write_plan(below, {"sprints/2-b.yml": RISKY})
    assert cli.run(["diff", "main", "--root", str(below)]) == 1
    assert cli.run(["diff", "main:teams/search", "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("plan_data:1:1: error missing-file")
    assert cli.run(["diff", "main:teams/search", "main:teams/search/", "--root", str(tmp_path)]) == 0
    assert cli.run(["diff", "main:./teams/search", "main", "--root", str(below)]) == 0
    capsys.readouterr()
    assert cli.run(["diff", "main:teams/other", "--root", str(below)]) == 2
    assert "that revision has no folder teams/other" in capsys.readouterr().err


@pytest.mark.parametrize("side", ["nowhere", "--", "-x", "HEAD:nowhere", "HEAD:plan_data/plan.yml", ""])
def test_a_side_that_is_not_there_is_no_sameness(diff: Run, side: str) -> None:
    code, said, wrong = diff("HEAD", "--", side) if side.startswith("-") else diff("HEAD", side)
    assert (code, said) == (2, "")
    assert len(wrong.splitlines()) == 1


def test_every_format_is_an_option_and_in_the_guide() -> None:
    assert get_args(DiffFormat) == tuple(DIFF_FORMATS)
    guide = (OURS / "docs" / "guide" / "compare.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE) == list(DIFF_FORMATS)


@pytest.mark.parametrize("sides", [("HEAD~1", "HEAD"), ("HEAD", "HEAD~1"), ("HEAD",)])
@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_a_wrong_plan_on_either_side_is_no_sameness(root: Path, diff: Run, form: str, sides: tuple[str, ...]) -> None:
    commit(root, {"plan.yml": "titel: Wrong\n"})
    write_plan(root, {"plan.yml": BASE["plan.yml"]})
    code, said, wrong = diff(*sides, "--format", form)
    assert (code, said) == (2, "")
    assert "HEAD:plan_data/plan.yml:1:1: error unknown-field" in wrong


NEW = "This is a new plan: 3 sprints, 3 weeks"
UNREAD = "The base cannot be read as a plan, so nothing was compared. The plan is now: 3 sprints, 3 weeks"


@pytest.mark.parametrize("form", DIFF_FORMATS)
@pytest.mark.parametrize("folder", ["", "teams/search"])
def test_the_first_plan_of_a_repository_is_a_new_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, folder: str
) -> None:
    git(tmp_path, "init", "--quiet")
    record(tmp_path, "No plan yet")
    below = write_plan(tmp_path / folder, BASE)
    record(tmp_path, "The plan")
    sides = ["diff", "HEAD^1", "HEAD", "--root", str(below), "--format", form]
    assert cli.run([*sides, "--fail-on", "never"]) == 0
    shown = capsys.readouterr().out
    assert '"older": "none"' in shown if form == "json" else NEW in unescape(shown)
    assert "Sprint 3 (C) is new" in unescape(shown)
    assert "between" not in shown
    assert cli.run([*sides, "--fail-on", "breaking"]) == 0
    assert cli.run(sides) == 1


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_a_base_that_is_wrong_stops_no_repair(root: Path, diff: Run, form: str) -> None:
    commit(root, {"plan.yml": "titel: Wrong\n"})
    commit(root, {"plan.yml": BASE["plan.yml"]})
    code, shown, wrong = diff("HEAD^1", "HEAD", "--fail-on", "never", "--format", form)
    assert (code, wrong) == (0, "")
    assert '"older": "unreadable"' in shown if form == "json" else UNREAD in unescape(shown)
    assert "the same" not in shown
    assert "No change to the plan" not in shown
    assert diff("HEAD", "HEAD^1", "--fail-on", "never")[0] == 2


def test_a_folder_without_a_plan_is_no_new_plan(root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "empty").mkdir()
    monkeypatch.chdir(root)
    assert diff("./empty", "HEAD")[0] == 2
    assert diff("HEAD:nowhere", "HEAD")[0] == 2


def test_a_wrong_plan_leaves_no_report_behind(root: Path, diff: Run) -> None:
    write_plan(root, {"plan.yml": "titel: Wrong\n"})
    assert diff("HEAD", "--output", str(root / "review"))[0] == 2
    assert not (root / "review").exists()


@pytest.mark.parametrize("fail_on", [*WEIGHTS, "never"])
@pytest.mark.parametrize("weight", [*WEIGHTS, None])
def test_the_exit_code_is_of_the_gravest_change(fail_on: FailOnWeight, weight: Weight | None) -> None:
    found = () if weight is None else (change("editorial"), change(weight))
    wanted = {"breaking": 1, "notable": 2, "editorial": 3, "never": 0}[fail_on]
    grave = {"breaking": 1, "notable": 2, "editorial": 3, None: 9}[weight]
    assert fails(Difference(found, (), (), (), ()), fail_on) is (grave <= wanted)


def change(weight: Weight) -> Change:
    rule = ChangeRule("made-up", weight, "Something made up changed.")
    return Change(rule, PLAN, "", "made up", "", "", Place("plan"), ())


def test_the_threshold_is_taken_from_the_command_line(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    codes = [diff("HEAD", "--fail-on", each)[0] for each in ("breaking", "notable", "editorial", "never")]
    assert codes == [0, 1, 1, 0]


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_every_format_is_printed_and_written(root: Path, diff: Run, form: str) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    said = diff("HEAD", "--format", form)[1]
    target = root / "out" / "review"
    code, summary, _ = diff("HEAD", "--format", form, "--output", str(target))
    assert code == 1
    assert summary.startswith(f"{target}: 1 change between HEAD and the working tree")
    assert target.read_text("utf-8") == said


def test_json_is_what_its_schema_says(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY, "sprints/3-c.yml": 'id: "3"\ntitle: C\n', "plan.yml": "title: Other\n"})
    told = json.loads(diff("HEAD", "--format", "json")[1])
    jsonschema.validate(told, data.schema())
    assert told["schema"] == "masterplan/difference/v1"
    assert sum(told["counts"].values()) == len(told["changes"]) > 2
    assert {"sprint 2", "sprint 3", "plan"} <= {each["subject"] for each in told["changes"]}
    assert all(edit["before"] != edit["after"] for each in told["changes"] for edit in each["edits"])
    told_of = [*told["consequences"], *told["appeared"], *told["disappeared"]]
    causes = {told["changes"][position]["subject"] for each in told_of for position in each["causes"]}
    assert {"sprint 2", "sprint 3"} <= causes


def test_only_ones_own_side_of_two_branches(root: Path, diff: Run) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"sprints/2-b.yml": RISKY})
    git(root, "checkout", "--quiet", "main")
    commit(root, {"plan.yml": "title: Other\n"})
    both, own = (json.loads(diff(*way, "main", "side", "--format", "json")[1]) for way in ((), ("--merge-base",)))
    assert {each["subject"] for each in own["changes"]} == {"sprint 2"}
    assert {"plan", "sprint 2"} == {each["subject"] for each in both["changes"]}
    assert diff("--merge-base", "side", "main~1")[0] == 0


def test_both_sides_speak_of_the_day_of_the_newer(root: Path, diff: Run) -> None:
    """Time that has passed between two commits is no change: what is stale now is so on both sides."""
    waiting = 'entries:\n  - {sprint: "1", date: 2025-11-16, state: in progress}\n'
    commit(root, {"progress/2025.yml": waiting})
    commit(root, {"plan.yml": "title: Other\n"}, when=FIRST + 365 * 24 * 3600)
    told = json.loads(diff("HEAD~1", "HEAD", "--format", "json")[1])
    assert [each["subject"] for each in told["changes"]] == ["plan", "plan"]
    assert (told["appeared"], told["disappeared"]) == ([], [])


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_plan_text_does_nothing_on_a_terminal_or_a_page(root: Path, diff: Run, form: str) -> None:
    hostile = "title: '<img src=x onerror=alert(1)> \u001b[31m ::error::x @everyone [bold]'\n".replace("\u001b", "")
    write_plan(root, {"plan.yml": hostile})
    said = diff("HEAD", "--format", form)[1]
    assert "\x1b" not in said
    assert form in {"json", "text"} or "<img" not in said
    assert not any(line.startswith("::") for line in said.splitlines())


def test_the_same_bytes_whatever_the_hashes(root: Path) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY, "plan.yml": "title: Other\n", "sprints/9-x.yml": 'id: "9"\ntitle: X\n'})
    for form in ("json", "html"):
        said = {
            subprocess.run(
                command("diff", "HEAD", "--format", form),
                cwd=root,
                env=os.environ | {"PYTHONHASHSEED": seed},
                capture_output=True,
                check=False,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(said) == 1
        assert said != {b""}


def test_changes_of_words_alone_are_folded_on_a_terminal(root: Path, diff: Run) -> None:
    write_plan(
        root, {"sprints/2-b.yml": RISKY.replace("title: B", "title: B!"), "plan.yml": "title: Base\nsummary: So.\n"}
    )
    said = diff("HEAD")[1]
    told = json.loads(diff("HEAD", "--format", "json")[1])
    words = [each for each in told["changes"] if each["weight"] == "editorial"]
    assert words
    assert f"{len(words)} wording changes in plan_data/" in said
    assert not any(each["message"] in said for each in words)


@pytest.fixture
def speaking(root: Path) -> Path:
    """A repository in which Git was told how to speak of plans."""
    driver = f"{shlex.quote(sys.executable)} -m masterplan git-diff-driver"
    git(root, "config", "diff.masterplan.textconv", driver)
    (root / ".gitattributes").write_text("plan_data/**/*.yml diff=masterplan\n", "utf-8")
    record(root, "Attributes")
    return root


def changed(said: str) -> list[str]:
    return [line for line in said.splitlines() if re.match(r"[-+](?![-+])", line)]


@pytest.mark.parametrize("how", [("diff", "HEAD~1"), ("log", "-p", "-1"), ("show",)])
def test_git_speaks_of_the_plan(speaking: Path, how: tuple[str, ...]) -> None:
    moved = 'depends_on: [{strength: soft, sprint: "1"}]\n# laid out anew\ntitle: B\nid: "2"\n'
    commit(speaking, {"sprints/2-b.yml": moved})
    assert changed(git(speaking, *how)) == [
        "-sprints / 2 / depends_on / 1 / strength: hard",
        "+sprints / 2 / depends_on / 1 / strength: soft",
    ]


def test_git_shows_nothing_where_only_the_layout_changed(speaking: Path) -> None:
    commit(speaking, {name: f"# a note\n{BASE[name]}" for name in ("plan.yml", "sprints/1-a.yml", "progress/2025.yml")})
    assert changed(git(speaking, "show")) == []


def test_git_shows_the_text_of_a_file_that_is_no_plan(speaking: Path) -> None:
    commit(speaking, {"plan.yml": "titel: Wrong\n"})
    assert "+titel: Wrong" in changed(git(speaking, "show"))
    commit(speaking, {"plan.yml": "title: [\n"})
    assert "+title: [" in changed(git(speaking, "show"))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("plan.yml", "plan / title: Base"),
        ("team.yml", "people / ada / name: Ada"),
        ("phases.yml", "phases / 1 / when: 1-2"),
        ("options.yml", "options / A / people / Dev / work / 1,2,3 / when: 1-3"),
        ("sprints/1-a.yml", "sprints / 1 / owner: ada"),
        ("progress/2025.yml", "entries / 1 / 2025-11-16 / state: done"),
    ],
)
def test_each_file_of_a_plan_is_a_fact_a_line(path: str, line: str) -> None:
    assert line in fact_lines(BASE[path].encode()).decode().splitlines()


@pytest.mark.parametrize("path", BASE)
def test_a_file_is_read_once_as_what_it_is(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Mock(side_effect=make)
    monkeypatch.setattr(textconv, "make", counted)
    assert fact_lines(BASE[path].encode()) != BASE[path].encode()
    assert counted.call_count == 1


def test_a_text_of_several_lines_is_several_lines() -> None:
    said = fact_lines(b"title: T\nsummary: |\n  One\n  two\n").decode()
    assert "plan / summary: One\nplan / summary: two\n" in said


def test_our_own_repository_tells_git_which_files_are_a_plan() -> None:
    names = [
        "plan_data/plan.yml",
        "plan_data/sprints/4-request-batching.yml",
        "plan_data/progress/2025.yml",
        "mkdocs.yml",
    ]
    said = git(OURS, "check-attr", "diff", *names).splitlines()
    assert [line.rpartition(" ")[2] for line in said] == ["masterplan"] * 3 + ["unspecified"]


def test_sprints_lead_to_the_site_and_lines_to_the_files(
    root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    monkeypatch.setenv("SITE_URL", "https://example.org/plan/")
    monkeypatch.setenv("SOURCE_URL", "https://example.org/files/1a2b")
    said = diff("HEAD", "--format", "markdown")[1]
    assert "[Sprint 2](https://example.org/plan/sprints/SPRINT_2/)" in said
    assert "](https://example.org/files/1a2b/plan_data/sprints/2-b.yml#L" in said
    monkeypatch.setenv("SITE_URL", "javascript:alert(1)")
    assert "javascript" not in diff("HEAD", "--format", "html")[1]


def test_what_follows_is_said_with_its_cause(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    said = diff("HEAD")[1]
    assert re.search(r" risk-stated Sprint 2: .*\n  Sprints at high risk: none -> Sprint 2 \(\+1, worse\)\n", said)
    assert re.search(r"New findings\n(.*\n)*.*warning risk-without-owner ", said)
