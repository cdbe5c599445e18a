"""People: the team, owners, and who works on what in an option."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    PartRule,
    both,
    by_field,
    differing,
    during,
    instead,
    subject_of,
    value_text,
)
from masterplan.analyse.changes.rules.sizes import sized
from masterplan.analyse.changes.rules.timing import Moved, moved
from masterplan.analyse.parts import listed, owner_names
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.naming import Subject
from masterplan.model.option import Lane, Work
from masterplan.model.window import DateSpan, TimeWindow


class Owned(NamedTuple):
    """The rules for a field that names owners."""

    added: ChangeRule
    removed: ChangeRule
    changed: ChangeRule


OWNERS = Owned(
    ChangeRule("owner-added", "notable", "Owner added"),
    ChangeRule("owner-removed", "breaking", "Owner removed"),
    ChangeRule("owner-changed", "notable", "Owner changed"),
)
PERSON_ADDED = ChangeRule("person-added", "notable", "Person added to the team")
PERSON_REMOVED = ChangeRule("person-removed", "breaking", "Person removed from the team")
TEAM_ADDED = ChangeRule("team-added", "notable", "Team or role added")
TEAM_REMOVED = ChangeRule("team-removed", "breaking", "Team or role removed")
MEMBER_JOINED = ChangeRule("member-joined", "notable", "Member added to a team or role")
MEMBER_LEFT = ChangeRule("member-left", "notable", "Member removed from a team or role")
PERSON_CHANGED = ChangeRule("person-changed", "notable", "Skills or share of time of a person changed")
ABSENCE_ADDED = ChangeRule("absence-added", "notable", "Absence added")
ABSENCE_REMOVED = ChangeRule("absence-removed", "notable", "Absence removed")
SKILLS = ChangeRule("skills-changed", "notable", "Required skills changed")
CALENDAR = ChangeRule("calendar-changed", "notable", "Working days, hours or holidays changed")
MODE = ChangeRule("mode-changed", "notable", "Sequential or parallel work of an option changed")
LANE_ADDED = ChangeRule("lane-added", "notable", "Person added to an option")
LANE_REMOVED = ChangeRule("lane-removed", "breaking", "Person removed from an option")
HANDED_OVER = ChangeRule("lane-handed-over", "notable", "All work of a person in an option handed over")
WORK_ADDED = ChangeRule("work-added", "notable", "Work added in an option")
WORK_DROPPED = ChangeRule("work-dropped", "breaking", "Work removed from an option")
WORK_CHANGED = ChangeRule("work-changed", "notable", "Work in an option replaced")
WORK = Moved(
    ChangeRule("work-later", "breaking", "Work in an option moved later, its end unchanged"),
    ChangeRule("work-earlier", "notable", "Work in an option moved earlier, its end unchanged"),
)

RULES = (
    *OWNERS, PERSON_ADDED, PERSON_REMOVED, TEAM_ADDED, TEAM_REMOVED, MEMBER_JOINED, MEMBER_LEFT, PERSON_CHANGED,
    ABSENCE_ADDED, ABSENCE_REMOVED, SKILLS, CALENDAR,
)  # fmt: skip
STAFFING_RULES = (
    MODE, LANE_ADDED, LANE_REMOVED, HANDED_OVER, WORK_ADDED, WORK_DROPPED, WORK_CHANGED, WORK.later, WORK.earlier,
)  # fmt: skip


_DAYS = {"weekdays": "working days", "holidays": "days off for all"}


def _team(comparison: Comparison) -> Iterator[ChangeDraft]:
    """People, teams and roles added and removed, and the working time."""
    for part in comparison.only_in_one("people"):
        name = comparison.by_key[*part, "name"]
        texts = (value_text(name.before), value_text(name.after))
        rule, verb = (PERSON_ADDED, "joined") if name.before is None else (PERSON_REMOVED, "left")
        message = f"{texts[0] or texts[1]} {verb} the team"
        yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")
    for part in (*comparison.only_in_one("teams"), *comparison.only_in_one("roles")):
        name = comparison.by_key[*part, "name"]
        texts = (value_text(name.before), value_text(name.after))
        rule, state = (TEAM_ADDED, "new") if name.before is None else (TEAM_REMOVED, "removed")
        message = f"the {subject_of(part).kind} {texts[0] or texts[1]} is {state}"
        yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")
    for field in by_field(comparison.by_part.get(("calendar",), ())):
        before, after = (getattr(plan.calendar, field.field) for plan in (comparison.before, comparison.after))
        if isinstance(after, tuple):
            message = f"{_DAYS[field.field]}: {_added_and_removed(before, after)}"
            texts = listed(map(str, before)), listed(map(str, after))
        else:
            message, texts = f"a working day has {after} hours, not {before}", (f"{before} hours", f"{after} hours")
        yield ChangeDraft(CALENDAR, field.edits, message, *texts, ("calendar", "hours"), f"calendar.{field.field}")


def _added_and_removed(before: tuple[object, ...], after: tuple[object, ...]) -> str:
    added = listed(str(day) for day in after if day not in before)
    removed = listed(str(day) for day in before if day not in after)
    return ", ".join(filter(None, [f"now also {added}" if added else "", f"no longer {removed}" if removed else ""]))


def _members(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The members of a team or a role."""
    label = f"the {subject_of(field.part).kind} {comparison.display_name(field.part)}"
    for edit in field.edits:
        person = comparison.after.person(edit.name)
        if edit.after:
            yield ChangeDraft(MEMBER_JOINED, (edit,), f"{person} joined {label}", "", person)
        else:
            yield ChangeDraft(MEMBER_LEFT, (edit,), f"{comparison.before.person(edit.name)} left {label}", person)


def _owner(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The owners of a sprint or a phase."""
    name = comparison.display_name(field.part)
    return owned(comparison, field.edits, name, OWNERS, comparison.values(field))


def owned(
    comparison: Comparison, edits: Iterable[Edit], name: str, rules: Owned, owners: tuple[Sequence[str], Sequence[str]]
) -> Iterator[ChangeDraft]:
    """The change of a part's owners, if they have edits: `owners` are their ids before and after, `name` the part's."""
    edits = tuple(edits)
    old, new = owners
    removed, added = [id_ for id_ in old if id_ not in new], [id_ for id_ in new if id_ not in old]
    before, after = owner_names(comparison.before, old), owner_names(comparison.after, new)
    if not old:
        rule, state = rules.added, f"now owned by {after}"
    elif not new:
        rule, state = rules.removed, f"no longer owned by {before}"
    elif not removed:
        rule, state = rules.changed, f"now also owned by {owner_names(comparison.after, added)}, with {before}"
    elif not added:
        rule, state = rules.changed, f"no longer owned by {owner_names(comparison.before, removed)}, but by {after}"
    else:
        rule, state = rules.changed, f"owned by {after}, not {before}"
    if edits:
        yield ChangeDraft(rule, edits, f"{name}: {state}", before, after)


def _person(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The skills of a person, and their share of time."""
    label = "share of time" if field.field == "share" else "skills"
    message = f"{comparison.after.person(field.id)}: {label} changed"
    yield ChangeDraft(PERSON_CHANGED, field.edits, message, *both(field.edits))


def _absent(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The days on which a person is away."""
    name = comparison.after.person(field.id)
    for edit in field.edits:
        match edit.before, edit.after:
            case None, DateSpan() as span:
                yield ChangeDraft(ABSENCE_ADDED, (edit,), f"{name} is away {during(span)}", "", value_text(span))
            case DateSpan() as span, None:
                yield ChangeDraft(
                    ABSENCE_REMOVED, (edit,), f"{name} is no longer away {during(span)}", value_text(span)
                )


def _skills(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The skills that a sprint requires."""
    message = f"{comparison.name(field.id)}: required skills changed"
    yield ChangeDraft(SKILLS, field.edits, message, *both(field.edits))


def _mode(_: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Sequential or parallel work of an option."""
    for edit in field.edits:
        texts = (value_text(edit.before), value_text(edit.after))
        message = f"Option {field.id} is now {texts[1] or 'neither sequential nor parallel'}"
        yield ChangeDraft(MODE, (edit,), message, *texts)


def _lanes(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The people of an option, and when each works on what."""
    items = comparison.items(field, Lane)
    windows = [[work.when for lane in lanes for work in lane.work] for lanes in comparison.values(field)]
    joined, left = [item for item in items if not item.before], [item for item in items if not item.after]
    for item in items:
        if item.before and item.after:
            name = _name(comparison, field, item)
            yield from _lane(comparison, field, item, item.before, item.after)
            works = differing(item.key_of("work"), item.edits, item.before.work, item.after.work)
            yield from _work(comparison, windows, works, name)
    for item in left:
        successor = next((other for other in joined if _has_same_work(item, other)), None)
        joined = [other for other in joined if other is not successor]
        yield _left(comparison, field, item, successor)
    for item in joined:
        yield item.added(LANE_ADDED, f"{_worker(comparison, item)} joins Option {field.id}", item.part.name, "name")


def _lane(
    comparison: Comparison, field: FieldEdits, item: ItemEdits[Lane], before: Lane, after: Lane
) -> Iterator[ChangeDraft]:
    """The person of a lane that both plans have, and their working time."""
    people = (before.person,) if before.person else (), (after.person,) if after.person else ()
    for draft in owned(comparison, item.edits_of("person"), "", OWNERS, people):
        person = instead(draft.before, draft.after, "unassigned")
        yield draft._replace(message=f"{after.name} (Option {field.id}): person {person}")
    name = _name(comparison, field, item)
    yield from sized(comparison, "capacity", item.edits_of("capacity"), (before.capacity, after.capacity), name)
    yield from sized(comparison, "buffer", item.edits_of("buffer"), (before.buffer, after.buffer), name)


def _name(comparison: Comparison, field: FieldEdits, lane: ItemEdits[Lane]) -> str:
    return f"{_worker(comparison, lane)} (Option {field.id})"


def _worker(comparison: Comparison, lane: ItemEdits[Lane]) -> str:
    """The person of a lane by name, or the name of the lane."""
    person = lane.part.person
    return comparison.after.person(person) if person else lane.part.name


def _has_same_work(left: ItemEdits[Lane], joined: ItemEdits[Lane]) -> bool:
    """Whether a lane that joined an option has the same work at the same time as one that left."""
    old, new = (sorted(map(_content, item.part.work)) for item in (left, joined))
    return old == new


def _content(work: Work) -> tuple[str, list[tuple[str, str]]]:
    return str(work.when), sorted(_pieces(work))


def _left(
    comparison: Comparison, field: FieldEdits, lane: ItemEdits[Lane], successor: ItemEdits[Lane] | None
) -> ChangeDraft:
    if successor is None:
        message = f"{_worker(comparison, lane)} leaves Option {field.id}"
        return lane.removed(LANE_REMOVED, message, lane.part.name, "name")
    message = f"{_name(comparison, field, lane)} hands all work over to {_worker(comparison, successor)}"
    edits = (*lane.edits, *successor.edits)
    return ChangeDraft(HANDED_OVER, edits, message, lane.part.name, successor.part.name, successor.key_of("name"))


def _work(
    comparison: Comparison, windows: Sequence[Sequence[TimeWindow]], works: Sequence[ItemEdits[Work]], name: str
) -> Iterator[ChangeDraft]:
    """The work of one person: moved, replaced, added or removed.

    `windows` are those of all work in the option, before and after.
    """
    added = [item for item in works if not item.before]
    for item in works:
        if item.before and item.after:
            before, after = item.before.when, item.after.when
            rule = moved(WORK, comparison.timeline, (before, after), windows)
            work = _described(comparison, _pieces(item.part))
            message = f"{name} does {work} {during(after)}, not {during(before)}"
            yield ChangeDraft(rule, item.edits, message, value_text(before), value_text(after), item.key_of("when"))
        elif item.before:
            replacement = next((other for other in added if other.part.when == item.before.when), None)
            added = [other for other in added if other is not replacement]
            yield _dropped(comparison, item, replacement, name)
    for item in added:
        message = f"{name} also does {_described(comparison, _pieces(item.part))} {during(item.part.when)}"
        yield item.added(WORK_ADDED, message, value_text(item.part.when), "when")


def _dropped(
    comparison: Comparison, item: ItemEdits[Work], replacement: ItemEdits[Work] | None, name: str
) -> ChangeDraft:
    """Work that a person no longer does, or other work that replaces it in the same window."""
    old, when = _pieces(item.part), during(item.part.when)
    before = _described(comparison, old)
    if replacement is None:
        return item.removed(WORK_DROPPED, f"{name} no longer does {before}", value_text(item.part.when), "when")
    new = _pieces(replacement.part)
    after = _described(comparison, new)
    if old < new:
        rule, message = WORK_ADDED, f"{name} also does {_described(comparison, new - old)} {when}"
    elif new < old:
        rule, message = WORK_DROPPED, f"{name} no longer does {_described(comparison, old - new)} {when}"
    else:
        rule, message = WORK_CHANGED, f"{name} does {after} {when}, not {before}"
    return ChangeDraft(rule, (*item.edits, *replacement.edits), message, before, after, replacement.key_of("when"))


def _pieces(work: Work) -> set[tuple[str, str]]:
    """The sprints done, the sprints supported, and the task, each with the name of its field."""
    done = {("sprints", id_) for id_ in work.sprints}
    supported = {("supports", id_) for id_ in work.supports}
    return done | supported | ({("task", work.task)} if work.task else set())


def _described(comparison: Comparison, pieces: Set[tuple[str, str]]) -> str:
    """Pieces of work in words: `Sprint 4, support for Sprint 5`."""

    def of_field(field: str) -> list[str]:
        return [value for name, value in pieces if name == field]

    def sprints(field: str) -> str:
        order = comparison.positions
        return listed(map(comparison.name, sorted(of_field(field), key=lambda id_: order[Subject("sprint", id_)])))

    supported = sprints("supports")
    texts = [sprints("sprints"), f"support for {supported}" if supported else "", *of_field("task")]
    return ", ".join(filter(None, texts)) or "unspecified work"


PART_RULES: tuple[PartRule, ...] = (_team,)
FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "owner"): _owner,
    ("phases", "owner"): _owner,
    ("sprints", "skills"): _skills,
    ("options", "mode"): _mode,
    ("options", "people"): _lanes,
    ("teams", "people"): _members,
    ("roles", "people"): _members,
    ("people", "skills"): _person,
    ("people", "share"): _person,
    ("people", "absent"): _absent,
}
"""The function for each field, by kind of part and field."""
