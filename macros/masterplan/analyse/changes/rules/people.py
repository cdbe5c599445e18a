"""Who does what: the team, who is responsible, and when each person works in an option."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    PartRule,
    both,
    differing,
    shown,
)
from masterplan.analyse.changes.rules.timing import Moved, moved
from masterplan.analyse.parts import listed
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.naming import Subject
from masterplan.model.option import Lane, Option, Work


class Owned(NamedTuple):
    """The rules for a field that names a person."""

    added: ChangeRule
    removed: ChangeRule
    changed: ChangeRule


OWNERS = Owned(
    ChangeRule("owner-added", "notable", "A sprint, a risk or work in an option is now assigned to somebody."),
    ChangeRule("owner-removed", "breaking", "A sprint, a risk or work in an option is no longer assigned to anybody."),
    ChangeRule("owner-changed", "notable", "A sprint, a risk or work in an option is assigned to somebody else."),
)
PERSON_ADDED = ChangeRule("person-added", "notable", "Somebody joined the team.")
PERSON_REMOVED = ChangeRule("person-removed", "breaking", "Somebody left the team.")
PERSON_CHANGED = ChangeRule("person-changed", "notable", "The skills of a person, or their share of time, changed.")
ABSENCE_ADDED = ChangeRule("absence-added", "notable", "Somebody will be away.")
ABSENCE_REMOVED = ChangeRule("absence-removed", "notable", "Somebody will not be away after all.")
SKILLS = ChangeRule("skills-changed", "notable", "A sprint asks for other skills.")
CALENDAR = ChangeRule("calendar-changed", "notable", "The working days, hours or holidays of the team changed.")
MODE = ChangeRule("mode-changed", "notable", "An option does sprints one by one now, or no longer does.")
LANE_ADDED = ChangeRule("lane-added", "notable", "Somebody joins an option.")
LANE_REMOVED = ChangeRule("lane-removed", "breaking", "Somebody leaves an option.")
HANDED_OVER = ChangeRule(
    "lane-handed-over", "notable", "Somebody else takes over all the work of a person in an option."
)
WORK_ADDED = ChangeRule("work-added", "notable", "Somebody has more to do in an option.")
WORK_DROPPED = ChangeRule("work-dropped", "breaking", "Somebody has less to do in an option.")
WORK_CHANGED = ChangeRule("work-changed", "notable", "Somebody does other work at the same time in an option.")
WORK = Moved(
    ChangeRule("work-later", "breaking", "Work in an option moved to a later time, and the option ends as before."),
    ChangeRule("work-earlier", "notable", "Work in an option moved to an earlier time, and the option ends as before."),
)

RULES = (*OWNERS, PERSON_ADDED, PERSON_REMOVED, PERSON_CHANGED, ABSENCE_ADDED, ABSENCE_REMOVED, SKILLS, CALENDAR)
STAFFING_RULES = (
    MODE, LANE_ADDED, LANE_REMOVED, HANDED_OVER, WORK_ADDED, WORK_DROPPED, WORK_CHANGED, WORK.later, WORK.earlier,
)  # fmt: skip


def _team(comparison: Comparison) -> Iterator[ChangeDraft]:
    """People that only one of the plans has, and the working time."""
    for part in comparison.only_in_one("people"):
        name = comparison.by_key[*part, "name"]
        texts = (shown(name.before), shown(name.after))
        rule, did = (PERSON_ADDED, "joined") if name.before is None else (PERSON_REMOVED, "left")
        message = f"{texts[0] or texts[1]} {did} the team"
        yield ChangeDraft(rule, comparison.by_part[part], message, *texts, (*part, "id"), "")
    edits = comparison.by_part.get(("calendar",), ())
    if edits:
        fields = dict.fromkeys(edit.key[1] for edit in edits)
        message = f"the working time changed: {', '.join(fields)}"
        yield ChangeDraft(CALENDAR, edits, message, *both(edits), ("calendar", "hours"), "calendar")


def _owner(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Who is responsible for a sprint."""
    return owned(comparison, field.edits, comparison.name(field.id), OWNERS)


def owned(comparison: Comparison, edits: Iterable[Edit], what: str, rules: Owned) -> Iterator[ChangeDraft]:
    """Those whom a field names, by id; `what` is what they are responsible for."""
    edits = tuple(edits)
    before = listed(comparison.before.person(str(edit.before)) for edit in edits if edit.before)
    after = listed(comparison.after.person(str(edit.after)) for edit in edits if edit.after)
    if before and after:
        yield ChangeDraft(rules.changed, edits, f"{what}: {after} instead of {before}", before, after)
    elif after:
        yield ChangeDraft(rules.added, edits, f"{what}: {after} is responsible", before, after)
    elif before:
        yield ChangeDraft(rules.removed, edits, f"{what}: {before} is no longer responsible", before, after)


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
            yield ChangeDraft(ABSENCE_ADDED, (edit,), f"{who} will be away on {after}", before, after)
        else:
            yield ChangeDraft(ABSENCE_REMOVED, (edit,), f"{who} will not be away on {before}", before, after)


def _skills(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The skills that a sprint asks for."""
    message = f"{comparison.name(field.id)} asks for other skills"
    yield ChangeDraft(SKILLS, field.edits, message, *both(field.edits))


def _mode(_: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Whether an option does sprints one by one."""
    for edit in field.edits:
        texts = (shown(edit.before), shown(edit.after))
        message = f"Option {field.id} is {texts[1] or 'neither sequential nor parallel'} now"
        yield ChangeDraft(MODE, (edit,), message, *texts)


def _lanes(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Who does what when in an option."""
    before, after = comparison.options(field.id)
    items = differing(field.key, field.edits, before.people, after.people)
    joined, left = [item for item in items if not item.before], [item for item in items if not item.after]
    for item in items:
        if item.before and item.after:
            who = _who(field, item)
            persons = [edit for edit in item.edits if edit.key == item.at("person")]
            yield from owned(comparison, persons, who, OWNERS)
            works = differing(item.at("work"), item.edits, item.before.work, item.after.work)
            yield from _work(comparison, (before, after), works, who)
    for item in left:
        heir = next((other for other in joined if _same_work(item, other)), None)
        joined = [other for other in joined if other is not heir]
        yield _left(item, heir, _who(field, item))
    for item in joined:
        name = item.part.name
        yield ChangeDraft(LANE_ADDED, item.edits, f"{_who(field, item)} joins", "", name, item.at("name"))


def _who(field: FieldEdits, lane: ItemEdits[Lane]) -> str:
    return f"{lane.part.name} (Option {field.id})"


def _same_work(left: ItemEdits[Lane], joined: ItemEdits[Lane]) -> bool:
    """Whether a person who left an option had the same work at the same time as one who joined it."""
    works = [sorted(map(_content, item.part.work)) for item in (left, joined)]
    return works[0] == works[1]


def _content(work: Work) -> tuple[str, list[tuple[str, str]]]:
    return str(work.when), sorted(_ingredients(work))


def _left(lane: ItemEdits[Lane], heir: ItemEdits[Lane] | None, who: str) -> ChangeDraft:
    name = lane.part.name
    if heir is None:
        return ChangeDraft(LANE_REMOVED, lane.edits, f"{who} leaves", name, "", lane.at("name"))
    message = f"{who} is replaced by {heir.part.name}, who does the same"
    edits = (*lane.edits, *heir.edits)
    return ChangeDraft(HANDED_OVER, edits, message, name, heir.part.name, heir.at("name"))


def _work(
    comparison: Comparison, options: tuple[Option, Option], works: Iterable[ItemEdits[Work]], who: str
) -> Iterator[ChangeDraft]:
    """The work of one person: at another time, other work at the same time, and work that came or went."""
    came = [item for item in works if not item.before]
    wholes = [[work.when for lane in option.people for work in lane.work] for option in options]
    for item in works:
        if item.before and item.after:
            before, after = item.before.when, item.after.when
            rule = moved(WORK, comparison.timeline, (before, after), wholes)
            message = f"{who} does {_doing(comparison, item.part)} in {after.named} instead of {before.named}"
            yield ChangeDraft(rule, item.edits, message, str(before), str(after), item.at("when"))
        elif item.before:
            instead = next((other for other in came if other.part.when == item.before.when), None)
            came = [other for other in came if other is not instead]
            yield _dropped(comparison, item, instead, who)
    for item in came:
        window = item.part.when.named
        message = f"{who} also does {_doing(comparison, item.part)} in {window}"
        yield ChangeDraft(WORK_ADDED, item.edits, message, "", window, item.at("when"))


def _dropped(comparison: Comparison, item: ItemEdits[Work], instead: ItemEdits[Work] | None, who: str) -> ChangeDraft:
    """Work that somebody no longer does, or in place of which they do other work, or less, at the same time."""
    before, window = _doing(comparison, item.part), item.part.when.named
    if instead is None:
        return ChangeDraft(WORK_DROPPED, item.edits, f"{who} no longer does {before}", window, "", item.at("when"))
    after = _doing(comparison, instead.part)
    was, now = _ingredients(item.part), _ingredients(instead.part)
    rule = WORK_ADDED if was < now else WORK_DROPPED if now < was else WORK_CHANGED
    message = f"{who} does {after} in {window} instead of {before}"
    return ChangeDraft(rule, (*item.edits, *instead.edits), message, before, after, instead.at("when"))


def _ingredients(work: Work) -> set[tuple[str, str]]:
    """What some work is made of: sprints done, sprints supported, and the task."""
    done = {("sprints", id_) for id_ in work.sprints}
    supported = {("supports", id_) for id_ in work.supports}
    return done | supported | ({("task", work.task)} if work.task else set())


def _doing(comparison: Comparison, work: Work) -> str:
    """What somebody does, in words."""

    def names(ids: Iterable[str]) -> str:
        order = comparison.positions
        return listed(map(comparison.name, sorted(ids, key=lambda id_: order[Subject("sprint", id_)])))

    texts = [names(work.sprints), f"support of {names(work.supports)}" if work.supports else "", work.task or ""]
    return ", ".join(filter(None, texts)) or "something"


OF_PARTS: tuple[PartRule, ...] = (_team,)
OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "owner"): _owner,
    ("sprints", "skills"): _skills,
    ("options", "mode"): _mode,
    ("options", "people"): _lanes,
    ("people", "skills"): _person,
    ("people", "share"): _person,
    ("people", "absent"): _absent,
}
"""The rule of each field, by kind of part and field."""
