"""What a pull request is told: one comment and one label, kept up to date by a program that trusts nothing in it."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from masterplan.errors import ApiError, UsageError
from masterplan.publish.github import Api, Runner, keep_comment
from tests.plans import BASE, write_plan
from tests.sites import change, commit, masterplan
from tests.stand_in import REPOSITORY, TOKEN, GitHub, comment, github, pull

MARKER = "<!-- masterplan:review head={} -->\n"
OLD = MARKER.format("a" * 40) + "### An older review\n"


@dataclass(frozen=True)
class Setting:
    """A trusted clone of a repository to which a fork asks to pull, and a run of a workflow for the fork's commit."""

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
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_EVENT_PATH": str(self.root.parent / "event.json"),
            "GITHUB_STEP_SUMMARY": str(self.root.parent / "summary.md"),
        }

    @property
    def body(self) -> str:
        """The one comment there is."""
        [only] = self.github.comments
        return str(only["body"])

    @property
    def labels(self) -> list[str]:
        return [label["name"] for label in self.github.pulls[0]["labels"]]

    def ended(self, **said: Any) -> None:
        """Write the event of a run that has ended; it was for the pull request's commit unless told otherwise."""
        run = {
            "event": "pull_request",
            "head_sha": self.head,
            "head_branch": "change",
            "head_repository": {"full_name": "someone/plan"},
        }
        Path(self.environment["GITHUB_EVENT_PATH"]).write_text(json.dumps({"workflow_run": run | said}), "utf-8")

    def keep(self) -> list[str]:
        """Run the command inside this process, without its waiting."""
        runner = Runner.of(self.environment)
        return keep_comment(self.root, runner, Api(runner.api_url, REPOSITORY, TOKEN, self.waited.append))


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    """A pull request that gives sprint 3 another title and phase 2 two more weeks."""
    with github() as stand_in:
        origin = tmp_path / "origin"
        write_plan(origin, BASE)
        commit(origin)
        git(origin, "branch", "-M", "main")
        made = Setting(stand_in, origin, tmp_path / "clone", [])
        propose(made, "sprints/3-c.yml", "title: C", "title: Compression")
        git(tmp_path, "clone", "-q", str(origin), str(made.root))
        yield made


def propose(setting: Setting, file: str, old: str, new: str) -> None:
    """Make a commit the newest of the pull request, and end the run of a workflow for it."""
    origin = setting.origin
    git(origin, "checkout", "-q", "--detach", "main")
    if old:
        change(origin / "plan_data" / file, old, new)
    else:
        (origin / "plan_data" / file).write_text(new, "utf-8")
    commit(origin)
    offer(setting)


def offer(setting: Setting) -> None:
    """Make the commit checked out the newest of the pull request."""
    git(setting.origin, "update-ref", "refs/pull/7/head", "HEAD")
    git(setting.origin, "checkout", "-q", "main")
    setting.github.pulls[:] = [pull(setting.head)]
    setting.ended()


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(("git", "-C", str(root), *arguments), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_first_review_becomes_a_comment_and_a_label(setting: Setting) -> None:
    assert setting.keep() == ["Commented on #7: plan:changed."]
    assert setting.github.writes == ["POST /issues/7/comments", "POST /issues/7/labels"]
    assert setting.body.startswith(MARKER.format(setting.head))
    assert "Compression" in setting.body
    assert f"https://github.example/{REPOSITORY}/blob/{setting.head}/plan_data/" in setting.body
    assert setting.labels == ["plan:changed"]


def test_a_pull_request_of_the_repository_itself_needs_no_second_workflow(setting: Setting) -> None:
    proposed = {"head": pull(setting.head)["head"]}
    Path(setting.environment["GITHUB_EVENT_PATH"]).write_text(json.dumps({"pull_request": proposed}), "utf-8")
    assert setting.keep() == ["Commented on #7: plan:changed."]


def test_a_later_review_takes_the_place_of_the_first(setting: Setting) -> None:
    setting.github.comments[:] = [comment("Nice!", by="someone", id_=5), comment(OLD, id_=6)]
    setting.github.pulls[0]["labels"] = [{"name": "plan:no-change"}, {"name": "help wanted"}]
    assert setting.keep() == ["Updated the comment on #7: plan:changed."]
    assert setting.github.writes == [
        "PATCH /issues/comments/6", "DELETE /issues/7/labels/plan:no-change", "POST /issues/7/labels",
    ]  # fmt: skip
    assert setting.github.comments[0]["body"] == "Nice!"
    assert setting.labels == ["help wanted", "plan:changed"]


def test_the_same_review_is_not_written_twice(setting: Setting) -> None:
    setting.keep()
    before = list(setting.github.writes)
    assert setting.keep() == ["Left the comment on #7: plan:changed."]
    assert setting.github.writes == before


def test_our_comment_is_found_behind_many_others(setting: Setting) -> None:
    setting.github.comments[:] = [comment(f"{n}", by="someone", id_=n) for n in range(1, 251)]
    setting.github.comments.append(comment(OLD, id_=999))
    assert setting.keep() == ["Updated the comment on #7: plan:changed."]


def test_a_change_that_breaks_something_has_its_own_label(setting: Setting) -> None:
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
    assert setting.keep() == ["Commented on #7: plan:breaking."]


def test_when_the_difference_disappears_the_comment_says_so(setting: Setting) -> None:
    setting.keep()
    propose(setting, "notes.md", "", "No part of the plan.\n")
    setting.github.pulls[0]["labels"] = [{"name": "plan:changed"}]
    assert setting.keep() == ["Updated the comment on #7: plan:no-change."]
    assert "This change leaves the plan as it is" in setting.body
    assert setting.labels == ["plan:no-change"]


def test_without_a_difference_and_a_comment_none_is_made(setting: Setting) -> None:
    propose(setting, "notes.md", "", "No part of the plan.\n")
    assert setting.keep() == ["Nothing to say on #7: plan:no-change."]
    assert setting.github.comments == []
    assert setting.labels == ["plan:no-change"]


def test_only_what_the_pull_request_does_is_said(setting: Setting) -> None:
    change(setting.origin / "plan_data/sprints/1-a.yml", "title: A", "title: Moved on")
    commit(setting.origin)
    setting.keep()
    assert "Moved on" not in setting.body


def test_a_plan_that_is_wrong_is_never_called_unchanged(setting: Setting) -> None:
    propose(setting, "sprints/3-c.yml", "title: C", "titel: C")
    setting.github.pulls[0]["labels"] = [{"name": "plan:no-change"}]
    assert setting.keep() == ["Commented on #7: the plans could not be compared."]
    assert "could not be compared" in setting.body
    assert "3&#45;c&#46;yml" in setting.body
    assert "as it is" not in setting.body
    assert setting.labels == []


# What has been overtaken, or was never meant


def test_a_run_for_an_older_commit_writes_nothing(setting: Setting) -> None:
    older = setting.head
    propose(setting, "sprints/3-c.yml", "title: C", "title: Newer")
    setting.ended(head_sha=older)
    assert "nothing to comment on" in setting.keep()[0]
    assert setting.github.writes == []


@pytest.mark.parametrize("moment", ["before it was fetched", "while it was read"])
def test_a_pull_request_that_moves_on_meanwhile_is_left_to_its_next_run(setting: Setting, moment: str) -> None:
    if moment == "while it was read":
        setting.github.moves_on = True
    else:
        git(setting.origin, "update-ref", "refs/pull/7/head", "main")
    assert setting.keep() == ["Pull request #7 has newer commits: its comment is left to their run."]
    assert setting.github.writes == []


@pytest.mark.parametrize(
    "said",
    [
        {"head_repository": {"full_name": "somebody-else/plan"}},
        {"head_repository": None},
        {"head_branch": "other"},
        {"event": "push"},
    ],
)
def test_a_run_for_something_else_writes_nothing(setting: Setting, said: dict[str, Any]) -> None:
    setting.ended(**said)
    assert "nothing to comment on" in setting.keep()[0]
    assert setting.github.writes == []


def test_a_closed_pull_request_is_left_alone(setting: Setting) -> None:
    setting.github.pulls[0]["state"] = "closed"
    assert "nothing to comment on" in setting.keep()[0]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"workflow_run": {"head_sha": "--upload-pack=x"}}', '{"workflow_run']
)
def test_another_event_is_refused_in_a_sentence(setting: Setting, text: str) -> None:
    Path(setting.environment["GITHUB_EVENT_PATH"]).write_text(text, "utf-8")
    with pytest.raises(UsageError, match="start this on workflow_run"):
        setting.keep()


def test_a_marker_that_somebody_else_wrote_is_not_believed(setting: Setting) -> None:
    forged = comment(OLD, by="github-actions", id_=3)
    quoted = comment(f"> {OLD}", id_=4)
    setting.github.comments[:] = [forged, quoted]
    assert setting.keep() == ["Commented on #7: plan:changed."]
    assert forged["body"] == OLD
    assert quoted["body"] == f"> {OLD}"


# What GitHub may answer


def test_patience_is_had_when_asked_for(setting: Setting) -> None:
    setting.github.trouble = {
        "GET /pulls": [(429, {"Retry-After": "7"}), (502, {})],
        "POST /issues/7/comments": [(403, {"X-RateLimit-Remaining": "0"})],
    }
    assert setting.keep() == ["Commented on #7: plan:changed."]
    assert setting.waited == [7.0, 2.0, 1.0]
    assert len(setting.github.comments) == 1


@pytest.mark.parametrize(
    ("request_", "trouble", "sentence"),
    [
        ("POST /issues/7/comments", (403, {}), "refused with 403: the token may not; give the job `pull-requests: wr"),
        ("GET /pulls", (401, {}), "the token may not"),
        ("POST /issues/7/labels", (404, {}), "the token may not"),
        ("GET /pulls", (429, {"Retry-After": "3600"}), "too many requests for now"),
        ("POST /issues/7/comments", (500, {}), "answered with 500"),
        ("GET /pulls", (302, {"Location": "http://127.0.0.1:1/"}), "answered with 302"),
    ],
)
def test_a_refusal_is_one_sentence(
    setting: Setting, request_: str, trouble: tuple[int, dict[str, str]], sentence: str
) -> None:
    setting.github.trouble = {request_: [trouble]}
    with pytest.raises(ApiError, match=re.escape(sentence)) as refused:
        setting.keep()
    assert TOKEN not in str(refused.value)
    assert setting.waited == []


def test_it_gives_up_after_some_tries(setting: Setting) -> None:
    setting.github.trouble = {"GET /pulls": [(503, {})] * 9}
    with pytest.raises(ApiError, match="answered with 503"):
        setting.keep()
    assert setting.waited == [1.0, 2.0, 4.0]


def test_without_a_network_it_gives_up_after_some_tries(setting: Setting) -> None:
    nobody = Api("http://127.0.0.1:9", REPOSITORY, TOKEN, setting.waited.append)
    with pytest.raises(ApiError, match="could not be sent; is the network there"):
        keep_comment(setting.root, Runner.of(setting.environment), nobody)
    assert setting.waited == [1.0, 2.0, 4.0]


def test_an_answer_that_makes_no_sense_is_refused(setting: Setting) -> None:
    setting.github.pulls[0] = {"head": {"ref": "change", "repo": {"full_name": "someone/plan"}}}
    with pytest.raises(ApiError, match="/pulls holds is not what it should be"):
        setting.keep()


def test_a_repository_that_cannot_be_fetched_is_said(setting: Setting) -> None:
    git(setting.root, "remote", "set-url", "origin", str(setting.root.parent / "gone"))
    with pytest.raises(ApiError, match="could not fetch pull request #7"):
        setting.keep()


# The command


def test_the_command_says_what_it_did_and_keeps_the_token_to_itself(setting: Setting) -> None:
    done = masterplan(setting.root, "comment", **setting.environment)
    assert (done.returncode, done.stdout) == (0, "Commented on #7: plan:changed.\n"), done.stderr
    assert Path(setting.environment["GITHUB_STEP_SUMMARY"]).read_text("utf-8") == done.stdout
    assert TOKEN not in done.stdout + done.stderr + git(setting.root, "config", "--list")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "refused with 403: the token may not"),
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ({"GITHUB_EVENT_PATH": "no-such-file"}, "no-such-file"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_no_traceback(
    setting: Setting, said: dict[str, str], sentence: str
) -> None:
    setting.github.trouble = {"GET /pulls": [(403, {})]}
    done = masterplan(setting.root, "comment", **setting.environment | said)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert TOKEN not in done.stderr


# A fork that means harm


@pytest.mark.parametrize(
    "title",
    [
        "@octocat and @team/owners",
        "<img src=x onerror=alert(1)> ![x](https://evil.example/x.png)",
        "::error file=x::y",
        f"{MARKER.format('b' * 40).strip()} --> <!-- masterplan:review head={'b' * 40} -->",
        "x" * 1000,
    ],
)
def test_a_hostile_title_stays_a_title(setting: Setting, title: str) -> None:
    propose(setting, "sprints/3-c.yml", "title: C", f"title: {json.dumps(title)}")
    assert setting.keep() == ["Commented on #7: plan:changed."]
    rest = setting.body.removeprefix(MARKER.format(setting.head))
    assert not re.search(r"@\w|<img|!\[|^\s*::|<!--", rest, re.MULTILINE)


@pytest.mark.parametrize("title", ["x" * 1_000_000, "@" * 1_000_000])
def test_a_title_of_a_megabyte_is_refused_in_a_short_comment(setting: Setting, title: str) -> None:
    propose(setting, "sprints/3-c.yml", "title: C", f"title: {json.dumps(title)}")
    assert setting.keep() == ["Commented on #7: the plans could not be compared."]
    assert len(setting.body) < 10_000


def test_links_out_of_the_repository_are_not_followed(setting: Setting) -> None:
    secret = setting.root.parent / "secret.yml"
    secret.write_text('id: "3"\ntitle: The secret\n', "utf-8")
    git(setting.origin, "checkout", "-q", "--detach", "main")
    (setting.origin / "plan_data/sprints/3-c.yml").unlink()
    (setting.origin / "plan_data/sprints/3-c.yml").symlink_to(secret)
    commit(setting.origin)
    offer(setting)
    assert setting.keep() == ["Commented on #7: the plans could not be compared."]
    assert "symbolic links are not followed" in setting.body
    assert "The secret" not in setting.body


def test_nothing_of_a_pull_request_is_written_into_the_clone(setting: Setting) -> None:
    before = sorted(path for path in setting.root.rglob("*") if ".git" not in path.parts)
    setting.keep()
    assert sorted(path for path in setting.root.rglob("*") if ".git" not in path.parts) == before
    assert git(setting.root, "status", "--porcelain") == ""
