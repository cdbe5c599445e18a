"""Each sprint in time: its effort, when it can start, how much slack it has, its odds, and why then."""

from math import ceil
from typing import Annotated

from markupsafe import Markup

from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.effort import TICKS, Effort
from masterplan.analyse.schedule.network import Times
from masterplan.render.html import NOTHING, joined, list_of
from masterplan.render.macro import Context, macro
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views.widgets import MOST_ROWS, sprint_link
from masterplan.render.why import MOST_STEPS, days, why_then, working_days


@macro
def schedule_table(context: Context) -> str:
    """Every sprint's effort, earliest and latest start by hard dependencies, and slack; and the critical path."""
    schedules, plan = context.facts.schedules, context.facts.plan
    rows = [
        Row(
            [
                sprint_link(context, id_, titled=True),
                effort_days(schedules.efforts[id_]),
                _start(times),
                "critical" if times.is_critical else days(times.total_slack),
                days(times.free_slack),
            ]
        )
        for id_, times in list(schedules.network.times.items())[:MOST_ROWS]
    ]
    columns = [plan.unit.one, Numbers("Effort, days"), Numbers("Start"), Numbers("Slack"), Numbers("Free slack")]
    path = Markup("<p>Critical path: {} ({}).</p>").format(_path(context), days(schedules.network.length))
    return Markup("{}\n\n{}").format(path, table("Earliest, latest and slack", columns, rows))


def _path(context: Context) -> Markup:
    """The critical path; of a long one its ends."""
    ids = context.facts.schedules.network.critical_path
    if len(ids) <= MOST_STEPS:
        return joined((sprint_link(context, id_) for id_ in ids), ", then ")
    first, last = (sprint_link(context, id_) for id_ in (ids[0], ids[-1]))
    return Markup("{}, then {} more, then {}").format(first, len(ids) - 2, last)


def effort_days(effort: Effort) -> str:
    """An effort in working days, as a figure or a range."""
    low, high = (f"{value.normalize():f}" for value in (effort.low, effort.high))
    return low if low == high else f"{low}-{high}"


def _start(times: Times) -> str:
    """Earliest and latest start as working days of the plan, the first being day 1."""
    return working_days(times.early_start, times.late_start + 1)


@macro
def odds_table(context: Context) -> str:
    """When each sprint ends in so many of 100 runs of the main schedule, and in how many it drives the plan's end."""
    schedules, plan = context.facts.schedules, context.facts.plan
    found = schedules.main_odds
    if schedules.main is None or found is None:
        return Markup("<p>There are no odds: they need a schedule, and NumPy (masterplan[schedule]).</p>")
    whose, staffed = schedules.main
    rows = [
        Row(
            [
                sprint_link(context, id_, titled=True),
                _day(stint.end),
                *map(_day, found.ends[id_]),
                f"{found.drives[id_]:.0%}",
            ]
        )
        for id_, stint in list(staffed.stints.items())[:MOST_ROWS]
    ]
    columns = [
        plan.unit.one,
        Numbers("As scheduled"),
        *(Numbers(f"{level} of 100") for level in odds.LEVELS),
        Numbers("Drives"),
    ]
    foot = [Row(["The whole plan", _day(staffed.length), *map(_day, found.plan), NOTHING])]
    return table(f"Odds of the best schedule for {whose}", columns, rows, foot=foot)


def _day(end: float) -> str:
    """The working day of the plan, from 1, on which something ends after so many steps."""
    return f"day {ceil(end / TICKS)}"


@macro
def why_it_is_then(context: Context, sprint: Annotated[str, "The sprint's id."]) -> str:
    """Why a sprint is when it is: what holds it, its slack, and the smallest change that would move it."""
    sentences = why_then(context.facts, context.sprint(sprint).id)
    said = Markup("<div data-search-exclude>{}</div>")
    return said.format(list_of(sentences)) if sentences else Markup("<p>There is no schedule yet.</p>")
