"""Phases and options: what is done when, why in this order and by whom, as lists, tables and charts of weeks."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Annotated

from masterplan.analyse import Facts, figures
from masterplan.analyse.totals import SizeField, sizes_of, sums
from masterplan.model.option import Option, Work
from masterplan.model.plan import Phase, Plan, Reason
from masterplan.model.window import TimeWindow
from masterplan.render.blocks import (
    NOTHING,
    Box,
    Content,
    Definitions,
    Figure,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    ItemList,
    Paragraph,
    Section,
)
from masterplan.render.compose import anchor, items, joined, named, row, stated, table, under_titles
from masterplan.render.diagrams.diamonds import Diamond
from masterplan.render.diagrams.scene import Arrow, Caption
from masterplan.render.diagrams.weeks import BarKind, Scale, WeekBar, WeekLane
from masterplan.render.diagrams.weeks import draw_weeks as draw
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box
from masterplan.render.views.custom import own_facts
from masterplan.render.views.schedule import declared_timeline
from masterplan.render.views.scope import open_points, scope
from masterplan.render.views.tasks import beside_sum
from masterplan.render.views.widgets import (
    MILESTONES,
    MOST_LISTED,
    STATES,
    by_choice,
    lane_name,
    owner_links,
    phase_dates,
    sprint_link,
    sprint_links,
    standing_word,
    unit_link,
    unit_links,
    window_dates,
)

_MOST_BARS = 12
"""A phase of more sprints than this is one bar."""

_MOST_DRAWN = 150
"""In an option of more sprints than this all that somebody does in the same weeks is one bar."""

_MOST_LANES = 60
"""A chart shows at most so many lanes; the rest is in the table beside it."""


@macro
def phase_list(context: Context) -> Content:
    """Every phase with its weeks, its sprints with the reasons for their order, and what may run in parallel."""
    plan = context.facts.plan
    loose = (sprint_link(context, id_, titled=True) for id_ in plan.sprints if id_ not in plan.phase_of)
    rest = Section(3, f"In no {plan.group.one.lower()}", "no-phase", items(loose))
    return (*(_phase(context, phase) for phase in plan.phases), rest)


def _phase(context: Context, phase: Phase) -> Section:
    plan = context.facts.plan
    body = (
        Paragraph(dates) if (dates := phase_dates(plan, phase)) else (),
        phase_head(context, phase),
        _in_order(context, phase),
        under_titles([("In parallel", parallels(context, phase))]),
    )
    title = named(plan.group_name(phase.id), phase.title)
    return Section(3, title, anchor("phase", phase.id), Box(body, "phase"))


def _in_order(context: Context, phase: Phase) -> Flow:
    """The sprints of a phase, each with why it comes there, and the reasons that name no sprint of the phase."""
    within = [reason for reason in phase.why if reason.sprint in phase.sprints]
    others = [reason for reason in phase.why if reason not in within]
    sprints = (
        (
            sprint_link(context, id_, titled=True),
            *(f". {reason.text}" for reason in within if reason.sprint == id_),
        )
        for id_ in phase.sprints
    )
    return (items(sprints), under_titles([("Why in this order", order_reasons(context, others))]))


def phase_head(context: Context, phase: Phase) -> Flow:
    """What a phase is about, who is responsible, its size beside its sprints', its scope and what there is to read."""
    facts: tuple[tuple[str, Flow], ...] = (
        ("Owner", owner_links(context, phase.owner)),
        ("Effort", _size(context, phase, "effort")),
        ("Points", _size(context, phase, "points")),
        ("Labels", ", ".join(phase.labels)),
        *own_facts(context.facts.plan, "phase", phase.fields),
    )
    return (
        prose_box(phase.description),
        Definitions(tuple((label, value) for label, value in facts if value and value != NOTHING)),
        scope(phase),
        open_points(context, phase),
        items(Hyperlink(link.url, link.title) for link in phase.links),
    )


def _size(context: Context, phase: Phase, field: SizeField) -> Inline:
    """The effort or the points that a phase declares, and what its sprints add up to where that is another amount."""
    facts, stated = context.facts, getattr(phase, field)
    kept = [id_ for id_ in phase.sprints if not facts.standings[id_].is_dropped]
    ways = sums((sizes_of(facts.plan, id_, field) for id_ in kept), facts.plan.calendar) if stated else ()
    return beside_sum(facts.plan, stated, ways, facts.plan.unit.many.lower())


def order_reasons(context: Context, reasons: Iterable[Reason]) -> ItemList:
    """Why the sprints of a phase come in this order."""
    return items(
        (sprint_link(context, reason.sprint), ": ", reason.text) if reason.sprint else reason.text for reason in reasons
    )


def parallels(context: Context, phase: Phase) -> ItemList:
    """What may run beside what, as the authors claim it."""
    return items(
        (unit_link(context, one.sprint), " alongside ", unit_links(context, one.alongside), ": ", one.says)
        for one in phase.parallel
    )


@macro
def week_chart(context: Context, of: Annotated[str, "phases, or the id of an option."] = "phases") -> Content:
    """The weeks of the phases and milestones, or of one option with a lane for each person, as a chart."""
    return _phases_chart(context) if of == "phases" else _option_chart(context, context.option(of))


@macro
def waves(context: Context) -> Content:
    """Which sprints could run at the same time, by hard dependencies alone: each wave needs only those before it."""
    plan = context.facts.plan
    if not plan.sprints:
        return ()
    numbered = enumerate(context.facts.graph.hard_waves, 1)
    groups = f" or {plan.group.many.lower()}" if plan.phases else ""
    summary = f"What could run at the same time, without regard to people{groups}"
    listed = items((f"Wave {n}: ", sprint_links(context, wave, most=MOST_LISTED)) for n, wave in numbered)
    return Folded(summary, listed, "more", anchor="waves")


def sprint_weeks(context: Context, sprint: str) -> Content:
    """When a sprint is done: in its phase, and in each option by whom."""
    plan = context.facts.plan
    phase = plan.phase_of.get(sprint)
    own = plan.sprints[sprint].when
    spans: list[Flow] = [("By its own window: ", window_dates(plan, own))] if own else []
    dates = phase_dates(plan, phase) if phase else ()
    spans += [(f"{plan.group_name(phase.id)}: ", dates)] if phase and dates else []
    return (items(spans), by_choice(context, lambda options: items(_work_on(plan, sprint, options))))


def _work_on(plan: Plan, sprint: str, options: Sequence[Option]) -> Iterator[Flow]:
    """When options do a sprint or support it, and who."""
    for option in options:
        for lane in option.people:
            for work in lane.work:
                if sprint in work.sprints + work.supports:
                    role = work.task or ("supports it" if sprint in work.supports else "does it")
                    yield (f"Option {option.id}: ", window_dates(plan, work.when), ", ", lane.name, " (", role, ")")


@macro
def options_table(context: Context) -> Content:
    """The options side by side: people, claimed and computed length, and when each sprint is done."""
    return by_choice(context, lambda options: _compared(context, options))


def _compared(context: Context, options: Sequence[Option]) -> Content:
    plan = context.facts.plan
    rows = [
        row("People", *(len(option.people) for option in options)),
        row("Mode", *(option.mode for option in options)),
        row("Timeline, as declared", *(declared_timeline(context, option) for option in options)),
        row("Weeks, computed", *(figures.lasting(figures.option_span(plan, option)) for option in options)),
        *(
            row(sprint_link(context, id_, titled=True), *(_when(option, id_) for option in options))
            for id_ in plan.sprints
        ),
    ]
    headings = ["What", *(f"Option {option.id}: {option.title}" for option in options)]
    return table("Options", headings, stated(rows)) if options else ()


def _when(option: Option, sprint: str) -> Inline:
    """When an option does a sprint."""
    windows = (work.when for lane in option.people for work in lane.work if sprint in work.sprints)
    return joined(window.named for window in windows)


@macro
def option(context: Context, id: Annotated[str, "The option's id."]) -> Content:  # noqa: A002
    """One option: who does what in which weeks, as a chart and a table."""
    chosen = context.option(id)
    rows = [
        row(lane_name(context.facts.plan, lane), window_dates(context.facts.plan, work.when), _work(context, work))
        for lane in chosen.people
        for work in lane.work
    ]
    return (_option_chart(context, chosen), table(f"Option {chosen.id}", ["Who", "When", "What"], rows))


def _work(context: Context, work: Work) -> Inline:
    parts: list[Inline] = [sprint_links(context, work.sprints, titled=True)] if work.sprints else []
    if work.supports:
        parts.append((work.task or "Support", ": ", sprint_links(context, work.supports)))
    elif work.task:
        parts.append(work.task)
    return joined(parts, "; ")


@macro
def option_list(context: Context) -> Content:
    """Every option with its chart and table, one under the other; the chosen one first."""

    def listed(options: Sequence[Option]) -> Content:
        return tuple(
            Section(2, named(f"Option {about.id}", about.title), anchor("option", about.id), option(context, about.id))
            for about in options
        )

    return by_choice(context, listed)


def _phases_chart(context: Context) -> Content:
    """The phases, a lane each, with a bar for every sprint; a lane for each sprint without a phase; the milestones."""
    plan = context.facts.plan
    lanes = [_phase_lane(context, phase) for phase in plan.phases[:_MOST_LANES]]
    loose = {id_: sprint.when for id_, sprint in plan.sprints.items() if sprint.when and id_ not in plan.phase_of}
    lanes += [_sprint_lane(context, id_, when) for id_, when in loose.items()][: _MOST_LANES - len(lanes)]
    if not any(lane.bars for lane in lanes) and not _milestone_lane(context):
        return ()
    number, words = (len(plan.phases), plan.group) if plan.phases else (len(loose), plan.unit)
    counted = figures.count(number, words.one.lower(), words.many.lower())
    title = f"{counted if lanes else 'Milestones'} by week"
    desc = plan.worded("A sprint without weeks of its own is as long as its phase.")
    return _chart(context, lanes, title, desc, "phases")


def _option_chart(context: Context, option: Option) -> Figure:
    """One option, a lane for each person."""
    drawn = sum(len(work.sprints) for lane in option.people for work in lane.work)
    bars = _work_bar if drawn > _MOST_DRAWN else _work_bars
    lanes = [
        WeekLane(lane.name, [bar for work in lane.work for bar in bars(context, work)])
        for lane in option.people[:_MOST_LANES]
    ]
    title = f"Option {option.id}: {option.title}, by week"
    return _chart(context, lanes, title, "A lane for each person.", f"option-{option.id}")


def _chart(context: Context, lanes: list[WeekLane], title: str, desc: str, name: str) -> Figure:
    drawn = {bar.key for lane in lanes for bar in lane.bars if bar.key}
    links = [
        Arrow(edge.needs, edge.sprint, edge.strength, edge.reason, through=edge.through)
        for edge in context.facts.graph.edges
        if edge.needs in drawn and edge.sprint in drawn
    ]
    every = [*lanes, *_milestone_lane(context)]
    return Figure(draw(every, _scale(context), Caption(title, desc, anchor("weeks", name)), links), title)


def _milestone_lane(context: Context) -> list[WeekLane]:
    """A lane with the milestones that have a window, each at the end of its last day; none without any."""
    facts, diamonds = context.facts, []
    for id_, standing in facts.milestones.items():
        if standing.milestone.when:
            period, state = facts.plan.period(standing.milestone.when), standing.state
            passed = (period.begin if period.end is None else period.end) / 7 - _weeks(facts)[0]
            label = ", ".join([f"{id_}: {standing.milestone.title}", *([] if state == "open" else [state])])
            title = f"Milestone {label}, {period.named}"
            page = context.pages.get("roadmap")
            href = context.links.svg(page[0], anchor("milestone", id_)) if page else None
            diamonds.append(Diamond(passed, label, href, title, MILESTONES[state][1]))
    return [WeekLane("Milestones", diamonds=diamonds)] if diamonds else []


def _scale(context: Context) -> Scale:
    """All weeks with any window of the plan in them; dates above them once the plan has a start."""
    plan, today = context.facts.plan, context.facts.today
    first, weeks = _weeks(context.facts)
    if plan.start is None:
        return Scale(weeks)
    labels = [str(plan.timeline.date(7 * (first + n)) or "") for n in range(weeks)]
    passed = (today - plan.start).days / 7 - first if today else -1
    return Scale(weeks, labels, passed if 0 <= passed <= weeks else None)


@lru_cache(maxsize=1)
def _weeks(facts: Facts) -> tuple[int, int]:
    """The first week of all charts, 0 for that of the plan's start, and how many they have; an open window has one."""
    periods = list(map(facts.plan.period, figures.windows(facts.plan)))
    first = min([0, *(period.begin // 7 for period in periods)])
    return first, max([1, *(period.last_week or period.begin // 7 + 1 for period in periods)]) - first


def _bar(context: Context, window: TimeWindow, words: str, title: str, kind: BarKind) -> WeekBar:
    """A window as a bar; one without an end goes on to the end of the chart."""
    first, last = _place(context.facts, window)
    return WeekBar(first, last, words, title=f"{title}, {window.named}", kind=kind)


def _place(facts: Facts, window: TimeWindow) -> tuple[float, float]:
    """The first and the last week of a bar, or the parts of weeks that it has."""
    period, (first, weeks) = facts.plan.period(window), _weeks(facts)
    return period.begin / 7 - first + 1, weeks if period.end is None else period.end / 7 - first


def _phase_lane(context: Context, phase: Phase) -> WeekLane:
    unit = context.facts.plan.unit
    label = f"{context.facts.plan.group_name(phase.id)}: {phase.title}"
    if len(phase.sprints) > _MOST_BARS or not phase.sprints:
        words = figures.count(len(phase.sprints), unit.one.lower(), unit.many.lower())
        period = context.facts.plan.period_of_phase(phase)
        return WeekLane(label, [_bar(context, period.window, words, label, "phase")] if period else [])
    sprints = context.facts.plan.sprints
    bars = [
        _sprint_bar(context, id_, when, "sprint" if sprints[id_].when else "derived")
        for id_ in phase.sprints
        if (when := sprints[id_].when or phase.when)
    ]
    return WeekLane(label, bars)


def _sprint_lane(context: Context, id_: str, when: TimeWindow) -> WeekLane:
    """A sprint that is in no phase and has a window of its own."""
    return WeekLane(context.facts.plan.name(id_), [_sprint_bar(context, id_, when, "sprint")])


def _work_bar(context: Context, work: Work) -> list[WeekBar]:
    """All that somebody does in the same weeks as one bar."""
    if not work.sprints:
        return _work_bars(context, work)
    unit = context.facts.plan.unit
    words = figures.count(len(work.sprints), unit.one.lower(), unit.many.lower())
    return [_bar(context, work.when, words, words, "phase")]


def _work_bars(context: Context, work: Work) -> list[WeekBar]:
    bars = [_sprint_bar(context, id_, work.when, "sprint") for id_ in work.sprints]
    if work.supports:
        names = ", ".join(context.facts.plan.name(id_) for id_ in work.supports)
        words = work.task or f"Support {names}"
        bars.append(_bar(context, work.when, words, words, "support"))
    elif not bars:
        words = work.task or ""
        bars.append(_bar(context, work.when, words, words, "support"))
    return bars


def _sprint_bar(context: Context, id_: str, window: TimeWindow, kind: BarKind) -> WeekBar:
    facts = context.facts
    standing = facts.standings[id_]
    word = standing_word(standing)
    sprint = facts.plan.sprints[id_]
    name = f"{facts.plan.name(id_)}: {sprint.title}"
    return WeekBar(
        *_place(facts, window),
        f"{facts.plan.name(id_)}: {sprint.short or sprint.title}",
        context.links.svg(context.links.sprints[id_]),
        f"{name}, {window.named}, {word}",
        kind,
        STATES[word],
        standing.percent / 100,
        id_,
    )
