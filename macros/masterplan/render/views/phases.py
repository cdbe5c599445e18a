"""Phases and options: their sprints, windows, reasons and people, as lists, tables and week charts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from masterplan.analyse.progress import tally
from masterplan.analyse.totals import SizeField, sizes_of, sums_of_sizes
from masterplan.model.option import Option, Work
from masterplan.model.plan import Phase, Reason
from masterplan.render.blocks import (
    NOTHING,
    Box,
    Content,
    Definitions,
    Flow,
    Folded,
    Inline,
    ItemList,
    Paragraph,
    Section,
    Small,
)
from masterplan.render.compose import anchor, items, joined, row, table, under_titles, with_capital
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box
from masterplan.render.views.custom import custom_facts
from masterplan.render.views.roadmap import option_chart
from masterplan.render.views.scope import notes, open_points, scope
from masterplan.render.views.tasks import beside_sum
from masterplan.render.views.widgets import (
    MOST_LISTED,
    by_choice,
    capacity,
    lane_name,
    lane_person,
    option_title,
    owner_links,
    phase_dates,
    phase_title,
    sprint_link,
    sprint_links,
    stated_links,
    unit_link,
    unit_links,
    window_dates,
)

_MOST_OPEN = 24
"""Most sprints of a plan whose roadmap shows its phases unfolded."""

_MOST_FOLDS = 10
"""Folded phases that the roadmap of a large plan shows before the others are unfolded."""


@macro
def phase_list(context: Context) -> Content:
    """Every phase with its weeks, its sprints, the reasons for their order, and what can run in parallel."""
    return phase_sections(context, 3)


def phase_sections(context: Context, level: int) -> Content:
    """The same as `phase_list`, with headings of the given level."""
    plan = context.facts.plan
    unphased = (sprint_link(context, id_, titled=True) for id_ in plan.sprints if id_ not in plan.phase_of)
    rest = Section(level, f"Without a {plan.group.one.lower()}", "no-phase", items(unphased))
    phases = [_phase(context, phase, level) for phase in plan.phases]
    first, others = (phases[:_MOST_FOLDS], phases[_MOST_FOLDS:]) if len(plan.sprints) > _MOST_OPEN else (phases, [])
    return (*first, Folded(f"Show all {len(phases)}", tuple(others), "details"), rest)


def _phase(context: Context, phase: Phase, level: int) -> Content:
    """A phase as a section; in a larger plan folded under its title, its dates and how much of it is done."""
    plan = context.facts.plan
    dates = phase_dates(context, phase)
    body = (
        Paragraph(with_capital(dates)) if dates else (),
        phase_head(context, phase),
        _in_order(context, phase),
        under_titles([("In parallel", parallels(context, phase))]),
    )
    title, at = phase_title(plan, phase), anchor("phase", phase.id)
    if len(plan.sprints) > _MOST_OPEN:
        done, number = tally(context.facts.standings, phase.sprints)
        counted = Small(f", {done} of {number} done")
        return Folded((title, *((", ", dates) if dates else ()), counted), body, "details", anchor=at)
    return Section(level, title, at, Box(body, "phase"))


def _in_order(context: Context, phase: Phase) -> Flow:
    """The sprints of a phase, each with the reason for its place, then the reasons that name none of them."""
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
    """A phase's description, owner, size, scope, links and notes."""
    facts: tuple[tuple[str, Flow], ...] = (
        ("Owner", owner_links(context, phase.owner)),
        ("Effort", _size(context, phase, "effort")),
        ("Points", _size(context, phase, "points")),
        ("Labels", ", ".join(phase.labels)),
        *custom_facts(context.facts.plan, "phase", phase.fields),
    )
    return (
        prose_box(phase.description),
        Definitions(tuple((label, value) for label, value in facts if value and value != NOTHING)),
        scope(phase),
        open_points(context, phase),
        items(stated_links(phase.links)),
        Folded(*notes(phase), "more"),
    )


def _size(context: Context, phase: Phase, field: SizeField) -> Inline:
    """The declared effort or points of a phase, with the sum of its sprints if that differs."""
    facts, stated = context.facts, getattr(phase, field)
    counted = [id_ for id_ in phase.sprints if not facts.standings[id_].is_dropped]
    ways = sums_of_sizes((sizes_of(facts.plan, id_, field) for id_ in counted), facts.plan.calendar) if stated else ()
    return beside_sum(facts.plan, stated, ways, facts.plan.unit.many.lower())


def order_reasons(context: Context, reasons: Iterable[Reason]) -> ItemList:
    """The reasons for the order of a phase's sprints."""
    return items(
        (sprint_link(context, reason.sprint), ": ", reason.text) if reason.sprint else reason.text for reason in reasons
    )


def parallels(context: Context, phase: Phase) -> ItemList:
    """The sprints that can run in parallel, as the authors claim."""
    return items(
        (unit_link(context, claim.sprint), " alongside ", unit_links(context, claim.alongside), ": ", claim.says)
        for claim in phase.parallel
    )


@macro
def waves(context: Context) -> Content:
    """Sprints that could run in parallel by hard dependencies alone: each wave needs only the waves before it."""
    plan = context.facts.plan
    if not plan.sprints:
        return ()
    numbered = enumerate(context.facts.graph.hard_waves, 1)
    summary = "What could run in parallel, counting only hard dependencies"
    listed = items((f"Wave {n}: ", sprint_links(context, wave, most=MOST_LISTED)) for n, wave in numbered)
    return Folded(summary, listed, "more", anchor="waves")


def sprint_weeks(context: Context, sprint: str) -> Content:
    """When a sprint is planned: by its own window, its phase, and each option with the person."""
    plan = context.facts.plan
    phase = plan.phase_of.get(sprint)
    window = plan.sprints[sprint].when
    spans: list[Flow] = [("Its own window: ", window_dates(context, window))] if window else []
    dates = phase_dates(context, phase) if phase else ()
    spans += [(f"{plan.group_name(phase.id)}: ", dates)] if phase and dates else []
    return (items(spans), by_choice(context, lambda options: items(_work_on(context, sprint, options))))


def _work_on(context: Context, sprint: str, options: Sequence[Option]) -> Iterator[Flow]:
    """When options do or support a sprint, and who does the work."""
    by_option = {staffing.option.id: staffing for staffing in context.facts.staffing}
    for option in options:
        for lane, work in by_option[option.id].work.get(sprint, ()):
            role = work.task or ("support" if sprint in work.supports else "")
            who = (lane_person(context.facts.plan, lane), f" ({role})" if role else "")
            yield (f"{option.name}: ", window_dates(context, work.when), ", ", who)


@macro
def option(context: Context, id: Annotated[str, "The option's id."]) -> Content:  # noqa: A002
    """One option: who does what in which weeks, as a chart and a table."""
    chosen, plan = context.option(id), context.facts.plan
    rows = [
        row(
            lane_name(plan, lane),
            window_dates(context, work.when),
            _work(context, work),
            capacity(lane.capacity, lane.buffer),
        )
        for lane in chosen.people
        for work in lane.work
    ]
    listed = table(chosen.name, ["Who", "When", "What", "Capacity"], rows)
    return (
        option_chart(context, chosen, _by_lane(context, chosen)),
        Folded("Data table", listed, "more") if rows else (),
    )


def _by_lane(context: Context, option: Option) -> Flow:
    """The work of each person as lists, each with its window."""
    return under_titles(
        (
            lane_name(context.facts.plan, lane),
            items((_work(context, work), " ", Small(window_dates(context, work.when))) for work in lane.work),
        )
        for lane in option.people[:MOST_LISTED]
    )


def _work(context: Context, work: Work) -> Inline:
    sprints = work.sprints
    parts: list[Inline] = [sprint_links(context, sprints, titled=True, most=MOST_LISTED)] if sprints else []
    if work.supports:
        parts.append((work.task or "Support", ": ", sprint_links(context, work.supports)))
    elif work.task:
        parts.append(work.task)
    return joined(parts, "; ")


@macro
def option_list(context: Context) -> Content:
    """Every option with its chart and table: the chosen or only option unfolded, others folded."""
    return by_choice(context, lambda options: options_in_weeks(context, options))


def options_in_weeks(context: Context, options: Sequence[Option], about: Flow = ()) -> Content:
    """Options with their charts and tables, folded if there are several; a single option starts with `about`."""
    if len(options) == 1:
        title = option_title(options[0])
        body = (about, option(context, options[0].id))
        return Section(3, title, anchor("option", options[0].id), body)
    return tuple(
        Folded(
            option_title(single),
            option(context, single.id),
            "more",
            anchor=anchor("option", single.id),
        )
        for single in options
    )
