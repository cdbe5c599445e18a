"""The health of a plan by the rule in the guide, with its reasons and its planned and forecast ends."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import analyse
from masterplan.analyse.health import Health, HealthReason, HealthVerdict, PlanEnd, ReasonKind, verdict_of
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry
from masterplan.render.health import health_sentences
from tests.plans import entry, milestone, option, phase, plan, sprint

START = "2026-01-05"  # a Monday
RANK: tuple[HealthVerdict, ...] = ("done", "not started", "on track", "at risk", "off track")


def health(of: Plan, day: str | date = "2026-01-14") -> Health:
    return analyse(of, date.fromisoformat(day) if isinstance(day, str) else day).health


def kinds(of: Health) -> list[ReasonKind]:
    return [reason.kind for reason in of.reasons]


def small(*entries: Entry, start: str = START, efforts: tuple[str, str] = ("5 days", "5 days"), **more: object) -> Plan:
    """Sprint 1 in week 1 and sprint 2 in week 2, for one person."""
    sprints = [
        sprint("1", when="1", effort=efforts[0]),
        sprint("2", when="2", effort=efforts[1], needs=["1"]),
    ]
    return plan(*sprints, entries=entries, start=start, **more)  # type: ignore[arg-type]


DONE = entry("1", "2026-01-09", "done")
BEGUN = entry("2", "2026-01-12", "in progress", percent=50)


@pytest.mark.parametrize(
    ("of", "day", "verdict", "reasons"),
    [
        (plan(), "2026-01-14", "not started", []),
        (plan(sprint("1")), "2026-01-14", "not started", []),
        (small(), "2025-12-01", "not started", []),
        (small(), START, "not started", []),
        (small(), "2026-01-06", "at risk", ["ends late", "not begun"]),
        (small(efforts=("8 days", "5 days")), "2025-12-01", "not started", ["ends late"]),
        (small(DONE, BEGUN), "2026-01-14", "on track", []),
        (small(DONE, BEGUN, entry("2", "2026-01-13", "blocked")), "2026-01-14", "at risk", ["blocked"]),
        (small(DONE, BEGUN), "2026-01-19", "at risk", ["past end", "overdue"]),
        (small(DONE, BEGUN), "2026-01-29", "off track", ["past end", "overdue", "stale"]),
        (small(DONE, efforts=("1 day", "9 days")), "2026-01-12", "at risk", ["ends late"]),
        (small(DONE, efforts=("1 day", "11 days")), "2026-01-12", "off track", ["ends late"]),
        (small(DONE, entry("2", "2026-02-20", "done")), "2026-03-01", "done", ["ends late"]),
        (small(DONE, entry("2", "2026-01-12", "dropped")), "2026-03-01", "done", []),
        (small(entry("1", START, "dropped"), entry("2", START, "deferred")), "2026-01-06", "done", []),
    ],
)
def test_the_verdict_follows_the_stated_rule(of: Plan, day: str, verdict: str, reasons: list[str]) -> None:
    computed = health(of, day)
    assert (computed.verdict, kinds(computed)) == (verdict, reasons)


def test_a_plan_without_a_forecast_is_off_track_if_a_sprint_is_long_overdue() -> None:
    """No sprint has an effort, so nothing is scheduled; the phase that ends in week 9 gives the planned end."""
    phases = [phase("1", "1", "1"), phase("2", "2-9", "2", "3")]
    of = plan(sprint("1"), sprint("2"), sprint("3"), phases=phases, start=START, entries=[entry("1", START, "blocked")])
    assert [health(of, day).verdict for day in ("2026-01-10", "2026-01-17", "2026-01-21")] == [
        "at risk", "at risk", "off track",
    ]  # fmt: skip
    assert health(of, "2026-01-21").forecast_end is None


def test_a_plan_is_off_track_if_most_due_sprints_are_open() -> None:
    """Even if the forecast ends long before the last window."""
    sprints = [sprint(str(n), when=str(n), effort="1 day") for n in (1, 2, 3, 40)]
    early = [entry(id_, "2026-01-09", "done") for id_ in "12"]
    assert health(plan(*sprints, start=START, entries=early), "2026-03-02").verdict == "at risk"
    assert health(plan(*sprints, start=START, entries=early[:1]), "2026-03-02").verdict == "off track"


@pytest.mark.parametrize(
    ("done", "verdict", "reason"),
    [
        (0, "off track", "None of the 5 sprints that were due is done."),
        (1, "off track", "Only 1 of the 5 sprints that were due is done."),
        (2, "off track", "Only 2 of the 5 sprints that were due are done."),
        (3, "at risk", "Sprint 4 and Sprint 5 are overdue."),
    ],
)
def test_open_due_sprints_are_the_first_reason(done: int, verdict: str, reason: str) -> None:
    """Even before a forecast that is a few days late."""
    sprints = [sprint(str(n), when=f"day {n}", effort="1 day") for n in range(1, 6)]
    sprints.append(sprint("6", when="week 3", effort="1 day"))
    entries = [entry("6", START, "in progress"), *(entry(str(n), "2026-01-09", "done") for n in range(1, done + 1))]
    facts = analyse(plan(*sprints, start=START, entries=entries), date(2026, 1, 20))
    assert facts.health.verdict == verdict
    assert health_sentences(facts)[0] == reason


@pytest.mark.parametrize(
    ("about", "day", "verdict", "reasons"),
    [
        ({"when": "1", "reached": "2026-01-09"}, "2026-01-14", "on track", []),
        ({"when": "1"}, "2026-01-14", "at risk", ["milestone overdue"]),
        ({"when": "1"}, "2026-01-23", "off track", ["past end", "milestone overdue", "overdue"]),
        ({"when": "day 6", "needs": ["2"]}, "2026-01-12", "at risk", ["milestone late"]),
        ({"gate": {"outcome": "no-go", "on": "2026-01-10"}}, "2026-01-14", "at risk", ["gate refused"]),
        ({"gate": {"outcome": "go", "on": "2026-01-10"}}, "2026-01-14", "on track", []),
    ],
)
def test_missed_late_and_refused_milestones_count(
    about: dict[str, object], day: str, verdict: str, reasons: list[str]
) -> None:
    gate = milestone("M1", **about)
    computed = health(small(DONE, BEGUN, milestones=[gate]), day)
    assert (computed.verdict, kinds(computed)) == (verdict, reasons)


def test_a_plan_is_done_once_its_milestones_are_reached_or_refused() -> None:
    entries = (DONE, entry("2", "2026-01-16", "done"))
    assert health(small(*entries, milestones=[milestone("M1")])).verdict != "done"
    assert health(small(*entries, milestones=[milestone("M1", reached="2026-01-16")]), "2026-01-18").verdict == "done"
    refused = milestone("G", gate={"outcome": "no-go", "on": "2026-01-16"})
    assert health(small(*entries, milestones=[refused]), "2026-01-18").verdict == "done"


def test_the_planned_end_is_the_last_window_and_the_forecast_a_schedule() -> None:
    computed = health(small(DONE, BEGUN))
    assert computed.planned_end == PlanEnd(Fraction(10), date(2026, 1, 18))
    assert computed.forecast_end == PlanEnd(Fraction(19, 2), date(2026, 1, 16))


def test_a_plan_without_dates_has_a_forecast_until_work_begins() -> None:
    of = plan(sprint("1", effort="3 days"), phases=[phase("1", "1", "1")])
    computed = health(of)
    assert (computed.planned_end, computed.forecast_end) == (PlanEnd(Fraction(5), None), PlanEnd(Fraction(3), None))
    begun = plan(*of.sprints.values(), phases=of.phases, entries=[entry("1", START, "in progress")])
    assert (health(begun, START).forecast_end, health(begun, START).verdict) == (None, "on track")


def test_a_finished_plan_ended_on_the_day_of_its_last_sprint() -> None:
    computed = health(small(DONE, entry("2", "2026-01-15", "done")), "2026-03-01")
    assert computed.forecast_end
    assert computed.forecast_end.day == date(2026, 1, 15)


def test_deferred_sprints_do_not_count_for_the_planned_end() -> None:
    later = sprint("2", when="3+").model_copy(update={"state": "deferred"})
    assert health(plan(sprint("1", when="2"), later, start=START)).planned_end == PlanEnd(
        Fraction(10), date(2026, 1, 18)
    )


def test_open_windows_and_undecided_options_give_no_planned_end() -> None:
    assert health(plan(sprint("1", when="2+"), start=START)).planned_end is None
    options = [option(id_, {"1": ["1"]}) for id_ in "AB"]
    assert health(plan(sprint("1"), options=options, start=START)).planned_end is None


def test_a_blocked_sprint_has_its_first_day_and_the_latest_note() -> None:
    entries = [
        entry("1", "2026-01-06", "blocked", note="The first time."),
        entry("1", "2026-01-07", "in progress"),
        entry("1", "2026-01-08", "blocked", note="No access."),
        entry("1", "2026-01-12", "blocked", note="Ticket OPS-412."),
        entry("1", "2026-01-13", "blocked"),
    ]
    standing = analyse(small(*entries), date(2026, 1, 14)).standings["1"]
    assert (standing.blocked_since, standing.blocked_because) == (date(2026, 1, 8), "Ticket OPS-412.")
    standing = analyse(small(DONE), date(2026, 1, 14)).standings["1"]
    assert (standing.blocked_since, standing.blocked_because) == (None, None)


days = st.integers(0, 30).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
states = st.sampled_from(["in progress", "blocked", "done", "dropped"])
recorded = st.lists(
    st.builds(lambda id_, day, state: entry(id_, str(day), state), st.sampled_from(["1", "2"]), days, states),
    max_size=4,
)


@given(recorded, days, st.integers(0, 40))
def test_time_without_entries_never_improves_the_verdict(written: list[Entry], day: date, later: int) -> None:
    before = [entry_ for entry_ in written if entry_.date <= day]
    of = small(*before, milestones=[milestone("M1", when="1", needs=["1"])])
    first, then = (RANK.index(health(of, when).verdict) for when in (day, day + timedelta(days=later)))
    assert first <= then


@given(recorded, days)
def test_a_plan_is_done_exactly_when_nothing_is_open(written: list[Entry], day: date) -> None:
    facts = analyse(small(*written), day)
    assert (facts.health.verdict == "done") == (not any(standing.is_open for standing in facts.standings.values()))


reasons = st.lists(
    st.builds(
        lambda kind, late: HealthReason(kind, (), Fraction(late)),
        st.sampled_from(["past end", "ends late", "milestone overdue", "overdue", "blocked", "stale"]),
        st.integers(0, 20),
    ),
    max_size=5,
)


@given(some=reasons, more=reasons, is_foreseen=st.booleans())
def test_a_further_reason_never_improves_the_verdict(
    some: list[HealthReason], more: list[HealthReason], *, is_foreseen: bool
) -> None:
    def rank(of: list[HealthReason]) -> int:
        return RANK.index(verdict_of(of, a_week=5, is_done=False, is_before=False, is_foreseen=is_foreseen))

    assert rank(some) <= rank([*some, *more])
