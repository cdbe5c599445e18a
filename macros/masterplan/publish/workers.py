"""Work shared by several processes, one a core, on systems where a process can be forked.

A worker is forked from this process, so it has everything at hand that the work needs. What it has made it sends back
as lines of text, once nothing is left to do. A worker that is killed sends nothing, or less; nobody waits for it. Where
the system refuses to start any, there are none.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from signal import SIGKILL
from typing import BinaryIO

MOST_WORKERS = 8
"""More are not started: containers often show all cores of a machine that they may use only a part of."""

_NUMBER = 4
"""Bytes of the number of a piece of work."""


def cores() -> int:
    """The cores that this process may use; 1 where processes cannot be forked, or not safely.

    A fork of a process with several threads could wait for a lock that no thread of its own holds.
    """
    if sys.platform != "linux" or _threads() != 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def _threads() -> int:
    """The threads of this process, those of libraries too; 0 where the system does not show them."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - names are all it takes
    except OSError:
        return 0


class Workers:
    """Processes that share numbered pieces of work; `make` is called with each number, and returns a line of text.

    Where the line is empty, and where `make` raises, nothing is sent for this number.
    """

    def __init__(self, count: int, pieces: int, make: Callable[[int], str]) -> None:
        self._running: dict[int, BinaryIO] = {}
        with suppress(OSError), tempfile.TemporaryFile(buffering=0) as work:  # all workers read it from one place on
            work.write(b"".join(number.to_bytes(_NUMBER) for number in range(pieces)))
            work.seek(0)
            for _ in range(count):
                self._start(work.fileno(), make)

    def _start(self, work: int, make: Callable[[int], str]) -> None:
        mine, theirs = os.pipe()
        try:
            worker = os.fork()
        except OSError:
            os.close(mine)
            os.close(theirs)
            raise
        if not worker:
            _work(work, theirs, make, [mine, *(stream.fileno() for stream in self._running.values())])
        os.close(theirs)
        self._running[worker] = os.fdopen(mine, "rb")

    def lines(self) -> Iterator[str]:
        """What the workers have made, in no order; waits for each until it ends."""
        for worker, stream in list(self._running.items()):
            with stream:
                yield from (line[:-1].decode() for line in stream if line.endswith(b"\n"))
            del self._running[worker]
            os.waitpid(worker, 0)

    def stop(self) -> None:
        """End the workers that are still at work, whatever they have made."""
        for worker, stream in self._running.items():
            stream.close()
            os.kill(worker, SIGKILL)
            os.waitpid(worker, 0)
        self._running.clear()


def _work(work: int, results: int, make: Callable[[int], str], others: list[int]) -> None:
    """All that a worker does. It stops when the process that started it is gone, and never returns."""
    try:
        parent, lines = os.getppid(), []
        for stream in others:
            os.close(stream)
        while (number := os.read(work, _NUMBER)) and os.getppid() == parent:
            lines.append(_line(make, int.from_bytes(number)))
        with os.fdopen(results, "wb") as pipe:
            pipe.writelines(lines)
    finally:
        os._exit(0)


def _line(make: Callable[[int], str], number: int) -> bytes:
    line = ""
    with suppress(Exception, SystemExit):  # whoever started the workers does this piece again, and sees the error
        line = make(number)
    return f"{line}\n".encode() if line else b""
