"""A stand-in for GitHub on loopback: one repository with pull requests, comments and labels.

It answers only the requests that masterplan may send, checks each of them, and logs them all.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "a-token-that-nobody-may-see"  # noqa: S105 - not a real token
REPOSITORY = "team/plan"
BOT = "github-actions[bot]"

Data = dict[str, Any]
Answer = tuple[int, Any]


@dataclass
class GitHub:
    """State of the repository. `login` owns the token that is used.

    `trouble` lists responses to send first, as (status, headers), by request (`GET /pulls/7`). With `moves_on`, the
    pull request has another commit from the second request for it on.
    """

    url: str = ""
    pulls: list[Data] = field(default_factory=list)
    comments: list[Data] = field(default_factory=list)
    trouble: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    moves_on: bool = False
    login: str = BOT
    bodies: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        """The requests that change something."""
        return [request for request in self.log if not request.startswith("GET") and request != "POST /graphql"]

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Answer:
        """The response to a request: its status and content."""
        steps = path.strip("/").split("/")
        content = self._read(steps, query) if method == "GET" else self._write(method, steps, body)
        if content is None:
            self.wrong.append(f"{method} {path} is not a request that masterplan may send")
            return 404, {}
        return 200, content

    def _read(self, steps: list[str], query: dict[str, list[str]]) -> Any:
        match steps:
            case ["pulls", "7"]:
                return self._pull()
            case ["issues", "7", "comments"]:
                size, page = int(query["per_page"][0]), int(query["page"][0])
                return self.comments[size * (page - 1) : size * page]

    def _write(self, method: str, steps: list[str], body: Any) -> Any:
        match method, steps:
            case "POST", ["graphql"]:
                assert body == {"query": "{ viewer { login } }"}
                return {"data": {"viewer": {"login": self.login}}}
            case "POST", ["issues", "7", "comments"]:
                self.bodies.append(body["body"])
                self.comments.append(comment(body["body"], by=self.login, id_=1000 + len(self.comments)))
            case "PATCH", ["issues", "comments", id_]:
                self.bodies.append(body["body"])
                next(comment for comment in self.comments if comment["id"] == int(id_))["body"] = body["body"]
            case "POST", ["issues", "7", "labels"]:
                self.pulls[0]["labels"] += [{"name": name} for name in body["labels"]]
            case "DELETE", ["issues", "7", "labels", name]:
                self.pulls[0]["labels"] = [label for label in self.pulls[0]["labels"] if label["name"] != name]
            case _:
                return None
        return {}

    def _pull(self) -> Data:
        (only,) = self.pulls
        has_moved = self.moves_on and self.log.count("GET /pulls/7") > 1
        return {**only, "head": {**only["head"], "sha": "f" * 40}} if has_moved else only


def pull(head: str, *, fork: str = "someone/plan", branch: str = "change", labels: tuple[str, ...] = ()) -> Data:
    """Pull request 7, from a fork."""
    return {
        "number": 7,
        "state": "open",
        "head": {"sha": head, "ref": branch, "repo": {"full_name": fork}},
        "base": {"sha": "0" * 40, "ref": "main", "repo": {"full_name": REPOSITORY}},
        "labels": [{"name": label} for label in labels],
    }


def comment(body: str, *, by: str = BOT, id_: int = 1) -> Data:
    """A comment."""
    return {"id": id_, "user": {"login": by, "type": "Bot" if by == BOT else "User"}, "body": body}


@contextmanager
def github() -> Iterator[GitHub]:
    """A running stand-in; fails at the end if a request was wrong."""
    state = GitHub()
    server = _Server(state)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert state.wrong == []


class _Server(ThreadingHTTPServer):
    def __init__(self, state: GitHub) -> None:
        self.state = state
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        assert isinstance(self.server, _Server)
        state, parts = self.server.state, urlsplit(self.path)
        path = unquote(parts.path.removeprefix(f"/repos/{REPOSITORY}"))
        request = f"{self.command} {path}"
        state.log.append(request)
        state.wrong += [f"{request}: {problem}" for problem in self._problems()]
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        trouble = state.trouble.get(request)
        if trouble:
            status, headers = trouble.pop(0)
            self._reply(status, {"message": "no"}, headers)
        else:
            self._reply(*state.answer(self.command, path, parse_qs(parts.query), body), {})

    do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815 - the names that http.server calls

    def _problems(self) -> Iterator[str]:
        expected = {
            "Authorization": f"Bearer {TOKEN}",
            "Accept": re.escape("application/vnd.github+json"),
            "X-GitHub-Api-Version": r"\d{4}-\d\d-\d\d",
            "User-Agent": "masterplan",
        }
        if self.command in {"POST", "PATCH"}:
            expected["Content-Type"] = "application/json"
        for name, value in expected.items():
            if not re.fullmatch(value, self.headers.get(name, "")):
                yield f"{name} is {self.headers.get(name)}"
        if not self.path.startswith((f"/repos/{REPOSITORY}/", "/graphql")):
            yield "another repository"

    def _reply(self, status: int, content: Any, headers: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep requests off the terminal."""
