"""Time windows of sprints, phases and options in weeks, days and dates, compared and shown by one calendar."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from masterplan.analyse import analyse
from masterplan.analyse.figures import planned_span
from masterplan.analyse.status import burn_up
from masterplan.model.plan import Plan
from masterplan.render.export.calendar import calendar
from masterplan.render.export.data import whole
from tests.macro_output import shown
from tests.plans import entry, option, phase, plan, sprint
from tests.test_export_calendar import events
from tests.test_progress_pages import open_plan

DAY = date(2021, 4, 5)
ITERATIONS = plan(
    sprint("1", when="2021-03-13 to 2021-03-31", savings={"monthly": "$52"}),
    sprint("2", when="2021-04-06 to 2021-04-12", needs=["1"]),
    sprint("3", when="2021-07-01+"),
)


def broken_rules(plan: Plan) -> list[str]:
    """The rules about order that a plan breaks, with their subjects."""
    rules = {"phase-order", "window-order", "outside-phase", "phase-overlap", "phase-option", "starts-early"}
    rules |= {"sequential-overlap", "double-booked", "twice-in-option", "phase-length", "parallel-excluded"}
    return sorted(
        f"{finding.rule.id} {finding.subject}" for finding in analyse(plan).findings if finding.rule.id in rules
    )


def test_a_plan_without_a_start_begins_on_the_first_date_in_it() -> None:
    decision = {"title": "Which cloud", "when": "2021-01-04"}
    assert ITERATIONS.start == date(2021, 3, 13)
    assert plan(sprint("1", when="2"), sprint("2", when="2021-03-15", decisions=[decision])).start == date(2021, 3, 15)
    assert plan(sprint("1", decisions=[decision])).start == date(2021, 1, 4)
    assert plan(sprint("1", when="day 3")).start is None
    assert plan(sprint("1", when="2021-03-15"), start="2021-03-01").start == date(2021, 3, 1)


def test_overdue_and_coming_sprints_follow_their_windows() -> None:
    status = analyse(ITERATIONS, DAY).status
    assert [(item.sprint, item.last) for item in status.overdue] == [("1", date(2021, 3, 31))]
    assert [item.sprint for item in status.coming] == ["2"]
    later = analyse(ITERATIONS, date(2022, 1, 1)).status
    assert [item.sprint for item in later.coming] == ["3"]


def test_a_chosen_option_gives_the_windows_of_sprints_without_their_own() -> None:
    sprints = [sprint("1"), sprint("2", when="4"), sprint("3")]
    options = [option("A", {"2": ["1"], "3": ["2"]}, {"5": ["1"]}), option("B", {"9": ["1"]})]
    undecided = plan(*sprints, phases=[phase("1", "1", "1", "2", "3")], options=options, start="2026-01-05")
    assert [str(period.window) for id_ in undecided.ids if (period := undecided.planned(id_))] == ["1", "4", "1"]
    chosen = replace(undecided, chosen="A")
    assert [str(period.window) for id_ in chosen.ids if (period := chosen.planned(id_))] == ["2-5", "4", "1"]
    end = planned_span(chosen)
    assert end is not None
    assert (str(end.window), end.last) == ("1-5", date(2026, 2, 8))
    days = {id_: due for id_, _, due in events(calendar(analyse(chosen, date(2026, 1, 6)), "x"))}
    assert days["Sprint 1: Title 1"] == date(2026, 2, 9)
    assert [item.sprint for item in analyse(chosen, date(2026, 1, 20)).status.overdue] == ["3"]


def test_the_planned_burn_up_rises_in_the_week_in_which_a_window_ends() -> None:
    burn = burn_up(ITERATIONS, analyse(ITERATIONS, DAY).standings, DAY)
    assert burn is not None
    assert burn.planned == (0, 0, 1, 1, 2)


def test_planned_savings_begin_after_the_window() -> None:
    done = plan(*ITERATIONS.sprints.values(), entries=[entry("1", "2021-03-20", "done")])
    planned = analyse(done, date(2021, 4, 7)).realised.planned_by_now
    assert planned is not None
    assert planned.text == "$12"


def test_a_calendar_has_the_days_of_a_window() -> None:
    lines = [line.partition(":") for line in calendar(analyse(ITERATIONS, DAY), "x").splitlines()]
    days = {name: [value for key, _, value in lines if key.startswith(name)] for name in ("DTSTART", "DTEND")}
    assert days["DTSTART"] == ["20210313", "20210406", "20210701"]
    assert days["DTEND"] == ["20210401", "20210413", "20210702"]


def test_exports_have_windows_their_dates_and_weeks() -> None:
    mixed = plan(
        sprint("1", when="day 2-3"),
        phases=[phase("a", "1-2", "1"), phase("b", "3+"), phase("c", "2021-03-15 to 2021-03-19")],
        start="2021-03-15",
    )
    data = whole(analyse(mixed, DAY))
    spans = [(part["when"], part["begins"], part["ends"]) for part in [*data["phases"], *data["sprints"]]]
    assert spans == [
        ("1-2", "2021-03-15", "2021-03-28"),
        ("3+", "2021-03-29", None),
        ("2021-03-15 to 2021-03-19", "2021-03-15", "2021-03-19"),
        ("days 2-3", "2021-03-16", "2021-03-17"),
    ]
    week = {"first": 1, "last": 2, "starts": "2021-03-15", "ends": "2021-03-28"}
    assert [part["weeks"] for part in data["phases"]] == [week, None, None]


@pytest.mark.parametrize(
    ("example", "rules"),
    [
        (ITERATIONS, []),
        (plan(sprint("1", when="2"), sprint("2", when="day 8-9", needs=["1"])), ["window-order sprint 2"]),
        (plan(sprint("1", when="1"), sprint("2", when="day 6-7", needs=["1"])), []),
        (plan(sprint("1", when="33+"), sprint("2", when="40", needs=["1"])), ["window-order sprint 2"]),
        (
            plan(sprint("1", when="2021-03-15 to 2021-03-19"), sprint("2", when="1", needs=["1"]), start="2021-03-15"),
            ["window-order sprint 2"],
        ),
        (
            plan(sprint("1", when="2021-03-15 to 2021-03-21"), sprint("2", when="2", needs=["1"]), start="2021-03-15"),
            [],
        ),
        (
            plan(
                sprint("1"),
                sprint("2", needs=["1"]),
                phases=[phase("a", "2021-03-15 to 2021-03-22", "1"), phase("b", "2", "2")],
                start="2021-03-15",
            ),
            ["phase-order sprint 2", "phase-overlap phase b"],
        ),
        (plan(sprint("1", when="day 5-6"), phases=[phase("a", "1", "1")]), ["outside-phase sprint 1"]),
        (plan(sprint("1", when="day 1-5"), phases=[phase("a", "1", "1")]), []),
        (
            plan(sprint("1", when="day 2"), phases=[phase("a", "1", "1")], options=[option("A", {"1": ["1"]})]),
            ["phase-option option A"],
        ),
        (plan(sprint("1"), phases=[phase("a", "1", "1")], options=[option("A", {"day 1-5": ["1"]})]), []),
        (
            plan(sprint("1"), sprint("2"), options=[option("A", {"1": ["1"], "day 5-6": ["2"]}, mode="sequential")]),
            ["sequential-overlap option A"],
        ),
        (
            plan(sprint("1"), options=[option("A", {"2021-03-15 to 2021-03-19": ["1"], "2021-03-22": ["1"]})]),
            [],
        ),
        (
            plan(sprint("1"), options=[option("A", {"2021-03-15 to 2021-03-19": ["1"], "2021-03-23": ["1"]})]),
            ["twice-in-option option A"],
        ),
    ],
)
def test_rules_about_order_compare_windows_of_all_units_by_days(example: Plan, rules: list[str]) -> None:
    assert broken_rules(example) == rules


FILES = {
    "plan.yml": "title: T\n",
    "sprints/1.yml": 'id: "1"\ntitle: One\nwhen: 2021-03-13 to 2021-03-31\neffort: 2 days\n',
    "sprints/2.yml": 'id: "2"\ntitle: Two\nwhen: 2021-04-06 to 2021-04-12\neffort: 1 day\n',
}


def test_sprints_without_a_phase_have_their_own_lanes(tmp_path: Path) -> None:
    text = shown(open_plan(tmp_path, FILES, DAY), "week_chart")
    assert "0 of 2 sprints done" in text
    assert "Sprint 2: Two, 6 Apr to 12 Apr" in text


def test_a_later_window_is_the_reason_for_a_date(tmp_path: Path) -> None:
    text = shown(open_plan(tmp_path, FILES, date(2021, 3, 13)), "why_it_is_then", "2")
    assert "Planned later than necessary: 6 Apr to 12 Apr, while" in text


def test_a_sprint_page_has_window_and_dates(tmp_path: Path) -> None:
    files = FILES | {
        "plan.yml": "title: T\nstart: 2021-03-15\n",
        "sprints/2.yml": 'id: "2"\ntitle: Two\nwhen: day 3-5\n',
    }
    text = shown(open_plan(tmp_path, files, DAY), "sprint_page", "2")
    assert "When: days 3-5 ( 17 Mar to 19 Mar )" in text


def test_pages_write_the_dates_of_windows_in_words(tmp_path: Path) -> None:
    files = {
        "plan.yml": "title: T\n",
        "sprints/1.yml": "id: '1'\ntitle: One\nwhen: 2026-01-05 to 2026-01-16\nstate: done\n",
        "sprints/2.yml": "id: '2'\ntitle: Two\nwhen: 2026-12-28 to 2027-01-10\ndepends_on: ['1']\n",
        "sprints/3.yml": "id: '3'\ntitle: Three\nwhen: 2027-02-01+\n",
        "phases.yml": "phases:\n  - {id: P, title: All, when: 2026-01-05 to 2027-03-01, sprints: ['1', '2', '3']}\n",
        "milestones.yml": "milestones:\n  - {id: M, title: Out, when: 2026-02-02}\n",
    }
    project = open_plan(tmp_path, files, date(2026, 1, 20))
    calls: list[tuple[str, tuple[str, ...]]] = [
        ("week_chart", ()),
        ("sprint_table", ()),
        ("dependency_diagram", ()),
        ("milestone_table", ()),
    ]
    calls += [(name, (id_,)) for name, id_ in (("phase_page", "P"), ("sprint_page", "1"), ("sprint_page", "2"))]
    texts = {f"{name} {args}": shown(project, name, *args).partition("plan_data/")[0] for name, args in calls}
    assert {name: dates for name, text in texts.items() if (dates := re.findall(r"[^ ]+ \d{4}-\d\d-\d\d", text))} == {}
    assert "Milestone M: Out, 2 Feb" in texts["week_chart ()"]
    assert "Sprint 2: Two, 28 Dec 2026 to 10 Jan 2027" in texts["week_chart ()"]
    assert "Can start on 28 Dec When" in texts["sprint_page ('2',)"]
    assert "is planned for 28 Dec 2026 to 10 Jan 2027" in texts["sprint_page ('2',)"]
    assert "is planned for 5 Jan 2026 to 1 Mar 2027" in texts["phase_page ('P',)"]
