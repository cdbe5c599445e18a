"""The review in a pull request: what it says first, what it folds away, and that nothing of a plan acts in it."""

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
from masterplan.render.review import markdown
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

# What GitHub looks for in the words of a finished text, code left out.
SEEN = re.compile(
    r"@[A-Za-z0-9]|#\d|\bGH-\d|://|\bwww\.|:[\w+-]+:|[0-9a-f]{7,40}",
    re.IGNORECASE,
)
TAGS = {"html", "head", "body", "h3", "h4", "p", "ol", "ul", "li", "input", "br"}
FRAMES = {"body", "h1", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
OURS = {"details", "summary", "code", "pre", "strong", "a"}


def shown(text: str) -> LexborHTMLParser:
    """A comment as GitHub's own Markdown shows it, raw HTML kept: the worst that could happen."""
    return LexborHTMLParser(github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))


def words(page: LexborHTMLParser) -> Iterator[str]:
    """The words that GitHub looks through: all but code."""
    for code in page.css("code, pre"):
        code.decompose()
    yield from (node.text(deep=False, separator=" ") for node in page.css("*"))


def hostile_review(text: str) -> Review:
    """A review in which every text of a plan is the same hostile one."""
    one = change(text, Subject("sprint", text), "breaking", before=text, after=text)
    plans = plan(sprint("1", title=text or "x"), sprint("2", needs=["1"], title=text or "x"))
    found = review(
        one,
        change(text, Subject("sprint", "2")),
        consequences=[consequence(text, text, text, causes=[one] * 9)],
        questions=[Question(text, "1", text)],
        findings=([finding(text)], [finding(text)]),
        before=BEFORE,
        after=plans,
    )
    return replace(found, source_url="https://example.org/blob/1")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_plan_acts_in_a_comment(text: str) -> None:
    page = shown(markdown(hostile_review(text)))
    assert {node.tag for node in page.css("*")} <= TAGS | OURS
    assert {node.attributes["href"] for node in page.css("a")} == {
        "https://example.org/blob/1/plan_data/sprints/3-streams.yml#L12",
        "https://example.org/blob/1/plan_data/plan.yml#L2",
    }
    assert len(page.css("input")) == 1, "the one effect that is worse"
    assert not [found[0] for each in words(page) if (found := SEEN.search(each))]


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), max_size=4).map(" ".join))
def test_made_inert_a_text_is_shown_as_it_is(text: str) -> None:
    for frame in ("{}", "# {}", "- {}", "**{}**", "| a |\n| --- |\n| {} |", "<details><summary>{}</summary></details>"):
        for around in ("x", ""):
            body = shown(frame.format(f"{around}{inert(text) or 'x'}{around}")).body
            assert body is not None
            assert without_breaks(body).endswith(f"{around}{plain(text).replace(chr(0x200B), '').strip()}{around}")
            assert not SEEN.search(body.text())
            assert {node.tag for node in body.css("*")} <= FRAMES


def test_a_comment_reads_as_text_as_well() -> None:
    """In the mail that tells of it and in a terminal; only what Markdown or GitHub would act on is replaced."""
    one = change("Sprint 5 (Images) saves $150-300 a month, not $300-600: half; see plan_data/x_y.yml & co. <1s!")
    found = markdown(review(one, consequences=[consequence("Savings", "$750-1,500", "$600-1,200", causes=[one])]))
    assert "&#" not in found
    assert f"1. **{one.message}** · `plan_data/sprints/3-streams.yml:12`\n" in found
    assert "   - [ ] ▼ Savings: $750-1,500 → $600-1,200 (worse)\n" in found


def without_breaks(node: LexborNode) -> str:
    return node.text().strip().replace("\u200b", "")


@pytest.mark.parametrize(
    "text", ["@" * 1_000_000, "x" * 1_000_000, "😀" * 300_000, "\n" * 1_000_000, "#" * 160, "\u202e" * 500]
)
def test_a_comment_has_a_limit_whatever_a_title_holds(text: str) -> None:
    many = [change(text, Subject("sprint", str(n)), weight) for n in range(100) for weight in weights()]
    crowd = plan(*(sprint(str(n), title=text.strip()[:1000] or "x", needs=["0"] * (n > 0)) for n in range(200)))
    big = review(
        *many,
        consequences=[consequence(text, text, text, causes=many) for _ in range(100)],
        questions=[Question(text, "1", text)] * 100,
        findings=([finding(text)] * 100, [finding(text)] * 100),
        after=crowd,
    )
    said = markdown(big)
    assert len(said) <= MOST_CHARACTERS
    assert re.search(r"\*\*\d+ more\*\*", said)
    assert said.count("<details>") == said.count("</details>")
    assert said.count("```") == 2


def weights() -> tuple[Weight, ...]:
    return ("breaking", "notable", "editorial")


def test_what_is_left_out_is_counted() -> None:
    said = markdown(review(*(change(f"Change {n} {'of many ' * 12}") for n in range(300))))
    rows = len(re.findall(r"^\d+\. \*\*Change", said, re.MULTILINE))
    assert f"**{300 - rows} more**" in said
    assert rows > 50


def lines(page: LexborHTMLParser, selector: str) -> list[str]:
    return [without_breaks(node) for node in page.css(selector)]


def test_each_cause_stands_once_with_its_effects_below_it_and_each_effect_once() -> None:
    later, leaves = change("phase 2 ends two weeks later"), change("Ada leaves", weight="breaking")
    found = review(
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
    page = shown(markdown(found))
    assert lines(page, "ol > li > strong") == ["Ada leaves", "Phase 2 ends two weeks later"]
    assert lines(page, "ol > li:nth-child(1) li") == ["▲ Slip: 1 → 2 (better), also from edit 2"]
    assert lines(page, "ol > li:nth-child(2) li") == ["▼ End: week 10 → week 12 (+2 weeks, worse)"]
    assert lines(page, "ol li li strong") == ["▼ End: week 10 → week 12 (+2 weeks, worse)"]
    assert lines(page, "summary") == ["1 minor effect", "1 wording change"]
    assert lines(page, "details")[0].endswith("Slack of Sprint 3: 3 days → 0 days · edit 2")
    assert "Several edits together:" in lines(page, "p")
    assert lines(page, "body > ul")[0] == "Ready to start: none → Sprint 2"
    assert lines(page, "p")[0] == "2 edits, 1 breaking · 4 effects, 1 to look at"


def test_a_review_without_changes_says_only_that() -> None:
    said = markdown(review())
    assert said.startswith("### No change to the plan.\n")
    assert "\n- " not in said
    assert "<details>" not in said


def test_both_sides_of_an_edit_are_shown_unless_its_message_has_them() -> None:
    whole, moved = (
        change("Saves $1, not $2", before="$2", after="$1"),
        change("Moves", before="Phase 2", after="Phase 1"),
    )
    page = shown(markdown(review(whole, moved, change("x", after="y"))))
    assert lines(page, "ol > li > ul") == ["Phase 2 → Phase 1", "Now: y"]


def test_findings_that_are_new_changed_resolved_and_waived_are_folded_away_with_their_edits() -> None:
    one, made = change("Sprint 5 joins"), finding("odd")
    found = review(one, findings=([made], [finding("even")]))
    pair = ChangedFinding(finding("1 of 6"), finding("1 of 7"))
    found = replace(
        found,
        difference=replace(
            found.difference, changed=(pair,), waived=(finding("late"),), made_by={made.fingerprint: (one,)}
        ),
    )
    page = shown(markdown(found))
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


def test_names_of_sprints_lead_to_the_site_where_it_is_known() -> None:
    one = change("Sprint 5 no longer waits for Sprint 3.1 or Sprint 3")
    found = replace(review(one), pages={"3": "https://example.org/plan/sprints/S3/", "5": "https://example.org/S5/"})
    page = shown(markdown(found))
    assert [(node.text(), node.attributes["href"]) for node in page.css("li a")] == [
        ("Sprint 5", "https://example.org/S5/"),
        ("Sprint 3", "https://example.org/plan/sprints/S3/"),
    ]


def test_without_a_repository_address_nothing_is_a_link() -> None:
    assert shown(markdown(review(change("x")))).css("a") == []


def test_the_graph_tells_new_gone_and_changed_by_line_and_word() -> None:
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
    said = markdown(review(renamed, before=before, after=after))
    assert re.findall(r"^  n\d\[.*|^  n\d [-=].*", said, re.MULTILINE) == [
        '  n1["Sprint 2: Title 2"]',
        '  n2["Sprint 3b: Title 3b<br>changed"]',
        '  n3["Sprint 4: Title 4"]',
        '  n2 ==>|"hard, was soft"| n3',
        "  n1 --> n2",
    ]


def test_a_sprint_that_is_gone_is_still_shown() -> None:
    gone = change("Sprint 5 was removed", Subject("sprint", "5"))
    said = markdown(review(gone, before=AFTER, after=BEFORE))
    assert 'n5["Sprint 5: Images<br>removed"]' in said
    assert 'n4 -.-x|"removed"| n5' in said


def test_a_graph_too_large_to_read_is_cut_and_says_so() -> None:
    free, crowd = (plan(*(sprint(str(n), needs=["0"] * (n > first)) for n in range(60))) for first in (1, 0))
    said = markdown(review(change("x", Subject("sprint", "0")), before=free, after=crowd))
    assert len(re.findall(r"^  n\d+\[", said, re.MULTILINE)) == MOST_SPRINTS
    assert f"Not shown: {60 - MOST_SPRINTS} boxes and 0 lines." in said


def test_a_label_of_a_graph_keeps_an_ampersand_between_words_and_no_entity() -> None:
    for title, label in (("Errors & Logs", "Errors & Logs"), ("A&lt;B", "A#38;lt#59;B"), ("R&D", "R#38;D")):
        before, after = (plan(sprint("1", title=title), sprint("2", needs=needs)) for needs in ([], ["1"]))
        said = markdown(review(change("x", Subject("sprint", "2")), before=before, after=after))
        assert f'n1["Sprint 1: {label}"]' in said
