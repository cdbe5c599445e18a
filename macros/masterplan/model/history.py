"""The history of a plan: how each commit changed it.

Records of commits are cached, so they contain texts and figures but no parts of a plan.
"""

from dataclasses import dataclass
from datetime import datetime

from masterplan.model.change import Weight
from masterplan.model.naming import Subject


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change in the past: the id of its rule, its weight, the part that changed, and the message.

    `was` is the former id of a renamed sprint, else empty.
    """

    rule: str
    weight: Weight
    subject: Subject
    message: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of a plan: its last planned week (0 if there is none), its sprints, and its savings a month.

    `low` and `high` are the ends of the savings in `unit`; `savings` is their text, empty if there are none. `done` is
    the number of finished sprints, `findings` the number of audit findings, None if they were not counted.
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
    """The plan after a commit: its extent, or the reason why it could not be read."""

    extent: Extent | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that touched the plan: its full hash, its author, the time of the commit in UTC, and its first line.

    `changes` are those since the previous commit with a readable plan, gravest first; `begins` if there is no such
    commit.
    """

    id: str
    author: str
    time: datetime
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
        """Its anchor on the page of changes."""
        return f"commit-{self.short}"


@dataclass(frozen=True, slots=True)
class History:
    """The commits that touched the plan, newest first, along first parents: a merge is one step.

    Empty outside a repository. With `cut` older commits were left out; with `shallow` this clone lacks them.
    """

    commits: tuple[Commit, ...] = ()
    cut: bool = False
    shallow: bool = False


NO_HISTORY = History()
"""The history of a plan that is not in Git."""
