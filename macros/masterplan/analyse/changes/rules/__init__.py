"""The catalogue of changes: every kind of difference between two plans, and the rules that find it in the edits.

Each rule claims the edits that it explains, and every edit is claimed once. Rules about whole parts come first, each
with edits of its own; then those of one field of a part, from the edits that are left; the rule for all others takes
what remains.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from masterplan.analyse.changes.comparison import ChangeDraft, Comparison, FieldRule, by_field
from masterplan.analyse.changes.rules import people, risks, sprints, texts, timing, work
from masterplan.model.change import ChangeRule, Edit

__all__ = ["RULES", "drafts"]

RULES: tuple[ChangeRule, ...] = (
    *sprints.RULES,
    *timing.RULES,
    *people.STAFFING_RULES,
    *work.RULES,
    *timing.DEPENDENCY_RULES,
    *risks.RULES,
    *work.FIGURE_RULES,
    *people.RULES,
    *texts.RULES,
)
"""Every kind of change."""

OF_PARTS: tuple[Callable[[Comparison], Iterable[ChangeDraft]], ...] = (
    timing.whole_parts,
    people.team,
    sprints.whole_sprints,
    sprints.moved_sprints,
    sprints.progress,
)
"""The rules about parts as a whole, in any order."""

_OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "page"): texts.page,
    ("sprints", "impact"): texts.impact,
    ("sprints", "owner"): people.owner,
    ("sprints", "effort"): work.effort,
    ("sprints", "likely"): work.effort,
    ("sprints", "skills"): people.skills,
    ("sprints", "depends_on"): timing.depends_on,
    ("sprints", "savings"): work.savings,
    ("sprints", "metrics"): work.metrics,
    ("sprints", "risk"): risks.risk,
    ("sprints", "rollback"): risks.rollback,
    ("sprints", "tests"): work.tests,
    ("sprints", "documentation"): work.documents,
    ("sprints", "tasks"): work.tasks,
    ("sprints", "declared"): texts.declared,
    ("phases", "weeks"): timing.weeks,
    ("phases", "parallel"): texts.parallel,
    ("phases", "declared"): texts.declared,
    ("options", "mode"): people.mode,
    ("options", "people"): people.lanes,
    ("options", "declared"): texts.declared,
    ("people", "skills"): people.person,
    ("people", "share"): people.person,
    ("people", "absent"): people.absent,
    ("plan", "start"): timing.start,
    ("plan", "testing"): work.strategy,
    ("plan", "documentation"): work.documents_of_all,
    ("plan", "next_steps"): work.next_steps,
    ("plan", "declared"): texts.declared,
    ("plan", "tables"): texts.tables,
    ("plan", "audit"): texts.audit,
}
"""The rule of each field, by kind of part and field."""


def drafts(comparison: Comparison) -> tuple[ChangeDraft, ...]:
    """All changes between two plans. Raises ValueError where two rules claim the same edit."""
    of_parts = [draft for rule in OF_PARTS for draft in rule(comparison)]
    edits = unclaimed(comparison.trace.edits, of_parts)
    fields = [(field, _OF_FIELDS.get((field.part[0], field.field))) for field in by_field(edits)]
    of_fields = [draft for field, rule in fields if rule for draft in rule(comparison, field)]
    others = [draft for field in by_field(unclaimed(edits, of_fields)) for draft in texts.rest(comparison, field)]
    return (*of_parts, *of_fields, *others)


def unclaimed(edits: Iterable[Edit], claims: Sequence[ChangeDraft]) -> tuple[Edit, ...]:
    """The edits that no draft claims. Raises ValueError for a claim to an edit that another draft has as well."""
    left = {edit.key: edit for edit in edits}
    for draft in claims:
        for edit in draft.edits:
            if left.pop(edit.key, None) is None:
                raise ValueError(f"{draft.rule.id} claims an edit of another change: {' / '.join(edit.key)}")
    return tuple(left.values())
