"""`masterplan serve`: the site on this machine, built anew after every edit and reloaded in the browser.

Each build is a process of its own, so that an edit of code counts too and a wrong plan leaves the last good site on
show. Only requests for a name of this machine are answered. Otherwise another site could point its own name at this
machine and read a plan that is not published.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from mkdocs.livereload import LiveReloadServer
from watchdog.observers.polling import PollingObserverVFS

from masterplan.errors import UsageError
from masterplan.load.loader import PLAN_FOLDER
from masterplan.publish import mkdocs_yml
from masterplan.publish.finish import without_policy
from masterplan.publish.team_pages import docs_dir

NOTHING_YET = (
    b'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>masterplan</title>'
    b"<p>There is no site yet. The terminal shows what is wrong; the site appears here once that is fixed.</p>"
)

_ADDRESS = re.compile(r"(?:\[(?P<six>[^][/\s]+)]|(?P<name>[^][/:\s]+)):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65_535
_POLLING = 0.5
"""Seconds between two looks at what is watched."""

_MISSING = os.stat_result((0,) * 10)


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


def serve(root: Path, address: Address, arguments: Sequence[str], ready: Callable[[], None]) -> None:
    """Serve until interrupted or ended; `arguments` go to `masterplan build`, `ready` is called once we listen.

    Raises UsageError where there is nothing to serve, or the address cannot be had.
    """
    watched = dict.fromkeys([PLAN_FOLDER, docs_dir(root), mkdocs_yml.FILE, *mkdocs_yml.read(root).get("watch", [])])
    with _ended_like_interrupted(), tempfile.TemporaryDirectory(prefix="masterplan-") as folder:
        site = Path(folder, "site")
        command = [sys.executable, "-m", "masterplan", "build", "--root", str(root), "--site", str(site), *arguments]
        server = _Server(lambda: subprocess.run(command, check=False), address, site, ready)
        for path in watched:
            server.watch(str(root / path))
        try:
            server.serve()  # type: ignore[no-untyped-call]
        except OSError as error:
            raise UsageError(f"cannot serve on {address}: {error.strerror}; choose another --address") from error
        except KeyboardInterrupt:
            return
        finally:
            server.shutdown()


@contextmanager
def _ended_like_interrupted() -> Iterator[None]:
    """Clean up too when an editor, a container or a closed terminal ends us, as Ctrl-C does."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in (getattr(signal, name) for name in names)}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stat(path: str) -> os.stat_result:
    """What is at a path; one that is missing counts as an empty file, so that it is watched until it is back."""
    try:
        return os.stat(path)  # noqa: PTH116 - the observer asks for a function of a text
    except (FileNotFoundError, NotADirectoryError):
        return _MISSING


def _number(name: str) -> IPv4Address | IPv6Address | None:
    """An IP address, or None for a name."""
    try:
        return ip_address(name)
    except ValueError:
        return None


class _Server(LiveReloadServer):
    """MkDocs' server, which survives a first build that fails and serves pages without their policy.

    The policy would block the script that reloads them. What is watched may vanish and come back, as it does when Git
    checks out another commit.
    """

    def __init__(self, build: Callable[[], Any], address: Address, site: Path, ready: Callable[[], None]) -> None:
        super().__init__(builder=build, host=address.host, port=address.port, root=str(site))
        self.observer = PollingObserverVFS(_stat, os.scandir, polling_interval=_POLLING)  # type: ignore[assignment]
        self.address = address
        self.ready = ready
        not_found = site / "404.html"
        self.error_handler = lambda _: not_found.read_bytes() if not_found.is_file() else NOTHING_YET

    def server_activate(self) -> None:
        """Build for the first time only once the address is ours."""
        super().server_activate()
        self.ready()
        self.builder()

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        made: bytes = super()._inject_js_into_html(without_policy(content), epoch)  # type: ignore[no-untyped-call]
        return made

    def serve_request(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request for a name of this machine, and no other."""
        if self.address.answers_to(environ.get("HTTP_HOST", "")):
            return super().serve_request(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"masterplan serve answers only to names of this machine; allow another one with --address NAME:PORT\n"]

    def _serve_request(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """What is at an address; None, which is not found, where no file can have it, such as one with a null."""
        try:
            return super()._serve_request(environ, start_response)
        except ValueError:
            return None
