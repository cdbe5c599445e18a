"""Worker processes that share numbered tasks, one process for each core, where processes can be forked.

A worker is a fork of this process, so it inherits all that its tasks need. When no task is left, it sends its results
back as lines of text. Results of a worker that is killed are missing, and nothing waits for them. If the system refuses
to start processes, there are no workers.
"""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import BinaryIO

MOST_WORKERS = 8
"""The limit for containers that show all cores of a machine but may use only some of them."""

_LEAST_PAGES = 20
"""Fewer pages are built sooner by one process."""

_NUMBER_SIZE = 4
"""Bytes of a task's number."""


def cores() -> int:
    """The number of cores this process may use; 1 where processes cannot be forked safely.

    A process with several threads cannot: a fork could wait forever for a lock of a thread that it does not have.
    """
    if sys.platform != "linux" or _threads() != 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def needs_workers(pages: int) -> bool:
    """Whether several processes build this many pages sooner than one."""
    return cores() > 1 and pages >= _LEAST_PAGES


def _threads() -> int:
    """The number of threads of this process, including those of libraries; 0 if the system does not say."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - only the names are needed
    except OSError:
        return 0


def forked() -> int:
    """The result of `os.fork`. Ctrl-C waits until it is done, because Python ignores exceptions while it forks.

    The new process leaves Ctrl-C to this one, which ends it. If Ctrl-C has waited, there is no new process.
    """
    before, process = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM}), 0
    try:
        process = os.fork()
        if not process:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if process:
            _end(process)
        raise
    return process


def _end(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


class Workers:
    """Processes that share `tasks` tasks. `run` is called with each task's number and returns a line of text.

    There is no result for a task whose line is empty or whose `run` raises an exception.
    """

    def __init__(self, count: int, tasks: int, run: Callable[[int], str]) -> None:
        self._results: dict[int, BinaryIO] = {}
        """The pipe of each worker, by process id."""
        try:
            with suppress(OSError), tempfile.TemporaryFile(buffering=0) as queue:  # all workers share its position
                queue.write(b"".join(number.to_bytes(_NUMBER_SIZE) for number in range(tasks)))
                queue.seek(0)
                for _ in range(count):
                    self._start(queue.fileno(), run)
        except BaseException:
            self.stop()
            raise

    def _start(self, queue: int, run: Callable[[int], str]) -> None:
        reader, writer = os.pipe()
        try:
            worker = forked()
        except OSError:
            os.close(reader)
            os.close(writer)
            raise
        if not worker:
            _work(queue, writer, run, [reader, *(pipe.fileno() for pipe in self._results.values())])
        os.close(writer)
        self._results[worker] = os.fdopen(reader, "rb")

    def lines(self) -> Iterator[str]:
        """The workers' results, in no particular order; waits until each worker ends."""
        for worker, pipe in list(self._results.items()):
            with pipe:
                yield from (line[:-1].decode() for line in pipe if line.endswith(b"\n"))
            del self._results[worker]
            os.waitpid(worker, 0)

    def stop(self) -> None:
        """Kill the workers that are still running, and discard their results."""
        for worker, pipe in self._results.items():
            pipe.close()
            _end(worker)
        self._results.clear()


def _work(queue: int, results: int, run: Callable[[int], str], others: list[int]) -> None:
    """Run tasks until none is left or the parent process is gone, then exit; never returns. Closes `others`."""
    try:
        parent, lines = os.getppid(), []
        for pipe in others:
            os.close(pipe)
        while (number := os.read(queue, _NUMBER_SIZE)) and os.getppid() == parent:
            lines.append(_line(run, int.from_bytes(number)))
        with os.fdopen(results, "wb") as file:
            file.writelines(lines)
    finally:
        os._exit(0)


def _line(run: Callable[[int], str], number: int) -> bytes:
    """A task's result; empty after an exception, which the parent process sees when it runs the task itself."""
    line = ""
    with suppress(Exception, SystemExit):
        line = run(number)
    return f"{line}\n".encode() if line else b""


class TextsAhead:
    """Texts by name. One worker makes them while this process does something else, if it `has_worker`."""

    def __init__(self, makers: Mapping[str, Callable[[], str]], *, has_worker: bool) -> None:
        self._makers, self.names = makers, list(makers)
        self._worker = Workers(1, len(makers), self._make) if has_worker else None

    def _make(self, number: int) -> str:
        name = self.names[number]
        return json.dumps([name, self._makers[name]()])

    def collected(self) -> Iterator[tuple[str, str]]:
        """Each name with its text, in no particular order; waits for the worker, and makes what it has not made."""
        missing = dict(self._makers)
        for line in self._worker.lines() if self._worker else ():
            name, text = json.loads(line)
            del missing[name]
            yield name, text
        self._worker = None
        yield from ((name, make()) for name, make in missing.items())

    def stop_workers(self) -> None:
        """End the worker, whose texts are not needed."""
        if self._worker:
            self._worker.stop()
            self._worker = None
