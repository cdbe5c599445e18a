"""Schedules on pages: the People page, sprint pages, and the critical path in the diagram."""

import re
from datetime import date
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse.schedule import odds, solver
from masterplan.publish.project import Project, open_project
from masterplan.render.export import export_files
from tests.macro_output import html_of, shown
from tests.plans import BASE, write_plan
from tests.sites import article, masterplan, pages, repository, words

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def first() -> Project:
    return open_project(ROOT)


def test_the_summary_states_how_long_the_plan_takes(first: Project) -> None:
    assert shown(first, "staffing_summary") == (
        "With one person, it takes about 9 weeks; with two, about 4½. A third saves about 3 days."
        " Option A promises 8-10 weeks: 10 are likely (98%), 8 unlikely (1%)."
        " Option B promises 5-6 weeks, which is likely (83%)."
    )


IN_FLIGHT = {
    "plan.yml": "title: T\nstart: 2026-01-05\n",
    "options.yml": "chosen: B\noptions:\n  - {id: A, title: A}\n  - id: B\n    title: B\n    people:\n"
    "      - {name: One, work: [{when: 1-3, sprints: ['1']}]}\n"
    "      - {name: Two, work: [{when: 1-2, sprints: ['2']}]}\n"
    "    declared: [{claim: duration, says: 1 week, at: here}]\n",
    "sprints/1.yml": "id: '1'\ntitle: T\neffort: 15 days\n",
    "sprints/2.yml": "id: '2'\ntitle: T\neffort: 10 days\n",
    "progress/1.yml": "entries:\n  - {sprint: '1', date: 2026-01-06, state: in progress, percent: 10}\n",
}


def test_a_promise_whose_time_is_over_has_no_chance(tmp_path: Path) -> None:
    late = open_project(write_plan(tmp_path, IN_FLIGHT), date(2026, 1, 12))
    assert shown(late, "staffing_summary").endswith(" The time that Option B promises, 1 week, is over.")
    assert "Chance of meeting the promise" not in shown(late, "options")
    in_time = open_project(write_plan(tmp_path / "in_time", IN_FLIGHT), date(2026, 1, 9))
    assert "Chance of meeting the promise 0% within 1 week" in shown(in_time, "options")


@pytest.mark.parametrize(
    ("files", "summary"),
    [
        (
            {},
            (
                "Option B is chosen and plans 3 weeks for 2 people;"
                " the remaining work takes them about 2½ weeks at best."
                " With one person, the remaining work takes about 4½ weeks; with two, about 2½."
                " More people do not make it shorter."
                " Option B promises 1 week, which is unlikely (0%)."
            ),
        ),
        (
            {"options.yml": "options: [{id: A, title: A}]\n", "progress/1.yml": "entries: []\n"},
            "With one person, it takes 5 weeks; with two, 3. More people do not make it shorter.",
        ),
        (
            {"sprints/1.yml": "id: '1'\ntitle: T\n", "options.yml": "options: []\n"},
            (
                "There is no schedule: 1 of 2 sprints has no effort. State the effort: , schedule the work in"
                " an option, or set assume: 5 days in plan.yml. Without effort: Sprint 1 ."
            ),
        ),
        (
            {"sprints/2.yml": None, "options.yml": "options: []\n", "progress/1.yml": "entries: []\n"},
            "With one person, it takes 3 weeks. More people do not make it shorter.",
        ),
        (
            {f"progress/{n}.yml": f"entries: [{{sprint: '{n}', date: 2026-01-07, state: done}}]\n" for n in (1, 2)},
            "",
        ),
    ],
)
def test_the_summary_fits_every_kind_of_plan(tmp_path: Path, files: dict[str, str | None], summary: str) -> None:
    plan = {path: text for path, text in (IN_FLIGHT | files).items() if text}
    day = date(2026, 1, 7) if "progress/1.yml" not in files or files["progress/1.yml"] != "entries: []\n" else None
    assert shown(open_project(write_plan(tmp_path, plan), day or date(2026, 1, 5)), "staffing_summary") == summary


def test_options_are_compared_with_promise_plan_and_schedule(first: Project) -> None:
    text = shown(first, "options_table")
    assert "Promised 8-10 weeks agrees in part 5-6 weeks agrees in part" in text
    assert "Planned 10 weeks 6 weeks Shortest possible about 9 weeks about 4½ weeks" in text
    assert "98% within 10 weeks" in text
    assert "100% within 6 weeks" in text
    text = shown(first, "staffing_table")
    proved = "proved shortest for the likeliest efforts"
    assert f"Best schedule for the same people about 9 weeks {proved} about 4½ weeks {proved}" in text
    assert "Lower bound (lowest effort estimates) about 7 weeks critical path 15 days, work 35.25 days" in text


def test_details_of_schedules_are_folded_and_keep_their_anchors(first: Project) -> None:
    html = html_of("schedule_details", first.context("people/index.md"))
    tree = LexborHTMLParser(f"<main>{html}</main>")
    parts = [part.css("[id]")[0].attributes["id"] for part in tree.css("main > details")]
    assert parts == ["people", "computed", "best", "value", "odds", "slack", "assumed"]
    options = LexborHTMLParser(f"<main>{html_of('options', first.context('people/index.md'))}</main>")
    assert [part.attributes["id"] for part in options.css("details > [id^=option-]")] == ["option-A", "option-B"]


def test_best_schedules_name_who_does_what(first: Project) -> None:
    text = shown(first, "best_schedules")
    assert re.search(r"Option B Dev 1 Sprint \d days 1-\d+ ", text)
    assert [text.count(f"Sprint {n} day") for n in range(1, 7)] == [2] * 6


def test_a_long_schedule_shows_its_first_sprints(tmp_path: Path) -> None:
    many = {f"sprints/{n}-s.yml": f'id: "{n}"\ntitle: S\neffort: 1 day\n' for n in range(1, 16)}
    options = "options: [{id: A, title: One, people: [{name: Dev}]}]\n"
    project = open_project(write_plan(tmp_path, {"plan.yml": "title: Many\n", "options.yml": options} | many))
    assert shown(project, "best_schedules").endswith(", 3 more")


def test_notes_state_the_assumptions_of_schedules(first: Project) -> None:
    text = shown(first, "schedule_notes")
    assert "The effort of 1 sprint is stated by the plan." in text
    assert "The effort of 5 sprints is estimated from its time in the options" in text
    assert "not installed" not in text


def test_without_the_extra_pages_state_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in (solver, odds):
        monkeypatch.setattr(library, "available", lambda: False)
    bare = open_project(ROOT)
    notes = shown(bare, "schedule_notes")
    assert "The solver is not installed" in notes
    assert "so there are no likely durations" in notes
    assert "about 4½ weeks" in shown(bare, "staffing_table")
    assert "%" not in shown(bare, "staffing_table") + shown(bare, "schedule_table")
    assert "Likely durations need NumPy" in shown(bare, "odds_table")


def test_a_site_is_built_without_the_extra(tmp_path: Path) -> None:
    """A module that is None in `sys.modules` cannot be imported."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules.update(ortools=None, numpy=None)\n", "utf-8")
    root = repository(tmp_path / "plan")
    done = masterplan(root, "build", PYTHONPATH=str(hidden))
    assert done.returncode == 0, done.stderr
    page = words(article(pages(root / "site")["people/index.html"]))
    missing = ("The solver is not installed", "so there are no likely durations", "Likely durations need NumPy")
    for text in (*missing, "about 4½ weeks"):
        assert text in page


def test_the_people_chart_has_weeks_for_each_number_of_people(first: Project) -> None:
    text = shown(first, "people_chart")
    assert text.startswith("A second person saves 4½ weeks, a third about 3 days")
    shortest = "3 4 weeks 3 weeks proved shortest"
    for row in ("1 about 9 weeks about 7 weeks", "2 about 4½ weeks about 3½ weeks", shortest):
        assert row in text


def test_options_are_ranked_by_savings(first: Project) -> None:
    text = shown(first, "value_table")
    assert text.index("Option B") < text.index("Option A")
    assert "Option B: Two Developers $1,004-2,008" in text
    assert "Each week of delay costs $173-346" in text


def test_the_schedule_table_has_slack_and_the_critical_path(first: Project) -> None:
    text = shown(first, "schedule_table")
    assert "Sprint 1: Database Optimization 5-10 days days 1-3 2.625 days 0 days" in text
    assert "Sprint 5: Image Processing 10-20 days day 6 critical 0 days" in text
    assert "Critical path: Sprint 2 , then Sprint 5 (20 days)." in text


def test_a_long_critical_path_is_shortened(tmp_path: Path) -> None:
    text = 'id: "{}"\ntitle: S\neffort: 5 days\ndepends_on: [{{sprint: "{}"}}]\n'
    chain = {f"sprints/{n}-s.yml": text.format(n, n - 1) for n in range(2, 12)}
    files = {"plan.yml": "title: Long\n", "sprints/1-s.yml": 'id: "1"\ntitle: S\neffort: 5 days\n'} | chain
    text = shown(open_project(write_plan(tmp_path, files)), "schedule_table")
    assert "Critical path: Sprint 1 , then 9 more, then Sprint 11 (55 days)." in text


def test_the_odds_table_has_likely_ends_and_the_chance_of_delay(first: Project) -> None:
    text = shown(first, "odds_table")
    assert "Sprint As scheduled 50% likely 80% likely 95% likely Chance of delaying the plan" in text
    assert re.search(r"Sprint 5: Image Processing day 23 day 2\d day 2\d day 2\d \d+%", text)
    whole = re.search(r"The whole plan day 23 day (\d+) day (\d+) day (\d+)", text)
    assert whole is not None
    assert [*map(int, whole.groups())] == sorted(map(int, whole.groups()))


def test_waves_follow_hard_dependencies(first: Project) -> None:
    text = shown(first, "waves")
    assert "Wave 1: Sprint 1 , Sprint 2 , Sprint 6 , Sprint 3 Wave 2: Sprint 4 , Sprint 5" in text


def test_a_sprint_page_explains_its_date(first: Project) -> None:
    assert "Starts when Dev 2 has finished Sprint 1." in shown(first, "why_it_is_then", "5")
    assert "Why this date" in shown(first, "sprint_page", "5")


def test_the_critical_path_is_marked_in_the_diagram(first: Project) -> None:
    html = html_of("dependency_diagram", first.context("roadmap.md"))
    assert "on the critical path" in html
    assert html.count("mp-critical") >= 2


def test_a_plan_without_options_or_savings_leaves_out_their_tables(tmp_path: Path) -> None:
    files = {name: text for name, text in BASE.items() if name != "options.yml"}
    project = open_project(write_plan(tmp_path, files))
    assert shown(project, "staffing_table") == ""
    assert shown(project, "value_table") == ""
    text = shown(project, "why_it_is_then", "2")
    assert text.startswith("There is no schedule: no open sprint has an effort. State the effort:")


def test_pages_show_the_chosen_option_and_fold_the_others(tmp_path: Path) -> None:
    lane = "people: [{{name: {name}, work: [{{when: {weeks}, sprints: ['1']}}]}}]"
    options = [
        f"  - {{id: {id_}, title: {id_}, {lane.format(name=name, weeks=weeks)}}}"
        for id_, name, weeks in (("A", "Ada", "3-6"), ("B", "Bob", "1-2"))
    ]
    files = {
        "plan.yml": "title: T\nstart: 2026-01-05\n",
        "sprints/1.yml": 'id: "1"\ntitle: T\n',
        "phases.yml": "phases: [{id: '1', title: F, when: 1-2, sprints: ['1']}]\n",
        "options.yml": "\n".join(["chosen: A", "options:", *options]) + "\n",
    }
    project = open_project(write_plan(tmp_path, files), date(2026, 1, 5))
    for name in ("options_table", "option_list", "staffing_table", "best_schedules", "who_does_what"):
        before, folded = shown(project, name).split("Options not chosen")
        assert "Option A" in before, name
        assert "Option B" not in before, name
        assert "Option B" in folded, name
    assert "Who to ask Ada: Sprint 1" in shown(project, "joining", "1")
    assert "Best case with one person (option A): Ada, weeks 1-4" in shown(project, "why_it_is_then", "1")
    assert "DTSTART;VALUE=DATE:20260119\r\nDTEND;VALUE=DATE:20260216" in export_files(project)["plan.ics"]


def test_a_started_plan_has_a_forecast_end_beside_its_planned_end(tmp_path: Path) -> None:
    files = {
        "plan.yml": "title: T\nstart: 2026-01-05\n",
        "sprints/1.yml": 'id: "1"\ntitle: T\neffort: 4 days\n',
        "sprints/2.yml": 'id: "2"\ntitle: T\neffort: 3 days\ndepends_on: [{sprint: "1"}]\n',
        "phases.yml": "phases: [{id: '1', title: F, when: 1, sprints: ['1', '2']}]\n",
    }
    root = write_plan(tmp_path, files)
    assert "Forecast end: 13 Jan, planned: 11 Jan." in shown(open_project(root, date(2026, 1, 5)), "progress_summary")
    entries = "entries: [{sprint: '1', date: 2026-01-07, state: in progress, percent: 50}]\n"
    project = open_project(write_plan(tmp_path, {"progress/2026.yml": entries}), date(2026, 1, 12))
    # Two days of the first are left and three of the second: Monday 12th to Friday 16th.
    assert "Forecast end: 16 Jan, planned: 11 Jan." in shown(project, "progress_summary")
    text = shown(project, "why_it_is_then", "1")
    assert "week 2, 12 Jan to 13 Jan (2 days left)." in text
    assert "Work on it continues today." in text
    assert "Remaining work starts on 12 Jan at the earliest" in shown(project, "schedule_notes")
