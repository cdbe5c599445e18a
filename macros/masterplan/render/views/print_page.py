"""The whole plan for paper, and a list of pages to print if the plan is too large for that."""

from typing import TYPE_CHECKING

from masterplan.analyse.progress import open_high_risks, open_named_high_risks
from masterplan.render.blocks import Box, Code, Content, Inline, Missing, Paragraph, Section
from masterplan.render.compose import items, joined, under_titles, unfolded, without_folds
from masterplan.render.macro import Context, macro
from masterplan.render.views import (
    attention,
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
from masterplan.render.views.widgets import by_phase, sprint_link

if TYPE_CHECKING:
    from masterplan.analyse.content import ContentPart
    from masterplan.model.risk import NamedRisk, Risk


_NO_MITIGATION = Missing("no mitigation stated")
_MOST_BARS = 12
"""Sprints with a bar each in the roadmap of the summary, which is one page long."""
_MOST_RISKS = 3
"""High risks that the summary lists."""


@macro
def whole_plan(context: Context) -> Content:
    """The whole plan for paper: a summary on one page, a page for each sprint, and the rest of the plan.

    A plan of more than 60 sprints has only the summary and links to the pages to print.
    """
    plan = context.facts.plan
    if len(plan.sprints) > sprints.MOST_DETAILED:
        instead = f"For more detail, print one of these pages or the page of a single {plan.unit.one.lower()}:"
        return Section(1, plan.header.title, "", (_summary(context), Paragraph(instead), by_phase(context)))
    intro = Paragraph(
        ("Print this page or save it as a PDF from the browser, or run ", Code("masterplan export pdf"), "."), "screen"
    )
    rest = Section(2, "The plan as a whole", "whole", _sections(context))
    return Section(
        1, plan.header.title, "", (intro, _summary(context), unfolded(sprints.sprint_details(context)), rest)
    )


def _summary(context: Context) -> Content:
    """The first page: the state of the plan, its figures, its weeks and its high risks."""
    chart = roadmap.phases_chart(context, _MOST_BARS) if context.has("windows") else ()
    return (
        without_folds(overview.purpose(context)),
        overview.health(context),
        overview.headline(context),
        Section(2, "Roadmap", "roadmap", chart),
        attention.at_a_glance(context),
        Section(2, "High risks", "high-risks", _high_risks(context)),
    )


def _high_risks(context: Context) -> Content:
    """The first of the open high risks, with their mitigation; a tile has their number."""
    plan, standings = context.facts.plan, context.facts.standings
    named: list[tuple[Inline, Risk | NamedRisk]] = [
        (sprint_link(context, sprint.id, titled=True), risk) for sprint, risk in open_high_risks(plan, standings)
    ]
    named += [(risk.title, risk) for risk in open_named_high_risks(plan, standings)]
    entries: list[Inline] = [
        (name, ": ", joined(risk.mitigation, "; ") if risk.mitigation else _NO_MITIGATION) for name, risk in named
    ]
    return items(entries[:_MOST_RISKS])


def _sections(context: Context) -> Content:
    """The parts of the plan that are not about single sprints; empty parts are left out."""
    plan, documents = context.facts.plan, progress.documents(context)
    options = (staffing.options_table(context), phases.option_list(context))
    whole_rollback = Box(safety.how(context, plan.header.rollback), "runbook") if plan.header.rollback else ()
    update = Paragraph(f"After every {plan.unit.one.lower()}, update:")
    sections: list[tuple[ContentPart, str, str, Content]] = [
        ("phases", plan.group.many, "phases", unfolded(phases.phase_sections(context, 4))),
        ("milestones", "Milestones", "milestones", unfolded(milestones.milestone_list(context))),
        ("dependencies", "Dependencies", "dependencies", dependencies.dependency_diagram(context)),
        (
            "options",
            "Options",
            "options",
            without_folds(options),
        ),
        ("savings", "Savings", "savings", savings.savings_table(context)),
        ("risks", "Risks", "risks", (risks.risk_matrix(context), risks.plan_risks(context))),
        ("rollback", "Rollback", "rollback", whole_rollback),
        ("tests-end-to-end", "Testing", "testing", safety.tests_end_to_end(context)),
        ("next-steps", "Next steps", "next", overview.next_steps(context)),
        ("decisions", "Decisions and asks", "decisions", scope.decisions(context)),
        ("notes", "Notes", "notes", under_titles(scope.titled_notes(plan.header))),
        ("documents", "Documents", "documents", (update, documents)),
        ("claims", "Contradictions", "contradictions", audit.declared(context, show="differs")),
    ]
    return tuple(Section(3, title, name, body) for part, title, name, body in sections if context.has(part))
