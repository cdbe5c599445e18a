"""Week charts: the whole plan by phase, or an option by person, and the same as a list for narrow screens.

Bars show when work is planned; stripes extend a late bar to today. A plan of many sprints has one bar per phase, and
phases that are over or far ahead share a bar.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import takewhile
from math import ceil
from typing import Annotated, Literal

from masterplan.analyse import Facts, figures
from masterplan.analyse.progress import any_begun, tally
from masterplan.model.option import Option, Work
from masterplan.model.plan import Phase, Plan
from masterplan.model.window import TimeWindow, day_in_words
from masterplan.render.blocks import Content, Figure, Flow, Hyperlink, Inline, Paragraph, Small
from masterplan.render.compose import anchor, items
from masterplan.render.diagrams.diamonds import Diamond
from masterplan.render.diagrams.nodes import Look
from masterplan.render.diagrams.scene import Arrow, Caption
from masterplan.render.diagrams.weeks import Moment, Scale, WeekBar, WeekLane
from masterplan.render.diagrams.weeks import draw_weeks as draw
from masterplan.render.links import ALL_SPRINTS, phase_path
from masterplan.render.macro import Context, macro
from masterplan.render.views.dependencies import MOST_DRAWN
from masterplan.render.views.widgets import (
    MILESTONES,
    STATES,
    milestone_link,
    phase_dates,
    sprint_link,
    standing_chip,
    standing_word,
    window_dates,
)

_MOST_BARS = 40
"""Sprints with a bar each; a larger plan has one bar per phase."""

_MOST_LANES = 8
"""Phases of a large plan with a lane each; finished phases share one lane, and so do later ones."""

_MOST_UNPHASED = 40
"""Most lanes for sprints without a phase, or for the people of an option."""

_MOST_ARROWS = 16
"""Dependencies that a chart draws; with more it draws none: the dependency diagram has them all."""

_Chart = Literal["phases", "option"]


@macro
def week_chart(context: Context, of: Annotated[str, "phases, or the id of an option."] = "phases") -> Content:
    """A week chart of the phases and milestones, or of one option with a lane for each person."""
    return phases_chart(context) if of == "phases" else option_chart(context, context.option(of))


def phases_chart(context: Context, most_bars: int = _MOST_BARS) -> Content:
    """A lane for each phase, for each sprint without a phase, and for the milestones.

    The phases of a plan of more than `most_bars` sprints have one bar each.
    """
    facts, plan = context.facts, context.facts.plan
    lanes = _phase_lanes(context) if len(plan.sprints) > most_bars else [_lane(context, phase) for phase in plan.phases]
    lanes += [_own_lane(context, id_) for id_ in _unphased(plan)]
    if not any(lane.bars for lane in lanes) and not _milestone_lane(context):
        return ()
    return _chart(context, lanes, _whole_title(facts), "phases", _listed(context))


def _unphased(plan: Plan) -> Sequence[str]:
    """The sprints with a window but no phase, up to the number that the chart draws."""
    return [id_ for id_ in plan.sprints if id_ not in plan.phase_of and plan.planned(id_)][:_MOST_UNPHASED]


def _whole_title(facts: Facts) -> str:
    """The title of the chart of the whole plan."""
    plan = facts.plan
    done, number = tally(facts.standings, plan.ids)
    units = figures.units_counted(number, plan.unit)
    late = len(facts.status.overdue)
    return f"{done} of {units} done{f', {late} late' if late else ''}" if plan.sprints else "Milestones by week"


def option_chart(context: Context, option: Option, listed: Flow = ()) -> Content:
    """One option, with a lane for each person; empty without work. On narrow screens `listed` replaces the chart."""
    drawn = sum(len(work.sprints) for lane in option.people for work in lane.work)
    bars = _work_bar if drawn > MOST_DRAWN else _work_bars
    lanes = [
        WeekLane(lane.name, [bar for work in lane.work for bar in bars(context, work)])
        for lane in option.people[:_MOST_UNPHASED]
    ]
    if not any(lane.bars for lane in lanes):
        return ()
    return _chart(context, lanes, f"{option.heading}, by week", f"option-{option.id}", listed)


def _chart(context: Context, lanes: list[WeekLane], title: str, name: str, listed: Flow) -> Figure:
    all_lanes = [*lanes, *(_milestone_lane(context) if name == "phases" else ())]
    drawn = {bar.key for lane in lanes for bar in lane.bars if bar.key}
    edges = [edge for edge in context.facts.graph.edges if edge.needs in drawn and edge.sprint in drawn]
    links = [Arrow(edge.needs, edge.sprint, edge.strength, edge.reason, through=edge.through) for edge in edges]
    desc = "Bars show the planned weeks, stripes a delay."
    caption = Caption(title, desc, anchor("weeks", name))
    scale = _scale(context.facts, "phases" if name == "phases" else "option")
    return Figure(partial(draw, all_lanes, scale, caption, links if len(links) <= _MOST_ARROWS else ()), title, listed)


# Lanes and bars


def _lane(context: Context, phase: Phase) -> WeekLane:
    label = context.facts.plan.phase_heading(phase)
    return WeekLane(label, _sprint_bars(context, phase.sprints) or _phase_bars(context, phase))


def _own_lane(context: Context, id_: str) -> WeekLane:
    """The lane of a sprint without a phase, with its name as the heading and its title as the label of its bar."""
    name = context.facts.plan.name(id_)
    bars = _sprint_bars(context, [id_])
    return WeekLane(name, [replace(bar, label=bar.label.removeprefix(f"{name}: "), brief="") for bar in bars])


def _sprint_bars(context: Context, ids: Iterable[str]) -> list[WeekBar]:
    planned = ((id_, context.facts.plan.planned(id_)) for id_ in ids)
    return [_sprint_bar(context, id_, period.window) for id_, period in planned if period]


def _phase_lanes(context: Context) -> list[WeekLane]:
    """The lanes of a large plan: one for each current and next phase, one for finished phases, one for later ones."""
    facts = context.facts
    over, current, later = _by_time(facts)
    return [
        *_combined(context, over, "all done", "done"),
        *(WeekLane(facts.plan.group_name(phase.id), _phase_bars(context, phase)) for phase in current),
        *_combined(context, later, "planned", "planned"),
    ]


def _by_time(facts: Facts) -> tuple[Sequence[Phase], Sequence[Phase], Sequence[Phase]]:
    """The phases of a large plan: finished, current and next, and later ones."""
    phases = facts.plan.phases
    over = list(takewhile(lambda phase: _tally(facts, phase)[0] == _tally(facts, phase)[1], phases))
    if len(phases) <= _MOST_LANES or len(over) < 2:  # noqa: PLR2004 - one needs no summary
        over = []
    rest = phases[len(over) :]
    return over, rest[:_MOST_LANES], rest[_MOST_LANES:]


def _sum_up(facts: Facts, phases: Sequence[Phase], words: str) -> tuple[str, str]:
    """The number of several phases and of their sprints, with their common state."""
    number = sum(len(phase.sprints) for phase in phases)
    return (
        figures.units_counted(len(phases), facts.plan.group),
        f"{figures.units_counted(number, facts.plan.unit)}, {words}",
    )


def _combined(context: Context, phases: Sequence[Phase], words: str, state: Look) -> list[WeekLane]:
    """Several phases as one bar."""
    facts = context.facts
    windows = [window for phase in phases for window in facts.plan.windows_of(phase)]
    if not (period := facts.plan.timeline.hull(windows)):
        return []
    lane, label = _sum_up(facts, phases, words)
    when = figures.window_in_words(period.window, facts.today)
    title, href = f"{lane}: {label}, {when}", context.links.svg(ALL_SPRINTS)
    done = 1.0 if state == "done" else 0.0
    return [WeekLane(lane, [WeekBar(*_place(facts, period.window), label, href, title, "phase", state, done)])]


def _tally(facts: Facts, phase: Phase) -> tuple[int, int]:
    return tally(facts.standings, phase.sprints)


def _phase_bars(context: Context, phase: Phase) -> list[WeekBar]:
    """A phase as one bar, with the number of its sprints that are done, blocked and late."""
    facts = context.facts
    period = facts.plan.period_of_phase(phase)
    if not period:
        return []
    done, number = _tally(facts, phase)
    late = facts.status.days_overdue.keys() & set(phase.sprints)
    standings = [facts.standings[id_] for id_ in phase.sprints]
    blocked = sum(standing.state == "blocked" for standing in standings)
    counts = ((f"{done} of {number} done", number), (f"{blocked} blocked", blocked), (f"{len(late)} late", len(late)))
    note = ", ".join(words for words, count in counts if count)
    is_done = bool(number) and done == number
    state: Look = "blocked" if blocked else "done" if is_done else "active" if any_begun(standings) else "planned"
    name, place = facts.plan.group_name(phase.id), _phase_place(context, phase)
    return [
        WeekBar(
            *_place(facts, period.window),
            f"{phase.title}: {note}" if note else phase.title,
            context.links.svg(*place) if place else None,
            f"{name}: {phase.title}, {figures.window_in_words(period.window, facts.today)}, {note}",
            "phase",
            state,
            done / number if number else 0.0,
            brief=note,
            late_until=_today(facts) if late else None,
        )
    ]


def _phase_place(context: Context, phase: Phase) -> tuple[str, str] | None:
    """The page and anchor that describe a phase: a separate page in a very large plan."""
    if len(context.facts.plan.sprints) > MOST_DRAWN:
        return phase_path(phase.id), ""
    page = context.pages.get("roadmap")
    return (page[0], anchor("phase", phase.id)) if page else None


def _sprint_bar(context: Context, id_: str, window: TimeWindow, chart: _Chart = "phases") -> WeekBar:
    facts = context.facts
    standing, sprint, name = facts.standings[id_], facts.plan.sprints[id_], facts.plan.name(id_)
    word, days = standing_word(standing), facts.status.days_overdue.get(id_, 0) if chart == "phases" else 0
    late = figures.how_late(days) if days else ""
    notes = [word] if word in {"blocked", "dropped", "deferred"} else []
    notes += [f"{standing.percent}%"] if standing.is_open and standing.percent else []
    return WeekBar(
        *_place(facts, window, chart),
        f"{name}: {sprint.short or sprint.title}",
        context.links.svg(context.links.sprints[id_]),
        ", ".join(filter(None, (f"{name}: {sprint.title}", figures.window_in_words(window, facts.today), word, late))),
        "sprint",
        STATES[word],
        standing.percent / 100,
        id_,
        name,
        ", ".join([*notes, *([late] if late else [])]),
        _today(facts) if days else None,
    )


def _work_bar(context: Context, work: Work) -> list[WeekBar]:
    """All work of a person in the same weeks as one bar."""
    if not work.sprints:
        return _work_bars(context, work)
    unit = context.facts.plan.unit
    words = figures.units_counted(len(work.sprints), unit)
    title = f"{words}, {figures.window_in_words(work.when, context.facts.today)}"
    return [WeekBar(*_place(context.facts, work.when, "option"), words, title=title, kind="phase")]


def _work_bars(context: Context, work: Work) -> list[WeekBar]:
    """A bar for each sprint that a person does, and one for other work."""
    plan, place = context.facts.plan, _place(context.facts, work.when, "option")
    bars = [_sprint_bar(context, id_, work.when, "option") for id_ in work.sprints]
    if work.supports or not bars:
        words = work.task or f"Support {', '.join(plan.name(id_) for id_ in work.supports)}"
        title = f"{words}, {figures.window_in_words(work.when, context.facts.today)}"
        bars.append(WeekBar(*place, words, title=title, kind="support"))
    return bars


def _milestone_lane(context: Context) -> list[WeekLane]:
    """A lane with the milestones that have a window, each at the end of its last day; empty without any."""
    facts, page, diamonds = context.facts, context.pages.get("roadmap"), []
    for id_, standing in facts.milestones.items():
        if standing.milestone.when:
            period, state = facts.plan.period(standing.milestone.when), standing.state
            passed = (period.begin if period.end is None else period.end) / 7 - _weeks(facts, "phases")[0]
            label = ", ".join([f"{id_}: {standing.milestone.title}", *([] if state == "open" else [state])])
            title = f"Milestone {label}, {figures.window_in_words(period.window, facts.today)}"
            href = context.links.svg(page[0], anchor("milestone", id_)) if page else None
            diamonds.append(Diamond(passed, label, href, title, MILESTONES[state][1]))
    return [WeekLane("Milestones", diamonds=diamonds)] if diamonds else []


# The scale


def _scale(facts: Facts, chart: _Chart) -> Scale:
    """The weeks of a chart. Once the plan has a start: their dates, today, and the forecast end."""
    plan = facts.plan
    first, weeks = _weeks(facts, chart)
    if plan.start is None:
        return Scale(weeks)
    days = [plan.timeline.date(7 * (first + n)) for n in range(weeks)]
    return Scale(weeks, [day_in_words(day, facts.today) if day else "" for day in days], list(_moments(facts, chart)))


def _moments(facts: Facts, chart: _Chart) -> Iterator[Moment]:
    """Today and the forecast end, as far as the chart covers them."""
    weeks = _weeks(facts, chart)[1]
    passed, forecast = _today(facts), _forecast(facts)
    if passed is not None and passed <= weeks and facts.today:
        yield Moment(passed, f"Today, {day_in_words(facts.today, facts.today)}")
        if forecast and chart == "phases":
            yield Moment(
                _passed(facts, forecast + timedelta(days=1)),
                f"Forecast end, {day_in_words(forecast, facts.today)}",
                "forecast",
            )


def _forecast(facts: Facts) -> date | None:
    """The forecast end of the plan, once it has begun."""
    return facts.schedules.forecast if facts.today and facts.schedules.has_begun else None


def _passed(facts: Facts, day: date) -> float:
    """The weeks from the chart's left edge to the beginning of a day, for a plan with a start."""
    return (day - (facts.plan.start or day)).days / 7 - _weeks(facts, "phases")[0]


def _today(facts: Facts) -> float | None:
    """The weeks from the chart's left edge to today; None before the plan's start or without one."""
    if facts.plan.start is None or facts.today is None or facts.today < facts.plan.start:
        return None
    return _passed(facts, facts.today)


@lru_cache(maxsize=4)
def _weeks(facts: Facts, chart: _Chart) -> tuple[int, int]:
    """The first week of a chart, counted from 0 at the plan's start, and its number of weeks; an open window has one.

    The chart of phases extends to today and the forecast end while work is open, but at most by half its length.
    """
    plan = facts.plan
    periods = list(map(plan.period, figures.windows(plan) if chart == "option" else _phase_windows(facts)))
    first = min([0, *(period.begin // 7 for period in periods)])
    last = max([1, *(period.last_week or period.begin // 7 + 1 for period in periods)])
    has_open = any(standing.is_open for standing in facts.standings.values())
    if chart == "phases" and plan.start and facts.today and has_open:
        days = [(day - plan.start).days // 7 + 1 for day in (facts.today, _forecast(facts)) if day]
        last = max(last, min(max(days), ceil(last * 1.5)))
    return first, last - first


def _phase_windows(facts: Facts) -> Iterator[TimeWindow]:
    """The windows in the chart of the whole plan: those of sprints, phases and milestones."""
    plan = facts.plan
    planned = map(plan.planned, plan.sprints)
    yield from (period.window for period in planned if period)
    yield from (phase.when for phase in plan.phases if phase.when)
    yield from (milestone.when for milestone in plan.milestones if milestone.when)


def _place(facts: Facts, window: TimeWindow, chart: _Chart = "phases") -> tuple[float, float]:
    """The first and last week of a bar, with fractions; an open window extends to the end of the chart."""
    period, (first, weeks) = facts.plan.period(window), _weeks(facts, chart)
    return period.begin / 7 - first + 1, weeks if period.end is None else period.end / 7 - first


# The same as a list


def _listed(context: Context) -> Flow:
    """The phases with their sprints or, in a large plan, the number done, and the milestones, as lists."""
    plan = context.facts.plan
    if len(plan.sprints) > _MOST_BARS:
        over, current, later = _by_time(context.facts)
        phases: Flow = items(
            [
                *([": ".join(_sum_up(context.facts, over, "all done"))] if over else []),
                *(_counted(context, phase) for phase in current),
                *([": ".join(_sum_up(context.facts, later, "planned"))] if later else []),
            ]
        )
    else:
        phases = tuple(part for phase in plan.phases for part in _of_phase(context, phase))
    milestones = [id_ for id_, standing in context.facts.milestones.items() if standing.milestone.when]
    title: Flow = Paragraph("Milestones", "title") if milestones else ()
    dated = items(_dated(context, id_) for id_ in _unphased(plan))
    return (phases, dated, title, items(_milestone(context, id_) for id_ in milestones))


def _counted(context: Context, phase: Phase) -> Inline:
    place, name = _phase_place(context, phase), context.facts.plan.phase_heading(phase)
    done, number = _tally(context.facts, phase)
    label: Inline = Hyperlink(context.links.to(*place), name) if place else name
    return (label, " ", Small((phase_dates(context, phase), f", {done} of {number} done")))


def _of_phase(context: Context, phase: Phase) -> tuple[Flow, ...]:
    dates = phase_dates(context, phase)
    title = (context.facts.plan.phase_heading(phase), *((", ", dates) if dates else ()))
    return (Paragraph(title, "title"), items(_dated(context, id_, phase) for id_ in phase.sprints))


def _dated(context: Context, id_: str, phase: Phase | None = None) -> Inline:
    """A sprint with its state, delay, and window unless it is that of its phase."""
    facts = context.facts
    period, days = facts.plan.planned(id_), facts.status.days_overdue.get(id_, 0)
    differs = period and not (phase and phase.when == period.window)
    when: Inline = (" ", Small(window_dates(context, period.window))) if period and differs else ()
    late: Inline = f", {figures.how_late(days)}" if days else ()
    return (sprint_link(context, id_, titled=True), " ", standing_chip(facts.standings[id_]), late, when)


def _milestone(context: Context, id_: str) -> Inline:
    standing = context.facts.milestones[id_]
    when = window_dates(context, standing.milestone.when)
    return (milestone_link(context, id_, titled=True), " ", Small(when))
