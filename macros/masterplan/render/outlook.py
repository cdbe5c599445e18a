"""How long a plan takes, for people to read: rounded, by number of people, and how likely what was promised is."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from masterplan.analyse import Facts, figures
from masterplan.analyse.audit.judgement import Verdict, stated_amount
from masterplan.analyse.schedule.odds import Odds
from masterplan.analyse.schedule.staff import Staffed
from masterplan.model.naming import Subject
from masterplan.model.option import Option
from masterplan.model.quantity import Quantity

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")

_LIKELY, _UNLIKELY = 2 / 3, 1 / 3
"""From this chance on something is likely; up to this one it is unlikely."""


def outlook(facts: Facts) -> str:
    """How long what is left takes, and how likely the promised timelines are; for a plan that has a schedule."""
    return " ".join(_sentences(facts))


def _sentences(facts: Facts) -> Iterator[str]:
    option, by_option = facts.plan.option, facts.schedules.options
    if option and option.id in by_option:
        yield _of_chosen(facts, option, by_option[option.id])
    yield _of_numbers(facts)
    for promising in [option] if option else facts.plan.options:
        yield from _of_promise(facts, promising)


def _of_chosen(facts: Facts, option: Option, staffed: Staffed) -> str:
    """What the chosen option plans, and how short it could be."""
    planned = figures.lasting(figures.option_span(facts.plan, option))
    people = figures.count(len(option.people), "person", "people")
    plans = f"plans {planned} for {people}" if planned else f"has {people}"
    what = "what is left" if facts.schedules.has_begun else "the work"
    return f"Option {option.id} is chosen and {plans}; {what} takes them {length_of(facts, staffed).text} at best."


def _of_numbers(facts: Facts) -> str:
    """How long the work takes one person, two, and so on, until more of them do not help."""
    schedules = facts.schedules
    lengths = [length_of(facts, staffed) for staffed in schedules.by_number]
    sentence = f"With one person {'what is left' if schedules.has_begun else 'it'} takes {lengths[0].text}"
    if lengths[1:]:
        one, two = lengths[:2]
        sentence += f", with two {two.short if two.unit == one.unit else two.text}"
    if lengths[2:]:
        two_end, three_end = (staffed.end for staffed in schedules.by_number[1:3])
        sentence += f"; a third saves {figures.rounded(two_end - three_end, schedules.days.a_week).text}"
    if lengths[3:]:
        return f"{sentence}; with {_NUMBERS[len(lengths) - 1]} it takes {lengths[-1].text}."
    return f"{sentence}." if lengths[2:] else f"{sentence}; more people do not make it shorter."


def _of_promise(facts: Facts, option: Option) -> Iterator[str]:
    """How likely the timeline is that the authors claim for an option; nothing where that cannot be computed."""
    chances, spans = facts.schedules.option_odds.get(option.id), promised_weeks(facts, option)
    if chances is None or not spans:
        return
    low, high = spans[0].ends
    least, most = (chance_within(facts, chances, end) for end in (low, high))
    promise = f"Option {option.id} promises {spans[0].text}"
    if least >= _LIKELY or most <= _UNLIKELY or low == high:
        yield f"{promise}, which is {_likely(least if least >= _LIKELY else most)}."
    else:
        yield f"{promise}: {high:f} are {_likely(most)}, {low:f} {_likely(least)}."


def _likely(chance: float) -> str:
    word = "likely" if chance >= _LIKELY else "unlikely" if chance <= _UNLIKELY else "possible"
    return f"{word} ({round(100 * chance)}\N{NO-BREAK SPACE}%)"


def length_of(facts: Facts, staffed: Staffed) -> figures.Rounded:
    """How long a schedule takes, rounded: from today on, or from the plan's start where that is ahead."""
    schedules = facts.schedules
    return figures.rounded(staffed.end - schedules.now, schedules.days.a_week)


def claimed_timelines(facts: Facts, option: Option) -> list[Verdict]:
    """The timelines that the authors claim for an option, with the verdicts."""
    subject = Subject("option", option.id)
    return [one for one in facts.verdicts if one.subject == subject and one.declared.claim == "duration"]


def promised_weeks(facts: Facts, option: Option) -> list[Quantity]:
    """Those of them that are written in weeks."""
    mark = facts.plan.header.decimal
    claimed = (stated_amount(verdict.declared, mark) for verdict in claimed_timelines(facts, option))
    return [span for span in claimed if span.unit == "week"]


def chance_within(facts: Facts, chances: Odds, weeks: Decimal) -> float:
    """In what share of all runs the plan ends within so many weeks from its start."""
    return chances.within(Fraction(facts.schedules.days.until(int(weeks))))
