"""Risks: where each sprint stands in likelihood and impact, and what is done about it."""

from collections.abc import Iterable
from typing import Annotated

from masterplan.model.sprint import LEVELS, Level, Sprint
from masterplan.render.blocks import NOT_STATED, Box, Content, Flow, Inline, Matrix, Paragraph, Row
from masterplan.render.compose import items, joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.views.widgets import risk_chip, sprint_link, sprint_links


@macro
def risk_matrix(context: Context) -> Content:
    """Sprints by likelihood and impact; those that state only a level stand in a row of their own, by that level."""
    sprints = context.facts.plan.sprints.values()
    if not any(sprint.risk for sprint in sprints):
        return ()
    silent = [sprint.id for sprint in sprints if sprint.risk is None]
    rest = Paragraph(("Nothing is said of the risk of ", sprint_links(context, silent), ".")) if silent else ()
    placed = [sprint for sprint in sprints if sprint.risk and sprint.risk.likelihood and sprint.risk.impact]
    others = [sprint for sprint in sprints if sprint.risk and sprint not in placed]
    return Box((_by_both(context, placed), _by_level(context, others), rest), "risks")


def _by_both(context: Context, sprints: list[Sprint]) -> Flow:
    """The sprints that state likelihood and impact."""
    if not sprints:
        return ()
    ends = [((sprint.risk.likelihood, sprint.risk.impact), sprint) for sprint in sprints if sprint.risk]

    def cell(likelihood: Level, impact: Level) -> tuple[int, int, Inline]:
        here = [sprint for pair, sprint in ends if pair == (likelihood, impact)]
        return _grade(likelihood, impact), len(here), _links(context, here)

    rows = tuple((likelihood, tuple(cell(likelihood, impact) for impact in LEVELS)) for likelihood in reversed(LEVELS))
    return Matrix("Risk by likelihood and impact", "Likelihood", tuple(f"{level} impact" for level in LEVELS), rows)


def _by_level(context: Context, sprints: list[Sprint]) -> Flow:
    """The sprints that state a level only."""
    if not sprints:
        return ()
    units = context.facts.plan.unit.many.lower()
    cells = tuple(
        (grade, 0, _links(context, (sprint for sprint in sprints if sprint.risk and sprint.risk.level == level)))
        for grade, level in enumerate(LEVELS, 1)
    )
    caption = f"{len(sprints)} {units} state a level only, neither likelihood nor impact"
    return Matrix(caption, "", LEVELS, (("", cells),))


def _grade(likelihood: Level, impact: Level) -> int:
    """1 to 5: the mean of the two levels, the graver one where it falls between."""
    return (LEVELS.index(likelihood) + LEVELS.index(impact) + 3) // 2


def _links(context: Context, sprints: Iterable[Sprint]) -> Inline:
    links = [sprint_link(context, sprint.id) for sprint in sprints]
    return joined(links, " ") if links else ""


@macro
def risk_register(context: Context, level: Annotated[Level | None, "Only risks of this level."] = None) -> Content:
    """Every risk with its mitigation and owner, gravest first."""
    rated = [s for s in context.facts.plan.sprints.values() if s.risk and level in {None, s.risk.level}]
    rated.sort(key=lambda sprint: -LEVELS.index(sprint.risk.level) if sprint.risk else 0)
    columns = [context.facts.plan.unit.one, "Risk", "What could happen", "Mitigation", "Owner"]
    return table("Risk register", columns, [_row(context, sprint) for sprint in rated])


def _row(context: Context, sprint: Sprint) -> Row:
    risk = sprint.risk
    owner = (risk.owner if risk else None) or sprint.owner
    return row(
        sprint_link(context, sprint.id, titled=True),
        risk_chip(risk),
        prose(risk.description) if risk and risk.description else None,
        items(risk.mitigation if risk else ()),
        context.facts.plan.person(owner) if owner else NOT_STATED,
    )
