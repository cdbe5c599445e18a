"""Every page is clean in a browser: nothing in the console, no wider than its window, no fault that axe-core reports.

Light and dark, wide and on a phone, for a small plan and for one with every field.
"""

from collections.abc import Callable, Container, Iterable
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import OpenPage, PageLog, Scheme
from tests.sites import called
from tests.visits import OVERFLOW, Site

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules about colours: the only ones whose result depends on the scheme, and not on the width."""
LOOKS: dict[Scheme, dict[int, tuple[bool, ...]]] = {
    "light": {390: (False,), 1300: (False, True)},
    "dark": {1300: (True,)},
}
"""For each scheme, the widths at which pages are checked, beginning with the one they are loaded at. For each width,
whether axe-core checks colours (True) or all other rules (False)."""
# axe-core skips hidden elements, so everything folded is unfolded first. The page is then laid out again, and CSS
# transitions are finished: the theme's tabs fade in when the window gets wider.
UNFOLD = """async () => {
  document.querySelectorAll('details').forEach(details => (details.open = true));
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  document.getAnimations().filter(animation => animation instanceof CSSTransition)
    .forEach(transition => transition.finish());
}"""

# Two elements with the same tag, class, colours, text size and backgrounds have the same contrast. Checking one takes
# long, so only the first two of each sort are checked.
AUDIT = """async ([colours, aboutColours]) => {
  const styles = (element, names) => names.map(name => getComputedStyle(element)[name]).join();
  const grounds = new Map([[null, '']]);
  const ground = element => {
    if (!grounds.has(element)) grounds.set(element, ground(element.parentElement)
      + styles(element, ['backgroundColor', 'backgroundImage', 'opacity', 'position']));
    return grounds.get(element);
  };
  const sort = element => element.tagName + element.getAttribute('class') + ground(element)
    + styles(element, ['color', 'fill', 'fontSize', 'fontWeight', 'textDecoration'])
    + styles(element.parentElement, ['color']);
  const hasText = element => element.matches('input, select, textarea')
    || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const sorts = {};
  for (const element of document.body.querySelectorAll('*')) {
    if (hasText(element)) (sorts[sort(element)] ??= []).push(element);
  }
  const include = Object.values(sorts).flatMap(elements => elements.slice(0, 2));
  const others = {rules: Object.fromEntries(colours.map(rule => [rule, {enabled: false}]))};
  const results = aboutColours
    ? await axe.run({include}, {resultTypes: ['violations'], runOnly: colours})
    : await axe.run({resultTypes: ['violations'], ...others});
  return results.violations.map(rule => rule.id + ': ' + rule.nodes.slice(0, 2).map(
    node => node.html.slice(0, 160) + ' ' + node.failureSummary.split('\\n').slice(1, 2)).join(' | '));
}"""


def faults(
    log: PageLog, shown: Iterable[str], scheme: Scheme, unaudited: Container[str] = ()
) -> dict[tuple[str, int], list[str]]:
    """Faults of pages, shown in turn, by page and width: what sticks out, and what axe-core reports.

    Unaudited pages are only checked for overflow, at the first width. The guide is plain Markdown, so axe-core checks
    it at the wide width only. Fails if the console shows a problem.
    """
    first, *_ = LOOKS[scheme]
    wrong = {}
    for name in shown:
        for width, checks in [*LOOKS[scheme].items()][: 1 if name in unaudited else None]:
            log.page.set_viewport_size({"width": width, "height": 900})
            is_audited = name not in unaudited and (width == 1300 or not name.startswith("guide/"))
            wrong[name, width] = (audit(log, checks) if is_audited else []) + log.page.evaluate(OVERFLOW)
        log.page.set_viewport_size({"width": first, "height": 900})
    assert log.problems == []
    return {where: faults for where, faults in wrong.items() if faults}


def audit(log: PageLog, checks: Iterable[bool]) -> list[str]:
    """What axe-core reports of the current page with everything unfolded; `checks` as in `LOOKS`."""
    log.page.evaluate(UNFOLD)
    return objections(log.page, checks)


def objections(page: Page, checks: Iterable[bool] = (True, False)) -> list[str]:
    """What axe-core reports of a page as it is shown; `checks` as in `LOOKS`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [fault for about_colours in checks for fault in page.evaluate(AUDIT, [COLOURS, about_colours])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_our_plan_are_accessible(seed: Site, open_page: OpenPage, scheme: Scheme) -> None:
    log = open_page(seed.origin, scheme=scheme, width=next(iter(LOOKS[scheme])))
    repeated = seed.alike("guide/", "sprints/S") if scheme == "dark" else set()

    assert faults(log, seed.visit(log.page, repeated), scheme) == {}
    assert (
        log.page.locator("body").get_attribute("data-md-color-scheme") == {"light": "default", "dark": "slate"}[scheme]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_plan_with_every_field_are_accessible(full: Site, open_page: OpenPage, scheme: Scheme) -> None:
    log = open_page(full.origin, scheme=scheme, width=next(iter(LOOKS[scheme])))
    guide = {name for name in full.names if name.startswith("guide/") and name != "guide/schema/index.html"}
    elsewhere = {name for name in full.names if name.startswith(("guide/", "print/", "source/", "404"))}
    unaudited = elsewhere | full.alike("sprints/", "people/", "reports")

    left_out = unaudited if scheme == "dark" else guide
    assert faults(log, full.visit(log.page, left_out), scheme, unaudited) == {}


@pytest.fixture(scope="module")
def of_init(tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]) -> Site:
    root = tmp_path_factory.mktemp("init")
    called(root, "init", "--demo")
    assert called(root, "build").returncode == 0
    return Site(root, serve_folder(root / "site"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_site_from_init_are_accessible(scheme: Scheme, open_page: OpenPage, of_init: Site) -> None:
    log = open_page(of_init.origin, scheme=scheme, width=next(iter(LOOKS[scheme])))
    few = {"index.html", "audit/index.html", "risks/index.html", "sprints/SPRINT_3/index.html"}

    assert faults(log, of_init.visit(log.page, set(of_init.names) - few), scheme) == {}
    # axe-core does not report text in exactly the colour of its background.
    links = log.page.locator(".md-footer-meta a").evaluate_all(
        "all => all.map(link => getComputedStyle(link).color.match(/\\d+/g).slice(0, 3).join())"
    )
    assert links
    ground = log.page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).join()")
    assert ground not in links
