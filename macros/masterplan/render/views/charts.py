"""Charts of weeks: phases and options on one scale, so that they can be compared."""

from datetime import timedelta

from masterplan.analyse import figures
from masterplan.model.plan import Option, Phase, Work
from masterplan.model.weeks import Weeks
from masterplan.render.blocks import Content, Figure
from masterplan.render.compose import anchor
from masterplan.render.diagrams.scene import Arrow, Caption
from masterplan.render.diagrams.weeks import Bar, Kind, Lane, Scale
from masterplan.render.diagrams.weeks import week_chart as draw
from masterplan.render.macro import Context
from masterplan.render.views.widgets import STATES, standing_word

MOST_BARS = 12
"""A phase of more sprints than this is one bar."""
MOST_DRAWN = 150
"""In an option of more sprints than this all that somebody does in the same weeks is one bar."""
MOST_LANES = 60
"""A chart shows at most so many lanes; the rest is in the table beside it."""


def phases_chart(context: Context) -> Content:
    """The phases, a lane each, with a bar for every sprint as long as the phase's window; nothing without phases."""
    plan = context.facts.plan
    if not plan.phases:
        return ()
    lanes = [_phase_lane(context, phase) for phase in plan.phases[:MOST_LANES]]
    title = f"{figures.count(len(plan.phases), plan.group.one.lower(), plan.group.many.lower())} by week"
    desc = plan.worded("A sprint without weeks of its own is as long as its phase.")
    return _chart(context, lanes, title, desc, "phases")


def option_chart(context: Context, option: Option) -> Figure:
    """One option, a lane for each person."""
    drawn = sum(len(work.sprints) for lane in option.people for work in lane.work)
    bars = _work_bar if drawn > MOST_DRAWN else _work_bars
    lanes = [
        Lane(lane.name, [bar for work in lane.work for bar in bars(context, work)])
        for lane in option.people[:MOST_LANES]
    ]
    title = f"Option {option.id}: {option.title}, by week"
    return _chart(context, lanes, title, "A lane for each person.", f"option-{option.id}")


def _chart(context: Context, lanes: list[Lane], title: str, desc: str, name: str) -> Figure:
    drawn = {bar.key for lane in lanes for bar in lane.bars if bar.key}
    links = [
        Arrow(edge.needs, edge.sprint, edge.strength, edge.reason)
        for edge in context.facts.graph.edges
        if edge.needs in drawn and edge.sprint in drawn
    ]
    return Figure(draw(lanes, _scale(context), Caption(title, desc, anchor("weeks", name)), links), title)


def _scale(context: Context) -> Scale:
    """All weeks that any phase or option names; dates above them once the plan has a start."""
    plan, today = context.facts.plan, context.facts.today
    spans = [figures.phases_span(plan), *map(figures.option_span, plan.options)]
    last = max((span.last for span in spans if span), default=1)
    start = plan.header.start
    if start is None:
        return Scale(last)
    labels = [(start + timedelta(weeks=n)).isoformat() for n in range(last)]
    return Scale(last, labels, (today - start).days / 7 if today and 0 <= (today - start).days <= 7 * last else None)


def _phase_lane(context: Context, phase: Phase) -> Lane:
    unit = context.facts.plan.unit
    label = f"{context.facts.plan.group_name(phase.id)}: {phase.title}"
    if len(phase.sprints) > MOST_BARS or not phase.sprints:
        words = figures.count(len(phase.sprints), unit.one.lower(), unit.many.lower())
        return Lane(
            label,
            [Bar(phase.weeks.first, phase.weeks.last, words, title=f"{label}, {phase.weeks.named}", kind="phase")],
        )
    return Lane(label, [_sprint_bar(context, id_, phase.weeks, "derived") for id_ in phase.sprints])


def _work_bar(context: Context, work: Work) -> list[Bar]:
    """All that somebody does in the same weeks as one bar."""
    if not work.sprints:
        return _work_bars(context, work)
    unit = context.facts.plan.unit
    words = figures.count(len(work.sprints), unit.one.lower(), unit.many.lower())
    return [Bar(work.weeks.first, work.weeks.last, words, title=f"{words}, {work.weeks.named}", kind="phase")]


def _work_bars(context: Context, work: Work) -> list[Bar]:
    bars = [_sprint_bar(context, id_, work.weeks, "sprint") for id_ in work.sprints]
    if work.supports:
        names = ", ".join(context.facts.plan.name(id_) for id_ in work.supports)
        words = work.task or f"Support {names}"
        bars.append(Bar(work.weeks.first, work.weeks.last, words, title=f"{words}, {work.weeks.named}", kind="support"))
    elif not bars:
        words = work.task or ""
        bars.append(Bar(work.weeks.first, work.weeks.last, words, title=f"{words}, {work.weeks.named}", kind="support"))
    return bars


def _sprint_bar(context: Context, id_: str, window: Weeks, kind: Kind) -> Bar:
    facts = context.facts
    standing = facts.standings[id_]
    word = standing_word(standing)
    sprint = facts.plan.sprints[id_]
    name = f"{facts.plan.name(id_)}: {sprint.title}"
    return Bar(
        window.first,
        window.last,
        f"{facts.plan.name(id_)}: {sprint.short or sprint.title}",
        context.links.svg(context.links.sprints[id_]),
        f"{name}, {window.named}, {word}",
        kind,
        STATES[word],
        standing.percent / 100,
        id_,
    )
