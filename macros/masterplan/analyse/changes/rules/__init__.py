"""The catalogue of changes: every kind of difference between two plans, and the rules that find it in the edits.

Each rule claims the edits that it explains, and every edit is claimed once. Rules about whole parts come first, each
with edits of its own; then those of one field of a part, from the edits that are left; the rule for all others takes
what remains.
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

OF_PARTS: tuple[PartRule, ...] = (
    *milestones.OF_PARTS,
    *timing.OF_PARTS,
    *people.OF_PARTS,
    *sprints.OF_PARTS,
    *tasks.OF_PARTS,
    *risks.OF_PARTS,
    *custom.OF_PARTS,
)
"""The rules about parts as a whole, in any order."""

OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    **timing.OF_FIELDS,
    **people.OF_FIELDS,
    **work.OF_FIELDS,
    **tasks.OF_FIELDS,
    **groups.OF_FIELDS,
    **sizes.OF_FIELDS,
    **scope.OF_FIELDS,
    **risks.OF_FIELDS,
    **custom.OF_FIELDS,
    **texts.OF_FIELDS,
}
"""The rule of each field, by kind of part and field."""


def drafts(comparison: Comparison) -> tuple[ChangeDraft, ...]:
    """All changes between two plans. Raises ValueError where two rules claim the same edit."""
    of_parts = [draft for rule in OF_PARTS for draft in rule(comparison)]
    edits = unclaimed(comparison.trace.edits, of_parts)
    fields = [(field, OF_FIELDS.get((field.part[0], field.field))) for field in by_field(edits)]
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
