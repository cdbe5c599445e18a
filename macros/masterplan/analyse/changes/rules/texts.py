"""Texts, and everything that no other rule tells of: no edit is ever lost."""

from collections import defaultdict
from collections.abc import Iterator

from masterplan.analyse.changes.case import Case, Group, Told
from masterplan.analyse.changes.rules.words import both
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.quantity import Quantity

WORDING = ChangeRule("wording", "editorial", "A text says the same in other words, or explains something otherwise.")
PAGE = ChangeRule("page-moved", "notable", "The page of a sprint has another name, so links to it break.")
OTHER = ChangeRule("changed", "notable", "Something else changed.")

RULES = (WORDING, PAGE, OTHER)

_TEXTS = {
    "plan": {"title", "summary", "unit", "group", "updated", "timezone", "glossary", "links"},
    "sprints": {"title", "short", "description", "phase", "links"},
    "phases": {"title", "why"},
    "options": {"title"},
    "people": {"name", "role"},
    "entries": {"note", "by"},
}
"""Fields, by kind of part, on which no computed fact and no duty rests."""

_QUIET = {"reason", "description", "note", "text", "says", "detail", "steps"}
"""Fields of items and of risks that explain."""


def page(case: Case, group: Group) -> Iterator[Told]:
    """The file name of a sprint's page."""
    before, after = (plan.page(group.id) for plan in (case.before, case.after))
    rule = WORDING if before == after else PAGE
    yield Told(rule, group.edits, f"{case.name(group.id)}: its page is {after}", before, after)


def rest(case: Case, group: Group) -> Iterator[Told]:
    """Every edit that is left, item by item: wording where only words can have changed."""
    found: dict[tuple[Key, bool], list[Edit]] = defaultdict(list)
    for edit in group.edits:
        within = edit.key[:-1] if len(edit.key) > len(group.key) + 1 else edit.key
        found[within, _only_words(case, group, edit)].append(edit)
    for (_, is_wording), some in found.items():
        what = case.after.worded(case.field(some[0].key).replace(".", " "))
        rule, did = (WORDING, "in other words") if is_wording else (OTHER, "changed")
        yield Told(rule, tuple(some), f"{case.called(group.key)}: {what} {did}", *both(some))


def _only_words(case: Case, group: Group, edit: Edit) -> bool:
    quiet = group.field in _TEXTS.get(group.key[0], ()) or edit.key[-1] in _QUIET
    return quiet or _is_same_amount(case, edit.before, edit.after)


def _is_same_amount(case: Case, before: object, after: object) -> bool:
    """Whether both are the same amount, written otherwise."""
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    try:
        one = Quantity.read(before, case.before.header.decimal)
        other = Quantity.read(after, case.after.header.decimal)
    except ValueError:
        return False
    return one.is_number and one.equals(other) and one.comparator == other.comparator
