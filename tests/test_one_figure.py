"""One figure, one judgement: page, audit, diff, JSON, CSV, badge and history are asked for the same and agree.

The plans are made to tell apart what two places could judge in two ways.
"""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import figures
from masterplan.analyse.changes.fact_values import FactValue, PlanOnDay, ScheduleCache
from masterplan.analyse.facts import extent
from masterplan.model.change import Question
from masterplan.model.naming import PLAN
from masterplan.publish.project import Project, open_project
from masterplan.render import views
from masterplan.render.export import export_files
from masterplan.render.macro import MACROS
from masterplan.render.review import html, markdown
from masterplan.render.review.text import terminal
from tests.plans import write_plan
from tests.reviews import change, review
from tests.sites import words

OPTION = "options:\n  - {{id: A, title: A, people: [{{name: Dev, work: [{}]}}]}}\n"
SPRINT = 'id: "{id}"\ntitle: T\n'


def project(root: Path, files: dict[str, str]) -> Project:
    return open_project(write_plan(root, {"plan.yml": "title: T\nstart: 2026-01-05\n"} | files), date(2026, 1, 9))


def page(of: Project, name: str, *args: str) -> str:
    """What a macro shows, as the text that a reader sees."""
    assert views.__all__
    html = Markup("<main>{}</main>").format(MACROS[name].call(of.context("index.md"), *args))
    return words(LexborHTMLParser(html).css("main")[0])


def audited(of: Project, rule: str) -> list[str]:
    """The parts of the plan in which a rule finds something."""
    findings = [finding for finding in of.facts.findings if finding.rule.id == rule]
    return [str(part) for finding in findings for part in finding.units or (finding.subject,)]


def computed(of: Project, kind: str) -> FactValue:
    """What a diff computes of the whole plan."""
    plan = PlanOnDay(of.facts.plan, of.facts.today, (), ScheduleCache())
    return plan.facts([kind])[kind, PLAN]


def exported(of: Project) -> tuple[Any, dict[str, list[dict[str, str]]]]:
    """The plan as JSON, and its CSV tables by name."""
    made = export_files(of)
    tables = {
        name: list(csv.DictReader(io.StringIO(terminal.lstrip("\ufeff"))))
        for name, terminal in made.items()
        if ".csv" in name
    }
    return json.loads(made["plan.json"]), tables


@pytest.mark.parametrize(
    ("metric", "measured", "outcome"),
    [
        ("before: Baseline, after: <1s, better: lower", "3s", "missed"),
        ("before: Baseline, after: <1s, better: lower", "0.5s", "reached"),
        ("before: 10 s, after: 2-4 s", "3-5 s", "in part"),
        ("before: Baseline, after: -20-30%", "-5%", "missed"),
    ],
)
def test_a_target_is_missed_everywhere_or_nowhere(metric: str, measured: str, outcome: str, tmp_path: Path) -> None:
    entry = 'entries:\n  - sprint: "1"\n    date: 2026-01-06\n    state: done\n'
    entry += f'    measured: [{{metric: M, value: "{measured}"}}]\n'
    sprint = SPRINT.format(id=1) + f"metrics: [{{name: M, {metric}}}]\n"
    of = project(tmp_path, {"sprints/1.yml": sprint, "progress/2026.yml": entry})
    data, tables = exported(of)
    assert page(of, "measured").endswith(outcome)
    assert audited(of, "target-missed") == ["sprint 1"] * (outcome == "missed")
    assert [each["outcome"] for each in data["sprints"][0]["metrics"]] == [outcome]
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
def test_a_week_is_as_long_as_the_team_works(
    calendar: str, effort: str, weeks: str, tmp_path: Path, *, fits: bool
) -> None:
    of = project(
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
    schedules = of.facts.schedules
    lasts = float(round(schedules.days.weeks(schedules.options["A"].end), 2))
    assert f"{lasts:g} week{'s' * (lasts != 1)}" == weeks
    assert figures.rounded(schedules.options["A"].end, schedules.days.a_week).text in page(of, "staffing_table")
    assert audited(of, "effort-window") == ["option A"] * (not fits)
    assert audited(of, "not-the-most") == ["sprint 1"] * (not fits)
    assert [verdict.outcome for verdict in of.facts.verdicts] == ["agrees" if fits else "differs", "agrees"]


STATES = {"1": "planned", "2": "in progress", "3": "done", "4": "dropped", "5": "blocked"}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A plan with a sprint in every state, each at high risk and with savings of its own."""
    return project(tmp_path_factory.mktemp("standing"), standing_files())


def standing_files() -> dict[str, str]:
    """Of a plan with a sprint in every state."""
    sprints = {
        f"sprints/{id_}.yml": SPRINT.format(id=id_)
        + f"risk: {{level: very high}}\nsavings: {{monthly: ${10 ** int(id_)}}}\n"
        for id_ in STATES
    }
    entries = [f'  - {{sprint: "{id_}", date: 2026-01-06, state: {state}}}\n' for id_, state in STATES.items()]
    work = ", ".join(f"{{when: {id_}, sprints: ['{id_}']}}" for id_ in STATES)
    more = {"progress/2026.yml": "entries:\n" + "".join(entries), "options.yml": OPTION.format(work)}
    return sprints | more


def test_a_high_risk_counts_while_its_sprint_is_open(standing: Project) -> None:
    open_ = ["1", "2", "5"]
    assert f"High risks {len(open_)} Sprint 1, Sprint 2, Sprint 5" in page(standing, "headline")
    assert audited(standing, "risk-without-owner") == [f"sprint {id_}" for id_ in open_]
    assert computed(standing, "high-risks").value == tuple(open_)


def test_named_risks_count_as_high_risks_too(tmp_path: Path) -> None:
    named = "risks:\n- {id: R-2, title: Slow, level: very high}\n- {title: Gone, level: very high, state: closed}\n"
    files = {
        "sprints/1.yml": SPRINT.format(id=1) + named,
        "sprints/2.yml": SPRINT.format(id=2) + "risk: {level: high}\n",
        "risks.yml": "risks: [{id: R-1, title: Quota, level: high}]\n",
    }
    of = project(tmp_path, files)
    assert "High risks 3 Sprint 2, R-1, R-2" in page(of, "headline")
    assert "Sprint 1: T very high risk" in page(of, "sprint_table")


def test_what_is_done_without_a_day_is_on_the_burn_up_today(tmp_path: Path) -> None:
    of = project(tmp_path, {"sprints/1.yml": SPRINT.format(id=1) + "state: done\nwhen: 1\n"})
    assert "1 of 1 sprint done" in page(of, "progress_summary")
    assert "Week 1 1 1" in page(of, "burn_up")


def test_savings_are_those_of_the_sprints_that_are_not_dropped(standing: Project) -> None:
    month, year = "$101,110/month", "$1,213,320/year"
    data, _ = exported(standing)
    headline, savings = page(standing, "headline"), page(standing, "savings_table")
    assert "Monthly savings $101,110 $1,213,320 a year, when complete" in headline
    assert savings.endswith("Computed total $101,110 $1,213,320")
    assert "dropped, not in the total" in savings
    assert data["savings"]["text"] == month
    assert (computed(standing, "monthly-savings").value, computed(standing, "annual-savings").value) == (month, year)
    assert extent(standing.facts.plan).savings == month
    assert export_files(standing)["badges/savings.json"].count(month) == 1
    drawn = page(standing, "savings_over_time")
    assert "Sprint 4" not in page(standing, "savings_chart")
    assert "10,000" not in drawn


@pytest.mark.parametrize(
    ("options", "says"), [("A", "Option A saves $12 by week 2"), ("AB", "Every option saves $12 by week 2")]
)
def test_a_chart_of_options_that_save_the_same_names_none_as_the_best(options: str, says: str, tmp_path: Path) -> None:
    listed = "".join(
        f"  - {{id: {id_}, title: T, people: [{{name: Dev, work: [{{when: 1, sprints: ['1']}}]}}]}}\n"
        for id_ in options
    )
    files = {"sprints/1.yml": SPRINT.format(id=1) + "savings: {monthly: $50}\n", "options.yml": f"options:\n{listed}"}
    assert says in page(project(tmp_path, files), "savings_over_time")


def test_a_state_is_counted_alike(standing: Project) -> None:
    data, tables = exported(standing)
    assert {sprint["id"]: sprint["state"] for sprint in data["sprints"]} == STATES
    assert {row["id"]: row["state"] for row in tables["csv/sprints.csv"]} == STATES
    for word in ("done", "in progress", "blocked", "ready", "dropped"):
        assert f"1 {word}" in page(standing, "progress_summary")


@pytest.mark.parametrize(("declared", "mismatch"), [("$101,110", []), ("$111,110", ["plan"])])
def test_savings_are_added_up_for_a_claim_as_for_a_table(declared: str, mismatch: list[str], tmp_path: Path) -> None:
    header = f"title: T\nstart: 2026-01-05\ndeclared: [{{claim: monthly-savings, says: '{declared}'}}]\n"
    of = project(tmp_path, standing_files() | {"plan.yml": header})
    _, tables = exported(of)
    kept = [row["saves a month"] for row in tables["csv/sprints.csv"] if row["state"] != "dropped"]
    assert sum(int(re.sub(r"\D", "", saves)) for saves in kept) == 101_110
    assert audited(of, "total-mismatch") == mismatch
    assert [verdict.computed for verdict in of.facts.verdicts] == ["$101,110/month"]


def test_one_week_is_a_week_everywhere(tmp_path: Path) -> None:
    files = {
        "sprints/1.yml": SPRINT.format(id=1) + "phase: a\n",
        "sprints/2.yml": SPRINT.format(id=2) + "phase: a\n",
        "phases.yml": "phases:\n  - {id: a, title: A, when: 3}\n",
        "options.yml": OPTION.format("{when: 3, sprints: ['1']}, {when: 5, sprints: ['2']}"),
    }
    of = project(tmp_path, files)
    names = ("phase_list", "week_chart", "options_table", "option_list", "who_does_what", "sprint_table")
    texts = [page(of, name) for name in names] + [finding.message for finding in of.facts.findings]
    assert sum("week 3" in terminal.casefold() for terminal in texts) > len(names) // 2
    assert [terminal for terminal in texts if re.search(r"\bweeks [0-9]+(?![0-9]|-|–)", terminal, re.IGNORECASE)] == []


def test_what_has_no_owner_is_called_alike_everywhere(tmp_path: Path) -> None:
    done = 'entries: [{sprint: "1", date: 2026-01-06, state: done}]\n'
    team = "people: [{id: ada, name: Ada}]\n"
    of = project(tmp_path, {"sprints/1.yml": SPRINT.format(id=1), "progress/2026.yml": done, "team.yml": team})
    asked = review(change("Sprint 1 takes longer"), questions=[Question("", "1", "does it fit?")])
    for name in ("sprint_page", "completion_report"):
        assert "Owner Unassigned" in page(of, name, "1")
    assert "Unassigned" in markdown(asked)
    assert "Unassigned: does it fit?" in str(terminal(asked))
    assert "Unassigned" in words(LexborHTMLParser(html(asked)).css("main, body")[0])
