"""Kinds of content that a plan has. A kind without any facts gets no page, section, card or column.

Each kind is one row of a table; pages and views only look it up.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from masterplan.analyse import figures
from masterplan.analyse.facts import Facts
from masterplan.analyse.status import burn_up
from masterplan.analyse.tasks import is_plain
from masterplan.model.history import History
from masterplan.model.sprint import Sprint

ContentPart = Literal[
    "summary",
    "objective",
    "updated",
    "links",
    "sprints",
    "tasks",
    "phases",
    "windows",
    "milestones",
    "options",
    "staffing",
    "people",
    "effort",
    "dependencies",
    "metrics",
    "savings",
    "tables",
    "claims",
    "risks",
    "rollback",
    "tests",
    "tests-per-sprint",
    "tests-end-to-end",
    "progress",
    "begun",
    "open",
    "burn-up",
    "dates",
    "done",
    "reports",
    "documents-due",
    "documents",
    "decisions",
    "notes",
    "teams",
    "next-steps",
    "history",
]
"""Names of the kinds of content."""

_SAVINGS = {"monthly-savings", "annual-savings"}


def _any(states: Callable[[Sprint], object]) -> Callable[[Facts, History], bool]:
    """A row for content that at least one sprint states."""
    return lambda facts, _: any(states(sprint) for sprint in facts.plan.sprints.values())


def _tests_per_sprint(facts: Facts) -> bool:
    testing, sprints = facts.plan.header.testing, facts.plan.sprints.values()
    return testing.per_sprint is not None or any(sprint.tests for sprint in sprints)


def _tests_end_to_end(facts: Facts) -> bool:
    return facts.plan.header.testing.end_to_end is not None


def _claims(facts: Facts) -> Iterable[str]:
    return (verdict.declared.claim for verdict in facts.verdicts)


PARTS: Mapping[ContentPart, Callable[[Facts, History], bool]] = {
    "summary": lambda facts, _: bool(facts.plan.header.summary),
    "objective": lambda facts, _: bool(facts.plan.header.objective),
    "updated": lambda facts, _: facts.plan.header.updated is not None,
    "links": lambda facts, _: bool(facts.plan.header.links),
    "sprints": lambda facts, _: bool(facts.plan.sprints),
    "tasks": _any(lambda sprint: not all(map(is_plain, sprint.tasks))),
    "phases": lambda facts, _: bool(facts.plan.phases),
    "windows": lambda facts, _: bool(
        facts.plan.phases
        or any(sprint.when for sprint in facts.plan.sprints.values())
        or any(milestone.when for milestone in facts.plan.milestones)
    ),
    "milestones": lambda facts, _: bool(facts.plan.milestones),
    "options": lambda facts, _: bool(facts.plan.options),
    "staffing": lambda facts, _: bool(facts.schedules.options),
    "people": lambda facts, _: bool(facts.plan.people) or any(option.people for option in facts.plan.options),
    "effort": lambda facts, _: facts.schedules.exist,
    "dependencies": lambda facts, history: (
        bool(facts.graph.edges or facts.graph.circular)
        or _any(lambda sprint: sprint.depends_on is not None)(facts, history)
    ),
    "metrics": _any(lambda sprint: sprint.metrics),
    "savings": lambda facts, history: (
        _any(lambda sprint: sprint.savings)(facts, history)
        or any(standing.saves for standing in facts.standings.values())
        or not _SAVINGS.isdisjoint(_claims(facts))
    ),
    "tables": lambda facts, _: bool(facts.plan.header.tables),
    "claims": lambda facts, _: bool(facts.verdicts),
    "risks": lambda facts, history: (
        bool(facts.plan.risks) or _any(lambda sprint: sprint.risk or sprint.risks)(facts, history)
    ),
    "rollback": lambda facts, history: (
        facts.plan.header.rollback is not None or _any(lambda sprint: sprint.rollback)(facts, history)
    ),
    "tests": lambda facts, _: _tests_per_sprint(facts) or _tests_end_to_end(facts),
    "tests-per-sprint": lambda facts, _: _tests_per_sprint(facts),
    "tests-end-to-end": lambda facts, _: _tests_end_to_end(facts),
    "progress": lambda facts, _: bool(facts.plan.entries),
    "begun": lambda facts, _: facts.schedules.work_has_begun,
    "open": lambda facts, _: any(standing.is_open for standing in facts.standings.values()),
    "burn-up": lambda facts, _: burn_up(facts.plan, facts.standings, facts.today) is not None,
    "dates": lambda facts, _: bool(facts.today and facts.plan.start and figures.windows(facts.plan)),
    "done": lambda facts, _: any(standing.done_on for standing in facts.standings.values()),
    "reports": lambda facts, _: facts.plan.header.documentation.progress_in is not None,
    "documents-due": lambda facts, _: bool(facts.status.documents),
    "documents": lambda facts, history: (
        bool(facts.plan.header.documentation.after_each_sprint)
        or _any(lambda sprint: sprint.documentation)(facts, history)
    ),
    "decisions": lambda facts, _: any(
        scope.decisions or scope.asks for scope in (facts.plan.header, *facts.plan.phases, *facts.plan.sprints.values())
    ),
    "notes": lambda facts, _: bool(facts.plan.header.notes),
    "teams": lambda facts, _: bool(facts.plan.teams or facts.plan.roles),
    "next-steps": lambda facts, _: bool(facts.plan.header.next_steps),
    "history": lambda _, history: bool(history.commits),
}
"""Whether a plan, with its history, has content of each kind."""
