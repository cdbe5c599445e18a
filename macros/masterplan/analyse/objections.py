"""What speaks against a step: what the plan and its earlier entries forbid before an entry is written down.

Each objection is half a sentence, to be read after `refused: `. Whether one is overridden is for people to say.
"""

from collections.abc import Iterator
from datetime import date

from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing, standings
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry, State


def objections(plan: Plan, entry: Entry, today: date, *, moves: bool) -> tuple[str, ...]:
    """What speaks against an entry for a sprint of the plan, said on `today`; empty when nothing does.

    `moves` says whether the entry is meant to change the sprint's state, or only to add to what is known of it.
    """
    before = standings(plan, Graph.of(plan), entry.date)[entry.sprint]
    return tuple(_objections(plan, entry, before, today, moves=moves))


def _objections(plan: Plan, entry: Entry, before: Standing, today: date, *, moves: bool) -> Iterator[str]:
    name = plan.name(entry.sprint)
    if entry.date > today:
        yield f"{entry.date} is in the future"
    later = [each.date for each in plan.entries if each.sprint == entry.sprint and each.date > entry.date]
    if later:
        yield f"{name} has a later entry, of {max(later)}"
    if before.state in _barred(entry.state, moves=moves):
        yield f"{name} is {before.state}{' already' if before.state == entry.state else ''}"
    starts = before.state == "planned" and entry.state == "in progress"
    ends = moves and entry.state == "done"
    if before.waits_for and (starts or ends):
        yield f"{name} needs {' and '.join(map(plan.name, before.waits_for))}, not done by {entry.date}"
    if entry.percent is not None and entry.percent < before.percent:
        yield f"{entry.percent} % is less than the {before.percent} % that were done"


def _barred(state: State, *, moves: bool) -> set[State]:
    """The states that a sprint cannot be in before such an entry."""
    if not moves:
        return {"dropped"}
    return {"done", "dropped", "in progress"} if state == "in progress" else {"done", "dropped"}
