"""The catalogue of changes: every kind of difference between two plans, and what reads it from the edits.

First come the rules about parts as a whole, then those that read one field of a part; what is left is told of one edit
at a time, so that every edit is in exactly one change.
"""

from collections.abc import Iterator, Mapping

from masterplan.analyse.changes.case import Case, Reader, Told
from masterplan.analyse.changes.rules import (
    claims,
    dependencies,
    figures,
    people,
    phases,
    progress,
    risks,
    sprints,
    staffing,
    texts,
    work,
)
from masterplan.model.change import ChangeRule

__all__ = ["RULES", "tell"]

RULES: tuple[ChangeRule, ...] = (
    *sprints.RULES,
    *phases.RULES,
    *staffing.RULES,
    *work.RULES,
    *dependencies.RULES,
    *risks.RULES,
    *figures.RULES,
    *people.RULES,
    *progress.RULES,
    *claims.RULES,
    *texts.RULES,
)
"""Every kind of change."""

_READERS: Mapping[tuple[str, str], Reader] = {
    ("sprints", "page"): texts.page,
    ("sprints", "impact"): claims.impact,
    ("sprints", "owner"): people.owner,
    ("sprints", "effort"): figures.effort,
    ("sprints", "likely"): figures.effort,
    ("sprints", "skills"): people.skills,
    ("sprints", "depends_on"): dependencies.depends_on,
    ("sprints", "savings"): figures.savings,
    ("sprints", "metrics"): work.metrics,
    ("sprints", "risk"): risks.risk,
    ("sprints", "rollback"): risks.rollback,
    ("sprints", "tests"): work.tests,
    ("sprints", "documentation"): work.documents,
    ("sprints", "tasks"): work.tasks,
    ("sprints", "declared"): claims.declared,
    ("phases", "weeks"): phases.weeks,
    ("phases", "parallel"): claims.parallel,
    ("phases", "declared"): claims.declared,
    ("options", "mode"): staffing.mode,
    ("options", "people"): staffing.people,
    ("options", "declared"): claims.declared,
    ("people", "skills"): people.person,
    ("people", "share"): people.person,
    ("people", "absent"): people.absent,
    ("plan", "start"): phases.start,
    ("plan", "testing"): work.strategy,
    ("plan", "documentation"): work.documents,
    ("plan", "next_steps"): work.next_steps,
    ("plan", "declared"): claims.declared,
    ("plan", "tables"): claims.tables,
    ("plan", "audit"): claims.audit,
}
"""What reads the edits in a field, by kind of part and field; what has no entry here is left to the last rule."""


def tell(case: Case) -> Iterator[Told]:
    """All that happened between two plans."""
    yield from phases.tell(case)
    yield from people.tell(case)
    yield from sprints.tell(case)
    yield from progress.tell(case)
    for group in case.groups():
        read = _READERS.get((group.key[0], group.field))
        for told in read(case, group) if read else ():
            case.taken(told.edits)
            yield told
    for group in case.groups():
        yield from texts.rest(case, group)
