"""The rules of changes: every kind of difference between two plans, and the functions that find them in the edits.

A function returns drafts, which claim the edits they explain. Every edit is claimed exactly once: first by the
functions for whole parts, then by those for one field of a part, and the rest by a fallback (`texts.rest`).
"""

from collections.abc import Iterable, Mapping, Sequence

from masterplan.analyse.changes.comparison import ChangeDraft, Comparison, FieldRule, PartRule, by_field
from masterplan.analyse.changes.rules import (
    custom,
    groups,
    milestones,
    people,
    risks,
    scope,
    sizes,
    sprints,
    tasks,
    texts,
    timing,
    work,
)
from masterplan.analyse.changes.rules.rewording import WORDING
from masterplan.model.change import ChangeRule, Edit

__all__ = ["RULES", "drafts"]

RULES: tuple[ChangeRule, ...] = (
    *sprints.RULES,
    *timing.RULES,
    *people.STAFFING_RULES,
    *work.RULES,
    *tasks.RULES,
    *groups.RULES,
    *timing.DEPENDENCY_RULES,
    *milestones.RULES,
    *scope.RULES,
    *risks.RULES,
    *work.FIGURE_RULES,
    *people.RULES,
    *custom.RULES,
    WORDING,
    *texts.RULES,
)
"""Every kind of change."""

PART_RULES: tuple[PartRule, ...] = (
    *milestones.PART_RULES,
    *timing.PART_RULES,
    *people.PART_RULES,
    *sprints.PART_RULES,
    *tasks.PART_RULES,
    *risks.PART_RULES,
    *custom.PART_RULES,
)
"""The functions for whole parts; their order does not matter."""

FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    **timing.FIELD_RULES,
    **people.FIELD_RULES,
    **work.FIELD_RULES,
    **tasks.FIELD_RULES,
    **groups.FIELD_RULES,
    **sizes.FIELD_RULES,
    **scope.FIELD_RULES,
    **risks.FIELD_RULES,
    **custom.FIELD_RULES,
    **texts.FIELD_RULES,
}
"""The function for each field, by kind of part and field."""


def drafts(comparison: Comparison) -> tuple[ChangeDraft, ...]:
    """All changes between two plans. Raises ValueError if two drafts claim the same edit."""
    of_parts = [draft for rule in PART_RULES for draft in rule(comparison)]
    edits = unclaimed(comparison.trace.edits, of_parts)
    fields = [(field, FIELD_RULES.get((field.part[0], field.field))) for field in by_field(edits)]
    of_fields = [draft for field, rule in fields if rule for draft in rule(comparison, field)]
    others = [draft for field in by_field(unclaimed(edits, of_fields)) for draft in texts.rest(comparison, field)]
    return (*of_parts, *of_fields, *others)


def unclaimed(edits: Iterable[Edit], claims: Sequence[ChangeDraft]) -> tuple[Edit, ...]:
    """The edits that no draft claims. Raises ValueError if two drafts claim the same edit."""
    remaining = {edit.key: edit for edit in edits}
    for draft in claims:
        for edit in draft.edits:
            if remaining.pop(edit.key, None) is None:
                raise ValueError(f"{draft.rule.id} claims an edit of another change: {' / '.join(edit.key)}")
    return tuple(remaining.values())
