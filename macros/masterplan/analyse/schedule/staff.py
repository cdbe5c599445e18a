"""Staffing computed: who could do what when, so that the plan ends as soon as possible.

One person does one sprint at a time, alone and without leaving it, from when all it needs (hard) is done; anyone who
has the skills may. A person with half a share takes twice as long; days away are skipped. Phases, owners, and what is
done already are not counted: the question is how long the plan takes, not when it is over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.days import Days, Pauses
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule
from masterplan.model.plan import Option, Plan
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person
from masterplan.model.weeks import MOST_WEEKS, Weeks

_WHOLE = Weeks(1, MOST_WEEKS)


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who works on the plan.

    `share` in per cent of each working day; `skills` are None where anything can be done, as for people without a name.
    """

    name: str
    share: int = 100
    skills: frozenset[str] | None = None
    pauses: Pauses = ()

    @property
    def kind(self) -> tuple[int, tuple[str, ...] | None, Pauses]:
        """What tells people apart in a schedule."""
        return self.share, None if self.skills is None else tuple(sorted(self.skills)), self.pauses


@dataclass(frozen=True, slots=True)
class Stint:
    """A sprint's place in a schedule: who does it, as a position among the members, and from when to when in steps."""

    sprint: str
    member: int
    start: int
    end: int


@dataclass(frozen=True)
class Staffed:
    """The best schedule for some people that the computation reached.

    The bound of `schedule` is the larger of critical path and work bound, or more where the solver could show it;
    `solved` says whether the solver was asked. `unskilled` are sprints that need skills nobody has: anyone does them.
    """

    members: tuple[Member, ...]
    stints: Mapping[str, Stint]
    schedule: Schedule
    critical: int
    work: int
    solved: bool
    unskilled: tuple[str, ...]

    @property
    def length(self) -> int:
        """When the last sprint ends, in steps."""
        return self.schedule.length

    @cached_property
    def previous(self) -> Mapping[str, str]:
        """What whoever does a sprint does before it, by the sprint's id; without those that somebody does first."""
        previous: dict[str, str] = {}
        last: dict[int, str] = {}
        for stint in sorted(self.stints.values(), key=lambda one: one.start):
            if stint.member in last:
                previous[stint.sprint] = last[stint.member]
            last[stint.member] = stint.sprint
        return previous

    def named(self, people: tuple[Member, ...]) -> "Staffed":
        """The same schedule for people of the same kinds in the same order, under their names."""
        return replace(self, members=people)


def members(plan: Plan, days: Days, option: Option | None = None) -> tuple[Member, ...]:
    """The people of an option, or of the team, without those who are away for as long as a plan may last.

    Who is not in the team has no name, all skills and all the time.
    """
    people = {person.id: person for person in plan.people}
    named: list[tuple[str, Person | None]] = [(person.name, person) for person in plan.people]
    if option:
        named = [(lane.name, people.get(lane.person or "")) for lane in option.people]
    return tuple(_member(name, who, days) for name, who in named if not (who and is_away(who, days, _WHOLE)))


def can_do(person: Person, sprint: Sprint) -> bool:
    """Whether somebody has the skills for a sprint; who states none has all."""
    return not person.skills or set(sprint.skills) <= set(person.skills)


def is_away(person: Person, days: Days, weeks: Weeks) -> bool:
    """Whether somebody works on no day of a window of weeks."""
    begin, end = days.until(weeks.first - 1), days.until(weeks.last)
    return any(start <= begin and end <= stop for start, stop in days.pauses(person.absent))


def anyone(number: int) -> tuple[Member, ...]:
    """So many people without a name."""
    return tuple(Member(f"Dev {n}") for n in range(1, number + 1))


def _member(name: str, person: Person | None, days: Days) -> Member:
    if person is None:
        return Member(name)
    return Member(name, person.share, frozenset(person.skills) or None, days.pauses(person.absent))


@dataclass(frozen=True, slots=True)
class Crew:
    """Some people with a plan's sprints, as a problem to schedule: a resource for each kind of people.

    `lanes` are the positions of the people of each kind, `able` the kinds that have the skills of each sprint.
    """

    problem: Problem
    lanes: tuple[tuple[int, ...], ...]
    able: Mapping[str, list[int]]


def crew(plan: Plan, network: Network, people: tuple[Member, ...]) -> Crew:
    """What some people, at least one, have to schedule."""
    kinds = dict.fromkeys(member.kind for member in people)
    lanes = tuple(tuple(n for n, member in enumerate(people) if member.kind == kind) for kind in kinds)
    groups = [people[lane[0]] for lane in lanes]
    able = {id_: _able(groups, frozenset(plan.sprints[id_].skills)) for id_ in network.needs}
    return Crew(_problem(network, groups, able, [len(lane) for lane in lanes]), lanes, able)


def staffed(plan: Plan, network: Network, people: tuple[Member, ...]) -> Staffed:
    """The best schedule for some people, at least one, by lists and, where that may help, by the solver."""
    team = crew(plan, network, people)
    problem = team.problem
    listed = list_schedule(problem)
    solve = not listed.is_near and solver.helps(problem)
    best = solver.improve(problem, listed) if solve else listed
    return Staffed(
        people,
        _stints(problem, best, tuple(network.needs), team.lanes),
        best,
        problem.critical,
        problem.work,
        solve,
        tuple(id_ for id_, able in team.able.items() if not able),
    )


def predecessors(network: Network, staffed: Staffed) -> Mapping[str, tuple[str, ...]]:
    """What each sprint of a schedule waits for: its hard dependencies, and what whoever does it does before."""
    return {
        id_: (*needs, staffed.previous[id_]) if id_ in staffed.previous else needs
        for id_, needs in network.needs.items()
    }


def slacks(network: Network, staffed: Staffed) -> Mapping[str, int]:
    """How late each sprint of a schedule may end without delaying the last, while everybody keeps to the order."""
    before = predecessors(network, staffed)
    latest = dict.fromkeys(staffed.stints, staffed.length)
    for stint in sorted(staffed.stints.values(), key=lambda one: one.start, reverse=True):
        begin = latest[stint.sprint] - (stint.end - stint.start)
        for earlier in before[stint.sprint]:
            latest[earlier] = min(latest[earlier], begin)
    return {id_: latest[id_] - stint.end for id_, stint in staffed.stints.items()}


def _able(groups: Sequence[Member], skills: frozenset[str]) -> list[int]:
    """The kinds of people who have all of some skills, the largest share first."""
    able = [n for n, member in enumerate(groups) if member.skills is None or skills <= member.skills]
    return sorted(able, key=lambda n: -groups[n].share)


def _problem(
    network: Network, groups: Sequence[Member], able: Mapping[str, list[int]], sizes: Sequence[int]
) -> Problem:
    position = {id_: n for n, id_ in enumerate(network.needs)}
    everyone = sorted(range(len(groups)), key=lambda n: -groups[n].share)
    activities = tuple(
        Activity(
            tuple(Mode(-(-network.durations[id_] * 100 // groups[g].share), ((g, 1),)) for g in able[id_] or everyone),
            tuple(position[needed] for needed in needs),
        )
        for id_, needs in network.needs.items()
    )
    resources = (Resource(size, m.share / 100, m.pauses) for m, size in zip(groups, sizes, strict=True))
    return Problem(activities, tuple(resources))


def _stints(
    problem: Problem, schedule: Schedule, ids: Sequence[str], lanes: Sequence[Sequence[int]]
) -> dict[str, Stint]:
    """Who does what: the first of the right kind who is free."""
    free = {member: 0 for lane in lanes for member in lane}
    stints: dict[str, Stint] = {}
    for n in sorted(range(len(ids)), key=lambda n: (schedule.starts[n], n)):
        ((group, _),) = problem.activities[n].modes[schedule.modes[n]].demands
        who = next(member for member in lanes[group] if free[member] <= schedule.starts[n])
        free[who] = schedule.ends[n]
        stints[ids[n]] = Stint(ids[n], who, schedule.starts[n], schedule.ends[n])
    return {id_: stints[id_] for id_ in ids}
