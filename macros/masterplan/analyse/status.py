"""The status of the plan as a whole: progress, and overdue, upcoming and stale sprints.

Percentages are weighted by the effort used in schedules, stated or derived. If any sprint has none, all sprints count
equally. Dropped sprints do not count.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from masterplan.analyse.progress import Standing
from masterplan.analyse.schedule.effort import Effort
from masterplan.model.plan import Phase, Plan
from masterplan.model.sprint import Document
from masterplan.model.timeline import has_passed

LOOKAHEAD = timedelta(weeks=2)
"""Length of time that the list of upcoming work covers."""

Basis = Literal["effort", "some", "equal"]
"""Weights of percentages: stated efforts, efforts of which some are derived, or the same for all sprints."""


@dataclass(frozen=True, slots=True)
class OpenSprint:
    """An open sprint with the first and last date of its planned period; `last` is None if the period is open."""

    sprint: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class DueDocuments:
    """Documents that have not been updated after a finished sprint."""

    sprint: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Status:
    """The status of the plan as a whole.

    `percent` (0 to 100, rounded down) and `by_phase` are weighted by `basis`; None if no sprints count. `overdue` are
    sprints that should be done, `days_overdue` their delays in calendar days, by id. `coming` are sprints planned for
    the next two weeks. These are empty if the plan has no start. `stale` are sprints under way without an entry for 14
    days. `concerns` are the ids of blocked, overdue and stale sprints, each once: blocked ones first, then by delay.
    """

    basis: Basis
    percent: int | None
    by_phase: tuple[tuple[Phase, int | None], ...]
    overdue: tuple[OpenSprint, ...]
    days_overdue: Mapping[str, int]
    coming: tuple[OpenSprint, ...]
    stale: tuple[str, ...]
    concerns: tuple[str, ...]
    documents: tuple[DueDocuments, ...]

    @classmethod
    def of(
        cls, plan: Plan, efforts: Mapping[str, Effort], standings: Mapping[str, Standing], today: date | None
    ) -> "Status":
        """Compute the status of a plan at the end of `today`."""
        basis, weights = _weights(efforts, standings)
        planned = tuple(_planned(plan, standings))
        late = {coming.sprint: days for coming in planned if (days := days_late(plan, standings[coming.sprint], today))}
        stale = tuple(id_ for id_, standing in standings.items() if standing.is_stale(today))
        return cls(
            basis,
            _percent(plan.sprints, weights, standings),
            tuple((phase, _percent(phase.sprints, weights, standings)) for phase in plan.phases),
            tuple(coming for coming in planned if coming.sprint in late),
            late,
            tuple(coming for coming in planned if today and _is_coming(coming, today)),
            stale,
            tuple(_concerns(standings, late.keys() | set(stale), late)),
            tuple(_documents(plan, standings)),
        )


def _concerns(standings: Mapping[str, Standing], doubtful: Collection[str], late: Mapping[str, int]) -> Sequence[str]:
    """Blocked sprints, then late and stale ones; within each, the longest delay first."""
    ids = (id_ for id_, standing in standings.items() if standing.state == "blocked" or id_ in doubtful)
    return sorted(ids, key=lambda id_: (standings[id_].state != "blocked", -late.get(id_, 0)))


def days_late(plan: Plan, standing: Standing, today: date | None) -> int | None:
    """Calendar days from the planned end of a sprint to the date it was done, or to `today` if it is open.

    Negative if it was done early. None without dates, and for an open sprint whose planned end has not passed.
    """
    planned = plan.planned(standing.sprint)
    last = planned.last if planned else None
    day = today if standing.is_open and has_passed(last, today) else standing.done_on
    return (day - last).days if day and last else None


def _is_coming(coming: OpenSprint, today: date) -> bool:
    return (coming.last is None or coming.last >= today) and coming.first < today + LOOKAHEAD


def _weights(efforts: Mapping[str, Effort], standings: Mapping[str, Standing]) -> tuple[Basis, Mapping[str, Fraction]]:
    """Weight of each sprint in working days; the same for all if any has no effort, or all efforts are zero."""
    counted = [id_ for id_, standing in standings.items() if not standing.is_dropped]
    weights = {id_: efforts[id_].likely for id_ in counted if id_ in efforts}
    if len(weights) < len(counted) or not any(weights.values()):
        return "equal", dict.fromkeys(counted, Fraction(1))
    return ("effort" if all(efforts[id_].is_exact for id_ in counted) else "some"), weights


def _percent(ids: Iterable[str], weights: Mapping[str, Fraction], standings: Mapping[str, Standing]) -> int | None:
    counted = [id_ for id_ in ids if not standings[id_].is_dropped]
    if not counted:
        return None
    shares = weights if any(weights[id_] for id_ in counted) else dict.fromkeys(counted, Fraction(1))
    done = sum(shares[id_] * standings[id_].percent for id_ in counted)
    return int(done / sum(shares[id_] for id_ in counted))


def _planned(plan: Plan, standings: Mapping[str, Standing]) -> Iterable[OpenSprint]:
    """Open sprints with a dated window, in order of their ends."""
    windows = [(period, id_) for id_ in plan.sprints if (period := plan.planned(id_)) and standings[id_].is_open]
    for period, id_ in sorted(windows, key=lambda one: (one[0].closes, one[0].opens, plan.positions[one[1]])):
        if period.first is not None:
            yield OpenSprint(id_, period.first, period.last)


def _documents(plan: Plan, standings: Mapping[str, Standing]) -> Iterable[DueDocuments]:
    for id_, standing in standings.items():
        if standing.state != "done":
            continue
        due = tuple(document for document in plan.documents_after(id_) if document.path not in standing.updated)
        if due:
            yield DueDocuments(id_, due)


@dataclass(frozen=True, slots=True)
class BurnUp:
    """Number of sprints done by the end of each week of the plan, and of later weeks while any sprint is open.

    `planned` follows the windows of sprints and phases, without open windows. `done` follows the entries, up to the
    current week, or up to the week in which the last sprint was done. Sprints done on an unknown date count from the
    current week. `today` is in weeks since the start. Without a start date, `done` is empty and `today` is None.
    """

    planned: tuple[int, ...]
    done: tuple[int, ...]
    today: float | None


def burn_up(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> BurnUp | None:
    """Burn-up of a plan on a day; None if no sprint has a window with an end."""
    counted = (id_ for id_, standing in standings.items() if not standing.is_dropped)
    periods = [period for id_ in counted if (period := plan.planned(id_))]
    ends = [period.last_week for period in periods if period.last_week]
    if not ends:
        return None
    start = plan.start
    if start is None or today is None or today < start:
        return BurnUp(_by_week(ends, max(ends)), (), None)
    done = [
        max(0, ((standing.done_on or today) - start).days) // 7 + 1
        for standing in standings.values()
        if standing.state == "done"
    ]
    is_over = not any(standing.is_open for standing in standings.values())
    passed = (today - start).days
    last = max(done, default=1) if is_over else passed // 7 + 1
    return BurnUp(_by_week(ends, max(*ends, last)), _by_week(done, max(last, 1)), passed / 7)


def _by_week(ends: Sequence[int], last: int) -> tuple[int, ...]:
    """Number of ends by each week, from the first week to the last."""
    return tuple(sum(end <= week for end in ends) for week in range(1, last + 1))
