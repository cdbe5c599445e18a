"""Everything on a page works by keyboard alone and is announced to screen readers."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from masterplan.analyse import Facts, analyse
from masterplan.analyse.graph import Edge, Graph
from masterplan.model.plan import Plan
from masterplan.render.mermaid import mermaid
from tests.browser import OpenPage
from tests.plans import loaded
from tests.visits import Site

HERE = "() => document.activeElement.getAttribute('xlink:href') || document.activeElement.getAttribute('href') || ''"
FIGURE = ".mp-figure[tabindex]:has(> svg [data-key])"
TABLE = ".mp-table[data-filters]"


def shown(site: Site, open_page: OpenPage, path: str, width: int = 1300) -> Page:
    page = open_page(site.origin, width=width).page
    page.goto(f"{site.origin}/{path}")
    return page


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on an element that matches."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never reaches {selector}")


def links_by_tab(page: Page) -> list[str]:
    """Addresses of the links that Tab reaches in the focused figure, in order."""
    addresses = []
    while page.evaluate(f"() => !!document.activeElement.closest('{FIGURE}')"):
        addresses.append(page.evaluate(HERE))
        page.keyboard.press("Tab")
    return [href for href in addresses if href]


@pytest.mark.parametrize("fixture", ["seed", "full"])
def test_tab_reaches_every_sprint_of_the_diagram(
    request: pytest.FixtureRequest, open_page: OpenPage, fixture: str
) -> None:
    site: Site = request.getfixturevalue(fixture)
    plan = loaded(site.root)
    page = shown(site, open_page, "roadmap/#dependencies")
    tab_to(page, FIGURE)

    reached = links_by_tab(page)

    assert len(reached) == len(plan.sprints)
    assert {Path(href).name for href in reached} == {Path(plan.page(id_)).stem for id_ in plan.sprints}


def test_enter_opens_the_focused_sprint(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "roadmap/")
    tab_to(page, f"{FIGURE} a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/SPRINT_1_database_optimization/")

    assert page.title().startswith("Sprint 1: Database Optimization")


@pytest.mark.parametrize("fixture", ["seed", "full"])
def test_every_dependency_is_named_with_both_ends_strength_and_reason(
    request: pytest.FixtureRequest, open_page: OpenPage, fixture: str
) -> None:
    site: Site = request.getfixturevalue(fixture)
    plan = loaded(site.root)
    page = shown(site, open_page, "roadmap/")

    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = {" ".join(node["name"]["value"].split()) for node in tree if node.get("name", {}).get("value")}

    expected = {edge_name(plan, edge) for edge in Graph.of(plan).edges}
    assert expected
    assert expected <= {name.removesuffix(", on the critical path)") + ")" * name.endswith("path)") for name in names}


def edge_name(plan: Plan, edge: Edge) -> str:
    verb = "needs" if edge.strength == "hard" else "benefits from"
    reason = "; ".join(filter(None, (edge.reason, edge.through)))
    reason = f": {reason}" if reason else ""
    return " ".join(f"{plan.name(edge.sprint)} {verb} {plan.name(edge.needs)}{reason} ({edge.strength})".split())


def test_a_figure_wider_than_the_page_scrolls_by_keyboard(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "roadmap/", width=390)
    for _ in range(4):
        page.locator(".mp-zoom button[aria-label='Zoom in']").press("Enter")
    tab_to(page, FIGURE)
    for _ in range(10):
        page.keyboard.press("ArrowRight")

    page.wait_for_function(f"() => document.querySelector('{FIGURE}').scrollLeft > 100")


def test_a_diagram_grows_and_shrinks_by_keyboard(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "roadmap/", width=390)
    width = f"() => document.querySelector('{FIGURE} svg').getBoundingClientRect().width"
    before = page.evaluate(width)
    tab_to(page, ".mp-zoom button[aria-label='Zoom in']")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    larger = page.evaluate(width)
    tab_to(page, ".mp-zoom button[aria-label='Zoom out']")
    page.keyboard.press("Enter")
    smaller = page.evaluate(width)
    page.keyboard.press("Shift+Tab")
    tab_to(page, ".mp-zoom button[aria-label='Zoom in']")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    assert larger == pytest.approx(before * 1.25**2, rel=0.01)
    assert smaller == pytest.approx(before * 1.25, rel=0.01)
    assert page.evaluate(width) == before


def test_a_table_filters_by_keyboard_and_announces_the_number_of_rows(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "sprints/")
    rows = page.locator(f"{TABLE} tbody tr:visible")
    tab_to(page, ".mp-filter input")
    page.keyboard.type("compr")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 of 6 shown")).to_be_attached()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    expect(rows).to_have_count(6)
    tab_to(page, ".mp-filter select[name=risk]")
    page.keyboard.type("med")

    expect(rows).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="2 of 6 shown")).to_be_attached()


@pytest.mark.parametrize(
    ("column", "order"),
    [("Sprint", "123456"), ("Risk", "612345"), ("Monthly savings", "216435"), ("Claimed impact", "156342")],
)
def test_a_table_sorts_by_keyboard_and_announces_it(seed: Site, open_page: OpenPage, column: str, order: str) -> None:
    page = shown(seed, open_page, "sprints/")
    header = page.locator(f"{TABLE} th").filter(has_text=column)
    tab_to(page, f"{TABLE} th:nth-child({1 + header.evaluate('cell => cell.cellIndex')}) button")
    page.keyboard.press("Enter")
    assert sprints_in(page) == order
    assert header.get_attribute("aria-sort") == "ascending"
    expect(page.get_by_role("status").filter(has_text=f"Sorted by {column}")).to_be_attached()
    page.keyboard.press("Enter")

    assert header.get_attribute("aria-sort") == "descending"
    assert sprints_in(page) != order


def sprints_in(page: Page) -> str:
    titles = page.locator(f"{TABLE} tbody tr td:first-child").all_inner_texts()
    return "".join(title.removeprefix("Sprint ")[0] for title in titles)


def test_the_mermaid_text_is_copied_by_keyboard(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "roadmap/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab_to(page, ".mp-copyable summary")
    page.keyboard.press("Enter")
    tab_to(page, ".mp-copy")
    page.keyboard.press("Enter")
    expect(page.locator(".mp-copy")).to_have_text("Copied")

    facts: Facts = analyse(loaded(seed.root))
    assert page.evaluate("() => navigator.clipboard.readText()").split("\n") == [*mermaid(facts).splitlines(), ""]
