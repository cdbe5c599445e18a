"""GitHub, as a job in a workflow sees it: the environment of the runner, and the API for a comment and a label.

It uses `requests`, which is in the lock already, reuses connections, and reads proxies and certificates as everything
else on a runner does. Redirects are refused, so the token goes to no other host. Every error is one sentence that names
neither the token nor what was sent.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self, TypeVar

import requests
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from masterplan.errors import ApiError, UsageError

_M = TypeVar("_M", bound=BaseModel)
_R = TypeVar("_R")
_Wait = Callable[[float], object]

_PAGE = 100
"""The most entries of a list that GitHub sends at a time."""
MOST_PAGES = 100
TRIES = 4
LONGEST_WAIT = 60.0
"""Seconds; where GitHub asks for a longer wait, the job fails and is started again later."""
TIMEOUT = (10.0, 30.0)
"""Seconds to connect and to wait for an answer."""

GRAPHQL = "/graphql"

_LIST = TypeAdapter(list[Any])


class Head(BaseModel):
    """The newest commit of a pull request when the event happened."""

    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")


class PullRequest(BaseModel):
    """The pull request of an event."""

    number: int = Field(ge=1)
    head: Head


class _Event(BaseModel):
    pull_request: PullRequest


@dataclass(frozen=True, slots=True)
class Runner:
    """Where GitHub is, which repository this is, the right to write there, and files to read and to write.

    `token` is never printed; `summary` is None outside a step.
    """

    api_url: str
    graphql_url: str
    server_url: str
    repository: str
    token: str
    event: Path
    summary: Path | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """The runner as its environment variables describe it. Raises UsageError, which names one that is missing."""

        def needed(name: str) -> str:
            if not environment.get(name):
                raise UsageError(f"{name} is not set: this command is for a workflow on GitHub")
            return environment[name]

        summary = environment.get("GITHUB_STEP_SUMMARY")
        return cls(
            needed("GITHUB_API_URL").rstrip("/"),
            needed("GITHUB_GRAPHQL_URL"),
            needed("GITHUB_SERVER_URL").rstrip("/"),
            needed("GITHUB_REPOSITORY"),
            needed("GITHUB_TOKEN"),
            Path(needed("GITHUB_EVENT_PATH")),
            Path(summary) if summary else None,
        )

    def pull_request(self) -> PullRequest:
        """The pull request that the workflow runs for. Raises UsageError where the event is another one."""
        try:
            return _Event.model_validate_json(self.event.read_bytes()).pull_request
        except ValidationError:
            sentence = "is not a pull request event: run this on pull_request_target or pull_request"
            raise UsageError(f"{self.event} {sentence}") from None


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None


class _Viewer(BaseModel):
    login: str


class _Data(BaseModel):
    viewer: _Viewer


class _Answer(BaseModel):
    data: _Data


class Api:
    """One repository on GitHub. `wait` is called with seconds before a request is made once more."""

    def __init__(self, runner: Runner, wait: _Wait = time.sleep) -> None:
        self._base = f"{runner.api_url}/repos/{runner.repository}"
        self._graphql = runner.graphql_url
        self._wait = wait
        self._session = requests.Session()
        self._session.headers.update(
            {
                "Authorization": f"Bearer {runner.token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "masterplan",
            }
        )

    def one(self, path: str, kind: type[_M]) -> _M:
        """What is at a path. Raises ApiError."""
        return _read(path, kind.model_validate_json, self._ask(_Request("GET", path)).content)

    def every(self, path: str, kind: type[_M], **query: str) -> Iterator[_M]:
        """Everything in a list, page by page. Raises ApiError."""
        for page in range(1, MOST_PAGES + 1):
            asked = _Request("GET", path, query | {"per_page": str(_PAGE), "page": str(page)})
            entries = _read(path, _LIST.validate_json, self._ask(asked).content)
            yield from (_read(path, kind.model_validate, entry) for entry in entries)
            if len(entries) < _PAGE:
                return

    def login(self) -> str:
        """The login of the token's owner: a person, or an app as `name[bot]`. Raises ApiError.

        Only GraphQL answers this for every kind of token; what an app has may not ask for `/user`.
        """
        asked = _Request("POST", GRAPHQL, body={"query": "{ viewer { login } }"})
        return _read(GRAPHQL, _Answer.model_validate_json, self._ask(asked).content).data.viewer.login

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Make, change or delete something. Raises ApiError."""
        self._ask(_Request(method, path, body=body))

    def _ask(self, asked: _Request, attempt: int = 0) -> requests.Response:
        answer = self._once(asked)
        if isinstance(answer, requests.Response) and answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
            return answer
        pause = _pause(asked, answer, attempt)
        if pause is None:
            raise ApiError(f"GitHub: {asked.method} {asked.path} {_refusal(answer)}")
        self._wait(pause)
        return self._ask(asked, attempt + 1)

    def _once(self, asked: _Request) -> requests.Response | requests.RequestException:
        try:
            return self._session.request(
                asked.method,
                self._graphql if asked.path == GRAPHQL else self._base + asked.path,
                params=asked.query,
                json=asked.body,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return error


def _read(path: str, reader: Callable[[Any], _R], content: object) -> _R:
    try:
        return reader(content)
    except ValidationError:
        raise ApiError(f"GitHub: the answer for {path} is not as expected") from None


def _pause(asked: _Request, answer: requests.Response | requests.RequestException, attempt: int) -> float | None:
    """Seconds until a request is made once more; None where that would be of no use, or make a thing twice."""
    if attempt + 1 >= TRIES:
        return None
    again = 2.0**attempt
    if isinstance(answer, requests.RequestException) or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None if asked.method == "POST" else again
    if not _is_limited(answer):
        return None
    after = answer.headers.get("Retry-After", "")
    seconds = float(after) if after.isdecimal() else again
    return seconds if seconds <= LONGEST_WAIT else None


def _is_limited(answer: requests.Response) -> bool:
    """Whether GitHub asks for patience: it says so with 429, or with 403 and a header."""
    named = "Retry-After" in answer.headers or answer.headers.get("X-RateLimit-Remaining") == "0"
    return answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or (answer.status_code == HTTPStatus.FORBIDDEN and named)


def _refusal(answer: requests.Response | requests.RequestException) -> str:
    if isinstance(answer, requests.RequestException):
        kind = "took too long" if isinstance(answer, requests.Timeout) else "could not be sent"
        return f"{kind}; check the network"
    if _is_limited(answer):
        return "was refused: too many requests; run the job again later"
    if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return f"was refused with {answer.status_code}: give the job `pull-requests: write`"
    return f"failed with {answer.status_code}"
