"""Weeks: phases, when the plan and its options end, and the day it starts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from masterplan.analyse import figures
from masterplan.analyse.changes.case import Case, Group, Told
from masterplan.model.calendar import Weeks
from masterplan.model.change import ChangeRule

PHASE_ADDED = ChangeRule("phase-added", "notable", "A phase was added.")
PHASE_REMOVED = ChangeRule("phase-removed", "breaking", "A phase was removed.")
OPTION_ADDED = ChangeRule("option-added", "notable", "A way to staff the plan was added.")
OPTION_REMOVED = ChangeRule("option-removed", "breaking", "A way to staff the plan was removed.")
START_LATER = ChangeRule("start-later", "breaking", "The plan starts later.")
START_EARLIER = ChangeRule("start-earlier", "breaking", "The plan starts earlier.")
START_SET = ChangeRule("start-set", "notable", "The plan has a day on which it starts.")
START_UNSET = ChangeRule("start-unset", "breaking", "The plan no longer says when it starts.")


class Moved(NamedTuple):
    """The rules for weeks that move, and for those that take the end of the whole with them."""

    later: ChangeRule
    earlier: ChangeRule
    finish_later: ChangeRule = ChangeRule("finish-later", "breaking", "The phases, or an option, end later.")
    finish_earlier: ChangeRule = ChangeRule("finish-earlier", "notable", "The phases, or an option, end earlier.")


PHASES = Moved(
    ChangeRule("phase-later", "breaking", "The weeks of a phase moved to later ones; the last one stays the last."),
    ChangeRule("phase-earlier", "notable", "The weeks of a phase moved to earlier ones; the last one stays the last."),
)

RULES = (
    *PHASES, PHASE_ADDED, PHASE_REMOVED, OPTION_ADDED, OPTION_REMOVED, START_LATER, START_EARLIER, START_SET,
    START_UNSET,
)  # fmt: skip


def tell(case: Case) -> Iterator[Told]:
    """Phases and options that came and went as a whole."""
    yield from _come_and_gone(case, "phases", PHASE_ADDED, PHASE_REMOVED)
    yield from _come_and_gone(case, "options", OPTION_ADDED, OPTION_REMOVED)


def _come_and_gone(case: Case, kind: str, added: ChangeRule, removed: ChangeRule) -> Iterator[Told]:
    for part in [part for part in case.left if part[0] == kind and len(part) > 1]:
        edit = case.left[part].get((*part, "id"))
        if edit:
            title = case.left[part][*part, "title"]
            texts = (str(title.before or ""), str(title.after or ""))
            rule, did = (added, "added") if edit.before is None else (removed, "removed")
            message = f"{case.called(part)} was {did}: {texts[0] or texts[1]}"
            yield Told(rule, case.take(part), message, *texts, edit.key, "")


def weeks(case: Case, group: Group) -> Iterator[Told]:
    """The weeks of a phase."""
    spans = figures.phases_span(case.before), figures.phases_span(case.after)
    for edit in group.edits:
        before, after = (Weeks.read(str(each)) for each in (edit.before, edit.after))
        message = f"{case.called(group.key)} moved from {before.named} to {after.named}"
        yield Told(moved(PHASES, (before, after), spans), (edit,), message, str(before), str(after))


def moved(rules: Moved, weeks: tuple[Weeks, Weeks], spans: tuple[Weeks | None, Weeks | None]) -> ChangeRule:
    """Which way weeks moved; `spans` are those of the whole that they are in, before and after."""
    one, other = weeks
    was, now = (span.last if span else 0 for span in spans)
    if now > was and other.last == now:
        return rules.finish_later
    if now < was and one.last == was:
        return rules.finish_earlier
    return rules.later if (other.last, other.first) > (one.last, one.first) else rules.earlier


def start(_: Case, group: Group) -> Iterable[Told]:
    """The day on which the plan starts."""
    for edit in group.edits:
        before, after = (str(each or "") for each in (edit.before, edit.after))
        if before and after:
            rule, said = (START_LATER, "later") if after > before else (START_EARLIER, "earlier")
            yield Told(rule, (edit,), f"the plan starts {said}: on {after}, not on {before}", before, after)
        elif after:
            yield Told(START_SET, (edit,), f"the plan starts on {after}", "", after)
        else:
            message = "the plan has no start date any more"
            yield Told(START_UNSET, (edit,), message, before, "", ("plan", "title"), "start")
