"""The difference of two plans, and a review of it.

`changes` returns the changes alone; `compare` adds consequences, findings, and questions for reviewers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from masterplan.analyse.changes.attribution import MovedFindings, Trial, can_audit_each
from masterplan.analyse.changes.comparison import Comparison
from masterplan.analyse.changes.consequences import can_compute_each, consequences, health_moved
from masterplan.analyse.changes.patch import rank_of_edit
from masterplan.analyse.changes.questions import questions
from masterplan.analyse.changes.rules import drafts
from masterplan.analyse.facts import Facts
from masterplan.model.change import WEIGHTS, Change, Difference
from masterplan.model.plan import Plan

Base = Literal["plan", "none", "unreadable"]
"""State of the older side: a plan, no plan, or a plan with errors."""

WORKING_TREE = "the working tree"
"""The name of the side that is on disk now."""


@dataclass(frozen=True, slots=True)
class Review:
    """Two plans and their difference, with the names of both sides (`main`, `1a2b3c4d`).

    `source_url` is the address of the newer plan's files (`https://example.org/team/plan/blob/1a2b3c4d`), or empty;
    `pages` are the addresses of known sprint pages, on the published site or a preview, by id.

    `older` is the state of the older side. Without a plan there, `before` is an empty plan; if the plan is unreadable,
    the difference is empty.
    """

    before: Facts
    after: Facts
    difference: Difference
    base: str
    head: str
    source_url: str = ""
    older: Base = "plan"
    pages: Mapping[str, str] = field(default_factory=dict)

    @property
    def tracker(self) -> Mapping[str, str]:
        """The ticket addresses of the older plan; those of the newer plan are not trusted, as anyone may propose it."""
        return self.before.plan.header.tracker if self.older == "plan" else {}


def compare(before: Facts, after: Facts) -> Difference:
    """The complete difference of two plans: changes, consequences, findings and questions."""
    comparison = Comparison.of(before.plan, after.plan)
    changes_ = _changes(comparison)
    if not changes_:
        return Difference((), (), (), (), ())
    trial, days = Trial(comparison.before, comparison.after), (before.today, after.today)
    computed = consequences(trial, days, changes_)
    moved_facts = (*health_moved(before, after, changes_, computed), *computed)
    moved = MovedFindings.of(before, after, comparison.trace.names)
    return Difference(
        changes_,
        moved_facts,
        questions(comparison.before, comparison.after, changes_, moved_facts),
        moved.appeared,
        moved.disappeared,
        moved.changed,
        moved.causes(trial, days, changes_),
        can_compute_each(trial, changes_) and can_audit_each(trial, changes_),
        moved.waived,
    )


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """The changes from one plan to another, by weight, the gravest first; empty if at most order and layout differ."""
    return _changes(Comparison.of(before, after))


def _changes(comparison: Comparison) -> tuple[Change, ...]:
    """The changes of a comparison by weight, the gravest first, and within a weight by the position of their parts."""

    def rank(change: Change) -> tuple[object, ...]:
        weight, subject = WEIGHTS.index(change.rule.weight), change.subject
        return weight, subject.kind, comparison.positions.get(subject, 0), change.rule.id, rank_of_edit(change.edits[0])

    return tuple(sorted(map(comparison.change, drafts(comparison)), key=rank))
