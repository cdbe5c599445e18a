"""The computed facts of a plan on a day that reviews compare: ends, slack, savings, risks, points, tasks done.

Schedules are those of list scheduling alone, so that comparing is quick and gives the same on every machine; pages may
show a shorter schedule where a solver is installed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from masterplan.analyse import figures
from masterplan.analyse.graph import Graph, stated_rollback_impact
from masterplan.analyse.milestones import MilestoneStanding, forecast
from masterplan.analyse.parts import listed
from masterplan.analyse.progress import (
    Standing,
    any_begun,
    kept,
    milestone_standings,
    open_high_risks,
    open_named_high_risks,
    standings,
    tally,
    tasks_done,
)
from masterplan.analyse.savings import RealisedSavings
from masterplan.analyse.schedule.effort import MEANS, Effort, efforts
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.staff import Member, anyone, crew, members
from masterplan.analyse.staffing import Staffing
from masterplan.analyse.totals import totals_of
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.risk import Risk
from masterplan.model.sprint import Sprint
from masterplan.model.timeline import Period


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a computed fact: name and text for people, the value to compare by, and how good it is.

    Of two values on the same `scale` the one with the larger `good` is better; without one that cannot be judged.
    `amount` is its size where it has one: in days, as money of which people want the change in `%`, or as a count.
    Where there is a `margin`, it has to move as `good` does. `words` are the text for people, where that is exact.
    """

    label: str = field(compare=False)
    text: str = field(compare=False)
    value: object
    good: Fraction | None = field(default=None, compare=False)
    scale: str = field(default="", compare=False)
    amount: Fraction | None = field(default=None, compare=False)
    unit: Literal["days", "working days", "%", ""] = field(default="", compare=False)
    margin: Fraction | None = field(default=None, compare=False)
    words: str = field(default="", compare=False)


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

    def in_words(self, day: date) -> str:
        """A day as people write it."""
        return figures.day_in_words(day, self.today or self.plan.start)

    @property
    def exposed(self) -> tuple[tuple[Sprint, Risk], ...]:
        """The high risks that are still open."""
        return open_high_risks(self.plan, self.standings)

    @property
    def monthly_savings(self) -> Quantity | None:
        """The savings a month of the sprints that are not dropped."""
        return figures.monthly_savings(kept(self.plan, self.standings))

    def facts(self, kinds: Iterable[str]) -> FactValues:
        """The facts of some kinds."""
        return {(kind, subject): value for kind in kinds for subject, value in FACT_KINDS[kind](self)}


def _option_ends(of: PlanOnDay) -> Values:
    for staffing in Staffing.of(of.plan):
        if staffing.span:
            yield Subject("option", staffing.option.id), _end_of(of, f"End of {staffing.name}", staffing.span)


def _phases_end(of: PlanOnDay) -> Values:
    span = figures.phases_span(of.plan)
    if span:
        yield PLAN, _end_of(of, of.plan.worded("End of the last phase"), span)


def _end_of(of: PlanOnDay, label: str, span: Period) -> FactValue:
    """The end of a window; it has moved where its day has."""
    is_day = span.window.unit == "date" or not span.last
    end = span.window.end
    text = end if is_day else f"{end}, {span.last}"
    day = of.in_words(span.last) if span.last else ""
    words = day if span.window.unit == "date" else f"{end}, {day}" if day else end
    return FactValue(label, text, span.last or text, *_late(span.last, span.closes), "days", words=words)


def _computed_ends(of: PlanOnDay) -> Values:
    schedules = of.schedules
    for option in of.plan.options if schedules.exist else ():
        people = members(of.plan, schedules.days, schedules.now, option)
        if people:
            end = of.cache.end(of.plan, schedules.network, people)
            yield Subject("option", option.id), _end(of, f"Earliest end of Option {option.id}", end)


def _earliest_end(of: PlanOnDay) -> Values:
    if of.schedules.exist:
        yield PLAN, _end(of, "Earliest end (unlimited people)", of.schedules.network.end)


def _end(of: PlanOnDay, label: str, end: Fraction) -> FactValue:
    day = of.schedules.days.ends_on(end)
    text = f"{day} ({figures.days(end)})" if day else figures.days(end)
    words = of.in_words(day) if day else figures.half_days(end)
    return FactValue(label, text, day or end, *_late(day, end), "days" if day else "working days", words=words)


def _late(day: date | None, otherwise: Fraction | int) -> tuple[Fraction, str, Fraction]:
    """How good an end is, on which scale, and when it is: by its day where there is one, else by its length."""
    late = Fraction(day.toordinal() if day else otherwise)
    return -late, "day" if day else "length", late


def _critical_path(of: PlanOnDay) -> Values:
    path = of.schedules.network.critical_path
    if of.schedules.exist:
        yield PLAN, FactValue("Critical path", listed(map(of.plan.name, path)), path)


def _slack(of: PlanOnDay) -> Values:
    """How much each sprint can slip; what it only loses because the whole plan got shorter makes it no worse."""
    for id_, times in of.schedules.network.times.items():
        slack, critical = times.total_slack, " (critical)" if times.is_critical else ""
        text, words = (f"{shown(slack)}{critical}" for shown in (figures.days, figures.half_days))
        label, margin = f"Slack of {of.plan.name(id_)}", slack - of.schedules.network.end
        yield (
            Subject("sprint", id_),
            FactValue(label, text, slack, slack, "", slack, "working days", margin, words),
        )


def _milestone_ends(of: PlanOnDay) -> Values:
    """The earliest end of the work that each milestone needs, with people enough."""
    ends = {id_: times.early_finish for id_, times in of.schedules.network.times.items()}
    for id_, standing in of.milestones.items():
        end = forecast(of.plan, standing, ends)
        if end is not None:
            yield Subject("milestone", id_), _end(of, f"Earliest end of the work for milestone {id_}", end)


def _overdue_milestones(of: PlanOnDay) -> Values:
    ids = tuple(id_ for id_, standing in of.milestones.items() if standing.is_overdue)
    yield PLAN, _listed("Overdue milestones", ids, ids, better=-1)


def _without_effort(of: PlanOnDay) -> Values:
    yield PLAN, _count(of, of.plan.worded("Sprints without an effort"), of.schedules.without_effort, better=-1)


def _monthly(of: PlanOnDay) -> Values:
    yield from _sum("Savings", of.monthly_savings)


def _annual(of: PlanOnDay) -> Values:
    yield from _sum("Savings", figures.annual_savings(of.monthly_savings))


def _sum(label: str, total: Quantity | None) -> Values:
    if total:
        amount = Fraction(sum(total.ends))
        yield PLAN, FactValue(label, total.text, total.text, amount, total.unit, amount, "%")


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
            undone = stated_rollback_impact(of.plan, of.graph, id_).undone[:-1]
            yield Subject("sprint", id_), _count(of, f"Rollback of {of.plan.name(id_)} also undoes", undone, better=-1)


def _ready(of: PlanOnDay) -> Values:
    """The sprints that can start; what has started already is no worse than ready."""
    ids = tuple(id_ for id_, standing in of.standings.items() if standing.ready)
    free = sum(standing.ready or standing.state != "planned" for standing in of.standings.values())
    yield PLAN, FactValue("Ready to start", listed(map(of.plan.name, ids)) or "none", ids, Fraction(free))


def _count(of: PlanOnDay, label: str, ids: Iterable[str], *, better: int) -> FactValue:
    """The value of a list of sprints, of which more are better (1) or worse (-1)."""
    sprints = tuple(ids)
    return _listed(label, sprints, map(of.plan.name, sprints), better=better)


def _listed(label: str, value: tuple[str, ...], names: Iterable[str], *, better: int) -> FactValue:
    """The value of a list, of which more are better (1) or worse (-1)."""
    number = Fraction(len(value))
    return FactValue(label, listed(names) or "none", value, better * number, "", number)


def _forecast(of: PlanOnDay) -> Values:
    """When a plan that has begun ends, where no option says who does it: by the team, or by one person."""
    schedules = of.schedules
    staffed = (members(of.plan, schedules.days, schedules.now, option) for option in of.plan.options)
    if schedules.exist and schedules.has_begun and not any(staffed):
        people = members(of.plan, schedules.days, schedules.now) or anyone(1)
        yield PLAN, _end(of, "Forecast end", of.cache.end(of.plan, schedules.network, people))


def _points(of: PlanOnDay) -> Values:
    """The points of all sprints that count, as stated or as their tasks add up to."""
    sprints = kept(of.plan, of.standings)
    points = figures.added(s.points or totals_of(of.plan, s.id).whole_points for s in sprints)
    if points:
        yield PLAN, FactValue("Points in total", points.text, points.text)


def _tasks_done(of: PlanOnDay) -> Values:
    """How many tasks are done, of those that count."""
    every = done = 0
    for sprint in kept(of.plan, of.standings):
        keys = tasks_done(sprint, of.standings[sprint.id].entries)
        counted = totals_of(of.plan, sprint.id).tasks
        every, done = every + len(counted), done + sum(task.key in keys for task in counted)
    if every:
        yield PLAN, _done("Tasks done", done, every)


def _sprints_done(of: PlanOnDay) -> Values:
    """How many sprints are done, of those that count."""
    done, every = tally(of.standings, of.plan.sprints)
    if any_begun(of.standings.values()):
        yield PLAN, replace(_done(of.plan.worded("Sprints done"), done, every), value=done)


def _done(label: str, done: int, every: int) -> FactValue:
    """The value of how many are done, compared where there are as many to do."""
    return FactValue(label, f"{done:,} of {every:,}", (done, every), Fraction(done), str(every), Fraction(done))


def _measured(of: PlanOnDay) -> Values:
    """What was found to be saved a month, of all sprints that are done."""
    yield from _sum("Measured savings", RealisedSavings.of(of.plan, of.standings, of.today).monthly_reported)


def _efforts(of: PlanOnDay) -> Values:
    """The effort of each sprint for which it follows from something else that is stated."""
    for id_, effort in of.cache.efforts(of.plan).items():
        if effort.origin in _FOLLOWING:
            days, means = effort.likely, MEANS[effort.origin]
            text, words = (f"{shown(days)}, {means}" for shown in (figures.days, figures.half_days))
            label = f"Effort of {of.plan.name(id_)}"
            yield (
                Subject("sprint", id_),
                FactValue(label, text, text, -days, "", days, "working days", words=words),
            )


def _needs(of: PlanOnDay) -> Values:
    """What each sprint needs because of its tasks, or of a milestone."""
    for id_, edges in of.graph.needs.items():
        needs = [edge.needs for edge in edges if edge.through]
        if needs or of.plan.sprints[id_].tasks:
            label = f"Needs of {of.plan.name(id_)} that follow from tasks and milestones"
            yield Subject("sprint", id_), _count(of, label, needs, better=-1)


def _named_risks(of: PlanOnDay) -> Values:
    """The high risks with names that are open or have occurred."""
    names = tuple(risk.name for risk in open_named_high_risks(of.plan, of.standings))
    yield PLAN, _listed("High risks by name, open or occurred", names, names, better=-1)


_FOLLOWING = {"tasks", "points"}
"""Origins of efforts that are stated in other fields."""

FACT_KINDS: Mapping[str, Callable[[PlanOnDay], Values]] = {
    "end-of-option": _option_ends,
    "computed-end-of-option": _computed_ends,
    "end-of-phases": _phases_end,
    "earliest-end": _earliest_end,
    "forecast-end": _forecast,
    "critical-path": _critical_path,
    "slack": _slack,
    "milestone-end": _milestone_ends,
    "overdue-milestones": _overdue_milestones,
    "effort": _efforts,
    "without-effort": _without_effort,
    "points": _points,
    "sprints-done": _sprints_done,
    "tasks-done": _tasks_done,
    "monthly-savings": _monthly,
    "annual-savings": _annual,
    "measured-savings": _measured,
    "high-risks": _high_risks,
    "named-risks": _named_risks,
    "unmitigated-risks": _unmitigated,
    "needs": _needs,
    "rollback": _rollback,
    "ready": _ready,
}
"""The kinds of fact, in the order in which they are listed."""
