"""The process that builds sites for `masterplan serve`, as the server controls it: orders go out, news comes back.

The process has everything imported and keeps the plan's files in memory, so a build starts at once. If it can fork, it
forks a process for each build, and a newer edit stops a build in progress. Elsewhere it builds once and exits, and the
server starts the next one right away. Orders and news are lines of JSON.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from masterplan.errors import UsageError

FORKS = sys.platform == "linux"
"""Whether a process is forked for each build."""

_PATIENCE = 10.0
"""Seconds that the process gets to clean up before it is killed."""


@dataclass(frozen=True, slots=True)
class BuildOrder:
    """What to build, where, and which pages first.

    `folder` gets the site, in `site`, or the errors, in `errors.html`. `first` are addresses of pages on the site, and
    `edited` are changed files, by their paths from the root of the plan's repository.
    """

    number: int
    folder: str
    first: Sequence[str] = ()
    edited: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class News:
    """Progress of an order: a page that is ready, by its path below the site, or the exit code of the build."""

    number: int
    page: str = ""
    code: int | None = None


class Builder:
    """The build process, started by the first order. A context manager that ends the process on exit.

    `command` starts the process; `scratch` is the folder of its builds.
    """

    def __init__(self, command: Sequence[str], scratch: Path) -> None:
        self._command, self._scratch = command, scratch
        self._process: subprocess.Popen[str] | None = None
        self._news = SimpleQueue[News | subprocess.Popen[str]]()
        self._number = 0
        self._is_busy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def folder(self, number: int) -> Path:
        """The folder of the order with this number."""
        return self._scratch / str(number)

    def forget_others(self, number: int) -> None:
        """Remove the folders of all other orders."""
        for folder in self._scratch.iterdir():
            if folder.name.isdigit() and folder.name != str(number):
                shutil.rmtree(folder, ignore_errors=True)

    def order(self, first: Sequence[str], edited: Sequence[str]) -> None:
        """Order a new build of the site, which replaces one in progress."""
        was_killed = self._process and self._process.poll() is not None  # its reader may not have noticed yet
        if was_killed or (self._is_busy and not FORKS):
            self.stop()
        self._number += 1
        order = BuildOrder(self._number, str(self.folder(self._number)), first, edited)
        line = json.dumps({name: getattr(order, name) for name in BuildOrder.__slots__})
        process = self._process or self._start()
        if process.stdin is None:
            raise UsageError("the process that builds the site accepts no orders")
        try:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
        except OSError:  # the process has ended, which its reader will report
            return
        finally:
            self._is_busy = True

    def news(self, seconds: float) -> News | None:
        """The next news of the newest order; None if there is none within `seconds`."""
        try:
            news = self._news.get(timeout=seconds)
        except Empty:
            return None
        if isinstance(news, subprocess.Popen):
            return self._ended(news)
        if news.number != self._number:
            return None
        self._is_busy = news.code is None
        return news

    def _ended(self, process: subprocess.Popen[str]) -> News | None:
        """Handle the end of the process.

        If it was busy, its build has failed. After a normal exit the next process starts.
        """
        if process is not self._process:
            return None
        self._process = None
        code = process.wait()
        if self._is_busy:
            self._is_busy = False
            return News(self._number, code=code or 1)
        if code == 0:
            self._start()
        return None

    def _start(self) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        # Ctrl-C and a closed terminal are for the server, which then ends this process and the builds that it forks.
        self._process = subprocess.Popen(self._command, process_group=0, **pipes)
        Thread(target=self._read, args=(self._process,), daemon=True).start()
        return self._process

    def _read(self, process: subprocess.Popen[str]) -> None:
        with process.stdout or nullcontext(()) as lines:
            for line in lines:
                fields: dict[str, Any] = json.loads(line)
                self._news.put(News(**fields))
        self._news.put(process)

    def stop(self) -> None:
        """End the process, because its code has changed or it is no longer needed."""
        process, self._process, self._is_busy = self._process, None, False
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        if not FORKS:
            process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
