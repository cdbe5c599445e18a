"""The schedules of a plan, each computed when somebody asks for it, and then once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from masterplan.analyse.graph import Graph
from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.causes import Causes, causes
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.schedule.effort import Effort, efforts
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.odds import RUNS, Odds
from masterplan.analyse.schedule.staff import Member, Staffed, anyone, members, slacks, staffed
from masterplan.model.plan import Plan

MOST_PEOPLE = 8
"""Schedules are computed for at most so many people without a name."""

LARGE = 200
"""Above this many sprints fewer runs have to do, as each page of the site waits for them."""
RUNS_OF_LARGE = 2_000


@dataclass(frozen=True)
class Schedules:
    """All that is computed of when a plan's sprints can be done; whatever is asked twice is computed once."""

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
        return {id_: self._for(each) for id_, each in people.items() if each and self.plan.sprints}

    @cached_property
    def by_number(self) -> tuple[Staffed, ...]:
        """The best schedule for 1, 2, … people without a name, until more of them no longer help."""
        found: list[Staffed] = []
        while self.plan.sprints and len(found) < MOST_PEOPLE:
            found.append(self._for(anyone(len(found) + 1)))
            if found[-1].length == self.network.length:
                break
        return tuple(found)

    @cached_property
    def main(self) -> tuple[str, Staffed] | None:
        """The schedule that pages speak of, and whose it is: the shortest option, else the team, else one person."""
        if self.options:
            id_ = min(self.options, key=lambda each: self.options[each].length)
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
        """What holds each sprint of the main schedule; empty without a schedule."""
        return causes(self.network, self.main[1]) if self.main else {}

    @cached_property
    def option_odds(self) -> Mapping[str, Odds]:
        """The odds of each option's best schedule, by the option's id; empty without NumPy."""
        return {id_: self._odds(each) for id_, each in self.options.items()} if odds.available() else {}

    @cached_property
    def main_odds(self) -> Odds | None:
        """The odds of the main schedule; None without NumPy."""
        return self._odds(self.main[1]) if self.main and odds.available() else None

    @cached_property
    def _known(self) -> dict[tuple[object, ...], Staffed]:
        return {}

    @cached_property
    def _known_odds(self) -> dict[tuple[object, ...], Odds]:
        return {}

    def _for(self, people: tuple[Member, ...]) -> Staffed:
        """The schedule for some people; that of others of the same kinds, with these names, where it is known."""
        key = tuple(member.kind for member in people)
        if key not in self._known:
            self._known[key] = staffed(self.plan, self.network, people)
        return self._known[key].named(people)

    def _odds(self, found: Staffed) -> Odds:
        key = tuple(member.kind for member in found.members)
        if key not in self._known_odds:
            runs = RUNS if len(found.stints) <= LARGE else RUNS_OF_LARGE
            self._known_odds[key] = odds.odds(self.network, self.efforts, found, runs)
        return self._known_odds[key]
