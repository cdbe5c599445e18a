"""Pull requests and their comments, as far as they matter here: what is newest, and which comment is ours."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, Field

_MARKER = "<!-- masterplan:review plan={} base={} head={} -->\n"
_MARKED = re.compile(r"\A<!-- masterplan:review plan=(\S*) base=([0-9a-f]{40,64}) head=([0-9a-f]{40,64}) -->\r?\n")


class Branch(BaseModel):
    """One side of a pull request: its newest commit and its name."""

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
        """Whether it is open, and a commit is its newest."""
        return self.state == "open" and self.head.sha == commit


class User(BaseModel):
    """Who wrote something; no person can have a name that ends in `[bot]`."""

    login: str


class Comment(BaseModel):
    """A comment on a pull request."""

    id: int = Field(ge=1)
    user: User | None
    body: str | None


class Marker(NamedTuple):
    """The hidden first line of a comment: the plan's folder in the repository, and the commits that were compared."""

    folder: str
    base: str
    head: str

    def on(self, text: str) -> str:
        """A text with this marker."""
        return _MARKER.format(quote(self.folder), self.base, self.head) + text

    def is_on(self, comment: Comment) -> bool:
        """Whether a comment is about the same folder and commits."""
        return _marker(comment) == (quote(self.folder), self.base, self.head)


def own(comments: Iterable[Comment], login: str, folder: str) -> Comment | None:
    """The comment that `login`, whom our token belongs to, wrote about the plan in a folder.

    The marker alone can be written by everybody, and one account may write comments of many kinds: both must agree.
    """
    for comment in comments:
        marker = _marker(comment)
        if marker and marker[0] == quote(folder) and comment.user and comment.user.login == login:
            return comment
    return None


def _marker(comment: Comment) -> tuple[str, ...] | None:
    match = _MARKED.match(comment.body or "")
    return match.groups() if match else None
