"""No page has anything that axe-core objects to: light and dark, wide and on a phone, with little said and with all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import OpenPage, Scheme
from tests.sites import masterplan
from tests.visits import Site

# In the dark only colours are others than in the light, and they are the same at every width. Pages of the guide, plain
# Markdown, are looked at wide.
WIDTHS: dict[Scheme, tuple[int, ...]] = {"light": (1300, 390), "dark": (1300,)}
MOST_ALIKE = 2
"""How many pages of sprints and of people of the full plan are looked at; each of them shows every part."""

# Everything that is folded away is unfolded first, what is hidden is not looked at; then the page is laid out anew, and
# what fades in, as the theme's tabs do when the window gets wider, has its last colour.
AUDIT = """async rules => {
  document.querySelectorAll('details').forEach(each => (each.open = true));
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish());
  const found = await axe.run({resultTypes: ['violations'], ...rules});
  return found.violations.map(each => each.id + ': ' + each.nodes.slice(0, 2).map(
    node => node.html.slice(0, 160) + ' ' + node.failureSummary.split('\\n').slice(1, 2)).join(' | '));
}"""
RULES: dict[Scheme, dict[str, list[str]]] = {
    "light": {},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}


def violations(page: Page, names: Iterator[str], scheme: Scheme) -> dict[tuple[str, int], list[str]]:
    """What axe-core objects to, by page and width."""
    found = {}
    for name in names:
        page.evaluate(AXE_SCRIPT)
        for width in WIDTHS[scheme][: 1 if name.startswith("guide/") else None]:
            page.set_viewport_size({"width": width, "height": 900})
            found[name, width] = page.evaluate(AUDIT, RULES[scheme])
    return {where: rules for where, rules in found.items() if rules}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_plan(seed: Site, open_page: OpenPage, scheme: Scheme) -> None:
    page = open_page(seed.origin, scheme=scheme).page
    plain = [name for name in seed.names if name.startswith("guide/") and scheme == "dark"]

    assert violations(page, seed.visit(page, leave_out=plain[MOST_ALIKE:]), scheme) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_plan_in_which_everything_is_said(full: Site, open_page: OpenPage, scheme: Scheme) -> None:
    page = open_page(full.origin, scheme=scheme).page
    alike = [[name for name in full.names if name.startswith(folder)] for folder in ("sprints/", "people/", "reports")]
    others = [name for names in alike for name in names[MOST_ALIKE:]]
    elsewhere = [name for name in full.names if name.startswith(("guide/", "print/", "source/", "404"))]

    assert violations(page, full.visit(page, leave_out=[*elsewhere, *others]), scheme) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_site_with_the_settings_of_init(
    scheme: Scheme, open_page: OpenPage, serve_folder: Callable[[Path], str], tmp_path: Path
) -> None:
    masterplan(tmp_path, "init", "--demo")
    assert masterplan(tmp_path, "build").returncode == 0
    site = Site(tmp_path, serve_folder(tmp_path / "site"))
    page = open_page(site.origin, scheme=scheme).page
    few = {"index.html", "audit/index.html", "risks/index.html", "sprints/SPRINT_3/index.html"}

    assert violations(page, site.visit(page, leave_out=set(site.names) - few), scheme) == {}
    # axe-core is not sure of text in the very colour of its ground, however opaque.
    links = page.locator(".md-footer-meta a").evaluate_all(
        "all => all.map(link => getComputedStyle(link).color.match(/\\d+/g).slice(0, 3).join())"
    )
    assert links
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).join()")
    assert ground not in links
