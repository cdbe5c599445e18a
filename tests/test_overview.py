"""The first screen of the Overview, as text and in the browser."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks import generate
from masterplan.cli import app as cli
from masterplan.publish.project import Project, open_project
from masterplan.render.outlook import length_until
from tests.browser import OpenPage
from tests.macro_output import shown
from tests.plans import BASE, write_plan
from tests.sites import OURS, small_repository
from tests.visits import Site

START = "2025-10-06"
TEAM = "people: [{id: ada, name: Ada Moreno}, {id: ben, name: Ben Okafor}]\n"
PROGRESS = """entries:
  - {sprint: "1", date: 2025-10-17, state: done, saves: $40}
  - {sprint: "6", date: 2025-10-08, state: done, saves: $80}
  - {sprint: "2", date: 2025-10-21, state: done}
  - {sprint: "3", date: 2025-10-30, state: blocked, percent: 30, note: "Connections **drop**.\\n\\nOPS-412 has more."}
  - {sprint: "4", date: 2025-11-12, state: in progress, percent: 45}
"""


def half_done() -> dict[str, str]:
    """The first plan with a start, owners and a purpose: three sprints done, one blocked, one late at 45%."""
    folder = OURS / "plan_data"
    files = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*.yml")}
    files |= {"team.yml": TEAM, "progress/2025.yml": PROGRESS}
    files["plan.yml"] += f"\nstart: {START}\nsummary: Cut cost and latency.\nobjective: Nobody waits.\n"
    owned = {name: "ben" if "sprints/3" in name else "ada" for name in files if name.startswith("sprints/")}
    return files | {name: f"{files[name]}\nowner: {owner}\n" for name, owner in owned.items()}


def sixty(folder: Path) -> dict[str, str]:
    generate.write_plan(folder, 60)
    data = folder / "plan_data"
    return {path.relative_to(data).as_posix(): path.read_text("utf-8") for path in data.rglob("*.yml")}


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return open_project(write_plan(tmp_path_factory.mktemp("half"), half_done()), date(2025, 11, 20))


@pytest.fixture(scope="module")
def overview_of(tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]) -> Callable[[str], str]:
    """The origin of a site, by its plan's name; it has few pages besides the Overview."""
    plans: dict[str, Callable[[Path], dict[str, str]]] = {
        "half": lambda _: half_done(),
        "sixty": sixty,
        "undated": lambda _: BASE | {"progress/2025.yml": "entries: []\n"},
    }

    def build(name: str) -> str:
        root = tmp_path_factory.mktemp(name)
        template = (OURS / "docs/index.md").read_text("utf-8")
        small_repository(root / "plan", plans[name](root), template)
        today = generate.TODAY.isoformat() if name == "sixty" else "2025-11-20"
        assert cli.run(["build", "--root", str(root / "plan"), "--today", today]) == 0
        return serve_folder(root / "plan/site")

    return build


PLACES = """(selector) => {
  const part = document.querySelector(selector);
  const box = part && part.getBoundingClientRect();
  return box ? [box.top, box.bottom] : null;
}"""


@pytest.mark.parametrize("name", ["seed", "half", "sixty", "undated"])
def test_the_first_screen_has_purpose_verdict_figures_and_roadmap(
    name: str, seed: Site, overview_of: Callable[[str], str], open_page: OpenPage
) -> None:
    """Above the fold of a 1440 × 900 screen, with the roadmap at full width."""
    origin = seed.origin if name == "seed" else overview_of(name)
    page = open_page(origin, width=1440).page
    page.goto(f"{origin}/index.html")
    for part in (".mp-purpose", ".mp-banner", ".mp-cards", ".mp-glance"):
        _, bottom = page.evaluate(PLACES, part)
        assert bottom <= 900, part
    top, _ = page.evaluate(PLACES, ".mp-figure")
    assert top <= 780
    assert page.evaluate("document.querySelector('.mp-figure svg').getBoundingClientRect().width") >= 900
    tiles = " ".join(page.locator(".mp-cards").inner_text().split())
    assert " done " in tiles
    assert "end" in tiles
    assert "planned: " in tiles
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_verdict_has_its_reasons(half: Project) -> None:
    banner = shown(half, "health")
    assert banner.startswith("Off track The forecast end is ")
    assert banner.endswith(
        "Sprint 3 and Sprint 4 are overdue. Sprint 3 is blocked. Sprint 3 has had no update for 21 days."
    )


def test_a_cause_without_a_full_stop_has_one_before_the_next_sentence(tmp_path: Path) -> None:
    files = {
        name: text.replace("Connections **drop**.\\n\\nOPS-412 has more.", "Waits for **Ben**")
        for name, text in half_done().items()
    }
    attention = shown(open_project(write_plan(tmp_path, files), date(2025, 11, 20)), "at_a_glance")
    assert "Waits for Ben . No update since 30 Oct" in attention


def test_tiles_change_with_the_state_of_the_plan(half: Project, tmp_path: Path) -> None:
    tiles = shown(half, "headline")
    for tile in (
        "Sprints done 3 of 6",
        "planned: 30 Nov",
        "Monthly savings $120 of $750-1,500; $",
        "Blocked or overdue 2 2 overdue, 1 blocked",
        "High risks 1 Sprint 5",
    ):
        assert tile in tiles
    done = "entries:\n" + "".join(f'  - {{sprint: "{n}", date: 2025-10-2{n}, state: done}}\n' for n in range(1, 7))
    tiles = shown(open_project(write_plan(tmp_path, half_done() | {"progress/2025.yml": done})), "headline")
    assert "Ended 26 Oct planned: 30 Nov" in tiles
    assert "Targets reached 0 of " in tiles
    assert "High risks" not in tiles
    assert "High risks" not in shown(open_project(write_plan(tmp_path / "calm", BASE)), "headline")
    claimed = BASE | {"plan.yml": "title: T\ndeclared: [{claim: monthly-savings, says: $5, at: Totals}]\n"}
    assert "savings" not in shown(open_project(write_plan(tmp_path / "claimed", claimed)), "headline")


def test_schedules_of_a_started_plan_have_the_length_of_the_remaining_work(half: Project) -> None:
    [alone, *_] = half.facts.schedules.by_number
    left = length_until(half.facts, alone.end).text
    assert half.facts.schedules.now > 0
    assert f"People Best schedule Lower bound (lowest effort estimates) Quality 1 {left}" in shown(half, "people_chart")


def test_items_that_need_attention_have_date_reason_and_owner(half: Project) -> None:
    glance = shown(half, "at_a_glance")
    assert "Sprint 3: SSE Consolidation Blocked since 30 Oct : Connections drop . … No update since 30 Oct" in glance
    assert "Owner: Ben Okafor . Sprint 4: Request Batching 11 days late. Owner: Ada Moreno" in glance
    assert "Next Sprint 5: Image Processing can start now Ada Moreno" in glance
    assert "findings could change a decision" in glance


def test_long_lists_show_the_first_items_and_count_the_rest(tmp_path: Path) -> None:
    root = tmp_path / "sixty"
    sixty(root)
    project = open_project(root, generate.TODAY)
    glance = shown(project, "at_a_glance")
    assert glance.count("days late") == 3
    assert "and 20 more" in glance
    states = "9 done 1 in progress 17 ready 10 next 23 waiting"
    assert shown(project, "sprints_in_brief") == f"All 60 sprints : {states}"
    first, rest = shown(project, "needs_attention").split("Show all 23")
    assert (first.count("Owner: "), rest.count("Owner: ")) == (10, 13)


def test_the_purpose_is_the_summary_or_else_the_size_of_the_plan(half: Project, tmp_path: Path) -> None:
    goal = "Cut cost and latency. More about the plan Nobody waits."
    assert shown(half, "purpose").startswith(f"{goal} As of 20 Nov 2025 · ")
    assert "Last updated by its authors on 16 Nov" in shown(half, "purpose")
    assert "Ready for Execution" in shown(half, "purpose")
    assert shown(open_project(write_plan(tmp_path, BASE)), "purpose").startswith("3 sprints in 2 phases.")


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Master Plan - Backend", "Master Plan - Backend"),
        ("Backend", "Backend"),
        ("A – B - C", "A – B - C"),
    ],
)
def test_a_title_is_shown_whole(title: str, heading: str, tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, BASE | {"plan.yml": f"title: {title}\n"}))
    assert shown(project, "plan_title").replace("  ", " ") == heading


def test_a_plan_without_sprints_is_not_started_and_has_no_end(tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, {"plan.yml": "title: T\n"}))
    assert shown(project, "health") == "Not started"
    assert shown(project, "at_a_glance") == "Needs attention Nothing right now."
