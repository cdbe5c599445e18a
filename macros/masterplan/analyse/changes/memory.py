"""Efforts and schedules of plans that are nearly the same, each computed once.

Schedules are those of list scheduling alone, so that comparing is quick and says the same everywhere; pages may show a
shorter one where a solver is installed.
"""

from collections.abc import Mapping
from dataclasses import replace

from masterplan.analyse.schedule.effort import Effort, efforts
from masterplan.analyse.schedule.lists import list_schedule
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.project import Activity, Mode, Problem, Resource
from masterplan.analyse.schedule.staff import Member
from masterplan.model.plan import Plan


class Memory:
    """What was computed, by what it was computed from."""

    def __init__(self) -> None:
        self._efforts: list[tuple[object, Mapping[str, Effort]]] = []
        self._lengths: dict[Problem, int] = {}

    def efforts(self, plan: Plan) -> Mapping[str, Effort]:
        """The effort of every sprint."""
        stated = [(id_, sprint.effort, sprint.likely) for id_, sprint in plan.sprints.items()]
        source = (stated, plan.phases, plan.options, plan.calendar)
        known = next((found for each, found in self._efforts if each == source), None)
        if known is None:
            # options only tell of sprints that state no effort, and reading them takes longer than all else
            derived = any(sprint.effort is None for sprint in plan.sprints.values())
            known = efforts(plan if derived else replace(plan, options=()))
            self._efforts.append((source, known))
        return known

    def length(self, plan: Plan, network: Network, people: tuple[Member, ...]) -> int:
        """The length in steps of the schedule for some people, at least one."""
        problem = _problem(plan, network, people)
        if len(people) == 1 and not problem.has_pauses:
            return problem.work  # whoever is alone never waits: something can always be done
        if problem not in self._lengths:
            self._lengths[problem] = list_schedule(problem).length
        return self._lengths[problem]


def _problem(plan: Plan, network: Network, people: tuple[Member, ...]) -> Problem:
    """People of a kind are one resource; whoever has the skills of a sprint may do it, or anyone where nobody has."""
    kinds = {member.kind: member for member in people}
    groups = [(member, sum(each.kind == kind for each in people)) for kind, member in kinds.items()]
    by_share = sorted(range(len(groups)), key=lambda n: -groups[n][0].share)
    position = {id_: n for n, id_ in enumerate(network.needs)}
    activities = []
    for id_, needs in network.needs.items():
        skills = frozenset(plan.sprints[id_].skills)
        able = [n for n in by_share if (known := groups[n][0].skills) is None or skills <= known]
        modes = (Mode(-(-network.durations[id_] * 100 // groups[n][0].share), ((n, 1),)) for n in able or by_share)
        activities.append(Activity(tuple(modes), tuple(position[each] for each in needs)))
    return Problem(tuple(activities), tuple(Resource(size, m.share / 100, m.pauses) for m, size in groups))
