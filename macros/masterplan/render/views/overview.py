"""The plan at a glance: headline figures, what was declared beside what the plan says, and what happens next."""

from typing import TYPE_CHECKING, Annotated, Literal

from masterplan.analyse import Facts, figures
from masterplan.analyse.progress import exposed, named_exposed, tally
from masterplan.analyse.staffing import Staffing
from masterplan.errors import UsageError
from masterplan.model.declared import Claim
from masterplan.model.naming import PLAN
from masterplan.model.quantity import Quantity
from masterplan.render.blocks import (
    NOTHING,
    Card,
    Cards,
    Content,
    Inline,
    Strong,
)
from masterplan.render.compose import items
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.views.widgets import (
    total_text,
)

if TYPE_CHECKING:
    from masterplan.analyse.content import ContentPart


@macro
def plan(
    context: Context,
    field: Annotated[
        Literal["title", "summary", "objective", "updated", "start", "unit", "units", "group", "groups"], "Which one."
    ],
) -> Content:
    """One thing the plan says of itself, for use inside a sentence or a heading."""
    header = context.facts.plan.header
    if field in {"summary", "objective"}:
        words = header.summary if field == "summary" else header.objective
        return prose(words) if words else NOTHING
    values = {
        "title": header.title,
        "updated": header.updated,
        "start": context.facts.plan.start,
        "unit": header.unit.one,
        "units": header.unit.many,
        "group": header.group.one,
        "groups": header.group.many,
    }
    return str(values[field] or "") or NOTHING


@macro
def headline(context: Context) -> Content:
    """The computed headline figures as cards, each with the declared values that do not match it."""
    return Cards(tuple(_cards(context)))


def _cards(context: Context) -> list[Card]:
    """The cards of the parts that the plan says something of."""
    facts = context.facts
    hard = str(sum(edge.strength == "hard" for edge in facts.graph.edges))
    monthly, annual = _money(facts, facts.monthly_savings), _money(facts, facts.annual_savings)
    cards: list[tuple[tuple[ContentPart, ...], Card]] = [
        (
            ("sprints",),
            Card(facts.plan.unit.many, f"{len(facts.plan.sprints)}", _done(facts), _disputed(facts, "sprints")),
        ),
        (("savings",), Card("Savings a month", monthly, "once all are done", _disputed(facts, "monthly-savings"))),
        (("savings",), Card("Savings a year", annual, "twelve months of it", _disputed(facts, "annual-savings"))),
        (
            ("phases", "options"),
            _duration(facts),
        ),
        (("dependencies",), Card("Hard dependencies", hard, "", _disputed(facts, "independent"))),
        (("risks",), _high_risks(facts)),
    ]
    return [card for parts, card in cards if any(map(context.has, parts))]


def _duration(facts: Facts) -> Card:
    """How long the phases last, and the options; only the latter in a plan without phases."""
    lasts = figures.lasting(figures.phases_span(facts.plan))
    staffed = figures.options_length(Staffing.followed(facts.plan))
    disputed = _disputed(facts, "duration")
    if not lasts and staffed:
        return Card("Duration", staffed.text, "as staffed", disputed)
    label = f"{facts.plan.group.many} last" if facts.plan.phases else "Duration"
    return Card(label, lasts or NOTHING, f"{staffed.text} as staffed" if staffed else "", disputed)


def _high_risks(facts: Facts) -> Card:
    """How many open risks are high: those of sprints as a whole, then those with names."""
    names = [facts.plan.name(sprint.id) for sprint, _ in exposed(facts.plan, facts.standings)]
    names += [risk.key for risk in named_exposed(facts.plan, facts.standings)]
    return Card("High risks", str(len(names)), ", ".join(names[:5]))


def _money(facts: Facts, value: Quantity | None) -> Inline:
    return value.text.split("/")[0] if value else total_text(value, figures.stated_savings(facts.kept))


def _disputed(facts: Facts, claim: Claim) -> tuple[str, ...]:
    """What the authors declared of the whole plan where it does not match."""
    about = [verdict for verdict in facts.verdicts if verdict.declared.claim == claim and verdict.subject == PLAN]
    return tuple(verdict.declared.says for verdict in about if verdict.outcome == "differs")


def _done(facts: Facts) -> str:
    """How many sprints are done; of how many, where some are dropped or deferred."""
    done, number = tally(facts.standings, facts.plan.ids)
    return f"{done} done" if number == len(facts.plan.sprints) else f"{done} of {number} done"


@macro
def next_steps(context: Context) -> Content:
    """What to do next, in order."""
    steps = context.facts.plan.header.next_steps
    return items(
        ((Strong(step.title), " ", step.detail or "", " ✓" if step.done else "") for step in steps), ordered=True
    )


@macro
def figure(
    context: Context, name: Annotated[Literal["sprints", "monthly-savings", "annual-savings", "weeks"], "Which figure."]
) -> Content:
    """One computed figure, for use inside a sentence."""
    facts = context.facts
    span = figures.phases_span(facts.plan)
    values = {
        "sprints": len(facts.plan.sprints),
        "monthly-savings": facts.monthly_savings.text if facts.monthly_savings else None,
        "annual-savings": facts.annual_savings.text if facts.annual_savings else None,
        "weeks": figures.lasting(span) or None,
    }
    if values[name] is None:
        raise UsageError(f"the plan says nothing from which {name} could be computed")
    return str(values[name])
