"""A stand-in for GitHub on loopback: one repository with pull requests, comments and labels.

It knows only what masterplan may ask, checks how each request is made, and keeps a log of all that were.
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

TOKEN = "a-token-that-nobody-may-see"  # noqa: S105 - opens nothing
REPOSITORY = "team/plan"
BOT = "github-actions[bot]"

Data = dict[str, Any]
Answer = tuple[int, Any]


@dataclass
class GitHub:
    """The repository, and whose token is used; `trouble` holds what is answered first, a (status, headers) each time.

    `moves_on` gives the pull request another commit once it has been asked for.
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
        """The requests that were to change something."""
        return [each for each in self.log if not each.startswith("GET") and each != "POST /graphql"]

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Answer:
        """What is answered to a request for something in the repository."""
        steps = path.strip("/").split("/")
        found = self._read(steps, query) if method == "GET" else self._write(method, steps, body)
        if found is None:
            self.wrong.append(f"{method} {path} is nothing to ask for")
            return 404, {}
        return 200, found

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
                next(each for each in self.comments if each["id"] == int(id_))["body"] = body["body"]
            case "POST", ["issues", "7", "labels"]:
                self.pulls[0]["labels"] += [{"name": name} for name in body["labels"]]
            case "DELETE", ["issues", "7", "labels", name]:
                self.pulls[0]["labels"] = [each for each in self.pulls[0]["labels"] if each["name"] != name]
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
    """A running stand-in; every request must have been as it should be when it ends."""
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
        said = f"{self.command} {path}"
        state.log.append(said)
        state.wrong += [f"{said}: {problem}" for problem in self._problems()]
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        trouble = state.trouble.get(said)
        if trouble:
            status, headers = trouble.pop(0)
            self._reply(status, {"message": "no"}, headers)
        else:
            self._reply(*state.answer(self.command, path, parse_qs(parts.query), body), {})

    do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815 - the names that http.server calls

    def _problems(self) -> Iterator[str]:
        wanted = {
            "Authorization": f"Bearer {TOKEN}",
            "Accept": re.escape("application/vnd.github+json"),
            "X-GitHub-Api-Version": r"\d{4}-\d\d-\d\d",
            "User-Agent": "masterplan",
        }
        if self.command in {"POST", "PATCH"}:
            wanted["Content-Type"] = "application/json"
        for name, value in wanted.items():
            if not re.fullmatch(value, self.headers.get(name, "")):
                yield f"{name} is {self.headers.get(name)}"
        if not self.path.startswith((f"/repos/{REPOSITORY}/", "/graphql")):
            yield "another repository"

    def _reply(self, status: int, found: Any, headers: dict[str, str]) -> None:
        content = json.dumps(found).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(content)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
