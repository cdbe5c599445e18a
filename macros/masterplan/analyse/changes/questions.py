"""Who should look at a difference: whoever is responsible for a sprint that it affects, with one question each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import owner_names
from masterplan.analyse.staffing import Staffing
from masterplan.model.change import Change, Consequence, Question
from masterplan.model.naming import Subject
from masterplan.model.plan import Plan

ASKS: Mapping[str, str] = {
    "ask-reopened": "who brings what it needs, and until when?",
    "capacity-lowered": "what is left out, with less time for it?",
    "contingency-removed": "what is done if it happens?",
    "criterion-dropped": "who accepts it without that?",
    "criterion-unmet": "what is left to do, and until when?",
    "decision-blocks-more": "can it wait for the decision?",
    "decision-outcome-changed": "is it still right after the other decision?",
    "decision-reopened": "can it go on without the decision?",
    "deliverable-dropped": "who counts on what it no longer delivers?",
    "dependency-added": "can it still start as planned, when it waits for more?",
    "dependency-hardened": "can it still start as planned, when it waits for more?",
    "done-reverted": "what is left to do, and until when?",
    "due-later": "can it wait that long?",
    "effort-raised": "who does the additional work, and when?",
    "mitigation-removed": "what replaces what is no longer done about its risk?",
    "owner-changed": "has it been handed over?",
    "owner-removed": "who takes it over?",
    "page-moved": "which links to its page have to follow?",
    "points-raised": "who does the additional work, and when?",
    "risk-lowered-without-mitigation": "what makes it less risky, when nothing more is done about it?",
    "risk-occurred": "what is done now that it has happened?",
    "risk-raised": "what is done about the higher risk?",
    "risk-removed": "why is it no risk any more?",
    "risk-reopened": "what is done about the risk?",
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
"""What to ask whoever is responsible for a sprint, by the rule of its change."""

SPREADS = {
    "dependency-added",
    "dependency-hardened",
    "done-reverted",
    "effort-raised",
    "points-raised",
    "scope-added-in-progress",
    "scope-dropped",
    "sprint-later",
    "sprint-removed",
    "sprint-unplaced",
    "status-reverted",
    "target-weakened",
    "task-reopened",
}
"""Rules of changes that delay a sprint or its results, so that those who depend on it should look as well."""

Asked = Iterator[tuple[str, str]]
"""The ids of sprints, each with a question about it."""


def questions(
    before: Plan, after: Plan, changes: Sequence[Change], consequences: Sequence[Consequence]
) -> tuple[Question, ...]:
    """One question for each person, the most pressing one; sprints that nobody is responsible for share one."""
    asked: dict[str, Question] = {}
    for sprint, text in chain(
        _of_changes(after, [change for change in changes if change.rule.weight == "breaking"]),
        _of_consequences(consequences),
        _of_dependents(before, after, changes),
        _of_phases(after, changes),
        _of_options(after, consequences),
        _of_changes(after, [change for change in changes if change.rule.weight == "notable"]),
    ):
        plan = after if sprint in after.sprints else before
        who = responsible(plan, sprint)
        asked.setdefault(who, Question(who, sprint, f"{plan.name(sprint)}: {text}"))
    return tuple(asked.values())


def responsible(plan: Plan, sprint_id: str) -> str:
    """The name of the person to ask about a sprint: its owner, its risk's, or who does it in an option; else empty."""
    sprint = plan.sprints[sprint_id]
    owner = sprint.owner or (sprint.risk.owner if sprint.risk else ())
    if owner:
        return owner_names(plan, owner)
    lanes = (lane for option in plan.options for lane in option.people)
    doing = (lane for lane in lanes if any(sprint_id in work.sprints for work in lane.work))
    return next((plan.person(lane.person) if lane.person else lane.name for lane in doing), "")


def _of_changes(plan: Plan, changes: Sequence[Change]) -> Asked:
    """About sprints that changed themselves."""
    for change in changes:
        if change.subject.kind == "sprint" and change.rule.id in ASKS:
            yield change.subject.id, plan.worded(ASKS[change.rule.id])


def _of_consequences(consequences: Sequence[Consequence]) -> Asked:
    """About sprints that are worse off."""
    for moved in consequences:
        if moved.subject.kind == "sprint" and moved.direction == "worse":
            if moved.fact == "rollback":
                yield moved.subject.id, f"is it ready to be undone together with {moved.after}?"
            else:
                question = f"can it keep its weeks, with its slack at {moved.after}, not {moved.before}?"
                yield moved.subject.id, question


def _of_dependents(before: Plan, after: Plan, changes: Sequence[Change]) -> Asked:
    """About sprints that depend on one that comes later or brings less."""
    graphs = tuple(map(Graph.of, (after, before)))
    for change in changes:
        if change.subject.kind == "sprint" and change.rule.id in SPREADS:
            edges = (edge for graph in graphs for edge in graph.needed_by.get(change.subject.id, ()))
            for sprint in dict.fromkeys(edge.sprint for edge in edges):
                yield sprint, f"does it still hold, as what it needs has changed ({change.message})?"


def _of_phases(plan: Plan, changes: Sequence[Change]) -> Asked:
    """About the sprints of phases that moved."""
    rules = {"phase-later", "phase-earlier", "finish-later"}
    moved = {change.subject for change in changes if change.rule.id in rules}
    for phase in plan.phases:
        if phase.when and Subject("phase", phase.id) in moved:
            text = f"does it still fit, as its {plan.group.one.lower()} has moved to {phase.when.named}?"
            yield from ((sprint, text) for sprint in phase.sprints)


def _of_options(plan: Plan, consequences: Sequence[Consequence]) -> Asked:
    """About the last sprint of each option that ends later."""
    spans = {Subject("option", staffing.option.id): staffing.spans for staffing in Staffing.of(plan)}
    for moved in consequences:
        periods = spans.get(moved.subject)
        if periods and moved.direction == "worse":
            last = max(periods, key=lambda id_: (periods[id_].closes, plan.positions[id_]))
            yield last, f"who has to hear that it ends later? {moved.label}: {moved.after}, not {moved.before}"
