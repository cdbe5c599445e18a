"""Workflows, the action, forms and examples: they pass linters, have minimal permissions, and their steps run.

There is no runner here. Each step is a single call of make or of our command line, and the tests make the same calls.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from masterplan.git.commands import MEMORY
from masterplan.model.risk import LEVELS
from masterplan.model.task import State
from masterplan.publish.init import Answers, Service, init
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
"""Not all keys are strings: YAML 1.1 reads `on` as true."""

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
    ((*SCHEMA, "vendor.github-actions"), ".github/actions/*/action.yml", BAD_ACTION, "descripton"),
    ((*SCHEMA, "vendor.dependabot"), ".github/dependabot.yml", BAD, "'updates' is a required property"),
    ((*SCHEMA, "vendor.github-issue-forms"), ".github/ISSUE_TEMPLATE/*.yml", BAD, "'body' is a required property"),
    (YAMLLINT, ".github", BAD, SPACE),
    (YAMLLINT, "templates", BAD_ACTION, SPACE),
    (YAMLLINT, "plan_data", BAD, SPACE),
)


@pytest.mark.parametrize(("command", "target", "control", "finding"), LINTERS)
def test_linters_accept_our_files_and_refuse_bad_ones(
    command: tuple[str, ...], target: str, control: Path, finding: str
) -> None:
    good = lint(command, *sorted(ROOT.glob(target)))
    bad = lint(command, control)
    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode != 0
    assert finding in bad.stdout


@pytest.mark.parametrize("finding", ["template-injection", "unpinned-uses"])
def test_zizmor_also_checks_actions(finding: str, tmp_path: Path) -> None:
    (tmp_path / "action.yml").write_text(BAD_ACTION.read_text("utf-8").replace("descripton", "description"), "utf-8")
    assert finding in lint(ZIZMOR, tmp_path / "action.yml").stdout


def lint(command: tuple[str, ...], *files: Path) -> subprocess.CompletedProcess[str]:
    assert files
    program = BIN / command[0]
    return subprocess.run((program, *command[1:], *files), cwd=ROOT, capture_output=True, text=True, check=False)


# The workflow that `masterplan init` writes and the guide shows


def examples() -> list[str]:
    """The guide's examples for GitHub and for GitLab, by their first lines."""
    text = (ROOT / "docs/guide/publish.md").read_text("utf-8")
    return re.findall(r"```yaml\n((?:name: \"Plan\"|include:)\n.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(
    ("number", "service", "file"), [(0, "github", ".github/workflows/plan.yml"), (1, "gitlab", ".gitlab-ci.yml")]
)
def test_the_guide_shows_the_files_that_init_writes(number: int, service: Service, file: str, tmp_path: Path) -> None:
    init(tmp_path, Answers("T", service=service), date(2026, 1, 7))
    assert (tmp_path / file).read_text("utf-8") == examples()[number]


@pytest.mark.parametrize(
    "command", [("actionlint",), (*SCHEMA, "vendor.github-workflows"), ("yamllint",), ZIZMOR[:-1]], ids=" ".join
)
def test_the_workflow_that_init_writes_passes_linters(command: tuple[str, ...], tmp_path: Path) -> None:
    uses = f"masterplan/masterplan/.github/workflows/site.yml@{'0' * 40}"
    subprocess.run(("git", "init", "--quiet", tmp_path), check=True)
    init(tmp_path / "teams/search", Answers("T", uses=uses), date(2026, 1, 7))
    [written] = (tmp_path / ".github/workflows").iterdir()
    assert lint(command, written).returncode == 0, lint(command, written).stdout


def test_the_workflow_that_init_writes_has_the_permissions_and_inputs_of_ours() -> None:
    caller = yaml.safe_load(examples()[0])["jobs"]["plan"]
    called = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text("utf-8"))
    needed: dict[str, str] = {}
    for job in called["jobs"].values():
        needed |= {right: level for right, level in job["permissions"].items() if needed.get(right) != "write"}
    assert caller["permissions"] == needed
    assert caller["uses"].partition("@")[0] == "masterplan/masterplan/.github/workflows/site.yml"
    assert set(called[True]["workflow_call"]["inputs"]) == {"root", "fail-on"}


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    loaded: Workflow = yaml.safe_load(request.param.read_text(encoding="utf-8"))
    return loaded


def test_no_permission_is_granted_to_a_whole_workflow(workflow: Workflow) -> None:
    assert workflow["permissions"] == {}


def test_a_job_that_runs_code_of_a_pull_request_can_only_read(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        if not is_trusted(workflow, job) and (runs(job) or "$/.github/actions/site" in actions(job)):
            assert set(job["permissions"].values()) == {"read"}


def is_trusted(workflow: Workflow, job: Job) -> bool:
    """Whether a job runs only code of the main branch, whoever started it."""
    refs = [step["with"].get("ref") for step in job["steps"] if "actions/checkout@" in step.get("uses", "")]
    return "pull_request_target" in workflow[True] or refs == ["${{ github.event.pull_request.base.sha }}"]


def test_every_action_is_pinned_to_a_commit(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        for action in actions(job):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}|\$/[\w./-]+", action)


def test_every_step_is_one_call(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        for command in runs(job):
            assert re.fullmatch(r"(make|(\.venv/bin/)?masterplan) [^;&|`]+", command)
            assert not command.startswith("make") or recipe(command), command


def test_no_text_of_an_event_reaches_a_shell(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        assert not [command for command in runs(job) if "${{" in command]


def test_a_checkout_keeps_no_token(workflow: Workflow) -> None:
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if "actions/checkout@" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


def test_publishing_tests_before_it_builds_and_deploys_without_our_code() -> None:
    loaded = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))
    build, deploy = loaded["jobs"]["build"], loaded["jobs"]["deploy"]
    assert runs(build) == ['make retest SINCE="$BEFORE"', "make site"]
    assert "schedule" in loaded[True]
    assert deploy["needs"] == "build"
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    assert deploy["concurrency"] == {"group": "pages", "cancel-in-progress": False}
    assert [action.partition("@")[0] for action in actions(deploy)] == ["actions/deploy-pages"]
    assert runs(deploy) == []


def test_the_memory_of_builds_is_cached_only_on_the_main_branch() -> None:
    """The cache has the history, the site and its digests. Runs for pull requests must neither read nor write it."""
    steps = {
        path.name: [step for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values() for step in job["steps"]]
        for path in WORKFLOWS
    }
    caches = {
        name: [step for step in job_steps if "actions/cache@" in step.get("uses", "")]
        for name, job_steps in steps.items()
    }
    [cache] = caches.pop("publish.yml")
    assert not any(caches.values())
    assert cache["with"]["path"].split() == [f".git/{MEMORY}", ".site-builds", "site"]
    assert cache["with"]["key"].startswith(cache["with"]["restore-keys"])
    publishing = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))
    assert publishing[True]["push"] == {"branches": ["main"]}
    assert not {"pull_request", "pull_request_target"} & publishing[True].keys()
    uses = [step.get("run", step.get("uses", "")).partition("@")[0] for step in steps["publish.yml"]]
    assert uses.index("actions/checkout") < uses.index("actions/cache") == uses.index("make site") - 1


@pytest.mark.parametrize(("file", "job"), [("publish.yml", "build"), ("site.yml", "build")])
def test_the_address_is_requested_before_the_site_is_built(file: str, job: str) -> None:
    steps = yaml.safe_load((ROOT / ".github/workflows" / file).read_text("utf-8"))["jobs"][job]["steps"]
    address = "${{ steps.pages.outputs.base_url }}"
    asks = next(n for n, step in enumerate(steps) if step.get("id") == "pages")
    takes = next(
        n for n, step in enumerate(steps) if address in {**step.get("env", {}), **step.get("with", {})}.values()
    )
    assert asks < takes
    assert "actions/configure-pages@" in steps[asks]["uses"]


@pytest.mark.parametrize(
    ("file", "tested"), [("plan_data/plan.yml", False), ("macros/code.py", True), ("mkdocs.yml", True)]
)
def test_only_commits_that_change_more_than_the_plan_are_tested(file: str, tested: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a row
    root = small_repository(tmp_path / "repository")
    before = head(root)
    for name in ("Makefile", "pyproject.toml", "requirements-test.lock"):
        shutil.copy(ROOT / name, root)
    (root / ".git/info/exclude").write_text("/Makefile\n/pyproject.toml\n/requirements-test.lock\n", "utf-8")
    with (root / file).open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    commit(root)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ("make", "--dry-run", "retest", f"SINCE={before}")
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert ("bin/pytest" in done.stdout) == tested
    assert ("Only the plan has changed" in done.stdout.splitlines()[-1]) != tested


def head(root: Path) -> str:
    done = subprocess.run(("git", "-C", root, "rev-parse", "HEAD"), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_comment_workflow_uses_only_data_of_the_pull_request() -> None:
    loaded = yaml.safe_load((ROOT / ".github/workflows/comment.yml").read_text("utf-8"))
    [job] = loaded["jobs"].values()
    assert list(loaded[True]) == ["pull_request_target"]
    assert {"opened", "synchronize", "reopened", "edited"} == {*loaded[True]["pull_request_target"]["types"]}
    assert runs(job) == ["make .venv/.site", ".venv/bin/masterplan comment"]
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert {action.partition("@")[0] for action in actions(job)} == {"actions/checkout", "actions/setup-python"}
    assert "ref" not in job["steps"][0]["with"]


# Running the steps


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The merge commit of a pull request; its first parent is the base. Tools are where make installs them."""
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
    """The command that a call of make runs once everything is installed."""
    call_ = (*shlex.split(command), "--dry-run", "--assume-old=.venv/.site", "--no-print-directory")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(call_, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[0]


def test_the_steps_for_a_pull_request_write_annotations_and_a_review(merged: Path, tmp_path: Path) -> None:
    [job] = yaml.safe_load((ROOT / ".github/workflows/plan.yml").read_text("utf-8"))["jobs"].values()
    check, summary, page, *rest = runs(job)
    assert rest == ["make test", "make site"]
    files = {name: tmp_path / name for name in ("check.md", "summary.md")}
    checked = call(recipe(check), merged, GITHUB_STEP_SUMMARY=str(files["check.md"]))
    assert "::warning file=plan_data/" in checked.stdout, checked.stderr
    assert files["check.md"].read_text("utf-8").startswith("### The plan: ")
    for command in (summary, page):
        done = call(command, merged, GITHUB_STEP_SUMMARY=str(files["summary.md"]), GITHUB_SHA=head(merged))
        assert done.returncode == 0, done.stderr
    assert files["summary.md"].read_text("utf-8").startswith("### ")
    assert "Compression" in (merged / "review/review.html").read_text("utf-8")


def test_compared_revisions_are_hashes() -> None:
    """A pull request could add a folder with the same name as any other revision."""
    files = (*WORKFLOWS, *ROOT.glob(".github/actions/*/action.yml"), *ROOT.glob("templates/*.yml"))
    texts = [path.read_text("utf-8") for path in files]
    sides = re.findall(r"masterplan diff (\S+) (\S+)", "\n".join(texts))
    assert len(sides) == 5
    hashes = ("GITHUB_SHA^1", "GITHUB_SHA", "BASE", "HEAD", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_SHA")
    assert {side for pair in sides for side in pair} == {f'"${name}"' for name in hashes}
    assert "HEAD^1" not in "\n".join(texts)


def replay(root: Path, results: Path) -> None:
    """Run the steps of the action on the checked-out commit, as a workflow does for a pull request."""
    steps = yaml.safe_load((ROOT / ".github/actions/site/action.yml").read_text("utf-8"))["runs"]["steps"]
    ours = [step for step in steps if "run" in step]
    assert [step["run"].split()[:2] for step in ours] == [
        ["masterplan", name] for name in ("check", "diff", "diff", "build")
    ]
    files = {"RUNNER_TEMP": str(results), "GITHUB_STEP_SUMMARY": str(results / "summary.md")}
    for step in ours:
        environment = files | dict(settings(step, head(root))) | {"PATH": f"{BIN}:{os.environ['PATH']}"}
        done = call(step["run"], root, **environment)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_pull_request_of_a_team_passes(tmp_path: Path) -> None:
    root, results = tmp_path / "repository", tmp_path / "results"
    root.mkdir()
    results.mkdir()
    (root / "README.md").write_text("What we do.\n", "utf-8")
    commit(root)
    init(root, Answers("T", sprints=("Parcel lockers",)), date(2025, 11, 20))
    commit(root)
    replay(root, results)
    assert "new plan" in (results / "summary.md").read_text("utf-8")
    assert "new plan" in (results / "review.html").read_text("utf-8")
    assert (results / "site/sprints/SPRINT_1/index.html").is_file()


def test_the_steps_of_the_action_check_compare_and_build(merged: Path, tmp_path: Path) -> None:
    replay(merged, tmp_path)
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert summary.startswith('### The plan: claim added: "9 sprints" (sprints).')
    assert f"Compared `{head(merged)}^1` with `{head(merged)}`." in summary
    assert LexborHTMLParser((tmp_path / "review.html").read_text("utf-8")).css("h1")
    sprint = LexborHTMLParser((tmp_path / "site/sprints/SPRINT_1/index.html").read_text("utf-8"))
    assert sprint.css('article a[href^="https://git.example/"]')
    not_found = LexborHTMLParser((tmp_path / "site/404.html").read_text("utf-8"))
    assert "/plan/roadmap/" in {link.attributes["href"] for link in not_found.css("a[href]")}


def settings(step: Mapping[str, Any], sha: str) -> Iterator[tuple[str, str]]:
    """The environment of a step of the action for a commit, with the default inputs."""
    given = {
        "inputs.root": ".",
        "inputs.site-url": "https://team.example/plan",
        "inputs.fail-on": "error",
        "inputs.base || format('{0}^1', github.sha)": f"{sha}^1",
        "github.sha": sha,
    }
    for name, value in step["env"].items():
        yield name, re.sub(r"\$\{\{ (.*?) \}\}", lambda match: given.get(match[1], "https://git.example"), value)


def component() -> tuple[dict[str, Any], str]:
    """The inputs of the component for GitLab, and its jobs with the default inputs."""
    head_, _, body = (ROOT / "templates/plan.yml").read_text("utf-8").partition("\n---\n")
    inputs: dict[str, Any] = yaml.safe_load(head_)["spec"]["inputs"]
    return inputs, re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda name: str(inputs[name[1]]["default"]), body)


@pytest.mark.parametrize(
    ("command", "finding"), [((*SCHEMA, "vendor.gitlab-ci"), "Additional properties"), (YAMLLINT, SPACE)]
)
def test_the_component_for_gitlab_passes_linters(command: tuple[str, ...], finding: str, tmp_path: Path) -> None:
    jobs = tmp_path / ".gitlab-ci.yml"
    jobs.write_text(component()[1], "utf-8")
    good = lint(command, jobs)
    bad = lint(command, BAD_GITLAB)
    assert good.returncode == 0, good.stdout
    assert bad.returncode != 0
    assert finding in bad.stdout


def test_the_steps_of_the_component_for_gitlab_run(merged: Path) -> None:
    inputs, text = component()
    jobs = yaml.safe_load(text)
    assert all(input_["description"] for input_ in inputs.values())
    given = {
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": f"{head(merged)}^1",
        "CI_COMMIT_SHA": head(merged),
        "ROOT": ".",
        "FAIL_ON": "error",
    }
    for name in ("plan:check", "plan:review", "pages"):
        for command in (*jobs[name]["script"], *jobs[name].get("after_script", [])):
            done = call(command, merged, **given, PATH=f"{BIN}:{os.environ['PATH']}")
            assert done.returncode == 0, done.stderr
    expected = [*jobs["plan:check"]["artifacts"]["reports"].values(), "review.html", "public/index.html"]
    assert [path for path in expected if not (merged / path).is_file()] == []


def test_the_forms_offer_the_values_of_the_model() -> None:
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
