"""The work of a sprint and its benefits: metrics, tests, documents, next steps and savings."""

from collections.abc import Iterable, Iterator, Mapping

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    differing,
    instead,
    value_text,
)
from masterplan.analyse.changes.rules import sizes
from masterplan.analyse.changes.rules.rewording import Sides, TextEdits, is_same_amount, reworded_text
from masterplan.analyse.changes.rules.texts import CLAIM_CHANGED
from masterplan.analyse.figures import target_outcome
from masterplan.model.change import ChangeRule
from masterplan.model.header import NextStep
from masterplan.model.part import Part
from masterplan.model.sprint import Document, Metric
from masterplan.model.task import Task, Test

SCOPE_ADDED = ChangeRule("scope-added", "notable", "Tasks or metrics added before the start")
SCOPE_ADDED_LATE = ChangeRule(
    "scope-added-in-progress", "breaking", "Tasks, metrics or tests added to a sprint in progress"
)
SCOPE_DROPPED = ChangeRule("scope-dropped", "notable", "Tasks or metrics removed")
TEST_ADDED = ChangeRule("test-added", "notable", "Test added")
TEST_DROPPED = ChangeRule("test-dropped", "breaking", "Test removed")
DOCUMENT_ADDED = ChangeRule("documentation-added", "notable", "Document to update added")
DOCUMENT_DROPPED = ChangeRule("documentation-dropped", "breaking", "Document to update removed")
STEPS = ChangeRule("next-steps-changed", "notable", "Next steps changed")
SAVINGS_LOWERED = ChangeRule("savings-lowered", "breaking", "Savings lowered or removed")
SAVINGS_RAISED = ChangeRule("savings-raised", "notable", "Savings raised or added")
SAVINGS_CHANGED = ChangeRule("savings-changed", "notable", "Savings changed, neither higher nor lower")
TARGET_WEAKENED = ChangeRule("target-weakened", "breaking", "Target easier to reach")
TARGET_STRENGTHENED = ChangeRule("target-strengthened", "notable", "Target harder to reach")
TARGET_CHANGED = ChangeRule("target-changed", "notable", "Target changed, neither easier nor harder")
BASELINE = ChangeRule("baseline-changed", "notable", "Baseline of a metric corrected")

RULES = (
    SCOPE_ADDED, SCOPE_ADDED_LATE, SCOPE_DROPPED, TEST_ADDED, TEST_DROPPED, DOCUMENT_ADDED, DOCUMENT_DROPPED,
    STEPS,
)  # fmt: skip
FIGURE_RULES = (
    SAVINGS_LOWERED, SAVINGS_RAISED, SAVINGS_CHANGED, *sizes.RULES, TARGET_WEAKENED, TARGET_STRENGTHENED,
    TARGET_CHANGED, BASELINE,
)  # fmt: skip


def by_text(part: Part) -> tuple[str, str]:
    """The identity of an item for `reworded`: the kind of a test, and the text."""
    match part:
        case Test(kind=kind, text=text):
            return kind, text or ""
        case Task(title=text) | Metric(name=text):
            return "", text
    raise TypeError(f"lists of {type(part).__name__} are not compared by text")


def scope_rule(comparison: Comparison, sprint: str, usual: ChangeRule) -> ChangeRule:
    """The rule for an addition to a sprint: the usual one, or a breaking one if the sprint is in progress."""
    return SCOPE_ADDED_LATE if comparison.was_under_way(sprint) else usual


def _metrics(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The metrics of a sprint."""
    name = comparison.name(field.id)
    sides = Sides.of(comparison.items(field, Metric), f"{name}: a metric", by_text)
    yield from sides.wording
    for item in sides.added:
        rule, target = scope_rule(comparison, field.id, SCOPE_ADDED), f"{item.part.name}: {item.part.after.text}"
        yield item.added(rule, f"{name} has a new metric `{target}`", target, "name")
    for item in sides.removed:
        target = f"{item.part.name}: {item.part.after.text}"
        yield item.removed(SCOPE_DROPPED, f"{name} no longer has the metric `{target}`", target, "name")
    for item in sides.changed:
        if item.before and item.after:
            yield from _metric(name, item, item.before, item.after)


def _metric(name: str, item: ItemEdits[Metric], before: Metric, after: Metric) -> Iterator[ChangeDraft]:
    """The baseline, the target and the claimed improvement of a metric."""
    target = item.edits_of("after", "better")
    if target and not (is_same_amount(before.after, after.after) and before.better == after.better):
        rule, word = _judged(before, after)
        texts = _target(before), _target(after)
        message = f"{name}: {word} target for {after.name} ({texts[1]}, not {texts[0]})"
        yield ChangeDraft(rule, target, message, *texts, item.key_of("after"))
    baseline = item.edits_of("before")
    if baseline and not is_same_amount(before.before, after.before):
        texts = before.before.text, after.before.text
        message = f"{name}: {after.name} reads {texts[1]} today, not {texts[0]}"
        yield ChangeDraft(BASELINE, baseline, message, *texts)
    claim = item.edits_of("improvement")
    if claim:
        texts = value_text(before.improvement), value_text(after.improvement)
        message = f"{name}: the claimed improvement of {after.name} is {instead(*texts)}"
        yield ChangeDraft(CLAIM_CHANGED, claim, message, *texts)


def _target(metric: Metric) -> str:
    return f"{metric.after.text}, {metric.better} is better" if metric.better else metric.after.text


def _judged(before: Metric, after: Metric) -> tuple[ChangeRule, str]:
    """The rule for a new target: it is easier if it misses the old one, harder if the old one misses it."""
    if target_outcome(before, after.after) in {"missed", "in part"}:
        return TARGET_WEAKENED, "easier"
    if target_outcome(after, before.after) in {"missed", "in part"}:
        return TARGET_STRENGTHENED, "harder"
    return TARGET_CHANGED, "different"


def _tests(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The tests of a sprint."""
    rule = scope_rule(comparison, field.id, TEST_ADDED)
    return tested(comparison.items(field, Test), comparison.name(field.id), rule)


def tested(items: Iterable[ItemEdits[Test]], name: str, added: ChangeRule) -> Iterator[ChangeDraft]:
    """Tests added to and removed from the part called `name`; `added` is the rule for added ones."""
    sides = Sides.of(items, f"{name}: a test", by_text)
    yield from sides.wording
    for item in sides.added:
        text = item.part.summary
        yield item.added(added, f"{name} has a new test `{text}`", text, "kind")
    for item in sides.removed:
        text = item.part.summary
        yield item.removed(TEST_DROPPED, f"{name} no longer has the test `{text}`", text, "kind")


def _documents_of_sprint(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The documents to update after a sprint."""
    return _documents(comparison.items(field, Document), comparison.name(field.id))


def _documents_of_plan(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The documents to update after every sprint."""
    before, after = (plan.header.documentation.after_each_sprint for plan in (comparison.before, comparison.after))
    items = differing((*field.key, "after_each_sprint"), field.edits, before, after)
    return _documents(items, f"every {comparison.after.unit.one.lower()}")


def _documents(items: Iterable[ItemEdits[Document]], when: str) -> Iterator[ChangeDraft]:
    for item in items:
        path = item.part.path
        if not item.before:
            yield item.added(DOCUMENT_ADDED, f"{path} needs an update after {when}", path, "path")
        elif not item.after:
            yield item.removed(DOCUMENT_DROPPED, f"{path} no longer needs an update after {when}", path, "path")
        else:
            yield from reworded_text(item.edits, f"the note on the update of {path} after {when}")


def _strategy(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The testing strategy."""
    every = f"with every {comparison.after.unit.one.lower()}"
    for list_name, when in (("per_sprint", every), ("end_to_end", "at the end")):
        tests = TextEdits.of(field.under(list_name, "items"))
        yield from tests.wording("the plan: a test")
        for edit in tests.added:
            message = f"the plan now runs `{edit.name}` {when}"
            yield ChangeDraft(TEST_ADDED, (edit,), message, "", edit.name)
        for edit in tests.removed:
            message = f"the plan no longer runs `{edit.name}` {when}"
            yield ChangeDraft(TEST_DROPPED, (edit,), message, edit.name)


def _next_steps(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The next steps: those that differ, or all of them if only their order changed."""
    before, after = (plan.header.next_steps for plan in (comparison.before, comparison.after))
    removed, added = [step for step in before if step not in after], [step for step in after if step not in before]
    old, new = ("; ".join(map(_step, steps)) for steps in ((removed, added) if removed or added else (before, after)))
    label = "next steps" if removed or added else "order of the next steps"
    yield ChangeDraft(STEPS, field.edits, f"the {label} changed", old, new)


def _step(step: NextStep) -> str:
    text = f"{step.title}, {step.detail}" if step.detail else step.title
    return f"{text} (done)" if step.done else text


_SAVES = {
    1: (SAVINGS_RAISED, "saves more"),
    -1: (SAVINGS_LOWERED, "saves less"),
    0: (SAVINGS_CHANGED, "saves a different amount"),
}


def _savings(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The savings of a sprint."""
    before, after = (savings.monthly if savings else None for savings in comparison.values(field))
    if before and after and before.equals(after):
        return
    texts = (before.text if before else "", after.text if after else "")
    sign = comparison.compare_amounts(before, after) if before and after else 1 if after else -1
    rule, verb = _SAVES[sign]
    amount = instead(texts[0], f"{after.bare} a month" if after else "", "nothing")
    message = f"{comparison.name(field.id)} {verb}: {amount}"
    yield ChangeDraft(rule, field.edits, message, *texts, field.edits[0].key if after else None)


FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "savings"): _savings,
    ("sprints", "metrics"): _metrics,
    ("sprints", "tests"): _tests,
    ("sprints", "documentation"): _documents_of_sprint,
    ("plan", "testing"): _strategy,
    ("plan", "documentation"): _documents_of_plan,
    ("plan", "next_steps"): _next_steps,
}
"""The function for each field, by kind of part and field."""
