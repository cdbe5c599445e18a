"""The outlook of a plan in words: rounded durations by number of people, and the odds of promised timelines."""

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
"""Chances at or above the first are called likely, those at or below the second unlikely."""


def outlook(facts: Facts) -> str:
    """How long the remaining work takes, and how likely the promised timelines are. The plan must have a schedule."""
    return " ".join(_sentences(facts))


def _sentences(facts: Facts) -> Iterator[str]:
    option, by_option = facts.plan.option, facts.schedules.options
    if option and option.id in by_option:
        yield _chosen_option(facts, option, by_option[option.id])
    yield _by_people(facts)
    for promising in [option] if option else facts.plan.options:
        yield from _promise(facts, promising)


def _chosen_option(facts: Facts, option: Option, staffed: Staffed) -> str:
    """The planned and the shortest possible duration of the chosen option."""
    planned = figures.length_in_words(figures.option_span(facts.plan, option))
    people = figures.count(len(option.people), "person", "people")
    plans = f"plans {planned} for {people}" if planned else f"has {people}"
    work = "the remaining work" if facts.schedules.has_begun else "the work"
    return f"{option.name} is chosen and {plans}; {work} takes them {length_until(facts, staffed.end).text} at best."


def _by_people(facts: Facts) -> str:
    """The duration with one person, two, and so on, up to the number from which more people do not help."""
    schedules = facts.schedules
    lengths = [length_until(facts, staffed.end) for staffed in schedules.by_number]
    sentence = f"With one person, {'the remaining work' if schedules.has_begun else 'it'} takes {lengths[0].text}"
    if lengths[1:]:
        one, two = lengths[:2]
        sentence += f"; with two, {two.short if two.unit == one.unit else two.text}"
    if lengths[2:]:
        two_end, three_end = (staffed.end for staffed in schedules.by_number[1:3])
        sentence += f". A third saves {figures.rounded(two_end - three_end, schedules.days.a_week).text}"
    if lengths[3:]:
        return f"{sentence}; with {_NUMBERS[len(lengths) - 1]}, it takes {lengths[-1].text}."
    return f"{sentence}." if lengths[2:] else f"{sentence}. More people do not make it shorter."


def _promise(facts: Facts, option: Option) -> Iterator[str]:
    """The odds of the timeline that the authors claim for an option, if they can be computed."""
    chances, spans = facts.schedules.option_odds.get(option.id), promised_weeks(facts, option)
    if chances is None or not spans:
        return
    low, high = spans[0].ends
    if is_over(facts, high):
        yield f"The time that {option.name} promises, {spans[0].text}, is over."
        return
    least, most = (chance_within(facts, chances, end) for end in (low, high))
    promise = f"{option.name} promises {spans[0].text}"
    if least >= _LIKELY or most <= _UNLIKELY or low == high:
        yield f"{promise}, which is {_likely(least if least >= _LIKELY else most)}."
    else:
        yield f"{promise}: {high:f} are {_likely(most)}, {low:f} {_likely(least)}."


def _likely(chance: float) -> str:
    word = "likely" if chance >= _LIKELY else "unlikely" if chance <= _UNLIKELY else "possible"
    return f"{word} ({round(100 * chance)}%)"


def length_until(facts: Facts, end: Fraction) -> figures.Rounded:
    """The rounded time until an end, from today or from the plan's start, whichever is later."""
    schedules = facts.schedules
    return figures.rounded(end - schedules.now, schedules.days.a_week)


def claimed_timelines(facts: Facts, option: Option) -> list[Verdict]:
    """The timelines that the authors claim for an option, with the audit's verdicts."""
    subject = Subject("option", option.id)
    return [
        verdict for verdict in facts.verdicts if verdict.subject == subject and verdict.declared.claim == "duration"
    ]


def promised_weeks(facts: Facts, option: Option) -> list[Quantity]:
    """The timelines claimed for an option that are in weeks."""
    mark = facts.plan.header.decimal
    claimed = (stated_amount(verdict.declared, mark) for verdict in claimed_timelines(facts, option))
    return [span for span in claimed if span.unit == "week"]


def is_over(facts: Facts, weeks: Decimal) -> bool:
    """Whether a number of weeks from the plan's start has passed."""
    return facts.schedules.has_begun and facts.schedules.days.until(int(weeks)) <= facts.schedules.now


def chance_within(facts: Facts, chances: Odds, weeks: Decimal) -> float:
    """The share of simulated runs, 0 to 1, in which the plan ends within a number of weeks from its start."""
    return chances.within(Fraction(facts.schedules.days.until(int(weeks))))
