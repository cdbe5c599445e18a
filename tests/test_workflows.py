"""The workflows and forms: linters accept them and refuse a bad one, rights are the least, steps call make.

No runner is at hand here: a step is a single call of make, so that running make tests what the runner does.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from masterplan.model.plan import LEVELS
from masterplan.model.progress import State

ROOT = Path(__file__).parent.parent
BAD = ROOT / "tests/data/bad_workflow.yml"
FORMS = ROOT / ".github/ISSUE_TEMPLATE"
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())

Job = dict[str, Any]

ZIZMOR = ("zizmor", "--offline", "--no-progress", "--quiet", "--persona=pedantic")
SCHEMA = ("check-jsonschema", "--builtin-schema")
LINTERS = (
    (ZIZMOR, ".github", "dangerous-triggers"),
    (ZIZMOR, ".github", "template-injection"),
    (ZIZMOR, ".github", "unpinned-uses"),
    ((*SCHEMA, "vendor.github-workflows"), ".github/workflows/*.yml", "time-limit"),
    ((*SCHEMA, "vendor.dependabot"), ".github/dependabot.yml", "'updates' is a required property"),
    ((*SCHEMA, "vendor.github-issue-forms"), ".github/ISSUE_TEMPLATE/*.yml", "'body' is a required property"),
    (("yamllint", "--strict"), ".github", "missing starting space in comment"),
    (("yamllint", "--strict"), "plan_data", "missing starting space in comment"),
)


@pytest.mark.parametrize(("command", "target", "finding"), LINTERS)
def test_linter_accepts_ours_and_refuses_the_bad_one(command: tuple[str, ...], target: str, finding: str) -> None:
    good = lint(command, *sorted(ROOT.glob(target)))
    bad = lint(command, BAD)
    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode != 0
    assert finding in bad.stdout


def lint(command: tuple[str, ...], *files: Path) -> subprocess.CompletedProcess[str]:
    assert files
    program = Path(sys.executable).with_name(command[0])
    return subprocess.run((program, *command[1:], *files), cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    return loaded


def test_no_right_is_granted_to_a_whole_workflow(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {}


def test_a_job_that_runs_our_code_only_reads(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        if runs(job):
            assert set(job["permissions"].values()) == {"read"}


def test_every_action_is_pinned_to_a_commit(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        for action in actions(job):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)


def test_every_step_of_ours_is_one_make_target(workflow: dict[str, Any]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for job in workflow["jobs"].values():
        for command in runs(job):
            called = re.fullmatch("make ([a-z]+)", command)
            assert called, command
            assert re.search(rf"^{called[1]}:", makefile, re.MULTILINE), command


def test_a_checkout_leaves_no_token_behind(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if "actions/checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


def test_publishing_tests_before_it_builds_and_deploys_without_our_code() -> None:
    jobs: dict[str, Job] = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))["jobs"]
    assert runs(jobs["build"]) == ["make test", "make site"]
    deploy = jobs["deploy"]
    assert deploy["needs"] == "build"
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert deploy["concurrency"] == {"group": "pages", "cancel-in-progress": False}
    assert [action.partition("@")[0] for action in actions(deploy)] == ["actions/deploy-pages"]
    assert runs(deploy) == []


def test_the_forms_offer_the_words_of_the_model() -> None:
    assert options("risk.yml", "likelihood") == options("risk.yml", "impact") == [*LEVELS, "unknown"]
    assert options("progress.yml", "status") == list(get_args(State))


def options(form: str, field: str) -> list[str]:
    body = yaml.safe_load((FORMS / form).read_text(encoding="utf-8"))["body"]
    offered: list[str] = next(part["attributes"]["options"] for part in body if part["id"] == field)
    return offered


def runs(job: Job) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def actions(job: Job) -> list[str]:
    return [step["uses"] for step in job["steps"] if "uses" in step]
