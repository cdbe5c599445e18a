"""Which files have changed since the look before: what `masterplan serve` follows.

A look asks for the state of every file, which works on every disk and system, and for what vanishes and comes back, as
a plan does while Git checks out another commit. It takes one to three milliseconds for 1,000 files.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR

from masterplan.files import is_ignored

_INTERVAL = 0.05
"""Seconds between two looks, unless a look takes long."""

_SETTLING = 0.02
"""Seconds that a file must stay the same before it counts as written, and no longer as being written."""

_MOST_LOOKS = 50
"""Looks that wait for files to settle; one that changes all the time cannot keep all others from being shown."""

_SHARE = 20
"""How many times as long as a look the time between two looks is at least: a twentieth of a core is for looking."""

_SETTINGS = (".yml", ".yaml", ".pages")
"""The ends of hidden names that plugins read beside pages."""

_State = tuple[int, int, int]
"""When a file was changed, in nanoseconds, its size, and its number on the disk."""


class Watch:
    """The files at some paths and below them; each need not be there."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self.interval = _INTERVAL
        """Seconds until the next look is due."""
        self._states = self._look()

    def changes(self) -> frozenset[Path]:
        """The files that were changed, added or removed since the last call, once nothing more changes."""
        before, now = self._states, self._look()
        if now == before:
            return frozenset()
        for _ in range(_MOST_LOOKS):
            time.sleep(_SETTLING)
            settled, now = now, self._look()
            if now == settled:
                break
        self._states = now
        return frozenset(Path(path) for path in before.keys() | now.keys() if before.get(path) != now.get(path))

    def _look(self) -> dict[str, _State]:
        start = time.process_time()
        states = dict(entry for path in self._paths for entry in _states(str(path)))
        self.interval = max(_INTERVAL, (time.process_time() - start) * _SHARE)
        return states


def _states(path: str) -> Iterator[tuple[str, _State]]:
    """The state of a file, or of every file in a folder; nothing for what is not there."""
    try:
        status = os.stat(path)  # noqa: PTH116 - objects for paths take three times as long
        names = os.listdir(path) if S_ISDIR(status.st_mode) else None  # noqa: PTH208
    except OSError:
        return
    if names is None:
        yield path, (status.st_mtime_ns, status.st_size, status.st_ino)
    for name in names or ():
        if not _is_passed_over(name):
            yield from _states(f"{path}{os.sep}{name}")


def _is_passed_over(name: str) -> bool:
    """Whether a file is no part of a site: compiled code, or a lock, backup or autosave of an editor."""
    return name == "__pycache__" or (is_ignored(name) and not name.endswith(_SETTINGS))
