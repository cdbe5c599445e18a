"""The difference of two plans: what changed, what follows from it, and who should look.

`edits` are the pieces of data that differ, `changes` what they mean, and `compare` adds what follows from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from masterplan.analyse.changes.attribution import MovedFindings, Trial, can_audit_each
from masterplan.analyse.changes.comparison import Comparison
from masterplan.analyse.changes.computed import can_compute_each, consequences, health_moved
from masterplan.analyse.changes.patch import rank_of_edit
from masterplan.analyse.changes.questions import questions
from masterplan.analyse.changes.rules import drafts
from masterplan.analyse.facts import Facts
from masterplan.model.change import WEIGHTS, Change, Difference
from masterplan.model.plan import Plan

Base = Literal["plan", "none", "unreadable"]
"""What the older side has: a plan, no plan at all, or one with errors."""


@dataclass(frozen=True, slots=True)
class Review:
    """Two plans that could be read, what lies between them, and what people call both sides (`main`, `1a2b3c4d`).

    `source_url` is where the files of the newer plan are shown (`https://example.org/team/plan/blob/1a2b3c4d`), or
    empty; `pages` are the addresses of the sprints' pages on the published site or a preview, by id, where it is known.
    Plans that cannot be compared make no review: that is an error, never a review without changes.

    `older` is what the older side has. Without a plan there, `before` is an empty plan and the difference what the new
    plan brings; with one that is unreadable, the difference is empty, as nothing is known of it.
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
        """The addresses of tickets by the older plan: the newer may come from anybody, and so may its addresses."""
        return self.before.plan.header.tracker if self.older == "plan" else {}


def compare(before: Facts, after: Facts) -> Difference:
    """All that lies between two plans, with what follows from it."""
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
    """What changed from one plan to another, the gravest first; empty only where nothing but order and layout did."""
    return _changes(Comparison.of(before, after))


def _changes(comparison: Comparison) -> tuple[Change, ...]:
    """The changes of a comparison, the gravest first, those of one weight in the order of what they are about."""

    def rank(change: Change) -> tuple[object, ...]:
        weight, subject = WEIGHTS.index(change.rule.weight), change.subject
        return weight, subject.kind, comparison.positions.get(subject, 0), change.rule.id, rank_of_edit(change.edits[0])

    return tuple(sorted(map(comparison.change, drafts(comparison)), key=rank))
