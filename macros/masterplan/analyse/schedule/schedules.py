"""The schedules of a plan, each computed once, on first use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import floor

from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing, any_begun
from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.schedule.effort import Effort
from masterplan.analyse.schedule.feasibility import PlannedWork
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.odds import RUNS, Odds
from masterplan.analyse.schedule.solver import Scheduler, best_schedule
from masterplan.analyse.schedule.staff import Member, Staffed, anyone, by_lane, members, slacks, staffed
from masterplan.analyse.schedule.why import Causes, Chains, Why, causes, chain, chains, end_of
from masterplan.analyse.staffing import Staffing
from masterplan.model.plan import Plan

MOST_PEOPLE = 8
"""Largest number of unnamed people to compute schedules for."""

LARGE = 200
"""Plans with more sprints are simulated with fewer runs, since every page of the site waits for the result."""
RUNS_OF_LARGE = 2_000


@dataclass(frozen=True)
class Schedules:
    """Schedules of the remaining work: network, schedules for people, slack, odds and reasons for dates.

    `efforts` are those of all sprints that have one. If a sprint with remaining work has none, there is no schedule, no
    critical path, no slack and no odds. `scheduler` returns the schedules for people.
    """

    plan: Plan
    graph: Graph
    standings: Mapping[str, Standing]
    today: date | None
    efforts: Mapping[str, Effort]
    scheduler: Scheduler = best_schedule

    @cached_property
    def days(self) -> Days:
        """The plan's working days."""
        return Days(self.plan)

    @cached_property
    def now(self) -> Fraction:
        """The number of working days before today; 0 without a start date, and before it."""
        return Fraction(self.days.before(self.today) if self.today else 0)

    @cached_property
    def has_begun(self) -> bool:
        """Whether the first working day of the plan is over, or work has begun."""
        return self.now > 0 or self.work_has_begun

    @property
    def is_now_known(self) -> bool:
        """Whether `now` is known: in a plan under way without a start date, the elapsed time is not."""
        return self.plan.start is not None or not self.has_begun

    @cached_property
    def work_has_begun(self) -> bool:
        """Whether any sprint is in progress or done."""
        return any_begun(self.standings.values())

    @cached_property
    def remaining(self) -> Mapping[str, Effort]:
        """The remaining effort of each open sprint with an effort, by id."""
        return {
            id_: self.efforts[id_].remaining(self.standings[id_].percent) for id_ in self.open if id_ in self.efforts
        }

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The sprints that are neither done nor dropped."""
        return tuple(id_ for id_, standing in self.standings.items() if standing.is_open)

    @cached_property
    def without_effort(self) -> tuple[str, ...]:
        """The open sprints without an effort."""
        return tuple(id_ for id_ in self.open if id_ not in self.efforts)

    @cached_property
    def exist(self) -> bool:
        """Whether there are open sprints, and all of them have an effort."""
        return bool(self.open) and not self.without_effort

    @cached_property
    def network(self) -> Network:
        """Earliest and latest times by hard dependencies, with the likely efforts; empty without a schedule."""
        return self._network({id_: effort.likely for id_, effort in self.remaining.items()})

    def _network(self, durations: Mapping[str, Fraction]) -> Network:
        begun = frozenset(id_ for id_ in self.open if self.standings[id_].is_under_way)
        return Network.of(self.graph, durations if self.exist else {}, self.now, begun)

    @cached_property
    def options(self) -> Mapping[str, Staffed]:
        """The best schedule for the people of each option, by the option's id, without options that have no people."""
        people = {option.id: members(self.plan, self.days, self.now, option) for option in self.plan.options}
        return {id_: self._for(group) for id_, group in people.items() if group and self.exist}

    @cached_property
    def by_number(self) -> tuple[Staffed, ...]:
        """The best schedules for 1, 2, … unnamed people, up to the number that reaches the earliest end."""
        schedules: list[Staffed] = []
        while self.exist and len(schedules) < MOST_PEOPLE:
            schedules.append(self._for(anyone(len(schedules) + 1)))
            if schedules[-1].end == self.network.end:
                break
        return tuple(schedules)

    @cached_property
    def main(self) -> tuple[str, Staffed] | None:
        """The schedule that pages show, with a description of its people: `the people of Option A`.

        It is that of the chosen option, or the shortest of all options; without people in options it is the team's, and
        without a team that of one person.
        """
        if not self.exist:
            return None
        if self.options:
            shortest = min(self.options, key=lambda option: self.options[option].end)
            id_ = next((id_ for id_ in self.options if id_ == self.plan.chosen), shortest)
            return f"the people of Option {id_}", self.options[id_]
        team = members(self.plan, self.days, self.now)
        return ("the team", self._for(team)) if team else ("one person", self._for(anyone(1)))

    @cached_property
    def forecast(self) -> date | None:
        """The day on which the plan ends by the main schedule; None without a schedule or a start date."""
        return self.days.ends_on(self.main[1].end) if self.main else None

    def obstacles(self, staffing: Staffing) -> tuple[str, ...]:
        """The reasons why the best schedule for an option's people ends later than the option; empty if it does not."""
        best = self.options.get(staffing.option.id)
        people = by_lane(self.plan, self.days, self.now, staffing.option)
        planned = PlannedWork(self.plan, self.graph, self.network, staffing, people)
        if best is None or planned.end is None or best.end <= planned.end:
            return ()
        return planned.obstacles() or ("no shorter one was found",)

    def last_weeks(self, staffed: Staffed) -> Mapping[str, int]:
        """The week of the plan in which each sprint ends in a schedule or was done; 0 if done without a known week."""
        ends = {id_: self.days.week(stint.end) for id_, stint in staffed.stints.items()}
        done = {id_: standing.done_on for id_, standing in self.standings.items() if standing.state == "done"}
        return ends | {id_: self.days.week_of(day) if day else 0 for id_, day in done.items()}

    @cached_property
    def slack(self) -> Mapping[str, Fraction]:
        """The slack of each sprint in the main schedule, in working days, by id; empty without a schedule."""
        return slacks(self.network, self.main[1]) if self.main else {}

    @cached_property
    def causes(self) -> Causes:
        """The cause of each start in the main schedule, by sprint id; empty without a schedule."""
        return causes(self.network, self.main[1]) if self.main else {}

    @cached_property
    def _chains(self) -> Chains:
        return chains(self.causes)

    def why(self, sprint: str) -> Why | None:
        """The reasons for a sprint's dates in the main schedule; None for a sprint without a place in it."""
        if sprint not in self._whys:
            self._whys[sprint] = self._why(sprint)
        return self._whys[sprint]

    def _why(self, sprint: str) -> Why | None:
        if self.main is None or sprint not in self.main[1].stints:
            return None
        whose, staffed = self.main
        stint = staffed.stints[sprint]
        _, following = self.causes[sprint]
        period, earliest = self.plan.planned(sprint), self.network.times[sprint].early_start
        is_gated = period is not None and period.opens > self.plan.timeline.day(floor(earliest))
        return Why(
            stint,
            staffed.members[stint.member].name,
            whose,
            len(staffed.members),
            next((id_ for id_, schedule in self.options.items() if schedule is staffed), None),
            *chain(self.causes, self._chains, sprint),
            self.slack[sprint],
            stint.start - end_of(staffed, following),
            following,
            period if is_gated else None,
            earliest,
        )

    @cached_property
    def option_odds(self) -> Mapping[str, Odds]:
        """The odds of each option's best schedule, by the option's id; empty without NumPy."""
        return {id_: self._odds(staffed) for id_, staffed in self.options.items()} if odds.available() else {}

    @cached_property
    def main_odds(self) -> Odds | None:
        """The odds of the main schedule; None without NumPy."""
        return self._odds(self.main[1]) if self.main and odds.available() else None

    @cached_property
    def _least(self) -> Network:
        return self._network({id_: effort.low for id_, effort in self.remaining.items()})

    @cached_property
    def _whys(self) -> dict[str, Why | None]:
        return {}

    @cached_property
    def _by_kinds(self) -> dict[tuple[object, ...], Staffed]:
        return {}

    @cached_property
    def _odds_by_kinds(self) -> dict[tuple[object, ...], Odds]:
        return {}

    def _for(self, people: tuple[Member, ...]) -> Staffed:
        """The schedule for a group of people, computed once for all groups of the same kinds."""
        key = tuple(member.kind for member in people)
        if key not in self._by_kinds:
            self._by_kinds[key] = staffed(self.plan, self.network, self._least, people, self.scheduler)
        return self._by_kinds[key].named(people)

    def _odds(self, staffed: Staffed) -> Odds:
        key = tuple(member.kind for member in staffed.members)
        if key not in self._odds_by_kinds:
            runs = RUNS if len(staffed.stints) <= LARGE else RUNS_OF_LARGE
            self._odds_by_kinds[key] = odds.odds(self.network, self.remaining, staffed, runs)
        return self._odds_by_kinds[key]
