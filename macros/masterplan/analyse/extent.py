"""How large a plan is, in the few figures by which its history is drawn."""

from masterplan.analyse import figures
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import kept, standings
from masterplan.model.history import Extent
from masterplan.model.plan import Plan


def extent(plan: Plan) -> Extent:
    """The last week of its phases (of its options, where no phase has weeks), its sprints, its savings a month."""
    spans = [figures.phases_span(plan)] if plan.phases else [figures.option_span(option) for option in plan.options]
    last_week = max((span.last for span in spans if span), default=0)
    monthly = figures.saved(kept(plan, standings(plan, Graph.of(plan), None)))
    if monthly is None:
        return Extent(last_week, len(plan.sprints))
    low, high = monthly.ends
    return Extent(last_week, len(plan.sprints), monthly.text, monthly.unit, float(low), float(high))
