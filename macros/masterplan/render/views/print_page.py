"""The whole plan on one page for paper, and what to print of a plan too large for that."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from masterplan.render.html import render, text
from masterplan.render.macro import Context, macro
from masterplan.render.views import (
    dependencies,
    overview,
    phases,
    progress,
    resources,
    risks,
    rollback,
    savings,
    sprints,
    testing,
)
from masterplan.render.views.widgets import by_phase

if TYPE_CHECKING:
    from masterplan.analyse.content import Part


@macro
def whole_plan(context: Context) -> str:
    """The whole plan as one page to print, from its heading down; of more than 60 sprints, what to print instead."""
    plan = context.facts.plan
    if len(plan.sprints) > sprints.MOST_DETAILED:
        unit = plan.unit.one.lower()
        return render("too_large_to_print.md.jinja", title=plan.header.title, unit=unit, pages=by_phase(context))
    return render(
        "whole_plan.md.jinja",
        title=plan.header.title,
        headline=overview.headline(context),
        sections=_sections(context),
        details=sprints.sprint_details(context),
    )


def _sections(context: Context) -> list[tuple[str, str, list[str]]]:
    """What is printed before the single sprints: heading, anchor, and what stands below it; nothing empty."""
    plan, documents = context.facts.plan, progress.documents(context)
    update = Markup("After every {}, update:").format(text(plan.unit.one.lower()))
    sections: list[tuple[Part, str, str, list[str]]] = [
        ("claims", "Where the plan contradicts itself", "contradictions", [overview.declared(context, show="differs")]),
        ("phases", plan.group.many, "phases", [phases.week_chart(context), phases.phase_list(context)]),
        (
            "dependencies",
            "Dependencies",
            "dependencies",
            [dependencies.dependency_diagram(context), dependencies.dependency_table(context)],
        ),
        ("options", "Options", "options", [resources.options_table(context), resources.option_list(context)]),
        ("metrics", "Metrics", "metrics", [savings.metrics_table(context)]),
        ("savings", "Savings", "savings", [savings.savings_table(context)]),
        ("risks", "Risks", "risks", [risks.risk_matrix(context), risks.risk_register(context)]),
        ("rollback", "Rollback", "rollback", [rollback.rollback_table(context)]),
        ("tests", "Testing", "testing", [testing.tests_per_sprint(context), testing.tests_end_to_end(context)]),
        ("sprints", "Progress", "progress", [progress.progress_summary(context), progress.progress_table(context)]),
        ("next-steps", "Next steps", "next", [overview.next_steps(context)]),
        ("documents", "Documents", "documents", [update, documents]),
    ]
    return [
        (title, name, [body for body in bodies if body])
        for part, title, name, bodies in sections
        if context.has(part) and any(bodies)
    ]
