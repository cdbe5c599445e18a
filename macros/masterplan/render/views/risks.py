"""What could go wrong: the risks of sprints as a whole, those that have a name, and those of the plan."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, NamedTuple

from masterplan.model.custom import CustomValues
from masterplan.model.plan import Plan
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.sprint import Sprint
from masterplan.render.blocks import (
    NOT_STATED,
    NOTHING,
    Box,
    Break,
    Chip,
    Content,
    Flow,
    Hyperlink,
    Inline,
    Matrix,
    Paragraph,
    Row,
    Strong,
    Table,
)
from masterplan.render.compose import anchor, items, joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose, prose_box
from masterplan.render.views.custom import OwnColumns
from masterplan.render.views.widgets import (
    MOST_IN_TABLE,
    firsts,
    grade_of_five,
    more_rows,
    owner_links,
    risk_chip,
    sprint_link,
    sprint_links,
    termed,
)

_MOST_TITLED = 20
"""In a plan of more sprints than this the matrix names risks without their titles."""

_MOST_IN_CELL = 12
"""Risks that a cell of the matrix names; the register has the others."""

_STATES = {"open": "in-progress", "mitigated": "done", "occurred": "blocked", "closed": "dropped"}
"""How the chip of each state of a risk looks."""


class _Rated(NamedTuple):
    """A risk, what the matrix calls it, and what it is about: nothing where that is plain from the page.

    `owner` is whoever watches it, by id.
    """

    risk: Risk | NamedRisk
    label: Inline
    about: Inline
    owner: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Whether it can no longer happen."""
        return isinstance(self.risk, NamedRisk) and self.risk.state == "closed"


def _all(context: Context) -> Iterator[_Rated]:
    """The risks of the plan, then those of each sprint, the one of the sprint as a whole first."""
    plan = context.facts.plan
    titled = _has_titles(context)
    for risk in plan.risks:
        yield _Rated(risk, _name(risk) if titled else risk.key, "Plan", risk.owner)
    for sprint in plan.sprints.values():
        name = sprint_link(context, sprint.id, titled=True)
        if sprint.risk:
            yield _Rated(
                sprint.risk, sprint_link(context, sprint.id, titled=titled), name, sprint.risk.owner or sprint.owner
            )
        yield from (_named(context, sprint, risk, name) for risk in sprint.risks)


def _named(context: Context, sprint: Sprint, risk: NamedRisk, about: Inline) -> _Rated:
    label = _name(risk) if _has_titles(context) else risk.key
    link = Hyperlink(context.links.sprint(sprint.id, "risk"), label)
    return _Rated(risk, link, about, risk.owner or sprint.owner)


def _has_titles(context: Context) -> bool:
    """Whether the matrix has room for titles; without, it has names and ids."""
    return len(context.facts.plan.sprints) <= _MOST_TITLED


@macro
def risk_matrix(context: Context) -> Content:
    """Risks by likelihood and impact; those that state only a level stand in a row of their own, by that level."""
    rated = [one for one in _all(context) if not one.is_closed]
    if not rated:
        return ()
    silent = [sprint.id for sprint in context.facts.plan.sprints.values() if not (sprint.risk or sprint.risks)]
    rest = Paragraph(("No risk stated: ", sprint_links(context, silent), ".")) if silent else ()
    placed = [one for one in rated if _is_placed(one)]
    others = [one for one in rated if not _is_placed(one)]
    return Box((_by_both(context, placed), _by_level(context, others), rest), "risks")


def _is_placed(one: _Rated) -> bool:
    return bool(one.risk.likelihood and one.risk.impact)


def _by_both(context: Context, rated: Sequence[_Rated]) -> Flow:
    """The risks that state likelihood and impact."""
    if not rated:
        return ()
    scale = context.facts.plan.scale

    def cell(likelihood: str, impact: str) -> tuple[int, int, Inline]:
        here = [one.label for one in rated if (one.risk.likelihood, one.risk.impact) == (likelihood, impact)]
        return _grade(context.facts.plan, likelihood, impact), len(here), _beside(context, here)

    rows = tuple((likelihood, tuple(cell(likelihood, impact) for impact in scale)) for likelihood in reversed(scale))
    return Matrix("Risk by likelihood and impact", "Likelihood", tuple(f"{level} impact" for level in scale), rows)


def _by_level(context: Context, rated: Sequence[_Rated]) -> Flow:
    """The risks that state a level only."""
    plan, levelled = context.facts.plan, [one for one in rated if one.risk.level]
    if not levelled:
        return ()
    cells = tuple(
        (grade_of_five(plan, level), 0, _beside(context, [one.label for one in levelled if one.risk.level == level]))
        for level in plan.scale
    )
    what = plan.unit.many.lower() if all(isinstance(one.risk, Risk) for one in levelled) else "risks"
    caption = f"{len(levelled)} {what} rated by level only (no likelihood or impact given)"
    return Matrix(caption, "", plan.scale, (("", cells),))


def _grade(plan: Plan, likelihood: str, impact: str) -> int:
    """1 to 5: the mean of the two levels, the graver one where it falls between."""
    return grade_of_five(plan, plan.scale[(plan.grade(likelihood) + plan.grade(impact) + 1) // 2])


def _beside(context: Context, labels: Sequence[Inline]) -> Inline:
    by: Inline = Break() if _has_titles(context) else ", "
    return joined(firsts(context, labels, _MOST_IN_CELL), by) if labels else ""


@macro
def risk_register(context: Context, level: Annotated[str | None, "Only risks of this level."] = None) -> Content:
    """Every risk with its mitigation and owner, gravest first; those that are closed come last.

    Of more than 1,000 the gravest and those of the plan, and the rest is counted.
    """
    wanted = None if level is None else context.level(level)
    rated = _gravest_first(context.facts.plan, (one for one in _all(context) if wanted in {None, one.risk.level}))
    shown = [one for n, one in enumerate(rated) if n < MOST_IN_TABLE or one.about == "Plan"]
    made = _register(context, shown)
    return (made, more_rows(context, len(rated) - len(shown))) if len(shown) < len(rated) else made


def named_risks(context: Context, sprint: Sprint) -> Table:
    """The risks of one sprint that have a name."""
    return _register(context, [_named(context, sprint, risk, NOTHING) for risk in sprint.risks])


def _gravest_first(plan: Plan, rated: Iterable[_Rated]) -> list[_Rated]:
    def rank(one: _Rated) -> tuple[bool, int]:
        return one.is_closed, -plan.grade(one.risk.level or one.risk.impact or one.risk.likelihood)

    return sorted(rated, key=rank)


def _register(context: Context, rated: Iterable[_Rated]) -> Table:
    plan = context.facts.plan
    listed = _gravest_first(plan, rated)
    about = [plan.unit.one if all(one.about != "Plan" for one in listed) else "About"]
    if all(one.about == NOTHING for one in listed):
        about = []
    own = OwnColumns.of(plan, "risk", (_fields(one) for one in listed))
    columns = [*about, "Risk", "What could happen", "Answer", "Owner", *own.headings, "State"]
    return table("Risk register", columns, [_row(context, one, own) for one in listed], ranks=(*plan.scale, *own.ranks))


def _fields(one: _Rated) -> CustomValues:
    """The team's own fields of a risk; the risk of a sprint as a whole has none."""
    return one.risk.fields if isinstance(one.risk, NamedRisk) else {}


def _row(context: Context, one: _Rated, own: OwnColumns) -> Row:
    plan, risk = context.facts.plan, one.risk
    named = risk if isinstance(risk, NamedRisk) else None
    return row(
        *([one.about] if one.about != NOTHING else []),
        (risk_chip(plan, risk.level), Box((_rating(risk),), "small") if _rating(risk) else ()),
        (
            Strong(_name(named)) if named else (),
            prose(risk.description) if risk.description else (),
            own.rest(_fields(one)),
        ),
        _answer(context, risk),
        owner_links(context, one.owner) if one.owner else NOT_STATED,
        *own.cells(_fields(one)),
        Chip(_STATES[named.state], named.state) if named else None,
        facts=own.facts(_fields(one)),
        anchor=anchor("risk", named.id) if named and named.id else "",
    )


def _rating(risk: Risk | NamedRisk) -> str:
    """Likelihood and impact, where either is stated."""
    rated = [f"likelihood {risk.likelihood}"] if risk.likelihood else []
    rated += [f"impact {risk.impact}"] if risk.impact else []
    return ", ".join(rated)


def _answer(context: Context, risk: Risk | NamedRisk) -> Flow:
    """What is done about a risk before it happens, what shows that it does, and what is done then."""
    if isinstance(risk, Risk):
        relies_on = risk.relies_on
        relied = Box(("Relies on ", sprint_links(context, relies_on)), "small") if relies_on else ()
        return (items(risk.mitigation), relied)
    trigger = Box((f"Trigger: {risk.trigger}",), "small") if risk.trigger else ()
    then = (Box(("Once it happens:",), "small"), items(risk.contingency)) if risk.contingency else ()
    return (items(risk.mitigation), trigger, then)


def _name(risk: NamedRisk) -> str:
    return f"{risk.id}: {risk.title}" if risk.id else risk.title


def risk_of(context: Context, sprint: Sprint) -> Flow:
    """The risk of a sprint as a whole, and what is done about it."""
    return _whole(context, sprint.risk) if sprint.risk else ()


def _whole(context: Context, risk: Risk) -> Box:
    owner = (", watched by ", owner_links(context, risk.owner)) if risk.owner else ""
    mitigation: Flow = Paragraph("No mitigation is stated.", "missing")
    if risk.mitigation:
        mitigation = items(termed(context, step) for step in risk.mitigation)
    level = Paragraph((risk_chip(context.facts.plan, risk.level), f" {_rating(risk)}" if _rating(risk) else "", owner))
    relies_on = Paragraph(("It relies on ", sprint_links(context, risk.relies_on), ".")) if risk.relies_on else ()
    description = prose_box(risk.description)
    return Box((level, description, mitigation, relies_on), "risk")
