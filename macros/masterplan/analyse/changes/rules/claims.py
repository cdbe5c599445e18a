"""What the authors wrote down beside the plan: figures, claims and tables; and what its audit lets pass."""

from collections.abc import Iterator

from masterplan.analyse import parts
from masterplan.analyse.changes.case import Case, Group, Item, Told
from masterplan.analyse.changes.rules.words import both, shown
from masterplan.model.change import ChangeRule
from masterplan.model.quantity import Quantity

ADDED = ChangeRule("declared-added", "notable", "A figure or claim was written down.")
REMOVED = ChangeRule("declared-removed", "notable", "A figure or claim that was written down is gone.")
CHANGED = ChangeRule("declared-changed", "notable", "A figure or claim that was written down changed.")
LONGER = ChangeRule("timeline-longer", "breaking", "The authors claim that it takes longer.")
SHORTER = ChangeRule("timeline-shorter", "notable", "The authors claim that it takes less time.")
WAIVER_ADDED = ChangeRule("waiver-added", "notable", "A finding of the audit is accepted for a while.")
WAIVER_REMOVED = ChangeRule("waiver-removed", "notable", "A finding of the audit is no longer accepted.")
WAIVER_CHANGED = ChangeRule(
    "waiver-changed", "notable", "A finding of the audit is accepted for another time or reason."
)
SEVERITY = ChangeRule("severity-changed", "notable", "A rule of the audit is graver or less grave in this plan.")

RULES = (ADDED, REMOVED, CHANGED, LONGER, SHORTER, WAIVER_ADDED, WAIVER_REMOVED, WAIVER_CHANGED, SEVERITY)


def declared(case: Case, group: Group) -> Iterator[Told]:
    """Figures and claims of a part."""
    who = case.called(group.key)
    for item in group.items(3):
        before, after = item.side("claim")
        says, key = item.side("says"), (*item.key, "says")
        if before is None and after is not None:
            yield Told(ADDED, item.edits, f"{who}: a claim is added, `{says[1]}` ({after})", "", shown(says[1]), key)
        elif after is None and before is not None:
            message = f"{who}: a claim is dropped, `{says[0]}` ({before})"
            yield Told(REMOVED, item.edits, message, shown(says[0]), "", key)
        else:
            yield _changed(case, item, who)


def _changed(case: Case, item: Item, who: str) -> Told:
    """A claim that goes on with another figure or other words."""
    edit = next((edit for edit in item.edits if edit.key[-1] in {"value", "says", "day"}), item.edits[0])
    texts = (shown(edit.before), shown(edit.after))
    way = _way(case, *texts) if item.name[0] == "duration" else 0
    rule = LONGER if way > 0 else SHORTER if way < 0 else CHANGED
    said = f"{who}: the claim on {item.name[0]} says {texts[1] or 'nothing'} instead of {texts[0] or 'nothing'}"
    return Told(rule, item.edits, said, *texts, edit.key)


def _way(case: Case, before: str, after: str) -> int:
    """Whether the second of two lengths of time is longer (1), shorter (-1), or that cannot be said (0)."""
    try:
        one = Quantity.read(before, case.before.header.decimal)
        other = Quantity.read(after, case.after.header.decimal)
    except ValueError:
        return 0
    if not one.is_duration or not other.is_duration:
        return 0
    left, right = sum(case.before.calendar.days(one)), sum(case.after.calendar.days(other))
    return (right > left) - (right < left)


def impact(case: Case, group: Group) -> Iterator[Told]:
    """What a sprint is claimed to bring."""
    before, after = both(group.edits)
    said = f"{case.name(group.id)}: it is claimed to bring {after or 'nothing'} instead of {before or 'nothing'}"
    yield Told(CHANGED, group.edits, said, before, after)


def parallel(case: Case, group: Group) -> Iterator[Told]:
    """What is claimed to run in parallel."""
    for item in group.items(2):
        said = f"{case.called(group.key)}: another claim on what {case.name(item.name[0])} can run beside"
        yield Told(CHANGED, item.edits, said, *both(item.edits))


def tables(_: Case, group: Group) -> Iterator[Told]:
    """Tables of figures."""
    for item in group.items(1):
        yield Told(CHANGED, item.edits, f"the table {item.name[0]} says something else", *both(item.edits))


def audit(case: Case, group: Group) -> Iterator[Told]:
    """What the audit lets pass."""
    for item in group.items(3, "waivers"):
        before, after = item.side("rule")
        what = f"{item.name[0]} at {parts.within(case.after, item.name[1])}"
        if before is None and after is not None:
            yield Told(
                WAIVER_ADDED, item.edits, f"{what} is accepted: {item.side('reason')[1]}", "", what, (*item.key, "rule")
            )
        elif after is None and before is not None:
            yield Told(WAIVER_REMOVED, item.edits, f"{what} is no longer accepted", what, "", (*item.key, "rule"))
        else:
            edit = item.edits[0]
            texts = (shown(edit.before), shown(edit.after))
            yield Told(WAIVER_CHANGED, item.edits, f"{what} is accepted otherwise", *texts, edit.key)
    for edit in group.under("severity"):
        texts = (shown(edit.before) or "as the rule says", shown(edit.after) or "as the rule says")
        yield Told(SEVERITY, (edit,), f"{edit.key[-1]}: {texts[1]} instead of {texts[0]}", *texts)
