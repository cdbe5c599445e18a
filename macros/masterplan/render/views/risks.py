"""Risks: where each sprint stands in likelihood and impact, and what is done about it."""

from typing import Annotated

from markupsafe import Markup

from masterplan.model.plan import LEVELS, Level, Sprint
from masterplan.render.html import NOT_STATED, NOTHING, joined, list_of, render
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.table import Row, table
from masterplan.render.views.widgets import risk_chip, sprint_link


@macro
def risk_matrix(context: Context) -> str:
    """Sprints by likelihood and impact; those that state only a level stand in a row of their own, by that level."""
    rated = [s for s in context.facts.plan.sprints.values() if s.risk]
    placed = [s for s in rated if s.risk and s.risk.likelihood and s.risk.impact]
    only_level = [s for s in rated if s.risk and not (s.risk.likelihood and s.risk.impact)]
    if not rated:
        return Markup("")
    silent = [s.id for s in context.facts.plan.sprints.values() if s.risk is None]
    return render(
        "risk_matrix.html.jinja",
        levels=[(level, level.replace(" ", "-")) for level in LEVELS],
        rows=[
            (row, [(_severity(row, column), _cell(context, placed, row, column)) for column in LEVELS])
            for row in reversed(LEVELS)
        ]
        if placed
        else [],
        only_level=[
            (level, _links(context, [s for s in only_level if s.risk and s.risk.level == level])) for level in LEVELS
        ],
        level_count=len(only_level),
        silent=joined(sprint_link(context, id_) for id_ in silent) if silent else None,
        units=context.facts.plan.unit.many.lower(),
    )


def _severity(likelihood: Level, impact: Level) -> int:
    """1 to 5: the mean of the two levels, the graver one where it falls between."""
    return (LEVELS.index(likelihood) + LEVELS.index(impact) + 3) // 2


def _cell(context: Context, placed: list[Sprint], likelihood: Level, impact: Level) -> tuple[int, object]:
    here = [s for s in placed if s.risk and (s.risk.likelihood, s.risk.impact) == (likelihood, impact)]
    return len(here), _links(context, here)


def _links(context: Context, sprints: list[Sprint]) -> object:
    return joined((sprint_link(context, s.id) for s in sprints), " ") if sprints else ""


@macro
def risk_register(context: Context, level: Annotated[Level | None, "Only risks of this level."] = None) -> str:
    """Every risk with its mitigation and owner, gravest first."""
    rated = [s for s in context.facts.plan.sprints.values() if s.risk and level in {None, s.risk.level}]
    rated.sort(key=lambda sprint: -LEVELS.index(sprint.risk.level) if sprint.risk else 0)
    return table(
        "Risk register",
        [context.facts.plan.unit.one, "Risk", "What could happen", "Mitigation", "Owner"],
        [_row(context, s) for s in rated],
    )


def _row(context: Context, sprint: Sprint) -> Row:
    risk = sprint.risk
    owner = (risk.owner if risk else None) or sprint.owner
    return Row(
        [
            sprint_link(context, sprint.id, titled=True),
            risk_chip(risk),
            prose(risk.description) if risk and risk.description else NOTHING,
            list_of(risk.mitigation if risk else ()),
            context.facts.plan.person(owner) if owner else NOT_STATED,
        ]
    )
