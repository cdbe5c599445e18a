"""The errors that can stop masterplan. Only the command line prints, and it prints `str(error)`.

    MasterplanError         one clear sentence; exit code 2 (could not run)
    ├── UsageError          the request cannot be met: a missing folder, an unknown sprint, a bad parameter of a macro
    ├── BuildError          the site could not be built, for a reason outside the plan
    ├── ApiError            GitHub could not be reached, or refused the request
    ├── GitError            Git is missing, or could not read the repository
    └── PlanError           the plan has findings that stop the command; exit code 1
        └── ComparisonError one of two plans has findings, so they cannot be compared; exit code 2

Inside the package, mistakes in a plan are findings, not exceptions. `PlanError` carries the findings through a host
that only understands exceptions.
"""

import errno
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from masterplan.model.finding import Finding

DEBUG = "MASTERPLAN_DEBUG"
"""The environment variable that shows the traceback of an unexpected error."""


_MOST_LISTED = 12
"""The most ids to list in a message."""

_REASONS = {
    errno.EEXIST: "this is not a folder; remove or rename it",
    errno.ENOTDIR: "a file is where this path needs a folder",
}
"""Reasons that the system words in a way that does not say what to do."""

_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class MasterplanError(Exception):
    """The base of all errors; the message is one sentence that says what to do."""

    exit_code = 2


class UsageError(MasterplanError):
    """The request cannot be met, for example because something it names does not exist."""

    @classmethod
    def unknown(cls, kind: str, id_: object, ids: "Iterable[str]", hint: str = "") -> "Self":
        """The error for an id that is none of `ids`; without a `hint`, it lists them, or the first of many."""
        first = list(islice(ids, _MOST_LISTED + 1))
        more = ", …" if len(first) > _MOST_LISTED else ""
        choice = f"choose one of {', '.join(first[:_MOST_LISTED])}{more}" if first else "the plan has none"
        return cls(f"there is no {kind} {id_}; {hint or choice}")


class BuildError(MasterplanError):
    """The site could not be built."""


class ApiError(MasterplanError):
    """GitHub could not be reached, or refused the request."""


class GitError(MasterplanError):
    """Git is missing, or could not read the repository."""


class PlanError(MasterplanError):
    """The plan has findings that stop the command; `findings` has all of them, in order."""

    exit_code = 1

    def __init__(self, findings: "Sequence[Finding]") -> None:
        """Keep the findings. The message quotes the first and counts the others."""
        self.findings = tuple(findings)
        first = self.findings[0]
        more = f" and {len(self.findings) - 1} more" if len(self.findings) > 1 else ""
        super().__init__(f"the plan has errors: {first.place}: {first.message}{more}; see `masterplan check`")


class ComparisonError(PlanError):
    """Two plans could not be compared, because one of them has findings; their places say which."""

    exit_code = 2


def sentence_of(error: Exception) -> str:
    """The message of any error as one sentence for people."""
    if isinstance(error, MasterplanError):
        text = str(error)
    elif isinstance(error, OSError):
        advice = "; change its permissions, or use another folder" if error.errno in _NOT_ALLOWED else ""
        unnamed = "the current folder" if isinstance(error, FileNotFoundError) else "a file"
        text = f"{error.filename or unnamed}: {_REASONS.get(error.errno or 0) or error.strerror or error}{advice}"
    else:
        text = (
            f"{type(error).__name__}: {error}; this is a bug in masterplan; "
            f"please report it with the traceback ({DEBUG}=1 shows it)"
        )
    return " ".join(text.split())
