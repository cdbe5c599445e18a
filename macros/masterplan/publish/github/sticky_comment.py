"""The comment and the label of a plan on a pull request: announce the comparison, compare, write the verdict.

No verdict outlives the commits it judged. Before the comparison, an announcement replaces an older comment and the
label is removed. A run writes only while its commit is the newest of the pull request.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, Field

from masterplan.errors import ApiError, GitError, MasterplanError
from masterplan.git.commands import commit_of, fetch, prefix_of
from masterplan.publish.github.api import Api, Runner
from masterplan.publish.github.judge import PullRequestVerdict, judged, unknown
from masterplan.render.escape import inert
from masterplan.render.review import announcement

EFFECTS = ("breaking", "changed", "no-change")

_FETCH_SECONDS = 300
"""Maximum time for Git to fetch a pull request."""

_LONGEST_LABEL = 50
"""Maximum number of characters in a label on GitHub."""

_MARKER = "<!-- masterplan:review plan={} base={} head={} -->\n"
_MARKED = re.compile(r"\A<!-- masterplan:review plan=(\S*) base=([0-9a-f]{40,64}) head=([0-9a-f]{40,64}) -->\r?\n")

_BASE = "refs/masterplan/base"
_HEAD = "refs/masterplan/head"


class Branch(BaseModel):
    """One side of a pull request: its newest commit and the branch's name."""

    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    ref: str


class Label(BaseModel):
    """A label."""

    name: str


class Pull(BaseModel):
    """A pull request."""

    number: int = Field(ge=1)
    state: str
    head: Branch
    base: Branch
    labels: list[Label]

    def is_at(self, commit: str) -> bool:
        """Whether it is open and `commit` is its newest."""
        return self.state == "open" and self.head.sha == commit


class User(BaseModel):
    """The author of a comment; no person can have a login that ends in `[bot]`."""

    login: str


class Comment(BaseModel):
    """A comment on a pull request."""

    id: int = Field(ge=1)
    user: User | None
    body: str | None


class Marker(NamedTuple):
    """The hidden first line of a comment: the plan's folder in the repository, and the compared commits."""

    folder: str
    base: str
    head: str

    def on(self, text: str) -> str:
        """The text with this marker."""
        return _MARKER.format(quote(self.folder), self.base, self.head) + text

    def is_on(self, comment: Comment) -> bool:
        """Whether a comment is about this folder and these commits."""
        return _marker(comment) == (quote(self.folder), self.base, self.head)


def keep_comment(root: Path, runner: Runner, api: Api) -> str:
    """Keep a plan's comment on the workflow's pull request up to date; returns a sentence about what was done.

    Raises UsageError for any other event, ApiError if GitHub refuses a request or cannot be reached.
    """
    event = runner.pull_request()
    pull = api.one(f"/pulls/{event.number}", Pull)
    if not pull.is_at(event.head.sha):
        return _overtaken(pull)
    folder = prefix_of(root).rstrip("/")
    marker = Marker(folder, pull.base.sha, pull.head.sha)
    comment = _own_comment(api.every(f"/issues/{pull.number}/comments", Comment), api.login(), folder)
    if comment is None or not marker.is_on(comment):
        comment = _announce(api, pull, comment, marker)
    verdict = _verdict(root, runner, pull, folder)
    current = api.one(f"/pulls/{pull.number}", Pull)
    if not current.is_at(event.head.sha):
        return _overtaken(pull)
    text = marker.on(verdict.text + (f"\nThe plan in <code>{inert(folder)}</code>.\n" if folder else ""))
    done = _write(api, current, comment, text, needed=verdict.effect != "no-change")
    label = _name(folder, verdict.effect) if verdict.effect else None
    _label(api, current, folder, label)
    return f"{done} #{pull.number}: {label or 'the plans could not be compared'}."


def _own_comment(comments: Iterable[Comment], login: str, folder: str) -> Comment | None:
    """The comment about the plan in a folder that `login`, the owner of our token, wrote.

    Anyone can write the marker, and one account may write several kinds of comments, so both must match.
    """
    for comment in comments:
        marker = _marker(comment)
        if marker and marker[0] == quote(folder) and comment.user and comment.user.login == login:
            return comment
    return None


def _marker(comment: Comment) -> tuple[str, ...] | None:
    match = _MARKED.match(comment.body or "")
    return match.groups() if match else None


def _overtaken(pull: Pull) -> str:
    return f"Pull request #{pull.number} is closed or has newer commits; their run updates the comment."


def _announce(api: Api, pull: Pull, comment: Comment | None, marker: Marker) -> Comment | None:
    """Replace an older run's comment by an announcement and remove the label; returns the new comment, if any."""
    if comment is not None:
        text = marker.on(announcement(pull.head.sha[:12]))
        api.send("PATCH", f"/issues/comments/{comment.id}", {"body": text})
        comment = comment.model_copy(update={"body": text})
    _label(api, pull, marker.folder, None)
    return comment


def _verdict(root: Path, runner: Runner, pull: Pull, folder: str) -> PullRequestVerdict:
    try:
        _fetch(root, runner, pull)
        base, head = commit_of(root, _BASE), commit_of(root, _HEAD)
    except MasterplanError as error:
        return unknown(str(error), pull.head.sha)
    if head != pull.head.sha:
        return unknown("Git fetched a commit other than the newest one on GitHub", pull.head.sha)
    source = f"{runner.server_url}/{runner.repository}/blob/{head}"
    return judged(root, base, head, "/".join(filter(None, (source, quote(folder)))))


def _write(api: Api, pull: Pull, comment: Comment | None, text: str, *, needed: bool) -> str:
    """Write our comment if there is one or one is needed, unless its text is already the same."""
    if comment is None:
        if needed:
            api.send("POST", f"/issues/{pull.number}/comments", {"body": text})
        return "Commented on" if needed else "Nothing to report on"
    if comment.body == text:
        return "Kept the comment on"
    api.send("PATCH", f"/issues/comments/{comment.id}", {"body": text})
    return "Updated the comment on"


def _label(api: Api, pull: Pull, folder: str, label: str | None) -> None:
    """Add the label of a plan to a pull request, and remove its other labels of that plan."""
    labels = {item.name for item in pull.labels}
    for other in (_name(folder, effect) for effect in EFFECTS):
        if other in labels and other != label:
            api.send("DELETE", f"/issues/{pull.number}/labels/{quote(other, safe='')}")
    if label and label not in labels:
        api.send("POST", f"/issues/{pull.number}/labels", {"labels": [label]})


def _name(folder: str, effect: str) -> str:
    """The label of an effect: `plan:changed`, and `teams/search:changed` for a plan in a folder."""
    return f"{folder[len(effect) + 1 - _LONGEST_LABEL :] or 'plan'}:{effect}"


def _fetch(root: Path, runner: Runner, pull: Pull) -> None:
    """Fetch both sides of a pull request as objects; no file is written. Raises ApiError."""
    refs = (f"+refs/heads/{pull.base.ref}:{_BASE}", f"+refs/pull/{pull.number}/head:{_HEAD}")
    try:
        fetch(root, *refs, settings=_settings(runner), seconds=_FETCH_SECONDS)
    except GitError:
        raise ApiError(f"Git could not fetch pull request #{pull.number} from origin") from None


def _settings(runner: Runner) -> Mapping[str, str]:
    """The token, for this server only, as environment variables for Git: other programs could read an argument."""
    basic = base64.b64encode(f"x-access-token:{runner.token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{runner.server_url}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        "GIT_TERMINAL_PROMPT": "0",
    }
