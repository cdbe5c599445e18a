"""The server of `masterplan serve`: shows the site or what is wrong with the plan, only under names of this machine.

Otherwise another site could point its own name at this machine and read an unpublished plan. Each page contains the
script of MkDocs' server, which waits for a newer version of the site and then reloads the page. The server answers the
script once that page has changed, so that no page reloads twice for one edit.
"""

import posixpath
import re
import urllib.parse
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from threading import Event
from typing import Any

from mkdocs.livereload import _SCRIPT_TEMPLATE, LiveReloadServer, _timestamp

from masterplan.errors import UsageError
from masterplan.publish.error_page import error_page
from masterplan.publish.finish import without_policy

LAST_GOOD = "/livereload/last-good"
"""Prefix of addresses that show the last good site while something is wrong."""

_ADDRESS = re.compile(r"(?:\[(?P<six>[^][/\s]+)]|(?P<name>[^][/:\s]+)):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65_535
_POLL = re.compile(r"/livereload/(?P<epoch>[0-9]{1,16})/(?P<digest>[0-9]{1,16})")
_NOT_FOUND = "404.html"
_LOOKS = (".css", ".js", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2")
"""Suffixes of files that a page shows or that change its look."""

_ONLY_OUR_SCRIPT = (
    "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "script-src 'sha256-{}'"
)

_StartResponse = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen: a name or IP address, without brackets, and a port."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Address":
        """The address in a text. Raises UsageError for any other text."""
        parts = _ADDRESS.fullmatch(text)
        if parts is None or int(parts["port"]) > _LAST_PORT:
            raise UsageError(f"{text} is not an address like 127.0.0.1:8000 or [::1]:8000")
        return cls(parts["six"] or parts["name"], int(parts["port"]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def answers_to(self, host: str) -> bool:
        """Whether a request with this `Host` header is for us.

        Anyone can point a name at this machine, but nobody can do that with an IP address. So if we listen on all
        addresses, every IP address is accepted.
        """
        parts = _ADDRESS.fullmatch(host) or _ADDRESS.fullmatch(f"{host}:80")
        name = (parts["six"] or parts["name"]).lower() if parts else ""
        ip, own_ip = _ip(name), _ip(self.host)
        if ip is None:
            return name in {"localhost", self.host.lower()} or name.endswith(".localhost")
        return ip.is_loopback or ip == own_ip or (own_ip is not None and own_ip.is_unspecified)


def _ip(name: str) -> IPv4Address | IPv6Address | None:
    """The IP address in a text; None for a name."""
    try:
        return ip_address(name)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Version:
    """A version of the site: the newest complete site, pages that are ready before it, and what is wrong."""

    epoch: int
    site: Path | None = None
    looks: bytes = b""
    """A digest of everything in the site that affects the look of pages, except the pages."""
    ahead: Mapping[str, bytes] = field(default_factory=dict)
    errors: str = ""

    def content(self, name: str) -> bytes | None:
        """The content of a file, by path below the site; None if it does not exist or is outside the site."""
        if name in self.ahead or not self.site:
            return self.ahead.get(name)
        try:
            path = (self.site / name).resolve()
            return path.read_bytes() if path.is_relative_to(self.site.resolve()) else None
        except (OSError, ValueError):  # the name contains a null
            return None


class SiteServer(LiveReloadServer):
    """Answers with the newest version of the site."""

    def __init__(self, address: Address) -> None:
        super().__init__(builder=lambda: None, host=address.host, port=address.port, root="")
        self._address = address
        self._version = _Version(_timestamp())
        self._is_built = Event()
        self._open = Counter[str]()

    def listen(self) -> None:
        """Bind the address and start answering; pages wait until the first build has ended. Raises OSError."""
        self.server_bind()
        self.server_activate()
        self.serve_thread.start()

    @property
    def open_pages(self) -> list[str]:
        """The pages open in browsers, by path below the site."""
        with self._epoch_cond:
            return [_name(path) for path, requests in self._open.items() if requests and path]

    def show_site(self, folder: Path) -> None:
        """Show a complete site."""
        looks = sha256()
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _LOOKS):
            looks.update(str(path.relative_to(folder)).encode() + sha256(path.read_bytes()).digest())
        self._show(_Version(0, folder, looks.digest()))

    def show_ahead(self, name: str, content: bytes) -> None:
        """Show one page of a site that is not complete yet."""
        self._show(replace(self._version, ahead={**self._version.ahead, name: content}, errors=""))

    def show_errors(self, errors: str) -> None:
        """Show what is wrong instead of every page."""
        self._show(replace(self._version, errors=errors))

    def _show(self, version: _Version) -> None:
        with self._epoch_cond:
            self._version = replace(version, epoch=max(_timestamp(), self._version.epoch + 1))
            self._epoch_cond.notify_all()
        self._is_built.set()

    def serve_request(self, environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
        """Answer requests for names of this machine, and refuse all others."""
        if self._address.answers_to(environ.get("HTTP_HOST", "")):
            return super().serve_request(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"masterplan serve answers only to names of this machine; allow another one with --address NAME:PORT\n"]

    def _serve_request(self, environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if poll := _POLL.fullmatch(path):
            return self._wait_for_change(environ, int(poll["epoch"]), int(poll["digest"]), start_response)
        self._is_built.wait()
        version = self._version
        response = _response(version, path)
        if response is None:
            start_response("302 Found", [("Location", f"{urllib.parse.quote(path)}/")])
            return []
        content, policy = response.content, []
        if response.name.endswith(".html"):
            script = _SCRIPT_TEMPLATE.substitute(epoch=version.epoch, request_id=response.digest(version)).encode()
            before, end, after = without_policy(content).rpartition(b"</body>")
            content = b"%b<script>%b</script>%b%b" % (before, script, end, after)
            if response.is_error_page:
                digest = b64encode(sha256(script).digest()).decode()
                policy = [("Content-Security-Policy", _ONLY_OUR_SCRIPT.format(digest))]
        kind = ("Content-Type", self._guess_type(response.name))  # type: ignore[no-untyped-call]
        start_response(response.status, [kind, ("Content-Length", str(len(content))), *policy])
        return [content]

    def _wait_for_change(
        self, environ: dict[str, Any], epoch: int, digest: int, start_response: _StartResponse
    ) -> Iterable[bytes]:
        """Answer once the page that asks has changed, or after a minute with its current version."""
        path = urllib.parse.unquote(urllib.parse.urlsplit(environ.get("HTTP_REFERER", "")).path)

        def changed() -> bool:
            response = _response(self._version, path) if path and self._version.epoch > epoch else None
            return self._version.epoch > epoch and (response is None or response.digest(self._version) != digest)

        with self._epoch_cond:
            self._open[path] += 1
            has_changed = self._epoch_cond.wait_for(changed, timeout=self.poll_response_timeout)
            self._open[path] -= 1
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"%d" % (self._version.epoch if has_changed else epoch)]


@dataclass(frozen=True, slots=True)
class _Response:
    """The response for an address: its status, the file's path below the site, and the content."""

    status: str
    name: str
    content: bytes
    is_error_page: bool = False

    def digest(self, version: _Version) -> int:
        """A number that changes with the page and with everything that affects its look."""
        return int.from_bytes(sha256(version.looks + self.content).digest()[:6])


def _response(version: _Version, path: str) -> _Response | None:
    """A version's response for an address; None for a folder, whose page is at the address with `/` at the end."""
    name = _name(path)
    if name.endswith(".html") and not path.startswith(LAST_GOOD) and (version.errors or not version.site):
        last_good = f"{LAST_GOOD}{urllib.parse.quote(path)}" if version.site else ""
        return _Response("200 OK", name, error_page(version.errors, last_good), is_error_page=True)
    content = version.content(name)
    if content is not None:
        return _Response("200 OK", name, content)
    if version.content(f"{name}/index.html") is not None:
        return None
    return _Response("404 Not Found", _NOT_FOUND, version.content(_NOT_FOUND) or b"Not found")


def _name(path: str) -> str:
    """Path below the site of the file at an address. No address leads outside the site."""
    path = path.removeprefix(LAST_GOOD)
    below = posixpath.normpath(f"/{path}").lstrip("/")
    return posixpath.join(below, "index.html") if path.endswith("/") or not below else below
