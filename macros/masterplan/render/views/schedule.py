"""When things can be done: staffing computed beside what is declared, odds, value over time, and why then."""

from collections.abc import Iterator
from decimal import Decimal

from markupsafe import Markup

from masterplan.analyse import figures
from masterplan.analyse.audit.judgement import Verdict, stated_amount
from masterplan.analyse.savings import Accrual, accrued, ends
from masterplan.analyse.schedule import Staffed, odds, solver
from masterplan.analyse.schedule.effort import MEANS
from masterplan.model.naming import Subject
from masterplan.model.plan import Option
from masterplan.model.quantity import Quantity, amount
from masterplan.render.diagrams.bars import Range, range_bars
from masterplan.render.diagrams.scene import Caption
from masterplan.render.html import NOTHING, figure, joined, list_of, named, small, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Numbers, Row, stated, table
from masterplan.render.views.widgets import outcome_chip, quantity, sprint_link
from masterplan.render.why import days, working_days

MOST_STINTS = 12
"""A table of schedules shows at most so much of one person's work."""


@macro
def staffing_table(context: Context) -> str:
    """Each option as declared, as drawn, and as the best schedule for the same people, with lower bound and odds."""
    plan = context.facts.plan
    shown = [option for option in plan.options if option.id in context.facts.schedules.options]
    rows = [
        Row([label, *(cell(context, option) for option in shown)])
        for label, cell in (
            ("People", lambda _, option: len(option.people)),
            ("Timeline, as declared", declared),
            ("Weeks, as drawn", lambda _, option: quantity(figures.weeks(figures.option_span(option)))),
            ("Best schedule for the same people", _best),
            ("Lower bound", _bound),
            ("Odds: 50, 80, 95 of 100 runs end within", _levels),
            ("Odds of the declared timeline", _chance),
        )
        if shown
    ]
    return table("Staffing, declared and computed", ["", *(f"Option {option.id}" for option in shown)], stated(rows))


def declared(context: Context, option: Option) -> Markup:
    """The timelines that the authors claim for an option, with the verdicts."""
    found = _timelines(context, option)
    return joined(Markup("{} {}").format(text(v.declared.says), outcome_chip(v)) for v in found)


def _timelines(context: Context, option: Option) -> list[Verdict]:
    about = context.facts.verdicts
    return [v for v in about if v.subject == Subject("option", option.id) and v.declared.claim == "duration"]


def _best(context: Context, option: Option) -> Markup:
    found = context.facts.schedules.options[option.id]
    return Markup("{} {}").format(_weeks(context, found.length), small(_quality(found)))


def _quality(found: Staffed) -> str:
    """How good a schedule is: proved shortest, or how much shorter one could be at most."""
    if found.schedule.proved:
        return "no schedule is shorter"
    return f"a schedule could be {days(found.schedule.gap)} shorter at most"


def _bound(context: Context, option: Option) -> Markup:
    found = context.facts.schedules.options[option.id]
    parts = f"critical path {days(found.critical)}, work {days(found.work)}"
    return Markup("{} {}").format(_weeks(context, found.schedule.bound), small(parts))


def _weeks(context: Context, ticks: int) -> str:
    weeks = context.facts.schedules.days.weeks(ticks).quantize(Decimal("0.01")).normalize()
    return f"{weeks:f} {'week' if weeks == 1 else 'weeks'}"


def _levels(context: Context, option: Option) -> Markup:
    found = context.facts.schedules.option_odds.get(option.id)
    return joined(_weeks(context, round(level)) for level in found.plan) if found else NOTHING


def _chance(context: Context, option: Option) -> Markup:
    """How often the plan ends within each end of the timeline that the authors claim."""
    found = context.facts.schedules.option_odds.get(option.id)
    claims = [v.declared for v in _timelines(context, option)]
    mark = context.facts.plan.header.decimal
    spans = [span for each in claims if (span := stated_amount(each, mark)).unit == "week"]
    return joined(_odds_of(context, found, each) for each in spans) if found else NOTHING


def _odds_of(context: Context, found: odds.Odds, span: Quantity) -> Markup:
    calendar = context.facts.schedules.days
    said = (f"{found.within(calendar.until(int(end))):.0%} within {end:f} weeks" for end in dict.fromkeys(span.ends))
    return joined(said)


@macro
def best_schedules(context: Context) -> str:
    """Who does what on which days of the plan in the best schedule for the people of each option."""
    rows = [
        Row([f"Option {id_}", member.name, _work(context, found, n)])
        for id_, found in context.facts.schedules.options.items()
        for n, member in enumerate(found.members)
    ]
    return table("Best schedules", ["Option", "Who", "What, one after another"], rows)


def _work(context: Context, found: Staffed, member: int) -> Markup:
    stints = sorted((each for each in found.stints.values() if each.member == member), key=lambda each: each.start)
    shown = [
        Markup("{} {}").format(sprint_link(context, each.sprint), small(working_days(each.start, each.end)))
        for each in stints[:MOST_STINTS]
    ]
    return joined([*shown, f"{len(stints) - MOST_STINTS} more"] if stints[MOST_STINTS:] else shown)


@macro
def people_chart(context: Context) -> str:
    """Weeks against the number of people: the best schedule for one person, for two, and so on."""
    calendar = context.facts.schedules.days
    found = context.facts.schedules.by_number
    ranges = [
        Range(
            figures.count(len(each.members), "person", "people"),
            0.0,
            float(calendar.weeks(each.length)),
            _weeks(context, each.length),
        )
        for each in found
    ]
    desc = "The shortest schedule found for each number of people who can do everything and work full time."
    caption = Caption("Weeks by number of people", desc, "people")
    rows = [
        Row([len(each.members), _weeks(context, each.length), _weeks(context, each.schedule.bound), _quality(each)])
        for each in found
    ]
    columns = [Numbers("People"), Numbers("Best schedule"), Numbers("Lower bound"), "How good it is"]
    return Markup("{}\n\n{}").format(
        figure(range_bars(ranges, "week", caption), caption.title), table(caption.title, columns, rows)
    )


@macro
def schedule_notes(context: Context) -> str:
    """What the computed schedules assume, and what they leave out."""
    return list_of(_notes(context))


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
    unskilled = sum(bool(each.unskilled) for each in facts.schedules.options.values())
    if unskilled:
        yield f"In {figures.count(unskilled, 'option')} nobody has the skills for some of the work: anyone does it."
    if not solver.available():
        yield "The solver is not installed (masterplan[schedule]): schedules come from lists; some may not be shortest."
    if not odds.available():
        yield "NumPy is not installed (masterplan[schedule]): the odds are left out."


@macro
def value_table(context: Context) -> str:
    """The options ranked by what they have saved when the slowest of them ends, as drawn and scheduled shortest."""
    plan = context.facts.plan
    if not plan.options and context.facts.monthly_savings is None:
        return Markup("")
    spans = [span.last for span in map(figures.option_span, plan.options) if span]
    horizon = max(spans, default=0)
    ranked = [
        (option, found)
        for option in plan.options
        if (found := accrued(context.facts.kept, option.id, ends(option), horizon))
    ]
    ranked.sort(key=lambda pair: -(pair[1].low[-1] + pair[1].high[-1]))
    rows = [
        Row([named(f"Option {option.id}", option.title), _saved(found), _best_saved(context, option, horizon)])
        for option, found in ranked
    ]
    if not rows:
        return Markup("<p>{}</p>").format(text(_delay(context)))
    columns = [
        "Option, most saved first",
        Numbers(f"Saved by week {horizon}, as drawn"),
        Numbers("The same, shortest schedule"),
    ]
    said = f"{_delay(context)} The shortest schedule is made to end early, not to save early."
    return Markup("{}\n\n<p>{}</p>").format(table("Value over time", columns, rows), text(said))


def _best_saved(context: Context, option: Option, horizon: int) -> Markup:
    schedules = context.facts.schedules
    found = schedules.options.get(option.id)
    last = {id_: schedules.days.week(stint.end) for id_, stint in found.stints.items()} if found else {}
    return _saved(accrued(context.facts.kept, option.id, last, horizon))


def _saved(found: Accrual | None) -> Markup:
    return text(found.by(-1).text) if found else NOTHING


def _delay(context: Context) -> str:
    """The cost of delay: what each week in which nothing is done yet leaves unsaved."""
    monthly = context.facts.monthly_savings
    if monthly is None:
        return "Nothing is known of the cost of delay: no savings are stated that could be added up, in one currency."
    low, high = ((end * 12 / 52).quantize(Decimal(1)) for end in monthly.ends)
    weekly = amount(low, high, monthly.unit, mark=monthly.mark).text
    return f"Cost of delay: every week by which the whole plan is done later leaves {weekly} unsaved."
