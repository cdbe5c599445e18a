"""The whole plan on one page for paper, and what to print of a plan too large for that."""

from typing import TYPE_CHECKING

from masterplan.render.blocks import Box, Content, Paragraph, Section
from masterplan.render.macro import Context, macro
from masterplan.render.views import (
    audit,
    dependencies,
    milestones,
    overview,
    phases,
    progress,
    risks,
    roadmap,
    safety,
    savings,
    scope,
    sprints,
    staffing,
)
from masterplan.render.views.widgets import by_phase

if TYPE_CHECKING:
    from masterplan.analyse.content import ContentPart


@macro
def whole_plan(context: Context) -> Content:
    """The whole plan as one page to print, from its heading down; of more than 60 sprints, what to print instead."""
    plan = context.facts.plan
    title, unit = plan.header.title, plan.unit.one.lower()
    if len(plan.sprints) > sprints.MOST_DETAILED:
        instead = (
            "The whole plan would be too long for one page."
            f" Print one of these pages instead, or that of a single {unit}:"
        )
        return Section(1, title, "", (Paragraph(instead), by_phase(context)))
    intro = Paragraph("The whole plan on one page, to print or to save as PDF from the browser.")
    body = (intro, overview.headline(context), _sections(context), sprints.sprint_details(context))
    return Section(1, title, "", body)


def _sections(context: Context) -> Content:
    """What is printed before the single sprints; nothing empty."""
    plan, documents = context.facts.plan, progress.documents(context)
    whole_rollback = Box(safety.how(context, plan.header.rollback), "runbook") if plan.header.rollback else ()
    update = Paragraph(f"After every {plan.unit.one.lower()}, update:")
    sections: list[tuple[ContentPart, str, str, Content]] = [
        ("claims", "Where the plan contradicts itself", "contradictions", audit.declared(context, show="differs")),
        ("phases", plan.group.many, "phases", (roadmap.week_chart(context), phases.phase_list(context))),
        ("milestones", "Milestones", "milestones", milestones.milestone_list(context)),
        (
            "dependencies",
            "Dependencies",
            "dependencies",
            (dependencies.dependency_diagram(context), dependencies.dependency_table(context)),
        ),
        ("options", "Options", "options", (staffing.options_table(context), phases.option_list(context))),
        ("metrics", "Metrics", "metrics", savings.metrics_table(context)),
        ("savings", "Savings", "savings", savings.savings_table(context)),
        ("risks", "Risks", "risks", (risks.risk_matrix(context), risks.risk_register(context))),
        ("rollback", "Rollback", "rollback", (safety.rollback_table(context), whole_rollback)),
        ("tests", "Testing", "testing", (safety.tests_per_sprint(context), safety.tests_end_to_end(context))),
        ("sprints", "Progress", "progress", (progress.progress_summary(context), progress.progress_table(context))),
        ("next-steps", "Next steps", "next", overview.next_steps(context)),
        ("decisions", "Decisions and asks", "decisions", scope.decisions(context)),
        ("documents", "Documents", "documents", (update, documents)),
    ]
    return tuple(Section(2, title, name, body) for part, title, name, body in sections if context.has(part))
