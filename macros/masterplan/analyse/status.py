"""The state of the whole plan on a day: how far it is, what is due, what is overdue, and what has gone quiet.

Percentages are weighted by the effort that schedules use, stated or derived. Where not every sprint has one, all count
alike. Dropped sprints do not count.
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
"""How far the list of what comes next looks."""

Basis = Literal["effort", "some", "equal"]
"""What percentages are weighted by: stated efforts, efforts of which some are derived, or nothing: all count alike."""


@dataclass(frozen=True, slots=True)
class OpenSprint:
    """A sprint that is not done, with the days between which it is planned; `last` is None where that is open."""

    sprint: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class DueDocuments:
    """The documents that are still to be updated after a sprint that is done."""

    sprint: str
    documents: tuple[Document, ...]


@dataclass(frozen=True)
class Status:
    """The status of the plan as a whole.

    `percent` (0 to 100, rounded down) and `by_phase` are weighted as `basis` says; None where nothing is left to count.
    `overdue` should be done already, by so many days of the calendar as `days_overdue` has by sprint; `coming` are
    planned for the two weeks from today on; all are empty while the plan has no start. `stale` are sprints that were
    begun and have had no entry for 14 days. `concerns` are those that are blocked, overdue or stale, each once: the
    blocked first, then the latest.
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
        """The status of a plan, given the efforts and the standing of its sprints."""
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
    """The sprints that are blocked, then those that are late or stale, of each the latest first."""
    ids = (id_ for id_, standing in standings.items() if standing.state == "blocked" or id_ in doubtful)
    return sorted(ids, key=lambda id_: (standings[id_].state != "blocked", -late.get(id_, 0)))


def days_late(plan: Plan, standing: Standing, today: date | None) -> int | None:
    """How many days of the calendar after its planned end a sprint was done, or is still open; early ones below 0.

    None without dates, and for an open sprint whose planned end is still ahead.
    """
    planned = plan.planned(standing.sprint)
    last = planned.last if planned else None
    day = today if standing.is_open and has_passed(last, today) else standing.done_on
    return (day - last).days if day and last else None


def _is_coming(coming: OpenSprint, today: date) -> bool:
    return (coming.last is None or coming.last >= today) and coming.first < today + LOOKAHEAD


def _weights(efforts: Mapping[str, Effort], standings: Mapping[str, Standing]) -> tuple[Basis, Mapping[str, Fraction]]:
    """What each sprint counts, in working days; all alike where any has no effort, or all of it is no work."""
    counted = [id_ for id_, standing in standings.items() if not standing.is_dropped]
    weights = {id_: efforts[id_].likely for id_ in counted if id_ in efforts}
    if len(weights) < len(counted) or not any(weights.values()):
        return "equal", dict.fromkeys(counted, Fraction(1))
    return ("effort" if all(efforts[id_].origin in {"stated", "tasks"} for id_ in counted) else "some"), weights


def _percent(ids: Iterable[str], weights: Mapping[str, Fraction], standings: Mapping[str, Standing]) -> int | None:
    counted = [id_ for id_ in ids if not standings[id_].is_dropped]
    if not counted:
        return None
    counts = weights if any(weights[id_] for id_ in counted) else dict.fromkeys(counted, Fraction(1))
    done = sum(counts[id_] * standings[id_].percent for id_ in counted)
    return int(done / sum(counts[id_] for id_ in counted))


def _planned(plan: Plan, standings: Mapping[str, Standing]) -> Iterable[OpenSprint]:
    """The sprints that are not done and have a window with dates, in the order in which these end."""
    windows = [(period, id_) for id_ in plan.sprints if (period := plan.planned(id_)) and standings[id_].is_open]
    for period, id_ in sorted(windows, key=lambda one: (one[0].closes, one[0].opens, plan.positions[one[1]])):
        if period.first is not None:
            yield OpenSprint(id_, period.first, period.last)


def _documents(plan: Plan, standings: Mapping[str, Standing]) -> Iterable[DueDocuments]:
    for id_, standing in standings.items():
        if standing.state != "done":
            continue
        wanted = (*plan.header.documentation.after_each_sprint, *plan.sprints[id_].documentation)
        once = {document.path: document for document in reversed(wanted) if document.path not in standing.updated}
        if once:
            yield DueDocuments(id_, tuple(document for document in wanted if once.pop(document.path, None)))


@dataclass(frozen=True, slots=True)
class BurnUp:
    """How many sprints are done by the end of each week of the plan, and of those after it while any is open.

    `planned` follows the windows of sprints and phases, without those that have no end; `done` the entries, up to the
    week that `today` (weeks passed since the start) is in, or in which the last was done. What is done without a known
    day counts from this week on. Without a start date there is neither `done` nor `today`.
    """

    planned: tuple[int, ...]
    done: tuple[int, ...]
    today: float | None


def burn_up(plan: Plan, standings: Mapping[str, Standing], today: date | None) -> BurnUp | None:
    """The burn-up of a plan on a day, given the standing of its sprints; None when none has a window with an end."""
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
    """How many have ended by each week, from the first to the last."""
    return tuple(sum(end <= week for end in ends) for week in range(1, last + 1))
