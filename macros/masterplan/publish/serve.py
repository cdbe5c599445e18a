"""`masterplan serve`: the site on this machine, built anew after every edit and reloaded in the browser.

Each build is a process of its own, so that an edit of code counts too and a wrong plan leaves the last good site on show.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from masterplan.errors import UsageError

WATCHED = ("plan_data", "docs", "macros", "mkdocs.yml")


def serve(root: Path, host: str, port: int, arguments: Sequence[str]) -> None:
    """Serve until interrupted; `arguments` are passed on to `masterplan build`. Raises UsageError when the port is taken."""
    site = root / ".serve"
    command = [sys.executable, "-m", "masterplan", "build", "--site", str(site), *arguments]

    def rebuild() -> None:
        subprocess.run(command, cwd=root, check=False)  # noqa: S603 - our own command

    rebuild()
    try:
        server = LiveReloadServer(builder=rebuild, host=host, port=port, root=str(site))
        for watched in WATCHED:
            if (root / watched).exists():
                server.watch(str(root / watched))
        server.serve()
    except OSError as error:
        raise UsageError(f"cannot serve on {host}:{port}: {error.strerror}; choose another one with --port") from error
    except KeyboardInterrupt:
        return
