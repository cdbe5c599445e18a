"""What can be computed of a plan, as facts that two plans can be compared by: ends, slack, savings, risks, rollback."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from masterplan.analyse import figures
from masterplan.analyse.changes.schedule_cache import Memory
from masterplan.analyse.graph import Graph, undoing
from masterplan.analyse.progress import Standing, exposed, kept, standings
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.schedule.effort import TICKS
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.staff import members
from masterplan.analyse.staffing import Staffing
from masterplan.analyse.wording import listed
from masterplan.model.calendar import Weeks
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan, Risk, Sprint
from masterplan.model.quantity import Quantity, amount

"""From this level on a sprint counts as exposed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed fact: its name and value for people, the value to compare by, and how good it is.

    The more `good`, the better, beside another of the same `scale`; None where that cannot be said.
    """

    label: str = field(compare=False)
    text: str = field(compare=False)
    value: object
    good: Decimal | None = field(default=None, compare=False)
    scale: str = field(default="", compare=False)


Fact = tuple[str, Subject]
"""What is computed, and of which part: `("end-of-option", Subject("option", "A"))`."""

Outlook = Mapping[Fact, Figure]
Told = Iterator[tuple[Subject, Figure]]
"""Figures with the part they are of."""


@dataclass(frozen=True)
class View:
    """A plan on a day and what its facts are made of; `rollbacks` are the sprints whose rollback is looked at."""

    plan: Plan
    today: date | None
    rollbacks: tuple[str, ...]
    memory: Memory

    @cached_property
    def graph(self) -> Graph:
        """Its dependencies."""
        return Graph.of(self.plan)

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Where its sprints stand."""
        return standings(self.plan, self.graph, self.today)

    @cached_property
    def days(self) -> Days:
        """Its working days."""
        return Days(self.plan)

    @cached_property
    def network(self) -> Network:
        """Its earliest and latest times."""
        return Network.of(self.graph, {id_: each.ticks for id_, each in self.memory.efforts(self.plan).items()})

    @property
    def exposed(self) -> tuple[tuple[Sprint, Risk], ...]:
        """The high risks that are still open."""
        return exposed(self.plan, self.standings)

    @property
    def monthly(self) -> Quantity | None:
        """The savings a month of the sprints that are not dropped."""
        return figures.saved(kept(self.plan, self.standings))

    def outlook(self, kinds: Iterable[str]) -> Outlook:
        """The facts of some kinds."""
        return {(kind, subject): figure for kind in kinds for subject, figure in KINDS[kind](self)}


def _option_ends(view: View) -> Told:
    for staffing in Staffing.of(view.plan):
        if staffing.span:
            yield Subject("option", staffing.option.id), _week(view, f"End of {staffing.name}", staffing.span)


def _phases_end(view: View) -> Told:
    span = figures.phases_span(view.plan)
    if span:
        yield PLAN, _week(view, view.plan.worded("End of the last phase"), span)


def _week(view: View, label: str, span: Weeks) -> Figure:
    start = view.plan.header.start
    text = f"week {span.last}{f', {span.dates(start)[1]}' if start else ''}"
    return Figure(label, text, text, *_late(span.dates(start)[1] if start else None, span.last))


def _computed_ends(view: View) -> Told:
    for option in view.plan.options:
        people = members(view.plan, view.days, option)
        if people and view.plan.sprints:
            length = view.memory.length(view.plan, view.network, people)
            yield Subject("option", option.id), _end(view, f"Computed end of Option {option.id}", length)


def _earliest_end(view: View) -> Told:
    yield PLAN, _end(view, "Earliest end, with people enough", view.network.length)


def _end(view: View, label: str, length: int) -> Figure:
    day = view.days.ends_on(length)
    text = f"after {_days(length)}{f', {day}' if day else ''}"
    return Figure(label, text, text, *_late(day, length))


def _late(day: date | None, otherwise: int) -> tuple[Decimal, str]:
    """How good an end is, by its day where there is one, and the scale of that."""
    return (Decimal(-day.toordinal()), "day") if day else (Decimal(-otherwise), "length")


def _days(ticks: int) -> str:
    days = Decimal(ticks) / TICKS
    return amount(days, days, "day").text


def _critical_path(view: View) -> Told:
    path = view.network.critical_path
    yield PLAN, Figure("Critical path", listed(map(view.plan.name, path)), path)


def _slack(view: View) -> Told:
    for id_, times in view.network.times.items():
        slack = times.total_slack
        text = f"{_days(slack)}{' (critical)' if times.is_critical else ''}"
        yield Subject("sprint", id_), Figure(f"Slack of {view.plan.name(id_)}", text, slack, Decimal(slack))


def _monthly(view: View) -> Told:
    yield from _sum("Savings a month", view.monthly)


def _annual(view: View) -> Told:
    yield from _sum("Savings a year", figures.annual(view.monthly))


def _sum(label: str, total: Quantity | None) -> Told:
    if total:
        yield PLAN, Figure(label, total.text, total.text, sum(total.ends, Decimal(0)), total.unit)


def _high_risks(view: View) -> Told:
    yield (
        PLAN,
        _count(view, view.plan.worded("Sprints at high risk"), [sprint.id for sprint, _ in view.exposed], better=-1),
    )


def _unmitigated(view: View) -> Told:
    bare = [sprint.id for sprint, risk in view.exposed if not risk.mitigation]
    yield PLAN, _count(view, "High risks without a mitigation", bare, better=-1)


def _rollback(view: View) -> Told:
    for id_ in view.rollbacks:
        if id_ in view.plan.sprints:
            undone = undoing(view.graph, id_).undone[:-1]
            yield Subject("sprint", id_), _count(view, f"Undone with {view.plan.name(id_)}", undone, better=-1)


def _ready(view: View) -> Told:
    """The sprints that can start; what has started already is no worse than ready."""
    ids = tuple(id_ for id_, standing in view.standings.items() if standing.ready)
    free = sum(standing.ready or standing.state != "planned" for standing in view.standings.values())
    yield PLAN, Figure("Ready to start", listed(map(view.plan.name, ids)) or "none", ids, Decimal(free))


def _count(view: View, label: str, ids: Iterable[str], *, better: int) -> Figure:
    """Some sprints, of which more are better (1) or worse (-1)."""
    known = tuple(ids)
    return Figure(label, listed(map(view.plan.name, known)) or "none", known, Decimal(better * len(known)))


KINDS: Mapping[str, Callable[[View], Told]] = {
    "end-of-option": _option_ends,
    "computed-end-of-option": _computed_ends,
    "end-of-phases": _phases_end,
    "earliest-end": _earliest_end,
    "critical-path": _critical_path,
    "slack": _slack,
    "monthly-savings": _monthly,
    "annual-savings": _annual,
    "high-risks": _high_risks,
    "unmitigated-risks": _unmitigated,
    "rollback": _rollback,
    "ready": _ready,
}
"""What is computed, in the order in which it is told."""
