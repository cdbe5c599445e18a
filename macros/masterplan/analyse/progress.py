"""Where each sprint stands on a day, from its dated entries and from what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from masterplan.analyse.graph import Graph
from masterplan.model.plan import Entry, Plan, State


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sprint stands.

    `state` is that of the latest entry up to the day, planned without one; of several on one day the last in the files
    counts. `percent` (0 to 100) is the latest that was given, 100 when done. `waits_for` are the hard dependencies that
    are not done yet; a planned sprint that waits for nothing is `ready`.
    """

    sprint: str
    state: State
    percent: int
    entries: tuple[Entry, ...]
    waits_for: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether the sprint can be started now."""
        return self.state == "planned" and not self.waits_for


def standings(plan: Plan, graph: Graph, today: date | None) -> Mapping[str, Standing]:
    """The standing of every sprint at the end of `today`; without a day, of all entries there are."""
    entries: dict[str, list[Entry]] = {id_: [] for id_ in plan.sprints}
    for entry in sorted(plan.entries, key=lambda each: each.date):
        if today is None or entry.date <= today:
            entries[entry.sprint].append(entry)
    done = {id_ for id_, known in entries.items() if known and known[-1].state == "done"}
    return {id_: _standing(id_, tuple(known), graph, done) for id_, known in entries.items()}


def _standing(id_: str, entries: tuple[Entry, ...], graph: Graph, done: set[str]) -> Standing:
    waits_for = tuple(e.needs for e in graph.needs[id_] if e.strength == "hard" and e.needs not in done)
    state = entries[-1].state if entries else "planned"
    percents = [entry.percent for entry in entries if entry.percent is not None]
    percent = 100 if state == "done" else (percents[-1] if percents else 0)
    return Standing(id_, state, percent, entries, waits_for)
