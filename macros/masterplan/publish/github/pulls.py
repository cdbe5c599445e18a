"""Pull requests and their comments, as far as they matter here: whose they are, and which is ours."""

import re
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, Field

from masterplan.publish.github.api import Api
from masterplan.publish.github.runner import Repository, Run

BOT = "github-actions[bot]"
"""Who a workflow's own token writes as; no person can have that name."""

_MARKER = "<!-- masterplan:review head={} -->\n"
_MARKED = re.compile(r"\A<!-- masterplan:review head=[0-9a-f]{40,64} -->\r?\n")


class Branch(BaseModel):
    """One side of a pull request: its commit, branch and repository; a deleted fork is None."""

    sha: str
    ref: str
    repo: Repository | None


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

    def is_of(self, run: Run) -> bool:
        """Whether it is open and a run was for what it is now: same commit, branch and repository."""
        wanted = (run.head_sha, run.head_branch, run.head_repository)
        return self.state == "open" and (self.head.sha, self.head.ref, self.head.repo) == wanted


class User(BaseModel):
    """Who wrote something."""

    login: str


class Comment(BaseModel):
    """A comment on a pull request."""

    id: int = Field(ge=1)
    user: User | None
    body: str | None

    @property
    def is_ours(self) -> bool:
        """Whether we wrote it: the marker alone can be written by everybody, and is believed of the bot only."""
        return self.user is not None and self.user.login == BOT and _MARKED.match(self.body or "") is not None


def marked(text: str, head: str) -> str:
    """The text of a comment with the hidden line by which it is found again."""
    return _MARKER.format(head) + text


def pulls_of(api: Api, run: Run) -> Iterator[Pull]:
    """The open pull requests that a run was for, as they are now; none when they have moved on since.

    A run names the fork's branch but not the pull request, and what an artifact names could be forged.
    """
    if run.head_repository is not None and run.head_branch:
        head = f"{run.head_repository.owner}:{run.head_branch}"
        yield from (pull for pull in api.every("/pulls", Pull, state="open", head=head) if pull.is_of(run))


def own(comments: Iterable[Comment]) -> Comment | None:
    """Our comment among all of a pull request."""
    return next((each for each in comments if each.is_ours), None)
