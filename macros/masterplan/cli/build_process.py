"""The process that builds the site for `masterplan serve`; `publish/builder.py` starts it and sends it orders.

After the first build it rehearses one, by building a page, so that later builds start with everything loaded. It caches
the files of the plan that it has read, and takes pages that have not changed from the last site. Each build is a fork
of this process, in a process group that can be stopped as a whole; it prints the same as `masterplan build`.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from select import select
from typing import NoReturn

from masterplan.cli.app import print_error, shows_traceback
from masterplan.cli.console import out
from masterplan.errors import MasterplanError
from masterplan.load.loader import Loaded, PartLoader, load, load_part
from masterplan.publish import mkdocs_host
from masterplan.publish.build import fill, opened
from masterplan.publish.builder import FORKS, BuildOrder, News
from masterplan.publish.error_page import ERROR_FILE, error_content
from masterplan.publish.first_pages import FirstPages, Rehearsal
from masterplan.publish.hosts import HOSTS, Host
from masterplan.publish.last_build import MEMORY_FILE, served_pages
from masterplan.publish.project import Project
from masterplan.today import day

_CHUNK = 65_536
_PATIENCE = 2.0
"""Seconds that a build gets to clean up before it is killed."""


@dataclass(slots=True)
class _Running:
    """A build in a forked process, and the pipe with its output, which ends with the last process of the build."""

    order: BuildOrder
    process: int
    output: int
    unread: bytes = b""

    def lines(self) -> list[bytes] | None:
        """The lines of output since the last call; None once the build has ended."""
        chunk = os.read(self.output, _CHUNK)
        *lines, self.unread = (self.unread + chunk).split(b"\n")
        return lines if chunk else None

    def stop(self) -> None:
        """End the build with all its processes, and wait until they have cleaned up."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self.process, number)
            while select([self.output], [], [], _PATIENCE)[0] and os.read(self.output, _CHUNK):
                pass
        self.reap()

    def reap(self) -> int:
        """Wait for the process of a build that has ended; returns its exit code."""
        os.close(self.output)
        _, status = os.waitpid(self.process, 0)
        return abs(os.waitstatus_to_exitcode(status))


class _Builds:
    """The builds of one plan; `news` is the file descriptor from which the server reads."""

    def __init__(self, root: Path, host: str, today: date | None, news: int) -> None:
        self._root, self._host, self._today, self._news = root, HOSTS[host], today, news
        self._load = partial(load, load_part=cache(load_part))
        self._shows_first = FORKS and host == "mkdocs"
        self._is_warm = False
        self._templates = f"templates-{os.getpid()}"
        self._last = Path(os.devnull)
        """The folder of the last order that succeeded, with a site whose pages can be taken over."""

    def follow(self) -> None:
        """Fork a process for each order, until the input ends; a new order stops the running build."""
        running, unread = None, b""
        while True:
            ready, _, _ = select([0, running.output] if running else [0], [], [])
            if 0 in ready:
                chunk = os.read(0, _CHUNK)
                *lines, unread = (unread + chunk).split(b"\n")
                if running and (lines or not chunk):
                    running.stop()
                    running = None
                if not chunk:
                    return
                if lines:
                    running = self._fork(BuildOrder(**json.loads(lines[-1])))
            elif running:
                running = self._forward(running)

    def once(self) -> None:
        """Carry out one order in this process."""
        if line := sys.stdin.readline():
            order = BuildOrder(**json.loads(line))
            self._send(News(order.number, code=self._build(order, self._load(self._root))))

    def _fork(self, order: BuildOrder) -> _Running:
        loaded = self._load(self._root)
        gc.freeze()  # garbage collection in a fork would copy the memory that it visits
        reading, writing = os.pipe()
        process = os.fork()
        if not process:
            os.close(reading)
            self._build_in_fork(order, loaded, writing)
        os.close(writing)
        with suppress(OSError):
            os.setpgid(process, process)
        return _Running(order, process, reading)

    def _build_in_fork(self, order: BuildOrder, loaded: Loaded, output: int) -> NoReturn:
        """Build in a process that ends with the build, and that a signal stops like Ctrl-C."""
        code = 2
        try:
            gc.disable()  # the process ends before garbage matters
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with suppress(OSError):
                os.setpgid(0, 0)
            code = self._build(order, loaded, output)
        except KeyboardInterrupt:
            pass
        except BaseException:  # noqa: BLE001 - no error may return the fork into the loop of its parent
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _forward(self, running: _Running) -> _Running | None:
        """Forward news of pages that are ready; None once the build has ended."""
        lines = running.lines()
        for line in lines or ():
            self._send(News(running.order.number, json.loads(line)))
        if lines is not None:
            return running
        code = running.reap()
        self._send(News(running.order.number, code=code))
        if code == 0:
            self._last = Path(running.order.folder)
            if self._shows_first and not self._is_warm:
                self._rehearse(self._last)
        gc.unfreeze()
        gc.collect()
        return None

    def _rehearse(self, folder: Path) -> None:
        """Build a page in this process, unless that might load code of the team, which may be edited."""
        self._is_warm = True
        rehearsal = Rehearsal(folder / "rehearsal", ["index.html"], (), folder.parent / self._templates, lambda _: None)
        with suppress(MasterplanError, OSError):
            project = self._opened(lambda root, _: self._load(root))
            if project.memory:
                mkdocs_host.build_with_mkdocs(project, folder / "rehearsal", rehearsal)

    def _opened(self, read: Callable[[Path, PartLoader], Loaded]) -> Project:
        """Open the plan, which `read` loads, with the memory of the last site's pages."""
        project = opened(self._root, self._today, read)
        return replace(project, memory=served_pages(self._last, project) if self._shows_first else None)

    def _build(self, order: BuildOrder, loaded: Loaded, output: int | None = None) -> int:
        """Build the site of an order; returns the exit code, and leaves a page about any error.

        With an `output`, it writes there which pages are ready before the rest.
        """
        folder = Path(order.folder)
        try:
            (folder / "site").mkdir(parents=True)
            project = self._opened(lambda *_: loaded)
            with self._hosted(order, output) as host:
                fill(project, folder / "site", host)
            if project.memory:
                project.memory.write(folder / MEMORY_FILE)
        except Exception as error:
            with suppress(OSError):  # the disk may be full
                (folder / ERROR_FILE).write_text(error_content(error), "utf-8")
            if shows_traceback(error):
                raise
            return print_error(error)
        out.print(f"Built the site from {project.summary}.")
        return 0

    @contextmanager
    def _hosted(self, order: BuildOrder, output: int | None) -> Iterator[Host]:
        """The host, set up to build the pages first that somebody is looking at."""
        if output is None or not self._shows_first:
            yield self._host
            return
        folder = Path(order.folder)

        def ready(page: str) -> None:
            os.write(output, f"{json.dumps(page)}\n".encode())

        first = FirstPages(folder / "first", order.first, order.edited, folder.parent / self._templates, ready)
        try:
            yield partial(mkdocs_host.build_with_mkdocs, first=first)
        finally:
            first.wait()

    def _send(self, news: News) -> None:
        line = json.dumps({name: getattr(news, name) for name in News.__slots__})
        os.write(self._news, f"{line}\n".encode())


def main(root: str, host: str, today: str) -> None:
    """Carry out orders from standard input until it ends, and send news to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends this process
    news = os.dup(1)
    os.dup2(2, 1)  # output of a host or a macro is for the terminal
    builds = _Builds(Path(root), host, day(today), news)
    builds.follow() if FORKS else builds.once()


if __name__ == "__main__":
    main(*sys.argv[1:])
