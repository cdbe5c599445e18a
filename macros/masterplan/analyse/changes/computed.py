"""Computed facts of two plans, such as ends, slack, savings and risks: which of them moved, and from which changes.

Schedules are those of list scheduling alone, so that comparing is quick and gives the same on every machine; pages may
show a shorter schedule where a solver is installed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from masterplan.analyse import figures
from masterplan.analyse.changes.attribution import Trial
from masterplan.analyse.changes.rules.rewording import WORDING
from masterplan.analyse.graph import Graph, undoing
from masterplan.analyse.milestones import MilestoneStanding, forecast
from masterplan.analyse.parts import listed
from masterplan.analyse.progress import Standing, exposed, kept, milestone_standings, standings
from masterplan.analyse.schedule import Schedules
from masterplan.analyse.schedule.effort import Effort, efforts
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.staff import Member, crew, members
from masterplan.analyse.staffing import Staffing
from masterplan.model.change import Change, Consequence, Direction
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.risk import Risk
from masterplan.model.sprint import Sprint
from masterplan.model.timeline import Period

_MOST_ALIKE = 12
"""FactValues of a kind that are listed one by one; more are one consequence."""

_MOST_WORK = 150_000
"""Sprints scheduled and values read again, all trials together, up to which causes are looked for."""

_WHOLE = {
    "slack": "Slack of sprints",
    "rollback": "Rollback of sprints",
    "milestone-end": "Earliest ends of the work for milestones",
    "end-of-option": "End of options",
    "computed-end-of-option": "Computed end of options",
}
"""The label of many facts of a kind as one."""


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a computed fact: name and text for people, the value to compare by, and how good it is.

    Of two values on the same `scale` the one with the larger `good` is better; without one that cannot be judged.
    """

    label: str = field(compare=False)
    text: str = field(compare=False)
    value: object
    good: Fraction | None = field(default=None, compare=False)
    scale: str = field(default="", compare=False)


Fact = tuple[str, Subject]
"""What is computed, and of which part: `("end-of-option", Subject("option", "A"))`."""

FactValues = Mapping[Fact, FactValue]
Values = Iterator[tuple[Subject, FactValue]]
"""The values of facts of one kind, with the part that each is about."""


class ScheduleCache:
    """Efforts and schedules of plans that are nearly the same, each computed once."""

    def __init__(self) -> None:
        self._efforts: list[tuple[object, Mapping[str, Effort]]] = []
        self._lengths: dict[object, int] = {}

    def efforts(self, plan: Plan) -> Mapping[str, Effort]:
        """The effort of each sprint, by its id."""
        stated = [(id_, s.effort, s.likely, s.points, s.when, s.tasks) for id_, s in plan.sprints.items()]
        rates = (plan.header.assume, plan.header.point, plan.calendar, plan.start)
        source = (stated, plan.options, plan.chosen, rates)
        cached = next((computed for other, computed in self._efforts if other == source), None)
        if cached is not None:
            return cached
        self._efforts.append((source, efforts(plan)))
        return self._efforts[-1][1]

    def end(self, plan: Plan, network: Network, people: tuple[Member, ...]) -> Fraction:
        """The end of the schedule for some people, at least one, in working days from the plan's start."""
        team = crew(plan, network, people)
        problem = team.problem
        if len(people) == 1 and not problem.has_pauses:
            return network.now + team.days(problem.work)  # who is alone never waits: something can always be done
        if problem not in self._lengths:
            self._lengths[problem] = list_schedule(problem).length
        return network.now + team.days(self._lengths[problem])


@dataclass(frozen=True)
class PlanOnDay:
    """A plan on a day, to compute facts of; `rollbacks` are the ids of the sprints whose rollback is looked at."""

    plan: Plan
    today: date | None
    rollbacks: tuple[str, ...]
    cache: ScheduleCache

    @cached_property
    def graph(self) -> Graph:
        """Its dependencies."""
        return Graph.of(self.plan)

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """The standing of each sprint, by its id."""
        return standings(self.plan, self.graph, self.today)

    @cached_property
    def schedules(self) -> Schedules:
        """When the work that is left can be done."""
        return Schedules(self.plan, self.graph, self.standings, self.today, self.cache.efforts(self.plan))

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneStanding]:
        """Where each milestone stands, by its id."""
        return milestone_standings(self.plan, self.standings, self.today)

    @property
    def exposed(self) -> tuple[tuple[Sprint, Risk], ...]:
        """The high risks that are still open."""
        return exposed(self.plan, self.standings)

    @property
    def monthly_savings(self) -> Quantity | None:
        """The savings a month of the sprints that are not dropped."""
        return figures.monthly_savings(kept(self.plan, self.standings))

    def facts(self, kinds: Iterable[str]) -> FactValues:
        """The facts of some kinds."""
        return {(kind, subject): value for kind in kinds for subject, value in _KINDS[kind](self)}


def _option_ends(of: PlanOnDay) -> Values:
    for staffing in Staffing.of(of.plan):
        if staffing.span:
            yield Subject("option", staffing.option.id), _end_of(f"End of {staffing.name}", staffing.span)


def _phases_end(of: PlanOnDay) -> Values:
    span = figures.phases_span(of.plan)
    if span:
        yield PLAN, _end_of(of.plan.worded("End of the last phase"), span)


def _end_of(label: str, span: Period) -> FactValue:
    text = span.window.end
    text += f", {span.last}" if span.last and str(span.last) != text else ""
    return FactValue(label, text, text, *_late(span.last, span.closes))


def _computed_ends(of: PlanOnDay) -> Values:
    schedules = of.schedules
    for option in of.plan.options if schedules.exist else ():
        people = members(of.plan, schedules.days, schedules.now, option)
        if people:
            end = of.cache.end(of.plan, schedules.network, people)
            yield Subject("option", option.id), _end(of, f"Computed end of Option {option.id}", end)


def _earliest_end(of: PlanOnDay) -> Values:
    if of.schedules.exist:
        yield PLAN, _end(of, "Earliest end, with people enough", of.schedules.network.end)


def _end(of: PlanOnDay, label: str, end: Fraction) -> FactValue:
    day = of.schedules.days.ends_on(end)
    text = f"after {figures.days(end)}{f', {day}' if day else ''}"
    return FactValue(label, text, text, *_late(day, end))


def _late(day: date | None, otherwise: Fraction | int) -> tuple[Fraction, str]:
    """How good an end is and on which scale: by its day where there is one, else by its length."""
    return (Fraction(-day.toordinal()), "day") if day else (Fraction(-otherwise), "length")


def _critical_path(of: PlanOnDay) -> Values:
    path = of.schedules.network.critical_path
    if of.schedules.exist:
        yield PLAN, FactValue("Critical path", listed(map(of.plan.name, path)), path)


def _slack(of: PlanOnDay) -> Values:
    for id_, times in of.schedules.network.times.items():
        slack = times.total_slack
        text = f"{figures.days(slack)}{' (critical)' if times.is_critical else ''}"
        yield Subject("sprint", id_), FactValue(f"Slack of {of.plan.name(id_)}", text, slack, slack)


def _milestone_ends(of: PlanOnDay) -> Values:
    """The earliest end of the work that each milestone needs, with people enough."""
    ends = {id_: times.early_finish for id_, times in of.schedules.network.times.items()}
    for id_, standing in of.milestones.items():
        end = forecast(of.plan, standing, ends)
        if end is not None:
            yield Subject("milestone", id_), _end(of, f"Earliest end of the work for milestone {id_}", end)


def _overdue_milestones(of: PlanOnDay) -> Values:
    ids = tuple(id_ for id_, standing in of.milestones.items() if standing.is_overdue)
    yield PLAN, FactValue("Overdue milestones", listed(ids) or "none", ids, Fraction(-len(ids)))


def _without_effort(of: PlanOnDay) -> Values:
    yield PLAN, _count(of, of.plan.worded("Sprints without an effort"), of.schedules.without_effort, better=-1)


def _monthly(of: PlanOnDay) -> Values:
    yield from _sum("Savings a month", of.monthly_savings)


def _annual(of: PlanOnDay) -> Values:
    yield from _sum("Savings a year", figures.annual_savings(of.monthly_savings))


def _sum(label: str, total: Quantity | None) -> Values:
    if total:
        yield PLAN, FactValue(label, total.text, total.text, Fraction(sum(total.ends)), total.unit)


def _high_risks(of: PlanOnDay) -> Values:
    yield (
        PLAN,
        _count(of, of.plan.worded("Sprints at high risk"), [sprint.id for sprint, _ in of.exposed], better=-1),
    )


def _unmitigated(of: PlanOnDay) -> Values:
    bare = [sprint.id for sprint, risk in of.exposed if not risk.mitigation]
    yield PLAN, _count(of, "High risks without a mitigation", bare, better=-1)


def _rollback(of: PlanOnDay) -> Values:
    for id_ in of.rollbacks:
        if id_ in of.plan.sprints:
            undone = undoing(of.graph, id_).undone[:-1]
            yield Subject("sprint", id_), _count(of, f"Undone with {of.plan.name(id_)}", undone, better=-1)


def _ready(of: PlanOnDay) -> Values:
    """The sprints that can start; what has started already is no worse than ready."""
    ids = tuple(id_ for id_, standing in of.standings.items() if standing.ready)
    free = sum(standing.ready or standing.state != "planned" for standing in of.standings.values())
    yield PLAN, FactValue("Ready to start", listed(map(of.plan.name, ids)) or "none", ids, Fraction(free))


def _count(of: PlanOnDay, label: str, ids: Iterable[str], *, better: int) -> FactValue:
    """The value of a list of sprints, of which more are better (1) or worse (-1)."""
    sprints = tuple(ids)
    return FactValue(label, listed(map(of.plan.name, sprints)) or "none", sprints, Fraction(better * len(sprints)))


_KINDS: Mapping[str, Callable[[PlanOnDay], Values]] = {
    "end-of-option": _option_ends,
    "computed-end-of-option": _computed_ends,
    "end-of-phases": _phases_end,
    "earliest-end": _earliest_end,
    "critical-path": _critical_path,
    "slack": _slack,
    "milestone-end": _milestone_ends,
    "overdue-milestones": _overdue_milestones,
    "without-effort": _without_effort,
    "monthly-savings": _monthly,
    "annual-savings": _annual,
    "high-risks": _high_risks,
    "unmitigated-risks": _unmitigated,
    "rollback": _rollback,
    "ready": _ready,
}
"""The kinds of fact, in the order in which they are listed."""

_OF_SCHEDULES = frozenset({"computed-end-of-option", "earliest-end", "critical-path", "slack", "milestone-end"})
"""The kinds that only a plan with a schedule has."""


def consequences(
    trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
) -> tuple[Consequence, ...]:
    """The facts that have another value in the newer plan than in the older one, each on its day, with their causes."""
    cache, rollbacks = ScheduleCache(), _rollbacks(trial.before, trial.after)

    def compute(plan: Plan, side: int, facts: Iterable[Fact]) -> FactValues:
        return PlanOnDay(plan, days[side], rollbacks, cache).facts(dict.fromkeys(kind for kind, _ in facts))

    every = [(kind, PLAN) for kind in _KINDS]
    before, after = compute(trial.before, 0, every), compute(trial.after, 1, every)
    moved = [fact for fact in dict.fromkeys([*before, *after]) if _has_moved(fact, before, after)]
    tried = _more_than_words(changes) if can_compute_each(trial, changes) else ()
    causes = trial.causes(compute, (before, after), moved, tried)
    by_kind: dict[str, list[Consequence]] = defaultdict(list)
    for fact in moved:
        by_kind[fact[0]].append(_consequence(fact, before.get(fact), after.get(fact), causes.get(fact, ())))
    return tuple(one for alike in by_kind.values() for one in _listed(trial.after, alike))


def can_compute_each(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the causes of consequences are looked for: each change that is more than words is tried alone."""
    tried = _more_than_words(changes)
    sprints = len(tried) * len(trial.after.sprints)
    return sprints <= _MOST_WORK and sprints + trial.rebuilt(tried) <= _MOST_WORK


def _more_than_words(changes: Sequence[Change]) -> Sequence[Change]:
    return [change for change in changes if change.rule != WORDING]


def _has_moved(fact: Fact, before: FactValues, after: FactValues) -> bool:
    """Whether a fact has another value.

    The slack of a sprint, or the end of the work for a milestone, that only one plan has is no difference, nor is what
    only one plan has a schedule for.
    """
    if fact[0] in {"slack", "milestone-end"} and not (fact in before and fact in after):
        return False
    is_of_both = all(("earliest-end", PLAN) in facts for facts in (before, after))
    return before.get(fact) != after.get(fact) and (is_of_both or fact[0] not in _OF_SCHEDULES)


def _rollbacks(before: Plan, after: Plan) -> tuple[str, ...]:
    """The sprints whose rollback may differ: those on which, however far, a hard dependency of only one plan rests."""
    graphs = tuple(map(Graph.of, (before, after)))
    one, other = ({(e.sprint, e.needs) for e in graph.edges if e.strength == "hard"} for graph in graphs)
    needed = {needs for _, needs in one ^ other}
    in_graphs = [(graph, id_) for graph in graphs for id_ in needed if id_ in graph.needs]
    touched = needed.union(*(graph.before(id_, ("hard",)) for graph, id_ in in_graphs))
    return tuple(id_ for id_ in dict.fromkeys((*after.sprints, *before.sprints)) if id_ in touched)


def _consequence(
    fact: Fact, before: FactValue | None, after: FactValue | None, causes: tuple[Change, ...]
) -> Consequence:
    label = next(value.label for value in (after, before) if value)
    texts = (before.text if before else "", after.text if after else "")
    return Consequence(*fact, label, *texts, _direction(before, after), causes)


def _direction(before: FactValue | None, after: FactValue | None) -> Direction:
    if before is None or after is None or before.good is None or after.good is None or before.scale != after.scale:
        return "neither"
    return "better" if after.good > before.good else "worse" if after.good < before.good else "neither"


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
