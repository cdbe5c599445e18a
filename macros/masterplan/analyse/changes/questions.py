"""Questions for reviewers: for each person, about the sprints they are responsible for."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from masterplan.analyse.changes.comparison import during
from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import owner_names
from masterplan.analyse.progress import standings
from masterplan.analyse.staffing import Staffing
from masterplan.model.change import Change, Consequence, Question
from masterplan.model.naming import Subject
from masterplan.model.option import Lane
from masterplan.model.plan import Plan
from masterplan.model.quantity import amount

ASKS: Mapping[str, str] = {
    "ask-reopened": "Who delivers what it needs, and by when?",
    "capacity-lowered": "What is left out, with less time for it?",
    "contingency-removed": "What is the plan if it happens?",
    "criterion-dropped": "Who accepts it without that criterion?",
    "criterion-unmet": "What is left to do, and by when?",
    "decision-blocks-more": "Can it wait for the decision?",
    "decision-outcome-changed": "Is it still right after the new decision?",
    "decision-reopened": "Can it continue without the decision?",
    "deliverable-dropped": "Who relies on the deliverable this drops?",
    "dependency-added": "Can it still start as planned, now that it waits for more?",
    "dependency-hardened": "Can it still start as planned, now that it waits for more?",
    "done-reverted": "What is left to do, and by when?",
    "due-later": "Can it wait that long?",
    "effort-raised": "Who does the additional work, and when?",
    "mitigation-removed": "What replaces the mitigation this drops?",
    "owner-changed": "Has it been handed over?",
    "owner-removed": "Who takes it over?",
    "page-moved": "Which links to its page have to change?",
    "points-raised": "Who does the additional work, and when?",
    "risk-lowered-without-mitigation": "Why is the risk lower? No mitigation was added.",
    "risk-occurred": "What happens next?",
    "risk-raised": "What reduces the higher risk?",
    "risk-removed": "Why is it no longer a risk?",
    "risk-reopened": "What reduces the risk?",
    "risk-unstated": "How risky is it?",
    "rollback-changed": "Has the new rollback been tried?",
    "rollback-removed": "How is it rolled back?",
    "savings-lowered": "Who relies on the {less}this drops?",
    "scope-added": "Is its effort still right with more to do?",
    "scope-added-in-progress": "Can it still end as planned with more to do?",
    "scope-dropped": "Who does the work this drops?",
    "sprint-earlier": "Is everything ready for it to start earlier?",
    "sprint-later": "Who waits for it, and do they know?",
    "sprint-removed": "Who does its work now?",
    "sprint-unplaced": "When is it done, if in no phase?",
    "status-reverted": "What does it need to continue?",
    "target-weakened": "Is it still worth the effort?",
    "task-reopened": "What is left to do, and by when?",
    "test-dropped": "How is it tested now?",
}
"""The question about a sprint, by the rule of its change; `{less}` is the amount of savings lost."""

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
"""Rules of changes that delay a sprint or its results, so that its dependents get a question as well."""

MOST_QUESTIONS = 2
"""Most questions for one person."""

SprintQuestions = Iterator[tuple[str, str]]
"""Pairs of a sprint's id and a question about it."""


def questions(
    before: Plan, after: Plan, changes: Sequence[Change], consequences: Sequence[Consequence]
) -> tuple[Question, ...]:
    """The most important questions for each person, at most one per sprint.

    Sprints without a responsible person share the questions of one nameless person.
    """
    by_person: dict[str, dict[str, Question]] = {}
    for sprint, text in chain(
        _of_changes(before, after, [change for change in changes if change.rule.weight == "breaking"]),
        _of_consequences(consequences),
        _of_dependencies(before, after),
        _of_dependents(before, after, changes),
        _of_leavers(before, after),
        _of_windows(before, after),
        _of_options(after, consequences),
        _of_changes(before, after, [change for change in changes if change.rule.weight == "notable"]),
    ):
        plan = after if sprint in after.sprints else before
        who = _responsible(plan, sprint)
        by_person.setdefault(who, {}).setdefault(sprint, Question(who, sprint, f"{plan.name(sprint)}: {text}"))
    return tuple(question for by_sprint in by_person.values() for question in [*by_sprint.values()][:MOST_QUESTIONS])


def _responsible(plan: Plan, sprint_id: str) -> str:
    """The people responsible for a sprint, by name: its owners, else its risk's, else its people in an option; or "".

    While no option is chosen, the people of all options are joined by `or`.
    """
    sprint = plan.sprints[sprint_id]
    owner = sprint.owner or (sprint.risk.owner if sprint.risk else ())
    if owner:
        return owner_names(plan, owner)
    options = [plan.option] if plan.option else plan.options
    by_option = ([lane for lane in option.people if _does(lane, sprint_id)] for option in options)
    names = (plan.person(lanes[0].person) if lanes[0].person else lanes[0].name for lanes in by_option if lanes)
    return " or ".join(dict.fromkeys(names))


def _does(lane: Lane, sprint: str) -> bool:
    return any(sprint in work.sprints for work in lane.work)


def _of_changes(before: Plan, after: Plan, changes: Sequence[Change]) -> SprintQuestions:
    """Questions about sprints that changed."""
    for change in changes:
        id_ = change.subject.id
        if change.subject.kind == "sprint" and change.rule.id in ASKS:
            less = _less(before, after, id_) if change.rule.id == "savings-lowered" else ""
            yield id_, after.worded(ASKS[change.rule.id]).format(less=less)


def _less(before: Plan, after: Plan, sprint: str) -> str:
    """The monthly savings that a sprint loses: `$150-300 a month `; `savings ` if they are not a number."""
    old, new = (plan.sprints[sprint].savings if sprint in plan.sprints else None for plan in (before, after))
    if old is None or not old.monthly.is_number:
        return "savings "
    lost = old.monthly
    if new:
        (old_low, old_high), (new_low, new_high) = lost.ends, new.monthly.ends
        lost = amount(old_low - new_low, old_high - new_high, lost.unit, mark=lost.mark)
    return f"{lost.bare} a month "


def _of_consequences(consequences: Sequence[Consequence]) -> SprintQuestions:
    """Questions about sprints with a consequence for the worse."""
    for moved in consequences:
        if moved.subject.kind == "sprint" and moved.direction == "worse":
            if moved.fact == "rollback":
                yield moved.subject.id, f"Can it be rolled back together with {moved.after}?"
            elif moved.fact == "slack":
                yield moved.subject.id, f"Can it stay on time with {moved.after} of slack, not {moved.before}?"
            else:
                label = f"{moved.label[:1].lower()}{moved.label[1:]}"
                yield moved.subject.id, f"Is this acceptable: {label} is {moved.after}, not {moved.before}?"


def _of_dependencies(before: Plan, after: Plan) -> SprintQuestions:
    """Questions about the sprints at both ends of added and removed dependencies."""
    common = before.sprints.keys() & after.sprints.keys()
    old, new = (
        dict.fromkeys((edge.needs, edge.sprint) for edge in Graph.of(plan).edges if edge.strength == "hard")
        for plan in (before, after)
    )
    for needs, sprint in old:
        if (needs, sprint) not in new and {needs, sprint} <= common:
            yield needs, f"{after.name(sprint)} no longer waits for it. Is that right?"
            yield sprint, f"Can it start without {after.name(needs)}?"
    for needs, sprint in new:
        if (needs, sprint) not in old and needs in common:
            yield needs, f"{after.name(sprint)} now waits for it. Will it be done in time?"


def _of_dependents(before: Plan, after: Plan, changes: Sequence[Change]) -> SprintQuestions:
    """Questions about sprints that depend on a sprint that is delayed or delivers less."""
    graphs = tuple(map(Graph.of, (after, before)))
    for change in changes:
        if change.subject.kind == "sprint" and change.rule.id in SPREADS:
            edges = (edge for graph in graphs for edge in graph.needed_by.get(change.subject.id, ()))
            for sprint in dict.fromkeys(edge.sprint for edge in edges):
                name = after.name(change.subject.id)
                is_removed = change.rule.id == "sprint-removed"
                yield sprint, f"Does it work without {name}?" if is_removed else f"Does it still fit? It needs {name}."


def _of_leavers(before: Plan, after: Plan) -> SprintQuestions:
    """Questions about open sprints of people who left an option, if nobody else in the option does them."""
    open_ = {id_ for id_, standing in standings(after, Graph.of(after), None).items() if standing.is_open}
    for old, new in ((old, new) for old in before.options for new in after.options if old.id == new.id):
        staying = {lane.name for lane in new.people}
        for lane in old.people:
            if lane.name not in staying:
                sprints = (id_ for work in lane.work for id_ in work.sprints if id_ in open_)
                yield from (
                    (id_, f"Who does it, without {lane.name}?")
                    for id_ in sprints
                    if not any(_does(other, id_) for other in new.people)
                )


def _of_windows(before: Plan, after: Plan) -> SprintQuestions:
    """Questions about sprints with a different window."""
    for id_ in after.sprints:
        old, new = (plan.planned(id_) if id_ in plan.sprints else None for plan in (before, after))
        if old and new and old.window != new.window:
            yield id_, f"Does it still fit, now planned {during(new.window)}, not {during(old.window)}?"


def _of_options(plan: Plan, consequences: Sequence[Consequence]) -> SprintQuestions:
    """Questions about the last sprint of each option that ends later."""
    spans = {Subject("option", staffing.option.id): staffing.spans for staffing in Staffing.of(plan)}
    for moved in consequences:
        periods = spans.get(moved.subject)
        if periods and moved.direction == "worse":
            last = max(periods, key=lambda id_: (periods[id_].closes, plan.positions[id_]))
            end = "the plan" if plan.option or len(plan.options) == 1 else f"Option {moved.subject.id}"
            after, before = (text.rpartition(", ")[2] for text in (moved.after, moved.before))
            yield last, f"Who needs to know that {end} ends later ({after}, not {before})?"
