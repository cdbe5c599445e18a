"""The whole plan for paper, and what to print of a plan too large for that."""

from typing import TYPE_CHECKING

from masterplan.analyse.progress import open_high_risks, open_named_high_risks
from masterplan.render.blocks import Box, Code, Content, Inline, Missing, Paragraph, Section
from masterplan.render.compose import items, joined, under_titles, unfolded
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
_MOST_RISKS = 3
"""The high risks that the summary lists."""


@macro
def whole_plan(context: Context) -> Content:
    """The whole plan for paper, from its heading down: a summary on one page, a page for each sprint, and the rest.

    Of more than 60 sprints only the summary, and what to print instead of their pages.
    """
    plan = context.facts.plan
    if len(plan.sprints) > sprints.MOST_DETAILED:
        instead = f"Print one of these pages, or that of a single {plan.unit.one.lower()}, for more:"
        return Section(1, plan.header.title, "", (_summary(context), Paragraph(instead), by_phase(context)))
    intro = Paragraph(
        ("To print, or to save as PDF: the browser's print command, or ", Code("masterplan export pdf"), "."), "screen"
    )
    rest = Section(2, "The plan as a whole", "whole", _sections(context))
    return Section(1, plan.header.title, "", (intro, _summary(context), sprints.sprint_details(context), rest))


def _summary(context: Context) -> Content:
    """The first page: where the plan stands, what it brings, when, and what may go wrong."""
    chart = roadmap.week_chart(context) if context.has("windows") else ()
    return (
        overview.purpose(context),
        overview.health(context),
        overview.headline(context),
        Section(2, "Roadmap", "roadmap", chart),
        attention.at_a_glance(context),
        Section(2, "High risks", "high-risks", _high_risks(context)),
    )


def _high_risks(context: Context) -> Content:
    """The first of the high risks that are open, with what is done about them."""
    plan, standings = context.facts.plan, context.facts.standings
    named: list[tuple[Inline, Risk | NamedRisk]] = [
        (sprint_link(context, sprint.id, titled=True), risk) for sprint, risk in open_high_risks(plan, standings)
    ]
    named += [(risk.title, risk) for risk in open_named_high_risks(plan, standings)]
    listed: list[Inline] = [
        (name, ": ", joined(risk.mitigation) if risk.mitigation else _NO_MITIGATION) for name, risk in named
    ]
    more = f"{len(listed) - _MOST_RISKS} more high risks" if len(listed) > _MOST_RISKS else ""
    return items([*listed[:_MOST_RISKS], *filter(None, [more])]) if listed else ()


def _sections(context: Context) -> Content:
    """What is not about single sprints; nothing empty."""
    plan, documents = context.facts.plan, progress.documents(context)
    whole_rollback = Box(safety.how(context, plan.header.rollback), "runbook") if plan.header.rollback else ()
    update = Paragraph(f"After every {plan.unit.one.lower()}, update:")
    sections: list[tuple[ContentPart, str, str, Content]] = [
        ("phases", plan.group.many, "phases", unfolded(phases.phase_sections(context, 4))),
        ("milestones", "Milestones", "milestones", milestones.milestone_list(context)),
        ("dependencies", "Dependencies", "dependencies", dependencies.dependency_diagram(context)),
        ("options", "Options", "options", (staffing.options_table(context), phases.option_list(context))),
        ("savings", "Savings", "savings", savings.savings_table(context)),
        ("risks", "Risks", "risks", (risks.risk_matrix(context), risks.risk_register(context))),
        ("rollback", "Rollback", "rollback", (safety.rollback_table(context), whole_rollback)),
        ("tests-end-to-end", "Testing", "testing", safety.tests_end_to_end(context)),
        ("next-steps", "Next steps", "next", overview.next_steps(context)),
        ("decisions", "Decisions and asks", "decisions", scope.decisions(context)),
        ("notes", "Notes", "notes", under_titles(scope.titled_notes(plan.header))),
        ("documents", "Documents", "documents", (update, documents)),
        ("claims", "Where the plan contradicts itself", "contradictions", audit.declared(context, show="differs")),
    ]
    return tuple(Section(3, title, name, body) for part, title, name, body in sections if context.has(part))
