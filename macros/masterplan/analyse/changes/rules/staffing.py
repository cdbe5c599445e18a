"""Staffing: who does what in which weeks of an option."""

from collections.abc import Iterator

from masterplan.analyse import figures
from masterplan.analyse.changes.case import Case, Group, Item, Told
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.phases import Moved, moved
from masterplan.analyse.wording import listed
from masterplan.model.calendar import Weeks
from masterplan.model.change import ChangeRule, Key
from masterplan.model.plan import Plan

MODE = ChangeRule(
    "mode-changed", "notable", "An option does sprints one by one, and no longer, or the other way round."
)
LANE_ADDED = ChangeRule("lane-added", "notable", "Somebody joins an option.")
LANE_REMOVED = ChangeRule("lane-removed", "breaking", "Somebody leaves an option.")
HANDED_OVER = ChangeRule("lane-handed-over", "notable", "Somebody else does all that one did in an option.")
ADDED = ChangeRule("work-added", "notable", "Somebody has more to do in an option.")
DROPPED = ChangeRule("work-dropped", "breaking", "Somebody has less to do in an option.")
CHANGED = ChangeRule("work-changed", "notable", "Somebody does something else in the same weeks of an option.")
WORK = Moved(
    ChangeRule("work-later", "breaking", "Somebody does something in later weeks of an option, which ends as before."),
    ChangeRule(
        "work-earlier", "notable", "Somebody does something in earlier weeks of an option, which ends as before."
    ),
)

RULES = (MODE, LANE_ADDED, LANE_REMOVED, HANDED_OVER, ADDED, DROPPED, CHANGED, WORK.later, WORK.earlier)


def mode(_: Case, group: Group) -> Iterator[Told]:
    """Whether an option does sprints one by one."""
    for edit in group.edits:
        texts = (str(edit.before or ""), str(edit.after or ""))
        yield Told(MODE, (edit,), f"Option {group.id} is {texts[1] or 'neither sequential nor parallel'} now", *texts)


def people(case: Case, group: Group) -> Iterator[Told]:
    """Who does what in which weeks of an option."""
    lanes = tuple(group.items(1))
    came = [lane for lane in lanes if lane.side("name")[0] is None is not lane.side("name")[1]]
    gone = [lane for lane in lanes if lane.side("name")[1] is None is not lane.side("name")[0]]
    for lane in lanes:
        if lane not in came and lane not in gone:
            steps, who = lane.key[len(group.key) + 1 :], _who(group, lane)
            yield from owned(case, group.under(*steps, "person"), who, OWNERS)
            yield from _work(case, group, tuple(group.items(3, *steps, "work")), who)
    for lane in gone:
        heir = next((each for each in came if _said(each, 1) == _said(lane, 0)), None)
        came = [each for each in came if each is not heir]
        yield _left(lane, heir, _who(group, lane))
    for lane in came:
        yield Told(LANE_ADDED, lane.edits, f"{_who(group, lane)} joins", "", lane.name[0], (*lane.key, "name"))


def _who(group: Group, lane: Item) -> str:
    return f"{lane.name[0]} (Option {group.id})"


def _said(lane: Item, side: int) -> set[tuple[Key, object]]:
    """The work of a lane that came (1) or went (0)."""
    pieces = ((edit.key[len(lane.key) :], (edit.before, edit.after)[side]) for edit in lane.edits)
    return {(key, value) for key, value in pieces if key[0] == "work"}


def _left(lane: Item, heir: Item | None, who: str) -> Told:
    (name,) = lane.name
    if heir is None:
        return Told(LANE_REMOVED, lane.edits, f"{who} leaves", name, "", (*lane.key, "name"))
    message = f"{who} is replaced by {heir.name[0]}, who does the same"
    return Told(HANDED_OVER, (*lane.edits, *heir.edits), message, name, heir.name[0], (*heir.key, "name"))


def _work(case: Case, group: Group, work: tuple[Item, ...], who: str) -> Iterator[Told]:
    """What one person does: in other weeks, something else in the same weeks, and all the rest."""
    weeks = {item: item.side("weeks") for item in work}
    came = {after: item for item, (before, after) in weeks.items() if before is None}
    for item, (before, after) in weeks.items():
        if before and after:
            yield _moved(case, group, item, who)
        elif after is None:
            yield _dropped(case, item, came.pop(before, None), who)
    for item in came.values():
        window, key = _weeks(item.side("weeks")[1]), (*item.key, "weeks")
        yield Told(ADDED, item.edits, f"{who} also does {_doing(case, item.name)} in {window}", "", window, key)


def _moved(case: Case, group: Group, item: Item, who: str) -> Told:
    before, after = (Weeks.read(str(each)) for each in item.side("weeks"))
    spans = _span(case.before, group.id), _span(case.after, group.id)
    message = f"{who} does {_doing(case, item.name)} in {after.named} instead of {before.named}"
    return Told(moved(WORK, (before, after), spans), item.edits, message, str(before), str(after), (*item.key, "weeks"))


def _dropped(case: Case, item: Item, instead: Item | None, who: str) -> Told:
    """What somebody no longer does, or does with something else, or less, in the same weeks."""
    before, window = _doing(case, item.name), _weeks(item.side("weeks")[0])
    if instead is None:
        return Told(DROPPED, item.edits, f"{who} no longer does {before}", window, "", (*item.key, "weeks"))
    after = _doing(case, instead.name)
    was, now = ({(n, each) for n, text in enumerate(one.name) for each in _split(text)} for one in (item, instead))
    rule = ADDED if was < now else DROPPED if now < was else CHANGED
    message = f"{who} does {after} in {window} instead of {before}"
    return Told(rule, (*item.edits, *instead.edits), message, before, after, (*instead.key, "weeks"))


def _span(plan: Plan, option: str) -> Weeks | None:
    return next((figures.option_span(each) for each in plan.options if each.id == option), None)


def _weeks(text: object) -> str:
    return Weeks.read(str(text)).named


def _doing(case: Case, name: Key) -> str:
    """What somebody does, in words."""
    does, supports, task = name
    told = [_names(case, does), f"support of {_names(case, supports)}" if supports else "", task]
    return ", ".join(filter(None, told)) or "something"


def _names(case: Case, sprints: str) -> str:
    return listed(map(case.name, _split(sprints)))


def _split(sprints: str) -> list[str]:
    return [each for each in sprints.split(",") if each]
