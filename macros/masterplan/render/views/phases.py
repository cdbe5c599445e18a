"""Phases: what is done when, why in this order, and what may run in parallel."""

from typing import Annotated

from markupsafe import Markup

from masterplan.model.plan import Phase
from masterplan.render.html import anchor, list_of, render, text
from masterplan.render.macro import Context, macro
from masterplan.render.views import charts
from masterplan.render.views.widgets import sprint_link, sprint_links, weeks


@macro
def phase_list(context: Context) -> str:
    """Every phase with its weeks, sprints, the reasons for its order and the claims of what may run in parallel."""
    plan = context.facts.plan
    shown = [
        {
            "name": plan.group_name(phase.id),
            "phase": phase,
            "anchor": anchor("phase", phase.id),
            "weeks": weeks(plan, phase.weeks),
            "sprints": list_of(sprint_link(context, id_, titled=True) for id_ in phase.sprints)
            if phase.sprints
            else None,
            "why": reasons(context, phase) if phase.why else None,
            "parallel": parallels(phase) if phase.parallel else None,
        }
        for phase in plan.phases
    ]
    loose = [id_ for id_ in plan.sprints if id_ not in plan.phase_of]
    rest = list_of(sprint_link(context, id_, titled=True) for id_ in loose) if loose else None
    return render("phases.md.jinja", phases=shown, loose=rest, group=plan.group.one.lower())


def reasons(context: Context, phase: Phase) -> Markup:
    """Why a phase's sprints come in this order."""
    shown = (
        Markup("{}: {}").format(sprint_link(context, reason.sprint), text(reason.text))
        if reason.sprint
        else text(reason.text)
        for reason in phase.why
    )
    return list_of(shown)


def parallels(phase: Phase) -> Markup:
    """What may run beside what, as the authors claim it."""
    return list_of(parallel.says for parallel in phase.parallel)


@macro
def week_chart(context: Context, of: Annotated[str, "phases, or the id of an option."] = "phases") -> str:
    """The weeks of the phases, or of one option with a lane for each person, as a chart."""
    return charts.phases_chart(context) if of == "phases" else charts.option_chart(context, context.option(of))


@macro
def waves(context: Context) -> str:
    """Which sprints could run at the same time, by hard dependencies alone: each wave needs only those before it."""
    rows = enumerate(context.facts.schedules.network.waves, 1)
    if not context.facts.plan.sprints:
        return Markup("")
    return list_of((Markup("Wave {}: {}").format(n, sprint_links(context, wave)) for n, wave in rows))


def sprint_weeks(context: Context, sprint: str) -> Markup:
    """When a sprint is done: in its phase, and in each option by whom."""
    plan = context.facts.plan
    phase = plan.phase_of.get(sprint)
    said = [Markup("{}: {}").format(text(plan.group_name(phase.id)), weeks(plan, phase.weeks))] if phase else []
    for option in plan.options:
        for lane in option.people:
            for work in lane.work:
                if sprint in work.sprints + work.supports:
                    role = work.task or ("supports it" if sprint in work.supports else "does it")
                    shown = Markup("Option {}: {}, {} ({})")
                    said.append(shown.format(text(option.id), weeks(plan, work.weeks), text(lane.name), text(role)))
    return list_of(said) if said else Markup("")
