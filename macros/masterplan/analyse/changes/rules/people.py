"""People: who is responsible, who is in the team, and when they work."""

from collections.abc import Iterator
from typing import NamedTuple

from masterplan.analyse.changes.case import Case, Group, Told
from masterplan.analyse.changes.rules.words import both, shown
from masterplan.model.change import ChangeRule, Edit


class Owned(NamedTuple):
    """The rules for a field that names a person."""

    added: ChangeRule
    removed: ChangeRule
    changed: ChangeRule


OWNERS = Owned(
    ChangeRule("owner-added", "notable", "Something that nobody was responsible for has an owner."),
    ChangeRule("owner-removed", "breaking", "Nobody is responsible for something any more."),
    ChangeRule("owner-changed", "notable", "Somebody else is responsible for something."),
)
PERSON_ADDED = ChangeRule("person-added", "notable", "Somebody joined the team.")
PERSON_REMOVED = ChangeRule("person-removed", "breaking", "Somebody left the team.")
PERSON_CHANGED = ChangeRule("person-changed", "notable", "Somebody has other skills or another share of time.")
ABSENCE_ADDED = ChangeRule("absence-added", "notable", "Somebody will be away.")
ABSENCE_REMOVED = ChangeRule("absence-removed", "notable", "Somebody will not be away after all.")
SKILLS = ChangeRule("skills-changed", "notable", "A sprint asks for other skills.")
CALENDAR = ChangeRule("calendar-changed", "notable", "The team works other days or hours.")

RULES = (*OWNERS, PERSON_ADDED, PERSON_REMOVED, PERSON_CHANGED, ABSENCE_ADDED, ABSENCE_REMOVED, SKILLS, CALENDAR)


def tell(case: Case) -> Iterator[Told]:
    """People who came and went, and the calendar."""
    for part in [part for part in case.left if part[0] == "people"]:
        edit = case.left[part].get((*part, "id"))
        if edit:
            name = case.left[part][*part, "name"]
            texts = (shown(name.before), shown(name.after))
            rule, did = (PERSON_ADDED, "joined") if edit.before is None else (PERSON_REMOVED, "left")
            yield Told(rule, case.take(part), f"{texts[0] or texts[1]} {did} the team", *texts, edit.key, "")
    days = case.take(("calendar",)) if ("calendar",) in case.left else ()
    if days:
        message = f"the working time changed: {', '.join(dict.fromkeys(edit.key[1] for edit in days))}"
        yield Told(CALENDAR, days, message, *both(days), ("calendar", "hours"), "calendar")


def owner(case: Case, group: Group) -> Iterator[Told]:
    """Who is responsible for a sprint."""
    return owned(case, group.edits, case.name(group.id), OWNERS)


def owned(case: Case, edits: tuple[Edit, ...], what: str, rules: Owned) -> Iterator[Told]:
    """Who a field names."""
    for edit in edits:
        before = case.before.person(str(edit.before)) if edit.before else ""
        after = case.after.person(str(edit.after)) if edit.after else ""
        if before and after:
            yield Told(rules.changed, (edit,), f"{what}: {after} instead of {before}", before, after)
        elif after:
            yield Told(rules.added, (edit,), f"{what}: {after} is responsible", before, after)
        else:
            yield Told(rules.removed, (edit,), f"{what}: nobody is responsible, {before} was", before, after)


def person(case: Case, group: Group) -> Iterator[Told]:
    """What somebody can do, and how much of their time there is."""
    message = (
        f"{case.after.person(group.id)} has another {'share of time' if group.field == 'share' else 'set of skills'}"
    )
    yield Told(PERSON_CHANGED, group.edits, message, *both(group.edits))


def absent(case: Case, group: Group) -> Iterator[Told]:
    """When somebody is away."""
    for edit in group.edits:
        who, days = case.after.person(group.id), shown(edit.before or edit.after)
        if edit.before is None:
            yield Told(ABSENCE_ADDED, (edit,), f"{who} will be away on {days}", "", days)
        else:
            yield Told(ABSENCE_REMOVED, (edit,), f"{who} will not be away on {days}", days)


def skills(case: Case, group: Group) -> Iterator[Told]:
    """What whoever does a sprint must be good at."""
    yield Told(SKILLS, group.edits, f"{case.name(group.id)} asks for other skills", *both(group.edits))
