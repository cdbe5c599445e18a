"""The difference of two plans: what changed, what follows from it, and who should look.

`edits` are the data, `changes` what they mean, `compare` adds what follows. Pure: two plans go in, records come out.
"""

from masterplan.analyse.changes import consequences, findings
from masterplan.analyse.changes.attribution import Trial
from masterplan.analyse.changes.case import Case
from masterplan.analyse.changes.edits import apply, edits, in_order, invert
from masterplan.analyse.changes.findings import ComeAndGone
from masterplan.analyse.changes.questions import questions
from masterplan.analyse.changes.rules import RULES, tell
from masterplan.analyse.facts import Facts
from masterplan.model.change import WEIGHTS, Change, Difference
from masterplan.model.naming import natural
from masterplan.model.plan import Plan

__all__ = ["RULES", "apply", "changes", "compare", "edits", "invert"]


def compare(before: Facts, after: Facts) -> Difference:
    """All that lies between two plans, with what follows from it."""
    case = Case.of(before.plan, after.plan)
    found = _told(case)
    if not found:
        return Difference((), (), (), (), ())
    trial, days = Trial(case.before, case.after), (before.today, after.today)
    follows = consequences.consequences(trial, days, found)
    moved = ComeAndGone.of(before, after, case.trace.names)
    return Difference(
        found,
        follows,
        questions(case.before, case.after, found, follows),
        moved.appeared,
        moved.disappeared,
        moved.causes(trial, days, found),
        consequences.is_affordable(trial, found) and findings.is_affordable(trial, found),
    )


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """What changed from one plan to another, the gravest first; empty only where nothing but order and layout did."""
    return _told(Case.of(before, after))


def _told(case: Case) -> tuple[Change, ...]:
    return tuple(sorted(map(case.change, tell(case)), key=_rank))


def _rank(change: Change) -> tuple[object, ...]:
    weight = WEIGHTS.index(change.rule.weight)
    return weight, natural(change.subject), change.rule.id, in_order(change.edits[0])
