"""The health of a plan: on track, at risk, off track, not started or done, with the reasons.

The rule, also in the guide (How to read this site):

- **done**: no sprint is open and no milestone is. Dropped and deferred sprints are not open, nor is a gate with no-go.
- **not started**: no sprint has begun, and the first day on which work was planned has not passed.
- **off track**: the plan, or a milestone, ends or will end more than a week late. If there is no forecast of the end,
  or most of the sprints that were due are open, a sprint that is more than a week overdue has the same effect.
- **at risk**: the plan or a milestone is late by up to a week; a sprint is overdue, blocked or without an update for
  14 days; a gate was decided with no-go; or nothing has begun although work was planned to.
- **on track**: none of these.

Late is measured in working days; a week is the team's working week.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from masterplan.analyse.figures import planned_span
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.status import Status
from masterplan.model.timeline import has_passed

HealthVerdict = Literal["done", "not started", "on track", "at risk", "off track"]
"""Verdict on a plan; the last three are in order of increasing severity."""

ReasonKind = Literal[
    "past end",
    "ends late",
    "milestone overdue",
    "milestone late",
    "gate refused",
    "overdue",
    "blocked",
    "not begun",
    "stale",
]
"""Kinds of reasons why a plan is not on track, most severe first.

`past end`: the planned end has passed. `ends late`, `milestone late`: the forecast is later than planned.
`milestone overdue`: the due date has passed. `stale`: under way, without an update for 14 days.
"""


@dataclass(frozen=True, slots=True)
class PlanEnd:
    """The end of a plan: `after` in working days from its start, `day` as a date if the plan has dates."""

    after: Fraction
    day: date | None


@dataclass(frozen=True, slots=True)
class HealthReason:
    """A reason why a plan is not on track.

    `units` are the ids of the sprints or milestones concerned; empty if the reason is about the plan itself. `late` is
    the delay of the latest one in working days, 0 if the reason is not a delay. `due` is the number of sprints that
    should be done if most of these are overdue, else 0.
    """

    kind: ReasonKind
    units: tuple[str, ...] = ()
    late: Fraction = Fraction(0)
    due: int = 0


@dataclass(frozen=True, slots=True)
class Health:
    """The verdict on a plan on a day, with the reasons: those that put it off track first, then by severity.

    `planned_end` is the end of the last window, None if there is none or it is open. `forecast_end` is the end of the
    schedule of the open work, or the date on which the last sprint was done. It is None if neither is known, as in a
    plan under way without dates.
    """

    verdict: HealthVerdict
    reasons: tuple[HealthReason, ...]
    planned_end: PlanEnd | None
    forecast_end: PlanEnd | None

    @classmethod
    def of(
        cls,
        schedules: Schedules,
        status: Status,
        milestones: Mapping[str, MilestoneStanding],
        forecasts: Mapping[str, Fraction],
    ) -> "Health":
        """Compute the health of a plan; `forecasts` are those of its milestones, in working days from the start."""
        planned, forecast = _planned_end(schedules), _forecast_end(schedules)
        reasons = (
            *_about_the_end(schedules, planned, forecast),
            *_about_milestones(schedules, milestones, forecasts),
            *_about_sprints(schedules, status),
        )
        is_open = bool(schedules.open) or any(standing.is_open for standing in milestones.values())
        a_week, is_foreseen = schedules.days.a_week, forecast is not None
        return cls(
            verdict_of(
                reasons,
                a_week=a_week,
                is_done=bool(schedules.standings) and not is_open,
                is_before=not schedules.work_has_begun and not any(reason.kind == "not begun" for reason in reasons),
                is_foreseen=is_foreseen,
            ),
            tuple(sorted(reasons, key=lambda reason: not _is_decisive(reason, a_week, is_foreseen=is_foreseen))),
            planned,
            forecast,
        )


def verdict_of(
    reasons: Iterable[HealthReason], *, a_week: int, is_done: bool, is_before: bool, is_foreseen: bool
) -> HealthVerdict:
    """Verdict that follows from the reasons; `a_week` is the number of working days in a week.

    The plan may be done, not begun yet (`is_before`), and have a forecast of its end (`is_foreseen`).
    """
    if is_done:
        return "done"
    if is_before:
        return "not started"
    all_reasons = list(reasons)
    if any(_is_decisive(reason, a_week, is_foreseen=is_foreseen) for reason in all_reasons):
        return "off track"
    return "at risk" if all_reasons else "on track"


def _is_decisive(reason: HealthReason, a_week: int, *, is_foreseen: bool) -> bool:
    """Whether a reason alone puts a plan off track. If most due work is open, the forecast is too optimistic."""
    is_about_end = reason.kind in {"past end", "ends late", "milestone overdue", "milestone late"}
    return reason.late > a_week and (
        is_about_end or (reason.kind == "overdue" and (bool(reason.due) or not is_foreseen))
    )


def _planned_end(schedules: Schedules) -> PlanEnd | None:
    span = planned_span(schedules.plan)
    if span is None or span.end is None:
        return None
    return PlanEnd(Fraction(schedules.plan.timeline.working(span.end)), span.last)


def _forecast_end(schedules: Schedules) -> PlanEnd | None:
    """End of the main schedule; None for a plan under way without dates, as the elapsed time is unknown."""
    if schedules.main:
        return PlanEnd(schedules.main[1].end, schedules.forecast) if schedules.is_now_known else None
    done = [standing.done_on for standing in schedules.standings.values() if standing.state == "done"]
    known_days = [day for day in done if day]
    if schedules.open or not known_days or len(known_days) < len(done) or schedules.plan.start is None:
        return None
    return PlanEnd(_elapsed(schedules, max(known_days)), max(known_days))


def _elapsed(schedules: Schedules, day: date) -> Fraction:
    """Working days from the plan's start to the end of a day."""
    return Fraction(schedules.days.before(day + timedelta(days=1)))


def _about_the_end(schedules: Schedules, planned: PlanEnd | None, forecast: PlanEnd | None) -> Iterator[HealthReason]:
    """Whether the plan ends late, by the forecast or because its planned end has passed."""
    if planned is None:
        return
    end = max(forecast.after if forecast else schedules.now, schedules.now if schedules.open else Fraction(0))
    late = end - planned.after
    if has_passed(planned.day, schedules.today) and schedules.open:
        yield HealthReason("past end", late=max(late, Fraction(0)))
    elif late > 0:
        yield HealthReason("ends late", late=late)


def _about_milestones(
    schedules: Schedules, milestones: Mapping[str, MilestoneStanding], forecasts: Mapping[str, Fraction]
) -> Iterator[HealthReason]:
    """Overdue milestones, milestones whose work will end late, and refused gates."""
    plan, late = schedules.plan, {}
    for id_, standing in milestones.items():
        period = plan.period(standing.milestone.when) if standing.milestone.when else None
        if period and period.end is not None and standing.is_open:
            end = max(forecasts.get(id_, Fraction(0)), schedules.now)
            late[id_] = end - plan.timeline.working(period.end)
    overdue = [id_ for id_, standing in milestones.items() if standing.is_overdue]
    coming = [id_ for id_, days in late.items() if days > 0 and id_ not in overdue and schedules.is_now_known]
    refused = [id_ for id_, standing in milestones.items() if standing.decision == "no-go"]
    if overdue:
        yield HealthReason("milestone overdue", tuple(overdue), max(Fraction(0), *(late[id_] for id_ in overdue)))
    if coming:
        yield HealthReason("milestone late", tuple(coming), max(late[id_] for id_ in coming))
    if refused and schedules.open:
        yield HealthReason("gate refused", tuple(refused))


def _about_sprints(schedules: Schedules, status: Status) -> Iterator[HealthReason]:
    """Overdue, blocked and stale sprints, and work that should have begun."""
    standings = schedules.standings
    if status.overdue:
        late = (schedules.now - _elapsed(schedules, coming.last) for coming in status.overdue if coming.last)
        overdue = tuple(coming.sprint for coming in status.overdue)
        due = _due(schedules)
        yield HealthReason("overdue", overdue, max(Fraction(0), *late), due if 2 * len(overdue) > due else 0)
    blocked = tuple(id_ for id_, standing in standings.items() if standing.state == "blocked")
    if blocked:
        yield HealthReason("blocked", blocked)
    if schedules.open and _should_have_begun(schedules):
        yield HealthReason("not begun")
    if status.stale:
        yield HealthReason("stale", status.stale)


def _due(schedules: Schedules) -> int:
    """Number of sprints that should be done."""
    sprints = [id_ for id_, standing in schedules.standings.items() if not standing.is_dropped]
    periods = filter(None, map(schedules.plan.planned, sprints))
    return sum(has_passed(period.last, schedules.today) for period in periods)


def _should_have_begun(schedules: Schedules) -> bool:
    """Whether the first planned day of work has passed and no sprint has begun."""
    periods = map(schedules.plan.planned, schedules.open)
    first = min((period.first for period in periods if period and period.first), default=schedules.plan.start)
    return has_passed(first, schedules.today) and not schedules.work_has_begun
