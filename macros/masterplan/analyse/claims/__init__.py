"""What the authors declared, held against what the plan itself says.

Each kind of claim has one judge. A judge sees the plan and what the claim stands in, and answers with what was computed
and how the two compare; it never changes either. What follows from it is for the audit to say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from masterplan.analyse.claims import amounts, superlatives
from masterplan.analyse.claims import relations as ties
from masterplan.analyse.claims.case import UNCHECKED, Case, Judgement, Outcome
from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import Compared, Path, wholes
from masterplan.analyse.progress import Standing
from masterplan.analyse.staffing import Staffing
from masterplan.model.declared import Claim, Declared
from masterplan.model.place import Place
from masterplan.model.plan import Plan, Sprint

__all__ = ["Outcome", "Verdict", "verdicts"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One declared figure or claim beside what the plan says.

    `subject` is who it speaks of, in words; `sprint` the id where that is a sprint; `path` leads to the claim, and
    `compared` to what it was computed from.
    """

    declared: Declared
    subject: str
    place: Place
    computed: str
    outcome: Outcome
    sprint: str | None
    path: Path
    compared: tuple[Compared, ...]


def verdicts(
    plan: Plan, graph: Graph, standings: Mapping[str, Standing], staffing: tuple[Staffing, ...]
) -> tuple[Verdict, ...]:
    """Every declared figure and claim with its verdict: the plan's own first, then sprints, phases, options."""
    return tuple(_verdicts(plan, graph, standings, staffing))


def _verdicts(
    plan: Plan, graph: Graph, standings: Mapping[str, Standing], staffing: tuple[Staffing, ...]
) -> Iterator[Verdict]:
    for path, subject, part in wholes(plan):
        for n, declared in enumerate(part.declared):
            at = (*path, "declared", n, "says")
            computed, outcome, compared = _JUDGES[declared.claim](
                Case(plan, graph, standings, staffing, path, part, declared)
            )
            sprint = part.id if isinstance(part, Sprint) else None
            yield Verdict(declared, subject, plan.places.of(*at), computed, outcome, sprint, at, compared)


def _nothing(_: Case) -> Judgement:
    """A fact is only compared with what else is said of it."""
    return UNCHECKED


_JUDGES: Mapping[Claim, Callable[[Case], Judgement]] = {
    "sprints": amounts.sprints,
    "phases": amounts.phases,
    "people": amounts.people,
    "monthly-savings": amounts.monthly,
    "annual-savings": amounts.annual,
    "duration": amounts.duration,
    "starts": amounts.starts,
    "ends": amounts.ends,
    "improvement": amounts.improvement,
    "effort": amounts.effort,
    "independent": ties.independent,
    "needs": ties.needs,
    "needs-nothing": ties.needs_nothing,
    "needed-by": ties.needed_by,
    "soft-dependency": ties.soft_dependency,
    "rolls-back-alone": ties.rolls_back_alone,
    "includes": ties.includes,
    "early": ties.early,
    "last": ties.last,
    "quick-win": superlatives.quick_win,
    "largest": superlatives.largest,
    "highest-risk": superlatives.highest_risk,
    "lowest-risk": superlatives.lowest_risk,
    "ready": ties.ready,
    "fact": _nothing,
}
