"""Sprints as a whole: renamed, split, merged, added and removed, and moved from phase to phase."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from masterplan.analyse.changes.case import Case, Told
from masterplan.analyse.changes.edits import is_rename
from masterplan.analyse.wording import listed
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.plan import Phase, Plan, Sprint

RENAMED = ChangeRule("sprint-renamed", "notable", "A sprint goes on under another id.")
SPLIT = ChangeRule("sprint-split", "notable", "A sprint was split into several.")
MERGED = ChangeRule("sprint-merged", "notable", "Several sprints were merged into one.")
ADDED = ChangeRule("sprint-added", "notable", "A sprint was added.")
REMOVED = ChangeRule("sprint-removed", "breaking", "A sprint was removed.")
LATER = ChangeRule("sprint-later", "breaking", "A sprint was moved to a phase that ends later.")
EARLIER = ChangeRule("sprint-earlier", "notable", "A sprint was moved to a phase that ends earlier.")
MOVED = ChangeRule("sprint-moved", "notable", "A sprint was moved to another phase that ends in the same week.")
PLACED = ChangeRule("sprint-placed", "notable", "A sprint that was in no phase was put into one.")
UNPLACED = ChangeRule("sprint-unplaced", "breaking", "A sprint was taken out of all phases.")
REORDERED = ChangeRule("order-changed", "notable", "Phases, or the sprints of one, come in another order.")

Work = tuple[str, str]
"""A field, and what in it: `("tasks", "Collect calls")`."""

COMMON = 4
"""Work that so many sprints do tells nothing of which of them was split into which."""

RULES = (RENAMED, SPLIT, MERGED, ADDED, REMOVED, LATER, EARLIER, MOVED, PLACED, UNPLACED, REORDERED)


def tell(case: Case) -> Iterator[Told]:
    """What happened to sprints as a whole."""
    yield from _renamed(case)
    yield from _split(case, SPLIT, case.before, case.after)
    yield from _split(case, MERGED, case.after, case.before)
    yield from _come_and_gone(case)
    yield from _moved(case)
    yield from _reordered(case)


def _renamed(case: Case) -> Iterator[Told]:
    for old, new in case.trace.names.items():
        edits = case.taken(edit for edit in case.trace.edits if is_rename(edit) and edit.before == old)
        message = f"{case.name(old)} is {case.name(new)} now"
        yield Told(RENAMED, edits, message, case.name(old), case.name(new), ("sprints", new, "id"))


def _split(case: Case, rule: ChangeRule, whole: Plan, pieces: Plan) -> Iterator[Told]:
    """Sprints of the one plan whose work is that of several in the other; with the plans swapped, those merged."""
    for id_, found in _splits(whole, pieces).items():
        several = [each for each in found if case.left.get(("sprints", each))]
        edits = [edit for each in several for edit in _all_of(case, each)]
        if id_ in pieces.sprints:
            edits += _passed_on(case, id_, [pieces.sprints[each] for each in several])
        else:
            edits += _all_of(case, id_)
        if not several:
            continue
        name, names = case.name(id_), listed(case.name(each) for each in [id_] * (id_ in pieces.sprints) + several)
        if rule is SPLIT:
            yield Told(rule, tuple(edits), f"{name} was split into {names}", name, names, _key(several[-1]))
        else:
            yield Told(rule, tuple(edits), f"{names} were merged into {name}", names, name, _key(id_))


def _key(sprint: str) -> Key:
    return ("sprints", sprint, "id")


def _splits(whole: Plan, pieces: Plan) -> Mapping[str, list[str]]:
    """The sprints that are only in the second plan and do half or more of what one of the first no longer does."""
    fresh = {id_: _work(sprint) for id_, sprint in pieces.sprints.items() if id_ not in whole.sprints}
    lost = {id_: _work(each) - _work(pieces.sprints.get(id_)) for id_, each in whole.sprints.items()} if fresh else {}
    takers, givers = _holders(fresh), _holders(lost)
    found: dict[str, list[str]] = {}
    for id_, work in fresh.items():
        telling = (each for each in work if len(takers[each]) < COMMON and len(givers.get(each, ())) < COMMON)
        held = Counter(other for each in telling for other in givers.get(each, ()))
        likest = min(held, key=lambda other: (-held[other], whole.positions[other]), default="")
        if held and 2 * held[likest] >= len(work):
            found.setdefault(likest, []).append(id_)
    return {id_: several for id_, several in found.items() if id_ in pieces.sprints or several[1:]}


def _holders(works: Mapping[str, frozenset[Work]]) -> Mapping[Work, list[str]]:
    """The sprints that do each piece of work."""
    found: dict[Work, list[str]] = defaultdict(list)
    for id_, work in works.items():
        for each in work:
            found[each].append(id_)
    return found


def _work(sprint: Sprint | None) -> frozenset[Work]:
    """What a sprint does and delivers, as far as it is named."""
    if sprint is None:
        return frozenset()
    named = [("tasks", task.title) for task in sprint.tasks]
    named += [("metrics", metric.name) for metric in sprint.metrics]
    return frozenset([*named, *(("tests", test.text) for test in sprint.tests if test.text)])


def _passed_on(case: Case, id_: str, others: Iterable[Sprint]) -> tuple[Edit, ...]:
    """The edits by which a sprint lost work to others, or got it from them."""
    theirs = {work for each in others for work in _work(each)}
    held = case.left.get(("sprints", id_), {}).values()
    return case.taken(edit for edit in held if any(field == edit.key[2] and name in edit.key for field, name in theirs))


def _come_and_gone(case: Case) -> Iterator[Told]:
    for id_ in case.after.sprints:
        if id_ not in case.before.sprints and case.left.get(("sprints", id_)):
            title = case.after.sprints[id_].title
            yield Told(ADDED, _all_of(case, id_), f"{case.name(id_)} was added: {title}", "", title, _key(id_), "")
    for id_ in case.before.sprints:
        if id_ not in case.after.sprints and case.left.get(("sprints", id_)):
            title = case.before.sprints[id_].title
            yield Told(REMOVED, _all_of(case, id_), f"{case.name(id_)} was removed: {title}", title, "", _key(id_), "")


def _all_of(case: Case, sprint: str) -> tuple[Edit, ...]:
    """All that is left to tell of a sprint: its file, its place in phases, and its progress."""
    taken = (*case.take(("sprints", sprint)), *_places(case, sprint))
    return (*taken, *(edit for part in case.entries.get(sprint, ()) for edit in case.take(part)))


def _places(case: Case, sprint: str) -> tuple[Edit, ...]:
    """The edits by which a sprint joins and leaves phases, with those of the order among the other sprints there."""
    found: list[Edit] = []
    for part in case.joined.get(sprint, ()):
        edit, order = (case.left.get(part, {}).get(key) for key in ((*part, "sprints", sprint), (*part, "sprints")))
        found += [edit] if edit else []
        found += [order] if edit and order and _keeps_order(case, part[1]) else []
    return case.taken(found)


def _keeps_order(case: Case, phase: str) -> bool:
    """Whether the sprints that stay in a phase keep their order."""
    before, after = (
        next((each.sprints for each in plan.phases if each.id == phase), ()) for plan in (case.before, case.after)
    )
    return [id_ for id_ in before if id_ in after] == [id_ for id_ in after if id_ in before]


def _moved(case: Case) -> Iterator[Told]:
    for id_ in case.joined:
        before, after = case.phases(id_)
        edits = _places(case, id_)
        if edits and (before and before.id) != (after and after.id):
            edits = (*edits, *case.take(("sprints", id_), "phase"))
            yield _move(case, id_, before, after, edits)
        elif edits:
            message = (
                f"{case.name(id_)} is in several {case.after.group.many.lower()}, and they are not the same as before"
            )
            yield Told(MOVED, edits, message, field="phase", sprint=id_)


def _move(case: Case, sprint: str, before: Phase | None, after: Phase | None, edits: tuple[Edit, ...]) -> Told:
    rule, message = _way(case, case.name(sprint), before, after)
    joined = (edit.key for edit in edits if edit.key[2:] == ("sprints", sprint) and edit.after)
    return Told(
        rule, edits, message, _phase(case, before), _phase(case, after), next(joined, edits[0].key), "phase", sprint
    )


def _way(case: Case, name: str, before: Phase | None, after: Phase | None) -> tuple[ChangeRule, str]:
    if before is None:
        return PLACED, f"{name} is in {_phase(case, after)} now"
    if after is None:
        return UNPLACED, f"{name} is in no {case.after.group.one.lower()} any more"
    one, other = before.weeks.last, after.weeks.last
    rule = MOVED if one == other else LATER if other > one else EARLIER
    return rule, f"{name} moved from {_phase(case, before)} to {_phase(case, after)}"


def _phase(case: Case, phase: Phase | None) -> str:
    return f"{case.after.group_name(phase.id)} ({phase.weeks.named})" if phase else ""


def _reordered(case: Case) -> Iterator[Told]:
    for phase in case.after.phases:
        part = ("phases", phase.id)
        order = case.left.get(part, {}).get((*part, "sprints"))
        old = next((each for each in case.before.phases if each.id == phase.id), None)
        if order and old:
            texts = (", ".join(old.sprints), ", ".join(phase.sprints))
            key = order.key if order.after else (*part, "id")
            yield Told(
                REORDERED,
                case.taken([order]),
                f"{case.called(part)} has its {case.after.unit.many.lower()} in another order",
                *texts,
                key,
                "sprints",
            )
    for edit in case.take(("phases",)) if ("phases",) in case.left else ():
        before, after = (", ".join(each.id for each in plan.phases) for plan in (case.before, case.after))
        yield Told(REORDERED, (edit,), case.after.worded("the phases come in another order"), before, after)
