"""Why a sprint has its date, in sentences: the same on its page, on the command line and in reviews.

Plain text; whoever shows it escapes it.
"""

from fractions import Fraction
from math import ceil, floor

from masterplan.analyse import Facts
from masterplan.analyse.figures import as_decimal, count, day_in_words, days, half_days, window_in_words
from masterplan.analyse.parts import capital
from masterplan.analyse.schedule.effort import MEANS, Effort
from masterplan.analyse.schedule.why import Wait, Why
from masterplan.model.naming import Subject
from masterplan.model.quantity import amount
from masterplan.model.window import TimeWindow

_NOBODY = {"nobody-can", "nobody-there"}
_EXACT = {"stated", "tasks"}
"""The origins of efforts that somebody stated; all others are estimates."""


def why_then(facts: Facts, sprint: str) -> tuple[str, ...]:
    """The sentences about one sprint; of one that is not scheduled, why it is not."""
    why = facts.schedules.why(sprint)
    if why is None:
        return _not_scheduled(facts, sprint)
    best = f"{best_case(facts, sprint)}."
    sentences = (best, _origin(facts, why), *_held(facts, why), *_gate(facts, why), _slack(why), *_change(facts, why))
    return (*_nobody(facts, sprint), *sentences)


def why_in_short(facts: Facts, sprint: str) -> str:
    """When one sprint is and what its start waits for, in two sentences."""
    why = facts.schedules.why(sprint)
    if why is None:
        return _not_scheduled(facts, sprint)[0]
    return " ".join([f"{best_case(facts, sprint)}.", *_held(facts, why)[:1]])


def best_case(facts: Facts, sprint: str) -> str:
    """When the main schedule has a sprint, who does it and how long that takes; empty for one that is not in it."""
    why = facts.schedules.why(sprint)
    if why is None:
        return ""
    stint, calendar = why.stint, facts.schedules.days
    until = Fraction(floor(stint.start) + 1)
    end = max(stint.end, until)
    weeks = TimeWindow("week", calendar.week(until), calendar.week(end)).named
    ends = [calendar.starts_on(stint.start), calendar.ends_on(end)]
    dates = " to ".join(dict.fromkeys(day_in_words(day, facts.today) for day in ends if day))
    left = " left" if facts.standings[sprint].percent else ""
    is_exact, took = facts.schedules.efforts[sprint].origin in _EXACT, stint.end - stint.start
    length = f"{half_days(took)}{left}{'' if is_exact else ', estimated'}"
    return f"Best case with {_people(why)}: {_named(why)}{weeks}{f', {dates}' if dates else ''} ({length})"


def _people(why: Why) -> str:
    """How many people a schedule is for, and in which option: `2 people (option B)`."""
    people = "one person" if why.people == 1 else f"{why.people} people"
    return f"{people} (option {why.option})" if why.option else people


def _named(why: Why) -> str:
    """Who does it, unless that is the one person without a name."""
    return "" if why.whose == "one person" else f"{why.who}, "


def _not_scheduled(facts: Facts, sprint: str) -> tuple[str, ...]:
    standing = facts.standings[sprint]
    if standing.is_open:
        return (no_schedule(facts),)
    since = f" on {day_in_words(standing.since, facts.today)}" if standing.since else ""
    return (f"{facts.plan.name(sprint)} was {standing.state}{since}, so it is not in the schedule.",)


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
    return [f"{capital(message)}." for message in messages]


def working_days(start: Fraction, end: Fraction) -> str:
    """The working days of the plan, from 1, from one time until another."""
    first = floor(start) + 1
    last = max(ceil(end), first)
    return f"day {first}" if first == last else f"days {first}-{last}"


def effort_days(effort: Effort) -> str:
    """An effort in working days, as a figure or a range: `2-3 days`; one that was derived to the half day."""
    is_exact = effort.origin in _EXACT or effort.low < 1
    ends = (value if is_exact else _halves(value) for value in (effort.low, effort.high))
    low, high = (as_decimal(value).normalize() for value in ends)
    return f"{amount(low, high).text} {'day' if low == high == 1 else 'days'}"


def _origin(facts: Facts, why: Why) -> str:
    """How much work there is, and where that figure comes from."""
    effort, stated = facts.schedules.efforts[why.stint.sprint], facts.plan.sprints[why.stint.sprint].effort
    size = stated.text if stated else effort_days(effort)
    return f"Effort: {size}, {facts.plan.worded(MEANS[effort.origin])}."


def _held(facts: Facts, why: Why) -> list[str]:
    sentences = [_step(facts, step, why) for step in why.chain]
    if why.cut:
        sentences.insert(-1, f"{count(why.cut, 'more step')} like these.")
    return sentences


def _step(facts: Facts, step: Wait, why: Why) -> str:
    """What a sprint's start waits for; the sprint that all is about has no name there."""
    is_first = step.sprint == why.stint.sprint
    starts = "Starts" if is_first else f"{facts.plan.name(step.sprint)} starts"
    main = facts.schedules.main
    who = main[1].members[main[1].stints[step.sprint].member].name if main else why.who
    match step.cause:
        case "dependency":
            return f"{starts} when {facts.plan.name(step.other or '')} is done."
        case "person":
            return f"{starts} when {who} has finished {facts.plan.name(step.other or '')}."
        case "away":
            return f"{starts} when {who} is back."
    if facts.standings[step.sprint].is_under_way:
        return "Work on it continues today." if is_first else f"{facts.plan.name(step.sprint)} continues today."
    return f"{starts} today." if facts.schedules.has_begun else f"{starts} on day 1."


def _gate(facts: Facts, why: Why) -> list[str]:
    if why.gate is None:
        return []
    sprint = why.stint.sprint
    week = facts.schedules.days.week(Fraction(floor(why.earliest) + 1))
    own = facts.plan.sprints[sprint].when
    where = "" if own else f" in {facts.plan.group.one.lower()} {facts.plan.phase_of[sprint].id}"
    gate = window_in_words(why.gate.window, facts.today)
    return [f"Planned later than necessary: {gate}{where}, while its dependencies allow week {week}."]


def _slack(why: Why) -> str:
    return (
        f"{_roughly(why.slack)} of slack.".capitalize()
        if why.slack
        else "No slack: any delay delays the end of the plan."
    )


def _roughly(length: Fraction) -> str:
    """Working days to the half day: `2.5 days`, `less than half a day`."""
    return days(_halves(length)) if _halves(length) else "less than half a day"


def _halves(length: Fraction) -> Fraction:
    return Fraction(round(2 * length), 2)


def _change(facts: Facts, why: Why) -> list[str]:
    """The smallest change by which it would start earlier; nothing where it starts at once."""
    step, name = why.chain[0], facts.plan.name
    if step.cause == "start":
        return []
    if step.cause == "away" or not why.gain:
        other = f": {name(why.next.other)} holds it up as well" if why.next.other else ""
        return [f"Only another order would start it earlier{other}."]
    free = " or somebody else is free" if step.cause == "person" else ""
    until = f"; then it waits for {name(why.next.other)}" if why.next.other else ""
    return [f"Could start up to {_roughly(why.gain)} earlier if {name(step.other or '')} ends sooner{free}{until}."]
