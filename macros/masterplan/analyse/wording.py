"""Words that audit, claims and changes share: names in a sentence, and a dependency with its place."""

from collections.abc import Iterable

from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import Compared
from masterplan.model.plan import Plan

MOST_IN_SENTENCE = 12
"""Names in one sentence: with a thousand sprints a list of all helps nobody."""

UNASSIGNED = "Unassigned"
"""What stands where the name of an owner would, of something that has none."""


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: `A, B and C`; of many the first and how many more there are."""
    pieces = list(names)
    if len(pieces) > MOST_IN_SENTENCE:
        pieces = [*pieces[:MOST_IN_SENTENCE], f"{len(pieces) - MOST_IN_SENTENCE:,} more"]
    return " and ".join(piece for piece in (", ".join(pieces[:-1]), *pieces[-1:]) if piece)


def names(plan: Plan, sprints: Iterable[str]) -> str:
    """What people call some sprints, in a sentence."""
    return listed(map(plan.name, sprints))


def at_edge(plan: Plan, edge: Edge) -> Compared:
    """Where a dependency is written, and what it says."""
    path = ("sprints", edge.sprint, "depends_on", edge.index, "sprint")
    return Compared(path, f"{plan.name(edge.sprint)} needs {plan.name(edge.needs)} ({edge.strength})")
