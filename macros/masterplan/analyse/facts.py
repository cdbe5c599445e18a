"""All facts of a plan on a day, computed once and shared by every view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from masterplan.analyse import claims, figures
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing, standings
from masterplan.model.finding import Finding, ordered
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity


@dataclass(frozen=True)
class Facts:
    """What a plan says once it is read as a whole. `monthly` and `annual` are savings; `findings` are the plan's contradictions."""

    plan: Plan
    today: date | None
    graph: Graph
    standings: Mapping[str, Standing]
    verdicts: tuple[claims.Verdict, ...]
    monthly: Quantity | None
    annual: Quantity | None
    findings: tuple[Finding, ...]


def analyse(plan: Plan, today: date | None = None) -> Facts:
    """Compute the facts of a plan as they are at the end of `today`; without a day, with every entry counted."""
    graph = Graph.of(plan)
    found = claims.verdicts(plan, graph)
    monthly = figures.monthly_savings(plan)
    return Facts(
        plan,
        today,
        graph,
        standings(plan, graph, today),
        found,
        monthly,
        figures.annual(monthly),
        ordered(claims.findings(found)),
    )
