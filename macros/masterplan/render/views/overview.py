"""The plan at a glance: headline figures, what was declared beside what the plan says, and what happens next."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from markupsafe import Markup

from masterplan.analyse import Facts, figures
from masterplan.analyse.audit.judgement import Verdict
from masterplan.analyse.progress import exposed
from masterplan.errors import UsageError
from masterplan.model.declared import Claim
from masterplan.model.naming import PLAN
from masterplan.model.quantity import Quantity, amount
from masterplan.render.html import NOTHING, isolated, joined, link, list_of, render, small, text
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.table import Row, table
from masterplan.render.views.widgets import columns, outcome_chip, sprint_link, standing_chip, total

if TYPE_CHECKING:
    from masterplan.analyse.content import Part


@dataclass(frozen=True)
class Card:
    """One headline figure: what it is, its value, a note, and the declared values that do not match it."""

    label: str
    value: object
    note: str = ""
    disputed: tuple[str, ...] = ()


@macro
def plan(
    context: Context,
    field: Annotated[Literal["title", "summary", "updated", "start", "unit", "units", "group", "groups"], "Which one."],
) -> str:
    """One thing the plan says of itself, for use inside a sentence or a heading."""
    header = context.facts.plan.header
    if field == "summary":
        return prose(header.summary) if header.summary else NOTHING
    values = {
        "title": header.title,
        "updated": header.updated,
        "start": header.start,
        "unit": header.unit.one,
        "units": header.unit.many,
        "group": header.group.one,
        "groups": header.group.many,
    }
    return text(values[field]) if values[field] else NOTHING


@macro
def headline(context: Context) -> str:
    """The computed headline figures as cards, each with the declared values that do not match it."""
    cards = _cards(context)
    return render("cards.html.jinja", cards=cards) if cards else Markup("")


def _cards(context: Context) -> list[Card]:
    """The cards of the parts that the plan says something of."""
    facts = context.facts
    states = [standing.state for standing in facts.standings.values()]
    risky = [sprint.id for sprint, _ in exposed(facts.plan, facts.standings)]
    span = figures.phases_span(facts.plan)
    options = [Decimal(len(weeks)) for weeks in map(figures.option_span, facts.plan.options) if weeks]
    staffed = f"{amount(min(options), max(options), 'week').text} as staffed" if options else ""
    names = ", ".join(facts.plan.name(id_) for id_ in risky[:5])
    hard = str(sum(edge.strength == "hard" for edge in facts.graph.edges))
    lasts = figures.count(len(span), "week") if span else NOTHING
    monthly, annual = _money(facts, facts.monthly_savings), _money(facts, facts.annual_savings)
    cards: list[tuple[tuple[Part, ...], Card]] = [
        (
            ("sprints",),
            Card(facts.plan.unit.many, f"{len(states)}", f"{states.count('done')} done", _disputed(facts, "sprints")),
        ),
        (("savings",), Card("Savings a month", monthly, "once all are done", _disputed(facts, "monthly-savings"))),
        (("savings",), Card("Savings a year", annual, "twelve months of it", _disputed(facts, "annual-savings"))),
        (("phases", "options"), Card(f"{facts.plan.group.many} last", lasts, staffed, _disputed(facts, "duration"))),
        (("dependencies",), Card("Hard dependencies", hard, "", _disputed(facts, "independent"))),
        (("risks",), Card("High risks", str(len(risky)), names)),
    ]
    return [card for parts, card in cards if any(map(context.has, parts))]


def _money(facts: Facts, value: Quantity | None) -> Markup:
    return text(value.text.split("/")[0]) if value else total(value, figures.stated_savings(facts.kept))


def _disputed(facts: Facts, claim: str) -> tuple[str, ...]:
    """What the authors declared of the whole plan where it does not match."""
    about = [v for v in facts.verdicts if v.declared.claim == claim and v.subject == PLAN]
    return tuple(verdict.declared.says for verdict in about if verdict.outcome == "differs")


@macro
def declared(
    context: Context,
    show: Annotated[Literal["all", "differs"], "All of them, or only those that do not match."] = "all",
    sprint: Annotated[str | None, "Only those about this sprint."] = None,
    claim: Annotated[Claim | None, "Only claims of this kind."] = None,
) -> str:
    """What the authors wrote down, word for word, beside what the plan itself says."""
    facts = context.facts
    verdicts = facts.verdicts if sprint is None else facts.verdicts_of(context.sprint(sprint).id)
    verdicts = tuple(verdict for verdict in verdicts if claim in {None, verdict.declared.claim})
    if show == "differs" and verdicts:
        verdicts = tuple(verdict for verdict in verdicts if verdict.outcome == "differs")
        if not verdicts:
            return Markup('<p class="mp-good">Everything that is declared agrees with the plan.</p>')
    headings = ["Declared", "About", "The plan says", "Outcome"]
    rows = [_verdict(context, verdict) for verdict in verdicts]
    if sprint is not None:
        headings.remove("About")
        rows = [Row([row.cells[0], *row.cells[2:]]) for row in rows]
    return table("Declared and computed", headings, rows)


def _verdict(context: Context, verdict: Verdict) -> Row:
    where = link(context.links.source(verdict.place), verdict.declared.at or "in the plan")
    says = Markup("<q>{}</q> {}").format(text(verdict.declared.says), small(where))
    about = sprint_link(context, verdict.sprint) if verdict.sprint else verdict.name
    return Row([says, about, verdict.computed or NOTHING, outcome_chip(verdict)])


@macro
def what_now(context: Context) -> str:
    """What is being done now, what can be started, and what waits for what."""
    facts = context.facts
    standings = facts.standings.values()
    doing = [s for s in standings if s.state in {"in progress", "blocked"}]
    ready = [s for s in standings if s.ready]
    waiting = [s for s in standings if s.state == "planned" and not s.ready]
    groups = [
        (
            "In progress",
            [Markup("{} {}").format(sprint_link(context, s.sprint, titled=True), standing_chip(s)) for s in doing],
        ),
        ("Can start now", [sprint_link(context, s.sprint, titled=True) for s in ready]),
        ("Waiting", [_waiting(context, s.sprint, s.waits_for) for s in waiting]),
    ]
    return columns(context, groups)


def _waiting(context: Context, sprint: str, waits_for: tuple[str, ...]) -> Markup:
    needed = joined(sprint_link(context, id_) for id_ in waits_for)
    return Markup("{} {}").format(sprint_link(context, sprint, titled=True), small(Markup("for {}").format(needed)))


@macro
def next_steps(context: Context) -> str:
    """What to do next, in order."""
    steps = context.facts.plan.header.next_steps
    shown = (
        Markup("<strong>{}</strong> {}{}").format(isolated(s.title), isolated(s.detail or ""), " ✓" if s.done else "")
        for s in steps
    )
    return list_of(shown, ordered=True) if steps else Markup("")


@macro
def figure(
    context: Context, name: Annotated[Literal["sprints", "monthly-savings", "annual-savings", "weeks"], "Which figure."]
) -> str:
    """One computed figure, for use inside a sentence."""
    facts = context.facts
    span = figures.phases_span(facts.plan)
    values = {
        "sprints": len(facts.plan.sprints),
        "monthly-savings": facts.monthly_savings.text if facts.monthly_savings else None,
        "annual-savings": facts.annual_savings.text if facts.annual_savings else None,
        "weeks": figures.count(len(span), "week") if span else None,
    }
    if values[name] is None:
        raise UsageError(f"the plan says nothing from which {name} could be computed")
    return Markup('<span class="mp-figure-value">{}</span>').format(text(values[name]))
