"""Why a sprint is when it is, in sentences: the same on its page, on the command line and in reviews.

Plain text; whoever shows it escapes it.
"""

from fractions import Fraction
from math import ceil, floor

from masterplan.analyse import Facts
from masterplan.analyse.figures import count, days
from masterplan.analyse.schedule.effort import MEANS
from masterplan.analyse.schedule.why import Wait, Why
from masterplan.model.naming import Subject
from masterplan.model.window import TimeWindow

_NOBODY = {"nobody-can", "nobody-there"}
MOST_WAITS = 8
"""A longer chain is cut in its middle."""


def why_then(facts: Facts, sprint: str) -> tuple[str, ...]:
    """The sentences about one sprint; of one that is not scheduled, why it is not."""
    why = facts.schedules.why(sprint)
    if why is None:
        return _not_scheduled(facts, sprint)
    sentences = (_when(facts, why), *_held(facts, why), *_gate(facts, why), _slack(why), _change(facts, why))
    return (*_nobody(facts, sprint), *sentences)


def _not_scheduled(facts: Facts, sprint: str) -> tuple[str, ...]:
    standing = facts.standings[sprint]
    if standing.is_open:
        return (no_schedule(facts),)
    since = f" since {standing.entries[-1].date}" if standing.entries else ""
    return (f"{facts.plan.name(sprint)} has been {standing.state}{since}: nothing of it is scheduled.",)


def no_schedule(facts: Facts) -> str:
    """What to state to get a schedule, in one sentence; or that nothing is left to do."""
    schedules, unit = facts.schedules, facts.plan.unit
    without, open_ = len(schedules.without_effort), len(schedules.open)
    if not without:
        return f"There is no schedule: no {unit.one.lower()} is left to do."
    left = "" if open_ == len(facts.plan.sprints) else "open "
    units = count(open_, f"{left}{unit.one.lower()}", f"{left}{unit.many.lower()}")
    return (
        f"There is no schedule: {without:,} of {units} {'has' if without == 1 else 'have'} no effort."
        " State `effort:`, give them weeks in an option, or set `assume: 5 days` in plan.yml."
    )


def _nobody(facts: Facts, sprint: str) -> list[str]:
    """That nobody in the team can do it, in the words of the audit, waived or not."""
    subject = Subject("sprint", sprint)
    findings = [*facts.findings_of(subject), *(finding for finding, _ in facts.waived)]
    messages = [one.message for one in findings if one.subject == subject and one.rule.id in _NOBODY]
    return [f"{message[:1].upper()}{message[1:]}." for message in messages]


def working_days(start: Fraction, end: Fraction) -> str:
    """The working days of the plan, from 1, from one time until another."""
    first = floor(start) + 1
    last = max(ceil(end), first)
    return f"day {first}" if first == last else f"days {first}-{last}"


def _when(facts: Facts, why: Why) -> str:
    stint, calendar = why.stint, facts.schedules.days
    until = Fraction(floor(stint.start) + 1)
    end = max(stint.end, until)
    weeks = TimeWindow("week", calendar.week(until), calendar.week(end)).named
    last_day = calendar.ends_on(end)
    dates = f", {calendar.starts_on(stint.start)} to {last_day}" if last_day else ""
    left = "What is left of it" if facts.standings[stint.sprint].percent else "It"
    return (
        f"In the best schedule found for {why.whose}, {why.who} does {facts.plan.name(stint.sprint)} in"
        f" {weeks}{dates}. {left} takes {days(stint.end - stint.start)} there. {_origin(facts, stint.sprint)}."
    )


def _origin(facts: Facts, sprint: str) -> str:
    """Where an effort comes from."""
    means = facts.plan.worded(MEANS[facts.schedules.efforts[sprint].origin])
    stated = facts.plan.sprints[sprint].effort
    return f"Its effort is {stated.text}, {means}" if stated else f"Its effort is {means}"


def _held(facts: Facts, why: Why) -> list[str]:
    sentences = [_step(facts, step, why.who) for step in why.chain]
    if len(sentences) <= MOST_WAITS:
        return sentences
    left_out = len(sentences) - MOST_WAITS
    return [*sentences[: MOST_WAITS - 1], f"So it goes on for {count(left_out, 'more step')}.", sentences[-1]]


def _step(facts: Facts, step: Wait, who: str) -> str:
    name = facts.plan.name(step.sprint)
    main = facts.schedules.main
    who = main[1].members[main[1].stints[step.sprint].member].name if main else who
    match step.cause:
        case "dependency":
            return f"{name} starts when {facts.plan.name(step.other or '')} is done, which it needs."
        case "person":
            return f"{name} starts when {who} is done with {facts.plan.name(step.other or '')}."
        case "away":
            return f"{name} starts when {who} is back."
        case _:
            return _at_once(facts, step.sprint)


def _at_once(facts: Facts, sprint: str) -> str:
    """That nothing holds a sprint: work on it starts with the plan or, once that has begun, today."""
    name, goes_on = facts.plan.name(sprint), facts.standings[sprint].state != "planned"
    if goes_on:
        return f"{name} has begun and goes on today."
    return f"{name} can start today." if facts.schedules.has_begun else f"{name} starts with the plan."


def _gate(facts: Facts, why: Why) -> list[str]:
    if why.gate is None:
        return []
    sprint = why.stint.sprint
    week = facts.schedules.days.week(Fraction(floor(why.earliest) + 1))
    own = facts.plan.sprints[sprint].when
    whose = "it" if own else f"{facts.plan.group.one.lower()} {facts.plan.phase_of[sprint].id}"
    return [
        f"The plan puts it later: {whose} has {why.gate.named}, while by what it needs it could start in week {week}."
    ]


def _slack(why: Why) -> str:
    if not why.slack:
        return "It has no slack there: any delay of it delays the plan's end."
    return f"It has {days(why.slack)} of slack there before it delays the plan's end."


def _change(facts: Facts, why: Why) -> str:
    step = why.chain[0]
    if step.cause == "start":
        return "It cannot start earlier; it ends earlier only if it takes less."
    if step.cause == "away" or not why.gain:
        holds = f"{facts.plan.name(why.next.other)} holds it as well" if why.next.other else "nobody is there"
        return f"No single change smaller than a new order would move it: {holds}."
    until = f"then {facts.plan.name(why.next.other)} holds it" if why.next.other else "then nothing holds it"
    other = " or somebody else were free" if step.cause == "person" else ""
    return (
        f"It would start earlier if {facts.plan.name(step.other or '')} ended earlier{other}: by {days(why.gain)} at"
        f" most, {until}."
    )
