"""Consequences of changes: computed facts that moved, such as ends, slack, savings and risks, with their causes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from masterplan.analyse.changes.attribution import Trial
from masterplan.analyse.changes.fact_values import FACT_KINDS, Fact, FactValue, FactValues, PlanOnDay, ScheduleCache
from masterplan.analyse.changes.rules.rewording import WORDING
from masterplan.analyse.facts import Facts
from masterplan.analyse.figures import counted_days, in_halves
from masterplan.analyse.graph import HARD, Graph
from masterplan.analyse.health import HealthVerdict
from masterplan.model.change import Change, Consequence, Direction
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan

_MOST_LISTED = 12
"""Most consequences of one kind to list one by one; more are summed up in one consequence."""

_WEEK = 7
"""Calendar days."""

_MOST_WORK = 150_000
"""Limit for finding causes: sprints scheduled plus values validated again, over all trials."""

_SUMMARIES = {
    "slack": "Slack of sprints",
    "rollback": "Rollbacks",
    "effort": "Efforts calculated from tasks and points",
    "needs": "Dependencies from tasks and milestones",
    "milestone-end": "Earliest ends of the work for milestones",
    "end-of-option": "Ends of options",
    "computed-end-of-option": "Earliest ends of options",
}
"""The label of a consequence that sums up many of its kind."""


_OF_SCHEDULES = frozenset(
    {"computed-end-of-option", "earliest-end", "forecast-end", "critical-path", "slack", "milestone-end"}
)
"""The kinds of fact that exist only in a plan with a schedule."""


_OF_BOTH = frozenset({"slack", "milestone-end", "forecast-end", "effort", "needs", "rollback"})
"""The kinds of fact to compare only if both plans have a value: otherwise it was added or removed with its part."""


def consequences(
    trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
) -> tuple[Consequence, ...]:
    """The facts whose values differ between the plans, with their causes; `days` are the days of both plans."""
    cache, rollbacks = ScheduleCache(), _rollbacks(trial.before, trial.after)

    def compute(plan: Plan, side: int, facts: Iterable[Fact]) -> FactValues:
        return PlanOnDay(plan, days[side], rollbacks, cache).facts(dict.fromkeys(kind for kind, _ in facts))

    all_kinds = [(kind, PLAN) for kind in FACT_KINDS]
    before, after = compute(trial.before, 0, all_kinds), compute(trial.after, 1, all_kinds)
    facts = (fact for fact in dict.fromkeys([*before, *after]) if _is_relevant(trial.after, fact[1]))
    moved = [fact for fact in facts if _has_moved(fact, before, after)]
    candidates = _except_rewording(changes) if can_compute_each(trial, changes) else ()
    causes = trial.causes(compute, (before, after), moved, candidates)
    by_kind: dict[str, list[Consequence]] = defaultdict(list)
    for fact in moved:
        by_kind[fact[0]].append(_consequence(fact, before.get(fact), after.get(fact), causes.get(fact, ())))
    return tuple(consequence for group in by_kind.values() for consequence in _listed(trial.after, group))


_VERDICTS: tuple[HealthVerdict, ...] = ("done", "on track", "at risk", "off track")
"""Verdicts from the best to the worst, without that of a plan that has not started."""


def health_moved(
    before: Facts, after: Facts, changes: Sequence[Change], computed: Iterable[Consequence]
) -> tuple[Consequence, ...]:
    """The verdict on the plan, if it changed; its causes are those of the ends that moved.

    A verdict is not better only because the end can no longer be forecast.
    """
    verdicts = before.health.verdict, after.health.verdict
    if verdicts[0] == verdicts[1]:
        return ()
    direction: Direction = "neither"
    is_blind = before.health.forecast_end is not None and after.health.forecast_end is None
    if {*verdicts} <= {*_VERDICTS}:
        is_worse = _VERDICTS.index(verdicts[1]) > _VERDICTS.index(verdicts[0])
        direction = "worse" if is_worse else "neither" if is_blind else "better"
    shown = f"{verdicts[1]} (no forecast)" if is_blind else verdicts[1]
    moving = {id(cause) for moved in computed if moved.fact in _ENDS for cause in moved.causes}
    causes = tuple(change for change in changes if id(change) in moving) or tuple(changes if len(changes) == 1 else ())
    return (Consequence("health", PLAN, "Status of the plan", verdicts[0], shown, direction, causes),)


_ENDS = frozenset({"end-of-option", "end-of-phases", "computed-end-of-option", "forecast-end", "earliest-end"})


def can_compute_each(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the comparison is small enough to find the causes of consequences by trying each change."""
    candidates = _except_rewording(changes)
    sprints = len(candidates) * len(trial.after.sprints)
    return sprints <= _MOST_WORK and sprints + trial.cost(candidates) <= _MOST_WORK


def _except_rewording(changes: Sequence[Change]) -> Sequence[Change]:
    return [change for change in changes if change.rule != WORDING]


def _is_relevant(plan: Plan, subject: Subject) -> bool:
    """Whether a part still matters: once an option is chosen, the others do not."""
    return subject.kind != "option" or plan.chosen in {None, subject.id}


def _has_moved(fact: Fact, before: FactValues, after: FactValues) -> bool:
    """Whether a fact has a different value; facts of schedules are compared only if both plans have a schedule."""
    if fact[0] in _OF_BOTH and not (fact in before and fact in after):
        return False
    have_schedules = all(("earliest-end", PLAN) in facts for facts in (before, after))
    return before.get(fact) != after.get(fact) and (have_schedules or fact[0] not in _OF_SCHEDULES)


def _rollbacks(before: Plan, after: Plan) -> tuple[str, ...]:
    """The sprints whose rollback may differ: direct and indirect predecessors in a hard dependency of one plan only."""
    graphs = tuple(map(Graph.of, (before, after)))
    old, new = ({(edge.sprint, edge.needs) for edge in graph.edges if edge.strength == "hard"} for graph in graphs)
    needed = {needs for _, needs in old ^ new}
    in_graphs = [(graph, id_) for graph in graphs for id_ in needed if id_ in graph.needs]
    affected = needed.union(*(graph.before(id_, HARD) for graph, id_ in in_graphs))
    return tuple(id_ for id_ in dict.fromkeys((*after.sprints, *before.sprints)) if id_ in affected)


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
    """The signed change of a fact: `-20%`, `+3 days`, `+1`; empty if it is zero or has no size."""
    if before is None or after is None or before.amount is None or after.amount is None or before.scale != after.scale:
        return ""
    old, new = before.amount, after.amount
    match after.unit:
        case "%":
            percent = _signed(100 * (new - old) / old, digits=0) if old else ""
            return f"{percent}%" if percent else ""
        case "days" if new != old and (new - old) % _WEEK == 0:
            return f"{_signed((new - old) / _WEEK)} {'week' if abs(new - old) == _WEEK else 'weeks'}"
        case "days":
            return _days(new - old)
        case "working days":
            return _days(_in_half_days(new) - _in_half_days(old))
        case _:
            return _signed(new - old)


def _in_half_days(days: Fraction) -> Fraction:
    """Days rounded as pages show them, so that a change is the difference of the displayed values."""
    return Fraction(round(days * 2), 2)


def _days(difference: Fraction) -> str:
    number = in_halves(abs(difference))
    return "" if number == "0" else f"{'-' if difference < 0 else '+'}{counted_days(number)}"


def _signed(number: Fraction, digits: int = 1) -> str:
    """A number with its sign, rounded to a number of decimal digits; empty if that is 0."""
    rounded = round(float(number), digits)
    return f"{rounded:+,g}" if rounded else ""


def _direction(before: FactValue | None, after: FactValue | None) -> Direction:
    if before is None or after is None or before.good is None or after.good is None or before.scale != after.scale:
        return "neither"
    gains = [after.good - before.good]
    if after.margin is not None and before.margin is not None:
        gains.append(after.margin - before.margin)
    return "better" if min(gains) > 0 else "worse" if max(gains) < 0 else "neither"


def _listed(plan: Plan, group: Sequence[Consequence]) -> Sequence[Consequence]:
    """Consequences of one kind, or their summary if there are more than `_MOST_LISTED`."""
    if len(group) <= _MOST_LISTED:
        return group
    directions = [consequence.direction for consequence in group]
    worse, better = directions.count("worse"), directions.count("better")
    causes = tuple({id(cause): cause for consequence in group for cause in consequence.causes}.values())
    direction: Direction = "worse" if worse > better else "better" if better > worse else "neither"
    text = f"{len(group):,} changed: {worse:,} for the worse, {better:,} for the better"
    kind = group[0].fact
    return [Consequence(kind, PLAN, plan.worded(_SUMMARIES[kind]), "", text, direction, causes)]
