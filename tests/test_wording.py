"""The wording of pages: counts, names, quotations, and values that are not stated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.model.progress import SKELETON, filled_in
from masterplan.model.window import TimeWindow
from masterplan.publish import reference as guide
from masterplan.publish.project import Project, open_project
from masterplan.render.compose import message
from masterplan.render.write.html import document
from tests.commits import FIRST, begin, commit
from tests.macro_output import html_of, shown
from tests.plans import write_plan
from tests.sites import words

ROOT = Path(__file__).parent.parent
STIFF = re.compile(
    r"\b(?:mend(?:s|ed|ing)?|that which|nothing is said|said aloud|as it is told|speaks? (?:of|against)|whom|how grave"
    r"|nobody yet|is no figure|stands in time|come in so far|found a month|goes too|is no review)\b",
    re.IGNORECASE,
)
"""Expressions that no native writer would use."""

CLAIM = "declared: [{claim: duration, says: Two weeks}]\n"
OPTION = "options: [{id: A, title: T, people: [{name: Dev, work: [{when: %s, sprints: ['1']}]}]}]\n"


def open_plan(root: Path, files: dict[str, str]) -> Project:
    return open_project(write_plan(root, {"plan.yml": "title: T\n"} | files))


@pytest.mark.parametrize(("text", "named"), [("3", "week 3"), ("1-2", "weeks 1-2"), ("4-4", "week 4")])
def test_a_window_of_one_week_is_singular(text: str, named: str) -> None:
    assert TimeWindow.read(text).named == named


def test_progress_has_the_count_of_sprints_and_the_share_of_effort(tmp_path: Path) -> None:
    efforts = {"1": "1 day", "2": "1 day", "3": "6 days"}
    files = {f"sprints/{n}.yml": f'id: "{n}"\ntitle: T\neffort: {effort}\n' for n, effort in efforts.items()}
    entries = "".join(f'  - {{sprint: "{n}", date: 2025-01-0{n}, state: done}}\n' for n in (1, 2))
    text = shown(open_plan(tmp_path, files | {"progress/2025.yml": f"entries:\n{entries}"}), "progress_summary")
    assert "2 of 3 sprints done , 25% of the effort" in text


def test_a_plan_without_sprints_has_no_progress(tmp_path: Path) -> None:
    project = open_plan(tmp_path, {})
    assert shown(project, "progress_summary") == "There are no sprints yet."
    assert "week 0" not in shown(project, "value_table")


def test_the_reason_for_a_missing_schedule_is_a_sentence(tmp_path: Path) -> None:
    project = open_plan(tmp_path, {"sprints/1.yml": 'id: "1"\ntitle: T\n'})
    assert shown(project, "schedule_notes").startswith("There is no schedule: no sprint has an effort.")


def test_all_tests_of_one_kind_are_shown(tmp_path: Path) -> None:
    tests = "".join(f"  - {{kind: Unit, text: Case {n}}}\n" for n in range(1, 4))
    project = open_plan(tmp_path, {"sprints/1.yml": f'id: "1"\ntitle: T\ntests:\n{tests}'})
    for text in (shown(project, "sprint_tests", "1"), shown(project, "sprint_tests")):
        assert [n for n in range(1, 4) if f"Case {n}" in text] == [1, 2, 3]


def test_tests_of_many_kinds_are_lists_and_no_tests_are_a_sentence(tmp_path: Path) -> None:
    sprint, promised = 'id: "1"\ntitle: T\n', {"plan.yml": "title: T\ntesting: {per_sprint: {items: [Unit]}}\n"}
    tests = "".join(f"  - {{kind: Kind {n}, text: Case {n}}}\n" for n in range(1, 41))
    project = open_plan(tmp_path / "many", promised | {"sprints/1.yml": f"{sprint}tests:\n{tests}"})
    text = shown(project, "sprint_tests")
    assert text.startswith("Tests Sprint Tests Sprint 1: T Kind 1: Case 1")
    assert [n for n in range(1, 41) if f"Kind {n}: Case {n}" in text] == list(range(1, 41))
    assert (
        shown(open_plan(tmp_path, promised | {"sprints/1.yml": sprint}), "sprint_tests")
        == "No sprint lists its tests yet."
    )


def test_authors_of_waivers_and_entries_are_named(tmp_path: Path) -> None:
    waiver = "{rule: count-mismatch, at: plan, reason: Later, by: ada, until: 2099-12-31}"
    files = {
        "plan.yml": f"title: T\ndeclared: [{{claim: sprints, says: 9 sprints}}]\naudit: {{waivers: [{waiver}]}}\n",
        "team.yml": "people: [{id: ada, name: Ada Moreno}]\n",
        "sprints/1.yml": 'id: "1"\ntitle: T\n',
        "progress/2025.yml": 'entries: [{sprint: "1", date: 2025-11-16, state: done, by: ada}]\n',
    }
    project = open_plan(tmp_path, files)
    for macro in ("audit", "progress_log"):
        assert "Ada Moreno" in shown(project, macro)


def test_a_path_in_a_finding_is_code(tmp_path: Path) -> None:
    document = "documentation: {after_each_sprint: [{path: project_docs/A.md}]}\n"
    project = open_plan(tmp_path, {"plan.yml": f"title: T\n{document}", "sprints/1.yml": 'id: "1"\ntitle: T\n'})
    page = html_of("audit", project.context("index.md"))
    assert "project_docs/A.md" in [node.text() for node in LexborHTMLParser(page).css("code")]
    assert "project_docs/A.md is listed for updates" in shown(project, "audit")


@pytest.mark.parametrize("macro", ["audit", "changes", "finding_reference", "schema_reference", "macro_reference"])
def test_quotations_in_messages_have_no_backticks_on_pages(macro: str, tmp_path: Path) -> None:
    project = open_project(begin(tmp_path, {"plan.yml": "title: T\naudit: {severity: {zzz: off}}\n"}))
    commit(project.root, {"sprints/1.yml": f'id: "1"\ntitle: T\n{CLAIM}'}, "Claim", "Ada", FIRST + 1)
    commit(project.root, {"sprints/1.yml": 'id: "1"\ntitle: T\n'}, "Claim no more", "Ada", FIRST + 2)
    assert guide.__doc__, "importing the module registers its macros"
    html = LexborHTMLParser(f"<main>{html_of(macro, open_project(project.root).context('index.md'))}</main>")
    assert html.css("q, code")
    html.strip_tags(["code", "pre"], recursive=True)
    assert "`" not in words(html.css("main")[0])


def test_the_history_of_a_sprint_marks_quotations(tmp_path: Path) -> None:
    root = begin(tmp_path, {"plan.yml": "title: T\n", "sprints/1.yml": 'id: "1"\ntitle: T\n'})
    commit(root, {"sprints/1.yml": f'id: "1"\ntitle: T\n{CLAIM}'}, "Claim", "Ada", FIRST + 1)
    html = html_of("sprint_history", open_project(root).context("index.md"), "1")
    assert [node.text() for node in LexborHTMLParser(html).css("q")] == ["Two weeks"]
    assert "`" not in html


def test_a_quotation_keeps_the_blanks_around_it_and_a_lone_backtick_stays() -> None:
    assert document(message("declared `a b` twice")) == "declared <q>a b</q> twice"
    assert words(LexborHTMLParser(f"<p>{document(message('a ` b'))}</p>").css("p")[0]) == "a ` b"
    assert document(message("states `90%`")) == "states <q>90%</q>"


@pytest.mark.parametrize(
    "code", ["owner:", "done: true", "assume: 5 days", "docs/a_b.md", "TASK-1", "masterplan check --fail-on info"]
)
def test_an_id_a_path_a_key_or_a_command_in_a_message_is_code(code: str) -> None:
    page = LexborHTMLParser(document(message(f"set `{code}` first")))
    assert [node.text() for node in page.css("code")] == [code]


def test_empty_headings_of_a_report_are_left_out() -> None:
    assert filled_in(SKELETON) == ""
    written = SKELETON.replace("{: #learnt }", "{: #learnt }\n\nTo measure first.")
    assert filled_in(written) == "## What was learnt {: #learnt }\n\nTo measure first.\n\n"
    assert filled_in("## Own heading\n\n## Another\n") == "## Own heading\n\n## Another\n"


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("absent: [2026-01-01 to 2099-12-31]", "Nobody can do Sprint 1: Ada is away all the time."),
        ("skills: [Go]", "Nobody on the team has the skills for Sprint 1: SQL is missing."),
    ],
)
def test_reasons_begin_with_the_fact_that_nobody_can_do_a_sprint(person: str, sentence: str, tmp_path: Path) -> None:
    files = {
        "plan.yml": "title: T\nstart: 2026-01-05\n",
        "team.yml": f"people: [{{id: ada, name: Ada, {person}}}]\n",
        "sprints/1.yml": 'id: "1"\ntitle: T\nskills: [SQL]\neffort: 1 day\n',
    }
    text = shown(open_plan(tmp_path, files), "why_it_is_then", "1")
    assert text.startswith(sentence)
    assert "2035" not in text
    assert "2036" not in text


@pytest.mark.parametrize(
    ("effort", "takes"), [("0 days", "0 days"), ("90 min", "less than half a day"), ("2 days", "2 days")]
)
def test_a_stated_effort_is_shown_unchanged(effort: str, takes: str, tmp_path: Path) -> None:
    sprints = {"1": "5 days", "2": effort}
    files = {f"sprints/{n}.yml": f'id: "{n}"\ntitle: T\neffort: {value}\n' for n, value in sprints.items()}
    files["plan.yml"] = "title: T\nstart: 2026-01-05\n"
    files["sprints/2.yml"] += 'depends_on: [{sprint: "1"}]\n'
    text = shown(open_plan(tmp_path, files), "why_it_is_then", "2")
    assert f"week 2, 12 Jan 2026{' to 13 Jan 2026' if takes == '2 days' else ''} ({takes})." in text
    assert f"Effort: {effort}, stated by the plan." in text


def test_minutes_count_as_minutes_and_zero_effort_does_not_count(tmp_path: Path) -> None:
    efforts = {"1": "90 min", "2": "30 min", "3": "0 days"}
    files = {f"sprints/{n}.yml": f'id: "{n}"\ntitle: T\neffort: {effort}\n' for n, effort in efforts.items()}
    files["progress/2025.yml"] = "entries: [{sprint: '1', date: 2025-01-01, state: done}]\n"
    assert "75% of the effort" in shown(open_plan(tmp_path, files), "progress_summary")


TABLE = """tables:
- title: Budget
  columns: [Cloud, People, Both]
  rows: [{name: First, cells: [$10, $20, $30]}, {name: Second, cells: [$10, $30, $50]}]
  total: [$20, $60, $80]
  sums_rows: true
"""


def test_a_table_is_shown_with_the_computed_sums_of_its_cells(tmp_path: Path) -> None:
    project = open_plan(tmp_path, {"plan.yml": f"title: T\n{TABLE}"})
    text = shown(project, "other_tables")
    assert text.startswith("Budget")
    assert "Both (row sum)" in text
    assert "First $10 $20 $30 Second $10 $30 $50 computed $40" in text
    assert "Declared total $20 $60 $80 Computed total $20 $50 $80" in text
    assert "value" in project.default_pages


def test_a_rollback_is_shown_with_all_its_fields(tmp_path: Path) -> None:
    rollback = "rollback: {needed: false, steps: [Only logging], first: ['2'], trigger: Errors}\n"
    project = open_plan(
        tmp_path, {"sprints/1.yml": f'id: "1"\ntitle: T\n{rollback}', "sprints/2.yml": 'id: "2"\ntitle: U\n'}
    )
    assert "Nothing to undo: Only logging Trigger: Errors Declared to be undone first: Sprint 2" in shown(
        project, "rollback_table"
    )


def test_a_stated_no_rollback_needed_is_shown_alone(tmp_path: Path) -> None:
    rollback = "rollback: {needed: false, steps: [No rollback needed]}\n"
    project = open_plan(tmp_path, {"sprints/1.yml": f'id: "1"\ntitle: T\n{rollback}'})
    assert "No rollback needed" in shown(project, "rollback_table")
    assert "Nothing to undo" not in shown(project, "rollback_table")


def test_a_runbook_gives_the_reason_why_a_sprint_is_also_undone(tmp_path: Path) -> None:
    def runbooks(name: str, needs: str, rollback: str = "") -> str:
        needs, undo = f'depends_on: [{{sprint: "1", strength: hard{needs}}}]\n', "rollback: {steps: [Undo it]}\n"
        files = {
            "sprints/1.yml": f'id: "1"\ntitle: T\n{rollback}',
            "sprints/2.yml": f'id: "2"\ntitle: U\n{undo}{needs}',
        }
        return shown(open_plan(tmp_path / name, files), "rollback_runbooks")

    assert "Also undone, because it depends on Sprint 1 (reads its tables)" in runbooks(
        "a", ", reason: reads its tables"
    )
    assert "Also undone, because it needs Sprint 1's prepared statements" in runbooks(
        "b", ", reason: needs prepared statements"
    )
    assert "Also undone, because it depends on Sprint 1 Sprint 1: T" in runbooks("c", "")
    assert runbooks("c", "").endswith("Can be undone alone: Sprint 2 .")
    nothing_to_undo = "rollback: {needed: false, steps: [Logging only]}\n"
    assert runbooks("d", "", nothing_to_undo) == "Every sprint can be undone alone."


@pytest.mark.parametrize(("state", "times"), [("done", 0), ("dropped", 0), ("in progress", 0), ("planned", 1)])
def test_only_a_planned_sprint_has_a_line_safe_to_start_today(state: str, times: int, tmp_path: Path) -> None:
    files = {
        "sprints/1.yml": 'id: "1"\ntitle: T\nstate: in progress\n',
        "sprints/2.yml": f'id: "2"\ntitle: U\nstate: {state}\ndepends_on: [{{sprint: "1", strength: hard}}]\n',
    }
    assert shown(open_plan(tmp_path, files), "joining", "2").count("Safe to start today") == times


def test_a_claim_is_shown_with_its_parsed_value_if_its_text_does_not_state_it(tmp_path: Path) -> None:
    claims = "[{claim: sprints, says: One sprint, value: 1}, {claim: ends, says: By spring, day: 2026-03-20, of: Beta}]"
    text = shown(open_plan(tmp_path, {"plan.yml": f"title: T\ndeclared: {claims}\n"}), "declared")
    assert "in the plan , read as 1" in text
    assert "in the plan , read as 20 Mar 2026, about Beta" in text


def test_the_settings_section_exists_if_the_plan_has_settings(tmp_path: Path) -> None:
    assert shown(open_plan(tmp_path / "none", {}), "plan_settings") == ""
    settings = 'title: T\nid: budget\ndecimal: ","\ntimezone: Europe/Berlin\naudit: {severity: {no-phase: "off"}}\n'
    text = shown(open_plan(tmp_path, {"plan.yml": settings}), "plan_settings")
    assert "About this plan Setting Value" in text
    for stated in ("budget", "Europe/Berlin", "Decimal separator ,", "Severity of no-phase off"):
        assert stated in text


RISKS = """\
id: "1"
title: T
risk: {level: medium, mitigation: [Try it first]}
risks:
- {id: R-2, title: Quota, likelihood: high, impact: critical, trigger: Warnings, contingency: [Buy more]}
- {title: Delay, level: low, state: closed}
"""


def test_risks_are_sorted_by_the_plans_own_scale_with_closed_risks_last(tmp_path: Path) -> None:
    scale = {"plan.yml": "title: T\nrisk_levels: [low, medium, high, critical]\n", "sprints/1.yml": RISKS}
    plan = {"risks.yml": "risks: [{id: R-1, title: Budget, level: critical, owner: ada, mitigation: Ask early}]\n"}
    project = open_plan(tmp_path, scale | plan | {"team.yml": "people: [{id: ada, name: Ada}]\n"})
    register, matrix = shown(project, "risk_register"), shown(project, "risk_matrix")
    places = [register.index(text) for text in ("R-1: Budget", "R-2: Quota", "Try it first", "Delay")]
    assert places == sorted(places)
    assert "Plan critical risk R-1: Budget Ask early Ada open" in register
    assert "critical impact" in matrix
    assert "R-2" in matrix
    assert "Delay" not in matrix
    assert "2 risks rated by level only (no likelihood or impact stated)" in matrix
    assert "Risk Description Response" in shown(project, "sprint_page", "1")
    assert "Buy more" in shown(project, "sprint_page", "1")


def test_the_states_of_risks_are_shown_if_one_is_not_open(tmp_path: Path) -> None:
    risks = RISKS.replace("critical", "high")
    mixed, all_open = ({"sprints/1.yml": risks.replace("closed", state)} for state in ("closed", "open"))
    assert "Response State" in shown(open_plan(tmp_path / "a", mixed), "risk_register")
    assert "State" not in shown(open_plan(tmp_path / "b", all_open), "risk_register")


def test_a_cell_of_the_matrix_lists_six_risks_and_counts_the_rest(tmp_path: Path) -> None:
    sprints = {f"sprints/{n}.yml": f"id: '{n}'\ntitle: T\nrisk: {{level: low}}\n" for n in range(1, 31)}
    project = open_plan(tmp_path, sprints)
    matrix, register = shown(project, "risk_matrix"), shown(project, "risk_register")
    assert "Sprint 6 , and 24 more" in matrix
    assert all(f"Sprint {n}: T" in register for n in range(1, 31))


def test_a_rollback_that_nobody_states_is_one_sentence_with_what_to_undo_first(tmp_path: Path) -> None:
    needs = {1: "[]", 2: "['1']", 3: "['2']"}
    sprints = {f"sprints/{n}.yml": f"id: '{n}'\ntitle: T\ndepends_on: {ids}\n" for n, ids in needs.items()}
    runbook = shown(open_plan(tmp_path, sprints), "rollback_runbook", "1")
    assert runbook == "Rollback not stated. Undo first: Sprint 3 , Sprint 2 . Nothing else remains."
    sprints["sprints/2.yml"] += "rollback: {steps: [Turn it off]}\n"
    runbook = shown(open_plan(tmp_path / "stated", sprints), "rollback_runbook", "1")
    assert "Sprint 2: T : Turn it off Also undone, because it depends on Sprint 1" in runbook


def test_a_chart_of_many_metrics_shows_the_largest_reductions(tmp_path: Path) -> None:
    metrics = "".join(f"- {{name: M{n}, before: 100 s, after: {n} s}}\n" for n in range(1, 26))
    project = open_plan(tmp_path, {"sprints/1.yml": f"id: '1'\ntitle: T\nmetrics:\n{metrics}"})
    chart = shown(project, "metrics_chart")
    assert chart.startswith("Largest reduction: M1, by 99% (the 10 largest of 25 are shown)")
    assert "M10 (Sprint 1)" in chart
    assert "M11 (Sprint 1)" not in chart


def test_scope_decisions_and_asks_are_on_their_pages(tmp_path: Path) -> None:
    plan = """\
title: T
objective: Fewer calls.
deliverables: [A report]
acceptance: [{text: Read by all, done: true}, Signed]
decisions: [{title: Which broker, state: taken, outcome: The old one}]
rollback: {steps: [Restore the backup], trigger: Data is lost}
"""
    sprint = 'id: "1"\ntitle: T\ndecisions: [{title: Which host, blocks: ["1"], when: week 2}]\n'
    sprint += "asks: [{title: Access, by: Ops}]\n"
    project = open_plan(tmp_path, {"plan.yml": plan, "sprints/1.yml": sprint})
    assert "Deliverables A report Acceptance criteria ☑ Read by all ☐ Signed" in shown(project, "plan_scope")
    text = shown(project, "decisions")
    assert "Which host Sprint 1: T open — week 2 Sprint 1 Which broker Plan taken The old one" in text
    assert "Access Sprint 1: T Ops open" in text
    assert "Restore the backup Trigger: Data is lost" in shown(project, "plan_rollback")
    assert {"progress", "risks"} <= set(project.default_pages)
    page = shown(project, "sprint_page", "1")
    assert "Which host open week 2 Sprint 1" in page
    assert "Which broker" not in page


def test_teams_and_roles_are_shown_as_owners_by_name(tmp_path: Path) -> None:
    team = "people: [{id: ada, name: Ada}]\nteams: [{id: d, name: Design, people: [ada]}]\n"
    team += "roles: [{id: qa, name: Testing}]\n"
    project = open_plan(tmp_path, {"team.yml": team, "sprints/1.yml": 'id: "1"\ntitle: T\nowner: [d, qa]\npoints: 5\n'})
    assert "Owner Design and Testing" in shown(project, "sprint_page", "1")
    assert "Design Team 1 Ada Testing Role 1 —" in shown(project, "teams_and_roles")
    assert "people" in project.default_pages


def texts() -> Iterator[tuple[str, str]]:
    """Every text with its place: strings and docstrings in the code, pages, guide, README, CONTRIBUTING."""
    for path in sorted((ROOT / "macros" / "masterplan").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", " ".join(node.value.split())
    for path in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        yield str(path.relative_to(ROOT)), " ".join(path.read_text("utf-8").split())


def test_no_text_has_stiff_expressions() -> None:
    assert [f"{place}: {match[0]}" for place, text in texts() for match in STIFF.finditer(text)] == []
