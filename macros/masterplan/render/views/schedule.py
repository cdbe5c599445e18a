"""When things can be done: staffing computed beside what is declared, each sprint in time, odds and value over time."""

from collections.abc import Iterator
from decimal import Decimal
from math import ceil
from typing import Annotated

from masterplan.analyse import figures
from masterplan.analyse.audit.judgement import Verdict, stated_amount
from masterplan.analyse.savings import Accrual, accrued, ends
from masterplan.analyse.schedule import Staffed, odds, solver
from masterplan.analyse.schedule.effort import MEANS, TICKS, Effort
from masterplan.analyse.schedule.network import Times
from masterplan.model.naming import Subject
from masterplan.model.plan import Option
from masterplan.model.quantity import Quantity, amount
from masterplan.render.blocks import NOTHING, Box, Content, Figure, Inline, Numbers, Paragraph, Small
from masterplan.render.compose import items, joined, named, row, stated, table
from masterplan.render.diagrams.bars import Range, range_bars
from masterplan.render.diagrams.scene import Caption
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import MOST_ROWS, outcome_chip, quantity, sprint_link
from masterplan.render.why import MOST_WAITS, days, why_then, working_days

_MOST_STINTS = 12
"""A table of schedules shows at most so much of one person's work."""


@macro
def staffing_table(context: Context) -> Content:
    """Each option as declared, as drawn, and as the best schedule for the same people, with lower bound and odds."""
    options = [option for option in context.facts.plan.options if option.id in context.facts.schedules.options]
    if not options:
        return ()
    rows = [
        row("People", *(len(option.people) for option in options)),
        row("Timeline, as declared", *(declared_timeline(context, option) for option in options)),
        row("Weeks, as drawn", *(quantity(figures.weeks(figures.option_span(option))) for option in options)),
        row("Best schedule for the same people", *(_best(context, option) for option in options)),
        row("Lower bound", *(_bound(context, option) for option in options)),
        row("Odds: 50, 80, 95 of 100 runs end within", *(_levels(context, option) for option in options)),
        row("Odds of the declared timeline", *(_chance(context, option) for option in options)),
    ]
    return table("Staffing, declared and computed", ["", *(f"Option {option.id}" for option in options)], stated(rows))


def declared_timeline(context: Context, option: Option) -> Inline:
    """The timelines that the authors claim for an option, with the verdicts."""
    return joined((claim.declared.says, " ", outcome_chip(claim)) for claim in _timelines(context, option))


def _timelines(context: Context, option: Option) -> list[Verdict]:
    about = context.facts.verdicts
    return [v for v in about if v.subject == Subject("option", option.id) and v.declared.claim == "duration"]


def _best(context: Context, option: Option) -> Inline:
    staffed = context.facts.schedules.options[option.id]
    return (_weeks(context, staffed.length), " ", Small(_quality(staffed)))


def _quality(staffed: Staffed) -> str:
    """How good a schedule is: proved shortest, or how much shorter one could be at most."""
    if staffed.schedule.proved:
        return "no schedule is shorter"
    return f"a schedule could be {days(staffed.schedule.gap)} shorter at most"


def _bound(context: Context, option: Option) -> Inline:
    staffed = context.facts.schedules.options[option.id]
    parts = f"critical path {days(staffed.critical)}, work {days(staffed.work)}"
    return (_weeks(context, staffed.schedule.bound), " ", Small(parts))


def _weeks(context: Context, ticks: int) -> str:
    weeks = context.facts.schedules.days.weeks(ticks).quantize(Decimal("0.01")).normalize()
    return f"{weeks:f} {'week' if weeks == 1 else 'weeks'}"


def _levels(context: Context, option: Option) -> Inline:
    chances = context.facts.schedules.option_odds.get(option.id)
    return joined(_weeks(context, round(level)) for level in chances.plan) if chances else NOTHING


def _chance(context: Context, option: Option) -> Inline:
    """How often the plan ends within each end of the timeline that the authors claim."""
    chances = context.facts.schedules.option_odds.get(option.id)
    claims = [verdict.declared for verdict in _timelines(context, option)]
    mark = context.facts.plan.header.decimal
    spans = [span for claim in claims if (span := stated_amount(claim, mark)).unit == "week"]
    return joined(_odds_of(context, chances, span) for span in spans) if chances else NOTHING


def _odds_of(context: Context, chances: odds.Odds, span: Quantity) -> Inline:
    calendar = context.facts.schedules.days
    return joined(
        f"{chances.within(calendar.until(int(end))):.0%} within {end:f} weeks" for end in dict.fromkeys(span.ends)
    )


@macro
def best_schedules(context: Context) -> Content:
    """Who does what on which days of the plan in the best schedule for the people of each option."""
    rows = [
        row(f"Option {id_}", member.name, _work(context, staffed, n))
        for id_, staffed in context.facts.schedules.options.items()
        for n, member in enumerate(staffed.members)
    ]
    return table("Best schedules", ["Option", "Who", "What, one after another"], rows)


def _work(context: Context, staffed: Staffed, member: int) -> Inline:
    stints = sorted(
        (stint for stint in staffed.stints.values() if stint.member == member), key=lambda stint: stint.start
    )
    work: list[Inline] = [
        (sprint_link(context, stint.sprint), " ", Small(working_days(stint.start, stint.end)))
        for stint in stints[:_MOST_STINTS]
    ]
    return joined([*work, f"{len(stints) - _MOST_STINTS} more"] if stints[_MOST_STINTS:] else work)


@macro
def people_chart(context: Context) -> Content:
    """Weeks against the number of people: the best schedule for one person, for two, and so on."""
    calendar, by_number = context.facts.schedules.days, context.facts.schedules.by_number
    ranges = [
        Range(
            figures.count(len(staffed.members), "person", "people"),
            0.0,
            float(calendar.weeks(staffed.length)),
            _weeks(context, staffed.length),
        )
        for staffed in by_number
    ]
    desc = "The shortest schedule found for each number of people who can do everything and work full time."
    caption = Caption("Weeks by number of people", desc, "people")
    rows = [
        row(
            len(staffed.members),
            _weeks(context, staffed.length),
            _weeks(context, staffed.schedule.bound),
            _quality(staffed),
        )
        for staffed in by_number
    ]
    columns = [*map(Numbers, ("People", "Best schedule", "Lower bound")), "How good it is"]
    return (Figure(range_bars(ranges, "week", caption), caption.title), table(caption.title, columns, rows))


@macro
def schedule_notes(context: Context) -> Content:
    """What the computed schedules assume, and what they leave out."""
    return items(_notes(context))


def _notes(context: Context) -> Iterator[str]:
    facts, plan = context.facts, context.facts.plan
    origins = [effort.origin for effort in facts.schedules.efforts.values()]
    for origin, means in MEANS.items():
        if number := origins.count(origin):
            units = figures.count(number, plan.unit.one.lower(), plan.unit.many.lower())
            yield f"The effort of {units} is {plan.worded(means)}."
    yield plan.worded(
        "One person does one sprint at a time, alone and in one go; only hard dependencies are waited for;"
        " phases, owners and what is done already are not counted."
    )
    yield "The best schedule uses the middle or likeliest effort; the odds draw from the whole range."
    unskilled = sum(bool(staffed.unskilled) for staffed in facts.schedules.options.values())
    if unskilled:
        yield f"In {figures.count(unskilled, 'option')} nobody has the skills for some of the work: anyone does it."
    if not solver.available():
        yield "The solver is not installed (masterplan[schedule]): schedules come from lists; some may not be shortest."
    if not odds.available():
        yield "NumPy is not installed (masterplan[schedule]): the odds are left out."


@macro
def value_table(context: Context) -> Content:
    """The options ranked by what they have saved when the slowest of them ends, as drawn and scheduled shortest."""
    plan, kept = context.facts.plan, context.facts.kept
    if not plan.options and context.facts.monthly_savings is None:
        return ()
    spans = [span.last for span in map(figures.option_span, plan.options) if span]
    horizon = max(spans, default=0)
    ranked = [(option, sums) for option in plan.options if (sums := accrued(kept, option.id, ends(option), horizon))]
    ranked.sort(key=lambda pair: -(pair[1].low[-1] + pair[1].high[-1]))
    rows = [
        row(named(f"Option {option.id}", option.title), _saved(sums), _best_saved(context, option, horizon))
        for option, sums in ranked
    ]
    if not rows:
        return Paragraph(_delay(context))
    drawn, shortest = Numbers(f"Saved by week {horizon}, as drawn"), Numbers("The same, shortest schedule")
    note = f"{_delay(context)} The shortest schedule is made to end early, not to save early."
    return (table("Value over time", ["Option, most saved first", drawn, shortest], rows), Paragraph(note))


def _best_saved(context: Context, option: Option, horizon: int) -> Inline:
    schedules = context.facts.schedules
    staffed = schedules.options.get(option.id)
    last = {id_: schedules.days.week(stint.end) for id_, stint in staffed.stints.items()} if staffed else {}
    return _saved(accrued(context.facts.kept, option.id, last, horizon))


def _saved(sums: Accrual | None) -> Inline:
    return sums.by(-1).text if sums else NOTHING


def _delay(context: Context) -> str:
    """The cost of delay: what each week in which nothing is done yet leaves unsaved."""
    monthly = context.facts.monthly_savings
    if monthly is None:
        return "Nothing is known of the cost of delay: no savings are stated that could be added up, in one currency."
    low, high = ((end * 12 / 52).quantize(Decimal(1)) for end in monthly.ends)
    weekly = amount(low, high, monthly.unit, mark=monthly.mark).text
    return f"Cost of delay: every week by which the whole plan is done later leaves {weekly} unsaved."


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
    if len(ids) <= MOST_WAITS:
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
