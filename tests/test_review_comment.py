"""The review in a pull request: its first lines, its folded parts, and that no text of a plan acts in it."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.analyse.changes import Review
from masterplan.model.change import ChangedFinding, Edit, Question, Weight
from masterplan.model.naming import Subject
from masterplan.render.escape import inert, plain
from masterplan.render.review import html, markdown
from masterplan.render.review.graph import MOST_SPRINTS
from tests.plans import plan, sprint
from tests.reviews import AFTER, BEFORE, MOST_CHARACTERS, change, consequence, finding, full_review, review

HOSTILE = (
    "@octocat",
    "@team/owners please",
    "mail me@example.org",
    "https://evil.example/x",
    "www.evil.example",
    "#12 org/repo#12 GH-12",
    "1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d",
    ":octocat: :tada:",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "</details><script>alert(1)</script>",
    "<!-- masterplan:review head=0000 -->",
    "::error file=a::b",
    "a | b\n\n# heading",
    "``` \n --- ```",
    '"]; click n1 "javascript:alert(1)"',
    "%%{init: {}}%%",
    "- [x] task",
    "<a href=//evil.example>x</a>",
)

# Texts outside code on which GitHub acts.
SEEN = re.compile(
    r"@[A-Za-z0-9]|#\d|\bGH-\d|://|\bwww\.|:[\w+-]+:|[0-9a-f]{7,40}",
    re.IGNORECASE,
)
TAGS = {"html", "head", "body", "h3", "h4", "p", "ol", "ul", "li", "input", "br"}
FRAMES = {"body", "h1", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
OURS = {"details", "summary", "code", "pre", "strong", "a"}


def shown(text: str) -> LexborHTMLParser:
    """A comment as GitHub's Markdown shows it, with raw HTML kept as the worst case."""
    return LexborHTMLParser(github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))


def words(page: LexborHTMLParser) -> Iterator[str]:
    """The texts on which GitHub may act: all except code."""
    for code in page.css("code, pre"):
        code.decompose()
    yield from (node.text(deep=False, separator=" ") for node in page.css("*"))


def hostile_review(text: str) -> Review:
    """A review in which every text of a plan is `text`."""
    breaking = change(text, Subject("sprint", text), "breaking", before=text, after=text)
    plans = plan(sprint("1", title=text or "x"), sprint("2", needs=["1"], title=text or "x"))
    hostile = review(
        breaking,
        change(text, Subject("sprint", "2")),
        consequences=[consequence(text, text, text, causes=[breaking] * 9)],
        questions=[Question(text, "1", text)],
        findings=([finding(text)], [finding(text)]),
        before=BEFORE,
        after=plans,
    )
    return replace(hostile, source_url="https://example.org/blob/1")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_plan_acts_in_a_comment(text: str) -> None:
    page = shown(markdown(hostile_review(text)))
    assert {node.tag for node in page.css("*")} <= TAGS | OURS
    assert {node.attributes["href"] for node in page.css("a")} == {
        "https://example.org/blob/1/plan_data/sprints/3-streams.yml#L12",
        "https://example.org/blob/1/plan_data/plan.yml#L2",
    }
    assert len(page.css("input")) == 1, "the one effect that is worse"
    assert not [match[0] for text in words(page) if (match := SEEN.search(text))]


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), max_size=4).map(" ".join))
def test_an_inert_text_is_shown_unchanged(text: str) -> None:
    for frame in ("{}", "# {}", "- {}", "**{}**", "| a |\n| --- |\n| {} |", "<details><summary>{}</summary></details>"):
        for around in ("x", ""):
            body = shown(frame.format(f"{around}{inert(text) or 'x'}{around}")).body
            assert body is not None
            assert without_breaks(body).endswith(f"{around}{plain(text).replace(chr(0x200B), '').strip()}{around}")
            assert not SEEN.search(body.text())
            assert {node.tag for node in body.css("*")} <= FRAMES


def test_a_comment_is_readable_as_text() -> None:
    """In notification mail and in a terminal: only text on which Markdown or GitHub would act is escaped."""
    edit = change("Sprint 5 (Images) saves $150-300 a month, not $300-600: half; see plan_data/x_y.yml & co. <1s!")
    comment = markdown(review(edit, consequences=[consequence("Savings", "$750-1,500", "$600-1,200", causes=[edit])]))
    assert "&#" not in comment
    assert f"1. **{edit.message}** · `plan_data/sprints/3-streams.yml:12`\n" in comment
    assert "   - [ ] ▼ Savings: $750-1,500 → $600-1,200 (worse)\n" in comment


def without_breaks(node: LexborNode) -> str:
    return node.text().strip().replace("\u200b", "")


@pytest.mark.parametrize(
    "text", ["@" * 1_000_000, "x" * 1_000_000, "😀" * 300_000, "\n" * 1_000_000, "#" * 160, "\u202e" * 500]
)
def test_a_comment_has_a_limited_length_with_any_titles(text: str) -> None:
    edits = [change(text, Subject("sprint", str(n)), weight) for n in range(100) for weight in weights()]
    crowd = plan(*(sprint(str(n), title=text.strip()[:1000] or "x", needs=["0"] * (n > 0)) for n in range(200)))
    big = review(
        *edits,
        consequences=[consequence(text, text, text, causes=edits) for _ in range(100)],
        questions=[Question(text, "1", text)] * 100,
        findings=([finding(text)] * 100, [finding(text)] * 100),
        after=crowd,
    )
    comment = markdown(big)
    assert len(comment) <= MOST_CHARACTERS
    assert re.search(r"\*\*\d+ more\*\*", comment)
    assert comment.count("<details>") == comment.count("</details>")
    assert comment.count("```") == 2


def weights() -> tuple[Weight, ...]:
    return ("breaking", "notable", "editorial")


def test_edits_that_are_left_out_are_counted() -> None:
    comment = markdown(review(*(change(f"Change {n} {'of many ' * 12}") for n in range(300))))
    rows = len(re.findall(r"^\d+\. \*\*Change", comment, re.MULTILINE))
    assert f"**{300 - rows} more**" in comment
    assert rows > 50


def lines(page: LexborHTMLParser, selector: str) -> list[str]:
    return [without_breaks(node) for node in page.css(selector)]


def test_each_edit_and_each_effect_is_listed_once() -> None:
    later, leaves = change("phase 2 ends two weeks later"), change("Ada leaves", weight="breaking")
    result = review(
        later,
        leaves,
        change("the note is reworded", weight="editorial"),
        consequences=[
            consequence("End", "week 10", "week 12", causes=[later])._replace(fact="end-of-phases", figure="+2 weeks"),
            consequence("Slip", "1", "2", "better", causes=[later, leaves]),
            consequence("Slack of Sprint 3", "3 days", "0 days", "neither", [later])._replace(fact="slack"),
            consequence("Ready to start", "none", "Sprint 2", "neither"),
        ],
    )
    page = shown(markdown(result))
    assert lines(page, "ol > li > strong") == ["Ada leaves", "Phase 2 ends two weeks later"]
    assert lines(page, "ol > li:nth-child(1) li") == ["▲ Slip: 1 → 2 (better), also from edit 2"]
    assert lines(page, "ol > li:nth-child(2) li") == ["▼ End: week 10 → week 12 (+2 weeks, worse)"]
    assert lines(page, "ol li li strong") == ["▼ End: week 10 → week 12 (+2 weeks, worse)"]
    assert lines(page, "summary") == ["1 minor effect", "1 wording change"]
    assert lines(page, "details")[0].endswith("Slack of Sprint 3: 3 days → 0 days · edit 2")
    assert "Several edits together:" in lines(page, "p")
    assert lines(page, "body > ul")[0] == "Ready to start: none → Sprint 2"
    assert lines(page, "p")[0] == "2 edits, 1 breaking · 4 effects, 1 to look at"


def test_a_review_without_changes_is_one_line() -> None:
    comment = markdown(review())
    assert comment.startswith("### No change to the plan.\n")
    assert "\n- " not in comment
    assert "<details>" not in comment


def test_both_sides_of_an_edit_are_shown_unless_they_are_in_its_message() -> None:
    whole, moved = (
        change("Saves $1, not $2", before="$2", after="$1"),
        change("Moves", before="Phase 2", after="Phase 1"),
    )
    page = shown(markdown(review(whole, moved, change("x", after="y"))))
    assert lines(page, "ol > li > ul") == ["Phase 2 → Phase 1", "Now: y"]


def test_new_changed_resolved_and_waived_findings_are_folded() -> None:
    edit, new_finding = change("Sprint 5 joins"), finding("odd")
    result = review(edit, findings=([new_finding], [finding("even")]))
    pair = ChangedFinding(finding("1 of 6"), finding("1 of 7"))
    result = replace(
        result,
        difference=replace(
            result.difference, changed=(pair,), waived=(finding("late"),), made_by={new_finding.fingerprint: (edit,)}
        ),
    )
    page = shown(markdown(result))
    assert lines(page, "p")[0] == "1 edit · audit findings: +1 -1, 1 changed, 1 waived"
    assert lines(page, "summary") == ["Audit findings"]
    assert lines(page, "details p") == [
        "New findings: 1",
        "Changed findings: 1",
        "Resolved findings: 1",
        "Waived findings: 1",
    ]
    assert lines(page, "details li") == [
        "Contradiction: odd · plan_data/plan.yml:2 · edit 1",
        "Contradiction: 1 of 7 · plan_data/plan.yml:2Before: 1 of 6",
        "Contradiction: even · plan_data/plan.yml:2 in the base",
        "Contradiction: late · plan_data/plan.yml:2",
    ]


def test_names_of_sprints_link_to_their_pages() -> None:
    edit = change("Sprint 5 no longer waits for Sprint 3.1 or Sprint 3")
    linked = replace(review(edit), pages={"3": "https://example.org/plan/sprints/S3/", "5": "https://example.org/S5/"})
    page = shown(markdown(linked))
    assert [(node.text(), node.attributes["href"]) for node in page.css("li a")] == [
        ("Sprint 5", "https://example.org/S5/"),
        ("Sprint 3", "https://example.org/plan/sprints/S3/"),
    ]


def test_without_a_repository_address_there_are_no_links() -> None:
    assert shown(markdown(review(change("x")))).css("a") == []


def test_the_graph_marks_added_removed_and_changed_by_line_and_word() -> None:
    (graph,) = re.findall(r"```mermaid\n(.*?)```", markdown(full_review()), re.DOTALL)
    for line in (
        'n3["Sprint 3: Streams<br>changed"]',
        'n5["Sprint 5: Images<br>added"]',
        'n3 -.-x|"removed"| n4',
        'n4 ==>|"added, hard"| n5',
        'n1 ==>|"hard, was soft"| n4',
        'n2 -.->|"soft, was hard"| n3',
        "n1 --> n2",
        "class n3 changed",
        "class n5 added",
    ):
        assert f"  {line}\n" in graph
    assert "Far away" not in graph
    assert "#" not in graph.replace("classDef", "")


def test_a_sprint_with_a_new_id_is_one_box() -> None:
    moved = change("Sprint 3 is Sprint 3b now", Subject("sprint", "3b"))
    renamed = moved._replace(edits=(Edit(("sprints", "3", "id"), "3", "3b"),))
    after = plan(sprint("1"), sprint("2", needs=["1"]), sprint("3b", needs=["2"]), sprint("4", needs=["3b"]))
    before = plan(sprint("1"), sprint("2", needs=["1"]), sprint("3", needs=["2"]), sprint("4", benefits=["3"]))
    comment = markdown(review(renamed, before=before, after=after))
    assert re.findall(r"^  n\d\[.*|^  n\d [-=].*", comment, re.MULTILINE) == [
        '  n1["Sprint 2: Title 2"]',
        '  n2["Sprint 3b: Title 3b<br>changed"]',
        '  n3["Sprint 4: Title 4"]',
        '  n2 ==>|"hard, was soft"| n3',
        "  n1 --> n2",
    ]


def test_a_removed_sprint_is_in_the_graph() -> None:
    gone = change("Sprint 5 was removed", Subject("sprint", "5"))
    comment = markdown(review(gone, before=AFTER, after=BEFORE))
    assert 'n5["Sprint 5: Images<br>removed"]' in comment
    assert 'n4 -.-x|"removed"| n5' in comment


def test_a_large_graph_is_cut_and_counts_the_rest() -> None:
    free, crowd = (plan(*(sprint(str(n), needs=["0"] * (n > first)) for n in range(60))) for first in (1, 0))
    comment = markdown(review(change("x", Subject("sprint", "0")), before=free, after=crowd))
    assert len(re.findall(r"^  n\d+\[", comment, re.MULTILINE)) == MOST_SPRINTS
    assert f"Not shown: {60 - MOST_SPRINTS} boxes and 0 lines." in comment


def test_a_label_in_the_graph_escapes_entities_but_not_an_ampersand_between_words() -> None:
    for title, label in (("Errors & Logs", "Errors & Logs"), ("A&lt;B", "A#38;lt#59;B"), ("R&D", "R#38;D")):
        before, after = (plan(sprint("1", title=title), sprint("2", needs=needs)) for needs in ([], ["1"]))
        comment = markdown(review(change("x", Subject("sprint", "2")), before=before, after=after))
        assert f'n1["Sprint 1: {label}"]' in comment


def test_only_revisions_of_the_sides_are_in_code() -> None:
    sides = replace(review(), base="main", head="the working tree")
    assert "Compared `main` with the working tree." in markdown(sides)
    assert "Compared <code>main</code> with the working tree." in html(sides)
