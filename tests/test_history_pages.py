"""The history of a plan on the Changes page, on the pages of sprints and in the feed."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser

from masterplan.git.history import history
from masterplan.model.place import Place
from masterplan.publish.project import open_project
from masterplan.render.diagrams.curves import sparkline
from masterplan.render.diagrams.scene import Caption
from tests import macro_output, sites
from tests.browser import OpenPage, Scheme
from tests.commits import DAY, FIRST, SAVES, begin, begin_long, commit, git, record
from tests.macro_output import html_of
from tests.plans import BASE, write_plan
from tests.sites import HOSTS, Host, article, called, pages, words
from tests.test_accessibility import faults
from tests.visits import Site

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin(tmp_path)


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return begin_long(tmp_path)


@pytest.fixture(scope="module")
def long_site(tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]) -> Site:
    """Our own pages around a plan that changed."""
    root = sites.repository(tmp_path_factory.mktemp("long") / "plan", BASE)
    commit(root, {"sprints/1-a.yml": SAVES.format("$50-100")}, "State the savings", "Grace", FIRST + DAY)
    commit(root, {"sprints/4-d.yml": "id: [\n"}, "Break it", "Grace", FIRST + 2 * DAY)
    commit(
        root, {"sprints/4-d.yml": None, "sprints/1-a.yml": SAVES.format("$20-30")}, "Save less", "Ada", FIRST + 3 * DAY
    )
    assert called(root, "build").returncode == 0
    return Site(root, serve_folder(root / "site"))


def shown(root: Path, macro: str, *arguments: str) -> str:
    return macro_output.shown(open_project(root), macro, *arguments)


def test_the_page_lists_every_commit(long: Path) -> None:
    text = shown(long, "changes")
    assert (
        re.findall(r"Save less|Drop Sprint 4|Break it|Add Sprint 4|State the savings|The plan", text)[0] == "Save less"
    )
    assert "breaking Sprint 1 saves less: $20-30 a month, not $50-100" in text
    assert "unreadable plan_data/sprints/4-d.yml:" in text
    assert "Initial plan: 3 sprints." in text
    assert history(long).commits[0].short in text


def test_commits_are_links_if_their_address_is_known(long: Path) -> None:
    project = open_project(long)
    newest = project.history.commits[0].id
    context = project.context("changes.md", addresses=("", "https://example.org/team/commit"))
    links = LexborHTMLParser(html_of("changes", context)).css("a")
    assert f"https://example.org/team/commit/{newest}" in [link.attributes["href"] for link in links]
    assert "href" not in html_of("sprint_history", project.context("changes.md"), "1")


def test_links_to_lines_of_a_plan_in_a_folder_include_the_folder(tmp_path: Path) -> None:
    below = write_plan(tmp_path / "teams" / "search team", BASE)
    git(tmp_path, "init", "--quiet")
    record(tmp_path, "The plan")
    links = open_project(below).context("x.md", addresses=("https://example.org/blob/main", "")).links
    place = Place("plan_data/plan.yml", 3)
    assert links.source(place) == "https://example.org/blob/main/teams/search%20team/plan_data/plan.yml#L3"


def test_a_sprint_has_its_own_history(long: Path) -> None:
    text = shown(long, "sprint_history", "1")
    assert "saves less" in text
    assert "saves more" in text
    assert "Sprint 4" not in text
    assert shown(long, "sprint_history", "3") == "No commit has changed it yet."
    assert "History" in words(LexborHTMLParser(f"<main>{page(long, '1')}</main>").css("main")[0])
    assert "History" not in words(LexborHTMLParser(f"<main>{page(long, '3')}</main>").css("main")[0])


def test_a_sprint_keeps_its_history_under_another_id(root: Path) -> None:
    fields = "title: A\nowner: ada\nimpact: Much\nsavings: {monthly: $50}\n"
    commit(root, {"sprints/1-a.yml": f'id: "1"\n{fields}'}, "Before")
    files = {"sprints/1-a.yml": None, "sprints/9-a.yml": f'id: "9"\n{fields}', "progress/2025.yml": None}
    commit(
        root,
        files | {name: BASE[name].replace('"1"', '"9"') for name in BASE if '"1"' in BASE[name] and name not in files},
    )
    commit(root, {"sprints/9-a.yml": f'id: "9"\n{fields}'.replace("$50", "$40")}, "After")
    text = shown(root, "sprint_history", "9")
    assert re.findall("saves less|is now Sprint 9|saves more", text) == ["saves less", "is now Sprint 9", "saves more"]


def page(root: Path, sprint: str) -> str:
    return html_of("sprint_page", open_project(root).context("sprints/x.md"), sprint)


def test_the_chart_has_a_row_for_each_commit(long: Path) -> None:
    html = html_of("changes_chart", open_project(long).context("changes.md"))
    tree = LexborHTMLParser(html)
    rows = [[words(cell) for cell in row.css("td")] for row in tree.css("tbody tr")]
    assert [row[2:4] for row in rows] == [
        ["$20-30", "3"],
        ["$50-100", "3"],
        ["$50-100", "4"],
        ["$50-100", "3"],
        ["—", "3"],
    ]
    assert "Monthly savings: none at first, $20-30 now" in [words(line) for line in tree.css(".mp-edge title")]
    assert not tree.css("#history-finish-title")  # the planned end never moved
    assert "Unchanged: planned end (week) 3" in words(tree.css("body")[0])


def test_a_sparkline_runs_from_the_first_value_to_the_last() -> None:
    svg = LexborHTMLParser(sparkline([3.0, 3.0, 5.0], "3 at first, 5 now", Caption("Sprints", "", "s")))
    (line,) = svg.css("path.mp-series")
    heights = [float(point.split()[1]) for point in (line.attributes["d"] or "").lstrip("M").split("L")]

    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 2


def test_an_unchanged_plan_has_no_chart(root: Path) -> None:
    assert "Nothing has changed since the first commit" in shown(root, "changes_chart")


HOSTILE = '<script>alert(1)</script> {{ 7 * 7 }} | `x` & "y" ]]> @all \u202e'


@pytest.mark.parametrize("host", HOSTS)
def test_hostile_commits_are_text_on_the_site_and_in_the_feed(tmp_path: Path, host: Host) -> None:
    root = sites.small_repository(tmp_path / "plan")
    (root / "docs" / "next.md").write_text("# Next\n\n{{ changes_chart() }}\n\n{{ changes() }}\n", "utf-8")
    commit(
        root,
        {"sprints/2-b.yml": f"id: '2'\ntitle: '{HOSTILE[:40]}'\n"},
        HOSTILE,
        HOSTILE.replace("<", "(").replace(">", ")"),
    )
    done = called(root, "build", "--host", host)
    assert done.returncode == 0, done.stderr
    page = pages(root / "site")["next/index.html"]
    text = words(article(page))
    assert "{{ 7 * 7 }}" in text
    assert "<script>alert(1)</script>" in text
    assert [node for node in article(page).css("script") if "alert" in node.text()] == []
    feed = ET.fromstring((root / "site" / "exports" / "changes.xml").read_bytes())  # noqa: S314 - our own file
    assert [node.text for node in feed.iter(f"{ATOM}title")][1].startswith("<script>alert(1)</script> {{ 7 * 7 }}")  # type: ignore[union-attr]


def entries(root: Path) -> list[ET.Element]:
    assert called(root, "build").returncode == 0
    return list(ET.fromstring((root / "site/exports/changes.xml").read_bytes()).iter(f"{ATOM}entry"))  # noqa: S314


def test_the_feed_is_valid_atom(tmp_path: Path) -> None:
    root = sites.small_repository(tmp_path / "plan")
    commit(root, {"sprints/1-a.yml": SAVES.format("$50-100")}, "State the savings", "Grace", FIRST + DAY)
    items = entries(root)
    assert [item.findtext(f"{ATOM}title") for item in items] == ["State the savings", "Plan"]
    for item in items:
        for needed in ("id", "title", "updated", "author", "content"):
            assert len(item.findall(f"{ATOM}{needed}")) == 1
    assert items[0].findtext(f"{ATOM}updated") == "2025-11-17T12:00:00Z"
    assert items[0].findtext(f"{ATOM}author/{ATOM}name") == "Grace"
    assert "Sprint 1 saves more" in " ".join(items[0].itertext())
    assert len({item.findtext(f"{ATOM}id") for item in items}) == 2


def test_the_feed_links_to_the_changes_page_if_the_address_is_known(tmp_path: Path) -> None:
    root = sites.small_repository(tmp_path / "plan")
    sites.change(root / "mkdocs.yml", " changes,", "")
    [entry] = entries(root)
    assert entry.find(f"{ATOM}link") is None
    assert called(root, "build", SITE_URL="https://plan.example.org/a/").returncode == 0
    feed = ET.fromstring((root / "site/exports/changes.xml").read_bytes())  # noqa: S314 - our own file
    page = pages(root / "site")["changes/index.html"]
    links = [link.attrib["href"] for link in feed.iter(f"{ATOM}link")]
    assert links == ["https://plan.example.org/a/changes/", f"https://plan.example.org/a/changes/#{anchor_of(page)}"]


def anchor_of(page: LexborHTMLParser) -> str:
    """The anchor of the only commit on the Changes page."""
    [row] = article(page).css("tr[id^=commit-]")
    return row.attributes["id"] or ""


def test_feeds_of_two_plans_with_the_same_title_have_different_ids(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "other"):
        root = sites.small_repository(tmp_path / name)
        shutil.rmtree(root / ".git")
        (root / "name.txt").write_text(name, "utf-8")
        sites.commit(root)
        commit(root, {"plan.yml": "title: 計画\n"}, name)
        entries(root)
        feed = ET.fromstring((root / "site/exports/changes.xml").read_bytes())  # noqa: S314 - our own file
        ids.append({node.text for node in feed.iter(f"{ATOM}id")})
    assert len(ids[0]) == 3
    assert not ids[0] & ids[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_changes_page_is_accessible(long_site: Site, open_page: OpenPage, scheme: Scheme) -> None:
    log = open_page(long_site.origin, scheme=scheme)
    shown_pages = ("changes/", "sprints/SPRINT_1/")
    assert faults(log, _visited(log.page, long_site.origin, shown_pages), scheme) == {}
    log.page.set_viewport_size({"width": 390, "height": 900})
    log.page.goto(f"{long_site.origin}/changes/")
    assert log.page.evaluate("document.documentElement.scrollWidth") == 390
    assert log.problems == []


def _visited(page: Page, origin: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        page.goto(f"{origin}/{name}")
        yield name
