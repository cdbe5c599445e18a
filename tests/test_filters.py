"""Tables that filter and sort: the address keeps the choices, they can be cleared, and long tables begin short."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage
from tests.plans import loaded
from tests.test_keyboard import shown
from tests.visits import Site

ROWS = ".mp-table[data-filters] tbody tr:visible"
SELECT = ".mp-filter select[name=owner]"


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def owned(site: Site, owner: str) -> int:
    return sum(owner in sprint.owner for sprint in loaded(site.root).sprints.values())


@pytest.mark.parametrize("width", [1300, 390])
def test_an_address_can_filter_by_id_or_name_of_an_owner(full: Site, open_page: OpenPage, width: int) -> None:
    name = loaded(full.root).labels["p1"]
    for owner in ("p1", name):
        page = shown(full, open_page, "sprints/", width)
        page.goto(
            f"{full.origin}/sprints/?" + page.evaluate("owner => new URLSearchParams({ owner }).toString()", owner)
        )
        expect(page.locator(ROWS)).to_have_count(owned(full, "p1"))
        assert page.locator(SELECT).input_value() == " ".join(name.split())


def test_the_page_of_a_person_links_to_their_rows(full: Site, open_page: OpenPage) -> None:
    page = shown(full, open_page, "people/p2/")
    page.get_by_role("link", name="in a table").first.click()
    expect(page.locator(ROWS)).to_have_count(owned(full, "p2"))


def test_filter_and_sort_order_are_in_the_address_and_survive_a_reload(full: Site, open_page: OpenPage) -> None:
    page = shown(full, open_page, "sprints/#top")
    page.locator(SELECT).select_option(index=1)
    page.get_by_role("button", name="Risk").click()
    left = page.locator(ROWS).count()
    assert query(page).keys() == {"owner", "sort"}
    assert query(page)["owner"][0] in loaded(full.root).owners
    assert page.url.endswith("#top")
    page.reload()
    expect(page.locator(ROWS)).to_have_count(left)
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Risk")


def test_an_empty_result_has_a_message_and_a_button_to_clear_all_filters(full: Site, open_page: OpenPage) -> None:
    page = shown(full, open_page, "sprints/?owner=nobody&filter=zzz")
    everything = len(loaded(full.root).sprints)
    expect(page.locator(ROWS)).to_have_count(0)
    empty = page.locator(".mp-empty")
    expect(empty).to_contain_text("matches.")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(ROWS)).to_have_count(everything)
    expect(empty).to_be_hidden()
    expect(page.get_by_role("button", name="Clear filters")).to_have_count(0)
    assert query(page) == {}


def test_the_text_filter_finds_owners_by_id(full: Site, open_page: OpenPage) -> None:
    page = shown(full, open_page, "sprints/")
    page.locator(".mp-filter input").fill("p3")
    assert page.locator(ROWS).count() >= owned(full, "p3") > 0
    assert query(page) == {"filter": ["p3"]}


def test_the_kind_of_a_table_decides_whether_it_can_be_sorted(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "people/")
    compared = page.locator(".mp-table").filter(has_text="Shortest possible")
    expect(compared.locator(".mp-sort")).to_have_count(0)
    short = page.locator(".mp-table").filter(has_text="Dev 1").first
    assert short.locator("tbody tr").count() < 5
    assert short.locator(".mp-sort").count() > 0


def test_a_long_table_shows_its_first_rows_until_all_are_requested(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "guide/findings/")
    long = "() => [...document.querySelectorAll('.mp-table')].findIndex(table => table.querySelector('.mp-rest'))"
    table = page.locator(".mp-table").nth(page.evaluate(long))
    rows = table.locator("tbody tr")
    every = rows.count()
    assert table.locator("tbody tr:visible").count() < every
    button = page.get_by_role("button", name=f"Show all {every}").first
    button.click()
    assert table.locator("tbody tr:visible").count() == every
    expect(button).to_be_hidden()
    page.emulate_media(media="print")
    assert table.locator("tbody tr:visible").count() == every


def test_a_table_with_filters_begins_with_more_rows_than_one_among_others(full: Site, open_page: OpenPage) -> None:
    page = shown(full, open_page, "sprints/")
    assert page.locator(ROWS).count() == min(30, len(loaded(full.root).sprints))
    page = shown(full, open_page, "guide/findings/")
    long = page.locator(".mp-table:not([data-filters])").filter(has=page.locator(".mp-rest"))
    assert set(long.evaluate_all("all => all.map(t => t.querySelectorAll('tbody tr:not(.mp-rest)').length)")) == {10}


def test_a_long_table_begins_with_fewer_rows_on_a_phone(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "guide/findings/", 390)
    long = page.locator(".mp-table:not([data-filters])").filter(has=page.locator(".mp-rest"))
    count = "all => all.map(t => t.querySelectorAll('tbody tr:not(.mp-rest)').length)"
    assert set(long.evaluate_all(count)) == {5}
    page.set_viewport_size({"width": 1300, "height": 900})
    assert set(long.evaluate_all(count)) == {10}


def test_a_press_on_show_all_moves_the_focus_to_the_first_new_row(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "guide/findings/")
    table = page.locator(".mp-table").filter(has=page.locator(".mp-rest")).first
    hidden = table.locator(".mp-rest").first.evaluate("row => row.rowIndex")
    page.get_by_role("button", name="Show all").first.press("Enter")
    assert page.evaluate("document.activeElement.rowIndex") == hidden
    page.emulate_media(media="print")
    assert page.locator(".mp-all:visible").count() == 0


def test_the_table_of_sprints_fits_a_tablet(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "sprints/", 768)
    [(visible, needed)] = page.locator(".mp-table-box").evaluate_all(
        "all => all.map(e => [e.clientWidth, e.scrollWidth])"
    )
    assert needed <= visible


def test_cards_on_a_phone_have_aligned_values_and_no_empty_lines(seed: Site, open_page: OpenPage) -> None:
    page = shown(seed, open_page, "value/", 390)
    cells = page.locator(".mp-table:has(th:nth-child(4)) td:not(:first-child):visible")
    assert len(set(cells.evaluate_all("all => all.map(td => getComputedStyle(td).paddingLeft)"))) == 1
    expect(page.locator(".mp-table td > .mp-none").first).to_be_hidden()
    page.set_viewport_size({"width": 1300, "height": 900})
    expect(page.locator(".mp-table td > .mp-none").first).to_be_visible()
