"""Computed facts of two plans, such as ends, slack, savings and risks: which of them moved, and from which changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from masterplan.analyse.changes.attribution import Trial
from masterplan.analyse.changes.rules.rewording import WORDING
from masterplan.analyse.changes.values import FACT_KINDS, Fact, FactValue, FactValues, PlanOnDay, ScheduleCache
from masterplan.analyse.facts import Facts
from masterplan.analyse.figures import counted_days, in_halves
from masterplan.analyse.graph import HARD, Graph
from masterplan.analyse.health import HealthVerdict
from masterplan.model.change import Change, Consequence, Direction
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan

_MOST_ALIKE = 12
"""FactValues of a kind that are listed one by one; more are one consequence."""

_WEEK = 7
"""Calendar days."""

_MOST_WORK = 150_000
"""Sprints scheduled and values read again, all trials together, up to which causes are looked for."""

_WHOLE = {
    "slack": "Slack of sprints",
    "rollback": "Rollbacks",
    "effort": "Efforts that follow from tasks and points",
    "needs": "Needs that follow from tasks and milestones",
    "milestone-end": "Earliest ends of the work for milestones",
    "end-of-option": "End of options",
    "computed-end-of-option": "Earliest ends of options",
}
"""The label of many facts of a kind as one."""


_OF_SCHEDULES = frozenset(
    {"computed-end-of-option", "earliest-end", "forecast-end", "critical-path", "slack", "milestone-end"}
)
"""The kinds that only a plan with a schedule has."""


_OF_BOTH = frozenset({"slack", "milestone-end", "forecast-end", "effort", "needs", "rollback"})
"""The kinds of which a value that only one plan has is no difference: it comes with its part."""


def consequences(
    trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
) -> tuple[Consequence, ...]:
    """The facts that have another value in the newer plan than in the older one, each on its day, with their causes."""
    cache, rollbacks = ScheduleCache(), _rollbacks(trial.before, trial.after)

    def compute(plan: Plan, side: int, facts: Iterable[Fact]) -> FactValues:
        return PlanOnDay(plan, days[side], rollbacks, cache).facts(dict.fromkeys(kind for kind, _ in facts))

    every = [(kind, PLAN) for kind in FACT_KINDS]
    before, after = compute(trial.before, 0, every), compute(trial.after, 1, every)
    facts = (fact for fact in dict.fromkeys([*before, *after]) if _counts(trial.after, fact[1]))
    moved = [fact for fact in facts if _has_moved(fact, before, after)]
    tried = _more_than_words(changes) if can_compute_each(trial, changes) else ()
    causes = trial.causes(compute, (before, after), moved, tried)
    by_kind: dict[str, list[Consequence]] = defaultdict(list)
    for fact in moved:
        by_kind[fact[0]].append(_consequence(fact, before.get(fact), after.get(fact), causes.get(fact, ())))
    return tuple(one for alike in by_kind.values() for one in _listed(trial.after, alike))


_VERDICTS: tuple[HealthVerdict, ...] = ("done", "on track", "at risk", "off track")
"""Verdicts from the best to the worst; that a plan is not started is neither."""


def health_moved(
    before: Facts, after: Facts, changes: Sequence[Change], computed: Iterable[Consequence]
) -> tuple[Consequence, ...]:
    """The verdict on the plan, where it is another one; it has the causes of the ends that moved."""
    verdicts = before.health.verdict, after.health.verdict
    if verdicts[0] == verdicts[1]:
        return ()
    direction: Direction = "neither"
    if {*verdicts} <= {*_VERDICTS}:
        direction = "worse" if _VERDICTS.index(verdicts[1]) > _VERDICTS.index(verdicts[0]) else "better"
    moving = {id(cause) for moved in computed if moved.fact in _ENDS for cause in moved.causes}
    causes = tuple(change for change in changes if id(change) in moving) or tuple(changes if len(changes) == 1 else ())
    return (Consequence("health", PLAN, "Status of the plan", *verdicts, direction, causes),)


_ENDS = frozenset({"end-of-option", "end-of-phases", "computed-end-of-option", "forecast-end", "earliest-end"})


def can_compute_each(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the causes of consequences are looked for: each change that is more than words is tried alone."""
    tried = _more_than_words(changes)
    sprints = len(tried) * len(trial.after.sprints)
    return sprints <= _MOST_WORK and sprints + trial.rebuilt(tried) <= _MOST_WORK


def _more_than_words(changes: Sequence[Change]) -> Sequence[Change]:
    return [change for change in changes if change.rule != WORDING]


def _counts(plan: Plan, subject: Subject) -> bool:
    """Whether a part still means something: of several options only the chosen one does."""
    return subject.kind != "option" or plan.chosen in {None, subject.id}


def _has_moved(fact: Fact, before: FactValues, after: FactValues) -> bool:
    """Whether a fact has another value.

    What only one plan has a schedule for is no difference.
    """
    if fact[0] in _OF_BOTH and not (fact in before and fact in after):
        return False
    is_of_both = all(("earliest-end", PLAN) in facts for facts in (before, after))
    return before.get(fact) != after.get(fact) and (is_of_both or fact[0] not in _OF_SCHEDULES)


def _rollbacks(before: Plan, after: Plan) -> tuple[str, ...]:
    """The sprints whose rollback may differ: those on which, however far, a hard dependency of only one plan rests."""
    graphs = tuple(map(Graph.of, (before, after)))
    one, other = ({(e.sprint, e.needs) for e in graph.edges if e.strength == "hard"} for graph in graphs)
    needed = {needs for _, needs in one ^ other}
    in_graphs = [(graph, id_) for graph in graphs for id_ in needed if id_ in graph.needs]
    touched = needed.union(*(graph.before(id_, HARD) for graph, id_ in in_graphs))
    return tuple(id_ for id_ in dict.fromkeys((*after.sprints, *before.sprints)) if id_ in touched)


def _consequence(
    fact: Fact, before: FactValue | None, after: FactValue | None, causes: tuple[Change, ...]
) -> Consequence:
    label = next(value.label for value in (after, before) if value)
    words = [value.words or value.text if value else "" for value in (before, after)]
    exact = (before.text if before else "", after.text if after else "")
    return Consequence(
        *fact, label, words[0], words[1], _direction(before, after), causes, _figure(before, after), exact
    )


def _figure(before: FactValue | None, after: FactValue | None) -> str:
    """By how much a fact moved, with its sign: `-20 %`, `+3 days`, `+1`; empty where it cannot be counted."""
    if before is None or after is None or before.amount is None or after.amount is None or before.scale != after.scale:
        return ""
    one, other = before.amount, after.amount
    match after.unit:
        case "%":
            percent = _signed(100 * (other - one) / one, digits=0) if one else ""
            return f"{percent} %" if percent else ""
        case "days" if other != one and (other - one) % _WEEK == 0:
            return f"{_signed((other - one) / _WEEK)} {'week' if abs(other - one) == _WEEK else 'weeks'}"
        case "days":
            return _days(other - one)
        case "working days":
            return _days(_to_the_half(other) - _to_the_half(one))
        case _:
            return _signed(other - one)


def _to_the_half(days: Fraction) -> Fraction:
    """Days as they are shown, so that a figure is the difference of the two that people see."""
    return Fraction(round(days * 2), 2)


def _days(moved: Fraction) -> str:
    number = in_halves(abs(moved))
    return "" if number == "0" else f"{'-' if moved < 0 else '+'}{counted_days(number)}"


def _signed(number: Fraction, digits: int = 1) -> str:
    """A number with its sign and so many digits behind the point; empty where that is 0."""
    rounded = round(float(number), digits)
    return f"{rounded:+,g}" if rounded else ""


def _direction(before: FactValue | None, after: FactValue | None) -> Direction:
    if before is None or after is None or before.good is None or after.good is None or before.scale != after.scale:
        return "neither"
    ways = [after.good - before.good]
    if after.margin is not None and before.margin is not None:
        ways.append(after.margin - before.margin)
    return "better" if min(ways) > 0 else "worse" if max(ways) < 0 else "neither"


def _listed(plan: Plan, alike: Sequence[Consequence]) -> Sequence[Consequence]:
    """Consequences of one kind: one by one, or as one where there are more than `_MOST_ALIKE`."""
    if len(alike) <= _MOST_ALIKE:
        return alike
    worse, better = (sum(one.direction == way for one in alike) for way in ("worse", "better"))
    causes = tuple({id(cause): cause for one in alike for cause in one.causes}.values())
    direction: Direction = "worse" if worse > better else "better" if better > worse else "neither"
    text = f"{len(alike):,} changed: {worse:,} for the worse, {better:,} for the better"
    kind = alike[0].fact
    return [Consequence(kind, PLAN, plan.worded(_WHOLE[kind]), "", text, direction, causes)]
