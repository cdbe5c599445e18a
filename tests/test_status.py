"""The status of the whole plan: weighted percentages, overdue and stale work, documents due, and realised savings."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import Facts, analyse
from masterplan.analyse.progress import tally
from masterplan.analyse.status import OpenSprint, burn_up
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry
from masterplan.model.sprint import Sprint
from tests.plans import entry, option, phase, plan, sprint

START = "2025-06-02"
DAY = date(2025, 6, 30)


def done(id_: str, day: str = "2025-06-08", **more: object) -> Entry:
    return entry(id_, day, "done", **more)


def facts(plan: Plan, today: date | None = DAY) -> Facts:
    return analyse(plan, today)


@pytest.mark.parametrize(
    ("efforts", "basis", "percent"),
    [
        ({"1": "1 day", "2": "9 days"}, "effort", 10),
        ({"1": "1-3 days", "2": "2 weeks"}, "effort", 16),
        ({"1": "8 days", "2": None, "3": "2 days"}, "equal", 33),
        ({"1": None, "2": None, "3": None}, "equal", 33),
        ({"1": "0 days", "2": "1 day"}, "effort", 0),
        ({"1": "0 days", "2": "0 days"}, "equal", 50),
    ],
)
def test_percent_is_weighted_by_effort(efforts: dict[str, str | None], basis: str, percent: int) -> None:
    sprints = [sprint(id_, **({"effort": effort} if effort else {})) for id_, effort in efforts.items()]
    status = facts(plan(*sprints, entries=[done("1")])).status
    assert (status.basis, status.percent) == (basis, percent)


def test_an_unstated_effort_is_taken_from_the_schedule() -> None:
    """Sprint 1 takes two days of two weeks, so Sprint 2 has eight: two of ten days are done."""
    shared = option("A", {"1-2": ["1", "2"]})
    example = plan(sprint("1", effort="2 days"), sprint("2"), options=[shared], entries=[done("1")])
    assert (facts(example).status.basis, facts(example).status.percent) == ("some", 20)


def test_each_phase_has_its_own_percentage_without_dropped_sprints() -> None:
    phases = [phase("1", "1-2", "1", "2"), phase("2", "3", "3"), phase("3", "4")]
    entries = [done("1"), entry("2", "2025-06-08", "in progress", percent=50), entry("3", "2025-06-08", "dropped")]
    status = facts(plan(sprint("1"), sprint("2"), sprint("3"), phases=phases, entries=entries)).status
    assert (status.percent, [percent for _, percent in status.by_phase]) == (75, [75, None, None])


@pytest.mark.parametrize(("states", "percent"), [(["done", "done"], 100), (["dropped", "done"], 100), ([None] * 2, 0)])
def test_a_finished_plan_is_at_100_percent_and_an_untouched_one_at_0(states: list[str | None], percent: int) -> None:
    entries = [entry(str(n), "2025-06-08", state) for n, state in enumerate(states, 1) if state]
    assert facts(plan(sprint("1"), sprint("2"), entries=entries)).status.percent == percent


efforts_and_percents = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 100)), min_size=1, max_size=6)


@given(efforts_and_percents)
def test_the_percentage_is_the_weighted_mean(weighted: list[tuple[int, int]]) -> None:
    sprints = [sprint(str(n), effort=f"{days} days") for n, (days, _) in enumerate(weighted)]
    entries = [entry(str(n), "2025-06-08", "in progress", percent=percent) for n, (_, percent) in enumerate(weighted)]
    percent = facts(plan(*sprints, entries=entries)).status.percent
    mean = Decimal(sum(days * percent for days, percent in weighted)) / sum(days for days, _ in weighted)
    assert percent == int(mean)


def test_without_a_percentage_tasks_give_the_progress() -> None:
    tasks = [{"title": "A", "done": True}, {"title": "B"}, {"title": "C"}]
    entries = [entry("1", "2025-06-08", "in progress", tasks=["B"])]
    assert facts(plan(sprint("1", tasks=tasks), entries=entries)).standings["1"].percent == 66
    entries.append(entry("1", "2025-06-09", "in progress", percent=10))
    assert facts(plan(sprint("1", tasks=tasks), entries=entries)).standings["1"].percent == 10


def windows(**more: object) -> Plan:
    """Sprint 1 in weeks 1-2, 2 in week 5, 3 in weeks 6-7, 4 in week 8; week 5 begins on DAY."""
    phases = [phase("1", "1-2", "1"), phase("2", "5", "2"), phase("3", "6-7", "3"), phase("4", "8", "4")]
    return plan(*(sprint(str(n)) for n in range(1, 5)), phases=phases, **more)  # type: ignore[arg-type]


def test_overdue_and_coming_sprints_follow_the_phases() -> None:
    status = facts(windows(start=START)).status
    assert status.overdue == (OpenSprint("1", date(2025, 6, 2), date(2025, 6, 15)),)
    assert [item.sprint for item in status.coming] == ["2", "3"]
    assert status.coming[0] == OpenSprint("2", DAY, date(2025, 7, 6))


def test_a_sprint_is_not_overdue_on_its_last_day() -> None:
    assert facts(windows(start=START), date(2025, 6, 15)).status.overdue == ()


@pytest.mark.parametrize("plan", [windows(), windows(start=START, entries=[done(str(n)) for n in range(1, 5)])])
def test_without_a_start_or_once_all_are_done_no_sprint_is_due(plan: Plan) -> None:
    assert (facts(plan).status.overdue, facts(plan).status.coming) == ((), ())


@pytest.mark.parametrize(
    ("day", "state", "stale"),
    [
        ("2025-06-16", "in progress", ("1",)),
        ("2025-06-17", "in progress", ()),
        ("2025-06-16", "blocked", ("1",)),
        ("2025-06-01", "done", ()),
    ],
)
def test_started_sprints_are_stale_after_fourteen_days_without_an_entry(
    day: str, state: str, stale: tuple[str, ...]
) -> None:
    assert facts(plan(sprint("1"), entries=[entry("1", day, state)])).status.stale == stale
    assert facts(plan(sprint("1"), entries=[entry("1", day, state)]), None).status.stale == ()


def test_blocked_sprints_come_first_then_the_latest() -> None:
    phases = [phase("1", "1", "1", "2", "6"), phase("2", "2", "3"), phase("3", "9", "4", "5")]
    entries = [entry("5", "2025-06-03", "in progress"), entry("6", "2025-06-20", "blocked"), done("2")]
    example = plan(*(sprint(str(n)) for n in range(1, 7)), phases=phases, entries=entries, start=START)
    status = facts(example).status
    assert status.concerns == ("6", "1", "3", "5")
    assert status.days_overdue == {"1": 22, "6": 22, "3": 15}


def test_documents_are_due_after_a_sprint_until_an_entry_lists_them_as_updated() -> None:
    always = {"after_each_sprint": [{"path": "A.md"}, {"path": "B.md", "note": "everything"}]}
    own = [{"path": "B.md", "note": "the queue"}, {"path": "C.md", "note": "the table"}]
    sprints = [sprint("1", documentation=own), sprint("2")]
    entries = [done("1", updated=["A.md"])]
    (due,) = facts(plan(*sprints, entries=entries, documentation=always)).status.documents
    notes = {document.path: document.note for document in due.documents}
    assert (due.sprint, notes) == ("1", {"B.md": "the queue", "C.md": "the table"})
    entries.append(done("1", "2025-06-09", updated=["B.md", "C.md"]))
    assert facts(plan(*sprints, entries=entries, documentation=always)).status.documents == ()


def test_a_sprint_is_done_since_the_first_of_its_latest_done_entries() -> None:
    entries = [done("1", "2025-06-03"), entry("1", "2025-06-04", "in progress"), done("1", "2025-06-05"), done("1")]
    standing = facts(plan(sprint("1"), entries=entries)).standings["1"]
    assert (standing.started_on, standing.done_on) == (date(2025, 6, 3), date(2025, 6, 5))


def saver(id_: str, monthly: str = "$52-104") -> Sprint:
    return sprint(id_, savings={"monthly": monthly})


def test_savings_count_from_the_day_after_a_sprint_is_done() -> None:
    example = plan(
        saver("1"),
        saver("2"),
        phases=[phase("1", "1", "1", "2")],
        entries=[done("1", "2025-06-09", saves="$52")],
        start=START,
    )
    realised = facts(example).realised  # 21 days of $52 a month, which is $12 a week; planned: 22 days of two
    assert realised.so_far is not None
    assert realised.planned_by_now is not None
    assert (realised.so_far.text, realised.planned_by_now.ends) == ("$36", (Decimal("75.42"), Decimal("150.86")))
    assert [amount.text for amount in (realised.monthly_planned, realised.monthly_reported) if amount] == [
        "$52-104/month",
        "$52/month",
    ]


def test_later_measured_savings_count_from_their_date() -> None:
    entries = [done("1", "2025-06-09", saves="$52"), done("1", "2025-06-16", saves="$104")]
    realised = facts(plan(saver("1"), entries=entries)).realised
    assert realised.so_far is not None
    assert (realised.so_far.text, realised.rows[0].since) == ("$60", date(2025, 6, 9))


def test_unmeasured_savings_are_not_realised() -> None:
    realised = facts(plan(saver("1"), entries=[done("1")])).realised
    assert (realised.so_far, realised.monthly_reported, realised.planned_by_now) == (None, None, None)
    assert [(row.sprint, row.reported, row.so_far) for row in realised.rows] == [("1", None, None)]


def test_several_currencies_have_no_sum() -> None:
    sprints = [saver("1", "$10"), saver("2", "€10")]
    realised = facts(plan(*sprints, entries=[done("1", saves="$5"), done("2", saves="€5")])).realised
    assert (realised.monthly_planned, realised.so_far) == (None, None)
    assert len(realised.rows) == 2


def test_without_entries_there_are_no_savings_or_documents_due() -> None:
    untouched = facts(plan(saver("1")), None)
    assert untouched.realised.rows == ()
    assert (untouched.status.percent, untouched.status.documents, untouched.status.stale) == (0, (), ())


def test_dropped_and_deferred_sprints_do_not_count() -> None:
    example = plan(
        sprint("1", state="done"),
        sprint("2"),
        sprint("3", state="deferred"),
        sprint("4", state="dropped"),
        phases=[phase("1", "1", "1", "2", "3", "4")],
    )
    facts = analyse(example)
    assert tally(facts.standings, example.ids) == (1, 2)
    chart = burn_up(example, facts.standings, None)
    assert chart is not None
    assert chart.planned == (2,)
