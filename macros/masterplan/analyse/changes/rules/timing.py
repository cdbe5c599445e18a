"""Timing: windows of phases and sprints, the start of the plan, the chosen option, and dependencies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    PartRule,
    during,
    instead,
    value_text,
)
from masterplan.analyse.changes.rules.rewording import reworded_text
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.task import Dependency
from masterplan.model.timeline import Timeline
from masterplan.model.window import TimeWindow

PHASE_ADDED = ChangeRule("phase-added", "notable", "Phase added")
PHASE_REMOVED = ChangeRule("phase-removed", "breaking", "Phase removed")
OPTION_ADDED = ChangeRule("option-added", "notable", "Option added")
OPTION_REMOVED = ChangeRule("option-removed", "breaking", "Option removed")
START_LATER = ChangeRule("start-later", "breaking", "Start of the plan later")
START_EARLIER = ChangeRule("start-earlier", "breaking", "Start of the plan earlier")
START_SET = ChangeRule("start-set", "notable", "Start date added")
START_UNSET = ChangeRule("start-unset", "breaking", "Start date removed")
NEEDED = ChangeRule("dependency-added", "breaking", "Dependency added")
NOT_NEEDED = ChangeRule("dependency-dropped", "notable", "Dependency removed")
SOFT_ADDED = ChangeRule("soft-dependency-added", "notable", "Soft dependency added")
SOFT_DROPPED = ChangeRule("soft-dependency-dropped", "notable", "Soft dependency removed")
HARDENED = ChangeRule("dependency-hardened", "breaking", "Dependency changed from soft to hard")
SOFTENED = ChangeRule("dependency-softened", "notable", "Dependency changed from hard to soft")
NONE_STATED = ChangeRule("no-dependencies-said", "notable", "Sprint declared free of dependencies")
NONE_UNSTATED = ChangeRule("no-dependencies-unsaid", "notable", "Sprint no longer declared free of dependencies")


class Moved(NamedTuple):
    """The rules for windows that move; `finish_later` and `finish_earlier` if the end of the whole moves with them."""

    later: ChangeRule
    earlier: ChangeRule
    finish_later: ChangeRule = ChangeRule("finish-later", "breaking", "Phases or option end later")
    finish_earlier: ChangeRule = ChangeRule("finish-earlier", "notable", "Phases or option end earlier")


PHASES = Moved(
    ChangeRule("phase-later", "breaking", "Phase moved later, end of the plan unchanged"),
    ChangeRule("phase-earlier", "notable", "Phase moved earlier, end of the plan unchanged"),
)

WHEN_LATER = ChangeRule("sprint-when-later", "breaking", "Sprint or task moved later")
WHEN_EARLIER = ChangeRule("sprint-when-earlier", "notable", "Sprint or task moved earlier")
WHEN_SET = ChangeRule("sprint-when-set", "notable", "Window added to a sprint, phase or task")
WHEN_UNSET = ChangeRule("sprint-when-unset", "notable", "Window removed from a sprint, phase or task")
CHOSEN_FIRST = ChangeRule("option-chosen", "notable", "Option chosen")
CHOSEN_OTHER = ChangeRule("other-option-chosen", "breaking", "Different option chosen")
CHOSEN_NONE = ChangeRule("option-unchosen", "breaking", "No option chosen any more")
BASIS = ChangeRule("effort-basis-changed", "notable", "Assumed effort or effort per point changed")

RULES = (
    *PHASES, WHEN_LATER, WHEN_EARLIER, WHEN_SET, WHEN_UNSET, PHASE_ADDED, PHASE_REMOVED, OPTION_ADDED, OPTION_REMOVED,
    CHOSEN_FIRST, CHOSEN_OTHER, CHOSEN_NONE, BASIS, START_LATER, START_EARLIER, START_SET, START_UNSET,
)  # fmt: skip
DEPENDENCY_RULES = (
    NEEDED, NOT_NEEDED, SOFT_ADDED, SOFT_DROPPED, HARDENED, SOFTENED, NONE_STATED, NONE_UNSTATED,
)  # fmt: skip

_VERBS = {"hard": "waits for", "soft": "benefits from"}
_ADDED = {"hard": NEEDED, "soft": SOFT_ADDED}
_DROPPED = {"hard": NOT_NEEDED, "soft": SOFT_DROPPED}


def _whole_parts(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Phases and options added and removed."""
    for kind, added, removed in (("phases", PHASE_ADDED, PHASE_REMOVED), ("options", OPTION_ADDED, OPTION_REMOVED)):
        for part in comparison.only_in_one(kind):
            title = comparison.by_key[*part, "title"]
            texts = (str(title.before or ""), str(title.after or ""))
            rule, state = (added, "new") if title.before is None else (removed, "removed")
            message = f"{comparison.display_name(part)} ({texts[0] or texts[1]}) is {state}"
            yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")


def _phase_window(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The window of a phase."""
    plans, name = (comparison.before, comparison.after), comparison.display_name(field.part)
    wholes = [[phase.when for phase in plan.phases if phase.when] for plan in plans]
    for edit in field.edits:
        match edit.before, edit.after:
            case TimeWindow() as before, TimeWindow() as after:
                rule = moved(PHASES, comparison.timeline, (before, after), wholes)
                yield ChangeDraft(rule, (edit,), _move(name, before, after), str(before), str(after))
            case _:
                yield _added_or_removed(edit, name)


def _sprint_window(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The sprint's own window."""
    yield window_changed(comparison, field.edits, comparison.values(field), comparison.name(field.id))


def window_changed(
    comparison: Comparison, edits: Sequence[Edit], windows: tuple[TimeWindow | None, TimeWindow | None], name: str
) -> ChangeDraft:
    """The change of the window of a sprint or a task; `name` is its name for people."""
    before, after = windows
    if not before or not after:
        return _added_or_removed(edits[-1], name)
    old, new = map(comparison.timeline.period, (before, after))
    rule = WHEN_LATER if (new.closes, new.opens) > (old.closes, old.opens) else WHEN_EARLIER
    return ChangeDraft(rule, tuple(edits), _move(name, before, after), str(before), str(after), edits[-1].key)


def _move(name: str, before: TimeWindow, after: TimeWindow) -> str:
    if "date" in {before.unit, after.unit}:
        return f"{name} runs {during(after)}, not {during(before)}"
    return f"{name} moves from {value_text(before)} to {value_text(after)}"


def _added_or_removed(edit: Edit, name: str) -> ChangeDraft:
    """The addition or removal of a window."""
    match edit.after:
        case TimeWindow() as after:
            return ChangeDraft(
                WHEN_SET, (edit,), f"{name} now has its own window: {value_text(after)}", "", value_text(after)
            )
        case _:
            return ChangeDraft(WHEN_UNSET, (edit,), f"{name} no longer has its own window", value_text(edit.before))


def moved(
    rules: Moved,
    timeline: Timeline,
    windows: tuple[TimeWindow, TimeWindow],
    wholes: Iterable[Iterable[TimeWindow]],
) -> ChangeRule:
    """The rule for a moved window: `windows` before and after, `wholes` all windows of the plan or option likewise."""
    old, new = map(timeline.period, windows)
    old_end, new_end = (span.closes if span else 0 for span in map(timeline.hull, wholes))
    if new_end > old_end and new.closes == new_end:
        return rules.finish_later
    if new_end < old_end and old.closes == old_end:
        return rules.finish_earlier
    return rules.later if (new.closes, new.opens) > (old.closes, old.opens) else rules.earlier


def _start(_: Comparison, field: FieldEdits) -> Iterable[ChangeDraft]:
    """The start date of the plan."""
    for edit in field.edits:
        match edit.before, edit.after:
            case date() as before, date() as after:
                rule, word = (START_LATER, "later") if after > before else (START_EARLIER, "earlier")
                texts = value_text(before), value_text(after)
                message = f"the plan starts {word}: on {texts[1]}, not {texts[0]}"
                yield ChangeDraft(rule, (edit,), message, *texts)
            case None, after:
                yield ChangeDraft(START_SET, (edit,), f"the plan starts on {value_text(after)}", "", value_text(after))
            case before, None:
                message = "the plan no longer has a start date"
                yield ChangeDraft(START_UNSET, (edit,), message, value_text(before), "", ("plan", "title"), "start")


def _chosen(_: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The chosen option."""
    for edit in field.edits:
        before, after = (f"Option {id_}" if id_ else "" for id_ in (edit.before, edit.after))
        if before and after:
            rule, message = CHOSEN_OTHER, f"{after} is chosen, not {before}"
        else:
            rule = CHOSEN_FIRST if after else CHOSEN_NONE
            message = f"{after} is chosen" if after else "no option is chosen any more"
        yield ChangeDraft(rule, (edit,), message, before, after, field="chosen")


def _basis(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The plan's settings for efforts that sprints do not state."""
    label = {"assume": "assumed effort of a sprint", "point": "effort per point"}[field.field]
    for edit in field.edits:
        texts = value_text(edit.before), value_text(edit.after)
        message = f"the {comparison.after.worded(label)} is {instead(*texts)}"
        yield ChangeDraft(BASIS, (edit,), message, *texts)


def _depends_on(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The dependencies of a sprint; the first one added or removed claims the edit of an empty list as well."""
    empty_list = tuple(edit for edit in field.edits if edit.key == field.key)
    for item in comparison.items(field, Dependency):
        draft = dependency_changed(comparison, comparison.name(field.id), item)
        yield from reason_changed(comparison, comparison.name(field.id), item)
        if draft and (item.before is None or item.after is None):
            draft, empty_list = draft._replace(edits=(*draft.edits, *empty_list)), ()
        yield from [draft] if draft else []
    for edit in empty_list:
        rule, verb = (NONE_UNSTATED, "no longer states") if edit.after is None else (NONE_STATED, "now states")
        key = edit.key if edit.after is not None else (*field.part, "id")
        message = f"{comparison.name(field.id)} {verb} that it has no dependencies"
        yield ChangeDraft(rule, (edit,), message, key=key, field="depends_on")


def reason_changed(comparison: Comparison, name: str, item: ItemEdits[Dependency]) -> Iterator[ChangeDraft]:
    """The changed reason for a dependency of the sprint or task called `name`."""
    if item.before and item.after:
        yield from reworded_text(item.edits_of("reason"), f"{name}: the reason it needs {_needed(comparison, item)}")


def dependency_changed(comparison: Comparison, name: str, item: ItemEdits[Dependency]) -> ChangeDraft | None:
    """A dependency of the sprint or task called `name` that was added, removed, hardened or softened, or None."""
    needed = _needed(comparison, item)
    before, after, key = item.before, item.after, item.key_of("task" if item.part.task else "sprint")
    if before and after:
        edits = item.edits_of("strength")
        rule = HARDENED if after.strength == "hard" else SOFTENED
        message = f"{name} now {_VERBS[after.strength]} {needed} ({after.strength}, was {before.strength})"
        return ChangeDraft(rule, edits, message, before.strength, after.strength) if edits else None
    if after:
        message = f"{name} now {_VERBS[after.strength]} {needed}"
        return ChangeDraft(_ADDED[after.strength], item.edits, message, "", after.reason or after.strength, key)
    if before:
        message = f"{name} no longer {_VERBS[before.strength]} {needed}"
        return ChangeDraft(_DROPPED[before.strength], item.edits, message, before.reason or before.strength, "", key)
    return None


def _needed(comparison: Comparison, item: ItemEdits[Dependency]) -> str:
    return item.part.task or comparison.name(item.part.needs)


PART_RULES: tuple[PartRule, ...] = (_whole_parts,)
FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "depends_on"): _depends_on,
    ("phases", "when"): _phase_window,
    ("sprints", "when"): _sprint_window,
    ("plan", "start"): _start,
    ("plan", "assume"): _basis,
    ("plan", "point"): _basis,
    ("options", ""): _chosen,
}
"""The function for each field, by kind of part and field."""
