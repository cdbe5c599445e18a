"""The page of a sprint: its banner, its length, and the anchors of its parts."""

from datetime import date
from pathlib import Path

import pytest
from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.publish.build import build
from masterplan.publish.project import open_project
from masterplan.render.macro import Context
from tests.browser import OpenPage
from tests.macro_output import html_of, output
from tests.plans import write_plan
from tests.sites import change, pages, small_repository
from tests.test_macros import full
from tests.visits import Site

__all__ = ["full"]

MOST_PIXELS = 1_700
"""Maximum height of a sprint page of the seed on a screen 1440 pixels wide."""
MOST_HEADINGS = 3
ANCHORS = {
    "scope", "decisions", "dependencies", "time", "milestones", "why", "metrics", "risk", "rollback", "tests", "tasks",
    "documents", "declared", "progress", "join", "notes", "source",
}  # fmt: skip
"""Anchors to which other pages link."""
PLAN = {
    "plan.yml": "title: T\nstart: 2026-01-05\n",
    "team.yml": "people: [{id: ada, name: Ada Moreno}, {id: ben, name: Ben Okafor}]\n",
    "sprints/1.yml": 'id: "1"\ntitle: One\nowner: ada\nsavings: {monthly: $50}\nwhen: 1\n'
    "metrics: [{name: Load, before: 5s, after: <1s}]\nlinks: [{title: OPS-1, url: https://example.org/1}]\n",
    "sprints/2.yml": 'id: "2"\ntitle: Two\ndepends_on: [{sprint: "1"}]\neffort: 3 days\n',
    "sprints/3.yml": 'id: "3"\ntitle: Three\neffort: 2 days\n',
}
STARTED = '  - {sprint: "1", date: 2026-01-05, state: in progress}\n'
DONE = '  - {sprint: "1", date: 2026-01-13, state: done, saves: $60, measured: [{metric: Load, value: 0.8s}]}\n'
BLOCKED = '  - {sprint: "1", date: 2026-01-09, state: blocked, by: ben, note: No *server*.}\n'


def page(root: Path, sprint: str, entries: str = "", today: date = date(2026, 1, 26)) -> LexborNode:
    """The page of a sprint of a small plan."""
    files = PLAN | ({"progress/2026.yml": f"entries:\n{entries}"} if entries else {})
    project = open_project(write_plan(root, files), today)
    return output(project, "sprint_page", sprint, page=project.sprint_pages[sprint])


def text_of(node: LexborNode) -> str:
    """The text of a part of a page as one line."""
    return " ".join(node.text().split())


NOTES = """
notes:
  - title: Daily schedule
    text: |
      # Mornings
      - [x] Stand-up
  - Bring your own *mug*.
"""


def test_notes_are_folded_on_the_page_and_open_on_paper(tmp_path: Path) -> None:
    """Notes of a sprint, a phase and the plan; the plan is so large that its phases are folded too."""
    files = PLAN | {"plan.yml": PLAN["plan.yml"] + NOTES, "sprints/1.yml": PLAN["sprints/1.yml"] + NOTES}
    files |= {f"sprints/{n}.yml": f'id: "{n}"\ntitle: More\n' for n in range(4, 26)}
    phase = (
        "phases:\n  - id: '1'\n    title: First\n    sprints: ['1']\n    notes: [{title: Travel, text: By train.}]\n"
    )
    project = open_project(write_plan(tmp_path, files | {"phases.yml": phase}), date(2026, 1, 26))
    for whole in (output(project, "sprint_page", "1"), output(project, "plan_scope")):
        [notes] = [fold for fold in whole.css("details:not([data-search-exclude])") if fold.css("#notes")]
        assert [text_of(summary) for summary in notes.css("summary")] == ["Notes (2)", "Daily schedule", "Note 2"]
        assert [text_of(text) for text in notes.css(".mp-prose")] == ["Mornings \u2611 Stand-up", "Bring your own mug."]
    assert "Travel By train." in [text_of(fold) for fold in output(project, "phase_list").css("details details")]
    paper = output(project, "whole_plan")
    for fold in paper.css("details"):
        fold.decompose()
    assert (text_of(paper).count("Mornings \u2611 Stand-up"), text_of(paper).count("Travel By train.")) == (2, 1)


@pytest.mark.parametrize(
    ("sprint", "entries", "look", "title"),
    [
        ("1", "", "warn", "Ready to start, 15 days late"),
        ("1", STARTED, "warn", "In progress, 15 days late"),
        ("1", STARTED + BLOCKED, "bad", "Blocked since 9 Jan, 15 days late"),
        ("1", STARTED + DONE, "ok", "Done on 13 Jan, 2 days late"),
        ("1", DONE.replace("2026-01-13", "2026-01-11"), "ok", "Done on 11 Jan, on time"),
        ("2", "", "calm", "Waiting for Sprint 1"),
        ("3", "", "calm", "Ready to start"),
    ],
)
def test_the_banner_has_state_and_delay(sprint: str, entries: str, look: str, title: str, tmp_path: Path) -> None:
    [banner] = page(tmp_path, sprint, entries).css(".mp-banner")
    assert f"mp-banner--{look}" in str(banner.attributes["class"])
    assert text_of(banner.css(".mp-banner__title")[0]) == title


def test_the_banner_of_a_blocked_sprint_has_note_author_and_ticket(tmp_path: Path) -> None:
    [banner] = page(tmp_path, "1", STARTED + BLOCKED).css(".mp-banner")
    text = text_of(banner)
    assert "When: week 1" in text
    assert "No server." in text
    assert "OPS-1 · Last update: Ben Okafor, 9 Jan, 17 days ago" in text


def test_the_page_of_a_completed_sprint_has_results_and_no_schedule(tmp_path: Path) -> None:
    main = page(tmp_path, "1", STARTED + DONE)
    text = text_of(main)
    assert "When: 5 Jan to 13 Jan planned for week 1" in text
    assert "Load 0.8s (target <1s reached), saves $60 a month ($50 planned), completion report" in text
    assert "Best case" not in text


def test_a_sprint_without_a_window_has_the_dates_of_the_best_schedule(tmp_path: Path) -> None:
    text = text_of(page(tmp_path, "3", DONE).css(".mp-banner")[0])
    assert "When: Best case with 2 people: Ada Moreno, week 4, 26 Jan to 27 Jan (2 days)" in text


def test_who_to_ask_lists_only_owners(tmp_path: Path) -> None:
    assert "Who to ask Ada Moreno: Sprint 1" in text_of(page(tmp_path, "2"))
    assert "Who to ask Nobody is assigned on this path yet." in text_of(page(tmp_path, "3"))


def test_every_anchor_is_on_the_page(full: Context) -> None:
    html = html_of("sprint_page", full, "1")
    headings = {line.rpartition("#")[2].partition(" ")[0] for line in html.splitlines() if line.startswith("#")}
    parts = {node.attributes["id"] for node in LexborHTMLParser(str(html)).css("[id]")}
    assert ANCHORS - headings - parts == set()


def test_sprint_pages_are_short(seed: Site, open_page: OpenPage) -> None:
    view = open_page(seed.origin, width=1440).page
    sizes = {}
    for name in (name for name in seed.names if name.startswith("sprints/SPRINT_")):
        view.goto(f"{seed.origin}/{name}")
        headings = view.locator("article h2").count()
        sizes[name] = (view.evaluate("document.documentElement.scrollHeight"), headings)
    assert sizes
    assert {name: size for name, size in sizes.items() if size[0] > MOST_PIXELS or size[1] > MOST_HEADINGS} == {}


@pytest.mark.parametrize("part", ["why", "time", "join", "declared", "source"])
@pytest.mark.parametrize("javascript", [True, False])
def test_the_address_of_a_folded_part_opens_it(part: str, *, javascript: bool, seed: Site, open_page: OpenPage) -> None:
    view = open_page(seed.origin, javascript=javascript).page
    view.goto(f"{seed.origin}/sprints/SPRINT_5_image_processing/#{part}")
    shown = view.locator(f"#{part}")
    shown.wait_for()
    assert shown.is_visible()
    assert view.evaluate("window.scrollY") > 0


def test_a_link_to_a_folded_part_of_the_same_page_opens_it(seed: Site, open_page: OpenPage) -> None:
    view = open_page(seed.origin).page
    view.goto(f"{seed.origin}/sprints/SPRINT_5_image_processing/")
    assert not view.locator("#join").is_visible()
    view.evaluate("location.hash = 'join'")
    view.locator("#join").wait_for()


def test_a_long_list_of_tasks_is_folded(tmp_path: Path) -> None:
    tasks = ", ".join(f"Task {n}" for n in range(1, 51))
    files = PLAN | {"sprints/3.yml": f'id: "3"\ntitle: Three\ntasks: [{tasks}]\n'}
    project = open_project(write_plan(tmp_path, files), date(2026, 1, 5))
    page_of_sprint = output(project, "sprint_page", "3", page=project.sprint_pages["3"])
    [more] = [part for part in page_of_sprint.css("details") if "more tasks" in text_of(part.css("summary")[0])]
    assert text_of(more.css("summary")[0]) == "26 more tasks"
    assert len(more.css("li")) == 26


def test_headings_rendered_without_markdown_follow_the_settings_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_repository(tmp_path / "plan", overview='{{ sprint_page("2") }}\n\nMore.\n')
    change(root / "mkdocs.yml", "permalink: true", "permalink: link here")
    convert, converted = Markdown.convert, list[str]()

    def counted(self: Markdown, text: str) -> str:
        converted.append(text)
        return convert(self, text)

    monkeypatch.setattr(Markdown, "convert", counted)
    build(root, root / "site")
    of_sprint, of_markdown = (pages(root / "site")[name] for name in ("sprints/SPRINT_2/index.html", "index.html"))
    for selector in ("article h2", "article h3", ".md-nav--secondary .md-nav__link"):
        assert [node.html for node in of_sprint.css(selector)] == [node.html for node in of_markdown.css(selector)]
    assert "Needs and unlockslink here" in [node.text() for node in of_sprint.css("article h2")]
    assert text_of(of_sprint.css("title")[0]).startswith("Sprint 2: B - ")
    assert len([text for text in converted if text.startswith("# Sprint")]) == 1
