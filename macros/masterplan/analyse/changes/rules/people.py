"""Who does what: the team, who is responsible, and when each person works in an option."""

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
    shown,
    subject_of,
)
from masterplan.analyse.changes.rules.sizes import sized
from masterplan.analyse.changes.rules.timing import Moved, moved
from masterplan.analyse.parts import are, listed, owner_names
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.naming import Subject
from masterplan.model.option import Lane, Work
from masterplan.model.window import TimeWindow


class Owned(NamedTuple):
    """The rules for a field that names a person."""

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
    """People, teams and roles that only one of the plans has, and the working time."""
    for part in comparison.only_in_one("people"):
        name = comparison.by_key[*part, "name"]
        texts = (shown(name.before), shown(name.after))
        rule, did = (PERSON_ADDED, "joined") if name.before is None else (PERSON_REMOVED, "left")
        message = f"{texts[0] or texts[1]} {did} the team"
        yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")
    for part in (*comparison.only_in_one("teams"), *comparison.only_in_one("roles")):
        name = comparison.by_key[*part, "name"]
        texts = (shown(name.before), shown(name.after))
        rule, did = (TEAM_ADDED, "added") if name.before is None else (TEAM_REMOVED, "removed")
        message = f"the {subject_of(part).kind} {texts[0] or texts[1]} is {did}"
        yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")
    for field in by_field(comparison.by_part.get(("calendar",), ())):
        before, after = (getattr(plan.calendar, field.field) for plan in (comparison.before, comparison.after))
        if isinstance(after, tuple):
            message = f"{_DAYS[field.field]}: {_came_and_went(before, after)}"
            texts = listed(map(str, before)), listed(map(str, after))
        else:
            message, texts = f"a working day has {after} hours, not {before}", (f"{before} hours", f"{after} hours")
        yield ChangeDraft(CALENDAR, field.edits, message, *texts, ("calendar", "hours"), f"calendar.{field.field}")


def _came_and_went(before: tuple[object, ...], after: tuple[object, ...]) -> str:
    came = listed(str(day) for day in after if day not in before)
    went = listed(str(day) for day in before if day not in after)
    return ", ".join(filter(None, [f"now also {came}" if came else "", f"no longer {went}" if went else ""]))


def _members(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The people of a team or a role."""
    subject = subject_of(field.part)
    what = f"the {subject.kind} {comparison.called(subject)}"
    for edit in field.edits:
        person = comparison.after.person(edit.name)
        if edit.after:
            yield ChangeDraft(MEMBER_JOINED, (edit,), f"{person} joined {what}", "", person)
        else:
            yield ChangeDraft(MEMBER_LEFT, (edit,), f"{comparison.before.person(edit.name)} left {what}", person)


def _owner(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Who is responsible for a sprint or a phase."""
    who = comparison.called(subject_of(field.part))
    return owned(comparison, field.edits, who, OWNERS, comparison.values(field))


def owned(
    comparison: Comparison, edits: Iterable[Edit], what: str, rules: Owned, owners: tuple[Sequence[str], Sequence[str]]
) -> Iterator[ChangeDraft]:
    """Those who are responsible for something, before and after, by id, if that has edits; `what` is the thing."""
    edits = tuple(edits)
    old, new = owners
    gone, fresh = [id_ for id_ in old if id_ not in new], [id_ for id_ in new if id_ not in old]
    before, after = owner_names(comparison.before, old), owner_names(comparison.after, new)
    left, joined = owner_names(comparison.before, gone), owner_names(comparison.after, fresh)
    if not old:
        rule, says = rules.added, f"{after} {are(new)} the owner"
    elif not new:
        rule, says = rules.removed, f"{before} {are(old)} no longer the owner"
    elif not gone:
        rule, says = rules.changed, f"{joined} {are(fresh)} an owner as well, with {before}"
    elif not fresh:
        rule, says = rules.changed, f"{left} {are(gone)} no longer an owner, but {after} still {are(new)}"
    else:
        rule, says = rules.changed, f"owner {after}, not {before}"
    if edits:
        yield ChangeDraft(rule, edits, f"{what}: {says}", before, after)


def _person(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The skills of a person, and their share of time."""
    what = "share of time" if field.field == "share" else "set of skills"
    message = f"{comparison.after.person(field.id)} has another {what}"
    yield ChangeDraft(PERSON_CHANGED, field.edits, message, *both(field.edits))


def _absent(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The days on which a person is away."""
    who = comparison.after.person(field.id)
    for edit in field.edits:
        before, after = shown(edit.before), shown(edit.after)
        if edit.before is None:
            yield ChangeDraft(ABSENCE_ADDED, (edit,), f"{who} is away {after}", before, after)
        else:
            yield ChangeDraft(ABSENCE_REMOVED, (edit,), f"{who} is not away {before}", before, after)


def _skills(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The skills that a sprint asks for."""
    message = f"{comparison.name(field.id)} asks for other skills"
    yield ChangeDraft(SKILLS, field.edits, message, *both(field.edits))


def _mode(_: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Whether an option does sprints one by one."""
    for edit in field.edits:
        texts = (shown(edit.before), shown(edit.after))
        message = f"Option {field.id} is now {texts[1] or 'neither sequential nor parallel'}"
        yield ChangeDraft(MODE, (edit,), message, *texts)


def _lanes(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Who does what when in an option."""
    items = comparison.items(field, Lane)
    wholes = [[work.when for lane in lanes for work in lane.work] for lanes in comparison.values(field)]
    joined, left = [item for item in items if not item.before], [item for item in items if not item.after]
    for item in items:
        if item.before and item.after:
            who = _who(comparison, field, item)
            yield from _lane(comparison, item, item.before, item.after, who)
            works = differing(item.at("work"), item.edits, item.before.work, item.after.work)
            yield from _work(comparison, wholes, works, who)
    for item in left:
        heir = next((other for other in joined if _same_work(item, other)), None)
        joined = [other for other in joined if other is not heir]
        yield _left(item, heir, _who(comparison, field, item))
    for item in joined:
        yield item.came(LANE_ADDED, f"{_who(comparison, field, item)} joins", item.part.name, "name")


def _lane(comparison: Comparison, item: ItemEdits[Lane], before: Lane, after: Lane, who: str) -> Iterator[ChangeDraft]:
    """Which person a lane of both plans is, and the working time of that person."""
    persons = (before.person,) if before.person else (), (after.person,) if after.person else ()
    yield from owned(comparison, item.edits_of("person"), who, OWNERS, persons)
    yield from sized(comparison, "capacity", item.edits_of("capacity"), (before.capacity, after.capacity), who)
    yield from sized(comparison, "buffer", item.edits_of("buffer"), (before.buffer, after.buffer), who)


def _who(comparison: Comparison, field: FieldEdits, lane: ItemEdits[Lane]) -> str:
    person = lane.part.person
    return f"{comparison.after.person(person) if person else lane.part.name} (Option {field.id})"


def _same_work(left: ItemEdits[Lane], joined: ItemEdits[Lane]) -> bool:
    """Whether a person who left an option had the same work at the same time as one who joined it."""
    works = [sorted(map(_content, item.part.work)) for item in (left, joined)]
    return works[0] == works[1]


def _content(work: Work) -> tuple[str, list[tuple[str, str]]]:
    return str(work.when), sorted(_ingredients(work))


def _left(lane: ItemEdits[Lane], heir: ItemEdits[Lane] | None, who: str) -> ChangeDraft:
    name = lane.part.name
    if heir is None:
        return lane.went(LANE_REMOVED, f"{who} leaves", name, "name")
    message = f"{who} is replaced by {heir.part.name}, who does the same"
    edits = (*lane.edits, *heir.edits)
    return ChangeDraft(HANDED_OVER, edits, message, name, heir.part.name, heir.at("name"))


def _work(
    comparison: Comparison, wholes: Sequence[Sequence[TimeWindow]], works: Sequence[ItemEdits[Work]], who: str
) -> Iterator[ChangeDraft]:
    """The work of one person: at another time, other work at the same time, and work that came or went.

    `wholes` are the windows of all work in the option, before and after.
    """
    came = [item for item in works if not item.before]
    for item in works:
        if item.before and item.after:
            before, after = item.before.when, item.after.when
            rule = moved(WORK, comparison.timeline, (before, after), wholes)
            message = f"{who} does {_doing(comparison, _ingredients(item.part))} in {shown(after)}, not {shown(before)}"
            yield ChangeDraft(rule, item.edits, message, shown(before), shown(after), item.at("when"))
        elif item.before:
            instead = next((other for other in came if other.part.when == item.before.when), None)
            came = [other for other in came if other is not instead]
            yield _dropped(comparison, item, instead, who)
    for item in came:
        window = shown(item.part.when)
        message = f"{who} also does {_doing(comparison, _ingredients(item.part))} in {window}"
        yield item.came(WORK_ADDED, message, window, "when")


def _dropped(comparison: Comparison, item: ItemEdits[Work], instead: ItemEdits[Work] | None, who: str) -> ChangeDraft:
    """Work that somebody no longer does, or in place of which they do other work, or less, at the same time."""
    was, window = _ingredients(item.part), shown(item.part.when)
    before = _doing(comparison, was)
    if instead is None:
        return item.went(WORK_DROPPED, f"{who} no longer does {before}", window, "when")
    now = _ingredients(instead.part)
    after = _doing(comparison, now)
    if was < now:
        rule, message = WORK_ADDED, f"{who} also does {_doing(comparison, now - was)} in {window}"
    elif now < was:
        rule, message = WORK_DROPPED, f"{who} no longer does {_doing(comparison, was - now)} in {window}"
    else:
        rule, message = WORK_CHANGED, f"{who} does {after} in {window}, not {before}"
    return ChangeDraft(rule, (*item.edits, *instead.edits), message, before, after, instead.at("when"))


def _ingredients(work: Work) -> set[tuple[str, str]]:
    """What some work is made of: sprints done, sprints supported, and the task."""
    done = {("sprints", id_) for id_ in work.sprints}
    supported = {("supports", id_) for id_ in work.supports}
    return done | supported | ({("task", work.task)} if work.task else set())


def _doing(comparison: Comparison, ingredients: Set[tuple[str, str]]) -> str:
    """What some work is, in words."""

    def those(kind: str) -> list[str]:
        return [name for of, name in ingredients if of == kind]

    def names(kind: str) -> str:
        order = comparison.positions
        return listed(map(comparison.name, sorted(those(kind), key=lambda id_: order[Subject("sprint", id_)])))

    supported = names("supports")
    texts = [names("sprints"), f"support of {supported}" if supported else "", *those("task")]
    return ", ".join(filter(None, texts)) or "something"


OF_PARTS: tuple[PartRule, ...] = (_team,)
OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
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
"""The rule of each field, by kind of part and field."""
