"""Computed facts of a plan on a day, for reviews to compare: ends, slack, savings, risks, points, tasks done.

Schedules come from list scheduling alone, which is fast and gives the same result on every machine. Pages may show a
shorter schedule if a solver is installed.
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
    milestone_standings,
    not_dropped,
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
from masterplan.model.window import day_in_words


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a computed fact: label and text for people, the value to compare, and measures of it.

    Of two values on the same `scale`, the one with the larger `good` is better; without `good` neither is. A `margin`
    must move in the same direction as `good`. `amount` is the size, if any, and `unit` says how to show its change:
    in days, in working days, in per cent, or as a number. `words` is a shorter text for people, if `text` is exact.
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
"""Kind and part of a computed fact: `("end-of-option", Subject("option", "A"))`."""

FactValues = Mapping[Fact, FactValue]
Values = Iterator[tuple[Subject, FactValue]]
"""Values of facts of one kind, each with its part."""


class ScheduleCache:
    """Efforts and schedules of similar plans, each computed once."""

    def __init__(self) -> None:
        self._efforts: list[tuple[object, Mapping[str, Effort]]] = []
        self._lengths: dict[object, int] = {}

    def efforts(self, plan: Plan) -> Mapping[str, Effort]:
        """The effort of each sprint, by its id."""
        stated = [(id_, s.effort, s.likely, s.points, s.when, s.tasks) for id_, s in plan.sprints.items()]
        rates = (plan.header.assume, plan.header.point, plan.calendar, plan.start)
        key = (stated, plan.options, plan.chosen, rates)
        cached = next((computed for other, computed in self._efforts if other == key), None)
        if cached is not None:
            return cached
        self._efforts.append((key, efforts(plan)))
        return self._efforts[-1][1]

    def end(self, plan: Plan, network: Network, people: tuple[Member, ...]) -> Fraction:
        """The end of the schedule for one or more people, in working days from the plan's start."""
        team = crew(plan, network, people)
        problem = team.problem
        if len(people) == 1 and not problem.has_pauses:
            return network.now + team.days(problem.work)  # one person never waits: some sprint can always be done
        if problem not in self._lengths:
            self._lengths[problem] = list_schedule(problem).length
        return network.now + team.days(self._lengths[problem])


@dataclass(frozen=True)
class PlanOnDay:
    """A plan on a day, with its computed facts; `rollbacks` are the ids of the sprints whose rollback to include."""

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
        """The schedules of the remaining work."""
        return Schedules(self.plan, self.graph, self.standings, self.today, self.cache.efforts(self.plan))

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneStanding]:
        """The standing of each milestone, by its id."""
        return milestone_standings(self.plan, self.standings, self.today)

    def in_words(self, day: date) -> str:
        """A day in words: `6 Feb`, with the year if it is another one."""
        return day_in_words(day, self.today or self.plan.start)

    @property
    def open_high_risks(self) -> tuple[tuple[Sprint, Risk], ...]:
        """The sprints at high risk that are still open."""
        return open_high_risks(self.plan, self.standings)

    @property
    def monthly_savings(self) -> Quantity | None:
        """The monthly savings of the sprints that are not dropped."""
        return figures.monthly_savings(not_dropped(self.plan, self.standings))

    def facts(self, kinds: Iterable[str]) -> FactValues:
        """The facts of some kinds."""
        return {(kind, subject): value for kind in kinds for subject, value in FACT_KINDS[kind](self)}


def _option_ends(state: PlanOnDay) -> Values:
    for staffing in Staffing.of(state.plan):
        if staffing.span:
            yield Subject("option", staffing.option.id), _end_of(state, f"End of {staffing.name}", staffing.span)


def _phases_end(state: PlanOnDay) -> Values:
    span = figures.phases_span(state.plan)
    if span:
        yield PLAN, _end_of(state, state.plan.worded("End of the last phase"), span)


def _end_of(state: PlanOnDay, label: str, span: Period) -> FactValue:
    """The end of a period; two ends are equal if they are the same day."""
    is_day = span.window.unit == "date" or not span.last
    end = span.window.end
    text = end if is_day else f"{end}, {span.last}"
    day = state.in_words(span.last) if span.last else ""
    words = day if span.window.unit == "date" else f"{end}, {day}" if day else end
    return FactValue(label, text, span.last or text, *_lateness(span.last, span.closes), "days", words=words)


def _computed_ends(state: PlanOnDay) -> Values:
    schedules = state.schedules
    for option in state.plan.options if schedules.exist else ():
        people = members(state.plan, schedules.days, schedules.now, option)
        if people:
            end = state.cache.end(state.plan, schedules.network, people)
            yield Subject("option", option.id), _end(state, f"Earliest end of Option {option.id}", end)


def _earliest_end(state: PlanOnDay) -> Values:
    if state.schedules.exist:
        yield PLAN, _end(state, "Earliest end (unlimited people)", state.schedules.network.end)


def _end(state: PlanOnDay, label: str, end: Fraction) -> FactValue:
    day = state.schedules.days.ends_on(end)
    text = f"{day} ({figures.days(end)})" if day else figures.days(end)
    words = state.in_words(day) if day else figures.half_days(end)
    return FactValue(label, text, day or end, *_lateness(day, end), "days" if day else "working days", words=words)


def _lateness(day: date | None, length: Fraction | int) -> tuple[Fraction, str, Fraction]:
    """`good`, `scale` and `amount` of an end, measured by its day, or by a length if it has none."""
    lateness = Fraction(day.toordinal() if day else length)
    return -lateness, "day" if day else "length", lateness


def _critical_path(state: PlanOnDay) -> Values:
    path = state.schedules.network.critical_path
    if state.schedules.exist:
        yield PLAN, FactValue("Critical path", listed(map(state.plan.name, path)), path)


def _slack(state: PlanOnDay) -> Values:
    """The slack of each sprint; slack that is lost only because the whole plan became shorter makes it no worse."""
    for id_, times in state.schedules.network.times.items():
        slack, critical = times.total_slack, " (critical)" if times.is_critical else ""
        text, words = (f"{in_words(slack)}{critical}" for in_words in (figures.days, figures.half_days))
        label, margin = f"Slack of {state.plan.name(id_)}", slack - state.schedules.network.end
        yield (
            Subject("sprint", id_),
            FactValue(label, text, slack, slack, "", slack, "working days", margin, words),
        )


def _milestone_ends(state: PlanOnDay) -> Values:
    """The earliest end of the work that each milestone needs, with unlimited people."""
    ends = {id_: times.early_finish for id_, times in state.schedules.network.times.items()}
    for id_, standing in state.milestones.items():
        end = forecast(state.plan, standing, ends)
        if end is not None:
            yield Subject("milestone", id_), _end(state, f"Earliest end of the work for milestone {id_}", end)


def _overdue_milestones(state: PlanOnDay) -> Values:
    ids = tuple(id_ for id_, standing in state.milestones.items() if standing.is_overdue)
    yield PLAN, _listed("Overdue milestones", ids, ids, better=-1)


def _without_effort(state: PlanOnDay) -> Values:
    yield PLAN, _count(state, state.plan.worded("Sprints without an effort"), state.schedules.without_effort, better=-1)


def _monthly(state: PlanOnDay) -> Values:
    yield from _sum("Savings", state.monthly_savings)


def _annual(state: PlanOnDay) -> Values:
    yield from _sum("Savings", figures.annual_savings(state.monthly_savings))


def _sum(label: str, total: Quantity | None) -> Values:
    if total:
        amount = Fraction(sum(total.ends))
        yield PLAN, FactValue(label, total.text, total.text, amount, total.unit, amount, "%")


def _high_risks(state: PlanOnDay) -> Values:
    sprints = [sprint.id for sprint, _ in state.open_high_risks]
    yield PLAN, _count(state, state.plan.worded("Sprints at high risk"), sprints, better=-1)


def _unmitigated(state: PlanOnDay) -> Values:
    bare = [sprint.id for sprint, risk in state.open_high_risks if not risk.mitigation]
    yield PLAN, _count(state, "High risks without a mitigation", bare, better=-1)


def _rollback(state: PlanOnDay) -> Values:
    for id_ in state.rollbacks:
        if id_ in state.plan.sprints:
            undone = stated_rollback_impact(state.plan, state.graph, id_).undone[:-1]
            label = f"Rollback of {state.plan.name(id_)} also undoes"
            yield Subject("sprint", id_), _count(state, label, undone, better=-1)


def _ready(state: PlanOnDay) -> Values:
    """The sprints that can start; a sprint that has started counts as ready when two values are compared."""
    ids = tuple(id_ for id_, standing in state.standings.items() if standing.ready)
    good = sum(standing.ready or standing.state != "planned" for standing in state.standings.values())
    yield PLAN, FactValue("Ready to start", listed(map(state.plan.name, ids)) or "none", ids, Fraction(good))


def _count(state: PlanOnDay, label: str, ids: Iterable[str], *, better: int) -> FactValue:
    """The value of a list of sprints; more are better (1) or worse (-1)."""
    sprints = tuple(ids)
    return _listed(label, sprints, map(state.plan.name, sprints), better=better)


def _listed(label: str, value: tuple[str, ...], names: Iterable[str], *, better: int) -> FactValue:
    """The value of a list; more items are better (1) or worse (-1)."""
    number = Fraction(len(value))
    return FactValue(label, listed(names) or "none", value, better * number, "", number)


def _forecast(state: PlanOnDay) -> Values:
    """The end of a plan in progress whose options have no people, by a schedule for the team or for one person."""
    schedules = state.schedules
    staffed = (members(state.plan, schedules.days, schedules.now, option) for option in state.plan.options)
    if schedules.exist and schedules.has_begun and not any(staffed):
        people = members(state.plan, schedules.days, schedules.now) or anyone(1)
        yield PLAN, _end(state, "Forecast end", state.cache.end(state.plan, schedules.network, people))


def _points(state: PlanOnDay) -> Values:
    """The points of all sprints that are not dropped, as stated or summed over their tasks."""
    sprints = not_dropped(state.plan, state.standings)
    points = figures.added(s.points or totals_of(state.plan, s.id).whole_points for s in sprints)
    if points:
        yield PLAN, FactValue("Points in total", points.text, points.text)


def _tasks_done(state: PlanOnDay) -> Values:
    """The number of finished tasks, of those that are not dropped."""
    total = done = 0
    for sprint in not_dropped(state.plan, state.standings):
        keys = tasks_done(sprint, state.standings[sprint.id].entries)
        tasks = totals_of(state.plan, sprint.id).tasks
        total, done = total + len(tasks), done + sum(task.key in keys for task in tasks)
    if total:
        yield PLAN, _done("Tasks done", done, total)


def _sprints_done(state: PlanOnDay) -> Values:
    """The number of finished sprints, of those that are not dropped."""
    done, total = tally(state.standings, state.plan.sprints)
    if any_begun(state.standings.values()):
        yield PLAN, replace(_done(state.plan.worded("Sprints done"), done, total), value=done)


def _done(label: str, done: int, total: int) -> FactValue:
    """The value of a number of finished items; two are judged only if they have the same total."""
    return FactValue(label, f"{done:,} of {total:,}", (done, total), Fraction(done), str(total), Fraction(done))


def _measured(state: PlanOnDay) -> Values:
    """The measured monthly savings of all finished sprints."""
    yield from _sum("Measured savings", RealisedSavings.of(state.plan, state.standings, state.today).monthly_reported)


def _efforts(state: PlanOnDay) -> Values:
    """The effort of each sprint that is calculated from its tasks or points."""
    for id_, effort in state.cache.efforts(state.plan).items():
        if effort.origin in _CALCULATED:
            days, means = effort.likely, MEANS[effort.origin]
            text, words = (f"{in_words(days)}, {means}" for in_words in (figures.days, figures.half_days))
            label = f"Effort of {state.plan.name(id_)}"
            yield (
                Subject("sprint", id_),
                FactValue(label, text, text, -days, "", days, "working days", words=words),
            )


def _needs(state: PlanOnDay) -> Values:
    """The dependencies of each sprint that come from its tasks or from a milestone."""
    for id_, edges in state.graph.needs.items():
        needs = [edge.needs for edge in edges if edge.through]
        if needs or state.plan.sprints[id_].tasks:
            label = f"Dependencies of {state.plan.name(id_)} from tasks and milestones"
            yield Subject("sprint", id_), _count(state, label, needs, better=-1)


def _named_risks(state: PlanOnDay) -> Values:
    """The named high risks that are open or have occurred."""
    names = tuple(risk.name for risk in open_named_high_risks(state.plan, state.standings))
    yield PLAN, _listed("High risks by name, open or occurred", names, names, better=-1)


_CALCULATED = {"tasks", "points"}
"""Origins of efforts that are calculated from other fields of the sprint."""

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
"""The function for each kind of fact, in the order in which reviews list them."""
