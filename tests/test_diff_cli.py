"""`masterplan diff` and the driver that makes `git diff` readable: sides, exit codes, formats, and hostile text."""

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
from masterplan.load.loader import load_part
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
    """Run the command in the repository; returns its exit code, output and errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["diff", *arguments, "--root", str(root)])
        return code, *capsys.readouterr()

    return run


def rules(output: str) -> set[str]:
    """The rules of the changes in the text output."""
    return set(re.findall(r": (?:breaking|notable|editorial) ([a-z-]+)", output))


def test_equal_plans_have_no_changes(root: Path, diff: Run) -> None:
    assert diff("HEAD") == (0, "No change to the plan between HEAD and the working tree.\n", "")
    other = write_plan(
        root, {"sprints/2-b.yml": '# formatted again\ntitle: "B"\nid: "2"\ndepends_on: [{sprint: "1"}]\n'}
    )
    assert diff("HEAD")[0] == 0
    assert diff(str(other), "HEAD")[0] == 0


def test_the_working_tree_is_the_newer_side_by_default(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    code, output, wrong = diff("HEAD")
    assert (code, wrong) == (1, "")
    assert "plan_data/sprints/2-b.yml" in output
    assert output.endswith(" between HEAD and the working tree: 1 notable.\n")


def test_two_revisions_are_compared_without_the_working_tree(root: Path, diff: Run) -> None:
    commit(root, {"sprints/2-b.yml": RISKY})
    write_plan(root, {"plan.yml": "titel: Wrong\n"})
    assert diff("HEAD~1", "HEAD")[0] == 1
    assert rules(diff("HEAD~1", "HEAD")[1])
    assert rules(diff("HEAD", "HEAD~1")[1])
    assert diff("HEAD~1", "HEAD~1")[0] == 0


@pytest.mark.parametrize("name", ["HEAD^1", "main", "HEAD"])
def test_a_folder_named_like_a_revision_is_refused(
    root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Otherwise a branch that adds a folder with the name of the base would be compared with itself."""
    commit(root, {"sprints/2-b.yml": RISKY})
    write_plan(root / name, BASE | {"sprints/2-b.yml": RISKY})
    head = record(root, "A folder like a revision")
    monkeypatch.chdir(root)
    for sides in ((name, head), (head, name)):
        code, output, wrong = diff(*sides)
        assert (code, output) == (2, "")
        assert "both a revision and a folder" in wrong
    assert diff(f"{head}~2", head)[0] == 1
    assert diff(f"./{name}", head)[0] == 0


def test_a_full_hash_is_a_commit_even_if_a_folder_has_that_name(
    root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = git(root, "rev-parse", "HEAD")
    write_plan(root / base, BASE | {"sprints/2-b.yml": RISKY})
    commit(root, {"sprints/2-b.yml": RISKY})
    monkeypatch.chdir(root)
    assert diff(base, "HEAD")[0] == 1


def test_a_side_can_be_the_path_of_a_folder(root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(root / "old", BASE | {"sprints/2-b.yml": RISKY})
    monkeypatch.chdir(root)
    assert [diff(side, "HEAD")[0] for side in ("./old", str(root / "old"), ".", f"../{root.name}/old/")] == [1, 1, 0, 1]
    assert diff("HEAD", str(root))[0] == 0
    code, _, wrong = diff("old", "HEAD")
    assert code == 2
    assert wrong.endswith("for the folder, write ./old\n")


def test_a_plan_below_the_root_of_its_repository_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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


@pytest.mark.parametrize(
    ("side", "sentence"),
    [
        ("HEAD:plan_data", "HEAD:plan_data is inside a plan; name the folder with plan_data/ in it: HEAD:\n"),
        ("HEAD:a/plan_data/", "HEAD:a/plan_data/ is inside a plan; name the folder with plan_data/ in it: HEAD:a\n"),
        (":plan_data", ":plan_data names no revision before the colon; write it like main:teams/search\n"),
        ("", "an empty name is not a revision of the repository in "),
        ("./nowhere", "there is no folder ./nowhere\n"),
        ("HEAD:nowhere", "that revision has no folder nowhere; its path starts at the top of the repository\n"),
    ],
)
def test_a_side_without_a_plan_is_one_sentence_with_a_next_step(side: str, sentence: str, diff: Run) -> None:
    code, _, wrong = diff(side)
    assert code == 2
    assert sentence in wrong


@pytest.mark.parametrize("side", ["nowhere", "--", "-x", "HEAD:nowhere", "HEAD:plan_data/plan.yml", ""])
def test_an_unknown_side_is_an_error(diff: Run, side: str) -> None:
    code, output, wrong = diff("HEAD", "--", side) if side.startswith("-") else diff("HEAD", side)
    assert (code, output) == (2, "")
    assert len(wrong.splitlines()) == 1


def test_every_format_is_an_option_and_listed_in_the_guide() -> None:
    assert get_args(DiffFormat) == tuple(DIFF_FORMATS)
    guide = (OURS / "docs" / "guide" / "compare.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE) == list(DIFF_FORMATS)


@pytest.mark.parametrize("sides", [("HEAD~1", "HEAD"), ("HEAD", "HEAD~1"), ("HEAD",)])
@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_a_wrong_plan_on_either_side_is_an_error(root: Path, diff: Run, form: str, sides: tuple[str, ...]) -> None:
    commit(root, {"plan.yml": "titel: Wrong\n"})
    write_plan(root, {"plan.yml": BASE["plan.yml"]})
    code, output, wrong = diff(*sides, "--format", form)
    assert (code, output) == (2, "")
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
def test_a_wrong_base_does_not_fail_the_repair(root: Path, diff: Run, form: str) -> None:
    commit(root, {"plan.yml": "titel: Wrong\n"})
    commit(root, {"plan.yml": BASE["plan.yml"]})
    code, shown, wrong = diff("HEAD^1", "HEAD", "--fail-on", "never", "--format", form)
    assert (code, wrong) == (0, "")
    assert '"older": "unreadable"' in shown if form == "json" else UNREAD in unescape(shown)
    assert "No change to the plan" not in shown
    assert diff("HEAD", "HEAD^1", "--fail-on", "never")[0] == 2


def test_a_folder_without_a_plan_is_an_error(root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "empty").mkdir()
    monkeypatch.chdir(root)
    assert diff("./empty", "HEAD")[0] == 2
    assert diff("HEAD:nowhere", "HEAD")[0] == 2


def test_a_wrong_plan_leaves_no_report(root: Path, diff: Run) -> None:
    write_plan(root, {"plan.yml": "titel: Wrong\n"})
    assert diff("HEAD", "--output", str(root / "review"))[0] == 2
    assert not (root / "review").exists()


@pytest.mark.parametrize("fail_on", [*WEIGHTS, "never"])
@pytest.mark.parametrize("weight", [*WEIGHTS, None])
def test_the_exit_code_depends_on_the_most_severe_change(fail_on: FailOnWeight, weight: Weight | None) -> None:
    changes = () if weight is None else (change("editorial"), change(weight))
    threshold = {"breaking": 1, "notable": 2, "editorial": 3, "never": 0}[fail_on]
    severity = {"breaking": 1, "notable": 2, "editorial": 3, None: 9}[weight]
    assert fails(Difference(changes, (), (), (), ()), fail_on) is (severity <= threshold)


def change(weight: Weight) -> Change:
    rule = ChangeRule("example", weight, "Something changed.")
    return Change(rule, PLAN, "", "a change", "", "", Place("plan"), ())


def test_the_threshold_is_an_option(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    codes = [diff("HEAD", "--fail-on", weight)[0] for weight in ("breaking", "notable", "editorial", "never")]
    assert codes == [0, 1, 1, 0]


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_every_format_is_printed_and_written(root: Path, diff: Run, form: str) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    output = diff("HEAD", "--format", form)[1]
    target = root / "out" / "review"
    code, summary, _ = diff("HEAD", "--format", form, "--output", str(target))
    assert code == 1
    assert summary.startswith(f"{target}: 1 change between HEAD and the working tree")
    assert target.read_text("utf-8") == output


def test_json_follows_its_schema(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY, "sprints/3-c.yml": 'id: "3"\ntitle: C\n', "plan.yml": "title: Other\n"})
    review = json.loads(diff("HEAD", "--format", "json")[1])
    jsonschema.validate(review, data.schema())
    assert review["schema"] == "masterplan/difference/v1"
    assert sum(review["counts"].values()) == len(review["changes"]) > 2
    assert {"sprint 2", "sprint 3", "plan"} <= {change_["subject"] for change_ in review["changes"]}
    assert all(edit["before"] != edit["after"] for change_ in review["changes"] for edit in change_["edits"])
    results = [*review["consequences"], *review["appeared"], *review["disappeared"]]
    causes = {review["changes"][position]["subject"] for result in results for position in result["causes"]}
    assert {"sprint 2", "sprint 3"} <= causes


def test_merge_base_compares_only_the_changes_of_one_branch(root: Path, diff: Run) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"sprints/2-b.yml": RISKY})
    git(root, "checkout", "--quiet", "main")
    commit(root, {"plan.yml": "title: Other\n"})
    both, own = (json.loads(diff(*way, "main", "side", "--format", "json")[1]) for way in ((), ("--merge-base",)))
    assert {change_["subject"] for change_ in own["changes"]} == {"sprint 2"}
    assert {"plan", "sprint 2"} == {change_["subject"] for change_ in both["changes"]}
    assert diff("--merge-base", "side", "main~1")[0] == 0


def test_both_sides_are_analysed_on_the_day_of_the_newer(root: Path, diff: Run) -> None:
    """The time between two commits is not a change: a stale sprint is stale on both sides."""
    waiting = 'entries:\n  - {sprint: "1", date: 2025-11-16, state: in progress}\n'
    commit(root, {"progress/2025.yml": waiting})
    commit(root, {"plan.yml": "title: Other\n"}, when=FIRST + 365 * 24 * 3600)
    review = json.loads(diff("HEAD~1", "HEAD", "--format", "json")[1])
    assert [change_["subject"] for change_ in review["changes"]] == ["plan", "plan"]
    assert (review["appeared"], review["disappeared"]) == ([], [])


@pytest.mark.parametrize("form", DIFF_FORMATS)
def test_plan_text_is_harmless_in_every_format(root: Path, diff: Run, form: str) -> None:
    hostile = "title: '<img src=x onerror=alert(1)> \u001b[31m ::error::x @everyone [bold]'\n".replace("\u001b", "")
    write_plan(root, {"plan.yml": hostile})
    output = diff("HEAD", "--format", form)[1]
    assert "\x1b" not in output
    assert form in {"json", "text"} or "<img" not in output
    assert not any(line.startswith("::") for line in output.splitlines())


def test_output_does_not_depend_on_the_hash_seed(root: Path) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY, "plan.yml": "title: Other\n", "sprints/9-x.yml": 'id: "9"\ntitle: X\n'})
    for form in ("json", "html"):
        outputs = {
            subprocess.run(
                command("diff", "HEAD", "--format", form),
                cwd=root,
                env=os.environ | {"PYTHONHASHSEED": seed},
                capture_output=True,
                check=False,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(outputs) == 1
        assert outputs != {b""}


def test_wording_changes_are_folded_in_the_text_output(root: Path, diff: Run) -> None:
    write_plan(
        root, {"sprints/2-b.yml": RISKY.replace("title: B", "title: B!"), "plan.yml": "title: Base\nsummary: So.\n"}
    )
    output = diff("HEAD")[1]
    review = json.loads(diff("HEAD", "--format", "json")[1])
    words = [change_ for change_ in review["changes"] if change_["weight"] == "editorial"]
    assert words
    assert f"{len(words)} wording changes in plan_data/" in output
    assert not any(change_["message"] in output for change_ in words)


@pytest.fixture
def with_driver(root: Path) -> Path:
    """A repository in which Git uses the driver for plan files."""
    driver = f"{shlex.quote(sys.executable)} -m masterplan git-diff-driver"
    git(root, "config", "diff.masterplan.textconv", driver)
    (root / ".gitattributes").write_text("plan_data/**/*.yml diff=masterplan\n", "utf-8")
    record(root, "Attributes")
    return root


def changed(output: str) -> list[str]:
    return [line for line in output.splitlines() if re.match(r"[-+](?![-+])", line)]


@pytest.mark.parametrize("how", [("diff", "HEAD~1"), ("log", "-p", "-1"), ("show",)])
def test_git_shows_changed_facts(with_driver: Path, how: tuple[str, ...]) -> None:
    moved = 'depends_on: [{strength: soft, sprint: "1"}]\n# formatted again\ntitle: B\nid: "2"\n'
    commit(with_driver, {"sprints/2-b.yml": moved})
    assert changed(git(with_driver, *how)) == [
        "-sprints / 2 / depends_on / 1 / strength: hard",
        "+sprints / 2 / depends_on / 1 / strength: soft",
    ]


def test_git_shows_nothing_when_only_the_layout_changed(with_driver: Path) -> None:
    commit(
        with_driver, {name: f"# a note\n{BASE[name]}" for name in ("plan.yml", "sprints/1-a.yml", "progress/2025.yml")}
    )
    assert changed(git(with_driver, "show")) == []


def test_git_shows_the_text_of_a_wrong_file(with_driver: Path) -> None:
    commit(with_driver, {"plan.yml": "titel: Wrong\n"})
    assert "+titel: Wrong" in changed(git(with_driver, "show"))
    commit(with_driver, {"plan.yml": "title: [\n"})
    assert "+title: [" in changed(git(with_driver, "show"))


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
def test_every_file_of_a_plan_becomes_one_line_per_fact(path: str, line: str) -> None:
    assert line in fact_lines(BASE[path].encode()).decode().splitlines()


@pytest.mark.parametrize("path", BASE)
def test_a_file_is_read_once(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Mock(side_effect=load_part)
    monkeypatch.setattr(textconv, "load_part", counted)
    assert fact_lines(BASE[path].encode()) != BASE[path].encode()
    assert counted.call_count == 1


def test_a_text_of_several_lines_becomes_several_lines() -> None:
    output = fact_lines(b"title: T\nsummary: |\n  One\n  two\n").decode()
    assert "plan / summary: One\nplan / summary: two\n" in output


def test_a_yes_or_no_is_written_as_in_yaml() -> None:
    output = fact_lines(b'id: "1"\ntitle: A\nrollback: {needed: false}\n').decode()
    assert "sprints / 1 / rollback / needed: false\n" in output


def test_our_repository_uses_the_driver_for_plan_files() -> None:
    names = [
        "plan_data/plan.yml",
        "plan_data/sprints/4-request-batching.yml",
        "plan_data/progress/2025.yml",
        "mkdocs.yml",
    ]
    output = git(OURS, "check-attr", "diff", *names).splitlines()
    assert [line.rpartition(" ")[2] for line in output] == ["masterplan"] * 3 + ["unspecified"]


def test_sprints_link_to_the_site_and_places_to_the_files(
    root: Path, diff: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    monkeypatch.setenv("SITE_URL", "https://example.org/plan/")
    monkeypatch.setenv("SOURCE_URL", "https://example.org/files/1a2b")
    output = diff("HEAD", "--format", "markdown")[1]
    assert "[Sprint 2](https://example.org/plan/sprints/SPRINT_2/)" in output
    assert "](https://example.org/files/1a2b/plan_data/sprints/2-b.yml#L" in output
    monkeypatch.setenv("SITE_URL", "javascript:alert(1)")
    assert "javascript" not in diff("HEAD", "--format", "html")[1]


def test_consequences_are_listed_below_their_cause(root: Path, diff: Run) -> None:
    write_plan(root, {"sprints/2-b.yml": RISKY})
    output = diff("HEAD")[1]
    assert re.search(r" risk-stated Sprint 2: .*\n  Sprints at high risk: none -> Sprint 2 \(\+1, worse\)\n", output)
    assert re.search(r"New findings\n(.*\n)*.*warning risk-without-owner ", output)
