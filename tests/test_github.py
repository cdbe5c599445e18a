"""A pull request gets one comment and one label, kept up to date by a program that trusts nothing in it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import pytest

from masterplan.errors import ApiError, UsageError
from masterplan.publish.github import Api, Runner, judge, keep_comment
from masterplan.publish.github import sticky_comment as keep
from tests.plans import BASE, write_plan
from tests.sites import change, commit, masterplan
from tests.stand_in import REPOSITORY, TOKEN, GitHub, comment, github, pull

NEVER = "0" * 40
OLD = f"<!-- masterplan:review plan= base={NEVER} head={'a' * 40} -->\n### An older review\n"


def marker(head: str, folder: str = "") -> str:
    """The first line of a comment of ours."""
    return f"<!-- masterplan:review plan={folder} base={NEVER} head={head} -->\n"


@dataclass(frozen=True)
class Setting:
    """A trusted clone, a pull request from a fork, and a workflow run for the commit of the fork."""

    github: GitHub
    origin: Path
    root: Path
    waited: list[float]

    @property
    def head(self) -> str:
        return git(self.origin, "rev-parse", "refs/pull/7/head")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "GITHUB_API_URL": self.github.url,
            "GITHUB_GRAPHQL_URL": f"{self.github.url}/graphql",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_EVENT_PATH": str(self.root.parent / "event.json"),
            "GITHUB_STEP_SUMMARY": str(self.root.parent / "summary.md"),
        }

    @property
    def body(self) -> str:
        """The text of the only comment."""
        [only] = self.github.comments
        return str(only["body"])

    @property
    def labels(self) -> list[str]:
        return [label["name"] for label in self.github.pulls[0]["labels"]]

    def pushed(self, head: str = "") -> None:
        """Write the event of a push to the pull request, by default of its newest commit."""
        event = {"pull_request": {"number": 7, "head": {"sha": head or self.head}}}
        Path(self.environment["GITHUB_EVENT_PATH"]).write_text(json.dumps(event), "utf-8")

    def keep(self, folder: str = "") -> str:
        """Run the command in this process, without waiting."""
        runner = Runner.of(self.environment)
        return keep_comment(self.root / folder, runner, Api(runner, self.waited.append))


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare plans in this process, which is faster; the command itself starts another one."""
    monkeypatch.setattr(keep, "judged", judge.judge)


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """A pull request that gives sprint 3 another title and phase 2 two more weeks."""
    with github() as stand_in:
        origin = tmp_path / "origin"
        write_plan(origin, BASE)
        commit(origin)
        git(origin, "branch", "-M", "main")
        created = Setting(stand_in, origin, tmp_path / "clone", [])
        propose(created, "sprints/3-c.yml", "title: C", "title: Compression")
        git(tmp_path, "clone", "-q", str(origin), str(created.root))
        yield created


def propose(setting: Setting, file: str, old: str, new: str) -> None:
    """Push a commit with one edit as the newest of the pull request."""
    origin = setting.origin
    git(origin, "checkout", "-q", "--detach", "main")
    if old:
        change(origin / "plan_data" / file, old, new)
    else:
        (origin / "plan_data" / file).write_text(new, "utf-8")
    commit(origin)
    offer(setting)


def offer(setting: Setting) -> None:
    """Push the commit that is checked out as the newest of the pull request."""
    git(setting.origin, "update-ref", "refs/pull/7/head", "HEAD")
    git(setting.origin, "checkout", "-q", "main")
    setting.github.pulls[:] = [pull(setting.head)]
    setting.pushed()


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(("git", "-C", str(root), *arguments), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_first_review_adds_a_comment_and_a_label(setting: Setting) -> None:
    assert setting.keep() == "Commented on #7: plan:changed."
    assert setting.github.writes == ["POST /issues/7/comments", "POST /issues/7/labels"]
    assert setting.body.startswith(marker(setting.head))
    assert "Compression" in setting.body
    assert f"https://github.example/{REPOSITORY}/blob/{setting.head}/plan_data/" in setting.body
    assert setting.labels == ["plan:changed"]


def test_a_later_review_replaces_the_first(setting: Setting) -> None:
    setting.github.comments[:] = [comment("Nice!", by="someone", id_=5), comment(OLD, id_=6)]
    setting.github.pulls[0]["labels"] = [{"name": "plan:no-change"}, {"name": "help wanted"}]
    assert setting.keep() == "Updated the comment on #7: plan:changed."
    assert setting.github.writes == [
        "PATCH /issues/comments/6", "DELETE /issues/7/labels/plan:no-change",
        "PATCH /issues/comments/6", "POST /issues/7/labels",
    ]  # fmt: skip
    assert setting.github.comments[0]["body"] == "Nice!"
    assert setting.labels == ["help wanted", "plan:changed"]


def test_the_same_review_is_not_written_twice(setting: Setting) -> None:
    setting.keep()
    before = list(setting.github.writes)
    assert setting.keep() == "Kept the comment on #7: plan:changed."
    assert setting.github.writes == before


def test_our_comment_is_found_among_many(setting: Setting) -> None:
    setting.github.comments[:] = [comment(f"{n}", by="someone", id_=n) for n in range(1, 251)]
    setting.github.comments.append(comment(OLD, id_=999))
    assert setting.keep() == "Updated the comment on #7: plan:changed."


def test_a_breaking_change_has_its_own_label(setting: Setting) -> None:
    propose(setting, "sprints/3-c.yml", 'depends_on:\n  - sprint: "2"\n', "depends_on: []\n")
    git(setting.origin, "checkout", "-q", "--detach", "refs/pull/7/head")
    (setting.origin / "plan_data/sprints/3-c.yml").unlink()
    for file, text in {
        "phases.yml": BASE["phases.yml"].replace('    sprints: ["3"]\n', ""),
        "options.yml": BASE["options.yml"].replace(', "3"', ""),
    }.items():
        (setting.origin / "plan_data" / file).write_text(text, "utf-8")
    commit(setting.origin)
    offer(setting)
    assert setting.keep() == "Commented on #7: plan:breaking."


def test_the_comment_states_that_there_is_no_change_any_more(setting: Setting) -> None:
    setting.keep()
    propose(setting, "notes.md", "", "No part of the plan.\n")
    setting.github.pulls[0]["labels"] = [{"name": "plan:changed"}]
    assert setting.keep() == "Updated the comment on #7: plan:no-change."
    assert "No change to the plan" in setting.body
    assert setting.labels == ["plan:no-change"]


def test_no_comment_is_added_without_a_change(setting: Setting) -> None:
    propose(setting, "notes.md", "", "No part of the plan.\n")
    assert setting.keep() == "Nothing to report on #7: plan:no-change."
    assert setting.github.comments == []
    assert setting.labels == ["plan:no-change"]


def test_a_review_omits_changes_on_the_base_branch(setting: Setting) -> None:
    change(setting.origin / "plan_data/sprints/1-a.yml", "title: A", "title: Moved on")
    commit(setting.origin)
    setting.keep()
    assert "Moved on" not in setting.body


def test_a_wrong_plan_is_never_reported_as_unchanged(setting: Setting) -> None:
    propose(setting, "sprints/3-c.yml", "title: C", "titel: C")
    setting.github.pulls[0]["labels"] = [{"name": "plan:no-change"}]
    assert setting.keep() == "Commented on #7: the plans could not be compared."
    assert "could not be compared" in setting.body
    assert "3-c.yml" in setting.body
    assert "No change to the plan" not in setting.body
    assert setting.labels == []


# Outdated runs and other events


LEFT = "Pull request #7 is closed or has newer commits; their run updates the comment."


def test_a_run_for_an_older_commit_writes_nothing(setting: Setting) -> None:
    older = setting.head
    propose(setting, "sprints/3-c.yml", "title: C", "title: Newer")
    setting.pushed(older)
    assert setting.keep() == LEFT
    assert setting.github.writes == []


def test_a_pull_request_with_a_newer_commit_is_left_to_its_next_run(setting: Setting) -> None:
    setting.github.moves_on = True
    assert setting.keep() == LEFT
    assert setting.github.writes == []


def test_only_the_newest_commit_is_compared(setting: Setting) -> None:
    git(setting.origin, "update-ref", "refs/pull/7/head", "main")
    assert setting.keep() == "Commented on #7: the plans could not be compared."
    assert "a commit other than the newest one" in setting.body


def test_a_closed_pull_request_is_left_alone(setting: Setting) -> None:
    setting.github.pulls[0]["state"] = "closed"
    assert setting.keep() == LEFT
    assert setting.github.writes == []


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"pull_request": {"number": 7, "head": {"sha": "--upload-pack=x"}}}', '{"pull_request']
)
def test_another_event_is_refused(setting: Setting, text: str) -> None:
    Path(setting.environment["GITHUB_EVENT_PATH"]).write_text(text, "utf-8")
    with pytest.raises(UsageError, match="run this on pull_request_target"):
        setting.keep()


def test_comments_of_others_with_our_marker_are_ignored(setting: Setting) -> None:
    forged = comment(OLD, by="github-actions", id_=3)
    quoted = comment(f"> {OLD}", id_=4)
    setting.github.comments[:] = [forged, quoted, comment("", by="ghost", id_=5) | {"user": None, "body": OLD}]
    assert setting.keep() == "Commented on #7: plan:changed."
    assert forged["body"] == OLD
    assert quoted["body"] == f"> {OLD}"


# Responses of GitHub


def test_requests_are_repeated_after_the_requested_time(setting: Setting) -> None:
    setting.github.trouble = {
        "GET /pulls/7": [(429, {"Retry-After": "7"}), (502, {})],
        "POST /issues/7/comments": [(403, {"X-RateLimit-Remaining": "0"})],
    }
    assert setting.keep() == "Commented on #7: plan:changed."
    assert setting.waited == [7.0, 2.0, 1.0]
    assert len(setting.github.comments) == 1


@pytest.mark.parametrize(
    ("request_", "trouble", "sentence"),
    [
        ("POST /issues/7/comments", (403, {}), "refused with 403: give the job `pull-requests: wr"),
        ("GET /pulls/7", (401, {}), "give the job `pull-requests: write`"),
        ("POST /issues/7/labels", (404, {}), "give the job `pull-requests: write`"),
        ("GET /pulls/7", (429, {"Retry-After": "3600"}), "too many requests"),
        ("POST /issues/7/comments", (500, {}), "failed with 500"),
        ("GET /pulls/7", (302, {"Location": "http://127.0.0.1:1/"}), "failed with 302"),
    ],
)
def test_a_refused_request_is_reported_in_one_sentence(
    setting: Setting, request_: str, trouble: tuple[int, dict[str, str]], sentence: str
) -> None:
    setting.github.trouble = {request_: [trouble]}
    with pytest.raises(ApiError, match=re.escape(sentence)) as refused:
        setting.keep()
    assert TOKEN not in str(refused.value)
    assert setting.waited == []


def test_a_request_is_repeated_three_times(setting: Setting) -> None:
    setting.github.trouble = {"GET /pulls/7": [(503, {})] * 9}
    with pytest.raises(ApiError, match="failed with 503"):
        setting.keep()
    assert setting.waited == [1.0, 2.0, 4.0]


def test_a_request_without_a_network_is_repeated_three_times(setting: Setting) -> None:
    runner = replace(Runner.of(setting.environment), api_url="http://127.0.0.1:9")
    unreachable = Api(runner, setting.waited.append)
    with pytest.raises(ApiError, match="could not be sent; check the network"):
        keep_comment(setting.root, runner, unreachable)
    assert setting.waited == [1.0, 2.0, 4.0]


def test_an_unexpected_response_is_refused(setting: Setting) -> None:
    setting.github.pulls[0] = {"head": {"ref": "change", "repo": {"full_name": "someone/plan"}}}
    with pytest.raises(ApiError, match="unexpected response for /pulls/7"):
        setting.keep()


def test_a_failed_fetch_is_reported_in_the_comment(setting: Setting) -> None:
    git(setting.root, "remote", "set-url", "origin", str(setting.root.parent / "gone"))
    assert setting.keep() == "Commented on #7: the plans could not be compared."
    assert "Git could not fetch pull request" in setting.body
    assert TOKEN not in setting.body


# No verdict stays on a later commit


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("raise RecursionError", "failed unexpectedly"),
        ("import os; os.abort()", "failed unexpectedly"),
        ("print('nothing that is a verdict')", "failed unexpectedly"),
        ("import time; time.sleep(60)", "took longer than 0.5 seconds"),
    ],
)
def test_a_crash_removes_the_old_verdict(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    """The first commit only changes words; the second makes masterplan crash or run forever."""
    setting.keep()
    propose(setting, "sprints/3-c.yml", "title: C", "title: Whatever")
    setting.github.pulls[0]["labels"] = [{"name": "plan:changed"}]
    monkeypatch.setattr(keep, "judged", judge.judged)
    monkeypatch.setattr(judge, "PROGRAM", (sys.executable, "-c", program))
    monkeypatch.setattr(judge, "MOST_SECONDS", 0.5)
    assert setting.keep() == "Updated the comment on #7: the plans could not be compared."
    assert reason in setting.body
    assert "Compression" not in setting.body
    assert setting.labels == []


def test_the_old_verdict_is_removed_before_plans_are_compared(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job that is cancelled during the comparison leaves no old verdict."""
    setting.keep()
    propose(setting, "sprints/3-c.yml", "title: C", "title: Whatever")
    setting.github.pulls[0]["labels"] = [{"name": "plan:changed"}, {"name": "help wanted"}]

    def cancelled(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(keep, "judged", cancelled)
    with pytest.raises(KeyboardInterrupt):
        setting.keep()
    assert "Comparing the plans" in setting.body
    assert setting.head[:12] in setting.body
    assert "Compression" not in setting.body
    assert setting.labels == ["help wanted"]


def test_the_same_commit_on_another_base_is_compared_again(setting: Setting) -> None:
    setting.keep()
    setting.github.pulls[0]["base"]["sha"] = "1" * 40
    setting.github.bodies.clear()
    setting.keep()
    assert ["Comparing the plans" in body for body in setting.github.bodies] == [True, False]


def test_the_program_that_compares_plans_gets_no_token(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    program = "import os, json; print(json.dumps({'text': str(os.environ), 'effect': 'changed'}))"
    monkeypatch.setattr(keep, "judged", judge.judged)
    monkeypatch.setattr(judge, "PROGRAM", (sys.executable, "-c", program))
    setting.keep()
    assert "PATH" in setting.body
    assert TOKEN not in setting.body


# Authors of comments


@pytest.mark.parametrize("login", ["github-actions[bot]", "team-plan[bot]", "ada"])
def test_our_comment_is_the_one_written_with_our_token(setting: Setting, login: str) -> None:
    """The token of a workflow, an app, or a person."""
    setting.github.login = login
    assert setting.keep() == "Commented on #7: plan:changed."
    propose(setting, "sprints/3-c.yml", "title: C", "title: Whatever")
    assert setting.keep() == "Updated the comment on #7: plan:changed."
    assert "Whatever" in setting.body


def test_comments_of_others_are_never_edited(setting: Setting) -> None:
    theirs = [comment(OLD, by=by, id_=id_) for id_, by in enumerate(("github-actions[bot]", "ada", "team-plan"), 2)]
    setting.github.comments[:] = [dict(other) for other in theirs]
    setting.github.login = "team-plan[bot]"
    assert setting.keep() == "Commented on #7: plan:changed."
    assert setting.github.comments[:3] == theirs


def test_every_plan_of_a_repository_has_its_own_comment_and_label(setting: Setting) -> None:
    for folder in ("teams/search", "teams/r d"):
        write_plan(setting.origin / folder, BASE)
    commit(setting.origin)
    git(setting.origin, "checkout", "-q", "--detach", "main")
    change(setting.origin / "teams/search/plan_data/sprints/3-c.yml", "title: C", "title: Ranking")
    change(setting.origin / "teams/r d/plan_data/sprints/3-c.yml", "title: C", "title: Research")
    commit(setting.origin)
    offer(setting)
    git(setting.root, "pull", "-q")
    for _ in range(2):
        for folder in ("", "teams/search", "teams/r d"):
            setting.keep(folder)
    search, research = (str(comment_["body"]) for comment_ in setting.github.comments)
    assert search.startswith(marker(setting.head, "teams/search"))
    assert research.startswith(marker(setting.head, "teams/r%20d"))
    assert "Ranking" in search
    assert "Research" not in search
    assert f"/blob/{setting.head}/teams/search/plan_data/sprints/3-c.yml" in search
    assert "teams/search" in search
    assert {*setting.labels} == {"plan:no-change", "teams/search:changed", "teams/r d:changed"}


# The command


def test_a_pull_request_can_add_the_first_plan_of_a_folder(setting: Setting) -> None:
    git(setting.origin, "checkout", "-q", "--detach", "main")
    write_plan(setting.origin / "teams/search", BASE)
    commit(setting.origin)
    offer(setting)
    done = masterplan(setting.root, "comment", "--root", "teams/search", **setting.environment)
    assert done.returncode == 0, done.stderr
    assert setting.body
    assert git(setting.root, "status", "--porcelain") == ""


def test_the_command_prints_what_it_did_but_not_the_token(setting: Setting) -> None:
    done = masterplan(setting.root, "comment", **setting.environment)
    assert (done.returncode, done.stdout) == (0, "Commented on #7: plan:changed.\n"), done.stderr
    assert Path(setting.environment["GITHUB_STEP_SUMMARY"]).read_text("utf-8") == done.stdout
    assert TOKEN not in done.stdout + done.stderr + git(setting.root, "config", "--list")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "refused with 403: give the job"),
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_EVENT_PATH": "no-such-file"}, "no-such-file"),
    ],
)
def test_an_error_of_the_command_is_one_sentence(setting: Setting, environment: dict[str, str], sentence: str) -> None:
    setting.github.trouble = {"GET /pulls/7": [(403, {})]}
    done = masterplan(setting.root, "comment", **setting.environment | environment)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert TOKEN not in done.stderr


# A malicious fork


@pytest.mark.parametrize(
    "title",
    [
        "@octocat and @team/owners",
        "<img src=x onerror=alert(1)> ![x](https://evil.example/x.png)",
        "::error file=x::y",
        f"{marker('b' * 40).strip()} --> <!-- masterplan:review head={'b' * 40} -->",
        "x" * 1000,
    ],
)
def test_a_hostile_title_stays_text(setting: Setting, title: str) -> None:
    propose(setting, "sprints/3-c.yml", "title: C", f"title: {json.dumps(title)}")
    assert setting.keep() == "Commented on #7: plan:changed."
    rest = setting.body.removeprefix(marker(setting.head))
    assert not re.search(r"@\w|<img|!\[|^\s*::|<!--", rest, re.MULTILINE)


@pytest.mark.parametrize("title", ["x" * 1_000_000, "@" * 1_000_000])
def test_a_title_of_a_megabyte_leads_to_a_short_comment(setting: Setting, title: str) -> None:
    propose(setting, "sprints/3-c.yml", "title: C", f"title: {json.dumps(title)}")
    assert setting.keep() == "Commented on #7: the plans could not be compared."
    assert len(setting.body) < 10_000


def test_symbolic_links_out_of_the_repository_are_not_followed(setting: Setting) -> None:
    secret = setting.root.parent / "secret.yml"
    secret.write_text('id: "3"\ntitle: The secret\n', "utf-8")
    git(setting.origin, "checkout", "-q", "--detach", "main")
    (setting.origin / "plan_data/sprints/3-c.yml").unlink()
    (setting.origin / "plan_data/sprints/3-c.yml").symlink_to(secret)
    commit(setting.origin)
    offer(setting)
    assert setting.keep() == "Commented on #7: the plans could not be compared."
    assert "symbolic links are not followed" in setting.body
    assert "The secret" not in setting.body


def test_no_file_of_a_pull_request_is_written_into_the_clone(setting: Setting) -> None:
    before = sorted(path for path in setting.root.rglob("*") if ".git" not in path.parts)
    setting.keep()
    assert sorted(path for path in setting.root.rglob("*") if ".git" not in path.parts) == before
    assert git(setting.root, "status", "--porcelain") == ""
