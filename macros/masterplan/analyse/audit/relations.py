"""Judges of claims about relations between sprints: dependencies, rollback, membership, order, and superlatives."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from masterplan.analyse import figures
from masterplan.analyse.audit.judgement import MOST_COMPARED, UNCHECKED, Judgement, outcome_of
from masterplan.analyse.audit.rule import ClaimContext
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import Compared, are, at_edge, listed, verb
from masterplan.model.declared import Declared
from masterplan.model.header import Header
from masterplan.model.option import Option
from masterplan.model.plan import Phase
from masterplan.model.quantity import amount
from masterplan.model.sprint import Sprint
from masterplan.model.timeline import Period

_PREPARES = re.compile(
    r"\b(?:review|approv|assign|agree|decid|confirm|sign[ -]?off|finali[sz]|estimat|budget|hir|order)\w*", re.IGNORECASE
)
"""Steps that must precede the work: if one is open, the plan is not ready."""

_TO_READ = re.compile(r"\bfor (?:review|discussion|comment|feedback|planning|refinement|approval)\b", re.IGNORECASE)
"""The text is ready to be read or discussed; the claim is not about the work."""

_MOST_CLAUSES = 4
"""Dependencies that a sentence spells out; it counts the others."""


def judge_independent(claim: ClaimContext) -> Judgement:
    """Whether the sprints have no hard dependencies, in either direction."""
    graph = claim.inputs.graph
    touching = dict.fromkeys(edge for id_ in claim.sprints for edge in (*graph.needs[id_], *graph.needed_by[id_]))
    hard = [edge for edge in touching if edge.strength == "hard"]
    if not hard:
        return Judgement("there is no hard dependency", "agrees")
    clauses = (f"{claim.plan.name(edge.sprint)} needs {claim.plan.name(edge.needs)}" for edge in hard)
    chains = listed(clauses, _MOST_CLAUSES)
    return Judgement(chains, "differs", _edges(claim, hard))


def judge_needs(claim: ClaimContext) -> Judgement:
    """Whether the sprint depends on the listed ones, directly or indirectly."""
    if not isinstance(claim.part, Sprint) or not claim.declared.sprints:
        return UNCHECKED
    direct = claim.inputs.graph.needs[claim.part.id]
    missing = set(claim.declared.sprints) - {edge.needs for edge in direct}
    missing = missing and missing - set(claim.inputs.graph.before(claim.part.id))
    text = f"it needs {claim.names(edge.needs for edge in direct)}" if direct else "it needs nothing"
    return Judgement(text, "differs" if missing else "agrees", _edges(claim, direct))


def judge_needs_nothing(claim: ClaimContext) -> Judgement:
    """Whether the sprints have no hard dependencies; unchecked if one does not state its dependencies."""
    needs = claim.inputs.graph.needs
    edges = [edge for id_ in claim.sprints for edge in needs[id_] if edge.strength == "hard"]
    if edges:
        needed = dict.fromkeys(edge.needs for edge in edges)
        return Judgement(f"it needs {claim.names(needed)}", "differs", _edges(claim, edges))
    if any(claim.plan.sprints[id_].depends_on is None for id_ in claim.sprints):
        return Judgement("its dependencies are not stated", "unchecked")
    return Judgement("it needs nothing", "agrees")


def judge_needed_by(claim: ClaimContext) -> Judgement:
    """Whether the listed sprints, and as many as the claim states, depend on it; if it states neither, whether any do.

    A claim that nothing needs the sprint is about hard dependencies.
    """
    if not isinstance(claim.part, Sprint):
        return UNCHECKED
    if _is_none(claim.declared):
        hard = [edge for edge in claim.inputs.graph.needed_by[claim.part.id] if edge.strength == "hard"]
        text = _needing(claim, [edge.sprint for edge in hard])
        return Judgement(text, "differs" if hard else "agrees", _edges(claim, hard))
    after = claim.inputs.graph.after(claim.part.id)
    value = claim.declared.value
    number = Decimal(len(after))
    is_as_many = (
        value is None or outcome_of(value, amount(number, number, value.unit), claim.plan.calendar) != "differs"
    )
    agrees = bool(after) and is_as_many and set(claim.declared.sprints) <= set(after)
    others = [id_ for id_ in claim.declared.sprints if id_ not in after]
    text = _needing(claim, after)
    if after and not agrees:
        text = f"only {text}" + (f", not {claim.names(others)}" if others else "")
    return Judgement(
        text, "agrees" if agrees else "differs", _edges(claim, claim.inputs.graph.needed_by[claim.part.id])
    )


def _needing(claim: ClaimContext, sprints: Sequence[str]) -> str:
    """Clause that names the sprints that need this one."""
    if not sprints:
        return "nothing needs it"
    return f"{claim.names(sprints)} {verb(sprints, 'needs', 'need')} it"


def _is_none(declared: Declared) -> bool:
    """Whether the claim states none, by its value or in words: `Unblocks: None`."""
    if declared.sprints or declared.value is not None:
        return declared.value is not None and declared.value.high == 0
    return declared.says.rpartition(":")[2].strip().casefold() in {"none", "nothing", "nobody", "-", "–", "—"}


def judge_soft_dependency(claim: ClaimContext) -> Judgement:
    """Whether the dependencies on the listed sprints are soft; if none are listed, whether all dependencies are."""
    if not isinstance(claim.part, Sprint):
        return UNCHECKED
    named = claim.declared.sprints
    edges = [edge for edge in claim.inputs.graph.needs[claim.part.id] if not named or edge.needs in named]
    text = listed(f"its dependency on {claim.plan.name(edge.needs)} is {edge.strength}" for edge in edges)
    is_soft = bool(edges) and all(edge.strength == "soft" for edge in edges)
    return Judgement(text or "it has no such dependency", "agrees" if is_soft else "differs", _edges(claim, edges))


def judge_rolls_back_alone(claim: ClaimContext) -> Judgement:
    """Whether the sprints can be rolled back alone, which is true of a sprint that needs no rollback."""
    rollbacks = {id_: claim.plan.sprints[id_].rollback for id_ in claim.sprints}
    undone = [id_ for id_, rollback in rollbacks.items() if rollback and rollback.needed]
    broken = [edge for id_ in undone for edge in claim.inputs.graph.needed_by[id_] if edge.strength == "hard"]
    if broken:
        text = listed(f"undoing {claim.plan.name(e.needs)} breaks {claim.plan.name(e.sprint)}" for e in broken)
        return Judgement(text, "differs", _edges(claim, broken))
    return UNCHECKED if None in rollbacks.values() else Judgement("nothing depends on it", "agrees")


def judge_includes(claim: ClaimContext) -> Judgement:
    """Whether the phase or option has exactly the sprints of the claim."""
    match claim.part:
        case Phase(sprints=members):
            path = (*claim.path, "sprints")
        case Option():
            members = tuple(
                next(staffing.shifts_by_sprint for staffing in claim.inputs.staffing if staffing.path == claim.path)
            )
            path = claim.path
        case _:
            return UNCHECKED
    names = claim.names(id_ for id_ in claim.plan.sprints if id_ in set(members))
    text = f"it has {names or f'no {claim.plan.unit.one.lower()}'}"
    agrees = set(members) == set(claim.declared.sprints)
    return Judgement(text, "agrees" if agrees else "differs", (Compared(path, text),))


def judge_early(claim: ClaimContext) -> Judgement:
    """Whether the sprints begin when the plan does, by their own or their phase's window, else by the options."""
    periods = {id_: period for id_ in claim.sprints if (period := _period(claim, id_))}
    if not periods:
        return UNCHECKED
    whole_plan = claim.plan.timeline.hull(figures.windows(claim.plan))
    late = {id_: place for id_, (period, place) in periods.items() if whole_plan and period.opens > whole_plan.opens}
    text = listed(f"{claim.plan.name(id_)} starts {periods[id_][0].begins}" for id_ in late or periods)
    return Judgement(text, "differs" if late else "agrees", tuple(late.values())[:MOST_COMPARED])


def _period(claim: ClaimContext, id_: str) -> tuple[Period, Compared] | None:
    planned = claim.plan.period_of(id_)
    if planned:
        return planned, claim.inputs.at_window(id_)
    spans = [(span, staffing) for staffing in claim.inputs.staffing if (span := staffing.spans.get(id_))]
    if not spans:
        return None
    period, staffing = min(spans, key=lambda one: one[0].opens)
    return period, Compared((*staffing.shifts_by_sprint[id_][0].path, "when"), f"{staffing.name}: {period.named}")


def judge_last(claim: ClaimContext) -> Judgement:
    """Whether no other sprint ends later, by their own or their phases' windows."""
    periods = {id_: claim.plan.period_of(id_) for id_ in claim.plan.sprints}
    ends = {id_: period.closes for id_, period in periods.items() if period}
    scheduled = {id_ for id_ in claim.sprints if id_ in ends}
    if not scheduled:
        return UNCHECKED
    end = max(ends.values())
    latest = [id_ for id_, last in ends.items() if last == end]
    return Judgement(
        f"{claim.names(latest)} {verb(latest, 'ends', 'end')} last",
        "agrees" if scheduled <= set(latest) else "differs",
    )


def judge_ready(claim: ClaimContext) -> Judgement:
    """Whether all next steps that must precede the work are done; for a sprint, whether all that it needs is done.

    Unchecked once work has begun.
    """
    if _TO_READ.search(claim.declared.says) or any(claim.inputs.standings[id_].has_begun for id_ in claim.sprints):
        return UNCHECKED
    match claim.part:
        case Header(next_steps=steps) if steps:
            open_steps = [n for n, step in enumerate(steps) if not step.done]
            if open_steps and not any(_PREPARES.search(steps[n].title) for n in open_steps):
                return UNCHECKED
            text = f"{len(open_steps)} of {figures.count(len(steps), 'next step')} {are(open_steps)} open"
            places = tuple(Compared((*claim.path, "next_steps", n), steps[n].title) for n in open_steps)
            return Judgement(text, "differs" if open_steps else "agrees", places)
        case Sprint(id=id_):
            waits = claim.inputs.standings[id_].waits_for
            text = f"it waits for {claim.names(waits)}" if waits else "it waits for nothing"
            edges = [edge for edge in claim.inputs.graph.needs[id_] if edge.needs in waits]
            return Judgement(text, "differs" if waits else "agrees", _edges(claim, edges))
        case _:
            return UNCHECKED


def judge_highest_risk(claim: ClaimContext) -> Judgement:
    """Whether no sprint has a higher risk."""
    return _risk(claim, max)


def judge_lowest_risk(claim: ClaimContext) -> Judgement:
    """Whether no sprint has a lower risk."""
    return _risk(claim, min)


def _risk(claim: ClaimContext, extreme: Callable[[list[int]], int]) -> Judgement:
    scale = claim.plan.scale
    levels = {id_: claim.plan.grade(sprint.risk.level) for id_, sprint in claim.plan.sprints.items() if sprint.risk}
    rated = [id_ for id_ in claim.sprints if id_ in levels]
    if not rated:
        return UNCHECKED
    bound = extreme(list(levels.values()))
    at_bound = [id_ for id_, level in levels.items() if level == bound]
    places = tuple(
        Compared(("sprints", id_, "risk", "level"), f"{claim.plan.name(id_)}: {scale[bound]}") for id_ in at_bound
    )
    agrees = all(levels[id_] == bound for id_ in rated)
    text = f"{claim.names(at_bound)} {verb(at_bound, 'has', 'have')} {scale[bound]} risk"
    return Judgement(text, "agrees" if agrees else "differs", places[:MOST_COMPARED])


def judge_quick_win(claim: ClaimContext) -> Judgement:
    """Whether the effort of each sprint is at most a working week of the team."""
    time = claim.plan.calendar
    efforts = {id_: effort for id_ in claim.sprints if (effort := claim.plan.sprints[id_].effort)}
    if not efforts:
        return UNCHECKED
    slow = {id_: effort for id_, effort in efforts.items() if time.days(effort)[1] > len(time.weekdays)}
    compared = slow or efforts
    places = tuple(
        Compared(("sprints", id_, "effort"), f"{claim.plan.name(id_)}: {e.text}") for id_, e in compared.items()
    )
    text = listed(f"{claim.plan.name(id_)} takes {e.text}" for id_, e in compared.items())
    return Judgement(text, "differs" if slow else "agrees", places[:MOST_COMPARED])


def judge_largest(claim: ClaimContext) -> Judgement:
    """Whether no sprint takes more effort; if efforts are missing, whether none has a longer window in any option."""
    claimed = set(claim.sprints)
    if not claimed:
        return UNCHECKED
    stated = {id_: sprint.effort for id_, sprint in claim.plan.sprints.items() if sprint.effort}
    efforts = {id_: claim.plan.calendar.days(effort)[1] for id_, effort in stated.items()}
    if claimed <= efforts.keys() and len(efforts) > len(claimed):
        least_effort = min(efforts[id_] for id_ in claimed)
        larger = [id_ for id_, effort in efforts.items() if effort > least_effort and id_ not in claimed]
        return _larger(claim, larger, "effort")
    longer: dict[str, None] = {}
    options = [staffing.spans for staffing in claim.inputs.staffing if claimed <= staffing.spans.keys()]
    for spans in options:
        lengths = {
            id_: claim.plan.calendar.days(length) for id_, span in spans.items() if (length := figures.length(span))
        }
        least = min((lengths[id_] for id_ in claimed if id_ in lengths), default=None)
        longer |= dict.fromkeys(
            id_ for id_ in spans if least and id_ not in claimed and (id_ not in lengths or lengths[id_] > least)
        )
    return _larger(claim, list(longer), "id") if options else UNCHECKED


def _larger(claim: ClaimContext, larger: list[str], field: str) -> Judgement:
    places = tuple(Compared(("sprints", id_, field), f"{claim.plan.name(id_)} is larger") for id_ in larger)
    text = f"{claim.names(larger)} {are(larger)} larger" if larger else "no other is larger"
    return Judgement(text, "differs" if larger else "agrees", places[:MOST_COMPARED])


def _edges(claim: ClaimContext, edges: Iterable[Edge]) -> tuple[Compared, ...]:
    return tuple(at_edge(claim.plan, edge) for edge in edges)[:MOST_COMPARED]
