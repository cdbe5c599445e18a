"""A review of two plans in which every text is hostile does nothing that a text asks for."""

from pathlib import Path

import pytest

from masterplan.analyse.changes import Review
from masterplan.git.review import review
from masterplan.render.review import html, markdown
from tests.browser import OpenPage
from tests.everything import everything
from tests.plans import write_plan
from tests.reviews import MOST_CHARACTERS
from tests.test_hostile import Texts
from tests.test_review_comment import OURS, SEEN, TAGS, shown, words


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Review:
    root, texts = tmp_path_factory.mktemp("hostile"), Texts()
    for side in ("before", "after"):
        write_plan(root / side, everything(texts, 24))
    return review(root, str(root / "before"), str(root / "after"))


def test_the_plans_differ_in_every_part(hostile: Review) -> None:
    subjects = {change.subject.kind for change in hostile.difference.changes}
    assert subjects >= {"plan", "sprint", "phase", "option", "person"}
    assert len(hostile.difference.changes) > 100


def test_the_comment_is_inert_and_has_a_limited_length(hostile: Review) -> None:
    comment = markdown(hostile)
    page = shown(comment)
    assert len(comment) <= MOST_CHARACTERS
    assert {node.tag for node in page.css("*")} <= TAGS | OURS
    assert page.css("a") == []
    assert [match[0] for text in words(page) if (match := SEEN.search(text))] == []
    assert not [line for line in comment.splitlines() if line.lstrip().startswith("::")]


def test_the_page_runs_and_loads_nothing(hostile: Review, tmp_path: Path, open_page: OpenPage) -> None:
    (tmp_path / "review.html").write_text(html(hostile), "utf-8")
    log = open_page("file://")
    log.page.goto((tmp_path / "review.html").as_uri(), wait_until="networkidle")
    assert log.problems == []
    assert log.page.evaluate("typeof __hit") == "undefined"
    assert log.page.locator("script, img, iframe, base, form, [onclick], [onerror], .injected").count() == 0
    assert log.page.evaluate("document.documentElement.scrollWidth") <= 1300
