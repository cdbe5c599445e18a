"""The schedule of sprints: earliest and latest start, slack, odds, and the reasons for their dates."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Annotated

from masterplan.analyse import figures
from masterplan.analyse.schedule import odds, solver
from masterplan.analyse.schedule.effort import MEANS
from masterplan.analyse.schedule.network import Times
from masterplan.model.window import day_in_words
from masterplan.render.blocks import NOTHING, Box, Content, Inline, Numbers, Paragraph
from masterplan.render.compose import items, joined, message, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import MOST_ROWS, sprint_link, sprint_links
from masterplan.render.why import effort_days, no_schedule, why_then, working_days

_MOST_ON_PATH = 8
"""Sprints of a critical path that are all named; of a longer path only the ends are."""
_MOST_UNESTIMATED = 12
"""Sprints without effort that are named."""


@macro
def schedule_notes(context: Context) -> Content:
    """What the computed schedules assume and leave out; without a schedule, what to state to get one."""
    if context.facts.schedules.exist:
        return items(_notes(context))
    return Paragraph((message(no_schedule(context.facts)), *_without_effort(context)))


def _without_effort(context: Context) -> Iterator[Inline]:
    """The sprints without effort, unless that is all of them."""
    schedules = context.facts.schedules
    if schedules.without_effort != schedules.open:
        yield from (" Without effort: ", sprint_links(context, schedules.without_effort, most=_MOST_UNESTIMATED), ".")


def _notes(context: Context) -> Iterator[str]:
    facts, plan = context.facts, context.facts.plan
    schedules = facts.schedules
    origins = [schedules.efforts[id_].origin for id_ in schedules.open]
    for origin, means in MEANS.items():
        if number := origins.count(origin):
            units = figures.units_counted(number, plan.unit)
            yield f"The effort of {units} is {plan.worded(means)}."
    yield plan.worded(
        "Each sprint is done by one person without interruption, and each person does one sprint at a time."
        f" Only hard dependencies count; {'phases and owners' if plan.phases else 'owners'} do not."
    )
    if schedules.has_begun:
        yield _counted_from(context)
    yield "The best schedule uses the likeliest or middle effort; the likely durations use the whole range."
    unskilled = sum(bool(staffed.unskilled) for staffed in facts.schedules.options.values())
    if unskilled:
        yield f"In {figures.count(unskilled, 'option')} nobody has the skills for some work; it is assigned to anyone."
    if not solver.available():
        yield "The solver is not installed (masterplan[schedule]): schedules are heuristic and may not be the shortest."
    if not odds.available():
        yield "NumPy is not installed (masterplan[schedule]), so there are no likely durations."


def _counted_from(context: Context) -> str:
    """How finished and started work counts."""
    plan = context.facts.plan
    if plan.start and context.facts.today:
        today = day_in_words(context.facts.today, context.facts.today)
        return f"Remaining work starts on {today} at the earliest; days are counted from the plan's start."
    return "Only remaining work is scheduled, from today on: without a start date the time already spent is unknown."


@macro
def schedule_table(context: Context) -> Content:
    """Every sprint's effort, earliest and latest start by hard dependencies, and slack; and the critical path."""
    schedules, plan = context.facts.schedules, context.facts.plan
    if not schedules.exist:
        return ()
    rows = [
        row(
            sprint_link(context, id_, titled=True),
            effort_days(schedules.remaining[id_]),
            _start(times),
            "critical" if times.is_critical else figures.days(times.total_slack),
            figures.days(times.free_slack),
        )
        for id_, times in list(schedules.network.times.items())[:MOST_ROWS]
    ]
    columns = [plan.unit.one, *map(Numbers, ("Effort", "Start", "Slack", "Free slack"))]
    path = Paragraph(("Critical path: ", _path(context), f" ({figures.days(schedules.network.end - schedules.now)})."))
    return (path, table("Earliest, latest and slack", columns, rows))


def _path(context: Context) -> Inline:
    """The critical path; only its ends if it is long."""
    ids = context.facts.schedules.network.critical_path
    if len(ids) <= _MOST_ON_PATH:
        return joined((sprint_link(context, id_) for id_ in ids), ", then ")
    first, last = (sprint_link(context, id_) for id_ in (ids[0], ids[-1]))
    return (first, f", then {len(ids) - 2} more, then ", last)


def _start(times: Times) -> str:
    """Earliest and latest start as working days of the plan, starting with day 1."""
    return working_days(times.early_start, Fraction(floor(times.late_start) + 1))


@macro
def odds_table(context: Context) -> Content:
    """The likely end of each sprint in the main schedule, and the chance that its delay delays the plan."""
    schedules, plan = context.facts.schedules, context.facts.plan
    chances = schedules.main_odds
    if schedules.main is None:
        return ()
    if chances is None:
        return Paragraph("Likely durations need NumPy: install masterplan[schedule].")
    people, staffed = schedules.main
    rows = [
        row(
            sprint_link(context, id_, titled=True),
            _day(staffed.stints[id_].end),
            *map(_day, chances.ends[id_]),
            f"{chances.drives[id_]:.0%}",
        )
        for id_ in list(schedules.network.times)[:MOST_ROWS]
    ]
    levels = (f"{level}% likely" for level in odds.PERCENTILES)
    columns = [plan.unit.one, *map(Numbers, ("As scheduled", *levels, "Chance of delaying the plan"))]
    foot = [row("The whole plan", _day(staffed.end), *map(_day, chances.plan), NOTHING)]
    return table(f"Likely ends in the best schedule for {people}", columns, rows, foot=foot)


def _day(end: Fraction) -> str:
    """The working day of the plan, from 1, on which work ends."""
    return f"day {max(ceil(end), 1)}"


@macro
def why_it_is_then(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """Why a sprint has its dates: what it waits for, its slack, and the smallest change that would move it."""
    id_ = context.sprint(sprint).id
    if context.facts.standings[id_].is_open and not context.facts.schedules.exist:
        return schedule_notes(context)
    return Box(items(why_then(context.facts, id_)), searched=False)
