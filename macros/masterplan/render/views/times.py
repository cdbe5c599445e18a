"""Each sprint in time: its effort, when it can start, how much slack it has, its odds, and why then."""

from math import ceil
from typing import Annotated

from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.effort import TICKS, Effort
from masterplan.analyse.schedule.network import Times
from masterplan.render.blocks import NOTHING, Box, Content, Inline, Numbers, Paragraph
from masterplan.render.compose import items, joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import MOST_ROWS, sprint_link
from masterplan.render.why import MOST_STEPS, days, why_then, working_days


@macro
def schedule_table(context: Context) -> Content:
    """Every sprint's effort, earliest and latest start by hard dependencies, and slack; and the critical path."""
    schedules, plan = context.facts.schedules, context.facts.plan
    rows = [
        row(
            sprint_link(context, id_, titled=True),
            effort_days(schedules.efforts[id_]),
            _start(times),
            "critical" if times.is_critical else days(times.total_slack),
            days(times.free_slack),
        )
        for id_, times in list(schedules.network.times.items())[:MOST_ROWS]
    ]
    columns = [plan.unit.one, *map(Numbers, ("Effort, days", "Start", "Slack", "Free slack"))]
    path = Paragraph(("Critical path: ", _path(context), f" ({days(schedules.network.length)})."))
    return (path, table("Earliest, latest and slack", columns, rows))


def _path(context: Context) -> Inline:
    """The critical path; of a long one its ends."""
    ids = context.facts.schedules.network.critical_path
    if len(ids) <= MOST_STEPS:
        return joined((sprint_link(context, id_) for id_ in ids), ", then ")
    first, last = (sprint_link(context, id_) for id_ in (ids[0], ids[-1]))
    return (first, f", then {len(ids) - 2} more, then ", last)


def effort_days(effort: Effort) -> str:
    """An effort in working days, as a figure or a range."""
    low, high = (f"{value.normalize():f}" for value in (effort.low, effort.high))
    return low if low == high else f"{low}-{high}"


def _start(times: Times) -> str:
    """Earliest and latest start as working days of the plan, the first being day 1."""
    return working_days(times.early_start, times.late_start + 1)


@macro
def odds_table(context: Context) -> Content:
    """When each sprint ends in so many of 100 runs of the main schedule, and in how many it drives the plan's end."""
    schedules, plan = context.facts.schedules, context.facts.plan
    chances = schedules.main_odds
    if schedules.main is None or chances is None:
        return Paragraph("There are no odds: they need a schedule, and NumPy (masterplan[schedule]).")
    whose, staffed = schedules.main
    rows = [
        row(
            sprint_link(context, id_, titled=True),
            _day(stint.end),
            *map(_day, chances.ends[id_]),
            f"{chances.drives[id_]:.0%}",
        )
        for id_, stint in list(staffed.stints.items())[:MOST_ROWS]
    ]
    levels = (f"{level} of 100" for level in odds.PERCENTILES)
    columns = [plan.unit.one, *map(Numbers, ("As scheduled", *levels, "Drives"))]
    foot = [row("The whole plan", _day(staffed.length), *map(_day, chances.plan), NOTHING)]
    return table(f"Odds of the best schedule for {whose}", columns, rows, foot=foot)


def _day(end: float) -> str:
    """The working day of the plan, from 1, on which something ends after so many steps."""
    return f"day {ceil(end / TICKS)}"


@macro
def why_it_is_then(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """Why a sprint is when it is: what holds it, its slack, and the smallest change that would move it."""
    sentences = why_then(context.facts, context.sprint(sprint).id)
    return Box(items(sentences), searched=False) if sentences else Paragraph("There is no schedule yet.")
