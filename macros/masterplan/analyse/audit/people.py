"""People: work that nobody in the team can do, for want of a skill or because all who could are away."""

from collections.abc import Iterator, Sequence

from masterplan.analyse import figures
from masterplan.analyse.audit.check import Case, Found, rows
from masterplan.analyse.parts import Compared
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.schedule.staff import can_do, is_away
from masterplan.analyse.wording import listed
from masterplan.model.calendar import LONGEST, Weeks
from masterplan.model.plan import Plan, Sprint
from masterplan.model.team import Person


def _open(case: Case) -> Iterator[tuple[Sprint, Sequence[Person]]]:
    """The sprints that are still open, each with the people of the team who have its skills."""
    for sprint in case.sprints if case.plan.people else ():
        if case.standings[sprint.id].is_open:
            yield sprint, [person for person in case.plan.people if can_do(person, sprint)]


def _unskilled(case: Case) -> Iterator[Found]:
    for sprint, able in _open(case):
        if not able:
            known = {skill for person in case.plan.people for skill in person.skills}
            missing = [skill for skill in sprint.skills if skill not in known]
            what = listed(missing) if missing else f"all of {listed(sprint.skills)}"
            message = f"nobody in the team can do {case.name(sprint.id)}: nobody has the skill for {what}"
            people = tuple(Compared(("team", "people", n), each.name) for n, each in enumerate(case.plan.people))
            hint = "add the skill to somebody in team.yml, or somebody who has it"
            yield Found(("sprints", sprint.id, "skills"), message, hint, "", people, key=True)


def _all_away(case: Case) -> Iterator[Found]:
    """Work in weeks in which all who could do it are away; without a start nobody knows who is."""
    days = Days(case.plan)
    for sprint, able in _open(case) if case.plan.header.start else ():
        weeks = _weeks(case.plan, sprint)
        if able and all(is_away(person, days, weeks) for person in able):
            names = listed(person.name for person in able)
            message = f"nobody can do {case.name(sprint.id)} in {weeks.named}: {names} {_is(able)} away"
            hint = "move it to other weeks, or let somebody else do it"
            places = [(n, person) for n, person in enumerate(case.plan.people) if person in able]
            away = tuple(Compared(("team", "people", n), f"{person.name} is away") for n, person in places)
            yield Found(("sprints", sprint.id), message, hint, "", away)


def _is(people: Sequence[Person]) -> str:
    return "are" if people[1:] else "is"


def _weeks(plan: Plan, sprint: Sprint) -> Weeks:
    """The weeks of a sprint's phase, or else of the whole plan, or else all that a plan may have."""
    phase = plan.phase_of.get(sprint.id)
    spans = [figures.phases_span(plan), *map(figures.option_span, plan.options)]
    return phase.weeks if phase else figures.span(each for each in spans if each) or Weeks(1, LONGEST)


_row = rows("order")

CHECKS = (
    _row("nobody-can", "warning", "Nobody in the team has the skills for a sprint.", _unskilled),
    _row("nobody-there", "warning", "All who could do a sprint are away in all of its weeks.", _all_away),
)
