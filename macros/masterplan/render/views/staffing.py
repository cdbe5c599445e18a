"""Staffing options: the duration of the plan with each, compared and in detail."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import pairwise

from masterplan.analyse import figures
from masterplan.analyse.savings import Accrual, accrual_at, ends
from masterplan.analyse.schedule.staff import Staffed
from masterplan.model.option import Option
from masterplan.model.quantity import amount
from masterplan.render.blocks import (
    NOTHING,
    Content,
    Definitions,
    Figure,
    Folded,
    Inline,
    Numbers,
    Paragraph,
    Row,
    Section,
    Small,
    Table,
    is_empty,
)
from masterplan.render.compose import firsts_joined, joined, row, stated, table
from masterplan.render.diagrams.bars import Range, range_bars
from masterplan.render.diagrams.scene import Caption
from masterplan.render.macro import Context, macro
from masterplan.render.outlook import chance_within, claimed_timelines, is_over, length_until, outlook, promised_weeks
from masterplan.render.views import phases
from masterplan.render.views.schedule import odds_table, schedule_notes, schedule_table
from masterplan.render.views.widgets import by_choice, option_title, outcome_chip, sprint_link
from masterplan.render.why import working_days


@macro
def staffing_summary(context: Context) -> Content:
    """The plan's duration by number of people, and the likelihood of the promised timelines, in a few sentences."""
    schedules = context.facts.schedules
    if not schedules.open:
        return ()
    return Paragraph(outlook(context.facts)) if schedules.exist else schedule_notes(context)


@macro
def options(context: Context) -> Content:
    """The options compared, then each by week: the chosen or only option unfolded, others folded."""
    chart = _people_figure(context) if _is_open(context) else ()

    def view(options: Sequence[Option]) -> Content:
        if len(options) == 1:
            return phases.options_in_weeks(context, options, _facts(context, options[0]))
        return (_compared(context, options), chart, phases.options_in_weeks(context, options))

    return by_choice(context, view)


def _is_open(context: Context) -> bool:
    """Whether there are several options and none is chosen."""
    return context.facts.plan.option is None and len(context.facts.plan.options) > 1


@macro
def options_table(context: Context) -> Content:
    """The options compared: people, promised, planned and shortest duration, and the chance of meeting the promise."""
    return by_choice(context, lambda options: _compared(context, options))


def _compared(context: Context, options: Sequence[Option]) -> Content:
    titles = [option.heading for option in options]
    return table("Options", ["", *titles], _rows(context, options), transposed=True) if options else ()


def _facts(context: Context, option: Option) -> Definitions:
    """The facts that `options_table` compares, for one option."""
    pairs = (fact.cells for fact in _rows(context, [option]))
    return Definitions(tuple((label, value) for label, value in pairs if isinstance(label, str)))


def _rows(context: Context, options: Sequence[Option]) -> list[Row]:
    """The facts that are compared, one per row, without rows that are empty for all options."""
    plan = context.facts.plan
    rows = [
        row("People", *(len(option.people) for option in options)),
        row("Mode", *(option.mode for option in options)),
        row("Promised", *(_declared_timeline(context, option) for option in options)),
        row("Planned", *(figures.length_in_words(figures.option_span(plan, option)) for option in options)),
        row("Shortest possible", *(_shortest(context, option) for option in options)),
        row("Chance of meeting the promise", *(_chance(context, option) for option in options)),
    ]
    return stated(rows)


def _shortest(context: Context, option: Option) -> Inline:
    staffed = context.facts.schedules.options.get(option.id)
    return _weeks(context, staffed.end) if staffed else NOTHING


@macro
def staffing_table(context: Context) -> Content:
    """The schedules computed for the people of each option: shortest, lower bound, and likely durations."""
    return by_choice(context, lambda options: _staffing(context, options))


def _staffing(context: Context, candidates: Sequence[Option]) -> Content:
    options = [option for option in candidates if option.id in context.facts.schedules.options]
    rows = [
        row(f"Best schedule for the same people{_since(context)}", *(_best(context, option) for option in options)),
        row("Why it ends later than planned", *(_longer(context, option) for option in options)),
        row("Lower bound (lowest effort estimates)", *(_bound(context, option) for option in options)),
        row("Likely duration (50 / 80 / 95%)", *(_levels(context, option) for option in options)),
    ]
    headings = ["", *(option.name for option in options)]
    return table("Schedules of the options", headings, stated(rows), transposed=True)


def _declared_timeline(context: Context, option: Option) -> Inline:
    """The timelines that the authors claim for an option, with their outcomes."""
    return joined((claim.declared.says, " ", outcome_chip(claim)) for claim in claimed_timelines(context.facts, option))


def _best(context: Context, option: Option) -> Inline:
    staffed = context.facts.schedules.options[option.id]
    return (_weeks(context, staffed.end), " ", Small(_quality(context, staffed)))


def _longer(context: Context, option: Option) -> Inline:
    """Why the best schedule of an option is longer than its plan."""
    [staffing] = (staffing for staffing in context.facts.staffing if staffing.option.id == option.id)
    reasons = context.facts.schedules.obstacles(staffing)
    return Small("; ".join(reasons)) if reasons else NOTHING


def _quality(context: Context, staffed: Staffed) -> str:
    """How good a schedule is: proved shortest, or by how much a shorter one is possible at most."""
    efforts = context.facts.schedules.remaining.values()
    likeliest = " for the likeliest efforts" if any(effort.low < effort.high for effort in efforts) else ""
    if staffed.proved:
        return f"proved shortest{likeliest}"
    return f"at most {figures.days(staffed.gap)} longer than the shortest possible{likeliest}"


def _bound(context: Context, option: Option) -> Inline:
    staffed = context.facts.schedules.options[option.id]
    parts = f"critical path {figures.days(staffed.floor.critical)}, work {figures.days(staffed.floor.work)}"
    return (_floor(context, staffed), " ", Small(parts))


def _floor(context: Context, staffed: Staffed) -> str:
    """The duration that no schedule can beat."""
    return _weeks(context, staffed.now + staffed.floor.days)


def _weeks(context: Context, end: Fraction) -> str:
    """The time to an end, from today or from a later start of the plan."""
    return length_until(context.facts, end).text


def _since(context: Context) -> str:
    """The day from which durations count, once the plan has begun."""
    return ", from today on" if context.facts.schedules.now else ""


def _levels(context: Context, option: Option) -> Inline:
    chances = context.facts.schedules.option_odds.get(option.id)
    levels = [_weeks(context, level) for level in chances.plan] if chances else []
    return joined(levels if levels[1:] != levels[:-1] else levels[:1])


def _chance(context: Context, option: Option) -> Inline:
    """The chance that the plan ends within each limit of the claimed timeline that is still ahead."""
    facts, chances = context.facts, context.facts.schedules.option_odds.get(option.id)
    ends = [end for span in promised_weeks(facts, option) for end in dict.fromkeys(span.ends)]
    ahead = [end for end in ends if chances and not is_over(facts, end)]
    return joined(f"{chance_within(facts, chances, end):.0%} within {end:f} weeks" for end in ahead if chances)


_MOST_STINTS = 12
"""Sprints of one person that the table of schedules lists."""


@macro
def best_schedules(context: Context) -> Content:
    """Who does what on which days of the plan, in the best schedule for the people of each option."""
    return by_choice(context, lambda options: _best_of(context, options))


def _best_of(context: Context, options: Sequence[Option]) -> Content:
    schedules = context.facts.schedules.options
    rows = [
        row(option.name, member.name, _work(context, schedules[option.id], n))
        for option in options
        if option.id in schedules
        for n, member in enumerate(schedules[option.id].members)
    ]
    return table("Best schedules", ["Option", "Who", "Work, in order"], rows)


def _work(context: Context, staffed: Staffed, member: int) -> Inline:
    stints = sorted(
        (stint for stint in staffed.stints.values() if stint.member == member), key=lambda stint: stint.start
    )
    work: list[Inline] = [
        (sprint_link(context, stint.sprint), " ", Small(working_days(stint.start, stint.end))) for stint in stints
    ]
    return firsts_joined(work, _MOST_STINTS)


@macro
def people_chart(context: Context) -> Content:
    """The duration by number of people: the best schedule for one person, two people, and so on."""
    return (_people_figure(context), _people_table(context))


def _people_figure(context: Context) -> Content:
    schedules = context.facts.schedules
    calendar, by_number, now = schedules.days, schedules.by_number, schedules.now
    weeks = [float(calendar.weeks(staffed.end - now)) for staffed in by_number]
    ranges = [
        Range(figures.count(len(staffed.members), "person", "people"), end, end, _weeks(context, staffed.end))
        for staffed, end in zip(by_number, weeks, strict=True)
    ]
    desc = "The shortest schedule found for each number of people who can do everything and work full time."
    caption = Caption("Weeks by number of people", desc, "people")
    chart = partial(range_bars, ranges, "week", caption)
    return Figure(chart, caption.title, point=_people_point(context)) if len(ranges) > 1 else ()


def _people_point(context: Context) -> str:
    """The time that each further person saves."""
    schedules = context.facts.schedules
    saved = [(len(more.members), less.end - more.end) for less, more in pairwise(schedules.by_number)]
    ordinals = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    a_week = schedules.days.a_week
    gains = [(ordinals[n], figures.rounded(days, a_week).text) for n, days in saved if n in ordinals and days > 0]
    others = "".join(f", a {ordinal} {gain}" for ordinal, gain in gains[1:])
    return f"A {gains[0][0]} person saves {gains[0][1]}{others}" if gains else ""


def _people_table(context: Context) -> Table:
    rows = [
        row(len(staffed.members), _weeks(context, staffed.end), _floor(context, staffed), _quality(context, staffed))
        for staffed in context.facts.schedules.by_number
    ]
    columns = [
        *map(Numbers, ("People", "Best schedule", "Lower bound (lowest effort estimates)")),
        "Quality",
    ]
    return table("Weeks by number of people", columns, rows)


@macro
def value_table(context: Context) -> Content:
    """The options ranked by savings at the end of the slowest option, as planned and with the shortest schedule."""
    plan, sprints = context.facts.plan, context.facts.not_dropped
    if not plan.options and context.facts.monthly_savings is None:
        return ()
    lasts = [(staffing.option, ends(staffing)) for staffing in context.facts.staffing]
    horizon = max((last for _, by_sprint in lasts for last in by_sprint.values()), default=0)
    ranked = [(option, sums) for option, last in lasts if (sums := accrual_at(sprints, option.id, last, horizon))]
    ranked.sort(key=lambda pair: -pair[1].rank)
    if not ranked:
        return Paragraph(_delay(context))
    drawn, shortest = Numbers(f"Saved by week {horizon}, as planned"), Numbers("Saved with the shortest schedule")
    note = " The shortest schedule minimises duration, not savings." if context.facts.schedules.exist else ""
    columns = ["Option, highest savings first", drawn, shortest]

    def valued(options: Sequence[Option]) -> Content:
        rows = [
            row(option_title(option), _saved(sums), _best_saved(context, option, horizon))
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
    return _saved(accrual_at(context.facts.not_dropped, option.id, schedules.last_weeks(staffed), horizon))


def _saved(sums: Accrual | None) -> Inline:
    return sums.by(-1).text if sums else NOTHING


def _delay(context: Context) -> str:
    """The cost of delay: the savings lost by each week without work."""
    monthly = context.facts.monthly_savings
    if monthly is None:
        return "The cost of delay is unknown: no savings, or several currencies."
    low, high = ((end * 12 / 52).quantize(Decimal(1)) for end in monthly.ends)
    weekly = amount(low, high, monthly.unit, mark=monthly.mark).text
    return f"Each week of delay costs {weekly}."


@macro
def schedule_details(context: Context) -> Content:
    """A section with the details of all computed schedules, each folded; empty without a schedule."""
    has_options, has_effort = context.has("staffing"), context.has("effort")
    plan, by_number = context.facts.plan, _people_table(context) if _is_open(context) else people_chart(context)
    parts: list[tuple[bool, str, str, Content]] = [
        (has_effort, "people", "Duration by number of people", by_number),
        (
            has_options,
            "computed",
            "Schedules of the options, with bounds and likely durations",
            staffing_table(context),
        ),
        (has_options, "best", "Who does what in the best schedules", best_schedules(context)),
        (context.has("options") and context.has("savings"), "value", "Savings by option", value_table(context)),
        (has_effort, "odds", f"Likely end of each {plan.unit.one.lower()}", _odds(context)),
        (has_effort, "slack", "Critical path, earliest and latest start, slack", schedule_table(context)),
        (has_effort, "assumed", "What the schedules assume", schedule_notes(context)),
    ]
    present = ((name, title, body) for is_there, name, title, body in parts if is_there and not is_empty(body))
    folded = tuple(Folded(title, body, "more", anchor=name) for name, title, body in present)
    return Section(2, "Schedule details", "details", folded)


def _odds(context: Context) -> Content:
    meaning = (
        "The working day on which each ends: as scheduled, and with a likelihood of 50, 80 and 95%; then the chance"
        " that its delay delays the plan."
    )
    return (Paragraph(meaning), odds_table(context))
