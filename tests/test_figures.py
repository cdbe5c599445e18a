"""Totals, spans of weeks and changes of metrics, computed from a plan."""

from datetime import date
from fractions import Fraction

import pytest

from masterplan.analyse import analyse, figures
from masterplan.analyse.figures import planned_change, target_outcome
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Metric
from masterplan.model.window import day_in_words
from tests.plans import option, phase, plan, sprint


@pytest.mark.parametrize(
    ("monthly", "total", "annual"),
    [
        (["$50-100", "$0 (quality)", "$200-400"], "$250-500/month", "$3,000-6,000/year"),
        (["€10", "5 €"], "€15/month", "€180/year"),
        (["$0.10", "$0.20"], "$0.30/month", "$3.60/year"),
        (["$1k/month", "$500-1k"], "$1,500-2,000/month", "$18,000-24,000/year"),
        (["$50", "€50"], None, None),
        ([], None, None),
    ],
)
def test_savings_of_sprints_are_added(monthly: list[str], total: str | None, annual: str | None) -> None:
    savings = [sprint(str(n), savings={"monthly": text}) for n, text in enumerate(monthly, 1)]
    facts = analyse(plan(*savings, sprint("99")))
    assert (
        facts.monthly_savings and facts.monthly_savings.text,
        facts.annual_savings and facts.annual_savings.text,
    ) == (total, annual)


def test_savings_can_be_added_for_some_sprints() -> None:
    savings = figures.monthly_savings([sprint("1", savings={"monthly": "$50"}), sprint("2")])
    assert savings is not None
    assert savings.text == "$50/month"


@pytest.mark.parametrize(
    ("windows", "span"),
    [
        (["1-2", "3-5"], "1-5"),
        (["6-8", "2", "4-7"], "2-8"),
        (["3"], "3"),
        (["3", "2+"], "2+"),
        (["day 3-5", "days 1-2"], "days 1-5"),
        (["day 3-8", "1"], "1-2"),
        (["2021-03-13", "2021-03-13 to 2021-04-06"], "2021-03-13 to 2021-04-06"),
        (["2021-03-15 to 2021-03-19", "3"], "2021-03-15 to 2021-04-04"),
        ([], None),
    ],
)
def test_a_span_runs_from_the_first_begin_to_the_last_end(windows: list[str], span: str | None) -> None:
    phases = [phase(str(n), when) for n, when in enumerate(windows, 1)]
    staffed = option("A", *({when: []} for when in windows))
    whole = plan(phases=phases, options=[staffed])
    for period in (figures.phases_span(whole), figures.option_span(whole, staffed)):
        assert (period and str(period.window)) == span


@pytest.mark.parametrize(
    ("when", "length", "words"),
    [
        ("3", "1 week", "1 week"),
        ("1-10", "10 weeks", "10 weeks"),
        ("day 3", "1 day", "1 working day"),
        ("2021-03-13 to 2021-04-06", "17 days", "17 working days"),
        ("33+", None, "no end"),
    ],
)
def test_a_span_has_a_length(when: str, length: str | None, words: str) -> None:
    period = figures.phases_span(plan(phases=[phase("1", when)]))
    known = figures.length(period)
    assert (known and known.text) == length
    assert figures.length_in_words(period) == words


@pytest.mark.parametrize(("number", "text"), [(0, "0 weeks"), (1, "1 week"), (2, "2 weeks"), (1_000, "1,000 weeks")])
def test_a_number_is_written_with_its_noun(number: int, text: str) -> None:
    assert figures.count(number, "week") == text
    assert figures.count(number, "entry", "entries").endswith("entry" if number == 1 else "entries")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        # From our own plan.
        ("Baseline", "-20-30%", "20-30%"),
        ("2-4 per user", "1 per user", "50-75%"),
        ("5-10s", "<1s", "80-90%"),
        ("5-10 min", "2-3 min", "40-80%"),
        ("Baseline", "-60-80%", "60-80%"),
        # Others.
        ("100 ms", "100 ms", "0%"),
        ("10 s", "12 s", "-20%"),
        ("5-10 s", "4-20 s", "-300 to +60%"),
        ("3 s", "1 s", "67%"),
        ("2 per user", "1", "50%"),
        ("1,000", "250", "75%"),
        ("0", "5", None),
        ("-5", "5", None),
        ("5 min", "30 s", None),
        ("2 per user", "1 per session", None),
        ("Baseline", "better", None),
        ("5 s", "better", None),
        ("20%", "10%", "50%"),
        ("Baseline", "1 s", None),
        ("0.000000001 s", "1000000M", None),
        ("0.000000001", "1000000M", "-99,999,999,999,999,999,999,900%"),
    ],
)
def test_the_planned_change_of_a_metric_is_its_relative_decrease(before: str, after: str, change: str | None) -> None:
    metric = Metric.model_validate({"name": "Time", "before": before, "after": after})
    computed = planned_change(metric)
    assert (computed and computed.text) == change


@pytest.mark.parametrize(
    ("before", "after", "measured", "outcome"),
    [
        ("5-10s", "<1s", "0.8s", "reached"),
        ("5-10s", "<1s", "1s", "reached"),
        ("5-10s", "<1s", "0.8-1.2s", "in part"),
        ("5-10s", "<1s", "2s", "missed"),
        ("5-10 min", "2-3 min", "3 min", "reached"),
        ("2-4 per user", "1 per user", "2 per user", "missed"),
        ("40%", "80%", "85%", "reached"),
        ("40%", "80%", "75-90%", "in part"),
        ("40%", "80%", "75%", "missed"),
        ("Baseline", "-20-30%", "-25%", "reached"),
        ("Baseline", "-20-30%", "-10%", "missed"),
        ("Baseline", "20-30%", "25%", None),
        ("5-10s", "<1s", "500 ms", None),
        ("5-10s", "<1s", "fast", None),
        ("5-10s", "Better", "1s", None),
        ("5-10s", "7s", "6s", None),
        ("5 MB", "7s", "6s", None),
    ],
)
def test_a_measurement_reaches_its_target_in_full_in_part_or_not(
    before: str, after: str, measured: str, outcome: str | None
) -> None:
    (metric,) = sprint("1", metrics=[{"name": "M", "before": before, "after": after}]).metrics
    assert target_outcome(metric, Quantity.read(measured)) == outcome


@pytest.mark.parametrize(("better", "outcome"), [("lower", "reached"), ("higher", "missed")])
def test_a_metric_can_state_which_direction_is_better(better: str, outcome: str) -> None:
    (metric,) = sprint("1", metrics=[{"name": "M", "before": "5-10s", "after": "7s", "better": better}]).metrics
    assert target_outcome(metric, Quantity.read("6s")) == outcome


@pytest.mark.parametrize(
    ("day", "today", "words"),
    [
        (date(2026, 10, 2), date(2026, 1, 1), "2 Oct"),
        (date(2026, 10, 2), date(2025, 12, 31), "2 Oct 2026"),
        (date(2026, 12, 31), None, "31 Dec 2026"),
    ],
)
def test_a_date_has_its_year_unless_it_is_this_year(day: date, today: date | None, words: str) -> None:
    assert day_in_words(day, today) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("0", "0 days"),
        ("1/8", "less than half a day"),
        ("1/2", "½ day"),
        ("1", "1 day"),
        ("5/2", "2½ days"),
        ("139/8", "about 17½ days"),
        ("79/4", "about 20 days"),
    ],
)
def test_working_days_are_rounded_to_halves(days: str, words: str) -> None:
    assert figures.half_days(Fraction(days)) == words
