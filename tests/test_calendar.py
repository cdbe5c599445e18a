"""Weeks of a plan, and the dates they fall on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.model.weeks import MOST_WEEKS, Weeks

windows = st.tuples(st.integers(1, MOST_WEEKS), st.integers(1, MOST_WEEKS)).map(
    lambda ends: Weeks(min(ends), max(ends))
)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("3", 3, 3),
        ("1-2", 1, 2),
        (" 1 - 2 ", 1, 2),
        ("1–2", 1, 2),
        ("Week 1", 1, 1),
        ("Weeks 6-8", 6, 8),
        ("week1", 1, 1),
        ("01-02", 1, 2),
        ("5-5", 5, 5),
        ("1-520", 1, 520),
    ],
)
def test_weeks_are_read(text: str, first: int, last: int) -> None:
    assert Weeks.read(text) == Weeks(first, last)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a window"),
        ("1-2-3", "is not a window"),
        ("1.5", "is not a window"),
        ("-1", "is not a window"),
        ("12:30", "is not a window"),
        ("2025-11-16", "is not a window"),
        ("12345", "is not a window"),
        ("1 to 2", "is not a window"),
        ("٣", "is not a window"),
        ("3-1", "backwards"),
        ("0", "within weeks 1 to 520"),
        ("0-2", "within weeks 1 to 520"),
        ("521", "within weeks 1 to 520"),
    ],
)
def test_what_are_no_weeks_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Weeks.read(text)


@given(windows)
def test_weeks_read_back_as_themselves(weeks: Weeks) -> None:
    assert Weeks.read(str(weeks)) == weeks


@given(windows, days)
def test_a_window_is_whole_weeks_from_the_start(weeks: Weeks, start: date) -> None:
    first, last = weeks.dates(start)
    assert (last - first).days == 7 * len(weeks) - 1
    assert (first - start).days == 7 * (weeks.first - 1)


@given(windows, windows, days)
def test_windows_overlap_when_their_days_do(one: Weeks, other: Weeks, start: date) -> None:
    spans = [one.dates(start), other.dates(start)]
    shares_a_day = max(first for first, _ in spans) <= min(last for _, last in spans)
    assert one.overlaps(other) == other.overlaps(one) == shares_a_day


def test_the_first_week_begins_on_the_start_date() -> None:
    start = date(2025, 11, 17)
    assert Weeks(1, 1).dates(start) == (start, start + timedelta(days=6))
