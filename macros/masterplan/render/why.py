"""Explanations of a sprint's dates, in sentences: the same on its page, on the command line and in reviews.

The sentences are plain text; the caller escapes them.
"""

from fractions import Fraction
from math import ceil, floor

from masterplan.analyse import Facts
from masterplan.analyse.figures import as_decimal, count, days, half_days, window_in_words
from masterplan.analyse.parts import capital
from masterplan.analyse.schedule.effort import MEANS, Effort
from masterplan.analyse.schedule.why import Wait, Why
from masterplan.model.naming import Subject
from masterplan.model.quantity import amount
from masterplan.model.window import TimeWindow, day_in_words

_NOBODY = {"nobody-can", "nobody-there"}


def why_then(facts: Facts, sprint: str) -> tuple[str, ...]:
    """The sentences on a sprint's dates, or on why it is not scheduled."""
    why = facts.schedules.why(sprint)
    if why is None:
        return _not_scheduled(facts, sprint)
    best = f"{best_case(facts, sprint)}."
    chain, change = _chain(facts, why), _smallest_change(facts, why)
    return (
        *_nobody(facts, sprint),
        best,
        _origin(facts, why),
        *chain,
        *_gate(facts, why),
        _slack(why),
        *change,
    )


def why_in_short(facts: Facts, sprint: str) -> str:
    """The dates of a sprint and what its start waits for, in two sentences."""
    why = facts.schedules.why(sprint)
    if why is None:
        return _not_scheduled(facts, sprint)[0]
    return " ".join([f"{best_case(facts, sprint)}.", *_chain(facts, why)[:1]])


def best_case(facts: Facts, sprint: str) -> str:
    """The dates, people and duration of a sprint in the main schedule; empty if it is not scheduled."""
    why = facts.schedules.why(sprint)
    if why is None:
        return ""
    stint, calendar = why.stint, facts.schedules.days
    until = Fraction(floor(stint.start) + 1)
    end = max(stint.end, until)
    weeks = TimeWindow("week", calendar.week(until), calendar.week(end)).named
    ends = [calendar.starts_on(stint.start), calendar.ends_on(end)]
    dates = " to ".join(dict.fromkeys(day_in_words(day, facts.today) for day in ends if day))
    remaining = " left" if facts.standings[sprint].percent else ""
    is_exact, took = facts.schedules.efforts[sprint].is_exact, stint.end - stint.start
    length = f"{half_days(took)}{remaining}{'' if is_exact else ', estimated'}"
    return f"Best case with {_people(why)}: {_assignee(why)}{weeks}{f', {dates}' if dates else ''} ({length})"


def _people(why: Why) -> str:
    """The number of people of a schedule, and its option: `2 people (option B)`."""
    people = "one person" if why.people == 1 else f"{why.people} people"
    return f"{people} (option {why.option})" if why.option else people


def _assignee(why: Why) -> str:
    """The name of whoever does the sprint; empty for the only, unnamed person."""
    return "" if why.whose == "one person" else f"{why.who}, "


def _not_scheduled(facts: Facts, sprint: str) -> tuple[str, ...]:
    standing = facts.standings[sprint]
    if standing.is_open:
        return (no_schedule(facts),)
    since = f" on {day_in_words(standing.since, facts.today)}" if standing.since else ""
    return (f"{facts.plan.name(sprint)} was {standing.state}{since}, so it is not in the schedule.",)


def no_schedule(facts: Facts) -> str:
    """Why there is no schedule: no work is left, or some has no effort, with how to fix that."""
    schedules, unit = facts.schedules, facts.plan.unit
    without, open_ = len(schedules.without_effort), len(schedules.open)
    if not without:
        return f"There is no schedule: no {unit.one.lower()} is left to do."
    open_word = "" if open_ == len(facts.plan.sprints) else "open "
    units = count(open_, f"{open_word}{unit.one.lower()}", f"{open_word}{unit.many.lower()}")
    some = f"{without:,} of {units} {'has' if without == 1 else 'have'} no effort"
    return (
        f"There is no schedule: {some if without < open_ else f'no {open_word}{unit.one.lower()} has an effort'}."
        " State the `effort:`, schedule the work in an option, or set `assume: 5 days` in plan.yml."
    )


def _nobody(facts: Facts, sprint: str) -> list[str]:
    """The audit's messages that nobody in the team can do the sprint, waived or not."""
    subject = Subject("sprint", sprint)
    findings = [*facts.findings_of(subject), *(finding for finding, _ in facts.waived)]
    return [
        f"{capital(finding.message)}."
        for finding in findings
        if finding.subject == subject and finding.rule.id in _NOBODY
    ]


def working_days(start: Fraction, end: Fraction) -> str:
    """The working days of the plan, counted from 1, between two times: `day 3`, `days 3-5`."""
    first = floor(start) + 1
    last = max(ceil(end), first)
    return f"day {first}" if first == last else f"days {first}-{last}"


def effort_days(effort: Effort) -> str:
    """An effort in working days, as a figure or a range: `2-3 days`; a derived one is rounded to half days."""
    is_exact = effort.is_exact or effort.low < 1
    ends = (value if is_exact else _halves(value) for value in (effort.low, effort.high))
    low, high = (as_decimal(value).normalize() for value in ends)
    return f"{amount(low, high).text} {'day' if low == high == 1 else 'days'}"


def _origin(facts: Facts, why: Why) -> str:
    """The effort and its origin."""
    effort, stated = facts.schedules.efforts[why.stint.sprint], facts.plan.sprints[why.stint.sprint].effort
    size = stated.text if stated else effort_days(effort)
    return f"Effort: {size}, {facts.plan.worded(MEANS[effort.origin])}."


def _chain(facts: Facts, why: Why) -> list[str]:
    """The chain of what the sprint's start waits for, a sentence for each step."""
    sentences = [_step(facts, step, why) for step in why.chain]
    if why.cut:
        sentences.insert(-1, f"{count(why.cut, 'more step')} like these.")
    return sentences


def _step(facts: Facts, step: Wait, why: Why) -> str:
    """What the start of a sprint in the chain waits for; the explained sprint itself is not named."""
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
    has_window = facts.plan.sprints[sprint].when
    phase = "" if has_window else f" in {facts.plan.group.one.lower()} {facts.plan.phase_of[sprint].id}"
    gate = window_in_words(why.gate.window, facts.today)
    return [f"Planned later than necessary: {gate}{phase}, while its dependencies allow week {week}."]


def _slack(why: Why) -> str:
    return (
        f"{_roughly(why.slack)} of slack.".capitalize()
        if why.slack
        else "No slack: any delay delays the end of the plan."
    )


def _roughly(length: Fraction) -> str:
    """Working days rounded to half days: `2.5 days`, `less than half a day`."""
    return days(_halves(length)) if _halves(length) else "less than half a day"


def _halves(length: Fraction) -> Fraction:
    return Fraction(round(2 * length), 2)


def _smallest_change(facts: Facts, why: Why) -> list[str]:
    """The smallest change that lets the sprint start earlier; empty if it starts at once."""
    step, name = why.chain[0], facts.plan.name
    if step.cause == "start":
        return []
    if step.cause == "away" or not why.gain:
        other = f": {name(why.next.other)} holds it up as well" if why.next.other else ""
        return [f"Only a different order of work would start it earlier{other}."]
    free = " or somebody else is free" if step.cause == "person" else ""
    until = f"; then it waits for {name(why.next.other)}" if why.next.other else ""
    return [f"Could start up to {_roughly(why.gain)} earlier if {name(step.other or '')} ends sooner{free}{until}."]
