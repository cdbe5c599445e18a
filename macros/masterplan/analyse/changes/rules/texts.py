"""What the authors wrote down beside the plan (claims, tables, waivers), texts, and whatever no other rule claims."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from masterplan.analyse import parts
from masterplan.analyse.audit.judgement import stated_amount
from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    both,
    differing,
    shown,
    subject_of,
)
from masterplan.analyse.changes.rules.rewording import WORDING
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.declared import Declared
from masterplan.model.quantity import Quantity

CLAIM_ADDED = ChangeRule("declared-added", "notable", "A claim was added.")
CLAIM_REMOVED = ChangeRule("declared-removed", "notable", "A claim was removed.")
CLAIM_CHANGED = ChangeRule("declared-changed", "notable", "A claim changed.")
LONGER = ChangeRule("timeline-longer", "breaking", "The claimed duration is longer.")
SHORTER = ChangeRule("timeline-shorter", "notable", "The claimed duration is shorter.")
WAIVER_ADDED = ChangeRule("waiver-added", "notable", "A finding of the audit is waived.")
WAIVER_REMOVED = ChangeRule("waiver-removed", "notable", "A finding of the audit is no longer waived.")
WAIVER_CHANGED = ChangeRule("waiver-changed", "notable", "The reason or the last day of a waiver changed.")
SEVERITY = ChangeRule("severity-changed", "notable", "The severity of a rule of the audit was changed in this plan.")
PAGE = ChangeRule("page-moved", "notable", "The page of a sprint has another name, so links to it break.")
OTHER = ChangeRule("changed", "notable", "Anything else changed.")

RULES = (
    CLAIM_ADDED, CLAIM_REMOVED, CLAIM_CHANGED, LONGER, SHORTER, WAIVER_ADDED, WAIVER_REMOVED, WAIVER_CHANGED, SEVERITY,
    PAGE, OTHER,
)  # fmt: skip

_TEXTS = {
    "plan": {"title", "summary", "unit", "group", "updated", "timezone", "glossary", "links"},
    "sprints": {"title", "short", "description", "phase", "links"},
    "phases": {"title", "why"},
    "options": {"title"},
    "people": {"name", "role"},
    "entries": {"note", "by"},
}
"""Fields, by kind of part, on which no computed fact and no duty rests."""

_QUIET = {"reason", "description", "note", "text", "says", "detail", "steps"}
"""Fields of items and of risks that explain."""


def _declared(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The figures and claims of a part."""
    who = comparison.called(subject_of(field.part))
    for item in differing(field.key, field.edits, *comparison.declared(subject_of(field.part))):
        claim, key = item.part, item.at("says")
        if not item.before:
            message = f"{who}: a claim is added, `{claim.says}` ({claim.claim})"
            yield ChangeDraft(CLAIM_ADDED, item.edits, message, "", claim.says, key)
        elif not item.after:
            message = f"{who}: a claim is dropped, `{claim.says}` ({claim.claim})"
            yield ChangeDraft(CLAIM_REMOVED, item.edits, message, claim.says, "", key)
        else:
            yield _claim_changed(comparison, item, item.before, item.after, who)


def _claim_changed(
    comparison: Comparison, item: ItemEdits[Declared], before: Declared, after: Declared, who: str
) -> ChangeDraft:
    """A claim that goes on with another figure or other words."""
    edit = next(iter(item.edits_of("value", "says", "day")), item.edits[0])
    texts = (shown(edit.before), shown(edit.after))
    way = _way(comparison, before, after) if after.claim == "duration" else 0
    rule = LONGER if way > 0 else SHORTER if way < 0 else CLAIM_CHANGED
    message = f"{who}: the claim on {after.claim} says {texts[1] or 'nothing'} instead of {texts[0] or 'nothing'}"
    return ChangeDraft(rule, item.edits, message, *texts, edit.key)


def _way(comparison: Comparison, before: Declared, after: Declared) -> int:
    """Whether a claimed length of time got longer (1) or shorter (-1), or that cannot be said (0)."""
    one = stated_amount(before, comparison.before.header.decimal)
    other = stated_amount(after, comparison.after.header.decimal)
    if not one.is_duration or not other.is_duration:
        return 0
    left, right = sum(comparison.before.calendar.days(one)), sum(comparison.after.calendar.days(other))
    return (right > left) - (right < left)


def _impact(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What a sprint is claimed to bring."""
    before, after = both(field.edits)
    name = comparison.name(field.id)
    message = f"{name}: it is claimed to bring {after or 'nothing'} instead of {before or 'nothing'}"
    yield ChangeDraft(CLAIM_CHANGED, field.edits, message, before, after)


def _parallel(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What is claimed to run in parallel."""
    before, after = comparison.phases(field.id)
    who = comparison.called(subject_of(field.part))
    for item in differing(field.key, field.edits, before.parallel, after.parallel):
        message = f"{who}: another claim on what {comparison.name(item.part.sprint)} can run beside"
        yield ChangeDraft(CLAIM_CHANGED, item.edits, message, *both(item.edits))


def _tables(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Tables of figures."""
    for item in differing(field.key, field.edits, comparison.before.header.tables, comparison.after.header.tables):
        message = f"the table {item.part.title} says something else"
        yield ChangeDraft(CLAIM_CHANGED, item.edits, message, *both(item.edits))


def _audit(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The settings of the audit: waivers and severities."""
    before, after = (plan.header.audit.waivers for plan in (comparison.before, comparison.after))
    for item in differing((*field.key, "waivers"), field.edits, before, after):
        waiver = item.part
        what = f"{waiver.rule} at {parts.within(comparison.after, waiver.at)}"
        if not item.before:
            message = f"{what} is accepted: {waiver.reason}"
            yield ChangeDraft(WAIVER_ADDED, item.edits, message, "", what, item.at("rule"))
        elif not item.after:
            yield ChangeDraft(WAIVER_REMOVED, item.edits, f"{what} is no longer accepted", what, "", item.at("rule"))
        else:
            texts = shown(item.edits[0].before), shown(item.edits[0].after)
            yield ChangeDraft(WAIVER_CHANGED, item.edits, f"{what} is accepted otherwise", *texts)
    for edit in field.under("severity"):
        texts = (shown(edit.before) or "as the rule says", shown(edit.after) or "as the rule says")
        yield ChangeDraft(SEVERITY, (edit,), f"{edit.name}: {texts[1]} instead of {texts[0]}", *texts)


def _page(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The file name of a sprint's page."""
    before, after = (plan.page(field.id) for plan in (comparison.before, comparison.after))
    rule = WORDING if before == after else PAGE
    yield ChangeDraft(rule, field.edits, f"{comparison.name(field.id)}: its page is {after}", before, after)


def rest(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The edits of a field that no other rule claims, item by item: wording where only words can have changed."""
    of_item: dict[tuple[Key, bool], list[Edit]] = defaultdict(list)
    for edit in field.edits:
        item = edit.key[:-1] if len(edit.key) > len(field.key) else edit.key
        of_item[item, _only_words(field, edit)].append(edit)
    for (_, is_wording), edits in of_item.items():
        what = comparison.after.worded(comparison.field(edits[0].key).replace(".", " "))
        rule, did = (WORDING, "in other words") if is_wording else (OTHER, "changed")
        message = f"{comparison.called(subject_of(field.part))}: {what} {did}"
        yield ChangeDraft(rule, tuple(edits), message, *both(edits))


def _only_words(field: FieldEdits, edit: Edit) -> bool:
    if field.field in _TEXTS.get(field.part[0], ()) or edit.name in _QUIET:
        return True
    match edit.before, edit.after:
        case Quantity() as one, Quantity() as other:
            return one.is_number and one.equals(other) and one.comparator == other.comparator
        case _:
            return False


OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "page"): _page,
    ("sprints", "impact"): _impact,
    ("sprints", "declared"): _declared,
    ("phases", "parallel"): _parallel,
    ("phases", "declared"): _declared,
    ("options", "declared"): _declared,
    ("plan", "declared"): _declared,
    ("plan", "tables"): _tables,
    ("plan", "audit"): _audit,
}
"""The rule of each field, by kind of part and field."""
