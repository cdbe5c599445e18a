"""Efforts and schedules of plans that are nearly the same, each computed once.

Schedules are those of list scheduling alone, so that comparing is quick and says the same everywhere; pages may show a
shorter one where a solver is installed.
"""

from collections.abc import Mapping

from masterplan.analyse.schedule.effort import Effort, efforts
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.staff import Member, crew
from masterplan.model.plan import Plan


class Memory:
    """What was computed, by what it was computed from."""

    def __init__(self) -> None:
        self._efforts: list[tuple[object, Mapping[str, Effort]]] = []
        self._lengths: dict[object, int] = {}

    def efforts(self, plan: Plan) -> Mapping[str, Effort]:
        """The effort of every sprint."""
        stated = [(id_, sprint.effort, sprint.likely) for id_, sprint in plan.sprints.items()]
        source = (stated, plan.phases, plan.options, plan.calendar)
        known = next((found for each, found in self._efforts if each == source), None)
        if known is None:
            known = efforts(plan)
            self._efforts.append((source, known))
        return known

    def length(self, plan: Plan, network: Network, people: tuple[Member, ...]) -> int:
        """The length in steps of the schedule for some people, at least one."""
        problem = crew(plan, network, people).problem
        if len(people) == 1 and not problem.has_pauses:
            return problem.work  # whoever is alone never waits: something can always be done
        if problem not in self._lengths:
            self._lengths[problem] = list_schedule(problem).length
        return self._lengths[problem]
