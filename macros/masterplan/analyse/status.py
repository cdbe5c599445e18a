"""The state of the whole plan on a day: how far it is, what is due, what is overdue, and what has gone quiet.

Percentages are weighted by effort: the middle of each sprint's range, in working days. A sprint that states none counts
as the mean of those that do; where none does, all count alike. Dropped sprints do not count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from masterplan.analyse.progress import Standing
from masterplan.analyse.schedule.effort import days
from masterplan.model.plan import Document, Phase, Plan

AHEAD = timedelta(weeks=2)
"""How far the list of what comes next looks."""

QUIET = timedelta(days=14)
"""After so many days without an entry, work in progress is stale."""

Basis = Literal["effort", "some", "equal"]
"""What percentages are weighted by: the effort of all sprints, that of some and the mean for the others, or nothing."""

_OPEN = {"planned", "in progress", "blocked"}


@dataclass(frozen=True, slots=True)
class Coming:
    """A sprint that is not done, with the days between which its phase plans it."""

    sprint: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Due:
    """The documents that are still to be updated after a sprint that is done."""

    sprint: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Status:
    """Where the plan as a whole stands.

    `percent` (0 to 100, rounded down) and `by_phase` are weighted as `basis` says; None where nothing is left to count.
    `overdue` should be done already; `coming` are planned for the two weeks from today on; both are empty while the
    plan has no start. `stale` are in progress without an entry for 14 days.
    """

    basis: Basis
    percent: int | None
    by_phase: tuple[tuple[Phase, int | None], ...]
    overdue: tuple[Coming, ...]
    coming: tuple[Coming, ...]
    stale: tuple[str, ...]
    documents: tuple[Due, ...]

    @classmethod
    def of(cls, plan: Plan, standings: Mapping[str, Standing], today: date | None) -> "Status":
        """The status of a plan whose sprints stand so."""
        basis, weights = _weights(plan)
        planned = tuple(_planned(plan, standings))
        return cls(
            basis,
            _percent(plan.sprints, weights, standings),
            tuple((phase, _percent(phase.sprints, weights, standings)) for phase in plan.phases),
            tuple(each for each in planned if today and each.last < today),
            tuple(each for each in planned if today and each.last >= today and each.first < today + AHEAD),
            tuple(id_ for id_, each in standings.items() if _is_quiet(each, today)),
            tuple(_documents(plan, standings)),
        )


def _weights(plan: Plan) -> tuple[Basis, Mapping[str, Decimal]]:
    stated = {
        id_: sum(days(sprint.effort, plan.calendar), Decimal(0))
        for id_, sprint in plan.sprints.items()
        if sprint.effort
    }
    known = {id_: weight for id_, weight in stated.items() if weight > 0}
    if not known:
        return "equal", dict.fromkeys(plan.sprints, Decimal(1))
    mean = sum(known.values(), Decimal(0)) / len(known)
    weights = {id_: known.get(id_, mean) for id_ in plan.sprints}
    return ("effort" if len(known) == len(weights) else "some"), weights


def _percent(ids: Iterable[str], weights: Mapping[str, Decimal], standings: Mapping[str, Standing]) -> int | None:
    counted = [id_ for id_ in ids if standings[id_].state != "dropped"]
    whole = sum(weights[id_] for id_ in counted)
    done = sum(weights[id_] * standings[id_].percent for id_ in counted)
    return int(done / whole) if counted else None


def _planned(plan: Plan, standings: Mapping[str, Standing]) -> Iterable[Coming]:
    """The sprints that are not done, in the order in which their phases end."""
    start = plan.header.start
    windows = [(phase.weeks, id_) for id_, phase in plan.phase_of.items() if standings[id_].state in _OPEN]
    for weeks, id_ in sorted(windows, key=lambda each: (each[0].last, each[0].first, plan.positions[each[1]])):
        if start is not None:
            yield Coming(id_, *weeks.dates(start))


def _is_quiet(standing: Standing, today: date | None) -> bool:
    if today is None or standing.state != "in progress":
        return False
    return today - standing.entries[-1].date >= QUIET


def _documents(plan: Plan, standings: Mapping[str, Standing]) -> Iterable[Due]:
    for id_, standing in standings.items():
        if standing.state != "done":
            continue
        wanted = (*plan.header.documentation.after_each_sprint, *plan.sprints[id_].documentation)
        once = {each.path: each for each in reversed(wanted) if each.path not in standing.updated}
        if once:
            yield Due(id_, tuple(each for each in wanted if once.pop(each.path, None)))
