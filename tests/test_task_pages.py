"""Tasks on pages: on the page of their sprint, in the table of all tasks, and in links."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.publish.pages import pages
from masterplan.publish.project import Project, open_project
from masterplan.render.export import Material, export_files
from masterplan.render.views import tasks as view
from tests.macro_output import html_of
from tests.plans import write_plan

TODAY = date(2026, 1, 6)
PLAN = {
    "plan.yml": "title: T\nstart: 2026-01-05\n",
    "team.yml": "people: [{id: ada, name: Ada}]\nteams: [{id: ops, name: Operations}]\n",
    "phases.yml": 'phases: [{id: "1", title: First, when: 1-2, sprints: ["1", "2"]}]\n',
    "sprints/1.yml": """\
id: "1"
title: Base
effort: 6 hours
groups:
  - {title: Locks, tasks: 2, effort: 3 hours, description: Close the *doors*.}
  - {title: Keys, tasks: 1, points: 3}
tasks:
  - {id: T-1, title: Check inputs, group: Locks, owner: [ada, ops], effort: 1 hour, state: done, priority: P1}
  - id: T-2
    title: Limit uploads
    group: Locks
    effort: 2 hours
    labels: [api, big]
    when: day 1-2
    also_in: "2"
    depends_on: [{task: T-1, reason: Inputs are safe}]
    description: More *about* it.
    acceptance: [{text: Nothing is lost, done: true}, It is fast]
    tests: [Unit tests, {kind: Load, text: 1000 files}]
    links: [{title: Notes, url: "https://example.org/n"}]
  - {id: T-3, title: Turn keys, group: Keys, effort: 4 hours, points: 5}
""",
    "sprints/2.yml": """\
id: "2"
title: Roof
tasks:
  - {id: T-4, title: Tiles, depends_on: [{task: T-2}, {sprint: "1", strength: soft}]}
  - {id: T-5, title: Gutter, owner: ops}
""",
    "sprints/3.yml": 'id: "3"\ntitle: Garden\ntasks: [{title: Dig}, {title: Sow, done: true}]\n',
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return open_project(write_plan(tmp_path_factory.mktemp("tasks"), PLAN), TODAY)


def shown(project: Project, name: str, *arguments: str, page: str = "tasks.md") -> LexborHTMLParser:
    return LexborHTMLParser(f"<main>{html_of(name, project.context(page), *arguments)}</main>")


def sprint(project: Project, id_: str) -> LexborHTMLParser:
    return shown(project, "sprint_page", id_, page=f"sprints/SPRINT_{id_}.md")


def cells(row: LexborNode) -> dict[str, str]:
    return {cell.attributes["data-label"] or "": " ".join(cell.text().split()) for cell in row.css("td[data-label]")}


def test_a_task_is_a_row_with_anchor_and_all_its_fields(project: Project) -> None:
    page = sprint(project, "1")
    row, below = page.css("#task-T-2, #task-T-2 + tr")
    assert cells(row) | {"Task": ""} == {
        "Task": "", "State": "ready", "Owner": "—", "Effort": "2 hours", "Priority": "—", "Needs": "T-1",
        "Unlocks": "T-4",
    }  # fmt: skip
    assert cells(row)["Task"] == "T-2 Limit uploads days 1-2 (5 Jan to 6 Jan) · api · big · continues in Sprint 2"
    summary = below.css_first("summary")
    assert summary
    assert summary.text() == "Description, 1 of 2 criteria met, 2 tests, reasons, 1 link"
    for words in ("More about it.", "☑ Nothing is lost", "☐ It is fast", "Load: 1000 files", "T-1: Inputs are safe"):
        assert words in " ".join(below.text().split())
    assert cells(page.css("#task-T-1")[0])["Owner"] == "Ada and Operations"


def test_groups_show_declared_and_computed_totals(project: Project) -> None:
    page = sprint(project, "1")
    chips = [chip.text() for chip in page.css(".mp-chip") if "declared" in chip.text()]
    assert chips == ["declared: 2 tasks, 3 hours", "declared: 1 task, 3 points"]
    looks = [chip.attributes["class"] for chip in page.css(".mp-chip") if "declared" in chip.text()]
    assert [look and look.rpartition("-")[2] for look in looks] == ["agrees", "differs"]
    assert "1 task, 4 hours, 5 points" in page.text()
    assert "1 of 3 tasks done, 7 hours, 5 points in 1 of 3 tasks" in page.text()


def test_groups_are_below_the_heading_of_all_tasks(project: Project) -> None:
    headings = [line for line in sprint(project, "1").text().splitlines() if line.startswith("###")]
    assert headings[0].startswith("### Tasks ")
    assert {heading.partition(" ")[0] for heading in headings[1:]} == {"####"}


def test_an_effort_that_differs_from_the_sum_of_tasks_is_marked(project: Project) -> None:
    facts = {row.css("dt")[0].text(): row.css("dd")[0].text() for row in sprint(project, "1").css(".mp-facts div")}
    assert facts["Effort"] == "6 hours its tasks add up to 7 hours"


def test_a_task_is_also_listed_in_the_sprint_in_which_it_continues(project: Project) -> None:
    page = sprint(project, "2")
    links = [link.attributes["href"] for link in page.css("td[data-label=Task] > a")]
    assert [link and link.rpartition("#")[2] for link in links] == ["task-T-2"]
    assert "T-2 Limit uploads days 1-2 (5 Jan to 6 Jan) · api · big · from Sprint 1" in " ".join(page.text().split())
    assert not page.css("#task-T-2")


def test_tasks_with_only_titles_are_a_list(project: Project) -> None:
    page = sprint(project, "3")
    assert [item.text() for item in page.css("#tasks li")] == ["☐ Dig", "☑ Sow"]
    assert not page.css(".mp-details")


def test_every_link_to_a_task_has_an_anchor(project: Project) -> None:
    links: set[str] = set()
    anchors: set[str] = set()
    for id_ in project.facts.plan.sprints:
        page = sprint(project, id_)
        anchors |= {f"{row.attributes['id']}" for row in page.css("tr[id]")}
        links |= {f"{link.attributes['href']}".rpartition("#")[2] for link in page.css("a[href*='#task-']")}
    for macro in ("task_summary", "task_table", "dependency_table"):
        task_links = shown(project, macro).css("a[href*='#task-']")
        links |= {f"{link.attributes['href']}".rpartition("#")[2] for link in task_links}
    assert links == anchors == {f"task-T-{n}" for n in range(1, 6)}


def test_a_task_id_in_an_entry_links_to_the_task(tmp_path: Path) -> None:
    entry = 'entries: [{sprint: "2", date: 2026-01-05, state: in progress, tasks: [T-4, Gutter]}]\n'
    project = open_project(write_plan(tmp_path, PLAN | {"progress/2026.yml": entry}), TODAY)
    row = shown(project, "progress_log").css("tbody tr")[0]
    assert cells(row)["Results"] == "done: T-4, Gutter"
    assert [f"{link.attributes['href']}" for link in row.css("a")][-1].endswith("#task-T-4")


def test_a_dependency_of_tasks_is_a_dependency_of_their_sprints(project: Project) -> None:
    """T-2 ends in Sprint 2 itself, so only the soft dependency remains."""
    rows = [list(cells(row).values()) for row in shown(project, "dependency_table").css("tbody tr")]
    assert [row for row in rows if row[1] != "—"] == [
        ["Sprint 2: Roof", "Sprint 1: Base", "soft", "T-4 needs Sprint 1"]
    ]


def test_a_dependency_that_would_close_a_cycle_is_listed_as_ignored(tmp_path: Path) -> None:
    files = PLAN | {
        "sprints/1.yml": 'id: "1"\ntitle: A\ntasks: [{id: A1, title: a}, {id: A2, title: b, depends_on: [B1]}]\n',
        "sprints/2.yml": 'id: "2"\ntitle: B\ntasks: [{id: B1, title: c, depends_on: [A1]}]\n',
    }
    rows = [cells(row) for row in shown(open_project(write_plan(tmp_path, files)), "dependency_table").css("tbody tr")]
    strengths = {row["Why"].partition(";")[0]: row["Strength"] for row in rows}
    assert strengths["B1 needs A1"] == "hard"
    assert strengths["A2 needs B1"] == "ignored"


def test_rows_of_the_task_table_have_the_values_of_its_filters(project: Project) -> None:
    page = shown(project, "task_table")
    assert page.css("[data-search-exclude] tbody")
    first, second = page.css("tbody tr")[:2]
    assert first.attributes["data-fact1"] == "Ada; Operations"
    assert second.attributes["data-fact4"] == "api; big"
    assert [cells(row)["State"] for row in page.css("tbody tr")][:3] == ["done", "ready", "ready"]
    rows_of_sprint_2 = shown(project, "task_table", "2").css("tbody tr")
    assert [cells(row)["Task"] for row in rows_of_sprint_2] == ["T-4 Tiles", "T-5 Gutter"]


def test_a_very_long_table_shows_open_tasks_first_and_counts_the_rest(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_TASKS", 3)
    page = shown(project, "task_table")
    assert [cells(row)["Task"].split()[0] for row in page.css("tbody tr")] == ["T-2", "T-3", "T-4"]
    assert "4 more tasks on the pages of the sprints." in page.text()


def test_the_task_summary_lists_tasks_that_can_start_or_wait(project: Project) -> None:
    page = shown(project, "task_summary")
    columns = {column.css("p")[0].text(): [li.text() for li in column.css("li")] for column in page.css(".mp-column")}
    assert columns["Can start now"][:2] == ["T-2 Limit uploads", "T-3 Turn keys"]
    assert columns["Waiting"] == ["T-4 Tiles for T-2"]


def test_the_tasks_page_needs_tasks_with_more_than_titles(project: Project, tmp_path: Path) -> None:
    plain = {name: text for name, text in PLAN.items() if name not in ("sprints/1.yml", "sprints/2.yml", "phases.yml")}
    assert "tasks.md" in {page.path for page in pages(project)}
    assert "tasks.md" not in {page.path for page in pages(open_project(write_plan(tmp_path, plain)))}


def test_exports_have_tasks_with_computed_fields(project: Project) -> None:
    files = export_files(Material(project.facts, "x"))
    data = {
        task["id"]: task
        for sprint in json.loads(files["plan.json"])["sprints"]
        for task in sprint["tasks"]
        if task["id"]
    }
    assert data["T-2"]["owners"] == []
    assert (data["T-2"]["ready"], data["T-2"]["needs"], data["T-2"]["needed_by"]) == (True, ["T-1"], ["T-4"])
    assert (data["T-4"]["waits_for"], data["T-4"]["when"], data["T-2"]["begins"]) == (["T-2"], None, "2026-01-05")
    lines = {line["id"]: line for line in csv.DictReader(io.StringIO(files["csv/tasks.csv"]))}
    assert (lines["T-1"]["owners"], lines["T-1"]["state"], lines["T-1"]["effort"]) == ("ada; ops", "done", "1 hour")
    assert (lines["T-4"]["sprint"], lines["T-4"]["needs"], lines["T-2"]["labels"]) == ("2", "T-2; 1", "api; big")


def test_the_calendar_has_tasks_with_their_own_window(project: Project) -> None:
    ics = export_files(Material(project.facts, "x"))["plan.ics"]
    assert re.findall(r"UID:(\S+)@", ics) == ["sprint-1", "task-T-2", "sprint-2"]
    event = ics.partition("UID:task-T-2@")[2].partition("END:VEVENT")[0].replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20260105" in event
    assert "DTEND;VALUE=DATE:20260107" in event
    assert "SUMMARY:T-2 Limit uploads" in event


def test_a_dependency_of_sprints_names_all_its_tasks(tmp_path: Path) -> None:
    files = PLAN | {
        "sprints/1.yml": 'id: "1"\ntitle: A\ntasks: [{id: A1, title: a}, {id: A2, title: b}]\n',
        "sprints/2.yml": """\
id: "2"
title: B
depends_on: [{sprint: "1", strength: soft, reason: It helps}]
tasks: [{id: B1, title: c, depends_on: [A1]}, {id: B2, title: d, depends_on: [A2]}]
""",
    }
    rows = [cells(row) for row in shown(open_project(write_plan(tmp_path, files)), "dependency_table").css("tbody tr")]
    assert (rows[0]["Strength"], rows[0]["Why"]) == ("hard", "It helps; B1 needs A1; B2 needs A2")


def test_a_phase_shows_its_declared_effort_and_the_sum_of_its_sprints(tmp_path: Path) -> None:
    phases = PLAN["phases.yml"].replace("when: 1-2", "when: 1-2, effort: 9 hours")
    files = PLAN | {
        "phases.yml": phases,
        "sprints/2.yml": 'id: "2"\ntitle: B\ntasks: [{id: B1, title: c, effort: 1 hour}]\n',
    }
    page = shown(open_project(write_plan(tmp_path, files)), "phase_list")
    assert "9 hours its sprints add up to 7 hours" in " ".join(page.text().split())


def test_parallel_tasks_are_linked(tmp_path: Path) -> None:
    claim = 'parallel: [{sprint: T-3, alongside: [T-4, "3"], says: Side by side}]'
    phases = PLAN["phases.yml"].replace("when: 1-2", f"when: 1-2, {claim}")
    page = shown(open_project(write_plan(tmp_path, PLAN | {"phases.yml": phases})), "phase_list")
    [line] = [item for item in page.css("li") if "Side by side" in item.text()]
    assert " ".join(line.text().split()) == "T-3 alongside T-4, Sprint 3: Side by side"
    assert [(link.attributes["href"] or "").partition("#")[2] for link in line.css("a")] == ["task-T-3", "task-T-4", ""]
