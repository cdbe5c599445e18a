"""What a plan, a phase or a sprint is for, and what it hangs on: aims, results, decisions, asks, notes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from masterplan.model.scope import Ask, Criterion, Decision, Scope
from masterplan.render.blocks import Box, Chip, Content, Flow, Folded, Inline, ItemList, Row, Section, Table
from masterplan.render.compose import TICKS, items, named, row, table, under_titles
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose, prose_box
from masterplan.render.views.widgets import owner_links, sprint_link, unit_links, window_dates

About: TypeAlias = tuple[Inline, Scope]
"""A part of the plan with a scope, and what it is called in a table of all of them."""


def scope(about: Scope) -> Flow:
    """Objective, deliverables, assumptions and acceptance criteria, each under its title where it is stated."""
    return (aims(about), acceptance(about))


def aims(about: Scope) -> Flow:
    """Objective, deliverables and assumptions, each under its title where it is stated."""
    return under_titles([("Objective", prose_box(about.objective)), *_results(about)])


def _results(about: Scope) -> Iterator[tuple[str, Flow]]:
    yield "Deliverables", items(about.deliverables)
    yield "Assumptions", items(about.assumptions)


def acceptance(about: Scope) -> Flow:
    """What must be true before it is accepted, under its title."""
    return under_titles([("Acceptance criteria", checklist(about.acceptance))])


def checklist(criteria: Iterable[Criterion]) -> ItemList:
    """Criteria with a box each, ticked where it is met."""
    return items((TICKS[criterion.done], criterion.text) for criterion in criteria)


def notes(about: Scope) -> tuple[str, Content]:
    """The notes of a part as the summary and the body of a fold: one note, or several, each in a fold of its own."""
    titled = titled_notes(about)
    if len(titled) == 1:
        return titled[0]
    return f"Notes ({len(titled)})", Box(tuple(Folded(title, body, "more") for title, body in titled), "folds")


def titled_notes(about: Scope) -> list[tuple[str, Flow]]:
    """The notes of a part, each with its title; one without is called by its number."""
    return [(note.title or f"Note {n}", prose_box(note.text)) for n, note in enumerate(about.notes, 1)]


@macro
def plan_scope(context: Context) -> Content:
    """What the plan hands over, what must be true before it is accepted, and what it takes for granted; its notes."""
    header = context.facts.plan.header
    stated = (under_titles(_results(header)), acceptance(header))
    return (Section(2, "Scope", "scope", stated), Box(Folded(*notes(header), "more", anchor="notes"), "folds"))


@macro
def decisions(context: Context) -> Content:
    """Every decision and every ask of the plan, its phases and its sprints, the open ones first: a section each."""
    abouts = list(_abouts(context))
    return (
        Section(2, "Decisions", "decisions", decision_table(context, abouts)),
        Section(2, "Needed from others", "asks", ask_table(context, abouts)),
    )


def _abouts(context: Context) -> Iterator[About]:
    plan = context.facts.plan
    yield "Plan", plan.header
    yield from ((named(plan.group_name(phase.id), phase.title), phase) for phase in plan.phases)
    yield from ((sprint_link(context, id_, titled=True), sprint) for id_, sprint in plan.sprints.items())


def decision_table(context: Context, abouts: Sequence[About]) -> Table:
    """The decisions of some parts, the open ones first."""
    listed = [(name, decision) for name, about in abouts for decision in about.decisions]
    listed.sort(key=lambda pair: pair[1].state != "open")
    columns = ["Decision", "About", "State", "Outcome", "Who decides", "When", "Blocks", "Note"]
    return table("Decisions", columns, [_decision(context, name, decision) for name, decision in listed])


def _decision(context: Context, name: Inline, decision: Decision) -> Row:
    return row(
        decision.title,
        name,
        Chip("done" if decision.state == "taken" else "in-progress", decision.state),
        decision.outcome,
        owner_links(context, decision.owner),
        window_dates(context, decision.when),
        unit_links(context, decision.blocks),
        prose(decision.note) if decision.note else None,
    )


def ask_table(context: Context, abouts: Sequence[About]) -> Table:
    """The asks of some parts, the open ones first."""
    listed = [(name, ask) for name, about in abouts for ask in about.asks]
    listed.sort(key=lambda pair: pair[1].done)
    columns = ["Ask", "About", "From", "When", "State", "Note"]
    return table("Needed from others", columns, [_ask(context, name, ask) for name, ask in listed])


def _ask(context: Context, name: Inline, ask: Ask) -> Row:
    state = Chip("done", "done") if ask.done else Chip("in-progress", "open")
    return row(ask.title, name, ask.by, window_dates(context, ask.when), state, prose(ask.note) if ask.note else None)


def open_points(context: Context, about: Scope) -> Flow:
    """The decisions and asks of one part, as tables under their titles."""
    abouts: list[About] = [("", about)]
    tables = [("Decisions", decision_table(context, abouts)), ("Needed from others", ask_table(context, abouts))]
    return under_titles(tables)
