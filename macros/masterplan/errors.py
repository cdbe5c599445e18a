"""The errors that can stop masterplan. Only the command line prints, and it prints `str(error)`.

    MasterplanError         one clear sentence; exit code 2 (could not run)
    ├── UsageError          asked for something that is not there: a folder, a sprint, a macro's parameter
    ├── BuildError          the site could not be built, for a reason outside the plan
    ├── ApiError            GitHub could not be asked, or refused
    ├── GitError            Git is missing, or refused or failed to read the repository
    └── PlanError           the plan has findings that stop what was asked; exit code 1
        └── ComparisonError one of two plans has findings, so they cannot be compared; exit code 2

Inside the package, whatever is wrong with a plan is a finding and no exception. `PlanError` carries the findings
through a host that only understands exceptions.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from masterplan.model.finding import Finding

DEBUG = "MASTERPLAN_DEBUG"
"""The environment variable that shows the traceback of an unexpected error."""


class MasterplanError(Exception):
    """The root of the tree; the message is one sentence that says what to do."""

    exit_code = 2


class UsageError(MasterplanError):
    """Asked for something that is not there."""


class BuildError(MasterplanError):
    """The site could not be built."""


class ApiError(MasterplanError):
    """GitHub could not be asked, or refused."""


class GitError(MasterplanError):
    """Git is missing, or refused or failed to read the repository."""


class PlanError(MasterplanError):
    """The plan has findings that stop what was asked; `findings` has them all, in order."""

    exit_code = 1

    def __init__(self, findings: "Sequence[Finding]") -> None:
        """Keep the findings; the message counts them and names the first."""
        self.findings = tuple(findings)
        first = self.findings[0]
        more = f" and {len(self.findings) - 1} more" if len(self.findings) > 1 else ""
        super().__init__(f"the plan is wrong: {first.place}: {first.message}{more}; see `masterplan check`")


class ComparisonError(PlanError):
    """Two plans could not be compared, as one of them has findings; their places say which."""

    exit_code = 2


def sentence_of(error: Exception) -> str:
    """What any error means to people, as one sentence."""
    if isinstance(error, MasterplanError):
        text = str(error)
    elif isinstance(error, OSError):
        text = f"{error.filename or 'a file'}: {error.strerror or error}"
    else:
        text = (
            f"{type(error).__name__}: {error}; this is a bug in masterplan; "
            f"please report it with the traceback ({DEBUG}=1 shows it)"
        )
    return " ".join(text.split())
