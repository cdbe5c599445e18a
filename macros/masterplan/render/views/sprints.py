"""Sprints: the table of all sprints, all sprints for paper, and the page of a phase."""

from dataclasses import replace
from typing import Annotated

from masterplan.analyse.figures import window_in_words
from masterplan.analyse.progress import tally
from masterplan.model.plan import Phase
from masterplan.model.sprint import Sprint
from masterplan.model.task import State
from masterplan.render.blocks import (
    Box,
    Columns,
    Content,
    Inline,
    Numbers,
    Paragraph,
    Row,
    Section,
    Small,
    is_empty,
)
from masterplan.render.compose import anchor, joined, named, row, table, under_titles, with_capital
from masterplan.render.macro import Context, macro, page_macro
from masterplan.render.summary import lead, phase_summary
from masterplan.render.views import (
    dependencies,
    phases,
    safety,
    scope,
    sprint_page,
)
from masterplan.render.views.custom import CustomColumns
from masterplan.render.views.widgets import (
    first_rows,
    owner_fact,
    owner_links,
    phase_dates,
    phase_title,
    risk_chip,
    sprint_link,
    standing_chip,
    standing_word,
)

MOST_DETAILED = 60
"""Sprints on the page with all details; of more, it has only a table."""


@macro
def sprint_link_to(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """A link to a sprint's page, for use inside a sentence."""
    return sprint_link(context, context.sprint(sprint).id, titled=True)


@macro
def sprint_table(
    context: Context,
    phase: Annotated[str | None, "Only the sprints of this phase."] = None,
    state: Annotated[State | None, "Only sprints in this state."] = None,
    risk: Annotated[str | None, "Only sprints with this level of risk."] = None,
    owner: Annotated[str | None, "Only the sprints of this person, team or role."] = None,
) -> Content:
    """The sprints with their main facts, custom fields and state; all, or those that match every filter."""
    facts = context.facts
    level = None if risk is None else context.level(risk)
    chosen = context.phase(phase).sprints if phase is not None else tuple(facts.plan.sprints)
    sprints = [facts.plan.sprints[id_] for id_ in chosen]
    owner_id = context.owner(owner) if owner is not None else None
    matching = [
        sprint
        for sprint in sprints
        if state in {None, facts.standings[sprint.id].state}
        and level in {None, facts.plan.risk_level(sprint)}
        and (owner_id is None or owner_id in sprint.owner)
    ]
    unit, custom = facts.plan.unit, CustomColumns.of(facts.plan, "sprint", (sprint.fields for sprint in matching))
    headings = [
        unit.one,
        "Claimed impact",
        "Owner",
        facts.plan.group.one,
        "Needs",
        "Risk",
        Numbers("Monthly savings"),
        "State",
        *custom.headings,
    ]
    rows = [_row(context, sprint, custom, alone=phase is not None) for sprint in matching]
    ranks = (*facts.plan.scale, *custom.ranks)
    return first_rows(context, table(unit.many, headings, rows, ranks=ranks, names=facts.plan.labels))


def _row(context: Context, sprint: Sprint, custom: CustomColumns, *, alone: bool) -> Row:
    """The row of a sprint; `alone` without its phase, in a table of one phase."""
    facts = context.facts
    phase = facts.plan.phase_of.get(sprint.id)
    standing = facts.standings[sprint.id]
    return row(
        sprint_link(context, sprint.id, titled=True),
        sprint.impact,
        owner_links(context, sprint.owner),
        _in_phase(context, phase) if phase and not alone else None,
        sprint_page.needs(context, sprint),
        risk_chip(context.facts.plan, context.facts.plan.risk_level(sprint)),
        sprint_page.monthly(context, sprint),
        standing_chip(standing),
        *custom.cells(sprint.fields),
        facts={
            facts.plan.group.one.lower(): phase.title if phase else "",
            "risk": facts.plan.risk_level(sprint) or "",
            "state": standing_word(standing),
            "owner": owner_fact(facts.plan, sprint.owner),
            **custom.facts(sprint.fields),
        },
    )


def _in_phase(context: Context, phase: Phase) -> Inline:
    return (phase.title, " ", Small(window_in_words(phase.when, context.facts.today))) if phase.when else phase.title


@macro
def sprint_details(context: Context) -> Content:
    """Every sprint with all fields of its file, for print; a plan of more than 60 sprints has a table instead."""
    plan = context.facts.plan
    if len(plan.sprints) > MOST_DETAILED:
        return sprint_table(context)
    return tuple(
        Section(
            2,
            named(plan.name(sprint.id), sprint.title),
            anchor("sprint", sprint.id),
            (
                sprint_page.introduction(context, sprint),
                *map(_on_paper, sprint_page.sections(context, sprint, safety.rollback_on_paper(context, sprint.id))),
                under_titles(scope.titled_notes(sprint)),
            ),
        )
        for sprint in plan.sprints.values()
    )


def _on_paper(content: Content) -> Content:
    """Part of a sprint's page for paper: with small titles instead of headings, and without anchors."""
    match content:
        case Section(title=title, body=body):
            return () if is_empty(body) else (Paragraph(title, "title"), _on_paper(body))
        case tuple():
            return tuple(map(_on_paper, content))
        case Box(body=body):
            return replace(content, body=_on_paper(body), anchor="")
        case Columns(groups=groups):
            return Columns(tuple((title, _on_paper(body)) for title, body in groups))
        case _:
            return content


def _phase_heading(context: Context, id_: str) -> Inline:
    phase = context.phase(id_)
    return phase_title(context.facts.plan, phase)


@page_macro(_phase_heading)
def phase_page(context: Context, phase: Annotated[str, "The phase's id."]) -> Content:
    """Everything about one phase: the whole page, from its heading down."""
    subject, plan = context.phase(phase), context.facts.plan
    done, number = tally(context.facts.standings, subject.sprints)
    state = joined([*([dates] if (dates := phase_dates(context, subject)) else []), f"{done} of {number} done"])
    why = (phases.order_reasons(context, subject.why), phases.parallels(context, subject))
    return (
        lead(phase_summary(context.facts, subject)),
        Paragraph(with_capital(state)),
        phases.phase_head(context, subject),
        Section(2, plan.unit.many, "sprints", sprint_table(context, phase=subject.id)),
        Section(2, "Why in this order", "why", why),
        Section(2, "Dependencies", "dependencies", dependencies.dependency_diagram(context, phase=subject.id)),
    )
