"""The schedules of a plan, each computed on first use and then kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import floor

from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing, any_begun
from masterplan.analyse.schedule import odds, solver
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.schedule.drawn import Drawn
from masterplan.analyse.schedule.effort import Effort
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.odds import RUNS, Odds
from masterplan.analyse.schedule.solver import Improve
from masterplan.analyse.schedule.staff import Member, Staffed, anyone, by_lane, members, slacks, staffed
from masterplan.analyse.schedule.why import Causes, Chains, Why, causes, chain, chains, end_of
from masterplan.analyse.staffing import Staffing
from masterplan.model.plan import Plan

MOST_PEOPLE = 8
"""The largest number of people without a name that schedules are computed for."""

LARGE = 200
"""Above this many sprints fewer runs have to do, as each page of the site waits for them."""
RUNS_OF_LARGE = 2_000


@dataclass(frozen=True)
class Schedules:
    """All that is computed about when the work that is left can be done, each value once.

    `efforts` are those of all sprints that have one. Where a sprint with work left has none, nothing is computed: there
    is no schedule, no critical path, no slack, no odds. `improve` asks the solver for a shorter schedule.
    """

    plan: Plan
    graph: Graph
    standings: Mapping[str, Standing]
    today: date | None
    efforts: Mapping[str, Effort]
    improve: Improve = solver.improve

    @cached_property
    def days(self) -> Days:
        """The plan's working days."""
        return Days(self.plan)

    @cached_property
    def now(self) -> Fraction:
        """The working days that are over; none without a start, and before it."""
        return Fraction(self.days.before(self.today) if self.today else 0)

    @cached_property
    def has_begun(self) -> bool:
        """Whether any day of the plan is over, or work on it has begun."""
        return self.now > 0 or self.work_has_begun

    @cached_property
    def work_has_begun(self) -> bool:
        """Whether work on any sprint has begun, or is over."""
        return any_begun(self.standings.values())

    @cached_property
    def left(self) -> Mapping[str, Effort]:
        """What is left to do of each open sprint that has an effort."""
        return {id_: self.efforts[id_].left(self.standings[id_].percent) for id_ in self.open if id_ in self.efforts}

    @cached_property
    def open(self) -> tuple[str, ...]:
        """The sprints that are neither done nor dropped."""
        return tuple(id_ for id_, standing in self.standings.items() if standing.is_open)

    @cached_property
    def without_effort(self) -> tuple[str, ...]:
        """The open sprints that have no effort."""
        return tuple(id_ for id_ in self.open if id_ not in self.efforts)

    @cached_property
    def exist(self) -> bool:
        """Whether there is anything to schedule, and all of it has an effort."""
        return bool(self.open) and not self.without_effort

    @cached_property
    def network(self) -> Network:
        """Earliest and latest times by hard dependencies, with the likely efforts; empty without a schedule."""
        return self._network({id_: effort.likely for id_, effort in self.left.items()})

    def _network(self, durations: Mapping[str, Fraction]) -> Network:
        begun = frozenset(id_ for id_ in self.open if self.standings[id_].is_under_way)
        return Network.of(self.graph, durations if self.exist else {}, self.now, begun)

    @cached_property
    def options(self) -> Mapping[str, Staffed]:
        """The best schedule for the people of each option that has any, by the option's id."""
        people = {option.id: members(self.plan, self.days, self.now, option) for option in self.plan.options}
        return {id_: self._for(group) for id_, group in people.items() if group and self.exist}

    @cached_property
    def by_number(self) -> tuple[Staffed, ...]:
        """The best schedule for 1, 2, … people without a name, until more of them no longer help."""
        schedules: list[Staffed] = []
        while self.exist and len(schedules) < MOST_PEOPLE:
            schedules.append(self._for(anyone(len(schedules) + 1)))
            if schedules[-1].end == self.network.end:
                break
        return tuple(schedules)

    @cached_property
    def main(self) -> tuple[str, Staffed] | None:
        """The schedule that pages show, and whose it is.

        That of the chosen option, or the shortest of any; where none has people, the team's, or one person's.
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
        """The day on which the plan ends by the main schedule; None without one, and where days have no dates."""
        return self.days.ends_on(self.main[1].end) if self.main else None

    def longer_than_drawn(self, staffing: Staffing) -> tuple[str, ...]:
        """Why the best schedule for the people of an option ends later than the option, if it does."""
        best = self.options.get(staffing.option.id)
        people = by_lane(self.plan, self.days, self.now, staffing.option)
        drawn = Drawn(self.plan, self.graph, self.network, staffing, people)
        if best is None or drawn.end is None or best.end <= drawn.end:
            return ()
        return drawn.obstacles() or ("no shorter one was found",)

    def last_weeks(self, staffed: Staffed) -> Mapping[str, int]:
        """The week of the plan in which each sprint ends in a schedule, or ended; without a start, before the first."""
        ends = {id_: self.days.week(stint.end) for id_, stint in staffed.stints.items()}
        done = {id_: standing.done_on for id_, standing in self.standings.items() if standing.state == "done"}
        return ends | {id_: self.days.week_of(day) if day else 0 for id_, day in done.items()}

    @cached_property
    def slack(self) -> Mapping[str, Fraction]:
        """How late each sprint of the main schedule may end without delaying the last; empty without a schedule."""
        return slacks(self.network, self.main[1]) if self.main else {}

    @cached_property
    def causes(self) -> Causes:
        """What each sprint of the main schedule waits for; empty without a schedule."""
        return causes(self.network, self.main[1]) if self.main else {}

    @cached_property
    def _chains(self) -> Chains:
        return chains(self.causes)

    def why(self, sprint: str) -> Why | None:
        """Why a sprint is when it is in the main schedule; None for one that is not in it."""
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
            next((id_ for id_, of_option in self.options.items() if of_option is staffed), None),
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
        return self._network({id_: effort.low for id_, effort in self.left.items()})

    @cached_property
    def _by_kinds(self) -> dict[tuple[object, ...], Staffed]:
        return {}

    @cached_property
    def _odds_by_kinds(self) -> dict[tuple[object, ...], Odds]:
        return {}

    def _for(self, people: tuple[Member, ...]) -> Staffed:
        """The schedule for some people: computed once for all groups of the same kinds, then with their own names."""
        key = tuple(member.kind for member in people)
        if key not in self._by_kinds:
            self._by_kinds[key] = staffed(self.plan, self.network, self._least, people, self.improve)
        return self._by_kinds[key].named(people)

    def _odds(self, staffed: Staffed) -> Odds:
        key = tuple(member.kind for member in staffed.members)
        if key not in self._odds_by_kinds:
            runs = RUNS if len(staffed.stints) <= LARGE else RUNS_OF_LARGE
            self._odds_by_kinds[key] = odds.odds(self.network, self.left, staffed, runs)
        return self._odds_by_kinds[key]
