"""The health of a plan in words: the verdict, its reasons, and both ends; the same on every page and in every report.

Sentences are plain text; only names and numbers in them come from the plan.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from masterplan.analyse import Facts
from masterplan.analyse.figures import count, planned_span, units_counted
from masterplan.analyse.health import HealthReason, HealthVerdict, PlanEnd, ReasonKind
from masterplan.analyse.parts import are, listed
from masterplan.analyse.progress import STALE_AFTER, tally
from masterplan.analyse.status import Basis
from masterplan.model.window import day_in_words
from masterplan.render.blocks import Abbreviation, Banner

_LOOKS: Mapping[HealthVerdict, Literal["ok", "warn", "bad", "calm"]] = {
    "done": "ok",
    "not started": "calm",
    "on track": "ok",
    "at risk": "warn",
    "off track": "bad",
}

_METHODS: Mapping[Basis, str] = {
    "effort": "Weighted by the effort of the {units}.",
    "some": "Weighted by the effort of the {units}, which is derived if not stated.",
    "equal": "All {units} count equally, as not all have an effort.",
}
"""How percentages are weighted, in words."""

_MOST_NAMED = 2
"""Sprints or milestones that a sentence names; a larger number is counted."""


def health_banner(facts: Facts) -> Banner:
    """The verdict on the plan as a banner, with its reasons."""
    verdict = facts.health.verdict
    return Banner(_LOOKS[verdict], verdict.capitalize(), " ".join(health_sentences(facts)))


def health_sentences(facts: Facts) -> tuple[str, ...]:
    """A sentence for each reason of the verdict, the gravest first; without reasons, a sentence on the state."""
    reasons = tuple(_WORDS[reason.kind](facts, reason) for reason in facts.health.reasons)
    match facts.health.verdict:
        case "done":
            return (*_done(facts), *reasons)
        case "not started":
            return (*_not_started(facts), *reasons)
        case "on track":
            return ("Nothing is overdue or blocked.",)
        case _:
            return reasons


def share_done(facts: Facts) -> Abbreviation:
    """The share of the plan that is done, such as `42% of the effort`; its tooltip explains the weighting."""
    status = facts.status
    whole = "work" if status.basis == "equal" else "effort"
    method = _METHODS[status.basis].format(units=facts.plan.unit.many.lower())
    return Abbreviation(f"{status.percent or 0}% of the {whole}", method)


def end_in_words(facts: Facts, end: PlanEnd | None) -> str:
    """The end of a plan: `6 Dec`, or `week 10` without dates; empty if unknown."""
    if end is None:
        return ""
    if end.day:
        return day_in_words(end.day, facts.today)
    return f"week {facts.schedules.days.week(end.after)}"


def _done(facts: Facts) -> Iterator[str]:
    done, number = tally(facts.standings, facts.plan.ids)
    dropped = len(facts.plan.sprints) - number
    rest = f", {dropped} dropped or deferred" if dropped else ""
    yield f"{units_counted(done, facts.plan.unit)} done{rest}."


def _not_started(facts: Facts) -> Iterator[str]:
    """The start of the plan, or a hint that it has no dates."""
    plan, span = facts.plan, planned_span(facts.plan)
    first = (span.first if span else None) or plan.start
    if first:
        yield f"Work starts on {day_in_words(first, facts.today)}."
    elif span:
        yield "Add a start date to see calendar dates."


def _sprints(facts: Facts, reason: HealthReason) -> str:
    """The sprints of a reason with a verb: `Sprint 4 is`, `7 sprints are`."""
    return f"{_units(facts, reason)} {are(reason.units)}"


def _units(facts: Facts, reason: HealthReason) -> str:
    if len(reason.units) <= _MOST_NAMED:
        return listed(map(facts.plan.name, reason.units))
    return units_counted(len(reason.units), facts.plan.unit)


def _milestones(reason: HealthReason) -> str:
    number = len(reason.units)
    return f"{listed(reason.units) if number <= _MOST_NAMED else count(number, 'milestone')} {are(reason.units)}"


def days_late_in_words(facts: Facts, reason: HealthReason) -> str:
    """How late the plan ends: in calendar days if both ends have dates, else in working days."""
    planned, forecast = facts.health.planned_end, facts.health.forecast_end
    dated = (forecast.day - planned.day).days if planned and forecast and planned.day and forecast.day else 0
    return count(dated, "day") if dated > 0 else count(max(1, round(reason.late)), "working day")


def _ends_late(facts: Facts, reason: HealthReason) -> str:
    late, is_done = days_late_in_words(facts, reason), facts.health.verdict == "done"
    return f"It ended {late} late." if is_done else f"The forecast end is {late} after the planned end."


def _overdue(facts: Facts, reason: HealthReason) -> str:
    """The overdue sprints; of many, how few of those that were due are done."""
    done = reason.due - len(reason.units)
    if done < 0 or len(reason.units) <= _MOST_NAMED:
        return f"{_sprints(facts, reason)} overdue."
    number = f"Only {done}" if done else "None"
    return facts.plan.worded(f"{number} of the {reason.due} sprints that were due {'are' if done > 1 else 'is'} done.")


def _stale(facts: Facts, reason: HealthReason) -> str:
    """How long ago the last update of the sprint was; of several, at least how long."""
    units, today = _units(facts, reason), facts.today
    if len(reason.units) == 1 and today:
        days = (today - facts.standings[reason.units[0]].entries[-1].date).days
        return f"{units} has had no update for {days} days."
    return f"{units} have had no update for at least {STALE_AFTER.days} days."


_WORDS: Mapping[ReasonKind, Callable[[Facts, HealthReason], str]] = {
    "past end": lambda facts, _: f"The planned end, {end_in_words(facts, facts.health.planned_end)}, has passed.",
    "ends late": _ends_late,
    "milestone overdue": lambda _, reason: f"{_milestones(reason)} overdue.",
    "milestone late": lambda _, reason: f"{_milestones(reason)} forecast to be late.",
    "gate refused": lambda _, reason: f"{_milestones(reason)} decided: no-go.",
    "overdue": _overdue,
    "blocked": lambda facts, reason: f"{_sprints(facts, reason)} blocked.",
    "not begun": lambda _facts, _reason: "No work has begun, although its planned start has passed.",
    "stale": _stale,
}
