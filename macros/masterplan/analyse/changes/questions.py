"""Who should look at a difference: whoever is responsible for a sprint that it affects, with one question each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from masterplan.analyse.graph import Graph
from masterplan.analyse.staffing import Staffing
from masterplan.model.change import Change, Consequence, Question
from masterplan.model.naming import Subject
from masterplan.model.plan import Plan

ASKS: Mapping[str, str] = {
    "dependency-added": "can it still start as planned, when it waits for more?",
    "dependency-hardened": "can it still start as planned, when it waits for more?",
    "done-reverted": "what is left to do, and until when?",
    "effort-raised": "who does the additional work, and when?",
    "mitigation-removed": "what replaces what is no longer done about its risk?",
    "owner-changed": "has it been handed over?",
    "owner-removed": "who takes it over?",
    "page-moved": "which links to its page have to follow?",
    "risk-lowered-without-mitigation": "what makes it less risky, when nothing more is done about it?",
    "risk-raised": "what is done about the higher risk?",
    "risk-unstated": "how risky is it?",
    "rollback-changed": "has the new way to undo it been tried?",
    "rollback-removed": "how would it be undone?",
    "savings-lowered": "who counts on the savings that it no longer brings?",
    "scope-added": "is its effort still right with more to do?",
    "scope-added-in-progress": "can it still end as planned with more to do?",
    "scope-dropped": "who does what it no longer does?",
    "sprint-later": "who waits for it, and do they know?",
    "sprint-removed": "who does what it would have done?",
    "sprint-unplaced": "when is it done, if in no phase?",
    "status-reverted": "what does it need to go on?",
    "target-weakened": "is it still worth its work?",
    "task-reopened": "what is left to do, and until when?",
    "test-dropped": "how else is it known to work?",
}
"""What to ask whoever is responsible for a sprint, by the rule of what changed in it."""


SPREADS = {
    "dependency-added",
    "dependency-hardened",
    "done-reverted",
    "effort-raised",
    "scope-added-in-progress",
    "scope-dropped",
    "sprint-later",
    "sprint-removed",
    "sprint-unplaced",
    "status-reverted",
    "target-weakened",
    "task-reopened",
}
"""Rules of changes that delay a sprint or what it delivers, so that those who need it should look as well."""

Asked = Iterator[tuple[str, str]]
"""Sprints with what to ask of them."""


def questions(
    before: Plan, after: Plan, changes: Sequence[Change], consequences: Sequence[Consequence]
) -> tuple[Question, ...]:
    """One question for each person, the most pressing one; sprints that nobody answers for share one to nobody."""
    asked: dict[str, Question] = {}
    for sprint, text in chain(
        _changed(after, [each for each in changes if each.rule.weight == "breaking"]),
        _moved(consequences),
        _dependents(before, after, changes),
        _of_phases(after, changes),
        _of_options(after, consequences),
        _changed(after, [each for each in changes if each.rule.weight == "notable"]),
    ):
        plan = after if sprint in after.sprints else before
        who = responsible(plan, sprint)
        asked.setdefault(who, Question(who, sprint, f"{plan.name(sprint)}: {text}"))
    return tuple(asked.values())


def responsible(plan: Plan, sprint: str) -> str:
    """Who answers for a sprint: its owner, else who watches its risk, else who does it in an option; or nobody."""
    of = plan.sprints[sprint]
    owner = of.owner or (of.risk.owner if of.risk else None)
    if owner:
        return plan.person(owner)
    lanes = (lane for option in plan.options for lane in option.people if any(sprint in w.sprints for w in lane.work))
    return next((plan.person(lane.person) if lane.person else lane.name for lane in lanes), "")


def _changed(plan: Plan, changes: Sequence[Change]) -> Asked:
    """What changed in sprints themselves."""
    for change in changes:
        if change.subject.kind == "sprint" and change.rule.id in ASKS:
            yield change.subject.id, plan.worded(ASKS[change.rule.id])


def _moved(consequences: Sequence[Consequence]) -> Asked:
    """What follows for sprints, for the worse."""
    for each in consequences:
        if each.subject.kind == "sprint" and each.direction == "worse":
            if each.fact == "rollback":
                yield each.subject.id, f"is it ready to be undone together with {each.after}?"
            else:
                yield each.subject.id, f"can it keep its weeks, with its slack at {each.after}, not {each.before}?"


def _dependents(before: Plan, after: Plan, changes: Sequence[Change]) -> Asked:
    """Sprints that need one which comes later or brings less."""
    graphs = tuple(map(Graph.of, (after, before)))
    for change in changes:
        if change.subject.kind == "sprint" and change.rule.id in SPREADS:
            edges = {edge.sprint: edge for graph in graphs for edge in graph.needed_by.get(change.subject.id, ())}
            for each in edges:
                yield each, f"does it still hold, as what it needs has changed ({change.message})?"


def _of_phases(plan: Plan, changes: Sequence[Change]) -> Asked:
    """Sprints whose phase moved."""
    moved = {
        change.subject: change
        for change in changes
        if change.rule.id in {"phase-later", "phase-earlier", "finish-later"}
    }
    for phase in plan.phases:
        for sprint in phase.sprints if Subject("phase", phase.id) in moved else ():
            yield sprint, f"does it still fit, as its {plan.group.one.lower()} has moved to {phase.weeks.named}?"


def _of_options(plan: Plan, consequences: Sequence[Consequence]) -> Asked:
    """The last sprint of each option that ends later."""
    spans = {Subject("option", each.option.id): each.spans for each in Staffing.of(plan)}
    for each in consequences:
        weeks = spans.get(each.subject)
        if weeks and each.direction == "worse":
            last = max(weeks, key=lambda id_: (weeks[id_].last, plan.positions[id_]))
            yield last, f"who has to hear that it ends later? {each.label}: {each.after}, not {each.before}"
