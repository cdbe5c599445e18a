"""The one comment and label of a pull request, kept up to date: find it, compare, and write what has changed.

What has been overtaken is left alone: a run writes only while its commit is the newest of the pull request, by what Git
has and by what GitHub says right before it is written.
"""

import base64
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from masterplan.errors import ApiError, MasterplanError, PlanError
from masterplan.publish.compare import compare
from masterplan.publish.git import commit_of, merge_base
from masterplan.publish.github.api import Api
from masterplan.publish.github.pulls import Comment, Pull, marked, own, pulls_of
from masterplan.publish.github.runner import Run, Runner
from masterplan.render.review import failure, markdown

Label = Literal["plan:breaking", "plan:changed", "plan:no-change"]
LABELS: tuple[Label, ...] = ("plan:breaking", "plan:changed", "plan:no-change")

MOST_SECONDS = 300
"""For Git to bring a pull request."""

_BASE = "refs/masterplan/base"
_HEAD = "refs/masterplan/head"


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said of a pull request: the comment's text, and the label; None where nothing could be compared."""

    text: str
    label: Label | None


def keep_comment(root: Path, runner: Runner, api: Api) -> list[str]:
    """Keep the comments of the pull requests that a run was for; returns what was done, a sentence each.

    Raises UsageError for another event, ApiError when GitHub refuses or cannot be asked.
    """
    run = runner.run()
    if run.event != "pull_request":
        return [f"The run was started by {run.event}, not by a pull request: there is nothing to comment on."]
    pulls = list(pulls_of(api, run))
    if not pulls:
        return [f"No open pull request has {run.head_sha} as its newest commit: there is nothing to comment on."]
    return [_keep(root, runner, api, run, pull) for pull in pulls]


def _keep(root: Path, runner: Runner, api: Api, run: Run, pull: Pull) -> str:
    _fetch(root, runner, pull)
    if commit_of(root, _HEAD) != run.head_sha:
        return _overtaken(pull)
    said = _said(root, runner, run)
    mine = own(api.every(f"/issues/{pull.number}/comments", Comment))
    now = api.one(f"/pulls/{pull.number}", Pull)
    if not now.is_of(run):
        return _overtaken(pull)
    done = _write(api, now, mine, marked(said.text, run.head_sha), needed=said.label != "plan:no-change")
    _label(api, now, said.label)
    return f"{done} #{pull.number}: {said.label or 'the plans could not be compared'}."


def _overtaken(pull: Pull) -> str:
    return f"Pull request #{pull.number} has newer commits: its comment is left to their run."


def _said(root: Path, runner: Runner, run: Run) -> Said:
    try:
        review = compare(root, merge_base(root, _BASE, _HEAD), run.head_sha)
    except PlanError as error:
        return Said(failure("one of them cannot be read as a plan", error.findings), None)
    except MasterplanError as error:
        return Said(failure(str(error)), None)
    source = f"{runner.server_url}/{runner.repository}/blob/{run.head_sha}"
    named = replace(review, base=review.base[:12], head=run.head_sha[:12], source_url=source)
    match review.difference.weight:
        case None:
            return Said(markdown(named), "plan:no-change")
        case "breaking":
            return Said(markdown(named), "plan:breaking")
        case _:
            return Said(markdown(named), "plan:changed")


def _write(api: Api, pull: Pull, mine: Comment | None, text: str, *, needed: bool) -> str:
    """Write our comment, where there is one or one is needed; what has been said before is not said again."""
    if mine is None:
        if needed:
            api.send("POST", f"/issues/{pull.number}/comments", {"body": text})
        return "Commented on" if needed else "Nothing to say on"
    if mine.body == text:
        return "Left the comment on"
    api.send("PATCH", f"/issues/comments/{mine.id}", {"body": text})
    return "Updated the comment on"


def _label(api: Api, pull: Pull, wanted: Label | None) -> None:
    has = {label.name for label in pull.labels}
    for label in LABELS:
        if label in has and label != wanted:
            api.send("DELETE", f"/issues/{pull.number}/labels/{quote(label, safe='')}")
    if wanted and wanted not in has:
        api.send("POST", f"/issues/{pull.number}/labels", {"labels": [wanted]})


def _fetch(root: Path, runner: Runner, pull: Pull) -> None:
    """Bring both sides of a pull request as objects; no file is written. Raises ApiError."""
    wanted = (f"+refs/heads/{pull.base.ref}:{_BASE}", f"+refs/pull/{pull.number}/head:{_HEAD}")
    command = ("git", "-C", str(root), "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "origin", *wanted)
    try:
        subprocess.run(command, env=_environment(runner), capture_output=True, check=True, timeout=MOST_SECONDS)
    except (OSError, subprocess.SubprocessError):
        raise ApiError(f"Git could not fetch pull request #{pull.number} from origin") from None


def _environment(runner: Runner) -> Mapping[str, str]:
    """Git's environment with the token for this server alone, as an argument would be seen by other programs."""
    basic = base64.b64encode(f"x-access-token:{runner.token}".encode()).decode()
    header = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{runner.server_url}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        "GIT_TERMINAL_PROMPT": "0",
    }
    return os.environ | header
