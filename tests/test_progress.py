"""Where sprints stand on a day: the entries up to it, and what is not done yet of what they need."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import analyse
from masterplan.analyse.content import PARTS
from masterplan.analyse.progress import Standing
from masterplan.analyse.status import BurnUp, burn_up
from masterplan.model.history import History
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry
from tests.plans import entry, option, phase, plan, sprint

DAY = date(2025, 6, 15)


def standing(*entries: Entry, today: date | None = None) -> Standing:
    """Where a lone sprint stands."""
    return analyse(plan(sprint("1"), entries=entries), today).standings["1"]


def test_a_sprint_without_entries_is_planned_and_ready() -> None:
    found = standing()
    assert (found.state, found.percent, found.entries, found.waits_for, found.ready) == ("planned", 0, (), (), True)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2025, 5, 31), "planned"),
        (date(2025, 6, 1), "in progress"),
        (date(2025, 6, 2), "in progress"),
        (date(2025, 6, 30), "blocked"),
        (date(2025, 7, 1), "done"),
        (None, "done"),
    ],
)
def test_the_latest_entry_up_to_the_day_counts(today: date | None, state: str) -> None:
    late_first = [
        entry("1", "2025-07-01", "done"),
        entry("1", "2025-06-01", "in progress"),
        entry("1", "2025-06-30", "blocked"),
    ]
    found = standing(*late_first, today=today)
    assert found.state == state
    assert [each.date for each in found.entries] == sorted(each.date for each in found.entries)
    assert all(today is None or each.date <= today for each in found.entries)


def test_of_two_entries_of_a_day_the_later_in_the_files_counts() -> None:
    assert standing(entry("1", "2025-06-01", "done"), entry("1", "2025-06-01", "blocked")).state == "blocked"


@pytest.mark.parametrize(
    ("entries", "percent"),
    [
        ([entry("1", "2025-06-01", "in progress")], 0),
        ([entry("1", "2025-06-01", "in progress", percent=40)], 40),
        ([entry("1", "2025-06-01", "in progress", percent=40), entry("1", "2025-06-02", "blocked")], 40),
        (
            [entry("1", "2025-06-02", "in progress", percent=30), entry("1", "2025-06-01", "in progress", percent=40)],
            30,
        ),
        ([entry("1", "2025-06-01", "done")], 100),
        ([entry("1", "2025-06-01", "done", percent=90)], 100),
        ([entry("1", "2025-06-01", "in progress", percent=0)], 0),
    ],
)
def test_the_latest_percentage_holds_and_done_is_all(entries: list[Entry], percent: int) -> None:
    assert standing(*entries).percent == percent


def chain(**states: str) -> Plan:
    """Sprint 2 needs 1, benefits from 3; 4 needs 2. The states are of s1 to s4, all on one day."""
    entries = [entry(name[1:], DAY.isoformat(), state) for name, state in states.items()]
    return plan(
        sprint("1"), sprint("2", needs=["1"], benefits=["3"]), sprint("3"), sprint("4", needs=["2"]), entries=entries
    )


@pytest.mark.parametrize(
    ("of", "ready"),
    [
        (chain(), ["1", "3"]),
        (chain(s1="in progress"), ["3"]),
        (chain(s1="done"), ["2", "3"]),
        (chain(s1="dropped"), ["3"]),
        (chain(s1="done", s2="done"), ["3", "4"]),
        (chain(s1="done", s2="planned"), ["2", "3"]),
        (chain(s1="done", s2="blocked", s3="done"), []),
    ],
)
def test_a_planned_sprint_is_ready_once_all_it_hard_needs_is_done(of: Plan, ready: list[str]) -> None:
    found = analyse(of, DAY).standings
    assert [id_ for id_, each in found.items() if each.ready] == ready


@pytest.mark.parametrize(
    ("start", "states", "ready", "later"),
    [
        ("2025-06-02", {}, ["1", "3"], ["2"]),  # the day is in week 2
        ("2025-05-26", {}, ["1", "2", "3"], []),
        ("2025-07-01", {}, ["3"], ["1", "2"]),
        (None, {}, ["1", "3"], ["2"]),
        (None, {"1": "in progress"}, ["3"], ["2"]),
        (None, {"1": "done"}, ["2", "3"], []),
        (None, {"1": "dropped"}, ["2", "3"], []),
    ],
)
def test_what_can_start_before_its_phase_begins_is_next(
    start: str | None, states: dict[str, str], ready: list[str], later: list[str]
) -> None:
    of = plan(
        *map(sprint, "123"),
        phases=[phase("a", "1-2", "1"), phase("b", "3", "2")],
        entries=[entry(id_, "2025-06-14", state) for id_, state in states.items()],
        **({"start": start} if start else {}),  # type: ignore[arg-type]
    )
    standings = analyse(of, DAY).standings
    assert [id_ for id_, standing in standings.items() if standing.ready] == ready
    assert [id_ for id_, standing in standings.items() if standing.is_next] == later


def test_a_sprint_waits_for_its_own_hard_dependencies_only() -> None:
    found = analyse(chain(), DAY).standings
    assert {id_: each.waits_for for id_, each in found.items()} == {"1": (), "2": ("1",), "3": (), "4": ("2",)}


def test_what_is_done_tomorrow_is_waited_for_today() -> None:
    of = plan(sprint("1"), sprint("2", needs=["1"]), entries=[entry("1", "2025-06-16", "done")])
    assert analyse(of, DAY).standings["2"].waits_for == ("1",)
    assert analyse(of, date(2025, 6, 16)).standings["2"].waits_for == ()


days = st.dates(date(2025, 6, 1), date(2025, 6, 9))
states = st.sampled_from(["planned", "in progress", "blocked", "done", "dropped"])
entries_of_days = st.dictionaries(st.tuples(st.sampled_from(["1", "2"]), days), states)


@given(entries_of_days, days)
def test_the_order_of_entries_of_different_days_does_not_matter(said: dict[tuple[str, date], str], today: date) -> None:
    entries = [entry(id_, day.isoformat(), state) for (id_, day), state in said.items()]
    sprints = [sprint("1"), sprint("2", needs=["1"])]
    first, second = (analyse(plan(*sprints, entries=each), today) for each in (entries, reversed(entries)))
    assert first.standings == second.standings


@given(entries_of_days, days)
def test_later_entries_change_nothing_on_an_earlier_day(said: dict[tuple[str, date], str], today: date) -> None:
    entries = [entry(id_, day.isoformat(), state) for (id_, day), state in said.items()]
    known = [each for each in entries if each.date <= today]
    sprints = [sprint("1"), sprint("2", needs=["1"])]
    assert analyse(plan(*sprints, entries=entries), today).standings == analyse(plan(*sprints, entries=known)).standings


def burnt(today: date | None, *done_on: str, start: str | None = "2025-06-02") -> BurnUp | None:
    """The burn-up of two sprints, planned for weeks 1-2 and 3, that were done on these days."""
    entries = [entry(str(n), day, "done") for n, day in enumerate(done_on, 1)]
    phases = [phase("1", "1-2", "1"), phase("2", "3", "2")]
    of = plan(sprint("1"), sprint("2"), phases=phases, entries=entries, start=start)
    return burn_up(of, analyse(of, today).standings, today)


@pytest.mark.parametrize(
    ("today", "done_on", "planned", "done"),
    [
        (date(2025, 6, 2), (), (0, 1, 2), (0,)),
        (date(2025, 6, 16), ("2025-06-08",), (0, 1, 2), (1, 1, 1)),
        (date(2025, 7, 2), ("2025-06-09",), (0, 1, 2, 2, 2), (0, 1, 1, 1, 1)),
        (date(2026, 7, 2), ("2025-06-03", "2025-06-23"), (0, 1, 2, 2), (1, 1, 1, 2)),
        (date(2026, 7, 2), ("2025-06-03", "2025-06-04"), (0, 1, 2), (2,)),
    ],
    ids=["first day", "on time", "late and open", "over late", "over early"],
)
def test_the_burn_up_goes_on_until_all_is_done(
    today: date, done_on: tuple[str, ...], planned: tuple[int, ...], done: tuple[int, ...]
) -> None:
    found = burnt(today, *done_on)
    assert found is not None
    assert (found.planned, found.done) == (planned, done)


def test_without_a_start_only_the_plan_is_known() -> None:
    assert burnt(date(2025, 6, 16), "2025-06-08", start=None) == BurnUp((0, 1, 2), (), None)
    assert burnt(None, "2025-06-08") == BurnUp((0, 1, 2), (), None)
    assert burn_up(plan(sprint("1")), {}, None) is None


@pytest.mark.parametrize(
    ("of", "has"),
    [
        (plan(sprint("1"), options=[option("A", {"1-2": ["1"]})], chosen="A"), True),
        (plan(sprint("1"), phases=[phase("1", "3+", "1")]), False),
        (plan(sprint("1", state="dropped"), phases=[phase("1", "1", "1")]), False),
    ],
    ids=["in the chosen option", "without an end", "dropped"],
)
def test_there_is_a_section_for_the_burn_up_where_there_is_one_to_show(of: Plan, *, has: bool) -> None:
    assert PARTS["burn-up"](analyse(of), History()) == has
