"""What was found out about the past of a plan, kept in a file, so that the next build need not find it out again.

Keyed by content and by masterplan's own code, so nothing in it is ever out of date; a file that cannot be read, or is
not ours, is as good as none. It lies beside Git's own files, so that no commit can bring a forged one. It is written in
one step, and only what this build asked for is in it.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ValidationError

from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.model.history import PastChange, State

FOLDER = "masterplan"
"""Its folder, in the one where Git keeps the repository: no commit can write there."""

_PACKAGE = Path(__file__).parents[1]


class _Content(BaseModel):
    """The file: the code by which it was made, states by the id of their folder, and changes by those of two."""

    program: str
    states: dict[str, State] = {}
    changes: dict[str, tuple[PastChange, ...]] = {}


class Kept:
    """States and changes by their content; what is not there yet is made, and there from then on."""

    def __init__(self, git_folder: Path, prefix: str) -> None:
        """What is kept of the plan below `prefix` in the repository whose own files lie in `git_folder`."""
        self._path = git_folder / FOLDER / f"history-{sha256(prefix.encode()).hexdigest()[:16]}.json"
        self._known = _read(self._path)
        self._used = _Content(program=_program())

    def state(self, id_: str, make: Callable[[], State]) -> State:
        """The state of the plan in a folder; not kept where it could not be read, as a fuller clone may read it."""
        found = self._known.states.get(id_) or make()
        if found.extent is not None:
            self._used.states[id_] = found
        return found

    def changes(self, before: str, after: str, make: Callable[[], tuple[PastChange, ...]]) -> tuple[PastChange, ...]:
        """What differs between the plans in two folders."""
        key = f"{before}..{after}"
        found = self._known.changes.get(key)
        self._used.changes[key] = make() if found is None else found
        return self._used.changes[key]

    def save(self) -> None:
        """Write what was asked for, where that is not what is there; where nothing can be written, nothing is."""
        if self._used != self._known:
            with suppress(OSError, UsageError):
                write_atomically(self._path, self._used.model_dump_json().encode(), self._path.parents[1])


def _read(path: Path) -> _Content:
    """What is there, unless it was made by other code."""
    try:
        content = _Content.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return _Content(program="")
    return content if content.program == _program() else _Content(program="")


@cache
def _program() -> str:
    """A digest of masterplan's own code: with other code the same plan may give other words."""
    digest = sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
