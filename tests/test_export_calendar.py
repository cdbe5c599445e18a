"""The plan as a calendar: events of whole days with stable identities and any text."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from masterplan.analyse import analyse
from masterplan.render.export import Material, export_files
from masterplan.render.export.calendar import LONGEST_LINE, calendar
from masterplan.render.export.data import whole
from tests.plans import BASE, milestone, phase, plan, sprint, write_plan
from tests.sites import called, commit
from tests.test_export import DATED, DAY, csv_tables, rows, small


def events(ics: str) -> list[tuple[str, date, date]]:
    parsed = Calendar.from_ical(ics)
    assert parsed.errors == []
    return [(str(e["SUMMARY"]), e.start, e.end) for e in parsed.events]


def test_events_are_whole_days_and_end_on_the_day_after() -> None:
    ics = calendar(analyse(small(start="2025-11-10"), DAY), "plan-1")
    assert events(ics) == [
        ("Sprint 1: Title 1", date(2025, 11, 10), date(2025, 11, 24)),
        ("Sprint 2: Title 2", date(2025, 11, 24), date(2025, 12, 1)),
    ]
    first = Calendar.from_ical(ics).events[0]
    assert (first.uid, first.DTSTAMP) == ("sprint-1@plan-1.masterplan", datetime(2025, 11, 20, tzinfo=UTC))
    assert str(first["DESCRIPTION"]) == "=1+1\nState: done, 100%"


def test_milestones_are_events_of_one_day_and_have_a_state() -> None:
    gates = [
        milestone("M1", when="week 2", needs=["1"]),
        milestone("G1", when="2025-11-19", needs=["2"], gate={"outcome": "no-go", "by": ["Ada"]}),
        milestone("M2", when="2025-11-18", needs=["2"], criteria=["Tested"]),
        milestone("M3", needs=["2"]),
    ]
    facts = analyse(replace(small(start="2025-11-10"), milestones=tuple(gates)), DAY)
    assert events(calendar(facts, "plan-1"))[2:] == [
        ("Milestone M1: Milestone M1", date(2025, 11, 23), date(2025, 11, 24)),
        ("Gate G1: Milestone G1 (no-go)", date(2025, 11, 19), date(2025, 11, 20)),
        ("Milestone M2: Milestone M2", date(2025, 11, 18), date(2025, 11, 19)),
    ]
    described = [str(event["DESCRIPTION"]) for event in Calendar.from_ical(calendar(facts, "plan-1")).events]
    assert described[4] == "State: overdue\nWaits for: Sprint 2, Tested"
    exported = whole(facts)["milestones"]
    states = [(gate["id"], gate["state"], gate["due"], gate["reached_because"], gate["waits_for"]) for gate in exported]
    assert states == [
        ("M1", "reached", "2025-11-23", "fulfilled", []),
        ("G1", "no-go", "2025-11-19", None, ["2"]),
        ("M2", "overdue", "2025-11-18", None, ["2"]),
        ("M3", "open", None, None, ["2"]),
    ]
    table = rows(csv_tables(facts)["milestones"])
    assert [line[:5] for line in table[1:3]] == [
        ["M1", "Milestone M1", "reached", "2", "2025-11-23"],
        ["G1", "Milestone G1", "no-go", "2025-11-19", "2025-11-19"],
    ]


def test_a_plan_without_a_start_or_windows_has_no_calendar() -> None:
    for of in (small(), plan(sprint("1"), start="2025-11-10")):
        facts = analyse(of, DAY)
        assert calendar(facts, "plan-1") == ""
        assert "plan.ics" not in export_files(Material(facts, "plan-1"))


@pytest.mark.parametrize("today", [None, DAY])
def test_the_calendar_does_not_depend_on_the_clock(today: date | None) -> None:
    of = small(start="2025-11-10", updated="2025-11-16")
    assert calendar(analyse(of, today), "plan-1") == calendar(analyse(of, today), "plan-1")
    assert f"DTSTAMP:{today or date(2025, 11, 16):%Y%m%d}T000000Z" in calendar(analyse(of, today), "plan-1")


def test_events_keep_their_identity_when_dates_change() -> None:
    old, new = (small(start=start) for start in ("2025-11-10", "2026-01-05"))
    identities = [
        [event.uid for event in Calendar.from_ical(calendar(analyse(of, DAY), "plan-1")).events] for of in (old, new)
    ]
    assert identities[0] == identities[1]
    assert len(set(identities[0])) == 2


def uids(root: Path) -> set[str]:
    done = called(root, "export", "ics")
    assert done.returncode == 0, done.stderr
    return {event.uid for event in Calendar.from_ical(done.stdout).events}


def test_events_keep_their_identity_when_the_plan_gets_another_title(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE | {"plan.yml": DATED.format("Старый план")})
    commit(root)
    before = uids(root)
    write_plan(root, {"plan.yml": DATED.format("新计划")})
    commit(root)
    assert uids(root) == before


@pytest.mark.parametrize("title", ["Plan", "план"])
def test_two_plans_with_the_same_title_share_no_event(title: str, tmp_path: Path) -> None:
    """In two folders of a repository, in another repository, and outside of any."""
    files = BASE | {"plan.yml": DATED.format(title)}
    first, second = tmp_path / "first", tmp_path / "second"
    write_plan(first, files)
    write_plan(first / "teams/search", files)
    write_plan(second, files | {"notes.md": "Another repository\n"})
    commit(first)
    commit(second)
    alone = write_plan(tmp_path / "alone", files | {"plan.yml": DATED.format(f"{title} 2")})
    identities = [uids(root) for root in (first, first / "teams/search", second, alone)]
    assert len(set().union(*identities)) == sum(map(len, identities)) == 12


def test_a_plan_can_set_its_identity_for_calendars(tmp_path: Path) -> None:
    """A shallow clone does not know the first commit, and a rewritten history has another one."""
    files = BASE | {"plan.yml": f"{DATED.format('Plan')}id: payments\n"}
    assert uids(write_plan(tmp_path, files)) == {f"sprint-{n}@payments.masterplan" for n in (1, 2, 3)}


visible = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).filter(str.strip)


@given(title=visible, impact=visible)
def test_any_text_can_be_read_back_and_no_line_is_too_long(title: str, impact: str) -> None:
    of = plan(sprint("1", title=title, impact=impact), phases=[phase("1", "1", "1")], start="2025-11-10")
    ics = calendar(analyse(of, DAY), "plan-1")
    (event,) = Calendar.from_ical(ics).events
    shown = [" ".join(text.split()) for text in (f"Sprint 1: {title}", impact)]
    assert str(event["SUMMARY"]).split() == shown[0].split()
    assert str(event["DESCRIPTION"]).split("\n")[0].split() == shown[1].split()
    assert all(len(line) <= LONGEST_LINE for line in ics.encode().split(b"\r\n"))
    assert b"\n" not in ics.encode().replace(b"\r\n", b"")
    assert event.duration == timedelta(days=7)
