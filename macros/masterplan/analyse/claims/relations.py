"""Judges of ties between sprints: dependencies, rollback, membership and order."""

from collections.abc import Iterable
from decimal import Decimal

from masterplan.analyse import figures
from masterplan.analyse.claims.case import MOST_COMPARED, UNCHECKED, Case, Judgement
from masterplan.analyse.claims.compare import compare
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import Compared
from masterplan.analyse.wording import at_edge, listed
from masterplan.model.calendar import Weeks
from masterplan.model.plan import Header, Option, Phase, Sprint
from masterplan.model.quantity import amount


def independent(case: Case) -> Judgement:
    """Whether no hard dependency ties the sprints spoken of to another."""
    graph = case.graph
    touching = dict.fromkeys(edge for id_ in case.about for edge in (*graph.needs[id_], *graph.needed_by[id_]))
    hard = [edge for edge in touching if edge.strength == "hard"]
    if not hard:
        return Judgement("no hard dependency", "agrees")
    chains = listed(f"{case.plan.name(edge.sprint)} needs {case.plan.name(edge.needs)}" for edge in hard)
    said = f"{figures.count(len(hard), 'hard dependency', 'hard dependencies')}: {chains}"
    return Judgement(said, "differs", _edges(case, hard))


def needs(case: Case) -> Judgement:
    """Whether the sprint depends on those named, directly or through others."""
    if not isinstance(case.part, Sprint) or not case.declared.sprints:
        return UNCHECKED
    direct = case.graph.needs[case.part.id]
    missing = set(case.declared.sprints) - {edge.needs for edge in direct}
    lacks = missing and missing - set(case.graph.before(case.part.id))
    text = f"needs {case.names(edge.needs for edge in direct)}" if direct else "needs nothing"
    return Judgement(text, "differs" if lacks else "agrees", _edges(case, direct))


def needs_nothing(case: Case) -> Judgement:
    """Whether the sprints say aloud that they need nothing."""
    edges = [edge for id_ in case.about for edge in case.graph.needs[id_]]
    if edges:
        needed = dict.fromkeys(edge.needs for edge in edges)
        return Judgement(f"needs {case.names(needed)}", "differs", _edges(case, edges))
    if any(case.plan.sprints[id_].depends_on is None for id_ in case.about):
        return Judgement("nobody has said what it needs", "unchecked")
    return Judgement("needs nothing", "agrees")


def needed_by(case: Case) -> Judgement:
    """Whether those named depend on the sprint, or as many as the figure says, or any."""
    if not isinstance(case.part, Sprint):
        return UNCHECKED
    after = case.graph.after(case.part.id)
    value = case.declared.value
    number = Decimal(len(after))
    is_as_many = value is None or compare(value, amount(number, number, value.unit), case.plan.calendar) != "differs"
    agrees = bool(after) and is_as_many and set(case.declared.sprints) <= set(after)
    others = [id_ for id_ in case.declared.sprints if id_ not in after]
    text = f"needed by {case.names(after)}" if after else "nothing needs it"
    text += f", not by {case.names(others)}" if after and others else ""
    return Judgement(text, "agrees" if agrees else "differs", _edges(case, case.graph.needed_by[case.part.id]))


def soft_dependency(case: Case) -> Judgement:
    """Whether the dependency on those named, or every one, is soft."""
    if not isinstance(case.part, Sprint):
        return UNCHECKED
    named = case.declared.sprints
    edges = [edge for edge in case.graph.needs[case.part.id] if not named or edge.needs in named]
    text = listed(f"{edge.strength} dependency on {case.plan.name(edge.needs)}" for edge in edges)
    is_soft = bool(edges) and all(edge.strength == "soft" for edge in edges)
    return Judgement(text or "no dependency", "agrees" if is_soft else "differs", _edges(case, edges))


def rolls_back_alone(case: Case) -> Judgement:
    """Whether nothing has to be undone with the sprints; those without anything to undo take nothing along."""
    undone = [id_ for id_ in case.about if (back := case.plan.sprints[id_].rollback) and back.needed]
    tied = [edge for id_ in undone for edge in case.graph.needed_by[id_] if edge.strength == "hard"]
    if tied:
        said = listed(f"{case.plan.name(e.sprint)} falls with {case.plan.name(e.needs)}" for e in tied)
        return Judgement(said, "differs", _edges(case, tied))
    unsaid = any(case.plan.sprints[id_].rollback is None for id_ in case.about)
    return UNCHECKED if unsaid else Judgement("nothing falls with it", "agrees")


def includes(case: Case) -> Judgement:
    """Whether the phase or option holds exactly the sprints named."""
    match case.part:
        case Phase(sprints=held):
            path = (*case.path, "sprints")
        case Option():
            held = tuple(next(each.doing for each in case.staffing if each.path == case.path))
            path = case.path
        case _:
            return UNCHECKED
    text = (
        case.names(id_ for id_ in case.plan.sprints if id_ in set(held)) if held else f"no {case.plan.unit.one.lower()}"
    )
    agrees = set(held) == set(case.declared.sprints)
    return Judgement(text, "agrees" if agrees else "differs", (Compared(path, text),))


def early(case: Case) -> Judgement:
    """Whether the sprints are placed in the plan's first week by their phase; by the options where they have none."""
    placed = {id_: window for id_ in case.about if (window := _window(case, id_))}
    if not placed:
        return UNCHECKED
    spans = [figures.phases_span(case.plan), *(each.span for each in case.staffing)]
    first = min(span.first for span in spans if span)
    late = {id_: at for id_, (weeks, at) in placed.items() if weeks.first > first}
    text = listed(f"{case.plan.name(id_)} starts in week {placed[id_][0].first}" for id_ in late or placed)
    return Judgement(text, "differs" if late else "agrees", tuple(late.values())[:MOST_COMPARED])


def _window(case: Case, id_: str) -> tuple[Weeks, Compared] | None:
    phase = case.plan.phase_of.get(id_)
    if phase:
        path = ("phases", "phases", case.plan.phases.index(phase), "weeks")
        return phase.weeks, Compared(path, f"{case.plan.group_name(phase.id)}: {phase.weeks.named}")
    spans = [(span, each) for each in case.staffing if (span := each.spans.get(id_))]
    if not spans:
        return None
    weeks, staffing = min(spans, key=lambda each: each[0].first)
    return weeks, Compared((*staffing.doing[id_][0].path, "weeks"), f"{staffing.name}: {weeks.named}")


def last(case: Case) -> Judgement:
    """Whether the sprints are in a phase that no other outlasts."""
    ends = {id_: phase.weeks.last for id_, phase in case.plan.phase_of.items()}
    speaks_of = {id_ for id_ in case.about if id_ in ends}
    if not speaks_of:
        return UNCHECKED
    end = max(ends.values())
    latest = [id_ for id_, each in ends.items() if each == end]
    return Judgement(f"last: {case.names(latest)}", "agrees" if speaks_of <= set(latest) else "differs")


def ready(case: Case) -> Judgement:
    """Whether all next steps are done; of a sprint, whether everything is that it needs."""
    match case.part:
        case Header(next_steps=steps) if steps:
            left = [n for n, step in enumerate(steps) if not step.done]
            text = f"{len(left)} of {figures.count(len(steps), 'next step')} open"
            places = tuple(Compared((*case.path, "next_steps", n), steps[n].title) for n in left)
            return Judgement(text, "differs" if left else "agrees", places)
        case Sprint(id=id_):
            waits = case.standings[id_].waits_for
            text = f"waits for {case.names(waits)}" if waits else "waits for nothing"
            edges = [edge for edge in case.graph.needs[id_] if edge.needs in waits]
            return Judgement(text, "differs" if waits else "agrees", _edges(case, edges))
        case _:
            return UNCHECKED


def _edges(case: Case, edges: Iterable[Edge]) -> tuple[Compared, ...]:
    return tuple(at_edge(case.plan, edge) for edge in edges)[:MOST_COMPARED]
