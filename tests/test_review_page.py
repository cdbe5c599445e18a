"""The review page: self-contained, safe to open, accessible, with both sides of each change."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse.changes import Review
from masterplan.model.change import Question
from masterplan.model.naming import Subject
from masterplan.render.review import html
from masterplan.render.review.graph import neighbourhood, picture
from masterplan.render.review.moves import moves
from tests.browser import OpenPage, PageLog, Scheme
from tests.plans import entry, milestone, phase, plan, sprint
from tests.reviews import BEFORE, change, consequence, finding, full_review, review
from tests.sites import OURS, words
from tests.test_accessibility import LOOKS, objections

HOSTILE = '"><script>alert(1)</script><img src=//evil.invalid/x onerror=alert(2)>{{ 7*7 }}</style><base href=//evil>'


@pytest.fixture
def opened(tmp_path: Path, open_page: OpenPage) -> Callable[[Review, Scheme], PageLog]:
    """A review opened from a file, as from a downloaded artifact."""

    def open_review(result: Review, scheme: Scheme = "light") -> PageLog:
        (tmp_path / "review.html").write_text(html(result), "utf-8")
        log = open_page("file://", scheme=scheme)
        log.page.goto((tmp_path / "review.html").as_uri(), wait_until="networkidle")
        return log

    return open_review


def page(result: Review) -> LexborHTMLParser:
    return LexborHTMLParser(html(result))


def hostile_review() -> Review:
    edit = change(HOSTILE, Subject("sprint", HOSTILE), before=HOSTILE, after=f"{HOSTILE} too")
    return review(
        edit,
        change("x", Subject("sprint", "1")),
        consequences=[consequence(HOSTILE, HOSTILE, HOSTILE, causes=[edit])],
        questions=[Question(HOSTILE, "1", HOSTILE)],
        findings=([finding(HOSTILE)], [finding(HOSTILE)]),
        after=plan(sprint("1", title=HOSTILE, when="2-3"), sprint("2", needs=["1"]), title=HOSTILE),
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "result", [full_review(), hostile_review(), review(after=BEFORE)], ids=["full", "hostile", "empty"]
)
def test_the_page_makes_no_request_and_is_accessible(
    result: Review, scheme: Scheme, opened: Callable[[Review, Scheme], PageLog]
) -> None:
    log = opened(result, scheme)
    for width in LOOKS["light"]:
        log.page.set_viewport_size({"width": width, "height": 900})
        assert objections(log.page) == []
        assert log.page.evaluate("document.documentElement.scrollWidth") <= width
    assert log.problems == []


def test_quotations_in_messages_are_marked_even_if_the_message_is_cut() -> None:
    messages = ["a claim is added, `Two weeks` (fits)", f"declared `{'long ' * 999}`"]
    edits = [change(message, Subject("sprint", str(n))) for n, message in enumerate(messages, 1)]
    shown = page(review(*edits, findings=([finding(messages[0])], [])))
    assert "`" not in shown.text()
    quotations = {node.text() for node in shown.css("q")}
    assert "Two weeks" in quotations
    assert any(text.startswith("long long") and text.endswith("…") for text in quotations)


def test_a_hostile_text_is_shown_as_text() -> None:
    shown = page(hostile_review())
    assert shown.css("script, img, base, iframe") == []
    assert any("<script>alert(1)</script>" in words(title) for title in shown.css("#schedule .mp-box title"))
    assert "".join(HOSTILE.split()) in "".join(shown.text().split())


def test_the_policy_allows_only_the_style_sheet_of_the_page() -> None:
    text = html(full_review())
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page(full_review()).css("meta[http-equiv=Content-Security-Policy]")[0].attributes["content"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{allowed}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"\bstyle=|@import|url\(", text)


def test_the_policy_lets_the_style_sheet_apply(opened: Callable[[Review], PageLog]) -> None:
    log = opened(full_review())
    assert log.page.evaluate("getComputedStyle(document.querySelector('del')).textDecorationLine") == "line-through"


def test_words_on_only_one_side_are_marked() -> None:
    shown = page(full_review())
    folded = shown.css("details")[0]
    assert words(folded.css("summary")[0]) == "1 wording change"
    assert words(folded.css("li li")[0]) == "One stream for every tab of a browser"
    assert [mark.text() for mark in folded.css("del")] == ["for every tab of"]
    assert folded.css("ins") == []
    (moved,) = page(review(change("x", before="Phase 1 (weeks 2-3)", after="Phase 1 (weeks 2-5)"))).css("li li")
    assert [mark.text() for mark in moved.css("del, ins")] == ["2-3", "2-5"]


def test_texts_with_no_word_in_common_are_not_marked() -> None:
    shown = page(review(change("x", before="a b c", after="one two three")))
    assert shown.css("del, ins") == []


def test_breaking_edits_come_first() -> None:
    edits = [node.text() for node in page(full_review()).css("#changes > ol > li > strong")]
    assert edits == ["Sprint 3 loses its rollback", "Phase 2 ends two weeks later", "Sprint 5 joins the plan"]


def test_every_section_exists_and_is_linked() -> None:
    shown = page(full_review())
    anchors = [section.attributes["id"] for section in shown.css("section")]
    assert anchors == ["changes", "schedule", "people", "graph", "audit"]
    assert [link.attributes["href"] for link in shown.css("nav a")] == [f"#{anchor}" for anchor in anchors]


def test_edits_and_findings_link_to_their_lines_except_removed_ones() -> None:
    linked = replace(review(change("x"), findings=([finding("odd")], [])), source_url="https://example.org/blob/1")
    assert [link.attributes["href"] for link in page(linked).css("main a")] == [
        "https://example.org/blob/1/plan_data/sprints/3-streams.yml#L12",
        "https://example.org/blob/1/plan_data/plan.yml#L2",
    ]
    removed = replace(review(change("x")._replace(gone=True)), source_url="https://example.org/blob/1")
    assert page(removed).css("main a") == []
    assert "in the base" in words(page(removed).css("#changes")[0])


def test_the_schedule_has_old_windows_as_outlines_and_new_ones_as_bars() -> None:
    """Sprints 3 and 4 move with their phase, so they have no row. Texts say the same as outlines and bars."""
    (section,) = page(full_review()).css("#schedule")
    rows = {
        words(row.css("title")[0]): [mark.attributes["class"] for mark in row.css("rect")]
        for row in section.css(".mp-box")
    }
    assert rows == {
        "Phase 2: Phase 2: was weeks 3-5, now weeks 3-7": ["mp-row", "mp-before", "mp-after"],
        "Sprint 5: Images: added: weeks 3-7": ["mp-row", "mp-after"],
    }
    texts = [words(text) for text in section.css("text")]
    assert {"Phase 2: Phase 2", "was weeks 3-5, now weeks 3-7", "Week 3"} <= set(texts)
    assert words(section.css(".mp-small")[0]) == "Dashed outline: before. Solid bar: after."


def test_only_windows_that_differ_are_moves() -> None:
    before = plan(
        sprint("1", when="1-2"),
        sprint("2", when="3"),
        sprint("3"),
        sprint("4", when="5"),
        phases=[phase("1", "1-4", "4")],
        milestones=[milestone("M1", when="4"), milestone("M2", when="5")],
    )
    after = plan(
        sprint("1", when="1-2"),
        sprint("2"),
        sprint("3", when="4+"),
        milestones=[milestone("M1", when="day 21-22"), milestone("M2", when="5")],
    )
    assert [(move.name, move.words, move.before, move.after) for move in moves(review(before=before, after=after))] == [
        ("Phase 1: Phase 1", "removed, was weeks 1-4", (0, 28), None),
        ("Sprint 2: Title 2", "was week 3, now no window", (14, 21), None),
        ("Sprint 3: Title 3", "had no window, now week 4 onwards", None, (21, None)),
        ("Sprint 4: Title 4", "removed, was week 5", (28, 35), None),
        ("Milestone M1: Milestone M1", "was week 4, now days 21-22", (21, 28), (28, 30)),
    ]


def test_a_plan_that_starts_later_moves_by_dates() -> None:
    plans = [plan(sprint("1", when="1-2"), start=start) for start in ("2026-12-21", "2026-12-28")]
    (move,) = moves(review(before=plans[0], after=plans[1]))
    assert (move.words, move.before, move.after) == (
        "was 21 Dec 2026 to 3 Jan 2027, now 28 Dec 2026 to 10 Jan 2027",
        (-7, 7),
        (0, 14),
    )
    same = plan(sprint("1", when="2026-12-21 to 2027-01-03"), start="2026-12-21")
    assert moves(review(before=plans[0], after=same)) == ()


def test_without_moved_windows_the_forecasts_of_open_sprints_move() -> None:
    before, longer = (
        plan(sprint("1", effort=effort), sprint("2", needs=["1"], effort="1 day")) for effort in ("2 days", "4 days")
    )
    assert [(move.name, move.words) for move in moves(review(before=before, after=longer))] == [
        ("Forecast for Sprint 1: Title 1", "was days 1-2, now days 1-4"),
        ("Forecast for Sprint 2: Title 2", "was day 3, now day 5"),
    ]
    done = replace(before, entries=(entry("1", "2026-01-02", "done"),))
    assert not any("Sprint 1" in move.name for move in moves(review(before=before, after=done)))


def test_many_moves_are_cut_and_counted() -> None:
    before, after = (plan(*(sprint(str(n), when=str(n + at)) for n in range(1, 26))) for at in (0, 1))
    (section,) = page(review(change("x"), before=before, after=after)).css("#schedule")
    assert len(section.css(".mp-box")) == 20
    assert words(section.css(".mp-small")[0]).endswith("And 5 more.")


def test_without_an_older_plan_there_are_no_moves() -> None:
    assert moves(replace(full_review(), older="none")) == ()


def test_without_changes_the_page_has_only_a_headline() -> None:
    shown = page(review(after=BEFORE))
    assert words(shown.css("h1")[0]) == "No change to the plan."
    assert shown.css("section, table, svg") == []


def test_a_review_page_does_not_depend_on_hashes() -> None:
    code = (
        "from tests.reviews import full_review\nfrom masterplan.render.review import html\nprint(html(full_review()))"
    )
    command = (sys.executable, "-c", code)
    first, second = (
        subprocess.run(command, cwd=OURS, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    )
    assert first.stdout == second.stdout
    assert first.stdout.decode().startswith("<!doctype html>")


def test_the_graph_marks_added_removed_and_changed_by_line_and_word() -> None:
    graph = LexborHTMLParser(picture(neighbourhood(full_review())))
    boxes = {words(box.css("title")[0]): box.css("rect")[0].attributes["class"] for box in graph.css(".mp-box")}
    assert boxes == {
        "Sprint 1: Database": "mp-node mp-kept",
        "Sprint 2: Errors": "mp-node mp-kept",
        "Sprint 3: Streams, changed": "mp-node mp-changed",
        "Sprint 4: Batches": "mp-node mp-kept",
        "Sprint 5: Images, added": "mp-node mp-added",
    }
    lines = {words(edge.css("title")[0]): edge.css(".mp-line")[0].attributes["class"] for edge in graph.css(".mp-edge")}
    assert lines == {
        "Sprint 2 needs Sprint 1": "mp-line mp-kept mp-hard",
        "Sprint 3 benefits from Sprint 2 (soft, was hard)": "mp-line mp-changed mp-soft",
        "Sprint 4 needs Sprint 3 (removed)": "mp-line mp-removed mp-hard",
        "Sprint 4 needs Sprint 1 (hard, was soft)": "mp-line mp-changed mp-hard",
        "Sprint 5 needs Sprint 4 (added, hard)": "mp-line mp-added mp-hard",
    }
    assert words(graph.css("desc")[0]) == "Boxes and lines: 2 added, 1 removed, 3 changed, 4 unchanged."


def test_marked_words_keep_the_blanks_around_them() -> None:
    before, after = (
        f"One stream for {every} tab of a browser (weeks {weeks})"
        for every, weeks in (("every", "3-5"), ("each", "1-2"))
    )
    (line,) = LexborHTMLParser(html(review(change("x", before=before, after=after)))).css("main li li")
    assert line.text() == "One stream for every each tab of a browser (weeks 3-5 1-2)"
    assert [mark.text() for mark in line.css("del, ins")] == ["every", "each", "3-5", "1-2"]
