"""What readers see of schedules: the Resources page, the sprints' pages, and the critical path in the diagram."""

from pathlib import Path

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse.schedule import odds, solver
from masterplan.publish.project import Project, open_project
from masterplan.render import views
from masterplan.render.macro import MACROS
from tests.plans import BASE, write_plan
from tests.sites import words

ROOT = Path(__file__).parents[1]


def shown(of: Project, name: str, *arguments: str) -> str:
    """What a macro shows, as the text that a reader sees."""
    assert views.__all__
    html = MACROS[name].call(of.context("resources.md"), *arguments)
    return words(LexborHTMLParser(Markup("<main>{}</main>").format(html)).css("main")[0])


@pytest.fixture(scope="module")
def first() -> Project:
    return open_project(ROOT)


def test_the_first_plan_has_declared_best_and_bound_side_by_side(first: Project) -> None:
    text = shown(first, "staffing_table")
    assert "Timeline, as declared 8-10 weeks agrees in part 5-6 weeks agrees in part" in text
    assert "Weeks, as drawn 10 weeks 6 weeks" in text
    best = "Best schedule for the same people 9.05 weeks no schedule is shorter 4.55 weeks no schedule is shorter"
    assert best in text
    assert "Lower bound 9.05 weeks critical path 20 days, work 45.25 days 4.55 weeks" in text
    assert "98% within 10 weeks" in text
    assert "100% within 6 weeks" in text


def test_its_assumptions_are_said(first: Project) -> None:
    text = shown(first, "schedule_notes")
    assert "The effort of 1 sprint is stated by the plan." in text
    assert "The effort of 5 sprints is derived from the weeks that the options give it" in text
    assert "not installed" not in text


def test_what_is_left_out_without_the_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in (solver, odds):
        monkeypatch.setattr(library, "available", lambda: False)
    bare = open_project(ROOT)
    notes = shown(bare, "schedule_notes")
    assert "The solver is not installed" in notes
    assert "the odds are left out" in notes
    assert "4.55 weeks" in shown(bare, "staffing_table")
    assert "%" not in shown(bare, "staffing_table") + shown(bare, "schedule_table")


def test_weeks_against_people(first: Project) -> None:
    text = shown(first, "people_chart")
    for row in ("1 9.05 weeks 9.05 weeks", "2 4.55 weeks 4.55 weeks", "3 4 weeks 4 weeks no schedule is shorter"):
        assert row in text


def test_options_are_ranked_by_what_they_have_saved(first: Project) -> None:
    text = shown(first, "value_table")
    assert text.index("Option B") < text.index("Option A")
    assert "Option B: Two Developers $1,004-2,008" in text
    assert "every week by which the whole plan is done later leaves $173-346 unsaved" in text


def test_slack_and_what_drives_the_end(first: Project) -> None:
    text = shown(first, "schedule_table")
    assert "Sprint 1: Database Optimization 5-9.75 day 1-3 2.5 days 0 days" in text
    assert "Sprint 5: Image Processing 10-20 day 6 critical 0 days" in text


def test_a_sprints_page_says_why_then(first: Project) -> None:
    assert "Sprint 5 starts when Dev 1 is done with Sprint 1." in shown(first, "why_it_is_then", "5")
    assert "Why then" in shown(first, "sprint_page", "5")


def test_the_critical_path_is_marked_in_the_diagram(first: Project) -> None:
    html = MACROS["dependency_diagram"].call(first.context("dependencies.md"))
    assert "on the critical path" in html
    assert html.count("mp-critical") >= 2


def test_a_plan_without_options_or_savings_shows_what_there_is(tmp_path: Path) -> None:
    files = {name: text for name, text in BASE.items() if name != "options.yml"}
    found = open_project(write_plan(tmp_path, files))
    assert "Nothing yet." in shown(found, "staffing_table")
    assert "Nothing is known of the cost of delay" in shown(found, "value_table")
    assert "by Ada, in the best schedule found for the team" in shown(found, "why_it_is_then", "2")
