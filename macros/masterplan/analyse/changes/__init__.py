"""The difference of two plans: what changed, what follows from it, and who should look.

`edits` are the data, `changes` what they mean, `compare` adds what follows. Pure: two plans go in, records come out.
"""

from masterplan.analyse.changes.attribution import MovedFindings, Trial, can_audit_each
from masterplan.analyse.changes.comparison import Comparison
from masterplan.analyse.changes.computed import can_compute_each, consequences
from masterplan.analyse.changes.patch import apply, edits, in_order_of_edits, invert
from masterplan.analyse.changes.questions import questions
from masterplan.analyse.changes.rules import RULES, drafts
from masterplan.analyse.facts import Facts
from masterplan.model.change import WEIGHTS, Change, Difference
from masterplan.model.naming import natural
from masterplan.model.plan import Plan

__all__ = ["RULES", "apply", "changes", "compare", "edits", "invert"]


def compare(before: Facts, after: Facts) -> Difference:
    """All that lies between two plans, with what follows from it."""
    comparison = Comparison.of(before.plan, after.plan)
    changes_ = _changes(comparison)
    if not changes_:
        return Difference((), (), (), (), ())
    trial, days = Trial(comparison.before, comparison.after), (before.today, after.today)
    moved_facts = consequences(trial, days, changes_)
    moved = MovedFindings.of(before, after, comparison.trace.names)
    return Difference(
        changes_,
        moved_facts,
        questions(comparison.before, comparison.after, changes_, moved_facts),
        moved.appeared,
        moved.disappeared,
        moved.causes(trial, days, changes_),
        can_compute_each(trial, changes_) and can_audit_each(trial, changes_),
    )


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """What changed from one plan to another, the gravest first; empty only where nothing but order and layout did."""
    return _changes(Comparison.of(before, after))


def _changes(comparison: Comparison) -> tuple[Change, ...]:
    return tuple(sorted(map(comparison.change, drafts(comparison)), key=_rank))


def _rank(change: Change) -> tuple[object, ...]:
    weight = WEIGHTS.index(change.rule.weight)
    return weight, natural(str(change.subject)), change.rule.id, in_order_of_edits(change.edits[0])
