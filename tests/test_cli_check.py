"""The commands that report and explain findings: check, rules, explain, and the hook for other repositories."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from masterplan.analyse.audit import RULES as AUDIT_RULES
from masterplan.analyse.changes import RULES as CHANGE_RULES
from masterplan.cli import app as cli
from masterplan.cli.findings import CheckFormat
from masterplan.publish.examples import FINDING_RULES
from masterplan.render.reports import FORMATS
from tests.commits import git
from tests.plans import BASE, write_plan

ROOT = Path(__file__).parent.parent
ODD = BASE | {"plan.yml": "title: Odd\ndeclared:\n  - claim: sprints\n    says: 9 sprints\n"}


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A plan with one contradiction."""
    return write_plan(tmp_path, ODD)


def test_every_format_is_an_option() -> None:
    assert get_args(CheckFormat) == tuple(FORMATS)


@pytest.mark.parametrize("form", get_args(CheckFormat))
def test_check_prints_every_format(form: str, odd: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--root", str(odd), "--format", form]) == 0
    printed = capsys.readouterr()
    assert "count-mismatch" in printed.out
    assert "9 sprints" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize("form", get_args(CheckFormat))
def test_check_writes_a_file_and_prints_a_summary(form: str, odd: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = odd / "out" / "report"
    assert cli.run(["check", "--root", str(odd), "--format", form, "--output", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}: 1 contradiction (1 warning)\n"
    assert "count-mismatch" in target.read_text("utf-8")


@pytest.mark.parametrize("form", ["json", "sarif", "junit"])
def test_formats_for_machines_include_mistakes(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_plan(tmp_path, BASE | {"plan.yml": "titel: Odd\n"})
    assert cli.run(["check", "--root", str(root), "--format", form]) == 1
    assert "unknown-field" in capsys.readouterr().out


def test_a_rule_that_the_plan_makes_an_error_fails_the_check(tmp_path: Path) -> None:
    settings = "audit:\n  severity:\n    count-mismatch: error\n"
    root = write_plan(tmp_path, ODD | {"plan.yml": ODD["plan.yml"] + settings})
    assert cli.run(["check", "--root", str(root)]) == 1


def test_prose_never_fails_the_check(tmp_path: Path) -> None:
    prose = "title: Odd\nsummary: Any words, *whatever* they say of Sprint 99.\n"
    root = write_plan(tmp_path, BASE | {"plan.yml": prose})
    assert cli.run(["check", "--root", str(root)]) == 0


def test_annotations_come_with_a_step_summary(
    odd: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = odd / "summary.md"
    summary.write_text("before\n", "utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert cli.run(["check", "--root", str(odd), "--format", "github"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("::warning file=plan_data/plan.yml,line=4,col=11,title=count-mismatch (contradiction)::")
    assert summary.read_text("utf-8").startswith("before\n### The plan: 1 contradiction (1 warning)\n")


def test_other_formats_write_no_step_summary(odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(odd / "summary.md"))
    assert cli.run(["check", "--root", str(odd)]) == 0
    assert not (odd / "summary.md").exists()


def test_colour_is_for_terminals_only(odd: Path) -> None:
    command = [sys.executable, "-m", "masterplan", "check", "--root", str(odd)]
    piped = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "NO_COLOR"}}
    plain, coloured = (
        subprocess.run(command, env=piped | more, capture_output=True, text=True, check=True).stdout
        for more in ({}, {"FORCE_COLOR": "1", "TERM": "xterm"})
    )
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_rules_lists_every_rule_with_its_severity(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    graded = [[rule.id, rule.severity, rule.kind] for rule in FINDING_RULES]
    graded += [[rule.id, rule.weight] for rule in CHANGE_RULES]
    assert [line.split()[: len(words)] for line, words in zip(lines, graded, strict=True)] == graded


def test_rules_can_be_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["rules", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["severity"], row["kind"], row["area"]) for row in rows[: len(FINDING_RULES)]] == [
        (r.id, r.severity, r.kind, r.area) for r in FINDING_RULES
    ]
    assert [(row["id"], row["weight"]) for row in rows[len(FINDING_RULES) :]] == [
        (r.id, r.weight) for r in CHANGE_RULES
    ]


@pytest.mark.parametrize("rule", [rule.id for rule in AUDIT_RULES])
def test_explain_shows_a_wrong_and_a_right_plan(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", rule]) == 0
    text = capsys.readouterr().out
    assert text.index("\nWrong: plan_data/") < text.index("# <--") < text.index("\nRight: plan_data/")


def test_explain_shows_a_plan_before_and_after_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "effort-raised"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("effort-raised (breaking)\n\nEffort raised\n")
    before, after = (text.index(f"\n{side}: plan_data/sprints/1.yml") for side in ("Before", "After"))
    assert before < text.index("effort: 5 days") < after < text.index("effort: 8 days")


def test_explain_suggests_a_similar_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "count-mismach"]) == 2
    assert "did you mean `count-mismatch`?" in capsys.readouterr().err


def test_the_hook_for_other_repositories_runs(tmp_path: Path) -> None:
    [hook] = hooks()
    root = write_plan(tmp_path, ODD)
    for more, code in (([], 0), (["--fail-on", "warning"], 1)):
        command = [*shlex.split(hook["entry"]), *more]
        program = Path(sys.executable).parent / command[0]
        done = subprocess.run([program, *command[1:]], cwd=root, capture_output=True, text=True, check=False)
        assert (done.returncode, "count-mismatch" in done.stdout) == (code, True)


@pytest.mark.parametrize("form", ["github", "sarif", "gitlab", "junit", "json"])
def test_formats_for_machines_have_paths_relative_to_the_repository(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Otherwise annotations of a plan in a folder of its repository would not be shown at their lines."""
    root = write_plan(tmp_path / "teams" / "search", ODD)
    git(tmp_path, "init", "--quiet")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    for plan, rule in ((ODD, "count-mismatch"), (BASE | {"plan.yml": "titel: Odd\n"}, "unknown-field")):
        write_plan(root, plan)
        cli.run(["check", "--root", str(root), "--format", form])
        shown = capsys.readouterr().out
        assert rule in shown
        assert re.findall(r"[\w/]*plan_data/plan.yml", shown)
        assert set(re.findall(r"[\w/]*plan_data/plan.yml", shown)) == {"teams/search/plan_data/plan.yml"}
    assert cli.run(["check", "--root", str(root)]) == 1
    assert capsys.readouterr().out.startswith("plan_data/plan.yml:1:1")


def test_the_hook_runs_for_plan_files_only() -> None:
    [hook] = hooks()
    assert re.search(hook["files"], "teams/search/plan_data/plan.yml")
    assert re.search(hook["files"], "plan_data/sprints/1-a.yml")
    assert not re.search(hook["files"], "docs/plan_data.md")
    assert hook["pass_filenames"] is False


def hooks() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return rows
