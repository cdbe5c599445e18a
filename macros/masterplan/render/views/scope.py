"""The scope of a plan, a phase or a sprint: aims, results, decisions, asks and notes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from masterplan.model.scope import Ask, Criterion, Decision, Scope
from masterplan.render.blocks import Box, Chip, Content, Flow, Folded, Inline, ItemList, Row, Section, Table
from masterplan.render.compose import TICKS, items, row, table, under_titles
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose, prose_box
from masterplan.render.views.widgets import owner_links, phase_title, sprint_link, unit_links, window_dates

ScopedPart: TypeAlias = tuple[Inline, Scope]
"""The name of a part of the plan for tables of all parts, and its scope."""


def scope(part: Scope) -> Flow:
    """Objective, deliverables, assumptions and acceptance criteria, if stated, each under its title."""
    return (aims(part), acceptance(part))


def aims(part: Scope) -> Flow:
    """Objective, deliverables and assumptions, if stated, each under its title."""
    return under_titles([("Objective", prose_box(part.objective)), *_results(part)])


def _results(part: Scope) -> Iterator[tuple[str, Flow]]:
    yield "Deliverables", items(part.deliverables)
    yield "Assumptions", items(part.assumptions)


def acceptance(part: Scope) -> Flow:
    """The acceptance criteria, under their title."""
    return under_titles([("Acceptance criteria", checklist(part.acceptance))])


def checklist(criteria: Iterable[Criterion]) -> ItemList:
    """Criteria with a box each, ticked once met."""
    return items((TICKS[criterion.done], criterion.text) for criterion in criteria)


def notes(part: Scope) -> tuple[str, Content]:
    """The summary and body of a fold with the notes of a part; several notes have a fold each."""
    titled = titled_notes(part)
    if len(titled) == 1:
        return titled[0]
    return f"Notes ({len(titled)})", Box(tuple(Folded(title, body, "more") for title, body in titled), "folds")


def titled_notes(part: Scope) -> list[tuple[str, Flow]]:
    """The notes of a part with their titles; a number replaces a missing title."""
    return [(note.title or f"Note {n}", prose_box(note.text)) for n, note in enumerate(part.notes, 1)]


@macro
def plan_scope(context: Context) -> Content:
    """The plan's deliverables, assumptions and acceptance criteria, and its notes."""
    header = context.facts.plan.header
    stated = (under_titles(_results(header)), acceptance(header))
    return (Section(2, "Scope", "scope", stated), Box(Folded(*notes(header), "more", anchor="notes"), "folds"))


@macro
def decisions(context: Context) -> Content:
    """A section each for the decisions and the asks of the plan, its phases and its sprints, open ones first."""
    parts = list(_parts(context))
    return (
        Section(2, "Decisions", "decisions", _decision_table(context, parts)),
        Section(2, "Needed from others", "asks", _ask_table(context, parts)),
    )


def _parts(context: Context) -> Iterator[ScopedPart]:
    plan = context.facts.plan
    yield "Plan", plan.header
    yield from ((phase_title(plan, phase), phase) for phase in plan.phases)
    yield from ((sprint_link(context, id_, titled=True), sprint) for id_, sprint in plan.sprints.items())


def _decision_table(context: Context, parts: Sequence[ScopedPart]) -> Table:
    """The decisions of several parts, open ones first."""
    listed = [(name, decision) for name, part in parts for decision in part.decisions]
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


def _ask_table(context: Context, parts: Sequence[ScopedPart]) -> Table:
    """The asks of several parts, open ones first."""
    listed = [(name, ask) for name, part in parts for ask in part.asks]
    listed.sort(key=lambda pair: pair[1].done)
    columns = ["Ask", "About", "From", "When", "State", "Note"]
    return table("Needed from others", columns, [_ask(context, name, ask) for name, ask in listed])


def _ask(context: Context, name: Inline, ask: Ask) -> Row:
    state = Chip("done", "done") if ask.done else Chip("in-progress", "open")
    return row(ask.title, name, ask.by, window_dates(context, ask.when), state, prose(ask.note) if ask.note else None)


def open_points(context: Context, part: Scope) -> Flow:
    """The decisions and asks of one part, as tables under their titles."""
    parts: list[ScopedPart] = [("", part)]
    tables = [("Decisions", _decision_table(context, parts)), ("Needed from others", _ask_table(context, parts))]
    return under_titles(tables)
