"""Judges of claims about figures: counts, savings, durations, dates, improvements and efforts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from masterplan.analyse import figures
from masterplan.analyse.audit.judgement import MOST_COMPARED, UNCHECKED, Judgement, Outcome, outcome_of
from masterplan.analyse.audit.rule import ClaimContext, at_shift
from masterplan.analyse.figures import changes_of, planned_change
from masterplan.analyse.parts import Compared, listed
from masterplan.analyse.staffing import Staffing
from masterplan.analyse.totals import SizeField, sizes_of, sums_of_sizes
from masterplan.model.header import Header
from masterplan.model.option import Option
from masterplan.model.plan import Phase
from masterplan.model.quantity import Quantity, amount
from masterplan.model.sprint import Metric, Sprint
from masterplan.model.team import WorkingTime
from masterplan.model.timeline import Period
from masterplan.model.window import day_in_words

_WEEK = 7
"""Days in a calendar week."""


def _judged(claim: ClaimContext, computed: Quantity | None, compared: Iterable[Compared] = ()) -> Judgement:
    if computed is None:
        return UNCHECKED
    return Judgement(
        computed.text, outcome_of(claim.stated, computed, claim.plan.calendar), tuple(compared)[:MOST_COMPARED]
    )


def _counted(claim: ClaimContext, number: int, compared: Iterable[Compared] = ()) -> Judgement:
    return _judged(claim, amount(Decimal(number), Decimal(number), claim.stated.unit), compared)


def judge_sprints(claim: ClaimContext) -> Judgement:
    """The number of sprints in the plan or the phase."""
    return _counted(claim, len(claim.sprints))


def judge_phases(claim: ClaimContext) -> Judgement:
    """The number of phases."""
    return (
        _counted(claim, len(claim.plan.phases)) if isinstance(claim.part, Header) and claim.plan.phases else UNCHECKED
    )


def judge_people(claim: ClaimContext) -> Judgement:
    """The number of people in the option; for the plan, in the chosen option or on the team."""
    match claim.part:
        case Option() as option:
            return _lanes(claim, option)
        case Header():
            judgements = [_lanes(claim, claim.plan.option)] if claim.plan.option else []
            judgements += [_counted(claim, len(claim.plan.people))] if claim.plan.people else []
            agreeing = (judgement for judgement in judgements if judgement.outcome == "agrees")
            return next(agreeing, next(iter(judgements), UNCHECKED))
        case _:
            return UNCHECKED


def _lanes(claim: ClaimContext, option: Option) -> Judgement:
    """The number of people in an option."""
    path = ("options", "options", claim.plan.options.index(option), "people")
    return _counted(claim, len(option.people), (Compared((*path, n), e.name) for n, e in enumerate(option.people)))


def judge_monthly(claim: ClaimContext) -> Judgement:
    """Monthly savings of the sprints that the claim is about."""
    return _judged(claim, figures.monthly_savings(_counting(claim)), _savings(claim))


def judge_annual(claim: ClaimContext) -> Judgement:
    """Twelve times the monthly savings of the sprints that the claim is about."""
    return _judged(claim, figures.annual_savings(figures.monthly_savings(_counting(claim))), _savings(claim))


def _counting(claim: ClaimContext) -> list[Sprint]:
    """Sprints that the claim is about, without dropped ones; a claim of a dropped sprint is still about that sprint."""
    sprints = [claim.plan.sprints[id_] for id_ in claim.sprints]
    if isinstance(claim.part, Sprint):
        return sprints
    return [sprint for sprint in sprints if not claim.inputs.standings[sprint.id].is_dropped]


def _savings(claim: ClaimContext) -> Iterator[Compared]:
    for sprint in _counting(claim):
        if sprint.savings:
            path = ("sprints", sprint.id, "savings", "monthly")
            yield Compared(path, f"{claim.plan.name(sprint.id)}: {sprint.savings.monthly.text}")


def judge_fact(claim: ClaimContext) -> Judgement:
    """A fact about points is compared with their sum; other facts are only compared with each other."""
    return judge_effort(claim) if _POINTS.fullmatch(claim.declared.of or "") else UNCHECKED


_POINTS = re.compile(r"(?:total )?(?:story )?(?:points?|pts?|sp)", re.IGNORECASE)
"""Unit of an amount of points, or name of a fact about points."""


def judge_effort(claim: ClaimContext) -> Judgement:
    """The effort of the sprint, or its points if the claim counts points.

    For several sprints, the sum, if every sprint states its size or all of its tasks do.
    """
    if isinstance(claim.part, Option):
        return UNCHECKED
    is_points = any(_POINTS.fullmatch(text) for text in (claim.stated.unit, claim.declared.of or ""))
    field: SizeField = "points" if is_points else "effort"
    sizes = {sprint.id: sizes_of(claim.plan, sprint.id, field) for sprint in _counting(claim)}
    if len(sizes) == 1:
        totals = tuple(size[0] for size in sizes.values() if size)
    else:
        totals = sums_of_sizes(sizes.values(), claim.plan.calendar)
    agreeing = (total for total in totals if outcome_of(claim.stated, total, claim.plan.calendar) == "agrees")
    computed = next(agreeing, next(iter(totals), None))
    return _judged(claim, computed, (claim.inputs.at_size(id_, field, size[0]) for id_, size in sizes.items() if size))


def judge_duration(claim: ClaimContext) -> Judgement:
    """The length of the option, phase or sprint; for the plan, of all phases, or the range of its options.

    If the plan's claim lists sprints, the time from the start of the first to the end of the last.
    """
    match claim.part:
        case Option():
            return _judged(claim, _length(claim, figures.option_span(claim.plan, claim.part)), _first_and_last(claim))
        case Phase() as phase:
            period = claim.plan.period_of_phase(phase)
            place = Compared((*claim.path, "when"), period.named if period else "")
            return _judged(claim, _length(claim, period), [place])
        case Sprint(id=id_, when=window) if window:
            return _judged(claim, _length(claim, claim.plan.period(window)), [claim.inputs.at_window(id_)])
        case Header():
            return _duration_of_sprints(claim) if claim.declared.sprints else _duration_of_plan(claim)
        case _:
            return UNCHECKED


def _length(claim: ClaimContext, period: Period | None) -> Quantity | None:
    """Length of a period in the unit of the claim.

    In whole calendar weeks if the claim states weeks, months or years; in calendar days if the claim states exactly
    their number; else in the unit of the plan.
    """
    if period is None or period.end is None:
        return None
    days, stated = period.end - period.begin, claim.stated
    if stated.unit in {"week", "month", "year"}:
        weeks = Decimal(max(1, (2 * days + _WEEK) // (2 * _WEEK)))
        return amount(weeks, weeks, "week")
    is_calendar = stated.unit == "day" and stated.low == stated.high == days
    return stated if is_calendar else figures.length(period)


def _duration_of_sprints(claim: ClaimContext) -> Judgement:
    """From the start of the first sprint to the end of the last."""
    periods = [claim.plan.period_of(id_) for id_ in claim.sprints]
    windows = [period.window for period in periods if period]
    if len(windows) < len(periods):
        return UNCHECKED
    return _judged(claim, _length(claim, claim.plan.timeline.hull(windows)), map(claim.inputs.at_window, claim.sprints))


def _duration_of_plan(claim: ClaimContext) -> Judgement:
    if (least := _weeks_at_least(claim)) is not None and claim.stated.is_duration:
        weeks = claim.plan.calendar.days(claim.stated)[1] / claim.plan.calendar.size("week")
        most = weeks * Fraction(11, 10) if claim.stated.comparator == "~" else weeks
        places = tuple(place for place, _ in _periods(claim))
        return Judgement(f"{least} weeks or more", "differs" if most < least else "unchecked", places)
    phases = _length(claim, figures.phases_span(claim.plan))
    is_phases = phases is not None and outcome_of(claim.stated, phases, claim.plan.calendar) == "agrees"
    computed = phases if is_phases else figures.options_length(claim.inputs.staffing) or phases
    return _judged(claim, computed, (place for place, _ in _periods(claim)))


def _weeks_at_least(claim: ClaimContext) -> int | None:
    """Weeks from the start of the phases to the start of the last window if the phases have no end, else None."""
    phases = figures.phases_span(claim.plan)
    if phases is None or phases.end is not None:
        return None
    last = max(claim.plan.period(window).begin for window in figures.windows(claim.plan))
    return (last - phases.begin) // _WEEK


def judge_sprint_duration(claim: ClaimContext) -> Judgement:
    """Whether each sprint that states a window takes the stated time."""
    windows = {id_: window for id_ in claim.sprints if (window := claim.plan.sprints[id_].when)}
    all_lengths = {id_: _length(claim, claim.plan.period(window)) for id_, window in windows.items()}
    lengths = {id_: length for id_, length in all_lengths.items() if length}
    if not lengths or not claim.stated.is_number:
        return UNCHECKED
    differing = {
        id_: length
        for id_, length in lengths.items()
        if outcome_of(claim.stated, length, claim.plan.calendar) == "differs"
    }
    compared = differing or lengths
    computed = listed(f"{claim.plan.name(id_)} takes {length.text}" for id_, length in compared.items())
    return Judgement(computed, "differs" if differing else "agrees", tuple(map(claim.inputs.at_window, compared)))


def _first_and_last(claim: ClaimContext) -> Iterator[Compared]:
    """Places of an option's first and last shift."""
    shifts = [shift for staffing in claim.inputs.staffing if staffing.path == claim.path for shift in staffing.shifts]
    if shifts:
        first, last = min(shifts, key=lambda s: s.period.opens), max(shifts, key=lambda s: s.period.closes)
        yield from map(at_shift, dict.fromkeys((first, last)))


def judge_starts(claim: ClaimContext) -> Judgement:
    """The first day, as pages show it; another date agrees if there are no working days between the two."""
    return _dated(claim, [(place, period.first) for place, period in _periods(claim)])


def judge_ends(claim: ClaimContext) -> Judgement:
    """The last day, as pages show it; another date agrees if there are no working days between the two.

    For a deadline, an earlier end agrees, too.
    """
    days = [(place, period.last) for place, period in _periods(claim)]
    stated = claim.declared.day
    if stated and _DEADLINE.search(claim.declared.says) and any(day and day <= stated for _, day in days):
        return Judgement(_listed(days), "agrees", tuple(place for place, _ in days))
    return _dated(claim, days, after=1)


_DEADLINE = re.compile(r"\b(?:by|before|until|prior|deadline|due|at the latest|no later)\b", re.IGNORECASE)
"""Words of a claim about a deadline."""


def _dated(claim: ClaimContext, days: list[tuple[Compared, date | None]], after: int = 0) -> Judgement:
    """Compare a stated date with computed ones; `after` is 1 for an end date, on which work is still done, else 0."""
    stated, start = claim.declared.day, claim.plan.start
    computed = [(place, day) for place, day in days if day]
    if stated is None or start is None or not computed:
        return UNCHECKED

    def worked(day: date) -> int:
        return claim.plan.timeline.working((day - start).days + after)

    agrees = any(worked(stated) == worked(day) for _, day in computed)
    places = tuple(place for place, _ in computed)[:MOST_COMPARED]
    return Judgement(_listed(computed), "agrees" if agrees else "differs", places)


def _listed(days: Iterable[tuple[Compared, date | None]]) -> str:
    """The different days, with their years."""
    return listed(dict.fromkeys(day_in_words(day, None) for _, day in days if day))


def _periods(claim: ClaimContext) -> Iterator[tuple[Compared, Period]]:
    """Periods of the part: a phase's own; an option's span; for a sprint or the plan, as planned and in each option."""
    match claim.part:
        case Phase() as phase:
            if period := claim.plan.period_of_phase(phase):
                yield Compared((*claim.path, "when"), period.named), period
        case Sprint(id=id_):
            planned = claim.plan.period_of(id_)
            if planned:
                yield claim.inputs.at_window(id_), planned
            spans = ((staffing, staffing.spans.get(id_)) for staffing in claim.inputs.staffing)
            yield from ((_at_span(staffing, span), span) for staffing, span in spans if span)
        case Option():
            mine = (staffing for staffing in claim.inputs.staffing if staffing.path == claim.path)
            yield from ((_at_span(staffing, span), span) for staffing in mine if (span := staffing.span))
        case _:
            phases = figures.phases_span(claim.plan)
            if phases:
                yield (
                    Compared(("phases", "phases", 0, "when"), f"the {claim.plan.group.many.lower()}: {phases.named}"),
                    phases,
                )
            yield from (
                (_at_span(staffing, span), span) for staffing in claim.inputs.staffing if (span := staffing.span)
            )


def _at_span(staffing: Staffing, span: Period) -> Compared:
    return Compared(staffing.path, f"{staffing.name}: {span.named}")


def judge_improvement(claim: ClaimContext) -> Judgement:
    """The planned change of the metric that the claim names, else of the metric that fits it best."""
    metrics, name = list(enumerate(claim.part.metrics)) if isinstance(claim.part, Sprint) else [], claim.declared.of
    candidates = [(n, metric) for n, metric in metrics if name is None or is_same(metric.name, name)]
    judged = {metric.name: _judge_metric(claim, n, metric) for n, metric in candidates if planned_change(metric)}
    if not judged:
        return UNCHECKED
    judgements = tuple(judged.values())
    best = min(judgements, key=lambda judgement: ("agrees", "within", "unchecked", "differs").index(judgement.outcome))
    if len(judgements) == 1 or best.outcome != "differs":
        return best
    is_one_figure = len({judgement.computed for judgement in judgements}) == 1
    figures_by_metric = listed(f"{judgement.computed} for {metric}" for metric, judgement in judged.items())
    places = tuple(judgement.compared[0] for judgement in judgements)
    return Judgement(best.computed if is_one_figure else figures_by_metric, "differs", places)


def _judge_metric(claim: ClaimContext, n: int, metric: Metric) -> Judgement:
    computed = changes_of(metric)
    outcomes = outcomes_of_change(claim.stated, computed, claim.plan.calendar)
    outcome = "agrees" if "agrees" in outcomes else outcomes[0]
    text = computed[0].text
    if len({change.text for change in computed}) > 1:
        text += f", {computed[1].text} like for like"
    change = f"{metric.name}: {metric.before.text} to {metric.after.text} is {text}"
    return Judgement(text, outcome, (Compared((*claim.path, "metrics", n, "after"), change),))


_TIMES = {"x", "times", "fold", "×"}


def _as_change(stated: Quantity, computed: Quantity) -> Quantity:
    """Convert a stated improvement to a fall in per cent: 3x is 67%. Without a sign, its direction is the metric's."""
    if not stated.is_number or stated.unit.casefold() not in _TIMES | {"", "%"}:
        return Quantity(stated.text)
    low, high = sorted(abs(end) for end in stated.ends)
    rises = computed.ends[1] < 0 if stated.ends[1] >= 0 and "+" not in stated.text[:1] else "+" in stated.text[:1]
    if stated.unit.casefold() in _TIMES:
        if low < 1:
            return Quantity(stated.text)
        low, high = (((end - 1) if rises else (end - 1) / end) * 100 for end in (low, high))
        low, high = low.to_integral_value(), high.to_integral_value()
    low, high = (-high, -low) if rises else (low, high)
    return Quantity(stated.text, low, high, "%", comparator=stated.comparator)


def outcomes_of_change(stated: Quantity, computed: Sequence[Quantity], time: WorkingTime) -> list[Outcome]:
    """Compare a stated improvement with each computed change; one outcome for each.

    A difference of one percentage point is rounding. A factor agrees if it lies between the ends: 3x with 40-90%.
    """
    fall = _as_change(stated, computed[0]) if computed else stated
    is_factor = stated.unit.casefold() in _TIMES
    return [_rounded_outcome(fall, change, time, is_factor=is_factor) for change in computed]


def _rounded_outcome(fall: Quantity, computed: Quantity, time: WorkingTime, *, is_factor: bool) -> Outcome:
    outcome = outcome_of(fall, computed, time)
    if outcome != "differs" or fall.comparator or not fall.is_alike(computed):
        return outcome
    (low, high), (least, most) = fall.ends, computed.ends
    is_between = least - 1 <= low and high <= most + 1
    is_close = abs(low - least) <= 1 and abs(high - most) <= 1
    return "agrees" if is_close or (is_factor and is_between) else outcome


def is_same(one: str, other: str) -> bool:
    """Whether two names are the same, apart from case and spaces."""
    return one.split() == other.split() or one.casefold().split() == other.casefold().split()
