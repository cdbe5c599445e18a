"""The pages of people, teams and roles: their work by urgency, who waits for it, and the addresses of the pages."""

import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from selectolax.lexbor import LexborHTMLParser

from masterplan.publish.pages import MOST_PEOPLE_IN_NAVIGATION, navigation, pages
from masterplan.publish.project import Project, open_project
from masterplan.render.export import export_files
from masterplan.render.links import ALL_PEOPLE, owner_path
from tests.commits import begin, commit
from tests.macro_output import html_of
from tests.plans import write_plan
from tests.sites import words

ATOM = "{http://www.w3.org/2005/Atom}"
TODAY = date(2026, 2, 3)
PLAN = {
    "plan.yml": "title: Half done\nstart: 2026-01-05\ndecisions:\n  - {title: Which broker, owner: ada}\n",
    "team.yml": "people:\n  - {id: ada, name: Ada Moreno, role: Backend, share: 50, absent: [2026-02-09]}\n"
    "  - {id: ben, name: Ben <b>}\n  - {id: cy, name: Cy}\n"
    "teams:\n  - {id: index, name: Platform, people: [ada]}\nroles:\n  - {id: lead, name: Lead, people: [ada, ben]}\n",
    "options.yml": "chosen: B\noptions:\n"
    "  - {id: A, title: Alone, people: [{name: One, person: ben, work: [{when: 1, sprints: ['1']}]}]}\n"
    "  - {id: B, title: Two, people: [{name: D, person: ada, work: [{when: 7, sprints: ['5'], supports: ['4']}]}]}\n",
    "sprints/1.yml": "id: '1'\ntitle: One\nowner: ada\nwhen: 1\n",
    "sprints/2.yml": "id: '2'\ntitle: Two\nowner: ada\nwhen: 2-3\ntasks:\n"
    "  - {id: T-1, title: Dig, owner: ben, when: 9}\n  - {title: Sow, owner: ada}\n",
    "sprints/3.yml": "id: '3'\ntitle: Three\nowner: [ada, index]\nwhen: 5-6\n",
    "sprints/4.yml": "id: '4'\ntitle: Four\nowner: ben\nwhen: 7\ndepends_on: ['2', '3']\n",
    "sprints/5.yml": "id: '5'\ntitle: Five\nowner: ada\nwhen: 8\ndepends_on: ['3']\nrisk: {level: high, owner: lead}\n",
    "progress/1.yml": "entries:\n  - {sprint: '1', date: 2026-01-09, state: done}\n"
    "  - {sprint: '2', date: 2026-01-12, state: in progress, percent: 40}\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return open_project(write_plan(tmp_path_factory.mktemp("people"), PLAN), TODAY)


def page(project: Project, owner: str) -> LexborHTMLParser:
    return LexborHTMLParser(f"<main>{html_of('person_page', project.context(owner_path(owner)), owner)}</main>")


def lists(shown: LexborHTMLParser) -> dict[str, list[str]]:
    columns = shown.css(".mp-column")
    return {words(column.css("p")[0]): [words(item) for item in column.css("li")] for column in columns}


def test_work_is_listed_by_urgency(project: Project) -> None:
    shown = page(project, "ada")
    assert lists(shown) == {
        "Late": [
            "Sprint 2: Two in progress 40% was due 25 Jan",
            "Sprint 2 : Sow ready was due 25 Jan",
        ],
        "Can start now": ["Sprint 3: Three weeks 5-6 ( 2 Feb to 15 Feb )"],
        "Waiting": ["Sprint 5: Five for Sprint 3"],
        "Open decisions": ["Which broker Plan"],
    }
    text = words(shown.css("main")[0])
    assert "Ada Moreno has 3 sprints and 1 task to do: 2 late, 1 ready, 1 waiting." in text
    assert [words(item) for item in shown.css("details li")] == ["Sprint 1: One done"]


def test_work_of_others_that_waits_is_listed_with_its_owner(project: Project) -> None:
    text = words(page(project, "ada").css("main")[0])
    for blocking in ("Sprint 2: Two", "Sprint 3: Three"):
        assert f"Sprint 4: Four ( Ben <b> ) waits for {blocking}" in text
    assert "Sprint 5: Five waits for" not in text  # Ada's own


def test_a_page_shows_the_team_file_and_the_lane_of_the_chosen_option(project: Project) -> None:
    facts = {words(row.css("dt")[0]): words(row.css("dd")[0]) for row in page(project, "ada").css(".mp-facts div")}
    assert facts == {
        "Role": "Backend",
        "Availability": "50%",
        "Away": "9 Feb",
        "Member of": "Platform and Lead",
    }
    planned = [words(tr) for tr in page(project, "ada").css("table tbody tr")]
    assert planned == ["week 7 ( 16 Feb to 22 Feb ) Sprint 5: Five Sprint 4"]


def test_teams_and_roles_have_pages_with_links_to_their_members(project: Project) -> None:
    team = page(project, "index")
    assert "Can start now" in lists(team)
    assert [link.attributes["href"] for link in team.css(".mp-facts a")] == ["../ada/"]
    assert page(project, "ada").css(".mp-facts a")[0].attributes["href"] == "../_index/"
    assert lists(page(project, "lead"))["Risks"] == ["high risk Sprint 5"]
    assert "Cy has no open sprints or tasks." in words(page(project, "cy").css("main")[0])


def test_every_owner_has_one_page_even_with_the_id_index(project: Project) -> None:
    paths = [page.path for page in pages(project) if page.path.startswith("people/")]
    assert set(paths) - {ALL_PEOPLE} == {f"people/{name}.md" for name in ("ada", "ben", "cy", "_index", "lead")}
    first, *others = navigation(project, [{"People": [ALL_PEOPLE]}], [])[0]["People"]
    assert first == {"Everybody": ALL_PEOPLE}
    assert others == [owner_path(id_) for id_ in project.facts.plan.owners]


def test_without_people_has_neither_their_pages_nor_links_to_them(tmp_path: Path) -> None:
    root = write_plan(tmp_path, PLAN)
    (root / "mkdocs.yml").write_text("plugins:\n  - masterplan: {without: [people]}\n")
    project = open_project(root, TODAY)
    assert not [page.path for page in pages(project) if page.path.startswith("people/")]
    sprint = html_of("sprint_page", project.context("sprints/SPRINT_4.md"), "4")
    assert "people/" not in sprint


def test_the_navigation_of_a_large_team_has_only_the_page_of_everybody(tmp_path: Path) -> None:
    team = "".join(f"  - {{id: p{n}, name: P {n}}}\n" for n in range(MOST_PEOPLE_IN_NAVIGATION + 1))
    project = open_project(write_plan(tmp_path, {"plan.yml": "title: T\n", "team.yml": f"people:\n{team}"}), TODAY)
    assert navigation(project, [{"People": [ALL_PEOPLE]}], [])[0]["People"] == [ALL_PEOPLE]


def test_an_owner_has_a_calendar_with_links_to_the_pages(tmp_path: Path) -> None:
    root = write_plan(tmp_path, PLAN)
    (root / "mkdocs.yml").write_text("site_url: https://plan.example.org/a b/\n")
    files = export_files(open_project(root, TODAY))
    calendar = Calendar.from_ical(files["people/ada.ics"])
    assert calendar["X-WR-CALNAME"] == "Half done: Ada Moreno"
    assert [event["SUMMARY"] for event in calendar.events] == [
        f"Sprint {title}" for title in ("2: Two", "3: Three", "5: Five", "1: One")
    ]
    assert calendar.events[0]["URL"] == "https://plan.example.org/a%20b/sprints/SPRINT_2/"
    assert [event["SUMMARY"] for event in Calendar.from_ical(files["people/ben.ics"]).events] == [
        "T-1 Dig", "Sprint 4: Four"
    ]  # fmt: skip
    assert not [path for path in files if path.startswith(("people/cy.", "people/lead."))]


def test_an_owner_has_a_feed_of_the_changes_to_their_work(tmp_path: Path) -> None:
    root = begin(tmp_path, PLAN)
    commit(root, {"sprints/4.yml": PLAN["sprints/4.yml"].replace("Four", "<b>4</b>")}, "Rename")
    commit(root, {"sprints/3.yml": PLAN["sprints/3.yml"].replace("5-6", "5-7")}, "Longer")
    files = export_files(open_project(root, TODAY))
    titles = {
        owner: [entry.findtext(f"{ATOM}title") for entry in ET.fromstring(files[f"people/{owner}.xml"])]  # noqa: S314
        for owner in ("ada", "ben", "index")
    }
    assert {owner: [title for title in listed if title] for owner, listed in titles.items()} == {
        "ada": ["Longer"], "ben": ["Rename"], "index": ["Longer"]
    }  # fmt: skip
    assert "&lt;b&gt;" in files["people/ben.xml"]
    assert files == export_files(open_project(root, TODAY))


def test_a_long_list_folds_all_but_its_first_items(tmp_path: Path) -> None:
    tasks = "".join(f"  - {{title: Task {n}, owner: ben}}\n" for n in range(25))
    plan = PLAN | {"sprints/3.yml": f"{PLAN['sprints/3.yml']}tasks:\n{tasks}"}
    listed = page(open_project(write_plan(tmp_path, plan), TODAY), "ben").css(".mp-column")
    [ready] = [column for column in listed if words(column).startswith("Can start now")]
    assert words(ready.css("summary")[0]) == "Show all 25"
    assert [len(part.css("li")) for part in (ready, ready.css("details")[0])] == [25, 15]


def test_risks_of_finished_sprints_are_left_out_and_a_long_list_is_folded(tmp_path: Path) -> None:
    risks = "".join(f"  - {{id: R{n}, title: Risk {n}, level: low, owner: cy}}\n" for n in range(25))
    over = "risk: {level: high, owner: cy}\nrisks:\n  - {id: R25, title: Over, level: low, owner: cy}\n"
    plan = PLAN | {"risks.yml": f"risks:\n{risks}", "sprints/1.yml": f"{PLAN['sprints/1.yml']}{over}"}
    shown = page(open_project(write_plan(tmp_path, plan), TODAY), "cy")
    assert lists(shown)["Risks"] == [f"low risk Plan: Risk {n}" for n in range(25)]
    assert [words(summary) for summary in shown.css(".mp-column summary")] == ["Show all 25"]


def test_blocked_sprints_are_not_counted_as_in_progress(tmp_path: Path) -> None:
    entry = "  - {sprint: '3', date: 2026-02-02, state: blocked}\n"
    plan = PLAN | {"sprints/2.yml": PLAN["sprints/2.yml"].replace("2-3", "2-9")}
    plan["progress/1.yml"] += entry
    shown = page(open_project(write_plan(tmp_path, plan), TODAY), "ada")
    assert lists(shown)["Now"][0] == "Sprint 3: Three blocked until 15 Feb"
    assert "3 sprints and 1 task to do: 1 blocked, 1 in progress, 1 ready, 1 waiting." in words(shown.css("main")[0])


def test_open_tasks_of_a_finished_sprint_are_not_late(tmp_path: Path) -> None:
    plan = PLAN | {"sprints/1.yml": "id: '1'\ntitle: One\nwhen: 1\ntasks:\n  - {title: Forgotten, owner: cy}\n"}
    shown = page(open_project(write_plan(tmp_path, plan), TODAY), "cy")
    assert lists(shown) == {}
    assert "Cy has no open sprints or tasks." in words(shown.css("main")[0])
