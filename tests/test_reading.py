"""For readers: few words, and small pages that are complete without JavaScript."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browser import OpenPage
from tests.visits import Site

MOST_BYTES = 100_000
"""The largest transfer size of a page without the theme's own files, compressed as static hosts do."""
INDEX = "/search/search_index.json"
MOST_WORDS, MOST_HEADINGS, MOST_PIXELS = 4_500, 60, 1_700
"""Limits: words and second-level headings on all pages about the first plan, and the height of a sprint page."""
MEASURE = """() => {
  const article = document.querySelector('article');
  const words = article.innerText.split(/\\s+/).filter(word => /[\\p{L}\\p{N}]/u.test(word)).length;
  return [words, article.querySelectorAll('h2').length, article.scrollHeight];
}"""


def test_pages_about_the_first_plan_have_few_words(seed: Site, open_page: OpenPage) -> None:
    page = open_page(seed.origin, width=1440).page
    others = {name for name in seed.names if name.startswith(("404", "guide/", "print/", "source/"))}
    sizes = {name: tuple(page.evaluate(MEASURE)) for name in seed.visit(page, others)}
    listed = "\n".join(f"{n:6} words {h:3} h2 {px:6} px  {name}" for name, (n, h, px) in sizes.items())
    words, headings, _ = (sum(column) for column in zip(*sizes.values(), strict=True))
    assert words <= MOST_WORDS, f"{words} words\n{listed}"
    assert headings <= MOST_HEADINGS, f"{headings} headings\n{listed}"
    assert [name for name, (_, _, px) in sizes.items() if name.startswith("sprints/S") and px > MOST_PIXELS] == [], (
        listed
    )


def _transferred(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def _is_of_theme(url: str) -> bool:
    return "/assets/stylesheets/" in url or "/assets/javascripts/" in url


READ = """() => {
  document.querySelectorAll('.mp-all').forEach(button => button.click());
  document.querySelectorAll('.mp-filter, .mp-zoom, .mp-copy, .mp-all').forEach(tool => tool.remove());
  document.querySelectorAll('details').forEach(details => (details.open = true));
  return document.querySelector('article').innerText.split(/\\s+/).join(' ').trim();
}"""


def test_pages_are_small_and_have_the_same_text_without_javascript(seed: Site, open_page: OpenPage) -> None:
    log, without = open_page(seed.origin), open_page(seed.origin, javascript=False)
    log.page.route("**/*", lambda route: route.continue_())  # a page whose requests are routed finds nothing in a cache
    sizes: dict[str, int] = {}
    log.page.on("requestfinished", lambda request: sizes.update({request.url: _transferred(request)}))
    log.page.goto(f"{seed.origin}/")
    log.page.wait_for_load_state("networkidle")
    (index,) = (size for url, size in sizes.items() if url.endswith(INDEX))
    heavy, differing, alike = {}, [], seed.alike("guide/", "sprints/S")
    sizes.clear()
    for name in seed.visit(log.page):
        # The index arrives after the page, at times while the next one loads.
        weight = index + sum(size for url, size in sizes.items() if not url.endswith(INDEX) and not _is_of_theme(url))
        assert weight > index
        if weight > MOST_BYTES:
            heavy[name] = weight
        sizes.clear()
        if name in alike:
            continue
        without.page.goto(f"{seed.origin}/{name}")
        text = log.page.evaluate(READ)
        assert text
        if text != without.page.evaluate(READ):
            differing.append(name)

    assert heavy == {}
    assert differing == []


def test_the_navigation_works_without_javascript(seed: Site, open_page: OpenPage) -> None:
    page = open_page(seed.origin, javascript=False).page
    page.goto(f"{seed.origin}/")
    page.get_by_role("link", name="Roadmap").first.click()

    assert page.title().startswith("Roadmap")


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("Sprint 4", "/sprints/SPRINT_4_request_batching/"),
        ("batching", "/sprints/SPRINT_4_request_batching/"),
        ("4-request-batching.yml", "/sprints/SPRINT_4_request_batching/"),
        ("SPRINT_5_image_processing", "/sprints/SPRINT_5_image_processing/"),
        ("PROJECT_OVERVIEW.md", "/progress/"),
        ("high risk", "/risks/"),
        ("server-sent", "/start/"),
    ],
)
def test_search_finds_what_people_look_for(seed: Site, open_page: OpenPage, words: str, path: str) -> None:
    page = open_page(seed.origin).page
    page.goto(f"{seed.origin}/")

    assert path in _search(page, words)[:5]


def test_search_finds_the_sprints_of_an_owner(full: Site, open_page: OpenPage) -> None:
    page = open_page(full.origin).page
    page.goto(f"{full.origin}/")

    assert any(path.startswith("/sprints/") for path in _search(page, "Ada Lovelace"))


def _search(page: Page, words: str) -> list[str]:
    """Paths of the theme's search results, best first."""
    page.locator(".md-search__input").fill(words)
    page.keyboard.press("Shift")
    links = page.locator(".md-search-result__link")
    links.first.wait_for()
    return [urlsplit(str(link.get_attribute("href"))).path for link in links.all()]


SHOWN = """fact => [...document.querySelector('.mp-table[data-filters]').tBodies[0].rows]
  .filter(row => !row.hidden).map(row => row.dataset[fact].split("; "))"""


@pytest.mark.parametrize("name", ["phase", "owner", "risk", "state"])
def test_the_table_of_sprints_filters_by_phase_owner_risk_and_state(
    seed: Site, full: Site, open_page: OpenPage, name: str
) -> None:
    site = seed if name in {"phase", "risk"} else full
    page = open_page(site.origin).page
    page.goto(f"{site.origin}/sprints/")
    select = page.locator(f".mp-filter select[name={name}]")
    value, fact = str(select.locator("option").nth(1).get_attribute("value")), select.get_attribute("data-fact")
    before = page.evaluate(SHOWN, fact)
    select.select_option(value)

    expected = [values for values in before if value in values]
    assert page.evaluate(SHOWN, fact) == expected
    assert len(before) > len(expected) > 0
