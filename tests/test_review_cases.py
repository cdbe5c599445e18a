"""The recorded changes as reviewers see them: a sentence each, recorded and read, and nothing dropped unsaid.

GOLDEN=write pytest tests/test_review_cases.py      # records anew; read the difference before it is committed
"""

from collections.abc import Mapping
from datetime import date

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, compare
from masterplan.render.review import html, markdown
from masterplan.render.review.wording import sprint_reasons, verdict
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


def test_each_change_is_told_in_a_sentence(cases: Mapping[str, Review]) -> None:
    told = "".join(f"{name}\n    {verdict(review)}\n" for name, review in cases.items())
    assert told == recorded("verdicts.txt", told)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_found_is_shown_or_counted(cases: Mapping[str, Review], name: str) -> None:
    found = cases[name].difference
    parts = (found.changes, found.consequences, found.questions, found.appeared, found.changed, found.disappeared)
    comment, page = shown(markdown(cases[name])), LexborHTMLParser(html(cases[name]))
    left_out = [int(more.text().split()[0]) - 1 for more in comment.css("td strong")]
    assert len(page.css("tbody tr")) == sum(map(len, parts))
    explained = len(sprint_reasons(cases[name]))
    assert len(comment.css("tbody tr")) + sum(left_out) == sum(map(len, parts)) + explained
    assert {node.tag for node in comment.css("*")} <= TAGS | OURS
    assert not [match[0] for each in words(comment) if (match := SEEN.search(each))]


def test_a_review_says_why_then_in_the_words_of_the_sprints_page(cases: Mapping[str, Review]) -> None:
    found = cases["effort-doubled"]
    subjects = {moved.subject for moved in found.difference.consequences}
    moved = {subject.id for subject in subjects if subject.kind == "sprint"}
    comment, page = shown(markdown(found)).text(), LexborHTMLParser(html(found)).text()
    assert moved
    for sentence in (each for id_ in moved for each in why_then(found.after, id_)):
        assert sentence in comment
        assert sentence in page
