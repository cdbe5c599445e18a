"""Reviews of the recorded changes: each has a recorded headline and shows everything.

GOLDEN=write pytest tests/test_review_cases.py      # records again; read the difference before you commit it
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
    reviews = {}
    for name in NAMES:
        _, *plans = recorded_case(name, tmp_path_factory.mktemp(name))
        before, after = (analyse(plan, TODAY) for plan in plans)
        reviews[name] = Review(before, after, compare(before, after), "main", "change")
    return reviews


def test_each_change_has_its_recorded_headline(cases: Mapping[str, Review]) -> None:
    headlines = {name: headline_of(review) for name, review in cases.items()}
    assert max(map(len, headlines.values())) <= LONGEST_HEADLINE
    listed = "".join(f"{name}\n    {text}\n" for name, text in headlines.items())
    assert listed == recorded("headlines.txt", listed)


@pytest.mark.parametrize("name", NAMES)
def test_every_change_finding_question_and_effect_is_shown(cases: Mapping[str, Review], name: str) -> None:
    difference = cases[name].difference
    messages = [capitalised(change.message) for change in difference.changes]
    messages += [finding.message for finding in (*difference.appeared, *difference.disappeared)]
    messages += [finding.message for pair in difference.changed for finding in (pair.before, pair.after)]
    messages += [question.text for question in difference.questions]
    texts = [re.split("`.*?`", message)[0] for message in messages]
    texts += [f"{effect.label}: " for effect in difference.consequences]
    comment, page = shown(markdown(cases[name])), LexborHTMLParser(html(cases[name]))
    for body in (comment.text().replace("\u200b", ""), page.css("body")[0].text()):
        assert [text for text in texts if text not in body] == []
    assert {node.tag for node in comment.css("*")} <= TAGS | OURS
    assert not [match[0] for text in words(comment) if (match := SEEN.search(text))]


def test_dates_and_lengths_are_short_in_the_comment_and_exact_in_json(cases: Mapping[str, Review]) -> None:
    for name, review in cases.items():
        assert not re.search(r"\d{4}-\d\d-\d\d|\d\.\d+ days", markdown(review)), name
    effects = {effect["fact"]: effect for effect in json.loads(dumps(cases["away"]))["consequences"]}
    ends = effects["computed-end-of-option"]
    assert (ends["before"], ends["after"]) == ("2026-02-06 (25 days)", "2026-02-11 (28 days)")


def test_a_removed_sprint_is_named_once(cases: Mapping[str, Review]) -> None:
    """Not again for each dependency on it and each person who was planned to do it."""
    assert headline_of(cases["sprint-removed"]).startswith("Sprint 4 (Images) is removed. Savings fall")


def test_the_end_with_unlimited_people_is_folded(
    cases: Mapping[str, Review],
) -> None:
    listed, folded = markdown(cases["effort-doubled"]).split("minor effects")
    assert "Earliest end of Option A: 6 Feb → 17 Feb" in listed
    assert "unlimited" not in listed
    assert "Earliest end (unlimited people): 6 Feb → 17 Feb" in folded


def test_a_graph_is_drawn_only_if_dependencies_or_sprints_change(cases: Mapping[str, Review]) -> None:
    drawn = {name for name, review in cases.items() if "mermaid" in markdown(review)}
    assert drawn == {
        "dependency-added", "dependency-dropped", "dependency-hardened", "dependency-turned", "many-at-once",
        "sprint-added", "sprint-removed", "sprint-split", "together",
    }  # fmt: skip
    assert {name for name, review in cases.items() if "Affected dependencies" in html(review)} == drawn


def test_a_review_explains_dates_that_move(cases: Mapping[str, Review]) -> None:
    longer = cases["effort-doubled"]
    comment, page = shown(markdown(longer)).text(), LexborHTMLParser(html(longer)).text()
    for body in (comment, page):
        assert f"Sprint 4: {why_then(longer.after, '4')[0]}" in body
        assert why_then(longer.after, "1")[0] not in body
    assert "Why these dates" not in markdown(cases["savings-lowered"])


def test_a_sprint_with_a_new_id_is_the_same_sprint_in_the_list_of_moves(cases: Mapping[str, Review]) -> None:
    assert [move.name for move in moves(cases["sprint-renamed"])] == ["Forecast for Sprint 40: Images"]
    assert [move.name for move in moves(cases["start-later"])] == [
        "Phase 1: Foundation",
        "Phase 2: Speed",
        "Phase 3: Clean up",
    ]
