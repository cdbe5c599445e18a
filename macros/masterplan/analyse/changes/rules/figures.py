"""Figures: savings, effort, and what metrics shall read."""

from collections.abc import Iterator

from masterplan.analyse.changes.case import Case, Group, Told
from masterplan.analyse.changes.rules.claims import CHANGED as CLAIMED
from masterplan.analyse.changes.rules.texts import WORDING
from masterplan.analyse.changes.rules.words import shown
from masterplan.analyse.targets import outcome
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.plan import Metric
from masterplan.model.quantity import Quantity

SAVINGS_LOWERED = ChangeRule("savings-lowered", "breaking", "A sprint saves less, or no longer says what it saves.")
SAVINGS_RAISED = ChangeRule("savings-raised", "notable", "A sprint saves more, or says now what it saves.")
SAVINGS_CHANGED = ChangeRule("savings-changed", "notable", "The savings of a sprint changed, neither up nor down.")
EFFORT_RAISED = ChangeRule("effort-raised", "breaking", "A sprint takes more work.")
EFFORT_LOWERED = ChangeRule("effort-lowered", "notable", "A sprint takes less work.")
EFFORT_STATED = ChangeRule("effort-stated", "notable", "A sprint says how much work it is.")
EFFORT_UNSTATED = ChangeRule("effort-unstated", "notable", "A sprint no longer says how much work it is.")
EFFORT_CHANGED = ChangeRule("effort-changed", "notable", "The effort of a sprint changed, neither up nor down.")
TARGET_WEAKENED = ChangeRule("target-weakened", "breaking", "A metric shall reach less.")
TARGET_STRENGTHENED = ChangeRule("target-strengthened", "notable", "A metric shall reach more.")
TARGET_CHANGED = ChangeRule("target-changed", "notable", "A metric shall reach something else.")
BASELINE = ChangeRule("baseline-changed", "notable", "What a metric reads today was corrected.")

RULES = (
    SAVINGS_LOWERED, SAVINGS_RAISED, SAVINGS_CHANGED, EFFORT_RAISED, EFFORT_LOWERED, EFFORT_STATED, EFFORT_UNSTATED,
    EFFORT_CHANGED, TARGET_WEAKENED, TARGET_STRENGTHENED, TARGET_CHANGED, BASELINE,
)  # fmt: skip


def savings(case: Case, group: Group) -> Iterator[Told]:
    """What a sprint saves."""
    before, after = (each.savings.monthly if each.savings else None for each in case.sprints(group.id))
    if before and after and before.equals(after):
        return
    texts = (before.text if before else "", after.text if after else "")
    rule, did = SAVINGS_CHANGED, "saves something else"
    if not before or (after and before.unit == after.unit and sum(after.ends) > sum(before.ends)):
        rule, did = SAVINGS_RAISED, "saves more"
    elif not after or (before.unit == after.unit and sum(after.ends) < sum(before.ends)):
        rule, did = SAVINGS_LOWERED, "saves less"
    said = f"{texts[1] or 'nothing'} a month instead of {texts[0] or 'nothing'}"
    key = group.edits[0].key if after else None
    yield Told(rule, group.edits, f"{case.name(group.id)} {did}: {said}", *texts, key)


def effort(case: Case, group: Group) -> Iterator[Told]:
    """How much work a sprint is; its likeliest effort is told of in the same way."""
    edit = group.edits[0]
    one, other = (getattr(each, group.field) for each in case.sprints(group.id))
    texts = (shown(edit.before), shown(edit.after))
    name = f"{case.name(group.id)}, {'effort' if group.field == 'effort' else 'likeliest effort'}"
    if other is None:
        yield Told(EFFORT_UNSTATED, (edit,), f"{name}: no longer stated", *texts)
    elif one is None:
        yield Told(EFFORT_STATED, (edit,), f"{name}: stated as {texts[1]}", *texts)
    else:
        before, after = case.before.calendar.days(one), case.after.calendar.days(other)
        rule = (
            EFFORT_RAISED
            if sum(after) > sum(before)
            else EFFORT_LOWERED
            if sum(after) < sum(before)
            else EFFORT_CHANGED
        )
        yield Told(rule if before != after else WORDING, (edit,), f"{name}: {texts[1]} instead of {texts[0]}", *texts)


def metric(case: Case, sprint: str, name: str, edits: tuple[Edit, ...]) -> Iterator[Told]:
    """What a metric of a sprint reads today and shall read."""
    before, after = (next(m for m in each.metrics if m.name == name) for each in case.sprints(sprint))
    target = tuple(edit for edit in edits if edit.key[-1] in {"after", "better"})
    if target and not (_is_same(before.after, after.after) and before.better == after.better):
        rule, did = _judged(before, after)
        texts = _target(before), _target(after)
        said = f"{case.name(sprint)}: {name} shall reach {did}, {texts[1]} instead of {texts[0]}"
        yield Told(rule, target, said, *texts, _last(target))
    start = tuple(edit for edit in edits if edit.key[-1] == "before")
    if start and not _is_same(before.before, after.before):
        said = f"{case.name(sprint)}: {name} reads {after.before.text} today, not {before.before.text}"
        yield Told(BASELINE, start, said, before.before.text, after.before.text)

    for edit in edits:
        if edit.key[-1] == "improvement":
            texts = (shown(edit.before), shown(edit.after))
            said = f"{case.name(sprint)}: {name} is claimed to improve by {texts[1] or 'nothing'}"
            yield Told(CLAIMED, (edit,), said, *texts)


def _is_same(one: Quantity, other: Quantity) -> bool:
    return one.is_number and other.is_number and one.equals(other) and one.comparator == other.comparator


def _target(metric: Metric) -> str:
    return f"{metric.after.text}, {metric.better} is better" if metric.better else metric.after.text


def _last(edits: tuple[Edit, ...]) -> tuple[str, ...]:
    """The key of the target, or of whatever of it is still there."""
    return next((edit.key for edit in edits if edit.key[-1] == "after"), (*edits[0].key[:-1], "after"))


def _judged(before: Metric, after: Metric) -> tuple[ChangeRule, str]:
    """A new target is weaker if it misses the old one, stronger if the old one misses it."""
    if outcome(before, after.after) in {"missed", "in part"}:
        return TARGET_WEAKENED, "less"
    if outcome(after, before.after) in {"missed", "in part"}:
        return TARGET_STRENGTHENED, "more"
    return TARGET_CHANGED, "something else"
