"""Page, audit, diff, JSON, CSV, badge and history agree on every figure and judgement.

The plans are cases in which two different computations would disagree.
"""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import figures
from masterplan.analyse.changes.fact_values import FactValue, PlanOnDay, ScheduleCache
from masterplan.analyse.facts import extent
from masterplan.model.change import Question
from masterplan.model.naming import PLAN
from masterplan.publish.project import Project, open_project
from masterplan.render.export import export_files
from masterplan.render.review import html, markdown
from masterplan.render.review.text import terminal
from tests.macro_output import shown
from tests.plans import write_plan
from tests.reviews import change, review
from tests.sites import words

OPTION = "options:\n  - {{id: A, title: A, people: [{{name: Dev, work: [{}]}}]}}\n"
SPRINT = 'id: "{id}"\ntitle: T\n'


def open_plan(root: Path, files: dict[str, str]) -> Project:
    return open_project(write_plan(root, {"plan.yml": "title: T\nstart: 2026-01-05\n"} | files), date(2026, 1, 9))


def audited(project: Project, rule: str) -> list[str]:
    """The parts of the plan that a rule's findings are about."""
    findings = [finding for finding in project.facts.findings if finding.rule.id == rule]
    return [str(part) for finding in findings for part in finding.units or (finding.subject,)]


def computed(project: Project, kind: str) -> FactValue:
    """A fact about the whole plan, as a diff computes it."""
    plan = PlanOnDay(project.facts.plan, project.facts.today, (), ScheduleCache())
    return plan.facts([kind])[kind, PLAN]


def exported(project: Project) -> tuple[Any, dict[str, list[dict[str, str]]]]:
    """The plan as JSON, and its CSV tables by name."""
    files = export_files(project)
    tables = {
        name: list(csv.DictReader(io.StringIO(content.lstrip("\ufeff"))))
        for name, content in files.items()
        if ".csv" in name
    }
    return json.loads(files["plan.json"]), tables


@pytest.mark.parametrize(
    ("metric", "measured", "outcome"),
    [
        ("before: Baseline, after: <1s, better: lower", "3s", "missed"),
        ("before: Baseline, after: <1s, better: lower", "0.5s", "reached"),
        ("before: 10 s, after: 2-4 s", "3-5 s", "in part"),
        ("before: Baseline, after: -20-30%", "-5%", "missed"),
    ],
)
def test_the_outcome_of_a_target_is_the_same_everywhere(
    metric: str, measured: str, outcome: str, tmp_path: Path
) -> None:
    entry = 'entries:\n  - sprint: "1"\n    date: 2026-01-06\n    state: done\n'
    entry += f'    measured: [{{metric: M, value: "{measured}"}}]\n'
    sprint = SPRINT.format(id=1) + f"metrics: [{{name: M, {metric}}}]\n"
    project = open_plan(tmp_path, {"sprints/1.yml": sprint, "progress/2026.yml": entry})
    data, tables = exported(project)
    assert shown(project, "measured").endswith(outcome)
    assert audited(project, "target-missed") == ["sprint 1"] * (outcome == "missed")
    assert [metric["outcome"] for metric in data["sprints"][0]["metrics"]] == [outcome]
    assert [row["outcome"] for row in tables["csv/metrics.csv"]] == [outcome]


@pytest.mark.parametrize(
    ("calendar", "effort", "weeks", "fits"),
    [
        ("weekdays: [Monday, Tuesday]", "5 days", "2.5 weeks", False),
        ("hours: 6", "35 hours", "1.17 weeks", False),
        ("hours: 10", "45 hours", "0.9 weeks", True),
        ("hours: 8", "40 hours", "1 week", True),
    ],
)
def test_a_week_has_the_working_time_of_the_team(
    calendar: str, effort: str, weeks: str, tmp_path: Path, *, fits: bool
) -> None:
    project = open_plan(
        tmp_path,
        {
            "plan.yml": "title: T\nstart: 2026-01-12\n",
            "sprints/1.yml": SPRINT.format(id=1)
            + f"effort: {effort}\ndeclared:\n  - {{claim: quick-win, says: a quick win}}\n"
            + f"  - {{claim: effort, says: {weeks}}}\n",
            "team.yml": f"people: []\ncalendar: {{{calendar}}}\n",
            "options.yml": OPTION.format("{when: 1, sprints: ['1']}"),
        },
    )
    schedules = project.facts.schedules
    length = float(round(schedules.days.weeks(schedules.options["A"].end), 2))
    assert f"{length:g} week{'s' * (length != 1)}" == weeks
    assert figures.rounded(schedules.options["A"].end, schedules.days.a_week).text in shown(project, "staffing_table")
    assert audited(project, "effort-window") == ["option A"] * (not fits)
    assert audited(project, "not-the-most") == ["sprint 1"] * (not fits)
    assert [verdict.outcome for verdict in project.facts.verdicts] == ["agrees" if fits else "differs", "agrees"]


STATES = {"1": "planned", "2": "in progress", "3": "done", "4": "dropped", "5": "blocked"}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A plan with a sprint in every state, each at high risk and with savings of its own."""
    return open_plan(tmp_path_factory.mktemp("standing"), standing_files())


def standing_files() -> dict[str, str]:
    """The files of a plan with a sprint in every state."""
    sprints = {
        f"sprints/{id_}.yml": SPRINT.format(id=id_)
        + f"risk: {{level: very high}}\nsavings: {{monthly: ${10 ** int(id_)}}}\n"
        for id_ in STATES
    }
    entries = [f'  - {{sprint: "{id_}", date: 2026-01-06, state: {state}}}\n' for id_, state in STATES.items()]
    work = ", ".join(f"{{when: {id_}, sprints: ['{id_}']}}" for id_ in STATES)
    others = {"progress/2026.yml": "entries:\n" + "".join(entries), "options.yml": OPTION.format(work)}
    return sprints | others


def test_high_risks_count_while_their_sprint_is_open(standing: Project) -> None:
    open_ = ["1", "2", "5"]
    assert f"High risks {len(open_)} Sprint 1, Sprint 2, Sprint 5" in shown(standing, "headline")
    assert audited(standing, "risk-without-owner") == [f"sprint {id_}" for id_ in open_]
    assert computed(standing, "high-risks").value == tuple(open_)


def test_named_risks_count_as_high_risks(tmp_path: Path) -> None:
    named = "risks:\n- {id: R-2, title: Slow, level: very high}\n- {title: Gone, level: very high, state: closed}\n"
    files = {
        "sprints/1.yml": SPRINT.format(id=1) + named,
        "sprints/2.yml": SPRINT.format(id=2) + "risk: {level: high}\n",
        "risks.yml": "risks: [{id: R-1, title: Quota, level: high}]\n",
    }
    project = open_plan(tmp_path, files)
    assert "High risks 3 Sprint 2, R-1, R-2" in shown(project, "headline")
    assert "Sprint 1: T very high risk" in shown(project, "sprint_table")


def test_a_sprint_done_without_a_date_is_on_the_burn_up_today(tmp_path: Path) -> None:
    project = open_plan(tmp_path, {"sprints/1.yml": SPRINT.format(id=1) + "state: done\nwhen: 1\n"})
    assert "1 of 1 sprint done" in shown(project, "progress_summary")
    assert "Week 1 1 1" in shown(project, "burn_up")


def test_savings_leave_out_dropped_sprints_everywhere(standing: Project) -> None:
    month, year = "$101,110/month", "$1,213,320/year"
    data, _ = exported(standing)
    headline, savings = shown(standing, "headline"), shown(standing, "savings_table")
    assert "Monthly savings $101,110 $1,213,320 a year, when complete" in headline
    assert savings.endswith("Computed total $101,110 $1,213,320")
    assert "dropped, not in the total" in savings
    assert data["savings"]["text"] == month
    assert (computed(standing, "monthly-savings").value, computed(standing, "annual-savings").value) == (month, year)
    assert extent(standing.facts.plan).savings == month.removesuffix("/month")
    assert export_files(standing)["badges/savings.json"].count(month) == 1
    chart = shown(standing, "savings_over_time")
    assert "Sprint 4" not in shown(standing, "savings_chart")
    assert "10,000" not in chart


@pytest.mark.parametrize(
    ("options", "title"), [("A", "Option A saves $12 by week 2"), ("AB", "Every option saves $12 by week 2")]
)
def test_the_savings_chart_names_no_best_option_if_all_save_the_same(options: str, title: str, tmp_path: Path) -> None:
    listed = "".join(
        f"  - {{id: {id_}, title: T, people: [{{name: Dev, work: [{{when: 1, sprints: ['1']}}]}}]}}\n"
        for id_ in options
    )
    files = {"sprints/1.yml": SPRINT.format(id=1) + "savings: {monthly: $50}\n", "options.yml": f"options:\n{listed}"}
    chart = shown(open_plan(tmp_path, files), "savings_over_time")
    assert title in chart
    assert f"{', '.join(options)}: $12" in chart  # one curve for all of them


def test_the_state_of_a_sprint_is_the_same_everywhere(standing: Project) -> None:
    data, tables = exported(standing)
    assert {sprint["id"]: sprint["state"] for sprint in data["sprints"]} == STATES
    assert {row["id"]: row["state"] for row in tables["csv/sprints.csv"]} == STATES
    for word in ("done", "in progress", "blocked", "ready", "dropped"):
        assert f"1 {word}" in shown(standing, "progress_summary")


@pytest.mark.parametrize(("declared", "mismatch"), [("$101,110", []), ("$111,110", ["plan"])])
def test_claims_and_tables_have_the_same_total_savings(declared: str, mismatch: list[str], tmp_path: Path) -> None:
    header = f"title: T\nstart: 2026-01-05\ndeclared: [{{claim: monthly-savings, says: '{declared}'}}]\n"
    project = open_plan(tmp_path, standing_files() | {"plan.yml": header})
    _, tables = exported(project)
    counted = [row["saves a month"] for row in tables["csv/sprints.csv"] if row["state"] != "dropped"]
    assert sum(int(re.sub(r"\D", "", saves)) for saves in counted) == 101_110
    assert audited(project, "total-mismatch") == mismatch
    assert [verdict.computed for verdict in project.facts.verdicts] == ["$101,110/month"]


def test_a_window_of_one_week_is_singular_everywhere(tmp_path: Path) -> None:
    files = {
        "sprints/1.yml": SPRINT.format(id=1) + "phase: a\n",
        "sprints/2.yml": SPRINT.format(id=2) + "phase: a\n",
        "phases.yml": "phases:\n  - {id: a, title: A, when: 3}\n",
        "options.yml": OPTION.format("{when: 3, sprints: ['1']}, {when: 5, sprints: ['2']}"),
    }
    project = open_plan(tmp_path, files)
    names = ("phase_list", "week_chart", "options_table", "option_list", "who_does_what", "sprint_table")
    texts = [shown(project, name) for name in names] + [finding.message for finding in project.facts.findings]
    assert sum("week 3" in text.casefold() for text in texts) > len(names) // 2
    assert [text for text in texts if re.search(r"\bweeks [0-9]+(?![0-9]|-|–)", text, re.IGNORECASE)] == []


def test_a_missing_owner_is_unassigned_everywhere(tmp_path: Path) -> None:
    done = 'entries: [{sprint: "1", date: 2026-01-06, state: done}]\n'
    team = "people: [{id: ada, name: Ada}]\n"
    project = open_plan(tmp_path, {"sprints/1.yml": SPRINT.format(id=1), "progress/2026.yml": done, "team.yml": team})
    question_review = review(change("Sprint 1 takes longer"), questions=[Question("", "1", "does it fit?")])
    for name in ("sprint_page", "completion_report"):
        assert "Owner Unassigned" in shown(project, name, "1")
    assert "Unassigned" in markdown(question_review)
    assert "Unassigned: does it fit?" in str(terminal(question_review))
    assert "Unassigned" in words(LexborHTMLParser(html(question_review)).css("main, body")[0])
