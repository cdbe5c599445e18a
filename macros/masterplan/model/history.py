"""The past of a plan: what each commit did to it, in words that outlive the plans themselves.

They are kept once a commit was read, so they have words and figures but never parts of a plan.
"""

from dataclasses import dataclass
from datetime import datetime

from masterplan.model.change import Weight
from masterplan.model.naming import Subject


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change of the past: the id of its rule, its weight, the part that changed, and the message.

    `was` is the id that a renamed sprint had, and else empty.
    """

    rule: str
    weight: Weight
    subject: Subject
    message: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a plan was: the last week it plans (0 where none is), its sprints, and its savings a month.

    `low` and `high` are the ends of the savings in `unit`; `savings` says them in words, empty where there are none.
    `done` is how many sprints were done, `findings` what the audit found, None where that was not counted.
    """

    last_week: int
    sprints: int
    done: int = 0
    findings: int | None = None
    savings: str = ""
    unit: str = ""
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanState:
    """The plan as a commit left it: its extent, or else the reason why it could not be read."""

    extent: Extent | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that touched the plan: its full hash, who wrote it, when it was committed (in UTC), and its first line.

    `changes` are those since the last commit whose plan could be read, the gravest first; with `begins` there is none
    before it.
    """

    id: str
    author: str
    made: datetime
    title: str
    state: PlanState
    changes: tuple[PastChange, ...] = ()
    begins: bool = False

    @property
    def short(self) -> str:
        """The first eight digits of the hash."""
        return self.id[:8]

    @property
    def anchor(self) -> str:
        """The name of its place on the page of changes."""
        return f"commit-{self.short}"


@dataclass(frozen=True, slots=True)
class History:
    """The commits that touched the plan, newest first, along the first parents: what a merge brought is one step.

    Empty outside a repository. `cut` says that older commits were left out, `shallow` that this clone lacks them.
    """

    commits: tuple[Commit, ...] = ()
    cut: bool = False
    shallow: bool = False


NO_HISTORY = History()
"""Where Git knows nothing of a plan."""
