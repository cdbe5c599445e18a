"""When things can be done: staffing computed beside what is declared, each sprint in time, odds and value over time."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Annotated

from masterplan.analyse import figures
from masterplan.analyse.audit.judgement import Verdict, stated_amount
from masterplan.analyse.savings import Accrual, accrued, ends
from masterplan.analyse.schedule import Staffed, odds, solver
from masterplan.analyse.schedule.effort import MEANS, Effort
from masterplan.analyse.schedule.network import Times
from masterplan.model.naming import Subject
from masterplan.model.option import Option
from masterplan.model.quantity import Quantity, amount
from masterplan.render.blocks import NOTHING, Box, Code, Content, Figure, Inline, Numbers, Paragraph, Small
from masterplan.render.compose import items, joined, named, row, stated, table
from masterplan.render.diagrams.bars import Range, range_bars
from masterplan.render.diagrams.scene import Caption
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import MOST_ROWS, by_choice, outcome_chip, sprint_link, sprint_links
from masterplan.render.why import MOST_WAITS, no_schedule, why_then, working_days

_MOST_STINTS = 12
"""A table of schedules shows at most so much of one person's work."""


@macro
def staffing_table(context: Context) -> Content:
    """Each option as declared, as drawn, and as the best schedule for the same people, with lower bound and odds."""
    return by_choice(context, lambda options: _staffing(context, options))


def _staffing(context: Context, every: Sequence[Option]) -> Content:
    plan = context.facts.plan
    options = [option for option in every if option.id in context.facts.schedules.options]
    rows = [
        row("People", *(len(option.people) for option in options)),
        row("Timeline, as declared", *(declared_timeline(context, option) for option in options)),
        row("Weeks, as drawn", *(figures.lasting(figures.option_span(plan, option)) for option in options)),
        row("Best schedule for the same people", *(_best(context, option) for option in options)),
        row("Why that is longer than drawn", *(_longer(context, option) for option in options)),
        row("Lower bound, with the least efforts", *(_bound(context, option) for option in options)),
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
    return (_weeks(context, staffed.end), " ", Small(_quality(context, staffed)))


def _longer(context: Context, option: Option) -> Inline:
    """Why the best schedule of an option is longer than the option as it is drawn."""
    [staffing] = (staffing for staffing in context.facts.staffing if staffing.option.id == option.id)
    reasons = context.facts.schedules.longer_than_drawn(staffing)
    return Small("; ".join(reasons)) if reasons else NOTHING


def _quality(context: Context, staffed: Staffed) -> str:
    """How good a schedule is: proved shortest, or how much shorter one could be at most."""
    efforts = context.facts.schedules.left.values()
    likeliest = ", with the likeliest efforts" if any(effort.low < effort.high for effort in efforts) else ""
    if staffed.proved:
        return f"no schedule is shorter{likeliest}"
    return f"a schedule could be {figures.days(staffed.gap)} shorter at most{likeliest}"


def _bound(context: Context, option: Option) -> Inline:
    staffed = context.facts.schedules.options[option.id]
    parts = f"critical path {figures.days(staffed.floor.critical)}, work {figures.days(staffed.floor.work)}"
    return (_floor(context, staffed), " ", Small(parts))


def _floor(context: Context, staffed: Staffed) -> str:
    """What no schedule and no run beats."""
    return _weeks(context, staffed.now + staffed.floor.days)


def _weeks(context: Context, days: Fraction) -> str:
    weeks = round(context.facts.schedules.days.weeks(days), 2)
    return f"{float(weeks):g} {'week' if weeks == 1 else 'weeks'}"


def _levels(context: Context, option: Option) -> Inline:
    chances = context.facts.schedules.option_odds.get(option.id)
    return joined(_weeks(context, level) for level in chances.plan) if chances else NOTHING


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
        f"{chances.within(Fraction(calendar.until(int(end)))):.0%} within {end:f} weeks"
        for end in dict.fromkeys(span.ends)
    )


@macro
def best_schedules(context: Context) -> Content:
    """Who does what on which days of the plan in the best schedule for the people of each option."""
    return by_choice(context, lambda options: _best_of(context, options))


def _best_of(context: Context, options: Sequence[Option]) -> Content:
    schedules = context.facts.schedules.options
    rows = [
        row(f"Option {option.id}", member.name, _work(context, schedules[option.id], n))
        for option in options
        if option.id in schedules
        for n, member in enumerate(schedules[option.id].members)
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
            float(calendar.weeks(staffed.end)),
            _weeks(context, staffed.end),
        )
        for staffed in by_number
    ]
    if not by_number:
        return ()
    desc = "The shortest schedule found for each number of people who can do everything and work full time."
    caption = Caption("Weeks by number of people", desc, "people")
    rows = [
        row(
            len(staffed.members),
            _weeks(context, staffed.end),
            _floor(context, staffed),
            _quality(context, staffed),
        )
        for staffed in by_number
    ]
    columns = [*map(Numbers, ("People", "Best schedule", "Lower bound, with the least efforts")), "How good it is"]
    return (Figure(range_bars(ranges, "week", caption), caption.title), table(caption.title, columns, rows))


@macro
def schedule_notes(context: Context) -> Content:
    """What the computed schedules assume, and what they leave out; without a schedule, what to state to get one."""
    if context.facts.schedules.exist:
        return items(_notes(context))
    return Paragraph((*_coded(no_schedule(context.facts)), *_without_effort(context)))


def _without_effort(context: Context) -> Iterator[Inline]:
    """Which sprints have no effort; where all of them have none, that is no news."""
    schedules = context.facts.schedules
    if schedules.without_effort != schedules.open:
        yield from (" Without effort: ", sprint_links(context, schedules.without_effort, most=_MOST_STINTS), ".")


def _coded(sentence: str) -> tuple[Inline, ...]:
    """A sentence of ours with what stands between backticks as code."""
    return tuple(Code(part) if n % 2 else part for n, part in enumerate(sentence.split("`")))


def _notes(context: Context) -> Iterator[str]:
    facts, plan = context.facts, context.facts.plan
    schedules = facts.schedules
    origins = [schedules.efforts[id_].origin for id_ in schedules.open]
    for origin, means in MEANS.items():
        if number := origins.count(origin):
            units = figures.count(number, plan.unit.one.lower(), plan.unit.many.lower())
            yield f"The effort of {units} is {plan.worded(means)}."
    yield plan.worded(
        "One person does one sprint at a time, alone and in one go; only hard dependencies are waited for;"
        f" {'phases and owners' if plan.phases else 'owners'} are not counted."
    )
    if schedules.has_begun:
        yield _counted_from(context)
    yield "The best schedule uses the middle or likeliest effort; the odds draw from the whole range."
    unskilled = sum(bool(staffed.unskilled) for staffed in facts.schedules.options.values())
    if unskilled:
        yield f"In {figures.count(unskilled, 'option')} nobody has the skills for some of the work: anyone does it."
    if not solver.available():
        yield "The solver is not installed (masterplan[schedule]): schedules come from lists; some may not be shortest."
    if not odds.available():
        yield "NumPy is not installed (masterplan[schedule]): the odds are left out."


def _counted_from(context: Context) -> str:
    """How what is over and what has begun counts."""
    plan = context.facts.plan
    if plan.start and context.facts.today:
        return f"What is left starts on {context.facts.today} at the earliest; days are counted from the plan's start."
    return "Only what is left is scheduled, from today on: without a start date nobody knows how long the rest took."


@macro
def value_table(context: Context) -> Content:
    """The options ranked by what they have saved when the slowest of them ends, as drawn and scheduled shortest."""
    plan, kept = context.facts.plan, context.facts.kept
    if not plan.options and context.facts.monthly_savings is None:
        return ()
    lasts = [(staffing.option, ends(staffing)) for staffing in context.facts.staffing]
    horizon = max((last for _, by_sprint in lasts for last in by_sprint.values()), default=0)
    ranked = [(option, sums) for option, last in lasts if (sums := accrued(kept, option.id, last, horizon))]
    ranked.sort(key=lambda pair: -(pair[1].low[-1] + pair[1].high[-1]))
    if not ranked:
        return Paragraph(_delay(context))
    drawn, shortest = Numbers(f"Saved by week {horizon}, as drawn"), Numbers("The same, shortest schedule")
    note = " The shortest schedule is made to end early, not to save early." if context.facts.schedules.exist else ""
    columns = ["Option, most saved first", drawn, shortest]

    def valued(options: Sequence[Option]) -> Content:
        rows = [
            row(named(f"Option {option.id}", option.title), _saved(sums), _best_saved(context, option, horizon))
            for option, sums in ranked
            if option in options
        ]
        return table("Value over time", columns, rows)

    return (by_choice(context, valued), Paragraph(f"{_delay(context)}{note}"))


def _best_saved(context: Context, option: Option, horizon: int) -> Inline:
    schedules = context.facts.schedules
    staffed = schedules.options.get(option.id)
    if staffed is None:
        return NOTHING
    return _saved(accrued(context.facts.kept, option.id, schedules.last_weeks(staffed), horizon))


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
    if not schedules.exist:
        return ()
    rows = [
        row(
            sprint_link(context, id_, titled=True),
            effort_days(schedules.left[id_]),
            _start(times),
            "critical" if times.is_critical else figures.days(times.total_slack),
            figures.days(times.free_slack),
        )
        for id_, times in list(schedules.network.times.items())[:MOST_ROWS]
    ]
    columns = [plan.unit.one, *map(Numbers, ("Effort, days", "Start", "Slack", "Free slack"))]
    path = Paragraph(("Critical path: ", _path(context), f" ({figures.days(schedules.network.end - schedules.now)})."))
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
    low, high = (figures.as_decimal(value).normalize() for value in (effort.low, effort.high))
    return amount(low, high).text


def _start(times: Times) -> str:
    """Earliest and latest start as working days of the plan, the first being day 1."""
    return working_days(times.early_start, Fraction(floor(times.late_start) + 1))


@macro
def odds_table(context: Context) -> Content:
    """When each sprint ends in so many of 100 runs of the main schedule, and in how many it drives the plan's end."""
    schedules, plan = context.facts.schedules, context.facts.plan
    chances = schedules.main_odds
    if schedules.main is None:
        return ()
    if chances is None:
        return Paragraph("There are no odds: they need NumPy (masterplan[schedule]).")
    whose, staffed = schedules.main
    rows = [
        row(
            sprint_link(context, id_, titled=True),
            _day(staffed.stints[id_].end),
            *map(_day, chances.ends[id_]),
            f"{chances.drives[id_]:.0%}",
        )
        for id_ in list(schedules.network.times)[:MOST_ROWS]
    ]
    levels = (f"{level} of 100" for level in odds.PERCENTILES)
    columns = [plan.unit.one, *map(Numbers, ("As scheduled", *levels, "Drives"))]
    foot = [row("The whole plan", _day(staffed.end), *map(_day, chances.plan), NOTHING)]
    return table(f"Odds of the best schedule for {whose}", columns, rows, foot=foot)


def _day(end: Fraction) -> str:
    """The working day of the plan, from 1, on which something ends that ends then."""
    return f"day {max(ceil(end), 1)}"


@macro
def why_it_is_then(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """Why a sprint is when it is: what holds it, its slack, and the smallest change that would move it."""
    id_ = context.sprint(sprint).id
    if context.facts.standings[id_].is_open and not context.facts.schedules.exist:
        return schedule_notes(context)
    return Box(items(why_then(context.facts, id_)), searched=False)
