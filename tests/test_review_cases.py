"""The recorded changes as reviewers see them: a headline each, recorded and read, and nothing dropped unsaid.

GOLDEN=write pytest tests/test_review_cases.py      # records anew; read the difference before it is committed
"""

import json
import re
from collections.abc import Mapping
from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, compare
from masterplan.render.compose import capitalised
from masterplan.render.review import html, markdown
from masterplan.render.review.data import dumps
from masterplan.render.review.headline import LONGEST_HEADLINE, headline_of
from masterplan.render.review.moves import moves
from masterplan.render.why import why_then
from tests.changes.recorded import NAMES, recorded_case
from tests.golden import recorded
from tests.test_review_comment import OURS, SEEN, TAGS, shown, words

TODAY = date(2026, 1, 16)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Review]:
    """Every recorded case, by its name."""
    found = {}
    for name in NAMES:
        _, *plans = recorded_case(name, tmp_path_factory.mktemp(name))
        before, after = (analyse(plan, TODAY) for plan in plans)
        found[name] = Review(before, after, compare(before, after), "main", "change")
    return found


def test_each_change_has_a_headline_that_names_the_edits_first(cases: Mapping[str, Review]) -> None:
    headlines = {name: headline_of(review) for name, review in cases.items()}
    assert max(map(len, headlines.values())) <= LONGEST_HEADLINE
    listed = "".join(f"{name}\n    {text}\n" for name, text in headlines.items())
    assert listed == recorded("headlines.txt", listed)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_found_is_shown(cases: Mapping[str, Review], name: str) -> None:
    found = cases[name].difference
    messages = [capitalised(change.message) for change in found.changes]
    messages += [finding.message for finding in (*found.appeared, *found.disappeared)]
    messages += [finding.message for pair in found.changed for finding in (pair.before, pair.after)]
    messages += [question.text for question in found.questions]
    texts = [re.split("`.*?`", message)[0] for message in messages]
    texts += [f"{moved.label}: " for moved in found.consequences]
    comment, page = shown(markdown(cases[name])), LexborHTMLParser(html(cases[name]))
    for body in (comment.text().replace("\u200b", ""), page.css("body")[0].text()):
        assert [text for text in texts if text not in body] == []
    assert {node.tag for node in comment.css("*")} <= TAGS | OURS
    assert not [match[0] for each in words(comment) if (match := SEEN.search(each))]


def test_dates_and_lengths_are_for_people_and_exact_in_json(cases: Mapping[str, Review]) -> None:
    for name, review in cases.items():
        assert not re.search(r"\d{4}-\d\d-\d\d|\d\.\d+ days", markdown(review)), name
    moved = {one["fact"]: one for one in json.loads(dumps(cases["away"]))["consequences"]}
    ends = moved["computed-end-of-option"]
    assert (ends["before"], ends["after"]) == ("2026-02-06 (25 days)", "2026-02-11 (28 days)")


def test_a_sprint_that_is_removed_is_named_once(cases: Mapping[str, Review]) -> None:
    """Not with each dependency on it, and each person who would have done it."""
    assert headline_of(cases["sprint-removed"]).startswith("Sprint 4 (Images) is removed. Savings fall")


def test_an_end_with_any_number_of_people_is_folded_beside_that_of_the_people_there_are(
    cases: Mapping[str, Review],
) -> None:
    listed, folded = markdown(cases["effort-doubled"]).split("minor effects")
    assert "Earliest end of Option A: 6 Feb → 17 Feb" in listed
    assert "unlimited" not in listed
    assert "Earliest end (unlimited people): 6 Feb → 17 Feb" in folded


def test_a_graph_is_drawn_only_where_dependencies_or_sprints_change(cases: Mapping[str, Review]) -> None:
    drawn = {name for name, review in cases.items() if "mermaid" in markdown(review)}
    assert drawn == {
        "dependency-added", "dependency-dropped", "dependency-hardened", "dependency-turned", "many-at-once",
        "sprint-added", "sprint-removed", "sprint-split", "together",
    }  # fmt: skip
    assert {name for name, review in cases.items() if "Affected dependencies" in html(review)} == drawn


def test_a_review_says_why_sprints_are_when_they_are_if_their_dates_move(cases: Mapping[str, Review]) -> None:
    found = cases["effort-doubled"]
    comment, page = shown(markdown(found)).text(), LexborHTMLParser(html(found)).text()
    for body in (comment, page):
        assert f"Sprint 4: {why_then(found.after, '4')[0]}" in body
        assert why_then(found.after, "1")[0] not in body
    assert "Why these dates" not in markdown(cases["savings-lowered"])


def test_a_sprint_with_a_new_id_is_the_same_one_where_windows_move(cases: Mapping[str, Review]) -> None:
    assert [move.name for move in moves(cases["sprint-renamed"])] == ["Forecast for Sprint 40: Images"]
    assert [move.name for move in moves(cases["start-later"])] == [
        "Phase 1: Foundation",
        "Phase 2: Speed",
        "Phase 3: Clean up",
    ]
