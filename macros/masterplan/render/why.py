"""Why a sprint is when it is, in sentences: the same on its page, on the command line and in reviews.

Plain text; whoever shows it escapes it.
"""

from decimal import Decimal

from masterplan.analyse import Facts
from masterplan.analyse.figures import count
from masterplan.analyse.schedule.effort import MEANS, TICKS
from masterplan.analyse.schedule.why import Wait, Why
from masterplan.model.naming import Subject
from masterplan.model.weeks import Weeks

_NOBODY = {"nobody-can", "nobody-there"}
MOST_WAITS = 8
"""A longer chain is cut in its middle."""


def why_then(facts: Facts, sprint: str) -> tuple[str, ...]:
    """The sentences about one sprint; none where there is no schedule."""
    why = facts.schedules.why(sprint)
    if why is None:
        return ()
    sentences = (_when(facts, why), *_held(facts, why), *_gate(facts, why), _slack(why), _change(facts, why))
    return (*_nobody(facts, sprint), *sentences)


def _nobody(facts: Facts, sprint: str) -> list[str]:
    """That nobody in the team can do it, in the words of the audit, waived or not."""
    subject = Subject("sprint", sprint)
    findings = [*facts.findings_of(subject), *(finding for finding, _ in facts.waived)]
    messages = [one.message for one in findings if one.subject == subject and one.rule.id in _NOBODY]
    return [f"{message[:1].upper()}{message[1:]}." for message in messages]


def days(ticks: int) -> str:
    """Steps of a schedule as working days: `2.25 days`."""
    number = Decimal(ticks) / TICKS
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value() if whole else number.normalize():f} {'day' if number == 1 else 'days'}"


def working_days(start: int, end: int) -> str:
    """The working days of the plan, from 1, from one step until before another."""
    first, last = start // TICKS + 1, (max(end, start + 1) - 1) // TICKS + 1
    return f"day {first}" if first == last else f"days {first}-{last}"


def _when(facts: Facts, why: Why) -> str:
    stint, calendar = why.stint, facts.schedules.days
    end = max(stint.end, stint.start + 1)
    first, last = calendar.week(stint.start + 1), calendar.week(end)
    weeks = Weeks(first, last).named
    last_day = calendar.ends_on(end)
    dates = f", {calendar.starts_on(stint.start)} to {last_day}" if last_day else ""
    effort = facts.schedules.efforts[stint.sprint]
    stated = facts.plan.sprints[stint.sprint].effort
    origin = (
        f"Its effort is {stated.text}, {MEANS['stated']}"
        if stated
        else f"Its effort is {facts.plan.worded(MEANS[effort.origin])}"
    )
    return (
        f"In the best schedule found for {why.whose}, {why.who} does {facts.plan.name(stint.sprint)} in"
        f" {weeks}{dates}. It takes {days(stint.end - stint.start)} there. {origin}."
    )


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
            return f"{name} starts with the plan."


def _gate(facts: Facts, why: Why) -> list[str]:
    if why.gate is None:
        return []
    week = facts.schedules.days.week(why.earliest + 1)
    phase = f"{facts.plan.group.one.lower()} {why.gate.id} has {why.gate.weeks.named}"
    return [f"The plan puts it later: {phase}, while by what it needs it could start in week {week}."]


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
    until = f"then {facts.plan.name(why.next.other)} holds it" if why.next.other else "then it starts with the plan"
    other = " or somebody else were free" if step.cause == "person" else ""
    return (
        f"It would start earlier if {facts.plan.name(step.other or '')} ended earlier{other}: by {days(why.gain)} at"
        f" most, {until}."
    )
