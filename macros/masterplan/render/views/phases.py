"""Phases: what is done when, why in this order, and what may run in parallel."""

from typing import Annotated

from masterplan.model.plan import Phase
from masterplan.render.blocks import Box, Content, Flow, ItemList, Paragraph, Section
from masterplan.render.compose import anchor, items, named
from masterplan.render.macro import Context, macro
from masterplan.render.views import charts
from masterplan.render.views.widgets import sprint_link, sprint_links, weeks


@macro
def phase_list(context: Context) -> Content:
    """Every phase with its weeks, sprints, the reasons for its order and the claims of what may run in parallel."""
    plan = context.facts.plan
    loose = (sprint_link(context, id_, titled=True) for id_ in plan.sprints if id_ not in plan.phase_of)
    rest = Section(2, f"In no {plan.group.one.lower()}", "no-phase", items(loose))
    return (*(_phase(context, phase) for phase in plan.phases), rest)


def _phase(context: Context, phase: Phase) -> Section:
    plan = context.facts.plan
    body = (
        Paragraph(weeks(plan, phase.weeks)),
        items(sprint_link(context, id_, titled=True) for id_ in phase.sprints),
        (Paragraph("Why in this order", "title"), reasons(context, phase)) if phase.why else (),
        (Paragraph("May run in parallel", "title"), parallels(phase)) if phase.parallel else (),
    )
    title = named(plan.group_name(phase.id), phase.title)
    return Section(2, title, anchor("phase", phase.id), Box(body, "phase"))


def reasons(context: Context, phase: Phase) -> ItemList:
    """Why a phase's sprints come in this order."""
    return items(
        (sprint_link(context, reason.sprint), ": ", reason.text) if reason.sprint else reason.text
        for reason in phase.why
    )


def parallels(phase: Phase) -> ItemList:
    """What may run beside what, as the authors claim it."""
    return items(parallel.says for parallel in phase.parallel)


@macro
def week_chart(context: Context, of: Annotated[str, "phases, or the id of an option."] = "phases") -> Content:
    """The weeks of the phases, or of one option with a lane for each person, as a chart."""
    return charts.phases_chart(context) if of == "phases" else charts.option_chart(context, context.option(of))


@macro
def waves(context: Context) -> Content:
    """Which sprints could run at the same time, by hard dependencies alone: each wave needs only those before it."""
    if not context.facts.plan.sprints:
        return ()
    numbered = enumerate(context.facts.schedules.network.waves, 1)
    return items((f"Wave {n}: ", sprint_links(context, wave)) for n, wave in numbered)


def sprint_weeks(context: Context, sprint: str) -> Flow:
    """When a sprint is done: in its phase, and in each option by whom."""
    plan = context.facts.plan
    phase = plan.phase_of.get(sprint)
    spans: list[Flow] = [(f"{plan.group_name(phase.id)}: ", weeks(plan, phase.weeks))] if phase else []
    for option in plan.options:
        for lane in option.people:
            for work in lane.work:
                if sprint in work.sprints + work.supports:
                    role = work.task or ("supports it" if sprint in work.supports else "does it")
                    window = weeks(plan, work.weeks)
                    spans.append((f"Option {option.id}: ", window, ", ", lane.name, " (", role, ")"))
    return items(spans)
