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
from masterplan.model.change import Edit, Question, Weight
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
TAGS = {"html", "head", "body", "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "br"}
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
        "https://example.org/blob/1/plan_data/sprints/3-streams.yml#L12"
    }
    assert not [found[0] for each in words(page) if (found := SEEN.search(each))]


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), max_size=4).map(" ".join))
def test_made_inert_a_text_is_shown_as_it_is(text: str) -> None:
    for frame in ("{}", "# {}", "- {}", "| a |\n| --- |\n| {} |", "<details><summary>{}</summary></details>"):
        body = shown(frame.format(f"x{inert(text)}x")).body
        assert body is not None
        assert without_breaks(body).endswith(f"x{plain(text).replace(chr(0x200B), '')}x")
        assert not SEEN.search(body.text())


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
    rows = len(re.findall(r"\| notable \|", said))
    assert f"**{300 - rows} more**" in said
    assert rows > 20


def sentence(found: Review) -> str:
    """The verdict, as GitHub shows it."""
    return without_breaks(shown(markdown(found)).css("h3")[0])


def test_the_verdict_comes_first_and_names_the_gravest() -> None:
    assert markdown(full_review()).startswith("### This change")
    assert sentence(full_review()) == (
        "This change moves the end of option A from week 10 to week 12 and the savings a month from $750-1,500 to"
        " $800-1,600; Sprint 3 loses its rollback; Sprint 5 joins the plan; 1 more change."
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (review(), "leaves the plan as it is."),
        (review(change("other words", weight="editorial")), "only rewords the plan, in 1 place."),
        (
            review(change("x", weight="editorial"), consequences=[consequence("End", "1", "2")]),
            "moves the end from 1 to 2.",
        ),
        (
            review(change("Ada owns Sprint 3"), change("x", weight="editorial")),
            "moves nothing that is computed; Ada owns Sprint 3.",
        ),
        (
            review(change("x"), *(change(f"Sprint {n} is gone.", weight="breaking") for n in range(4))),
            ("moves nothing that is computed; Sprint 0 is gone; Sprint 1 is gone; 3 more changes, 2 of them breaking."),
        ),
        (
            review(change("x"), consequences=[consequence("End of the plan", "", "week 3")]),
            "sets the end of the plan to week 3; x.",
        ),
        (
            review(change("x"), consequences=[consequence("End of the plan", "week 3", "")]),
            "drops the end of the plan, week 3; x.",
        ),
        (
            review(change("x"), consequences=[consequence(f"End {n}", "1", "2") for n in range(4)]),
            "moves the end 0 from 1 to 2 and the end 1 from 1 to 2; x.",
        ),
        (
            review(
                change("x"),
                consequences=[
                    replace(consequence("Ready to start", "none", "Sprint 2"), fact="ready"),
                    replace(consequence("Critical path", "Sprint 1", "Sprint 2"), fact="critical-path"),
                ],
            ),
            "alters what is ready to start from none to Sprint 2 and the critical path from Sprint 1 to Sprint 2; x.",
        ),
    ],
)
def test_the_verdict_is_one_sentence(found: Review, said: str) -> None:
    assert sentence(found) == f"This change {said}"


def test_the_verdict_names_what_most_follows_from_and_what_it_does_not_tell_yet() -> None:
    lane, later, gone, rollback = (
        change(message, weight="breaking")
        for message in ("Ada leaves", "Work ends later", "Sprint 4 was removed", "Sprint 3 loses its rollback")
    )
    moved = [consequence("End", "1", "2", causes=[lane]), *(consequence(f"Slack {n}", "1", "2") for n in range(2))]
    slack = [replace(each, causes=(lane, gone)) for each in moved[1:]]
    saved = consequence("Savings", "$2", "$1", causes=[gone])
    assert sentence(review(lane, later, gone, rollback, consequences=[saved, moved[0], *slack])) == (
        "This change moves the savings from $2 to $1 and the end from 1 to 2; Ada leaves; Work ends later;"
        " 2 more changes, all breaking."
    )
    assert sentence(review(lane, later, gone, rollback, consequences=[saved, *slack])) == (
        "This change moves the savings from $2 to $1; Sprint 4 was removed; Ada leaves; 2 more changes, all breaking."
    )


def test_many_consequences_are_folded_away() -> None:
    page = shown(markdown(review(change("x"), consequences=[consequence(f"End {n}", "1", "2") for n in range(9)])))
    assert page.css("summary")[0].text() == "3 more facts move"
    assert [cell.text() for cell in page.css("details")[0].css("td:first-child")] == ["End 6", "End 7", "End 8"]


def test_a_review_without_changes_says_only_that() -> None:
    said = markdown(review())
    assert "leaves the plan as it is" in said
    assert "|" not in said
    assert "<details>" not in said


def test_consequences_stand_with_their_causes_the_worse_first() -> None:
    table = shown(markdown(full_review())).css("table")[0]
    rows = [[without_breaks(cell) for cell in row.css("td")] for row in table.css("tbody tr")]
    assert rows == [
        ["End of option A", "week 10", "week 12", "worse", "phase 2 ends two weeks later"],
        ["Savings a month", "$750-1,500", "$800-1,600", "better", "several changes together"],
    ]


def test_what_others_must_act_on_is_open_and_the_rest_is_folded_away() -> None:
    page = shown(markdown(full_review()))
    assert [node.text() for node in page.css("h4, summary")] == [
        "What follows from it",
        "Who should look",
        "What it touches",
        "What others must act on",
        "2 other changes",
        "1 change that nothing follows from",
        "Findings of the audit that appear: 1",
        "Findings of the audit that go away: 1",
    ]
    changes = [without_breaks(row.css("td")[0]) for row in page.css("tbody tr") if row.css("a")]
    assert changes == [
        "Sprint 3 loses its rollback",
        "phase 2 ends two weeks later",
        "Sprint 5 joins the plan",
        "other words",
    ]


def test_a_finding_stands_with_what_made_it() -> None:
    one, made = change("Sprint 5 joins"), finding("odd")
    found = review(one, findings=([made], []))
    found = replace(found, difference=replace(found.difference, made_by={made.fingerprint: (one,)}))
    row = shown(markdown(found)).css("details")[-1].css("tbody td")
    assert [without_breaks(cell) for cell in row] == ["contradiction", "odd", "plan_data/plan.yml:2", "Sprint 5 joins"]


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
    renamed = replace(
        change("Sprint 3 is Sprint 3b now", Subject("sprint", "3b")), edits=(Edit(("sprints", "3", "id"), "3", "3b"),)
    )
    after = plan(sprint("1"), sprint("2", needs=["1"]), sprint("3b", needs=["2"]), sprint("4", needs=["3b"]))
    before = plan(sprint("1"), sprint("2", needs=["1"]), sprint("3", needs=["2"]), sprint("4", needs=["3"]))
    said = markdown(review(renamed, before=before, after=after))
    assert re.findall(r"^  n\d\[.*|^  n\d -.*", said, re.MULTILINE) == [
        '  n1["Sprint 2: Title 2"]',
        '  n2["Sprint 3b: Title 3b<br>changed"]',
        '  n3["Sprint 4: Title 4"]',
        "  n1 --> n2",
        "  n2 --> n3",
    ]


def test_a_sprint_that_is_gone_is_still_shown() -> None:
    gone = change("Sprint 5 was removed", Subject("sprint", "5"))
    said = markdown(review(gone, before=AFTER, after=BEFORE))
    assert 'n5["Sprint 5: Images<br>removed"]' in said
    assert 'n4 -.-x|"removed"| n5' in said


def test_a_graph_that_helps_nobody_is_cut_and_says_so() -> None:
    crowd = plan(*(sprint(str(n), needs=["0"] * (n > 0)) for n in range(60)))
    said = markdown(review(change("x", Subject("sprint", "0")), before=crowd, after=crowd))
    assert len(re.findall(r"^  n\d+\[", said, re.MULTILINE)) == MOST_SPRINTS
    assert f"{60 - MOST_SPRINTS} boxes and 0 lines more are left out" in said
