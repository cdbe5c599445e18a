"""Time windows as plans write them, and their days and dates on the calendar of a plan."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.model.team import WEEKDAYS, WorkingTime
from masterplan.model.timeline import Timeline
from masterplan.model.window import MOST_WEEKS, DateSpan, TimeUnit, TimeWindow

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
NEAR = st.dates(date(2026, 1, 1), date(2029, 12, 31))


@st.composite
def windows(draw: st.DrawFn, *units: TimeUnit, dates: st.SearchStrategy[date] = DAYS) -> TimeWindow:
    """A window in one of these units; without any, in weeks, days or dates."""
    unit = draw(st.sampled_from(units or ("week", "day", "date")))
    numbers = dates.map(date.toordinal) if unit == "date" else st.integers(1, MOST_WEEKS)
    first, last = sorted((draw(numbers), draw(numbers)))
    return TimeWindow(unit, first, draw(st.sampled_from((last, None))))


@st.composite
def timelines(draw: st.DrawFn, *, dated: bool = False) -> Timeline:
    """The calendar of a plan with any working days, some holidays, and a start or none."""
    weekdays = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
    spans = draw(st.lists(st.tuples(NEAR, st.integers(0, 20)), max_size=4))
    holidays = [str(DateSpan(first, first + timedelta(days=days))) for first, days in spans]
    start = draw(NEAR if dated else st.one_of(st.none(), NEAR))
    return Timeline(start, working(*holidays, weekdays=weekdays))


def working(*holidays: str, weekdays: Sequence[str] = WEEKDAYS[:5]) -> WorkingTime:
    """The working time of a team."""
    return WorkingTime.model_validate({"weekdays": tuple(weekdays), "holidays": holidays})


@pytest.mark.parametrize(
    ("text", "unit", "first", "last"),
    [
        ("3", "week", 3, 3),
        ("1-2", "week", 1, 2),
        (" 1 - 2 ", "week", 1, 2),
        ("1–2", "week", 1, 2),
        ("Week 1", "week", 1, 1),
        ("Weeks 6-8", "week", 6, 8),
        ("week1", "week", 1, 1),
        ("01-02", "week", 1, 2),
        ("5-5", "week", 5, 5),
        ("1-520", "week", 1, 520),
        ("33+", "week", 33, None),
        ("weeks 33 +", "week", 33, None),
        ("day 3", "day", 3, 3),
        ("day 3-5", "day", 3, 5),
        ("Days 3 – 5", "day", 3, 5),
        ("day 3+", "day", 3, None),
    ],
)
def test_windows_of_weeks_and_days_are_read(text: str, unit: TimeUnit, first: int, last: int | None) -> None:
    assert TimeWindow.read(text) == TimeWindow(unit, first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-03-13 to 2021-04-06", date(2021, 3, 13), date(2021, 4, 6)),
        ("2021-03-13", date(2021, 3, 13), date(2021, 3, 13)),
        ("2021-03-13+", date(2021, 3, 13), None),
    ],
)
def test_windows_of_dates_are_read(text: str, first: date, last: date | None) -> None:
    assert TimeWindow.read(text) == TimeWindow.of_dates(first, last)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a time window"),
        ("1-2-3", "is not a time window"),
        ("1.5", "is not a time window"),
        ("-1", "is not a time window"),
        ("12:30", "is not a time window"),
        ("2025-11", "backwards"),
        ("2025-11-16-2025-11-17", "is not a time window"),
        ("12345", "is not a time window"),
        ("1 to 2", "is not a time window"),
        ("٣", "is not a time window"),
        ("days", "is not a time window"),
        ("3-1", "backwards"),
        ("day 5-3", "backwards"),
        ("2021-04-06 to 2021-03-13", "backwards"),
        ("2021-02-30", "has a date that is not in the calendar"),
        ("1899-12-31", "is too far away"),
        ("0", "within weeks 1 to 520"),
        ("0-2", "within weeks 1 to 520"),
        ("521", "within weeks 1 to 520"),
        ("521+", "within weeks 1 to 520"),
        ("day 0", "within days 1 to 3640"),
    ],
)
def test_other_texts_are_not_windows(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        TimeWindow.read(text)


@pytest.mark.parametrize(
    ("text", "named", "begins", "ends"),
    [
        ("3", "week 3", "in week 3", "in week 3"),
        ("3-5", "weeks 3-5", "in week 3", "in week 5"),
        ("33+", "week 33 onwards", "in week 33", "in week 33 or later"),
        ("day 3", "day 3", "on day 3", "on day 3"),
        ("day 3-5", "days 3-5", "on day 3", "on day 5"),
        ("2021-03-13", "13 Mar 2021", "on 13 Mar 2021", "on 13 Mar 2021"),
        ("2021-03-13 to 2021-04-06", "13 Mar to 6 Apr 2021", "on 13 Mar 2021", "on 6 Apr 2021"),
    ],
)
def test_a_window_has_words_for_its_begin_and_end(text: str, named: str, begins: str, ends: str) -> None:
    window = TimeWindow.read(text)
    assert (window.named, window.begins, window.ends) == (named, begins, ends)


@given(windows())
def test_a_written_window_reads_back_the_same(window: TimeWindow) -> None:
    assert TimeWindow.read(str(window)) == window


@given(timelines(dated=True), st.integers(1, MOST_WEEKS), st.integers(0, 20))
def test_a_window_of_weeks_is_the_union_of_its_weeks(timeline: Timeline, first: int, more: int) -> None:
    whole = timeline.period(TimeWindow("week", first, first + more))
    weeks = [timeline.period(TimeWindow("week", n, n)) for n in range(first, first + more + 1)]
    assert (whole.begin, whole.end) == (weeks[0].begin, weeks[-1].end)
    assert all(week.end == following.begin for week, following in pairwise(weeks))
    assert whole.work == sum(week.work or 0 for week in weeks)
    assert timeline.hull(week.window for week in weeks) == whole


@given(timelines(), windows(dates=NEAR))
def test_the_work_of_a_window_is_its_number_of_working_days(timeline: Timeline, window: TimeWindow) -> None:
    period = timeline.period(window)
    if period.end is not None:
        days = range(period.begin, min(period.end, period.begin + 500))
        begun = timeline.working(days.start)
        assert timeline.working(days.stop) - begun == sum(map(timeline.works, days))
        assert period.work == timeline.working(period.end) - begun


@given(timelines(), st.integers(-2_000, 9_000))
def test_a_numbered_working_day_follows_that_many_working_days(timeline: Timeline, number: int) -> None:
    day = timeline.day(number)
    assert timeline.works(day)
    assert timeline.working(day) == number
    assert timeline.working(day + 1) == number + 1


@given(timelines(dated=True), windows(dates=NEAR), windows(dates=NEAR))
def test_a_window_gives_the_same_answers_as_its_dates(
    timeline: Timeline, window: TimeWindow, other: TimeWindow
) -> None:
    periods = [timeline.period(window), timeline.period(other)]
    dated = [timeline.period(TimeWindow.of_dates(p.first, p.last)) for p in periods if p.first]
    assert [(p.begin, p.end, p.opens, p.closes, p.work) for p in periods] == [
        (p.begin, p.end, p.opens, p.closes, p.work) for p in dated
    ]
    assert periods[0].overlaps(periods[1]) == dated[1].overlaps(dated[0])
    assert periods[0].is_over_by(periods[1]) == dated[0].is_over_by(dated[1])
    assert not (periods[0].overlaps(periods[1]) and periods[0].is_over_by(periods[1]))


@given(timelines(dated=True), st.lists(windows(dates=NEAR), min_size=1, max_size=5))
def test_a_hull_begins_with_the_first_window_and_ends_with_the_last(
    timeline: Timeline, several: list[TimeWindow]
) -> None:
    hull = timeline.hull(several)
    periods = list(map(timeline.period, several))
    assert hull is not None
    assert hull.begin == min(period.begin for period in periods)
    assert hull.end == (None if any(p.end is None for p in periods) else max(p.end or 0 for p in periods))


@pytest.mark.parametrize("start", [date(2025, 11, 17), date(2025, 11, 19), date(2025, 11, 22)])
def test_weeks_begin_on_the_weekday_of_the_start(start: date) -> None:
    week = Timeline(start, WorkingTime()).period(TimeWindow.read("2"))
    assert (week.first, week.last) == (start + timedelta(days=7), start + timedelta(days=13))
    assert week.work == 5


def test_days_of_the_plan_skip_weekends_and_holidays() -> None:
    timeline = Timeline(date(2025, 12, 22), working("2025-12-25 to 2025-12-26"))
    days = timeline.period(TimeWindow.read("day 3-5"))
    assert (days.first, days.last, days.work) == (date(2025, 12, 24), date(2025, 12, 30), 3)


def test_a_week_is_the_same_window_as_its_working_days_and_dates() -> None:
    timeline = Timeline(date(2025, 11, 17), WorkingTime())
    week, days, dates = (
        timeline.period(TimeWindow.read(text)) for text in ("1", "day 1-5", "2025-11-17 to 2025-11-21")
    )
    assert week.is_within(days)
    assert days.is_within(dates)
    assert dates.is_within(week)
