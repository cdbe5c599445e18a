"""`masterplan serve`: the site on this machine, built anew after every edit and reloaded in the browser.

A process beside the server builds (`builder`), so that a wrong plan leaves the last good site within reach, and an edit
of code counts too: then the process is replaced.
"""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from masterplan.errors import BuildError, UsageError
from masterplan.load.loader import PLAN_FOLDER
from masterplan.publish import mkdocs_yml
from masterplan.publish.builder import Builder, News
from masterplan.publish.site_server import Address, SiteServer
from masterplan.publish.team_pages import docs_dir
from masterplan.publish.trouble import TROUBLE, trouble
from masterplan.publish.watch import Watch

_OUR_CODE = Path(__file__).parents[1]


def serve(root: Path, address: Address, arguments: Sequence[str], ready: Callable[[], None]) -> None:
    """Serve until interrupted or ended; `arguments` are the host's name and what `--today` names, or nothing.

    `ready` is called once we listen. Raises UsageError where there is nothing to serve, or the address cannot be had.
    """
    root = root.resolve()
    watched = _Watched(root)
    command = (sys.executable, "-m", "masterplan.cli.build_process", str(root), *arguments)
    with _ended_like_interrupted(), tempfile.TemporaryDirectory(prefix="masterplan-") as folder:
        server = SiteServer(address)
        try:
            server.listen()
            ready()
            with Builder(command, Path(folder)) as builder:
                _follow(watched, builder, server)
        except OSError as error:
            raise UsageError(f"cannot serve on {address}: {error.strerror}; choose another --address") from error
        except KeyboardInterrupt:
            return
        finally:
            server.shutdown()


class _Watched:
    """What a site is made from: the plan, the pages, the settings, and code."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._content = [root / PLAN_FOLDER, root / docs_dir(root), root / mkdocs_yml.FILE]
        code = [*(root / path for path in mkdocs_yml.read(root).get("watch", [])), _OUR_CODE]
        self.watch = Watch([*self._content, *code])

    def anew(self) -> "_Watched":
        """The same by the settings as they are now, or as they are known where they cannot be read."""
        try:
            return _Watched(self.root)
        except UsageError:
            return self

    def is_code(self, path: Path) -> bool:
        """Whether a file is none of the plan, the pages and the settings, which each build reads anew."""
        return not any(path.is_relative_to(place) for place in self._content)


def _follow(watched: _Watched, builder: Builder, server: SiteServer) -> None:
    """Build once, and again after every edit, until interrupted."""
    builder.order((), ())
    while True:
        if news := builder.news(watched.watch.interval):
            _show(news, builder, server)
        if changes := watched.watch.changes():
            if any(map(watched.is_code, changes)):
                builder.stop()
            if watched.root / mkdocs_yml.FILE in changes:
                watched = watched.anew()
            edited = sorted(path.relative_to(watched.root).as_posix() for path in changes if not watched.is_code(path))
            builder.order(server.open_pages, edited)


def _show(news: News, builder: Builder, server: SiteServer) -> None:
    """Show what a build has made, or what is wrong with it."""
    folder = builder.folder(news.number)
    if news.page:
        server.show_ahead(news.page, (folder / "first" / news.page).read_bytes())
    elif news.code == 0:
        server.show_site(folder / "site")
        builder.forget_others(news.number)
    elif (folder / TROUBLE).is_file():
        server.show_trouble((folder / TROUBLE).read_text("utf-8"))
    elif news.code is not None:
        error = BuildError(f"the build ended with exit code {news.code}, and the terminal may show why")
        server.show_trouble(trouble(error))


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
