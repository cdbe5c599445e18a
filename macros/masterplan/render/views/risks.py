"""Risks: the overall risk of each sprint, and the titled risks of sprints and of the plan."""

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
from masterplan.render.views.custom import CustomColumns
from masterplan.render.views.widgets import (
    MOST_IN_COLUMN,
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
"""Most sprints of a plan whose risk matrix has titles."""

_STATES = {"open": "in-progress", "mitigated": "done", "occurred": "blocked", "closed": "dropped"}
"""The chip for each state of a risk."""


class _Entry(NamedTuple):
    """A risk with its label in the matrix and the part it is about: a dash if the page makes that clear.

    `owner` has the ids of its owners.
    """

    risk: Risk | NamedRisk
    label: Inline
    subject: Inline
    owner: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Whether it can no longer happen."""
        return isinstance(self.risk, NamedRisk) and self.risk.state == "closed"


def _all(context: Context) -> Iterator[_Entry]:
    """The risks of the plan, then those of each sprint, starting with the sprint's overall risk."""
    plan = context.facts.plan
    titled = _has_titles(context)
    for risk in plan.risks:
        yield _Entry(risk, _name(risk) if titled else risk.key, "Plan", risk.owner)
    for sprint in plan.sprints.values():
        name = sprint_link(context, sprint.id, titled=True)
        if sprint.risk:
            yield _Entry(
                sprint.risk, sprint_link(context, sprint.id, titled=titled), name, sprint.risk.owner or sprint.owner
            )
        yield from (_named(context, sprint, risk, name) for risk in sprint.risks)


def _named(context: Context, sprint: Sprint, risk: NamedRisk, subject: Inline) -> _Entry:
    label = _name(risk) if _has_titles(context) else risk.key
    link = Hyperlink(context.links.sprint(sprint.id, "risk"), label)
    return _Entry(risk, link, subject, risk.owner or sprint.owner)


def _has_titles(context: Context) -> bool:
    """Whether the matrix has room for titles; otherwise it shows names and ids."""
    return len(context.facts.plan.sprints) <= _MOST_TITLED


@macro
def risk_matrix(context: Context) -> Content:
    """Risks by likelihood and impact; risks with only a level are in a separate row, by level."""
    entries = [entry for entry in _all(context) if not entry.is_closed]
    if not entries:
        return ()
    without = [sprint.id for sprint in context.facts.plan.sprints.values() if not (sprint.risk or sprint.risks)]
    rest = Paragraph(("No risk stated: ", sprint_links(context, without), ".")) if without else ()
    placed = [entry for entry in entries if _is_placed(entry)]
    others = [entry for entry in entries if not _is_placed(entry)]
    return Box((_by_both(context, placed), _by_level(context, others), rest), "risks")


def _is_placed(entry: _Entry) -> bool:
    return bool(entry.risk.likelihood and entry.risk.impact)


def _by_both(context: Context, entries: Sequence[_Entry]) -> Flow:
    """The risks with likelihood and impact."""
    if not entries:
        return ()
    scale = context.facts.plan.scale

    def cell(likelihood: str, impact: str) -> tuple[int, Inline]:
        labels = [
            entry.label for entry in entries if (entry.risk.likelihood, entry.risk.impact) == (likelihood, impact)
        ]
        return _grade(context.facts.plan, likelihood, impact), _listed(context, labels)

    rows = tuple((likelihood, tuple(cell(likelihood, impact) for impact in scale)) for likelihood in reversed(scale))
    return Matrix("Risk by likelihood and impact", "Likelihood", tuple(f"{level} impact" for level in scale), rows)


def _by_level(context: Context, entries: Sequence[_Entry]) -> Flow:
    """The risks with only a level."""
    plan, levelled = context.facts.plan, [entry for entry in entries if entry.risk.level]
    if not levelled:
        return ()
    cells = tuple(
        (grade_of_five(plan, level), _listed(context, [entry.label for entry in levelled if entry.risk.level == level]))
        for level in plan.scale
    )
    what = plan.unit.many.lower() if all(isinstance(entry.risk, Risk) for entry in levelled) else "risks"
    caption = f"{len(levelled)} {what} rated by level only (no likelihood or impact stated)"
    return Matrix(caption, "", plan.scale, (("", cells),))


def _grade(plan: Plan, likelihood: str, impact: str) -> int:
    """The mean of the two levels as a grade from 1 to 5, rounded up to the graver level."""
    return grade_of_five(plan, plan.scale[(plan.grade(likelihood) + plan.grade(impact) + 1) // 2])


def _listed(context: Context, labels: Sequence[Inline]) -> Inline:
    separator: Inline = Break() if _has_titles(context) else ", "
    return joined(firsts(context, labels, MOST_IN_COLUMN), separator) if labels else ""


@macro
def risk_register(context: Context, level: Annotated[str | None, "Only risks of this level."] = None) -> Content:
    """Every risk with its response and owner, gravest first and closed risks last.

    Of more than 1,000 risks, only the gravest and those of the plan are listed, and the rest is counted.
    """
    wanted = None if level is None else context.level(level)
    entries = _gravest_first(
        context.facts.plan, (entry for entry in _all(context) if wanted in {None, entry.risk.level})
    )
    listed = [entry for n, entry in enumerate(entries) if n < MOST_IN_TABLE or entry.subject == "Plan"]
    register = _register(context, listed)
    return (register, more_rows(context, len(entries) - len(listed))) if len(listed) < len(entries) else register


def plan_risks(context: Context) -> Table:
    """The risks of the plan itself, without those of its sprints."""
    return _register(context, [entry for entry in _all(context) if entry.subject == "Plan"])


def named_risks(context: Context, sprint: Sprint) -> Table:
    """The titled risks of a sprint."""
    return _register(context, [_named(context, sprint, risk, NOTHING) for risk in sprint.risks])


def _gravest_first(plan: Plan, entries: Iterable[_Entry]) -> list[_Entry]:
    def rank(entry: _Entry) -> tuple[bool, int]:
        return entry.is_closed, -plan.grade(entry.risk.level or entry.risk.impact or entry.risk.likelihood)

    return sorted(entries, key=rank)


def _register(context: Context, entries: Iterable[_Entry]) -> Table:
    plan = context.facts.plan
    listed = _gravest_first(plan, entries)
    subject = [plan.unit.one if all(entry.subject != "Plan" for entry in listed) else "About"]
    if all(entry.subject == NOTHING for entry in listed):
        subject = []
    has_states = any(isinstance(entry.risk, NamedRisk) and entry.risk.state != "open" for entry in listed)
    custom = CustomColumns.of(plan, "risk", (_fields(entry) for entry in listed))
    columns = [*subject, "Risk", "Description", "Response", "Owner", *custom.headings, "State"]
    return table(
        "Risk register",
        columns,
        [_row(context, entry, custom, has_states=has_states) for entry in listed],
        ranks=(*plan.scale, *custom.ranks),
    )


def _fields(entry: _Entry) -> CustomValues:
    """The custom fields of a risk; the overall risk of a sprint has none."""
    return entry.risk.fields if isinstance(entry.risk, NamedRisk) else {}


def _row(context: Context, entry: _Entry, custom: CustomColumns, *, has_states: bool) -> Row:
    plan, risk = context.facts.plan, entry.risk
    named = risk if isinstance(risk, NamedRisk) else None
    return row(
        *([entry.subject] if entry.subject != NOTHING else []),
        (risk_chip(plan, risk.level), Box((_rating(risk),), "small") if _rating(risk) else ()),
        (
            Strong(_name(named)) if named else (),
            prose(risk.description) if risk.description else (),
            custom.rest(_fields(entry)),
        ),
        _response(context, risk),
        owner_links(context, entry.owner) if entry.owner else NOT_STATED,
        *custom.cells(_fields(entry)),
        Chip(_STATES[named.state], named.state) if named and has_states else None,
        facts=custom.facts(_fields(entry)),
        anchor=anchor("risk", named.id) if named and named.id else "",
    )


def _rating(risk: Risk | NamedRisk) -> str:
    """Likelihood and impact, if stated."""
    rated = [f"likelihood {risk.likelihood}"] if risk.likelihood else []
    rated += [f"impact {risk.impact}"] if risk.impact else []
    return ", ".join(rated)


def _response(context: Context, risk: Risk | NamedRisk) -> Flow:
    """The response to a risk: mitigation, trigger and contingency."""
    if isinstance(risk, Risk):
        relies_on = risk.relies_on
        remark = Box(("Relies on ", sprint_links(context, relies_on)), "small") if relies_on else ()
        return (items(risk.mitigation), remark)
    trigger = Box((f"Trigger: {risk.trigger}",), "small") if risk.trigger else ()
    then = (Box(("If it happens:",), "small"), items(risk.contingency)) if risk.contingency else ()
    return (items(risk.mitigation), trigger, then)


def _name(risk: NamedRisk) -> str:
    return f"{risk.id}: {risk.title}" if risk.id else risk.title


def risk_of(context: Context, sprint: Sprint) -> Flow:
    """The overall risk of a sprint and its mitigation."""
    return _risk_box(context, sprint.risk) if sprint.risk else ()


def _risk_box(context: Context, risk: Risk) -> Box:
    owner = (", owned by ", owner_links(context, risk.owner)) if risk.owner else ""
    mitigation: Flow = Paragraph("No mitigation is stated.", "missing")
    if risk.mitigation:
        mitigation = items(termed(context, step) for step in risk.mitigation)
    level = Paragraph((risk_chip(context.facts.plan, risk.level), f" {_rating(risk)}" if _rating(risk) else "", owner))
    relies_on = Paragraph(("It relies on ", sprint_links(context, risk.relies_on), ".")) if risk.relies_on else ()
    description = prose_box(risk.description)
    return Box((level, description, mitigation, relies_on), "risk")
