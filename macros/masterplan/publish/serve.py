"""`masterplan serve`: the site on this machine, built anew after every edit and reloaded in the browser.

Each build is a process of its own, so that an edit of code counts too and a wrong plan leaves the last good site on
show.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mkdocs.livereload import LiveReloadServer

from masterplan.errors import UsageError
from masterplan.publish import settings
from masterplan.publish.harden import without_policy

NOTHING_YET = (
    b'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>masterplan</title>'
    b"<p>There is no site yet: the terminal says what is wrong. It appears here once that is mended.</p>"
)


def serve(root: Path, host: str, port: int, arguments: Sequence[str], ready: Callable[[], None]) -> None:
    """Serve until interrupted; `arguments` are passed on to `masterplan build`, `ready` is called once we listen.

    Raises UsageError where there is nothing to serve, or the address cannot be had.
    """
    watched = ["docs", settings.FILE, *settings.read(root).get("watch", [])]
    with tempfile.TemporaryDirectory(prefix="masterplan-") as folder:
        site = Path(folder, "site")
        command = [sys.executable, "-m", "masterplan", "build", "--root", str(root), "--site", str(site), *arguments]
        server = _Server(lambda: subprocess.run(command, check=False), host, port, site, ready)
        for path in (root / each for each in watched):
            if path.exists():
                server.watch(str(path))
        try:
            server.serve()  # type: ignore[no-untyped-call]
        except OSError as error:
            raise UsageError(f"cannot serve on {host}:{port}: {error.strerror}; choose another --address") from error
        except KeyboardInterrupt:
            return
        finally:
            server.shutdown()


class _Server(LiveReloadServer):
    """MkDocs' server, which survives a first build that fails and serves pages without their policy.

    The policy would block the script that reloads them.
    """

    def __init__(self, build: Callable[[], Any], host: str, port: int, site: Path, ready: Callable[[], None]) -> None:
        super().__init__(builder=build, host=host, port=port, root=str(site))
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
