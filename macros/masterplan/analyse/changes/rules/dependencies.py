"""Dependencies: added, dropped, and how strong they are."""

from collections.abc import Iterator

from masterplan.analyse.changes.case import Case, Group, Item, Told
from masterplan.model.change import ChangeRule
from masterplan.model.plan import Dependency

ADDED = ChangeRule("dependency-added", "breaking", "A sprint cannot start without another that it did not need.")
DROPPED = ChangeRule("dependency-dropped", "notable", "A sprint can start without another that it needed.")
SOFT_ADDED = ChangeRule("soft-dependency-added", "notable", "A sprint benefits from another.")
SOFT_DROPPED = ChangeRule("soft-dependency-dropped", "notable", "A sprint no longer benefits from another.")
HARDENED = ChangeRule("dependency-hardened", "breaking", "What a sprint only benefited from it now cannot do without.")
SOFTENED = ChangeRule("dependency-softened", "notable", "What a sprint could not do without it now only benefits from.")
NONE_SAID = ChangeRule("no-dependencies-said", "notable", "A sprint says aloud that it needs nothing.")
NONE_UNSAID = ChangeRule("no-dependencies-unsaid", "notable", "A sprint no longer says aloud that it needs nothing.")

RULES = (ADDED, DROPPED, SOFT_ADDED, SOFT_DROPPED, HARDENED, SOFTENED, NONE_SAID, NONE_UNSAID)

_VERBS = {"hard": "needs", "soft": "benefits from"}
_WAS = {"hard": "needed", "soft": "only benefited from"}
_ADDED = {"hard": ADDED, "soft": SOFT_ADDED}
_DROPPED = {"hard": DROPPED, "soft": SOFT_DROPPED}


def depends_on(case: Case, group: Group) -> Iterator[Told]:
    """What a sprint needs."""
    before, after = ({each.sprint: each for each in side.depends_on or ()} for side in case.sprints(group.id))
    said = tuple(edit for edit in group.edits if edit.key == (*group.key, group.field))
    for item in group.items(1):
        (needed,) = item.name
        told = _told(case, item, before.get(needed), after.get(needed))
        if told and told.rule not in {HARDENED, SOFTENED}:
            told, said = told._replace(edits=(*told.edits, *said)), ()
        yield from [told] if told else []
    for edit in said:
        rule, does = (NONE_UNSAID, "no longer says") if edit.after is None else (NONE_SAID, "says")
        key = edit.key if edit.after is not None else (*group.key, "id")
        message = f"{case.name(group.id)} {does} that it needs nothing"
        yield Told(rule, (edit,), message, key=key, field="depends_on")


def _told(case: Case, item: Item, before: Dependency | None, after: Dependency | None) -> Told | None:
    sprint, needed = case.name(item.key[1]), case.name(item.name[0])
    key = (*item.key, "sprint")
    if before and after:
        edits = tuple(edit for edit in item.edits if edit.key[-1] == "strength")
        rule = HARDENED if after.strength == "hard" else SOFTENED
        message = f"{sprint} now {_VERBS[after.strength]} {needed}, which it {_WAS[before.strength]} before"
        return Told(rule, edits, message, before.strength, after.strength, edits[0].key) if edits else None
    if after:
        message = f"{sprint} now {_VERBS[after.strength]} {needed}"
        return Told(_ADDED[after.strength], item.edits, message, "", after.reason or after.strength, key)
    if before:
        message = f"{sprint} no longer {_VERBS[before.strength]} {needed}"
        return Told(_DROPPED[before.strength], item.edits, message, before.reason or before.strength, "", key)
    return None
