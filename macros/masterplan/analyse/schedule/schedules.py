"""The schedules of a plan, each computed on first use and then kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from masterplan.analyse.graph import Graph
from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.schedule.effort import Effort, efforts
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.odds import RUNS, Odds
from masterplan.analyse.schedule.staff import Member, Staffed, anyone, members, slacks, staffed
from masterplan.analyse.schedule.why import Causes, Why, causes, chain, end_of
from masterplan.model.plan import Plan

MOST_PEOPLE = 8
"""Schedules are computed for at most so many people without a name."""

LARGE = 200
"""Above this many sprints fewer runs have to do, as each page of the site waits for them."""
RUNS_OF_LARGE = 2_000


@dataclass(frozen=True)
class Schedules:
    """All that is computed about when a plan's sprints can be done, each value once."""

    plan: Plan
    graph: Graph

    @cached_property
    def days(self) -> Days:
        """The plan's working days."""
        return Days(self.plan)

    @cached_property
    def efforts(self) -> Mapping[str, Effort]:
        """The effort of every sprint."""
        return efforts(self.plan)

    @cached_property
    def network(self) -> Network:
        """Earliest and latest times by hard dependencies, with the likely efforts."""
        return Network.of(self.graph, {id_: effort.ticks for id_, effort in self.efforts.items()})

    @cached_property
    def options(self) -> Mapping[str, Staffed]:
        """The best schedule for the people of each option that has any, by the option's id."""
        people = {option.id: members(self.plan, self.days, option) for option in self.plan.options}
        return {id_: self._for(group) for id_, group in people.items() if group and self.plan.sprints}

    @cached_property
    def by_number(self) -> tuple[Staffed, ...]:
        """The best schedule for 1, 2, … people without a name, until more of them no longer help."""
        schedules: list[Staffed] = []
        while self.plan.sprints and len(schedules) < MOST_PEOPLE:
            schedules.append(self._for(anyone(len(schedules) + 1)))
            if schedules[-1].length == self.network.length:
                break
        return tuple(schedules)

    @cached_property
    def main(self) -> tuple[str, Staffed] | None:
        """The schedule that pages show, and whose it is: the shortest option's, else the team's, else one person's."""
        if self.options:
            id_ = min(self.options, key=lambda option: self.options[option].length)
            return f"the people of Option {id_}", self.options[id_]
        team = members(self.plan, self.days)
        if not self.plan.sprints:
            return None
        return ("the team", self._for(team)) if team else ("one person", self._for(anyone(1)))

    @cached_property
    def slack(self) -> Mapping[str, int]:
        """How late each sprint of the main schedule may end without delaying the last; empty without a schedule."""
        return slacks(self.network, self.main[1]) if self.main else {}

    @cached_property
    def causes(self) -> Causes:
        """What each sprint of the main schedule waits for; empty without a schedule."""
        return causes(self.network, self.main[1]) if self.main else {}

    def why(self, sprint: str) -> Why | None:
        """Why a sprint is when it is in the main schedule; None where there is no schedule."""
        if self.main is None:
            return None
        whose, staffed = self.main
        stint = staffed.stints[sprint]
        first, following = self.causes[sprint]
        phase, earliest = self.plan.phase_of.get(sprint), self.network.times[sprint].early_start
        is_gated = phase is not None and phase.weeks.first > self.days.week(earliest + 1)
        return Why(
            stint,
            staffed.members[stint.member].name,
            whose,
            tuple(chain(self.causes, first)),
            self.slack[sprint],
            stint.start - end_of(staffed, following),
            following,
            phase if is_gated else None,
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
    def _by_kinds(self) -> dict[tuple[object, ...], Staffed]:
        return {}

    @cached_property
    def _odds_by_kinds(self) -> dict[tuple[object, ...], Odds]:
        return {}

    def _for(self, people: tuple[Member, ...]) -> Staffed:
        """The schedule for some people: computed once for all groups of the same kinds, then with their own names."""
        key = tuple(member.kind for member in people)
        if key not in self._by_kinds:
            self._by_kinds[key] = staffed(self.plan, self.network, people)
        return self._by_kinds[key].named(people)

    def _odds(self, staffed: Staffed) -> Odds:
        key = tuple(member.kind for member in staffed.members)
        if key not in self._odds_by_kinds:
            runs = RUNS if len(staffed.stints) <= LARGE else RUNS_OF_LARGE
            self._odds_by_kinds[key] = odds.odds(self.network, self.efforts, staffed, runs)
        return self._odds_by_kinds[key]
