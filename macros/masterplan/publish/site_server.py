"""What `masterplan serve` answers: pages of the site, or what is wrong with the plan, to names of this machine alone.

Otherwise another site could point its own name at this machine and read a plan that is not published. A page carries
the script of MkDocs' server, which waits for a newer version of the site and then loads the page anew. It is answered
once the page it is on has changed, so that no page is loaded twice for one edit.
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
from masterplan.publish.finish import without_policy
from masterplan.publish.trouble import trouble_page

LAST_GOOD = "/livereload/last-good"
"""Below this address the last good site is shown while something is wrong."""

_ADDRESS = re.compile(r"(?:\[(?P<six>[^][/\s]+)]|(?P<name>[^][/:\s]+)):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65_535
_POLL = re.compile(r"/livereload/(?P<epoch>[0-9]{1,16})/(?P<digest>[0-9]{1,16})")
_NOT_FOUND = "404.html"
_LOOKS = (".css", ".js", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2")
"""The ends of the names of files that a page shows, or that show the page."""

_ONLY_OUR_SCRIPT = (
    "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "script-src 'sha256-{}'"
)

_Answer = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen: a name or IP address, without brackets, and a port."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> "Address":
        """An address as one writes it. Raises UsageError for any other text."""
        parts = _ADDRESS.fullmatch(text)
        if parts is None or int(parts["port"]) > _LAST_PORT:
            raise UsageError(f"{text} is not an address like 127.0.0.1:8000 or [::1]:8000")
        return cls(parts["six"] or parts["name"], int(parts["port"]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def answers_to(self, asked: str) -> bool:
        """Whether a request for this host, as a browser writes it, is meant for us.

        No stranger can point an IP address at this machine, as he can a name; so any will do where we listen on all.
        """
        parts = _ADDRESS.fullmatch(asked) or _ADDRESS.fullmatch(f"{asked}:80")
        name = (parts["six"] or parts["name"]).lower() if parts else ""
        number, own = _number(name), _number(self.host)
        if number is None:
            return name in {"localhost", self.host.lower()} or name.endswith(".localhost")
        return number.is_loopback or number == own or (own is not None and own.is_unspecified)


def _number(name: str) -> IPv4Address | IPv6Address | None:
    """An IP address, or None for a name."""
    try:
        return ip_address(name)
    except ValueError:
        return None


@dataclass(frozen=True)
class _Version:
    """What is on show: the newest complete site, pages that are ready before the rest of theirs, and what is wrong."""

    epoch: int
    site: Path | None = None
    looks: bytes = b""
    """A digest of everything in the site but its pages that shows in a browser."""
    ahead: Mapping[str, bytes] = field(default_factory=dict)
    trouble: str = ""

    def content(self, name: str) -> bytes | None:
        """A file by its path below the site; None where there is none, and where the path leads out of the site."""
        if name in self.ahead or not self.site:
            return self.ahead.get(name)
        try:
            path = (self.site / name).resolve()
            return path.read_bytes() if path.is_relative_to(self.site.resolve()) else None
        except (OSError, ValueError):  # a name with a null is no name
            return None


class SiteServer(LiveReloadServer):
    """Answers with the version of the site that it was given last."""

    def __init__(self, address: Address) -> None:
        super().__init__(builder=lambda: None, host=address.host, port=address.port, root="")
        self._address = address
        self._version = _Version(_timestamp())
        self._is_built = Event()
        self._open = Counter[str]()

    def listen(self) -> None:
        """Take the address, and answer from now on; pages once the first build has ended. Raises OSError."""
        self.server_bind()
        self.server_activate()
        self.serve_thread.start()

    @property
    def open_pages(self) -> list[str]:
        """The pages that browsers show now, by their paths below the site."""
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
        self._show(replace(self._version, ahead={**self._version.ahead, name: content}, trouble=""))

    def show_trouble(self, trouble: str) -> None:
        """Show what is wrong, in place of every page."""
        self._show(replace(self._version, trouble=trouble))

    def _show(self, version: _Version) -> None:
        with self._epoch_cond:
            self._version = replace(version, epoch=max(_timestamp(), self._version.epoch + 1))
            self._epoch_cond.notify_all()
        self._is_built.set()

    def serve_request(self, environ: dict[str, Any], start_response: _Answer) -> Iterable[bytes]:
        """Answer a request for a name of this machine, and no other."""
        if self._address.answers_to(environ.get("HTTP_HOST", "")):
            return super().serve_request(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"masterplan serve answers only to names of this machine; allow another one with --address NAME:PORT\n"]

    def _serve_request(self, environ: dict[str, Any], start_response: _Answer) -> Iterable[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if poll := _POLL.fullmatch(path):
            return self._wait_for_change(environ, int(poll["epoch"]), int(poll["digest"]), start_response)
        self._is_built.wait()
        version = self._version
        shown = _shown(version, path)
        if shown is None:
            start_response("302 Found", [("Location", f"{urllib.parse.quote(path)}/")])
            return []
        content, policy = shown.content, []
        if shown.name.endswith(".html"):
            script = _SCRIPT_TEMPLATE.substitute(epoch=version.epoch, request_id=shown.digest(version)).encode()
            before, end, after = without_policy(content).rpartition(b"</body>")
            content = b"%b<script>%b</script>%b%b" % (before, script, end, after)
            if shown.is_trouble:
                digest = b64encode(sha256(script).digest()).decode()
                policy = [("Content-Security-Policy", _ONLY_OUR_SCRIPT.format(digest))]
        kind = ("Content-Type", self._guess_type(shown.name))  # type: ignore[no-untyped-call]
        start_response(shown.status, [kind, ("Content-Length", str(len(content))), *policy])
        return [content]

    def _wait_for_change(
        self, environ: dict[str, Any], epoch: int, digest: int, start_response: _Answer
    ) -> Iterable[bytes]:
        """Answer once the page that asks has changed; after a minute that it has not."""
        path = urllib.parse.unquote(urllib.parse.urlsplit(environ.get("HTTP_REFERER", "")).path)

        def changed() -> bool:
            shown = _shown(self._version, path) if path and self._version.epoch > epoch else None
            return self._version.epoch > epoch and (shown is None or shown.digest(self._version) != digest)

        with self._epoch_cond:
            self._open[path] += 1
            has_changed = self._epoch_cond.wait_for(changed, timeout=self.poll_response_timeout)
            self._open[path] -= 1
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"%d" % (self._version.epoch if has_changed else epoch)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is at an address: the status of the answer, a file's path below the site, and its content."""

    status: str
    name: str
    content: bytes
    is_trouble: bool = False

    def digest(self, version: _Version) -> int:
        """A number that is another once the page, or what shows it, looks different."""
        return int.from_bytes(sha256(version.looks + self.content).digest()[:6])


def _shown(version: _Version, path: str) -> _Shown | None:
    """What a version shows at an address; None where there is a folder, which has its page at the address with `/`."""
    name = _name(path)
    if name.endswith(".html") and not path.startswith(LAST_GOOD) and (version.trouble or not version.site):
        last_good = f"{LAST_GOOD}{urllib.parse.quote(path)}" if version.site else ""
        return _Shown("200 OK", name, trouble_page(version.trouble, last_good), is_trouble=True)
    content = version.content(name)
    if content is not None:
        return _Shown("200 OK", name, content)
    if version.content(f"{name}/index.html") is not None:
        return None
    return _Shown("404 Not Found", _NOT_FOUND, version.content(_NOT_FOUND) or b"Not found")


def _name(path: str) -> str:
    """The file at an address, by its path below the site, from which no address leads out."""
    path = path.removeprefix(LAST_GOOD)
    below = posixpath.normpath(f"/{path}").lstrip("/")
    return posixpath.join(below, "index.html") if path.endswith("/") or not below else below
