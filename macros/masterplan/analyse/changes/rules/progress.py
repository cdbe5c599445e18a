"""Progress: what dated entries say of a sprint."""

from collections.abc import Iterator

from masterplan.analyse.changes.case import Case, Told
from masterplan.analyse.changes.rules.words import both
from masterplan.analyse.progress import Standing
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.progress import State

DONE_REVERTED = ChangeRule("done-reverted", "breaking", "A sprint that was done is not done any more.")
ADVANCED = ChangeRule("status-advanced", "notable", "A sprint has come further.")
REVERTED = ChangeRule("status-reverted", "breaking", "A sprint is less far than it was, is blocked, or was dropped.")
MEASURED = ChangeRule("measurement-changed", "notable", "A value that was measured, or found to be saved, changed.")
NOTED = ChangeRule("progress-noted", "editorial", "An entry says more or less of a sprint that stands as it did.")

RULES = (DONE_REVERTED, ADVANCED, REVERTED, MEASURED, NOTED)

_FAR: tuple[State, ...] = ("dropped", "blocked", "planned", "in progress", "done")
"""States by how far a sprint is in them; one that is blocked or dropped is less far than one that may begin."""


def tell(case: Case) -> Iterator[Told]:
    """What entries say of each sprint, in one change for where it stands and one for what was measured."""
    for id_, parts in case.entries.items():
        edits = tuple(edit for part in parts for edit in case.take(part))
        before, after = (side.get(id_) for side in case.standings)
        if edits and before and after:
            yield _told(case, id_, edits, before, after)


def _told(case: Case, id_: str, edits: tuple[Edit, ...], before: Standing, after: Standing) -> Told:
    rule, name = _rule(before, after), case.name(id_)
    key = next((edit.key for edit in edits if edit.after is not None), edits[0].key)
    if rule is NOTED:
        return Told(rule, edits, f"{name} is {after.state}, as before; an entry was edited", *both(edits), key)
    texts = (_found(before), _found(after)) if rule is MEASURED else (_stands(before), _stands(after))
    return Told(rule, edits, f"{name}: {texts[1]}, was {texts[0]}", *texts, key)


def _rule(before: Standing, after: Standing) -> ChangeRule:
    if before.state == "done" != after.state:
        return DONE_REVERTED
    one, other = ((_FAR.index(each.state), each.percent) for each in (before, after))
    if one != other:
        return ADVANCED if other > one else REVERTED
    return NOTED if _found(before) == _found(after) else MEASURED


def _stands(standing: Standing) -> str:
    return f"{standing.state}, {standing.percent} %" if standing.state == "in progress" else standing.state


def _found(standing: Standing) -> str:
    """What was measured, and found to be saved."""
    found = [f"{name}: {value.text}" for name, value in sorted(standing.measured.items())]
    return "; ".join([*found, *([f"saves {standing.saves.text}"] if standing.saves else [])]) or "nothing measured"
