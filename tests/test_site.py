"""The site of the first plan: figures, pages, search, narrow screens, and the effect of a new sprint."""

import json
import re
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser

from masterplan.cli import app as cli
from tests.browser import OpenPage, Scheme
from tests.sites import HOSTS, OURS, Host, article, change, pages, repository, search, words
from tests.visits import OVERFLOW, Site

SEED = (OURS / "tests" / "data" / "SPRINT_MASTER_PLAN.md").read_text(encoding="utf-8")
ROWS = re.findall(r"\| \*\*Sprint (\d)\*\* \| (.+?) \| .+? \| `(.+?)\.md` \|", SEED)
"""The sprints in the authors' document: id, title and page name."""

Built = Callable[[Host], Site]


def shown(site: Site, name: str = "index.html") -> LexborHTMLParser:
    return LexborHTMLParser((site.root / "site" / name).read_bytes())


@pytest.mark.parametrize("host", HOSTS)
def test_the_overview_has_computed_figures_and_the_declared_one_that_differs(host: Host, seed_sites: Built) -> None:
    overview = article(shown(seed_sites(host)))
    tiles = {words(card.css(".mp-card__label")[0]): words(card) for card in overview.css(".mp-card")}
    assert tiles["Sprints done"].startswith("Sprints done 0 of 6 0% of the effort")
    assert tiles["Monthly savings"] == "Monthly savings $750-1,500 $9,000-18,000 a year, when complete"
    assert "$850-1,750/month" in words(overview)


def test_the_audit_page_has_the_claim_that_does_not_match(seed_sites: Built) -> None:
    page = article(shown(seed_sites("mkdocs"), "audit/index.html"))
    rows = [[words(cell) for cell in row.css("td")] for row in page.css("tbody tr")]
    outcomes = {row[-1] for row in rows if "$850-1,750" in row[0] and "$750-1,500/month" in row}
    assert outcomes == {"does not match"}


@pytest.mark.parametrize("host", HOSTS)
def test_pages_have_the_names_of_the_first_plan(host: Host, seed_sites: Built) -> None:
    assert [id_ for id_, _, _ in ROWS] == ["1", "2", "3", "4", "5", "6"]
    for id_, title, name in ROWS:
        page = shown(seed_sites(host), f"sprints/{name}/index.html")
        assert words(page.css("h1")[0]).startswith(f"Sprint {id_}: {title}")


@pytest.mark.parametrize("host", HOSTS)
def test_every_page_names_its_commit_and_day(host: Host, seed_sites: Built) -> None:
    site = seed_sites(host)
    git_command = ("git", "-C", str(site.root), "rev-parse", "HEAD")
    commit = subprocess.run(git_command, capture_output=True, text=True, check=True).stdout
    for name, page in pages(site.root / "site").items():
        assert words(page.css(".md-copyright")[0]) == f"Built from commit {commit[:8]} of 20 Nov 2025", name


def test_pages_of_zensical_fit_narrow_screens_and_log_no_problems(seed_sites: Built, open_page: OpenPage) -> None:
    """Of similar pages only the first; `test_accessibility` looks at all pages of MkDocs."""
    site = seed_sites("zensical")
    log = open_page(site.origin, width=390)
    wide = {}
    for name in site.visit(log.page, site.alike("guide/", "sprints/S")):
        for width in (390, 1300):
            log.page.set_viewport_size({"width": width, "height": 900})
            wide[name, width] = log.page.evaluate(OVERFLOW)
    assert {where: overflow for where, overflow in wide.items() if overflow} == {}
    assert log.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_zensical_follows_the_scheme_of_the_browser(scheme: Scheme, seed_sites: Built, open_page: OpenPage) -> None:
    site = seed_sites("zensical")
    log = open_page(site.origin, scheme=scheme)
    log.page.goto(f"{site.origin}/")
    expect(log.page.locator("body")).to_have_attribute("data-md-color-scheme", SCHEMES[scheme])
    assert log.problems == []


SCHEMES: dict[Scheme, str] = {"light": "default", "dark": "slate"}


@pytest.mark.parametrize("host", HOSTS)
def test_search_finds_a_sprint_and_leads_to_it(host: Host, seed_sites: Built, open_page: OpenPage) -> None:
    site = seed_sites(host)
    log = open_page(site.origin)
    log.page.goto(f"{site.origin}/")
    assert "Sprint 4: Request Batching" in search(log.page, host, "batching")
    log.page.locator('a[href*="SPRINT_4_request_batching"][href*="h=batching"]').first.click()
    expect(log.page.get_by_role("heading", level=1)).to_contain_text("Sprint 4: Request Batching")
    assert log.problems == []


def test_search_finds_only_the_page_of_a_sprint_by_its_title(seed: Site) -> None:
    index = json.loads((seed.root / "site" / "search" / "search_index.json").read_bytes())
    entries = [(entry["location"].split("/"), unescape(entry["title"] + entry["text"])) for entry in index["docs"]]
    of_sprints = [(steps[1], text) for steps, text in entries if steps[0] == "sprints" and steps[1]]
    named = {title: {page for page, text in of_sprints if title in text} for _, title, _ in ROWS}
    assert named == {title: {name} for _, title, name in ROWS}


@pytest.mark.parametrize("host", HOSTS)
def test_unused_files_of_the_theme_are_not_published(host: Host, seed_sites: Built) -> None:
    folder = seed_sites(host).root / "site"
    assert [path.name for path in folder.rglob("*") if path.suffix == ".map" or path.name == "lunr"] == []


@pytest.mark.parametrize("host", HOSTS)
def test_every_sprint_is_one_click_from_the_overview(host: Host, seed_sites: Built, open_page: OpenPage) -> None:
    site = seed_sites(host)
    log = open_page(site.origin)
    for id_, title, name in ROWS:
        log.page.goto(f"{site.origin}/")
        log.page.locator(".mp-table").get_by_role("link", name=f"Sprint {id_}: {title}").first.click()
        expect(log.page).to_have_url(f"{site.origin}/sprints/{name}/")
        expect(log.page.get_by_role("heading", level=1)).to_contain_text(title)
    assert log.problems == []


def test_the_guide_can_be_reached_by_links(seed_sites: Built, open_page: OpenPage) -> None:
    site = seed_sites("mkdocs")
    log = open_page(site.origin)
    log.page.goto(f"{site.origin}/")
    for part, name in (("tabs", "masterplan"), ("nav--primary", "Macros")):
        log.page.locator(f".md-{part}").get_by_role("link", name=name, exact=True).first.click()
    expect(log.page.get_by_role("heading", level=1)).to_contain_text("Macros")
    assert log.problems == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_new_sprint_is_on_every_page_that_lists_all_sprints(host: Host, tmp_path: Path, seed_sites: Built) -> None:
    root = repository(tmp_path / "plan")
    arguments = ("new", "sprint", "Quiet Hours", "--phase", "3", "--needs", "4", "--root", str(root))
    assert cli.run(list(arguments)) == 0
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    name, added = "SPRINT_7", pages(root / "site")
    assert words(added[f"sprints/{name}/index.html"].css("h1")[0]).startswith("Sprint 7: Quiet Hours")

    pages_with_all = [
        page
        for page, content in pages(seed_sites(host).root / "site").items()
        if all(old in linked(content) for _, _, old in ROWS) and not page.startswith("guide/")
    ]
    assert len(pages_with_all) > 5
    assert [page for page in pages_with_all if name not in linked(added[page])] == []
    navigation = added["sprints/index.html"].css(".md-nav--primary a")
    assert [words(link) for link in navigation if name in (link.attributes["href"] or "")] == ["Sprint 7: Quiet Hours"]
    index = root / "site" / ("search/search_index.json" if host == "mkdocs" else "search.json")
    assert name in index.read_text(encoding="utf-8")


def linked(page: LexborHTMLParser) -> set[str]:
    """The names of the sprint pages that an article links to."""
    addresses = [link.attributes.get("href") or "" for node in page.css("article") for link in node.css("a")]
    return {match[1] for address in addresses if (match := re.search(r"(SPRINT_\w+)/", address))}


def test_uncommitted_changes_are_mentioned(tmp_path: Path) -> None:
    root = repository(tmp_path / "plan")
    change(root / "plan_data" / "plan.yml", "updated: 2025-11-16", "updated: 2025-11-17")
    assert cli.run(["build", "--root", str(root)]) == 0
    assert "and uncommitted changes" in words(pages(root / "site")["index.html"].css(".md-copyright")[0])
