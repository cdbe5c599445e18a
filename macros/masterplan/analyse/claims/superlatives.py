"""Judges of superlatives: the riskiest, the largest, a quick win."""

from collections.abc import Callable

from masterplan.analyse.claims.case import MOST_COMPARED, UNCHECKED, Case, Judgement
from masterplan.analyse.parts import Compared
from masterplan.model.plan import LEVELS


def highest_risk(case: Case) -> Judgement:
    """Whether no sprint has a higher risk."""
    return _risk(case, max)


def lowest_risk(case: Case) -> Judgement:
    """Whether no sprint has a lower risk."""
    return _risk(case, min)


def _risk(case: Case, most: Callable[[list[int]], int]) -> Judgement:
    levels = {id_: LEVELS.index(sprint.risk.level) for id_, sprint in case.plan.sprints.items() if sprint.risk}
    rated = [id_ for id_ in case.about if id_ in levels]
    if not rated:
        return UNCHECKED
    bound = most(list(levels.values()))
    beyond = [id_ for id_, level in levels.items() if level == bound]
    places = tuple(
        Compared(("sprints", id_, "risk", "level"), f"{case.plan.name(id_)}: {LEVELS[bound]}") for id_ in beyond
    )
    agrees = all(levels[id_] == bound for id_ in rated)
    text = f"{LEVELS[bound]}: {case.names(beyond)}"
    return Judgement(text, "agrees" if agrees else "differs", places[:MOST_COMPARED])


def quick_win(case: Case) -> Judgement:
    """Whether its effort is at most a week of the team's work."""
    time = case.plan.calendar
    efforts = {id_: effort for id_ in case.about if (effort := case.plan.sprints[id_].effort)}
    if not efforts:
        return UNCHECKED
    slow = {id_: effort for id_, effort in efforts.items() if time.days(effort)[1] > len(time.weekdays)}
    shown = slow or efforts
    places = tuple(Compared(("sprints", id_, "effort"), f"{case.plan.name(id_)}: {e.text}") for id_, e in shown.items())
    text = ", ".join(at.says for at in places[:5])
    return Judgement(text, "differs" if slow else "agrees", places[:MOST_COMPARED])


def largest(case: Case) -> Judgement:
    """Whether no sprint takes more effort; where none is stated, whether none has a longer window in any option."""
    about = set(case.about)
    efforts = {id_: case.plan.calendar.days(each.effort)[1] for id_, each in case.plan.sprints.items() if each.effort}
    if about <= efforts.keys() and len(efforts) > len(about):
        larger = [id_ for id_, effort in efforts.items() if effort > min(efforts[each] for each in about)]
        return _larger(case, [id_ for id_ in larger if id_ not in about], "effort")
    longer: dict[str, None] = {}
    spans = [each.spans for each in case.staffing if about <= each.spans.keys()]
    for known in spans:
        least = min(len(known[id_]) for id_ in about)
        longer |= dict.fromkeys(id_ for id_, span in known.items() if len(span) > least and id_ not in about)
    return _larger(case, list(longer), "id") if spans else UNCHECKED


def _larger(case: Case, larger: list[str], field: str) -> Judgement:
    places = tuple(Compared(("sprints", id_, field), f"{case.plan.name(id_)} is larger") for id_ in larger)
    text = f"larger: {case.names(larger)}" if larger else "no other is larger"
    return Judgement(text, "differs" if larger else "agrees", places[:MOST_COMPARED])
