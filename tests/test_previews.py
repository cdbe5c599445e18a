"""Search results and link previews: one escaped sentence for each sprint; and the edit links of each page."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import analyse
from masterplan.publish.finish import with_head
from masterplan.publish.heads import Heads, PageHead
from masterplan.publish.project import open_project
from masterplan.render.escape import plain
from masterplan.render.summary import phase_summary, plan_summary, sprint_summary
from tests.plans import BASE, entry, phase, plan, sprint, write_plan
from tests.sites import HOSTS, Host
from tests.test_escape import HOSTILE
from tests.test_site import Built

EDIT = "https://git.example.org/team/plan/edit/main"


def test_summaries_have_time_owner_savings_and_risk() -> None:
    saved, risky = {"monthly": "$300-600"}, {"level": "high"}
    example = plan(
        sprint("5", title="Images", owner="ada", savings=saved, risk=risky, needs=["1"]),
        sprint("1", impact="Half the queries"),
        phases=[phase("2", "5-6", "5", title="Speed")],
        entries=[entry("1", "2026-01-06", "in progress", percent=45)],
    )
    facts = analyse(example)
    assert sprint_summary(facts, "5") == (
        "Sprint 5, Images, is planned for weeks 5-6 by ada; it saves $300-600 a month."
        " It waits for Sprint 1. High risk."
    )
    assert sprint_summary(facts, "1") == "Sprint 1, Title 1, is 45% done. Impact: Half the queries."
    assert (
        phase_summary(facts, example.phases[0])
        == "Phase 2, Speed, is planned for weeks 5-6 with Sprint 5; 0 of 1 done."
    )
    assert plan_summary(facts) == "2 sprints in 2 weeks, which save $300-600 a month: 0 of 2 done."


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("done", "Sprint 1, Title 1, was done on 6 Jan 2026 by ada; it saves $40 a month."),
        ("blocked", "Sprint 1, Title 1, is blocked (owner: ada); it saves $40 a month."),
        ("dropped", "Sprint 1, Title 1, is dropped (owner: ada); it saves $40 a month."),
    ],
)
def test_a_sprint_summary_has_state_and_measured_savings(state: str, expected: str) -> None:
    example = plan(
        sprint("1", owner="ada", savings={"monthly": "$50"}), entries=[entry("1", "2026-01-06", state, saves="$40")]
    )
    assert sprint_summary(analyse(example), "1") == expected
    assert sprint_summary(analyse(example, date(2026, 2, 1)), "1") == expected.replace(" 2026", "")


@pytest.mark.parametrize("monthly", ["€20/month", "€20 per month", "€20 a month"])
def test_a_sprint_summary_writes_monthly_amounts_in_one_way(monthly: str) -> None:
    example = plan(sprint("1", savings={"monthly": monthly}))
    assert sprint_summary(analyse(example), "1") == "Sprint 1, Title 1, is planned; it saves €20 a month."


@given(st.sampled_from(HOSTILE) | st.text(min_size=1))
def test_a_description_is_text_whatever_the_plan_contains(text: str) -> None:
    page = "<html><head><title>A - B</title></head><body><article>x</article></body></html>"
    tree = LexborHTMLParser(with_head(page, PageHead(plain(text), title=plain(text))))
    assert {node.tag for node in tree.css("head *")} <= {"title", "meta"}
    if described := plain(text):
        for name in ('name="description"', 'property="og:description"', 'property="og:title"'):
            assert [node.attributes["content"] for node in tree.css(f"meta[{name}]")] == [described]
    assert [node.text() for node in tree.css("article")] == ["x"]


def test_a_page_without_a_description_has_the_description_of_the_site() -> None:
    page = '<html><head><meta name="description" content="Ours &amp; only"><title>A</title></head></html>'
    tree = LexborHTMLParser(with_head(page, PageHead()))
    assert [node.attributes["content"] for node in tree.css("meta")] == ["Ours & only", "A", "Ours & only"]


def test_every_page_links_to_its_source_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plan(tmp_path, BASE)
    (root / "mkdocs.yml").write_text("site_name: x\nplugins: [masterplan]\n")
    for name in ("notes.md", "sprints/SPRINT_1.md", "risks.md"):
        (root / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / name).write_text("# Ours\n")
    monkeypatch.setenv("EDIT_URL", EDIT)
    feet = {path: LexborHTMLParser(head.foot) for path, head in Heads(open_project(root)).items()}
    edited = {path: [link.attributes["href"] for link in foot.css("a")] for path, foot in feet.items()}
    assert edited["sprints/SPRINT_1/index.html"] == [
        f"{EDIT}/plan_data/sprints/1-a.yml",
        f"{EDIT}/docs/sprints/SPRINT_1.md",
    ]
    assert edited["sprints/SPRINT_2/index.html"] == [f"{EDIT}/plan_data/sprints/2-b.yml"]
    assert edited["notes/index.html"] == [f"{EDIT}/docs/notes.md"]
    assert edited["risks/index.html"] == [f"{EDIT}/docs/risks.md"]
    assert edited["index.html"] == [f"{EDIT}/plan_data/plan.yml"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://github.com/team/plan/blob/main", "https://github.com/team/plan/edit/main/plan_data/plan.yml"),
        ("https://git.example.org/a/b/-/blob/x/y/", "https://git.example.org/a/b/-/edit/x/y/plan_data/plan.yml"),
        (f"https://github.com/team/plan/blob/{'1a' * 20}", None),
        ("https://example.org/files", None),
        ("", None),
    ],
)
def test_the_edit_address_follows_from_the_source_address_of_a_branch(
    source: str, expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_plan(tmp_path, BASE)
    (root / "mkdocs.yml").write_text("site_name: x\nplugins: [masterplan]\n")
    monkeypatch.setenv("SOURCE_URL", source)
    foot = LexborHTMLParser(Heads(open_project(root))["index.html"].foot)
    assert [link.attributes["href"] for link in foot.css("a")] == ([expected] if expected else [])


@pytest.mark.parametrize("host", HOSTS)
def test_pages_of_a_site_have_descriptions_and_previews(host: Host, seed_sites: Built) -> None:
    site = (seed_sites(host).root / "site").resolve()
    sprint_page = LexborHTMLParser((site / "sprints/SPRINT_5_image_processing/index.html").read_bytes())
    sentence = "Sprint 5, Image Processing, is planned for weeks 6-8; it saves $300-600 a month."
    for name in ('name="description"', 'property="og:description"'):
        (node,) = sprint_page.css(f"meta[{name}]")
        assert (node.attributes["content"] or "").startswith(sentence)
    overview = LexborHTMLParser((site / "index.html").read_bytes())
    assert [node.attributes["content"] for node in overview.css('meta[property="og:title"]')] == [
        "Sprint Master Plan - Backend Optimization"
    ]
    assert [node.attributes["href"] for node in overview.css('link[rel~="alternate"]')] == ["exports/changes.xml"]
    assert {"plan.ics", "changes.xml"} >= {
        (link.attributes["href"] or "").rpartition("/")[2] for link in overview.css('a[href^="exports/"]')
    }


def indexed(site: Path) -> list[dict[str, str]]:
    """The entries of a site's search index: `location`, `title` and `text`, in which a few tags are left."""
    classic = site / "search" / "search_index.json"
    if classic.is_file():
        return list(json.loads(classic.read_bytes())["docs"])
    return list(json.loads((site / "search.json").read_bytes())["items"])


def search_text(item: dict[str, str]) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", item["text"])).split())


@pytest.mark.parametrize("host", HOSTS)
def test_the_search_text_of_a_sprint_begins_with_its_summary(host: Host, seed_sites: Built) -> None:
    entries = indexed((seed_sites(host).root / "site").resolve())
    firsts = {
        item["location"].split("/")[1]: search_text(item)
        for item in entries
        if re.fullmatch(r"sprints/SPRINT_[^#]*", item["location"])
    }
    assert len(firsts) == 6
    for name, text in firsts.items():
        assert re.match(rf"Sprint {name.split('_')[1]}, [^.]+ is planned [^.]+\. ", text), text


@pytest.mark.parametrize("host", HOSTS)
def test_tables_of_all_sprints_stay_out_of_the_search(host: Host, seed_sites: Built) -> None:
    entries = indexed((seed_sites(host).root / "site").resolve())
    titles = ("Database Optimization", "SSE Consolidation", "HTTP Compression")
    for page in ("sprints/", "progress/", "value/"):
        of_page = [search_text(item) for item in entries if item["location"].split("#")[0] == page]
        assert of_page, page
        assert not [text for text in of_page if all(title in text for title in titles)], page


BLOCKS = r"<(/?(?:li|td|th|tr|p|dt|dd|div|br|summary|caption|h\d|ul|ol|pre|figure|title|desc)\b)"


@pytest.mark.parametrize("host", HOSTS)
def test_the_search_separates_words_of_neighbouring_blocks(host: Host, seed_sites: Built) -> None:
    site = (seed_sites(host).root / "site").resolve()
    for item in indexed(site):
        page = item["location"].split("#")[0]
        if not page.startswith("guide/"):
            article = re.search(r"<article.*</article>", (site / page / "index.html").read_text("utf-8"), re.DOTALL)
            assert article
            apart = LexborHTMLParser(re.sub(BLOCKS, r" <\1", article[0])).text()
            index_text = unescape(re.sub(r"</?(?:p|li|ul|ol|pre)>", " ", item["text"]))
            assert set(re.findall(r"\w+", re.sub(r"<[^>]*>", "", index_text))) <= set(re.findall(r"\w+", apart)), page


def test_the_search_text_has_sentences(seed_sites: Built) -> None:
    entries = {item["location"]: item["text"] for item in indexed((seed_sites("mkdocs").root / "site").resolve())}
    assert [sentence for text in entries.values() for sentence in re.findall(r"<p>[^<]*[^<.!?:…]</p>", text)] == []
    page = "sprints/SPRINT_4_request_batching/"
    assert "<p>Monthly savings: $150-300.</p>" in entries[page]
    assert "<p>Bulk operations; Before: 5-10s; Target: &lt;1s; Reduction: 80-90%.</p>" in entries[f"{page}#done"]
    assert entries[f"{page}#risk"].endswith("<p>Rollback: Revert to individual API calls.</p>")
