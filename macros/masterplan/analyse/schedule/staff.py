"""Schedules for people: an assignment of the remaining sprints that ends as early as possible.

Each person does one sprint at a time, alone and without interruption, after its hard dependencies; anyone with the
skills may do it. A person with a share of 50% takes twice as long, and absences are skipped. Phases and owners do not
matter, and nothing starts before today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

from masterplan.analyse.schedule.days import Days, Pauses
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule
from masterplan.analyse.schedule.solver import Scheduler, best_schedule
from masterplan.model.option import Option
from masterplan.model.plan import Plan
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person
from masterplan.model.window import MOST_WEEKS

_WHOLE_SHARE = 100
"""The share, in per cent, of a person who works only on this plan."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works on the plan.

    `share` is in per cent of each working day; `skills` are None for a person who can do any sprint, such as an unnamed
    one.
    """

    name: str
    share: int = 100
    skills: frozenset[str] | None = None
    pauses: Pauses = ()

    @property
    def kind(self) -> tuple[int, tuple[str, ...] | None, Pauses]:
        """The properties that matter to a schedule; people of the same kind are interchangeable."""
        return self.share, None if self.skills is None else tuple(sorted(self.skills)), self.pauses

    def can_do(self, sprint: Sprint) -> bool:
        """Whether the person has the skills for a sprint."""
        return self.skills is None or self.skills.issuperset(sprint.skills)

    def days_for(self, work: Fraction) -> Fraction:
        """The working days that the person needs for a number of full days of work."""
        return work if self.share == _WHOLE_SHARE else work * _WHOLE_SHARE / self.share


@dataclass(frozen=True, slots=True)
class Stint:
    """A sprint's place in a schedule: the position of the member who does it, its start and its end."""

    sprint: str
    member: int
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class Floor:
    """Lower bounds of the plan's length with the least efforts, in working days from now.

    `critical` is the length of the critical path; `work` is the time that all people together need for all work.
    """

    critical: Fraction
    work: Fraction

    @property
    def days(self) -> Fraction:
        """The larger of the two bounds."""
        return max(self.critical, self.work)


@dataclass(frozen=True)
class Staffed:
    """The best schedule found for a group of people and the work remaining at `now`.

    Times are working days from the plan's start. No schedule with the likely efforts ends before `bound`; no schedule
    with any efforts in their ranges is shorter than `floor`. `unskilled` are sprints with skills that nobody has;
    anyone may do them.
    """

    members: tuple[Member, ...]
    stints: Mapping[str, Stint]
    now: Fraction
    bound: Fraction
    floor: Floor
    unskilled: tuple[str, ...]

    @cached_property
    def end(self) -> Fraction:
        """The end of the last sprint."""
        return max((stint.end for stint in self.stints.values()), default=self.now)

    @property
    def gap(self) -> Fraction:
        """The most by which another schedule could end earlier."""
        return self.end - self.bound

    @property
    def proved(self) -> bool:
        """Whether no schedule with the likely efforts is shorter."""
        return self.gap == 0

    @cached_property
    def order(self) -> tuple[Stint, ...]:
        """The stints by start; each comes after those of its predecessors and after earlier ones of the same person."""
        return tuple(sorted(self.stints.values(), key=lambda stint: (stint.start, stint.end)))

    @cached_property
    def previous(self) -> Mapping[str, str]:
        """The sprint that the same person does before each sprint, by the sprint's id.

        First sprints of a person have no entry, and sprints without duration are ignored.
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
        """The same schedule for other people of the same kinds in the same order."""
        return replace(self, members=people)


def members(plan: Plan, days: Days, now: Fraction, option: Option | None = None) -> tuple[Member, ...]:
    """The people of an option, or of the team, without those who are away for the whole remaining time of any plan."""
    if option:
        return tuple(by_lane(plan, days, now, option).values())
    return tuple(_present([(person.name, person) for person in plan.people], days, now).values())


def by_lane(plan: Plan, days: Days, now: Fraction, option: Option) -> Mapping[int, Member]:
    """The people of an option by the positions of their lanes, without those who are away for the whole remaining time.

    A person outside the team has the lane's name, all skills and a share of 100%.
    """
    people = {person.id: person for person in plan.people}
    lanes = ((lane.name, people.get(lane.person or "")) for lane in option.people)
    return _present([(person.name if person else name, person) for name, person in lanes], days, now)


def _present(named: Sequence[tuple[str, Person | None]], days: Days, now: Fraction) -> Mapping[int, Member]:
    end = days.until(MOST_WEEKS)
    return {
        n: _member(name, person, days)
        for n, (name, person) in enumerate(named)
        if not (person and days.is_away(person, int(now), end))
    }


def anyone(number: int) -> tuple[Member, ...]:
    """A number of unnamed people."""
    return tuple(Member(f"Dev {n}") for n in range(1, number + 1))


def _member(name: str, person: Person | None, days: Days) -> Member:
    if person is None:
        return Member(name)
    return Member(name, person.share, frozenset(person.skills) or None, days.pauses(person.absent))


@dataclass(frozen=True, slots=True)
class Crew:
    """A group of people and the remaining work as a scheduling problem, with a resource for each kind of people.

    The problem's time 0 is now. A working day has the number of `steps` that makes every duration a whole number.
    `lanes` are the positions of the people of each kind; `able` are the kinds with the skills for each sprint.
    """

    problem: Problem
    steps: int
    lanes: tuple[tuple[int, ...], ...]
    able: Mapping[str, list[int]]

    def days(self, steps: int) -> Fraction:
        """Steps as working days."""
        return Fraction(steps, self.steps)


def crew(plan: Plan, network: Network, people: tuple[Member, ...]) -> Crew:
    """The scheduling problem of one or more people."""
    kinds = dict.fromkeys(member.kind for member in people)
    lanes = tuple(tuple(n for n, member in enumerate(people) if member.kind == kind) for kind in kinds)
    groups = [people[lane[0]] for lane in lanes]
    able = {id_: _able(groups, plan.sprints[id_]) for id_ in network.needs}
    everyone = sorted(range(len(groups)), key=lambda n: -groups[n].share)
    durations = {
        id_: {g: groups[g].days_for(network.durations[id_]) for g in able[id_] or everyone} for id_ in network.needs
    }
    steps = lcm(*(days.denominator for by_group in durations.values() for days in by_group.values()))
    position = {id_: n for n, id_ in enumerate(network.needs)}
    activities = tuple(
        Activity(
            tuple(Mode(steps // days.denominator * days.numerator, ((g, 1),)) for g, days in durations[id_].items()),
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
    """The pauses that end after now, in steps from now."""
    day = int(now)
    return tuple((max(start - day, 0) * steps, (stop - day) * steps) for start, stop in pauses if stop > day)


def staffed(
    plan: Plan, network: Network, least: Network, people: tuple[Member, ...], scheduler: Scheduler = best_schedule
) -> Staffed:
    """The schedule for one or more people that `scheduler` returns.

    `network` has the likely efforts, `least` the least ones.
    """
    team = crew(plan, network, people)
    best = scheduler(team.problem)
    return Staffed(
        people,
        _stints(team, best, network),
        network.now,
        network.now + team.days(best.bound),
        _floor(crew(plan, least, people)),
        tuple(id_ for id_, able in team.able.items() if not able),
    )


def _floor(team: Crew) -> Floor:
    return Floor(team.days(team.problem.critical), team.days(team.problem.work))


def predecessors(network: Network, staffed: Staffed) -> Mapping[str, tuple[str, ...]]:
    """The predecessors of each sprint in a schedule: its hard dependencies and the previous sprint of its person."""
    return {
        id_: (*needs, staffed.previous[id_]) if id_ in staffed.previous else needs
        for id_, needs in network.needs.items()
    }


def slacks(network: Network, staffed: Staffed) -> Mapping[str, Fraction]:
    """The slack of each sprint in a schedule: the delay that does not postpone the last end, if the order stays."""
    before = predecessors(network, staffed)
    latest = dict.fromkeys(staffed.stints, staffed.end)
    for stint in reversed(staffed.order):
        begin = latest[stint.sprint] - (stint.end - stint.start)
        for earlier in before[stint.sprint]:
            latest[earlier] = min(latest[earlier], begin)
    return {id_: latest[id_] - stint.end for id_, stint in staffed.stints.items()}


def _able(groups: Sequence[Member], sprint: Sprint) -> list[int]:
    """The positions of the kinds of people with the skills for a sprint, the largest share first."""
    able = [n for n, member in enumerate(groups) if member.can_do(sprint)]
    return sorted(able, key=lambda n: -groups[n].share)


def _stints(team: Crew, schedule: Schedule, network: Network) -> dict[str, Stint]:
    """The stints of a schedule: each sprint is done by the first free person of the right kind."""
    ids = tuple(network.needs)
    free_from = {member: 0 for lane in team.lanes for member in lane}
    stints: dict[str, Stint] = {}
    for n in sorted(range(len(ids)), key=lambda n: (schedule.starts[n], schedule.ends[n], n)):
        ((group, _),) = team.problem.activities[n].modes[schedule.modes[n]].demands
        lane, takes_time = team.lanes[group], schedule.starts[n] < schedule.ends[n]
        member = next(m for m in lane if free_from[m] <= schedule.starts[n]) if takes_time else lane[0]
        free_from[member] = max(free_from[member], schedule.ends[n]) if takes_time else free_from[member]
        start, end = (network.now + team.days(step) for step in (schedule.starts[n], schedule.ends[n]))
        stints[ids[n]] = Stint(ids[n], member, start, end)
    return stints
