"""What comes when: the windows of phases and sprints, the day the plan starts, and what sprints depend on."""

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
    instead,
    shown,
    subject_of,
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
HARDENED = ChangeRule("dependency-hardened", "breaking", "Dependency hard instead of soft")
SOFTENED = ChangeRule("dependency-softened", "notable", "Dependency soft instead of hard")
NONE_SAID = ChangeRule("no-dependencies-said", "notable", "No dependencies confirmed")
NONE_UNSAID = ChangeRule("no-dependencies-unsaid", "notable", "No dependencies no longer confirmed")


class Moved(NamedTuple):
    """The rules for windows that move, and for those that take the end of the whole with them."""

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
WHEN_SET = ChangeRule("sprint-when-set", "notable", "Window of its own added to a sprint, phase or task")
WHEN_UNSET = ChangeRule("sprint-when-unset", "notable", "Window of its own removed from a sprint, phase or task")
CHOSEN_FIRST = ChangeRule("option-chosen", "notable", "Option chosen")
CHOSEN_OTHER = ChangeRule("other-option-chosen", "breaking", "Other option chosen")
CHOSEN_NONE = ChangeRule("option-unchosen", "breaking", "No option chosen any more")
BASIS = ChangeRule("effort-basis-changed", "notable", "Assumed effort or effort of a point changed")

RULES = (
    *PHASES, WHEN_LATER, WHEN_EARLIER, WHEN_SET, WHEN_UNSET, PHASE_ADDED, PHASE_REMOVED, OPTION_ADDED, OPTION_REMOVED,
    CHOSEN_FIRST, CHOSEN_OTHER, CHOSEN_NONE, BASIS, START_LATER, START_EARLIER, START_SET, START_UNSET,
)  # fmt: skip
DEPENDENCY_RULES = (
    NEEDED, NOT_NEEDED, SOFT_ADDED, SOFT_DROPPED, HARDENED, SOFTENED, NONE_SAID, NONE_UNSAID,
)  # fmt: skip

_VERBS = {"hard": "waits for", "soft": "benefits from"}
_ADDED = {"hard": NEEDED, "soft": SOFT_ADDED}
_DROPPED = {"hard": NOT_NEEDED, "soft": SOFT_DROPPED}


def _whole_parts(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Phases and options that only one of the plans has."""
    for kind, added, removed in (("phases", PHASE_ADDED, PHASE_REMOVED), ("options", OPTION_ADDED, OPTION_REMOVED)):
        for part in comparison.only_in_one(kind):
            title = comparison.by_key[*part, "title"]
            texts = (str(title.before or ""), str(title.after or ""))
            rule, did = (added, "new") if title.before is None else (removed, "removed")
            message = f"{comparison.called(subject_of(part))} ({texts[0] or texts[1]}) is {did}"
            yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")


def _phase_window(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The window of a phase."""
    plans = (comparison.before, comparison.after)
    wholes = [[phase.when for phase in plan.phases if phase.when] for plan in plans]
    for edit in field.edits:
        match edit.before, edit.after:
            case TimeWindow() as before, TimeWindow() as after:
                message = f"{comparison.called(subject_of(field.part))} moves from {shown(before)} to {shown(after)}"
                rule = moved(PHASES, comparison.timeline, (before, after), wholes)
                yield ChangeDraft(rule, (edit,), message, str(before), str(after))
            case _:
                yield _came_or_went(edit, comparison.called(subject_of(field.part)))


def _sprint_window(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The window of a sprint itself."""
    yield window_changed(comparison, field.edits, comparison.values(field), comparison.name(field.id))


def window_changed(
    comparison: Comparison, edits: Sequence[Edit], windows: tuple[TimeWindow | None, TimeWindow | None], name: str
) -> ChangeDraft:
    """The change of a window of a sprint or a task, which may come or go; `name` is what people call that."""
    before, after = windows
    if not before or not after:
        return _came_or_went(edits[-1], name)
    one, other = map(comparison.timeline.period, (before, after))
    rule = WHEN_LATER if (other.closes, other.opens) > (one.closes, one.opens) else WHEN_EARLIER
    message = f"{name} moves from {shown(before)} to {shown(after)}"
    return ChangeDraft(rule, tuple(edits), message, str(before), str(after), edits[-1].key)


def _came_or_went(edit: Edit, name: str) -> ChangeDraft:
    """The change of a window that only one of the plans has."""
    match edit.after:
        case TimeWindow() as after:
            return ChangeDraft(WHEN_SET, (edit,), f"{name} has a window of its own: {shown(after)}", "", shown(after))
        case _:
            return ChangeDraft(WHEN_UNSET, (edit,), f"{name} has no window of its own now", shown(edit.before))


def moved(
    rules: Moved,
    timeline: Timeline,
    windows: tuple[TimeWindow, TimeWindow],
    wholes: Iterable[Iterable[TimeWindow]],
) -> ChangeRule:
    """The rule for a window that moved, before and after; `wholes` are all windows of the plan or option in each."""
    one, other = map(timeline.period, windows)
    was, now = (span.closes if span else 0 for span in map(timeline.hull, wholes))
    if now > was and other.closes == now:
        return rules.finish_later
    if now < was and one.closes == was:
        return rules.finish_earlier
    return rules.later if (other.closes, other.opens) > (one.closes, one.opens) else rules.earlier


def _start(_: Comparison, field: FieldEdits) -> Iterable[ChangeDraft]:
    """The day on which the plan starts."""
    for edit in field.edits:
        match edit.before, edit.after:
            case date() as before, date() as after:
                rule, word = (START_LATER, "later") if after > before else (START_EARLIER, "earlier")
                texts = shown(before), shown(after)
                message = f"the plan starts {word}: on {texts[1]}, not {texts[0]}"
                yield ChangeDraft(rule, (edit,), message, *texts)
            case None, after:
                yield ChangeDraft(START_SET, (edit,), f"the plan starts on {shown(after)}", "", shown(after))
            case before, None:
                message = "the plan no longer has a start date"
                yield ChangeDraft(START_UNSET, (edit,), message, shown(before), "", ("plan", "title"), "start")


def _chosen(_: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The option that was chosen."""
    for edit in field.edits:
        before, after = (f"Option {id_}" if id_ else "" for id_ in (edit.before, edit.after))
        if before and after:
            rule, message = CHOSEN_OTHER, f"{after} is chosen, not {before}"
        else:
            rule, message = (CHOSEN_FIRST, f"{after} is chosen") if after else (CHOSEN_NONE, "no option is chosen now")
        yield ChangeDraft(rule, (edit,), message, before, after, field="chosen")


def _basis(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What efforts are computed from where none is stated."""
    what = {"assume": "a sprint without an effort is assumed to take", "point": "a point stands for"}[field.field]
    for edit in field.edits:
        texts = shown(edit.before), shown(edit.after)
        message = f"{comparison.after.worded(what)} {instead(*texts, 'nothing')}"
        yield ChangeDraft(BASIS, (edit,), message, *texts)


def _depends_on(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What a sprint needs; the edit of an empty list, which says nothing, goes with what came or went first."""
    nothing = tuple(edit for edit in field.edits if edit.key == field.key)
    for item in comparison.items(field, Dependency):
        draft = dependency_changed(comparison, comparison.name(field.id), item)
        yield from reason_changed(comparison, comparison.name(field.id), item)
        if draft and (item.before is None or item.after is None):
            draft, nothing = draft._replace(edits=(*draft.edits, *nothing)), ()
        yield from [draft] if draft else []
    for edit in nothing:
        rule, does = (NONE_UNSAID, "no longer says") if edit.after is None else (NONE_SAID, "says")
        key = edit.key if edit.after is not None else (*field.part, "id")
        message = f"{comparison.name(field.id)} {does} that it needs no other"
        yield ChangeDraft(rule, (edit,), message, key=key, field="depends_on")


def reason_changed(comparison: Comparison, name: str, item: ItemEdits[Dependency]) -> Iterator[ChangeDraft]:
    """Other words for why a sprint or a task of this name needs something."""
    if item.before and item.after:
        yield from reworded_text(item.edits_of("reason"), f"{name}: why it needs {_needed(comparison, item)}")


def dependency_changed(comparison: Comparison, name: str, item: ItemEdits[Dependency]) -> ChangeDraft | None:
    """A dependency of a sprint or a task of this name that came, went, or has another strength."""
    needed = _needed(comparison, item)
    before, after, key = item.before, item.after, item.at("task" if item.part.task else "sprint")
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


OF_PARTS: tuple[PartRule, ...] = (_whole_parts,)
OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "depends_on"): _depends_on,
    ("phases", "when"): _phase_window,
    ("sprints", "when"): _sprint_window,
    ("plan", "start"): _start,
    ("plan", "assume"): _basis,
    ("plan", "point"): _basis,
    ("options", ""): _chosen,
}
"""The rule of each field, by kind of part and field."""
