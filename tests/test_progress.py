"""The state of sprints on a day: from the entries up to that day and their unfinished dependencies."""

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
    """The standing of the only sprint of a plan."""
    return analyse(plan(sprint("1"), entries=entries), today).standings["1"]


def test_a_sprint_without_entries_is_planned_and_ready() -> None:
    new = standing()
    assert (new.state, new.percent, new.entries, new.waits_for, new.ready) == ("planned", 0, (), (), True)


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
    entries_in_file = [
        entry("1", "2025-07-01", "done"),
        entry("1", "2025-06-01", "in progress"),
        entry("1", "2025-06-30", "blocked"),
    ]
    judged = standing(*entries_in_file, today=today)
    assert judged.state == state
    assert [item.date for item in judged.entries] == sorted(item.date for item in judged.entries)
    assert all(today is None or item.date <= today for item in judged.entries)


def test_of_two_entries_on_one_day_the_last_in_the_files_counts() -> None:
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
def test_the_latest_percentage_counts_and_done_means_100(entries: list[Entry], percent: int) -> None:
    assert standing(*entries).percent == percent


def chain(**states: str) -> Plan:
    """Sprint 2 needs 1 and benefits from 3; 4 needs 2. Arguments `s1` to `s4` are states, all entered on one day."""
    entries = [entry(name[1:], DAY.isoformat(), state) for name, state in states.items()]
    return plan(
        sprint("1"), sprint("2", needs=["1"], benefits=["3"]), sprint("3"), sprint("4", needs=["2"]), entries=entries
    )


@pytest.mark.parametrize(
    ("plan", "ready"),
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
def test_a_planned_sprint_is_ready_once_its_hard_dependencies_are_done(plan: Plan, ready: list[str]) -> None:
    standings = analyse(plan, DAY).standings
    assert [id_ for id_, standing in standings.items() if standing.ready] == ready


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
def test_a_sprint_that_can_start_before_its_phase_is_next(
    start: str | None, states: dict[str, str], ready: list[str], later: list[str]
) -> None:
    example = plan(
        *map(sprint, "123"),
        phases=[phase("a", "1-2", "1"), phase("b", "3", "2")],
        entries=[entry(id_, "2025-06-14", state) for id_, state in states.items()],
        **({"start": start} if start else {}),  # type: ignore[arg-type]
    )
    standings = analyse(example, DAY).standings
    assert [id_ for id_, standing in standings.items() if standing.ready] == ready
    assert [id_ for id_, standing in standings.items() if standing.is_next] == later


def test_a_sprint_waits_only_for_its_own_hard_dependencies() -> None:
    standings = analyse(chain(), DAY).standings
    assert {id_: standing.waits_for for id_, standing in standings.items()} == {
        "1": (),
        "2": ("1",),
        "3": (),
        "4": ("2",),
    }


def test_a_sprint_waits_until_the_day_its_dependency_is_done() -> None:
    example = plan(sprint("1"), sprint("2", needs=["1"]), entries=[entry("1", "2025-06-16", "done")])
    assert analyse(example, DAY).standings["2"].waits_for == ("1",)
    assert analyse(example, date(2025, 6, 16)).standings["2"].waits_for == ()


days = st.dates(date(2025, 6, 1), date(2025, 6, 9))
states = st.sampled_from(["planned", "in progress", "blocked", "done", "dropped"])
entries_of_days = st.dictionaries(st.tuples(st.sampled_from(["1", "2"]), days), states)


@given(entries_of_days, days)
def test_the_file_order_of_entries_on_different_days_does_not_matter(
    states_by_day: dict[tuple[str, date], str], today: date
) -> None:
    entries = [entry(id_, day.isoformat(), state) for (id_, day), state in states_by_day.items()]
    sprints = [sprint("1"), sprint("2", needs=["1"])]
    first, second = (analyse(plan(*sprints, entries=ordered), today) for ordered in (entries, reversed(entries)))
    assert first.standings == second.standings


@given(entries_of_days, days)
def test_later_entries_change_nothing_on_an_earlier_day(
    states_by_day: dict[tuple[str, date], str], today: date
) -> None:
    entries = [entry(id_, day.isoformat(), state) for (id_, day), state in states_by_day.items()]
    known = [item for item in entries if item.date <= today]
    sprints = [sprint("1"), sprint("2", needs=["1"])]
    assert analyse(plan(*sprints, entries=entries), today).standings == analyse(plan(*sprints, entries=known)).standings


def two_sprint_burn_up(today: date | None, *done_on: str, start: str | None = "2025-06-02") -> BurnUp | None:
    """The burn-up of two sprints, planned for weeks 1-2 and week 3, which are done on the given days."""
    entries = [entry(str(n), day, "done") for n, day in enumerate(done_on, 1)]
    phases = [phase("1", "1-2", "1"), phase("2", "3", "2")]
    example = plan(sprint("1"), sprint("2"), phases=phases, entries=entries, start=start)
    return burn_up(example, analyse(example, today).standings, today)


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
def test_the_burn_up_continues_until_all_sprints_are_done(
    today: date, done_on: tuple[str, ...], planned: tuple[int, ...], done: tuple[int, ...]
) -> None:
    chart = two_sprint_burn_up(today, *done_on)
    assert chart is not None
    assert (chart.planned, chart.done) == (planned, done)


def test_without_a_start_the_burn_up_has_only_planned_sprints() -> None:
    assert two_sprint_burn_up(date(2025, 6, 16), "2025-06-08", start=None) == BurnUp((0, 1, 2), (), None)
    assert two_sprint_burn_up(None, "2025-06-08") == BurnUp((0, 1, 2), (), None)
    assert burn_up(plan(sprint("1")), {}, None) is None


@pytest.mark.parametrize(
    ("example", "has"),
    [
        (plan(sprint("1"), options=[option("A", {"1-2": ["1"]})], chosen="A"), True),
        (plan(sprint("1"), phases=[phase("1", "3+", "1")]), False),
        (plan(sprint("1", state="dropped"), phases=[phase("1", "1", "1")]), False),
    ],
    ids=["in the chosen option", "without an end", "dropped"],
)
def test_the_burn_up_section_exists_if_a_sprint_has_an_end(example: Plan, *, has: bool) -> None:
    assert PARTS["burn-up"](analyse(example), History()) == has
