"""Staffing computed: who could do what when, so that the plan ends as soon as possible.

One person does one sprint at a time, alone and without leaving it, from when all it needs (hard) is done; anyone who
has the skills may. A person with half a share takes twice as long; days away are skipped. Phases and owners are not
counted. Only work that is left is scheduled, none of it before today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.days import Days, Pauses
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule
from masterplan.analyse.schedule.solver import Improve
from masterplan.model.option import Option
from masterplan.model.plan import Plan
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person
from masterplan.model.window import MOST_WEEKS

_WHOLE_SHARE = 100
"""The share, in per cent, of someone who works on nothing else."""


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

    def can_do(self, sprint: Sprint) -> bool:
        """Whether they have the skills for a sprint."""
        return self.skills is None or self.skills.issuperset(sprint.skills)

    def days_for(self, work: Fraction) -> Fraction:
        """The working days that somebody with their share needs for this many days of work."""
        return work * _WHOLE_SHARE / self.share


@dataclass(frozen=True, slots=True)
class Stint:
    """A sprint's place in a schedule: who does it, as a position among the members, from when to when."""

    sprint: str
    member: int
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class Floor:
    """What no schedule and no run beats, as each sprint takes its least effort at least: in working days from now.

    `critical` is the critical path; `work` is the time that all people together need for all the work.
    """

    critical: Fraction
    work: Fraction

    @property
    def days(self) -> Fraction:
        """The longer of the two."""
        return max(self.critical, self.work)


@dataclass(frozen=True)
class Staffed:
    """The best schedule for some people that the computation reached, of the work that is left `now`.

    Times are working days from the plan's start. With the likely efforts, which it is made for, no schedule ends before
    `bound`; with any efforts of their ranges, none is shorter than `floor`. `solved` says whether the solver was asked.
    `unskilled` are sprints that need skills nobody has: anyone does them.
    """

    members: tuple[Member, ...]
    stints: Mapping[str, Stint]
    now: Fraction
    bound: Fraction
    floor: Floor
    solved: bool
    unskilled: tuple[str, ...]

    @cached_property
    def end(self) -> Fraction:
        """When the last sprint ends."""
        return max((stint.end for stint in self.stints.values()), default=self.now)

    @property
    def gap(self) -> Fraction:
        """How much sooner a schedule could end at most."""
        return self.end - self.bound

    @property
    def proved(self) -> bool:
        """Whether no schedule of the likely efforts is shorter."""
        return self.gap == 0

    @cached_property
    def order(self) -> tuple[Stint, ...]:
        """The stints as they start; each comes after what it needs, and after what whoever does it does before."""
        return tuple(sorted(self.stints.values(), key=lambda stint: (stint.start, stint.end)))

    @cached_property
    def previous(self) -> Mapping[str, str]:
        """What whoever does a sprint does before it, by the sprint's id.

        Without those that somebody does first, and those that take no time: nobody is busy with them.
        """
        previous: dict[str, str] = {}
        last: dict[int, str] = {}
        for stint in self.order:
            if stint.start == stint.end:
                continue
            if stint.member in last:
                previous[stint.sprint] = last[stint.member]
            last[stint.member] = stint.sprint
        return previous

    def named(self, people: tuple[Member, ...]) -> "Staffed":
        """The same schedule for people of the same kinds in the same order, under their names."""
        return replace(self, members=people)


def members(plan: Plan, days: Days, now: Fraction, option: Option | None = None) -> tuple[Member, ...]:
    """The people of an option, or of the team, without those who are away from now on for as long as plans may last."""
    if option:
        return tuple(by_lane(plan, days, now, option).values())
    return tuple(_present([(person.name, person) for person in plan.people], days, now).values())


def by_lane(plan: Plan, days: Days, now: Fraction, option: Option) -> Mapping[int, Member]:
    """The people of an option by the positions of their lanes, without those who are away from now on.

    Who is not in the team has the name of the lane, all skills and all the time.
    """
    people = {person.id: person for person in plan.people}
    lanes = ((lane.name, people.get(lane.person or "")) for lane in option.people)
    return _present([(person.name if person else name, person) for name, person in lanes], days, now)


def _present(named: Sequence[tuple[str, Person | None]], days: Days, now: Fraction) -> Mapping[int, Member]:
    end = days.until(MOST_WEEKS)
    there = ((n, name, who) for n, (name, who) in enumerate(named) if not (who and days.is_away(who, int(now), end)))
    return {n: _member(name, who, days) for n, name, who in there}


def anyone(number: int) -> tuple[Member, ...]:
    """This many people without a name."""
    return tuple(Member(f"Dev {n}") for n in range(1, number + 1))


def _member(name: str, person: Person | None, days: Days) -> Member:
    if person is None:
        return Member(name)
    return Member(name, person.share, frozenset(person.skills) or None, days.pauses(person.absent))


@dataclass(frozen=True, slots=True)
class Crew:
    """Some people with the work that is left, as a problem to schedule: a resource for each kind of people.

    A working day has so many `steps` that each duration is a whole number of them; the problem's time 0 is now. `lanes`
    are the positions of the people of each kind, `able` the kinds that have the skills of each sprint.
    """

    problem: Problem
    steps: int
    lanes: tuple[tuple[int, ...], ...]
    able: Mapping[str, list[int]]

    def days(self, steps: int) -> Fraction:
        """Steps as working days."""
        return Fraction(steps, self.steps)


def crew(plan: Plan, network: Network, people: tuple[Member, ...]) -> Crew:
    """What some people, at least one, have to schedule."""
    kinds = dict.fromkeys(member.kind for member in people)
    lanes = tuple(tuple(n for n, member in enumerate(people) if member.kind == kind) for kind in kinds)
    groups = [people[lane[0]] for lane in lanes]
    able = {id_: _able(groups, plan.sprints[id_]) for id_ in network.needs}
    everyone = sorted(range(len(groups)), key=lambda n: -groups[n].share)
    taken = {
        id_: {g: groups[g].days_for(network.durations[id_]) for g in able[id_] or everyone} for id_ in network.needs
    }
    steps = lcm(*(days.denominator for by_group in taken.values() for days in by_group.values()))
    position = {id_: n for n, id_ in enumerate(network.needs)}
    activities = tuple(
        Activity(
            tuple(Mode(int(days * steps), ((g, 1),)) for g, days in taken[id_].items()),
            tuple(position[needed] for needed in needs),
            id_ in network.begun,
        )
        for id_, needs in network.needs.items()
    )
    resources = tuple(
        Resource(len(lane), group.share / _WHOLE_SHARE, _from_now(group.pauses, network.now, steps))
        for group, lane in zip(groups, lanes, strict=True)
    )
    return Crew(Problem(activities, resources), steps, lanes, able)


def _from_now(pauses: Pauses, now: Fraction, steps: int) -> Pauses:
    """The pauses that are not over, in steps from now."""
    day = int(now)
    return tuple((max(start - day, 0) * steps, (stop - day) * steps) for start, stop in pauses if stop > day)


def staffed(
    plan: Plan, network: Network, least: Network, people: tuple[Member, ...], improve: Improve = solver.improve
) -> Staffed:
    """The best schedule for some people, at least one, by lists and, where that may help, by the solver.

    `network` has the likely efforts, `least` the least ones; `improve` asks the solver.
    """
    team = crew(plan, network, people)
    listed = list_schedule(team.problem)
    solve = not listed.is_near and solver.helps(team.problem)
    best = improve(team.problem, listed) if solve else listed
    return Staffed(
        people,
        _stints(team, best, network),
        network.now,
        network.now + team.days(best.bound),
        _floor(crew(plan, least, people)),
        solve,
        tuple(id_ for id_, able in team.able.items() if not able),
    )


def _floor(team: Crew) -> Floor:
    return Floor(team.days(team.problem.critical), team.days(team.problem.work))


def predecessors(network: Network, staffed: Staffed) -> Mapping[str, tuple[str, ...]]:
    """What each sprint of a schedule waits for: its hard dependencies, and what whoever does it does before."""
    return {
        id_: (*needs, staffed.previous[id_]) if id_ in staffed.previous else needs
        for id_, needs in network.needs.items()
    }


def slacks(network: Network, staffed: Staffed) -> Mapping[str, Fraction]:
    """How late each sprint of a schedule may end without delaying the last, while everybody keeps to the order."""
    before = predecessors(network, staffed)
    latest = dict.fromkeys(staffed.stints, staffed.end)
    for stint in reversed(staffed.order):
        begin = latest[stint.sprint] - (stint.end - stint.start)
        for earlier in before[stint.sprint]:
            latest[earlier] = min(latest[earlier], begin)
    return {id_: latest[id_] - stint.end for id_, stint in staffed.stints.items()}


def _able(groups: Sequence[Member], sprint: Sprint) -> list[int]:
    """The kinds of people who have the skills for a sprint, the largest share first."""
    able = [n for n, member in enumerate(groups) if member.can_do(sprint)]
    return sorted(able, key=lambda n: -groups[n].share)


def _stints(team: Crew, schedule: Schedule, network: Network) -> dict[str, Stint]:
    """Who does what: the first of the right kind who is free."""
    ids = tuple(network.needs)
    free = {member: 0 for lane in team.lanes for member in lane}
    stints: dict[str, Stint] = {}
    for n in sorted(range(len(ids)), key=lambda n: (schedule.starts[n], schedule.ends[n], n)):
        ((group, _),) = team.problem.activities[n].modes[schedule.modes[n]].demands
        lane, takes_time = team.lanes[group], schedule.starts[n] < schedule.ends[n]
        who = next(member for member in lane if free[member] <= schedule.starts[n]) if takes_time else lane[0]
        free[who] = max(free[who], schedule.ends[n]) if takes_time else free[who]
        start, end = (network.now + team.days(step) for step in (schedule.starts[n], schedule.ends[n]))
        stints[ids[n]] = Stint(ids[n], who, start, end)
    return stints
