"""Whole sprints: renumbered, split, merged, added, removed, moved between phases, and their progress."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    PartRule,
    both,
    value_text,
)
from masterplan.analyse.figures import how_late, saves_in_words, target_outcome
from masterplan.analyse.parts import capital, listed
from masterplan.analyse.progress import Standing
from masterplan.analyse.status import days_late
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.naming import Subject
from masterplan.model.plan import Phase, Plan
from masterplan.model.sprint import Sprint
from masterplan.model.task import State

RENAMED = ChangeRule("sprint-renamed", "notable", "Sprint renumbered")
SPLIT = ChangeRule("sprint-split", "notable", "Sprint split")
MERGED = ChangeRule("sprint-merged", "notable", "Sprints merged")
ADDED = ChangeRule("sprint-added", "notable", "Sprint added")
REMOVED = ChangeRule("sprint-removed", "breaking", "Sprint removed")
LATER = ChangeRule("sprint-later", "breaking", "Sprint moved to a later phase")
EARLIER = ChangeRule("sprint-earlier", "notable", "Sprint moved to an earlier phase")
MOVED = ChangeRule("sprint-moved", "notable", "Sprint moved to another phase that ends in the same week")
PLACED = ChangeRule("sprint-placed", "notable", "Sprint added to a phase")
UNPLACED = ChangeRule("sprint-unplaced", "breaking", "Sprint removed from all phases")
REORDERED = ChangeRule("order-changed", "notable", "Order of phases or sprints changed")
DONE_REVERTED = ChangeRule("done-reverted", "breaking", "Sprint no longer done")
ADVANCED = ChangeRule("status-advanced", "notable", "Sprint progressed")
REVERTED = ChangeRule("status-reverted", "breaking", "Sprint set back, blocked or dropped")
MEASURED = ChangeRule("measurement-changed", "notable", "Measured value or savings changed")
NOTED = ChangeRule("progress-noted", "editorial", "Progress entry edited, state unchanged")

_Work = tuple[str, str]
"""A field of a sprint, and the name of an item of that field: `("tasks", "Collect calls")`."""

COMMON = 4
"""Work that this many sprints share is no evidence of a split."""

RULES = (
    RENAMED, SPLIT, MERGED, ADDED, REMOVED, LATER, EARLIER, MOVED, PLACED, UNPLACED, REORDERED, DONE_REVERTED,
    ADVANCED, REVERTED, MEASURED, NOTED,
)  # fmt: skip

_BY_PROGRESS: tuple[State, ...] = ("dropped", "deferred", "blocked", "planned", "in progress", "done")
"""States from the least to the most progress; a blocked sprint ranks below one that can start."""


def _whole_sprints(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Sprints renumbered, split, merged, added and removed."""
    for old, new in comparison.trace.names.items():
        edits = tuple(edit for edit in comparison.trace.edits if edit.is_rename and edit.before == old)
        names = comparison.name(old), comparison.name(new)
        yield ChangeDraft(RENAMED, edits, f"{names[0]} is now {names[1]}", *names, _id_key(new))
    splits, merges = _regrouped(comparison.before, comparison.after)
    yield from (_split(comparison, split) for split in splits)
    yield from (_merged(comparison, merge) for merge in merges)
    regrouped = {id_ for group in (*splits, *merges) for id_ in (group.whole, *group.parts)}
    for rule, state, plan, other in (
        (ADDED, "new", comparison.after, comparison.before),
        (REMOVED, "removed", comparison.before, comparison.after),
    ):
        for id_ in plan.sprints:
            if id_ not in other.sprints and id_ not in regrouped:
                title = plan.sprints[id_].title
                titles = ("", title) if rule is ADDED else (title, "")
                message = f"{comparison.name(id_)} ({title}) is {state}"
                yield ChangeDraft(rule, comparison.of_sprint(id_), message, *titles, _id_key(id_), "")


def _id_key(sprint: str) -> Key:
    return ("sprints", sprint, "id")


class _Regrouped(NamedTuple):
    """A sprint (`whole`) whose work several sprints of the other plan share, by id.

    `parts` are those that only the other plan has; `stays` says whether it has the whole as well. `passed_on` is the
    work that moved from the whole to the parts, or None if all edits of the whole belong to this change.
    """

    whole: str
    parts: Sequence[str]
    stays: bool
    passed_on: frozenset[_Work] | None

    def edits(self, comparison: Comparison) -> tuple[Edit, ...]:
        """All edits of the parts, and those of the whole that belong to this change."""
        edits = [edit for part in self.parts for edit in comparison.of_sprint(part)]
        if self.passed_on is None:
            return (*edits, *comparison.of_sprint(self.whole))
        own = comparison.by_part.get(("sprints", self.whole), ())
        return (*edits, *(e for e in own if any(e.key[2] == field and name in e.key for field, name in self.passed_on)))

    def names(self, comparison: Comparison) -> str:
        """The names of the parts and, if it stays, of the whole."""
        plan = comparison.after if self.parts[0] in comparison.after.sprints else comparison.before
        parts = [f"{comparison.name(id_)} ({plan.sprints[id_].title})" for id_ in self.parts]
        return listed([comparison.name(self.whole)] * self.stays + parts)


def _split(comparison: Comparison, split: _Regrouped) -> ChangeDraft:
    name, names = comparison.name(split.whole), split.names(comparison)
    message = f"{name} is split into {names}"
    return ChangeDraft(SPLIT, split.edits(comparison), message, name, names, _id_key(split.parts[-1]))


def _merged(comparison: Comparison, merge: _Regrouped) -> ChangeDraft:
    name, names = comparison.name(merge.whole), merge.names(comparison)
    message = f"{names} are merged into {name}"
    return ChangeDraft(MERGED, merge.edits(comparison), message, names, name, _id_key(merge.whole))


def _regrouped(before: Plan, after: Plan) -> tuple[list[_Regrouped], list[_Regrouped]]:
    """The splits and the merges; a sprint that is part of a split is in no merge."""
    splits, merges = _splits(before, after), []
    taken = {id_ for split in splits for id_ in (split.whole, *split.parts)}
    for merge in _splits(after, before):
        parts = [id_ for id_ in merge.parts if id_ not in taken]
        is_new_in_split = merge.whole in taken and not merge.stays
        passed_on = frozenset[_Work]() if is_new_in_split else merge.passed_on
        merges += [merge._replace(parts=parts, passed_on=passed_on)] if parts else []
    return splits, merges


def _splits(wholes: Plan, pieces: Plan) -> list[_Regrouped]:
    """Sprints of `wholes` with the new sprints of `pieces` that took over their work.

    A new sprint belongs to the sprint that lost the most of its work, if that is at least half of it.
    """
    added = {id_: _work(sprint) for id_, sprint in pieces.sprints.items() if id_ not in wholes.sprints}
    lost = (
        {id_: _work(sprint) - _work(pieces.sprints.get(id_)) for id_, sprint in wholes.sprints.items()} if added else {}
    )
    takers, givers = _by_item(added), _by_item(lost)
    parts: dict[str, list[str]] = defaultdict(list)
    for id_, work in added.items():
        rare = (item for item in work if len(takers[item]) < COMMON and len(givers.get(item, ())) < COMMON)
        shares = Counter(giver for item in rare for giver in givers.get(item, ()))
        main = min(shares, key=lambda giver: (-shares[giver], wholes.positions[giver]), default="")
        if shares and 2 * shares[main] >= len(work):
            parts[main].append(id_)
    return [
        _Regrouped(id_, ids, stays, lost[id_] & _of_all(added, ids) if stays else None)
        for id_, ids in parts.items()
        if (stays := id_ in pieces.sprints) or ids[1:]
    ]


def _of_all(works: Mapping[str, frozenset[_Work]], sprints: Iterable[str]) -> frozenset[_Work]:
    return frozenset(item for id_ in sprints for item in works[id_])


def _by_item(works: Mapping[str, frozenset[_Work]]) -> Mapping[_Work, list[str]]:
    """The sprints with each item of work."""
    sprints: dict[_Work, list[str]] = defaultdict(list)
    for id_, work in works.items():
        for item in work:
            sprints[item].append(id_)
    return sprints


def _work(sprint: Sprint | None) -> frozenset[_Work]:
    """The named tasks, metrics and tests of a sprint."""
    if sprint is None:
        return frozenset()
    named = [("tasks", task.key) for task in sprint.tasks]
    named += [("metrics", metric.name) for metric in sprint.metrics]
    return frozenset([*named, *(("tests", test.text) for test in sprint.tests if test.text)])


def _moved_sprints(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Sprints moved between phases, phases with reordered sprints, and reordered phases."""
    for id_, edits in comparison.memberships.items():
        if id_ in comparison.before.sprints and id_ in comparison.after.sprints:
            yield _moved(comparison, id_, edits)
    with_sprints = {edit.key for edits in comparison.memberships.values() for edit in edits}
    added_or_removed = {*comparison.only_in_one("phases")}
    for phase in comparison.after.phases:
        part = ("phases", phase.id)
        order = comparison.by_key.get((*part, "sprints"))
        if order and part not in added_or_removed and order.key not in with_sprints:
            yield _reordered(comparison, phase, order)
    for edit in comparison.by_part.get(("phases",), ()):
        before, after = (", ".join(p.id for p in plan.phases) for plan in (comparison.before, comparison.after))
        message = comparison.after.worded("the order of the phases changed")
        yield ChangeDraft(REORDERED, (edit,), message, before, after)


def _moved(comparison: Comparison, sprint: str, edits: tuple[Edit, ...]) -> ChangeDraft:
    before, after = (plan.phase_of.get(sprint) for plan in (comparison.before, comparison.after))
    subject, name = Subject("sprint", sprint), comparison.name(sprint)
    own = [edit for edit in [comparison.by_key.get(("sprints", sprint, "phase"))] if edit]
    if (before and before.id) == (after and after.id):
        message = f"{name} is in a different set of {comparison.after.group.many.lower()}"
        return ChangeDraft(MOVED, (*edits, *own), message, field="phase", subject=subject)
    rule, message = _direction(comparison, name, before, after)
    joined = (edit.key for edit in edits if edit.name == sprint and edit.after)
    texts = (_phase(comparison, before), _phase(comparison, after))
    key = next(joined, edits[0].key)
    return ChangeDraft(rule, (*edits, *own), message, *texts, key, "phase", subject)


def _direction(comparison: Comparison, name: str, before: Phase | None, after: Phase | None) -> tuple[ChangeRule, str]:
    if before is None:
        return PLACED, f"{name} joins {_phase_name(comparison, after)}"
    if after is None:
        none = f"no {comparison.after.group.one.lower()}"
        return UNPLACED, f"{name} leaves {_phase_name(comparison, before)} and is now in {none}"
    old, new = comparison.before.period_of_phase(before), comparison.after.period_of_phase(after)
    sign = old and new and (new.closes > old.closes) - (new.closes < old.closes)
    rule = {1: LATER, -1: EARLIER}.get(sign or 0, MOVED)
    return rule, f"{name} moves to {_phase_name(comparison, after)}"


def _phase_name(comparison: Comparison, phase: Phase | None) -> str:
    return comparison.after.group_name(phase.id) if phase else ""


def _phase(comparison: Comparison, phase: Phase | None) -> str:
    if phase is None:
        return ""
    when = f" ({value_text(phase.when)})" if phase.when else ""
    return f"{comparison.after.group_name(phase.id)}{when}"


def _reordered(comparison: Comparison, phase: Phase, order: Edit) -> ChangeDraft:
    old = next(other for other in comparison.before.phases if other.id == phase.id)
    texts = (", ".join(old.sprints), ", ".join(phase.sprints))
    plan = comparison.after
    message = f"the order of the {plan.unit.many.lower()} in {plan.group_name(phase.id)} changed"
    key = order.key if order.after else ("phases", phase.id, "id")
    return ChangeDraft(REORDERED, (order,), message, *texts, key, "sprints")


def _progress(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Progress entries and the state in the sprint's file, as one change per sprint."""
    for id_ in comparison.after.sprints:
        stated = comparison.by_key.get(("sprints", id_, "state"))
        edits = (*comparison.entries.get(id_, ()), *([stated] if stated else []))
        before, after = (standings.get(id_) for standings in comparison.standings)
        if edits and before and after:
            cause = "an entry was edited" if id_ in comparison.entries else "the state in its file was edited"
            yield _progressed(comparison, edits, before, after, cause)


def _progressed(
    comparison: Comparison, edits: tuple[Edit, ...], before: Standing, after: Standing, cause: str
) -> ChangeDraft:
    rule, name = _progress_rule(before, after), comparison.name(after.sprint)
    key = _decisive(edits, after)
    if rule is NOTED:
        notes = both([edit for edit in edits if edit.name == "note"])
        return ChangeDraft(rule, edits, f"{name} is still {_state(after)}: {cause}", *notes, key)
    results = list(_results(comparison.after.sprints[after.sprint], before, after))
    if rule is MEASURED:
        message = f"{name}: {'. '.join(results) or 'a measured value was removed'}"
        return ChangeDraft(rule, edits, message, _measured(before), _measured(after), key)
    state = f"{name} is {_state(after)}{_delay(comparison, after)}"
    state += " again" if rule is DONE_REVERTED and after.state in {"planned", "in progress"} else _reason(after)
    message = ". ".join([state, *map(capital, results)])
    return ChangeDraft(rule, edits, message, _state(before), _state(after), key)


def _decisive(edits: tuple[Edit, ...], after: Standing) -> Key:
    """The key of the edit that shows a sprint's new state: its first entry as done, or its last in another state."""
    newer = [edit for edit in edits if edit.after is not None]
    states = [edit.key for edit in newer if edit.name == "state" and edit.after == after.state]
    if states:
        return states[0 if after.state == "done" else -1]
    return next((edit for edit in newer if edit.name == "state"), (*newer, edits[0])[0]).key


def _progress_rule(before: Standing, after: Standing) -> ChangeRule:
    if before.state == "done" != after.state:
        return DONE_REVERTED
    old, new = ((_BY_PROGRESS.index(standing.state), standing.percent) for standing in (before, after))
    if old != new:
        return ADVANCED if new > old else REVERTED
    return NOTED if _measured(before) == _measured(after) else MEASURED


def _state(standing: Standing) -> str:
    is_begun = standing.state == "in progress" or (standing.percent and standing.state != "done")
    return f"{standing.state} ({standing.percent}%)" if is_begun else standing.state


def _delay(comparison: Comparison, standing: Standing) -> str:
    """The delay of a finished sprint: `, 9 days late`; empty if it is not known."""
    late = days_late(comparison.after, standing, None)
    return "" if late is None else f", {how_late(late)}"


def _reason(standing: Standing) -> str:
    """The note of the latest entry of a blocked sprint."""
    note = standing.entries[-1].note if standing.entries and standing.state == "blocked" else None
    return f": {note}" if note else ""


def _results(sprint: Sprint, before: Standing, after: Standing) -> Iterator[str]:
    """New measured values and savings: `target reached (0.8 s)`, `saves $160 a month`."""
    for metric in sprint.metrics:
        value = after.measured.get(metric.name)
        if value and value != before.measured.get(metric.name):
            outcome = _OUTCOMES[target_outcome(metric, value)]
            name = f"{metric.name}: " if len(sprint.metrics) > 1 else ""
            target = f", not {metric.after.text}" if outcome == _OUTCOMES["missed"] else ""
            yield f"{name}{outcome} ({value.text}{target})"
    if after.saves and after.saves != before.saves:
        yield saves_in_words(after.saves, sprint)


_OUTCOMES = {
    "reached": "target reached",
    "in part": "target partly reached",
    "missed": "target missed",
    None: "measured",
}


def _measured(standing: Standing) -> str:
    """All measured values and savings in one line."""
    values = [f"{name}: {value.text}" for name, value in sorted(standing.measured.items())]
    return "; ".join([*values, *([f"saves {standing.saves.text}"] if standing.saves else [])]) or "nothing measured"


PART_RULES: tuple[PartRule, ...] = (_whole_sprints, _moved_sprints, _progress)
