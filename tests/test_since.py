"""News since a reader's last visit: the dated changes of a site, and two visits in a browser."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Route, expect

from masterplan.analyse import analyse
from masterplan.model.history import Commit, Extent, History, PastChange, PlanState
from masterplan.model.naming import PLAN, Subject
from masterplan.render.links import Links
from masterplan.render.macro import Context
from masterplan.render.since import MOST_CHANGES, since
from tests.browser import OpenPage
from tests.plans import entry, phase, plan, sprint
from tests.test_accessibility import objections
from tests.visits import Site

HOSTILE = "<img src=x onerror=\"document.title='hit'\"></script> `x` {{ 7*7 }}"
MOMENT = datetime(2026, 11, 12, 10, tzinfo=UTC)


def commit(n: int, *changes: PastChange) -> Commit:
    """The n-th commit, one a day."""
    return Commit(f"{n:040x}", "Ada", MOMENT + timedelta(days=n), f"Commit {n}", PlanState(Extent(1, 1)), changes)


def change(rule: str, subject: Subject, message: str) -> PastChange:
    return PastChange(rule, "notable", subject, message)


def since_json(*commits: Commit, shallow: bool = False) -> Any:
    """The content of since.json for a plan with these commits, newest first; None if there is no file."""
    small = plan(
        sprint("1"),
        sprint("2", owner="ada"),
        phases=[phase("1", "1-2", "1", "2")],
        entries=[entry("1", "2026-11-13", "done")],
    )
    pages = {"roadmap": ("roadmap.md", "Roadmap"), "risks": ("risks.md", "Risks"), "people": None}
    links = Links("index.md", {id_: f"sprints/SPRINT_{id_}.md" for id_ in small.sprints}, {})
    text = since(Context(analyse(small), links, {}, {}, History(commits, shallow=shallow), pages))
    return json.loads(text) if text else None


def counted(data: Any, n: int = 0) -> list[tuple[str, str, str]]:
    return [
        (data["kinds"][item["kind"]][0], item.get("now", ""), item["page"]) for item in data["commits"][n]["changes"]
    ]


def test_changes_have_a_kind_a_state_and_a_page() -> None:
    data = since_json(
        commit(
            2,
            change("status-advanced", Subject("sprint", "1"), "Sprint 1: done, was in progress"),
            change("finish-later", PLAN, "The phases end later"),
            change("risk-raised", Subject("risk", "R1"), "R1 is higher"),
            change("owner-changed", Subject("sprint", "gone"), "Sprint gone: another owner"),
            change("phase-later", Subject("phase", "1"), "Phase 1 moved"),
            replace(change("reworded", PLAN, "Other words"), weight="editorial"),
        ),
        commit(1, change("status-advanced", Subject("sprint", "1"), "Sprint 1: in progress, was planned")),
    )
    assert counted(data) == [
        ("sprint changed state", "Sprint 1 done", "sprints/SPRINT_1/"),
        ("date moved", "", ""),
        ("risk up", "", "risks/"),
        ("owner changed", "", ""),
        ("date moved", "", "roadmap/#phase-1"),
    ]
    assert counted(data, 1) == [("sprint changed state", "", "sprints/SPRINT_1/")]
    assert [item["day"] for item in data["commits"]] == ["2026-11-14", "2026-11-13"]
    assert {kind[0]: kind[2:] for kind in data["kinds"]}["dependency changed"] == ["Needs", "#dependencies"]
    assert not data["more"]


def test_a_plan_without_history_has_no_file() -> None:
    assert since_json() is None
    assert since_json(commit(1), shallow=True) is None


def test_the_file_has_the_newest_commits_up_to_a_limit() -> None:
    many = [change("changed", PLAN, f"Setting {n}") for n in range(MOST_CHANGES // 2 - 1)]
    data = since_json(*(commit(n, *many) for n in (5, 4, 3)))
    assert [len(item["changes"]) for item in data["commits"]] == [len(many)] * 2
    assert data["more"]


NEWS = {
    "kinds": [
        ["sprint changed state", "sprints changed state", "State", ".mp-banner__title"],
        ["date moved", "dates moved", "Phase", ".mp-banner p:not(.mp-banner__title)"],
    ],
    "commits": [
        {
            "id": "newest",
            "day": "2026-11-20",
            "changes": [
                {"text": HOSTILE, "kind": 1, "page": "sprints/SPRINT_4_request_batching/"},
                {"text": "Phase 2 moved", "kind": 1, "page": "roadmap/"},
                {
                    "text": "Sprint 3: done",
                    "kind": 0,
                    "page": "sprints/SPRINT_3_sse_consolidation/",
                    "now": "Sprint 3 done",
                },
            ],
        },
        {"id": "older", "day": "2026-11-10", "changes": [{"text": "Old news", "kind": 1, "page": ""}]},
    ],
    "more": False,
}
OLD = NEWS | {"commits": NEWS["commits"][1:]}  # type: ignore[index]


def showing(page: Page, data: object) -> None:
    """Answer requests for since.json with this data from now on."""

    def answer(route: Route) -> None:
        route.fulfill(json=data)

    page.unroute("**/since.json")
    page.route("**/since.json", answer)


def test_the_second_visit_shows_news_until_they_are_read(seed: Site, open_page: OpenPage) -> None:
    log = open_page(seed.origin)
    page, banner = log.page, log.page.locator(".mp-since")
    showing(page, OLD)
    with page.expect_response("**/since.json"):
        page.goto(f"{seed.origin}/")
    page.wait_for_function("localStorage.length > 0")
    expect(banner).to_have_count(0)

    showing(page, NEWS)
    page.goto(f"{seed.origin}/")
    expect(banner.locator(".mp-banner__title")).to_contain_text(": Sprint 3 done, 2 dates moved")
    assert objections(page) == []
    banner.get_by_text("Show what changed").click()
    expect(banner.locator("li").first).to_have_text(HOSTILE)
    expect(banner.locator("li a").nth(1)).to_have_attribute("href", f"{seed.origin}/roadmap/")
    page.goto(f"{seed.origin}/sprints/")
    page.locator(".mp-new").first.wait_for()
    for number, label in (("3", "State"), ("4", "Phase")):
        marks = page.locator(f"tr:has-text('Sprint {number}:') td:has(> .mp-new)")
        assert {mark.get_attribute("data-label") for mark in marks.all()} == {label}
    page.get_by_role("button", name="Phase").first.dblclick()
    assert page.locator("tbody tr").first.inner_text().startswith("Sprint 3")  # as before Sprint 4 of the same phase
    page.goto(f"{seed.origin}/sprints/SPRINT_4_request_batching/")
    expect(banner).to_contain_text("1 date moved")
    expect(page.locator(".mp-banner:not(.mp-since) p:has(> .mp-new)")).to_contain_text("When: ")
    assert page.locator(".mp-new").first.get_attribute("title") is not None
    assert objections(page) == []

    page.goto(f"{seed.origin}/")
    banner.get_by_role("button", name="Mark as read").click()
    expect(banner).to_have_count(0)
    with page.expect_response("**/since.json"):
        page.goto(f"{seed.origin}/sprints/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".mp-new")).to_have_count(0)
    assert page.title() != "hit"
    assert log.problems == []


def test_an_address_shows_news_since_a_day_without_local_storage(seed: Site, open_page: OpenPage) -> None:
    log = open_page(seed.origin)
    page, banner = log.page, log.page.locator(".mp-since")
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})")
    showing(page, NEWS)
    for day, expected in (("2026-11-20", 3), ("2026-11-10", 4)):
        page.goto(f"{seed.origin}/?since={day}")
        expect(banner.locator("li")).to_have_count(expected)
        expect(banner.locator(".mp-banner__title")).to_contain_text(f"Since {int(day[-2:])} Nov")
        expect(banner.get_by_role("button")).to_have_count(0)
    for nothing in ("?since=2026-11-21", "?since=2026-99-99", "?since=<b>", ""):
        with page.expect_response("**/since.json"):
            page.goto(f"{seed.origin}/{nothing}")
        page.wait_for_load_state("networkidle")
        expect(banner).to_have_count(0)


def test_with_instant_loading_the_banner_is_shown_once(seed: Site, open_page: OpenPage) -> None:
    log = open_page(seed.origin)
    log.page.add_init_script(
        "Object.defineProperty(window, 'document$', "
        "{set() {}, get: () => ({subscribe: show => { window.again = show; show(); }})})"
    )
    showing(log.page, NEWS)
    log.page.goto(f"{seed.origin}/?since=2026-11-10")
    banner = log.page.locator(".mp-since")
    expect(banner).to_have_count(1)
    log.page.evaluate("again()")
    expect(banner).to_have_count(1)


def test_the_site_has_the_file_beside_its_script(seed: Site) -> None:
    assets = seed.root / "site" / "assets"
    data = json.loads((assets / "since.json").read_bytes())
    assert [item["changes"] for item in data["commits"]] == [[]]  # the first known plan is no news
    assert (assets / "since.js").is_file()
