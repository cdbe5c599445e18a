"""A diagram of sixty sprints in a browser: fitted, full screen, without finished sprints, and with one in focus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from masterplan.render import diagrams
from masterplan.render.diagrams.scene import Scene
from tests.pictures import seed_scene, sixty, sixty_scene, svg_of

ASSETS = Path(diagrams.__file__).parents[1] / "assets"
ORIGIN = "http://plan.test/roadmap/"
SHOWN = "() => [...document.querySelectorAll('[data-key]:not(.mp-away)')].map(box => box.dataset.key)"
WIDTHS = "() => ['svg', '.mp-figure'].map(css => document.querySelector(css).getBoundingClientRect().width)"


def opened(browser: Browser, scene: Scene, query: str = "", width: int = 1300) -> Page:
    """A page with a diagram, our style sheet and our script, at an address with a query."""
    style, script = ((ASSETS / name).read_text("utf-8") for name in ("diagrams.css", "diagrams.js"))
    html = (
        f"<!doctype html><html lang=en><title>x</title><meta name=viewport content='width=device-width'>"
        f"<style>{style}</style><body class=md-typeset>"
        f"<figure class=mp-figure tabindex=0>{svg_of(scene)}</figure><script>{script}</script>"
    )
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    page.route("http://plan.test/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(ORIGIN + query)
    return page


@pytest.fixture
def sixty_page(browser: Browser) -> Iterator[Page]:
    page = opened(browser, sixty_scene())
    yield page
    page.context.close()


def family(key: str) -> set[str]:
    """A sprint with all its direct and indirect predecessors and successors."""
    links = sixty()[1]
    before, after = {key}, {key}
    for _ in links:
        before |= {link.source for link in links if link.target in before}
        after |= {link.target for link in links if link.source in after}
    return before | after


@pytest.mark.parametrize("width", [1300, 390])
def test_a_diagram_opens_fitted_and_can_be_zoomed(browser: Browser, width: int) -> None:
    page = opened(browser, sixty_scene(), width=width)
    picture, frame = page.evaluate(WIDTHS)
    page.get_by_role("button", name="Zoom in").click()
    larger = page.evaluate(WIDTHS)[0]
    page.get_by_role("button", name="Fit").click()

    assert picture <= frame
    assert larger == pytest.approx(picture * 1.25, rel=0.01)
    assert page.evaluate(WIDTHS)[0] == picture
    page.context.close()


def test_an_address_can_focus_on_a_sprint_and_a_button_shows_all(browser: Browser) -> None:
    page = opened(browser, sixty_scene(), "?owner=ada&focus=25")

    assert set(page.evaluate(SHOWN)) == family("25") < {node.key for node in sixty()[0]}
    expect(page.get_by_role("status")).to_have_text(f"{len(family('25'))} of 60 shown")
    page.get_by_role("button", name="Show all").click()
    assert len(page.evaluate(SHOWN)) == 60
    assert page.url == f"{ORIGIN}?owner=ada"
    page.context.close()


def test_a_click_focuses_and_a_second_click_opens_the_page(sixty_page: Page) -> None:
    sixty_page.locator("[data-key='25']").click()
    assert sixty_page.url == f"{ORIGIN}?focus=25"
    assert "25" in sixty_page.evaluate(SHOWN)
    sixty_page.locator("[data-key='25']").click()

    sixty_page.wait_for_url(f"{ORIGIN}25/")


def test_the_keyboard_focuses_by_list_and_by_key(sixty_page: Page) -> None:
    sixty_page.get_by_label("Focus on").select_option("12")
    assert set(sixty_page.evaluate(SHOWN)) == family("12")
    sixty_page.locator("[data-key='2']").press("f")

    assert set(sixty_page.evaluate(SHOWN)) == family("2")


def test_sprints_in_focus_are_large_enough_to_read(sixty_page: Page) -> None:
    sixty_page.get_by_label("Focus on").select_option("25")
    shown, drawn = sixty_page.evaluate(
        "() => (svg => [svg.getBoundingClientRect().width, svg.viewBox.baseVal.width])(document.querySelector('svg'))"
    )

    assert shown / drawn >= 0.75
    expect(sixty_page.locator("[data-key='25']")).to_be_in_viewport()


def test_finished_sprints_can_be_hidden(sixty_page: Page) -> None:
    done = {node.key for node in sixty()[0] if node.state == "done"}
    sixty_page.get_by_role("button", name="Hide done").click()

    assert set(sixty_page.evaluate(SHOWN)) == {node.key for node in sixty()[0]} - done
    sixty_page.get_by_role("button", name="Hide done").click()
    assert len(sixty_page.evaluate(SHOWN)) == 60


def test_escape_leaves_full_screen(sixty_page: Page) -> None:
    frame = "() => document.querySelector('.mp-graph').getBoundingClientRect().height"
    sixty_page.get_by_role("button", name="Full screen").click()
    assert sixty_page.evaluate(frame) == 800
    sixty_page.keyboard.press("Escape")

    assert sixty_page.get_by_role("button", name="Full screen", exact=True).is_visible()
    assert not sixty_page.locator(".mp-graph--full").count()


def test_a_small_diagram_has_no_zoom_buttons(browser: Browser) -> None:
    page = opened(browser, seed_scene())

    assert not page.locator(".mp-zoom").count()
    page.context.close()


def test_a_diagram_of_a_few_sprints_can_be_zoomed_but_has_no_list_to_choose_from(browser: Browser) -> None:
    page = opened(browser, seed_scene(), width=390)

    expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
    expect(page.locator(".mp-zoom select")).to_be_hidden()
    page.context.close()
