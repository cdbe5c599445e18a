"""GitHub as a workflow job sees it: the runner's environment, and the API for a comment and a label.

It uses `requests`, which is already in the lock, reuses connections, and reads proxies and certificates like everything
else on a runner. Redirects are refused, so the token goes to no other host. Every error is one sentence that contains
neither the token nor the data sent.
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
"""Maximum number of list entries that GitHub sends at a time."""
MOST_PAGES = 100
TRIES = 4
LONGEST_WAIT = 60.0
"""Seconds. If GitHub asks for a longer wait, the job fails and can be run again later."""
TIMEOUT = (10.0, 30.0)
"""Seconds to connect, and seconds to wait for a response."""

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
    """The runner's environment: URLs of GitHub, the repository, permission to write there, and files.

    `token` is never printed. `event` describes the event that started the workflow; `summary` is None outside a step.
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
        """The runner described by environment variables. Raises UsageError, which names a missing variable."""

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
        """The pull request that the workflow runs for. Raises UsageError for any other event."""
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
    """One repository on GitHub. `wait` is called with the seconds before a request is repeated."""

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
        """The resource at a path. Raises ApiError."""
        return _read(path, kind.model_validate_json, self._ask(_Request("GET", path)).content)

    def every(self, path: str, kind: type[_M], **query: str) -> Iterator[_M]:
        """All entries of a list, page by page. Raises ApiError."""
        for page in range(1, MOST_PAGES + 1):
            request = _Request("GET", path, query | {"per_page": str(_PAGE), "page": str(page)})
            entries = _read(path, _LIST.validate_json, self._ask(request).content)
            yield from (_read(path, kind.model_validate, entry) for entry in entries)
            if len(entries) < _PAGE:
                return

    def login(self) -> str:
        """The login of the token's owner: a person, or an app as `name[bot]`. Raises ApiError.

        Only GraphQL answers this for every kind of token; an app's token has no access to `/user`.
        """
        request = _Request("POST", GRAPHQL, body={"query": "{ viewer { login } }"})
        return _read(GRAPHQL, _Answer.model_validate_json, self._ask(request).content).data.viewer.login

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Create, change or delete something. Raises ApiError."""
        self._ask(_Request(method, path, body=body))

    def _ask(self, request: _Request, attempt: int = 0) -> requests.Response:
        response = self._once(request)
        if isinstance(response, requests.Response) and response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            return response
        pause = _pause(request, response, attempt)
        if pause is None:
            raise ApiError(f"GitHub: {request.method} {request.path} {_refusal(response)}")
        self._wait(pause)
        return self._ask(request, attempt + 1)

    def _once(self, request: _Request) -> requests.Response | requests.RequestException:
        try:
            return self._session.request(
                request.method,
                self._graphql if request.path == GRAPHQL else self._base + request.path,
                params=request.query,
                json=request.body,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return error


def _read(path: str, reader: Callable[[Any], _R], content: object) -> _R:
    try:
        return reader(content)
    except ValidationError:
        raise ApiError(f"GitHub: unexpected response for {path}") from None


def _pause(request: _Request, response: requests.Response | requests.RequestException, attempt: int) -> float | None:
    """Seconds until a request is repeated; None if that would be useless or could create something twice."""
    if attempt + 1 >= TRIES:
        return None
    backoff = 2.0**attempt
    if isinstance(response, requests.RequestException) or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None if request.method == "POST" else backoff
    if not _is_limited(response):
        return None
    after = response.headers.get("Retry-After", "")
    seconds = float(after) if after.isdecimal() else backoff
    return seconds if seconds <= LONGEST_WAIT else None


def _is_limited(response: requests.Response) -> bool:
    """Whether GitHub reports a rate limit: with 429, or with 403 and a header."""
    has_header = "Retry-After" in response.headers or response.headers.get("X-RateLimit-Remaining") == "0"
    return response.status_code == HTTPStatus.TOO_MANY_REQUESTS or (
        response.status_code == HTTPStatus.FORBIDDEN and has_header
    )


def _refusal(response: requests.Response | requests.RequestException) -> str:
    if isinstance(response, requests.RequestException):
        kind = "took too long" if isinstance(response, requests.Timeout) else "could not be sent"
        return f"{kind}; check the network"
    if _is_limited(response):
        return "was refused: too many requests; run the job again later"
    if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return f"was refused with {response.status_code}: give the job `pull-requests: write`"
    return f"failed with {response.status_code}"
