"""`masterplan serve`: the site on this machine, rebuilt after every edit and reloaded in the browser.

A second process builds the site (see `builder`), so the last good site stays available while the plan is wrong. After
an edit of code that process is replaced, because it has the old code in memory.
"""

import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from masterplan.errors import BuildError, GitError, UsageError
from masterplan.files import locked
from masterplan.git.commands import memory_folder, repository
from masterplan.load.loader import PLAN_FOLDER
from masterplan.publish import mkdocs_yml
from masterplan.publish.builder import Builder, News
from masterplan.publish.error_page import ERROR_FILE, error_content
from masterplan.publish.site_server import Address, SiteServer
from masterplan.publish.team_pages import docs_dir
from masterplan.publish.watch import Watch

_OUR_CODE = Path(__file__).parents[1]
_PREFIX, _LOCK = "masterplan-serve-", "lock"


def serve(root: Path, address: Address, arguments: Sequence[str], ready: Callable[[], None]) -> None:
    """Serve until interrupted or terminated; `arguments` are the host's name and the value of `--today`, or "".

    `ready` is called once the server listens. Raises UsageError if there is nothing to serve or the address cannot be
    used.
    """
    root = root.resolve()
    watched = _Watched(root)
    command = (sys.executable, "-m", "masterplan.cli.build_process", str(root), *arguments)
    with _interrupted_once(), _scratch_folder() as folder:
        server = SiteServer(address)
        try:
            server.listen()
            ready()
            with Builder(command, folder) as builder:
                _follow(watched, builder, server)
        except OSError as error:
            raise UsageError(f"cannot serve on {address}: {error.strerror}; choose another --address") from error
        except KeyboardInterrupt:
            return
        finally:
            server.shutdown()


@contextmanager
def _scratch_folder() -> Iterator[Path]:
    """A folder for builds, locked while it exists. Folders of servers that were killed are not locked, and removed."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError, UsageError), locked(lock):
            shutil.rmtree(lock.parent, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder, locked(Path(folder, _LOCK)):
        yield Path(folder)


class _Watched:
    """The paths that a site is built from: the plan, the pages, the settings, commits, and code."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._content = [root / PLAN_FOLDER, root / docs_dir(root), root / mkdocs_yml.FILE, *_commits(root)]
        code = [*(root / path for path in mkdocs_yml.read(root).get("watch", [])), _OUR_CODE]
        self.watch = Watch([*self._content, *code])

    def reread(self) -> "_Watched":
        """The paths according to the current settings, or the same paths if the settings cannot be read."""
        try:
            return _Watched(self.root)
        except UsageError:
            return self

    def is_code(self, path: Path) -> bool:
        """Whether a file is code, and not among the other paths, which each build reads."""
        return not any(path.is_relative_to(place) for place in self._content)


def _commits(root: Path) -> list[Path]:
    """The file to which Git adds a line after each commit and checkout; empty outside a repository."""
    with suppress(GitError):
        if repository(root):
            return [memory_folder(root).with_name("logs") / "HEAD"]
    return []


def _follow(watched: _Watched, builder: Builder, server: SiteServer) -> None:
    """Build once, and after every edit, until interrupted."""
    root = watched.root
    builder.order((), ())
    while True:
        if news := builder.news(watched.watch.interval):
            _show(news, builder, server)
        if changes := watched.watch.changes():
            if any(map(watched.is_code, changes)):
                builder.stop()
            if root / mkdocs_yml.FILE in changes:
                watched = watched.reread()
            edited = [path for path in sorted(changes) if path.is_relative_to(root) and not watched.is_code(path)]
            builder.order(server.open_pages, [path.relative_to(root).as_posix() for path in edited])


def _show(news: News, builder: Builder, server: SiteServer) -> None:
    """Show the pages that a build has finished, or its errors."""
    folder = builder.folder(news.number)
    if news.page:
        server.show_ahead(news.page, (folder / "first" / news.page).read_bytes())
    elif news.code == 0:
        server.show_site(folder / "site")
        builder.forget_others(news.number)
    elif (folder / ERROR_FILE).is_file():
        server.show_errors((folder / ERROR_FILE).read_text("utf-8"))
    elif news.code is not None:
        error = BuildError(f"the build failed with exit code {news.code}; the terminal may show why")
        server.show_errors(error_content(error))


@contextmanager
def _interrupted_once() -> Iterator[None]:
    """Raise KeyboardInterrupt if Ctrl-C, an editor, a container or a closed terminal ends this process.

    Further signals are ignored, so that they do not interrupt the cleaning up.
    """
    numbers = (getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
    handlers = {number: signal.getsignal(number) for number in numbers}
    handlers = {number: handler for number, handler in handlers.items() if handler != signal.SIG_IGN}

    def interrupt(*_: object) -> NoReturn:
        for number in handlers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in handlers:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
