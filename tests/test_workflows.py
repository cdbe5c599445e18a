"""Workflows, the action, forms and examples: linters accept them and refuse bad ones, rights are the least, steps run.

No runner is at hand here: a step is a single call of make or of our command line, and the tests make the same calls.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from masterplan.model.plan import LEVELS
from masterplan.model.progress import State
from tests.sites import change, commit, small_repository

ROOT = Path(__file__).parent.parent
BAD = ROOT / "tests/data/bad_workflow.yml"
BAD_ACTION = ROOT / "tests/data/bad_action.yml"
BAD_GITLAB = ROOT / "tests/data/bad_gitlab_ci.yml"
FORMS = ROOT / ".github/ISSUE_TEMPLATE"
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
BIN = Path(sys.executable).parent

Job = dict[str, Any]
Workflow = dict[Any, Any]
"""YAML 1.1 reads the key `on` as true."""

ZIZMOR = ("zizmor", "--offline", "--no-progress", "--quiet", "--persona=pedantic")
SCHEMA = ("check-jsonschema", "--builtin-schema")
YAMLLINT = ("yamllint", "--strict")
SPACE = "missing starting space in comment"
LINTERS = (
    (ZIZMOR, ".github", BAD, "dangerous-triggers"),
    (ZIZMOR, ".github", BAD, "template-injection"),
    (ZIZMOR, ".github", BAD, "unpinned-uses"),
    (ZIZMOR, ".github", BAD, "artipacked"),
    (("actionlint",), ".github/workflows/*.yml", BAD, '"github.event.pull_request.title" is potentially untrusted'),
    (("actionlint",), ".github/workflows/*.yml", BAD, 'unexpected key "time-limit"'),
    ((*SCHEMA, "vendor.github-workflows"), ".github/workflows/*.yml", BAD, "time-limit"),
    ((*SCHEMA, "vendor.github-actions"), "action.yml", BAD_ACTION, "descripton"),
    ((*SCHEMA, "vendor.dependabot"), ".github/dependabot.yml", BAD, "'updates' is a required property"),
    ((*SCHEMA, "vendor.github-issue-forms"), ".github/ISSUE_TEMPLATE/*.yml", BAD, "'body' is a required property"),
    (YAMLLINT, ".github", BAD, SPACE),
    (YAMLLINT, "action.yml", BAD_ACTION, SPACE),
    (YAMLLINT, "plan_data", BAD, SPACE),
)


@pytest.mark.parametrize(("command", "target", "control", "finding"), LINTERS)
def test_linter_accepts_ours_and_refuses_the_bad_one(
    command: tuple[str, ...], target: str, control: Path, finding: str
) -> None:
    good = lint(command, *sorted(ROOT.glob(target)))
    bad = lint(command, control)
    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode != 0
    assert finding in bad.stdout


@pytest.mark.parametrize("finding", ["template-injection", "unpinned-uses"])
def test_zizmor_reads_the_action_too(finding: str, tmp_path: Path) -> None:
    assert lint(ZIZMOR, ROOT / "action.yml").returncode == 0
    (tmp_path / "action.yml").write_text(BAD_ACTION.read_text("utf-8").replace("descripton", "description"), "utf-8")
    assert finding in lint(ZIZMOR, tmp_path / "action.yml").stdout


def lint(command: tuple[str, ...], *files: Path) -> subprocess.CompletedProcess[str]:
    assert files
    program = BIN / command[0]
    return subprocess.run((program, *command[1:], *files), cwd=ROOT, capture_output=True, text=True, check=False)


def example(number: int, path: Path) -> Path:
    """An example of the guide as a file."""
    page = (ROOT / "docs/guide/publish.md").read_text("utf-8")
    path.write_text(re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[number], "utf-8")
    return path


@pytest.mark.parametrize(
    "command", [("actionlint",), (*SCHEMA, "vendor.github-workflows"), ("yamllint",), ZIZMOR[:-1]], ids=" ".join
)
def test_the_example_for_another_repository_is_sound(command: tuple[str, ...], tmp_path: Path) -> None:
    shown = example(0, tmp_path / "plan.yml")
    assert lint(command, shown).returncode == 0, lint(command, shown).stdout
    jobs = yaml.safe_load(shown.read_text("utf-8"))["jobs"]
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for job in jobs.values() for action in actions(job))


@pytest.mark.parametrize(
    ("command", "finding"), [((*SCHEMA, "vendor.gitlab-ci"), "Additional properties"), (YAMLLINT, SPACE)]
)
def test_the_example_for_gitlab_is_sound(command: tuple[str, ...], finding: str, tmp_path: Path) -> None:
    good = lint(command, example(1, tmp_path / ".gitlab-ci.yml"))
    bad = lint(command, BAD_GITLAB)
    assert good.returncode == 0, good.stdout
    assert bad.returncode != 0
    assert finding in bad.stdout


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    loaded: Workflow = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    return loaded


def test_no_right_is_granted_to_a_whole_workflow(workflow: Workflow) -> None:
    assert workflow["permissions"] == {}


def test_a_job_that_runs_what_a_pull_request_brings_only_reads(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        if runs(job) and not is_trusted(workflow):
            assert set(job["permissions"].values()) == {"read"}


def is_trusted(workflow: Workflow) -> bool:
    """Whether a workflow runs what is on the main branch, whoever started it."""
    return "workflow_run" in workflow[True]


def test_every_action_is_pinned_to_a_commit(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        for action in actions(job):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)


def test_every_step_of_ours_is_one_call(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        for command in runs(job):
            assert re.fullmatch(r"(make|\.venv/bin/masterplan) [^;&|`]+", command)
            assert not command.startswith("make") or recipe(command), command


def test_no_text_of_an_event_reaches_a_shell(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        assert not [command for command in runs(job) if "${{" in command]


def test_a_checkout_leaves_no_token_behind(workflow: Workflow) -> None:
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


def test_what_comments_never_takes_anything_from_the_pull_request_but_data() -> None:
    loaded = yaml.safe_load((ROOT / ".github/workflows/comment.yml").read_text("utf-8"))
    checked = yaml.safe_load((ROOT / ".github/workflows/plan.yml").read_text("utf-8"))
    [job] = loaded["jobs"].values()
    assert loaded[True]["workflow_run"]["workflows"] == [checked["name"]]
    assert runs(job) == ["make .venv/.site", ".venv/bin/masterplan comment"]
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert {action.partition("@")[0] for action in actions(job)} == {"actions/checkout", "actions/setup-python"}
    assert "ref" not in job["steps"][0]["with"]


# The calls themselves


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a workflow checks out of a pull request: its first parent is the base. Our tools are where make has them."""
    root = small_repository(tmp_path_factory.mktemp("merged") / "plan")
    change(root / "plan_data/sprints/3-c.yml", "title: C", "title: Compression")
    claim = "declared:\n  - claim: sprints\n    says: 9 sprints\n    value: 9\n"
    change(root / "plan_data/plan.yml", "title: Base\n", f"title: Base\n{claim}")
    commit(root)
    (root / ".venv").symlink_to(BIN.parent)
    return root


def call(command: str, root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does."""
    return subprocess.run(
        ("bash", "-eo", "pipefail", "-c", command),
        cwd=root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def recipe(command: str) -> str:
    """What a call of make runs once everything is installed."""
    call_ = (*shlex.split(command), "--dry-run", "--assume-old=.venv/.site", "--no-print-directory")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(call_, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[0]


def test_the_steps_of_a_pull_request_say_what_it_does(merged: Path, tmp_path: Path) -> None:
    [job] = yaml.safe_load((ROOT / ".github/workflows/plan.yml").read_text("utf-8"))["jobs"].values()
    check, summary, page, *rest = runs(job)
    assert rest == ["make test", "make site"]
    files = {name: tmp_path / name for name in ("check.md", "summary.md")}
    checked = call(recipe(check), merged, GITHUB_STEP_SUMMARY=str(files["check.md"]))
    assert "::warning file=plan_data/" in checked.stdout, checked.stderr
    assert files["check.md"].read_text("utf-8").startswith("### The plan: ")
    for command in (summary, page):
        done = call(command, merged, GITHUB_STEP_SUMMARY=str(files["summary.md"]))
        assert done.returncode == 0, done.stderr
    assert files["summary.md"].read_text("utf-8").startswith("### This change")
    assert "Compression" in (merged / "review/review.html").read_text("utf-8")


def test_the_steps_of_the_action_check_compare_and_build(merged: Path, tmp_path: Path) -> None:
    steps = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    ours = [step for step in steps if step.get("run", "").startswith("masterplan ")]
    assert [step["run"].split()[1] for step in ours] == ["check", "diff", "diff", "build"]
    files = {"RUNNER_TEMP": str(tmp_path), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    for step in ours:
        done = call(step["run"], merged, **files, **dict(settings(step)), PATH=f"{BIN}:{os.environ['PATH']}")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "This change" in (tmp_path / "summary.md").read_text("utf-8")
    assert LexborHTMLParser((tmp_path / "review.html").read_text("utf-8")).css("h1")
    assert (tmp_path / "site/index.html").is_file()


def settings(step: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The environment of a step of the action, where nothing is set by whoever uses it."""
    given = {"inputs.root": ".", "inputs.fail-on": "error", "inputs.base || 'HEAD^1'": "HEAD^1"}
    for name, value in step["env"].items():
        yield name, re.sub(r"\$\{\{ (.*?) \}\}", lambda found: given.get(found[1], "https://git.example"), value)


def test_the_calls_of_the_example_for_gitlab_work(merged: Path, tmp_path: Path) -> None:
    jobs = yaml.safe_load(example(1, tmp_path / ".gitlab-ci.yml").read_text("utf-8"))
    assert jobs["pages"]["script"] == ["make site", "cp -rL site public"]
    calls = [*jobs["check"]["script"], *jobs["review"]["script"]]
    for command in calls:
        line = recipe(command) if command.startswith("make") and "ARGS" in command else command
        if not line.startswith("make"):
            done = call(line, merged, CI_MERGE_REQUEST_DIFF_BASE_SHA="HEAD^1")
            assert done.returncode == 0, done.stderr
    wanted = [*jobs["check"]["artifacts"]["reports"].values(), *jobs["review"]["artifacts"]["paths"]]
    assert [path for path in wanted if not (merged / path).is_file()] == []


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
