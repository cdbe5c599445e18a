"""Summaries of a plan and its parts in a sentence or two, for the search and for link previews."""

from collections import Counter
from collections.abc import Mapping

from masterplan.analyse import Facts
from masterplan.analyse.figures import count, length_in_words, planned_span, units_counted, window_in_words
from masterplan.analyse.parts import capital, listed, names, owner_names
from masterplan.analyse.progress import Standing, tally
from masterplan.analyse.workload import Assignment, Urgency
from masterplan.model.plan import Phase, Plan
from masterplan.model.quantity import Quantity
from masterplan.model.window import day_in_words
from masterplan.render.blocks import Paragraph


def lead(sentence: str) -> Paragraph:
    """A summary as the first paragraph of its page, for the search and for screen readers."""
    return Paragraph(sentence, "summary")


def plan_summary(facts: Facts) -> str:
    """A plan: `6 sprints in 10 weeks, which save $750-1,500 a month: 3 of 6 done.`; empty without sprints."""
    plan = facts.plan
    done, number = tally(facts.standings, plan.ids)
    if not number:
        return ""
    length, saves = length_in_words(planned_span(plan)), _a_month(facts.monthly_savings)
    size = units_counted(number, plan.unit) + (f" in {length}" if length else "")
    return f"{size}{f', which save {saves}' if saves else ''}: {done} of {number} done."


def sprint_summary(facts: Facts, id_: str) -> str:
    """A sprint: `Sprint 5, Images, is planned for weeks 5-6 by Ada; it saves $300-600 a month. High risk.`."""
    plan, sprint, standing = facts.plan, facts.plan.sprints[id_], facts.standings[id_]
    saves = _a_month(standing.saves or (sprint.savings.monthly if sprint.savings else None))
    by = owner_names(plan, sprint.owner)
    sentences = [
        f"{plan.name(id_)}, {sprint.title}, {_state(facts, standing, by)}{f'; it saves {saves}' if saves else ''}.",
        _waits(plan, standing),
        f"{capital(level)} risk." if (level := plan.risk_level(sprint)) else "",
        f"Impact: {sprint.impact}." if sprint.impact else "",
    ]
    return " ".join(filter(None, sentences))


def phase_summary(facts: Facts, phase: Phase) -> str:
    """A phase in a sentence: `Phase 2, Speed, is planned for weeks 3-5 with Sprint 3 and Sprint 4; 1 of 2 done.`."""
    plan, period = facts.plan, facts.plan.period_of_phase(phase)
    when = f" for {window_in_words(period.window, facts.today)}" if period else ""
    done, number = tally(facts.standings, phase.sprints)
    sprints = f" with {names(plan, phase.sprints)}; {done} of {number} done" if number else ""
    return f"{plan.group_name(phase.id)}, {phase.title}, is planned{when}{sprints}."


def owner_summary(facts: Facts, id_: str) -> str:
    """The workload of an owner in a sentence: `Ada Moreno has 2 sprints and 1 task to do: 1 late, 2 waiting.`."""
    name, unit, load = facts.plan.person(id_), facts.plan.unit, facts.workloads[id_]
    open_ = [assignment for assignment in load.assignments if assignment.urgency != "closed"]
    if not open_:
        return f"{name} has no open {unit.many.lower()} or tasks."
    sprints = sum(isinstance(assignment.standing, Standing) for assignment in open_)
    sizes = [units_counted(sprints, unit)] if sprints else []
    sizes += [count(len(open_) - sprints, "task")] if len(open_) > sprints else []
    states = ", ".join(f"{number} {word}" for word, number in Counter(map(_urgency, open_)).items())
    return f"{name} has {' and '.join(sizes)} to do: {states}."


_URGENCIES: Mapping[Urgency, str] = {
    "late": "late",
    "current": "in progress",
    "ready": "ready",
    "next": "next",
    "waiting": "waiting",
}
"""Words for work of each urgency, after a number."""


def _urgency(assignment: Assignment) -> str:
    is_blocked = assignment.urgency == "current" and assignment.standing.state == "blocked"
    return "blocked" if is_blocked else _URGENCIES[assignment.urgency]


def _state(facts: Facts, standing: Standing, by: str) -> str:
    """The state of a sprint with its owners, as a predicate."""
    period = facts.plan.planned(standing.sprint)
    owned = f" by {by}" if by else ""
    match standing.state:
        case "planned":
            return f"is planned{f' for {window_in_words(period.window, facts.today)}' if period else ''}{owned}"
        case "in progress":
            return f"is {standing.percent}% done{owned}"
        case "done":
            on = f" on {day_in_words(standing.done_on, facts.today)}" if standing.done_on else ""
            return f"was done{on}{owned}"
        case state:
            return f"is {state}{f' (owner: {by})' if by else ''}"


def _waits(plan: Plan, standing: Standing) -> str:
    milestones = [f"milestone {id_}" for id_ in standing.waits_for_milestones]
    waiting = listed([*map(plan.unit_name, standing.waits_for), *milestones]) if standing.is_open else ""
    return f"It waits for {waiting}." if waiting else ""


def _a_month(value: Quantity | None) -> str:
    """A monthly amount of money in words; empty for none or zero."""
    return f"{value.bare} a month" if value and any(value.ends) else ""
