"""Addresses of former pages and their anchors lead to the page that has their content now, on every host."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.publish.default_pages import FORMER
from masterplan.publish.project import open_project
from masterplan.publish.redirects import redirects
from masterplan.render.views.site import page_links
from masterplan.render.write.html import page as as_html
from tests.browser import OpenPage
from tests.plans import BASE
from tests.sites import HOSTS, Host, words
from tests.test_default_pages import SPRINT, built, team, without
from tests.visits import Site

ANCHORS = {
    "index.html": "now sprints phases contradictions",
    "start/index.html": "now join reading-order who words",
    "order/index.html": "phase-1 phase-2 phase-3 waves",
    "dependencies/index.html": "dependencies table",
    "resources/index.html": "options option-A option-B computed best people value odds slack",
    "metrics/index.html": "metrics savings over-time declared",
    "risks/index.html": "matrix register",
    "rollback/index.html": "rollback rollback-1 rollback-5 rollback-6 declared runbooks undo-1",
    "testing/index.html": "testing per-sprint end-to-end",
    "next/index.html": "next-steps documentation",
    "progress/index.html": "progress phases sprints burn-up metrics completed",
    "audit/index.html": "contradiction gap remark",
    "changes/index.html": "moved commits",
    "sprints/SPRINT_5_image_processing/index.html": (
        "dependencies time why metrics risk rollback tests declared join source"
    ),
}
"""Anchors of the first plan's site, by the page that had them before pages were merged."""


def target_page(site: Path, page: str, anchor: str) -> LexborHTMLParser:
    """The page that a former address leads to, by its script or without scripts."""
    tree = LexborHTMLParser((site / page).read_bytes())
    if page.partition("/")[0] not in FORMER:
        return tree
    (link,) = tree.css(f"a#{anchor}") or tree.css("a#moved")
    address = (link.attributes["href"] or "").partition("#")[0]
    return LexborHTMLParser((site / page).parent.joinpath(address, "index.html").read_bytes())


@pytest.mark.parametrize("host", HOSTS)
def test_every_former_anchor_still_exists(host: Host, seed_sites: Callable[[Host], Site]) -> None:
    site = seed_sites(host).root / "site"
    pairs = [(page, anchor) for page, anchors in ANCHORS.items() for anchor in anchors.split()]
    assert [
        f"{page}#{anchor}" for page, anchor in pairs if not target_page(site, page, anchor).css_first(f"#{anchor}")
    ] == []


def test_a_former_address_redirects_and_keeps_its_anchor(seed: Site, open_page: OpenPage) -> None:
    log = open_page(seed.origin)
    for former, now in {"rollback/#runbooks": "risks/#runbooks", "metrics/#declared": "audit/#declared"}.items():
        log.page.goto(f"{seed.origin}/{former}")
        log.page.wait_for_url(f"{seed.origin}/{now}")
    plain = open_page(seed.origin, javascript=False).page
    plain.goto(f"{seed.origin}/order/")
    plain.wait_for_url(f"{seed.origin}/roadmap/")


def test_search_has_neither_former_pages_nor_the_guide_of_masterplan(seed: Site) -> None:
    site = seed.root / "site"
    docs = json.loads((site / "search/search_index.json").read_bytes())["docs"]
    indexed = {doc["location"].partition("#")[0].rstrip("/") for doc in docs}
    assert not indexed & FORMER.keys()
    assert {page for page in indexed if page.startswith("guide")} == {"guide", "guide/edit", "guide/review"}
    listed = (site / "sitemap.xml").read_text("utf-8")
    assert not [old for old in FORMER if f"/{old}/" in listed]


def test_a_team_page_with_a_former_name_is_kept(tmp_path: Path) -> None:
    root = team(tmp_path, BASE)
    (root / "docs").mkdir()
    (root / "docs" / "order.md").write_text("# Our order\n", "utf-8")
    site = built(root)
    assert words(site["order/index.html"].css("h1")[0]).startswith("Our order")
    assert "dependencies/index.html" not in site


def test_former_names_work_in_the_navigation_and_in_macros(tmp_path: Path) -> None:
    nav = [{"Home": "index.md"}, {"Order": "order.md"}, {"Needs": "dependencies.md"}, {"Staff": "resources.md"}]
    site = built(team(tmp_path, BASE, nav=nav))
    shown = words(site["index.html"].css("nav.md-nav--primary")[0])
    assert "Order" in shown
    assert "Staff" in shown
    assert "Needs" not in shown
    linked = as_html(page_links(open_project(tmp_path).context("index.md"), "order dependencies resources"))
    assert words(LexborHTMLParser(linked).css("body")[0]) == "Roadmap , People"


def test_a_page_is_left_out_if_all_its_former_names_are(tmp_path: Path) -> None:
    partly = open_project(team(tmp_path / "one", BASE, plugins=without("order")))
    both = open_project(team(tmp_path / "both", BASE, plugins=without("order", "dependencies")))
    assert "roadmap" in partly.default_pages
    assert "roadmap" not in both.default_pages
    assert not {"order/index.html", "dependencies/index.html"} & redirects(both).keys()
    assert redirects(open_project(team(tmp_path / "none", SPRINT))) == {}
