"""Text in diagrams is measured wide enough, and wrapped where readers expect it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.render.diagrams.text import graphemes, width, wrap
from tests.pictures import ODD_TITLES


def test_width_is_that_of_helvetica_plus_a_margin() -> None:
    assert 1.05 < width("Request Batching") / 7.893 < 1.12
    assert width("WWW") > width("iii")
    assert width("データ") >= 3
    assert width("e\u0301") == width("é") == width("e")
    assert width("Wide", bold=True) > width("Wide")


texts = st.text(max_size=80) | st.lists(st.sampled_from([*ODD_TITLES, " ", "a", "👍🏽"]), max_size=8).map(" ".join)


@given(texts, st.floats(2.5, 30), st.integers(1, 4))
def test_wrapped_lines_fit_and_an_ellipsis_marks_missing_text(text: str, limit: float, lines: int) -> None:
    wrapped = wrap(text, limit, lines)

    assert len(wrapped) <= lines
    assert all(width(line) <= limit or len(graphemes(line)) == 1 for line in wrapped)
    shown = "".join("".join(wrapped).split())
    whole = "".join(text.split())
    assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))


@given(texts, st.floats(2.5, 8))
def test_no_line_begins_inside_a_grapheme(text: str, limit: float) -> None:
    word = "".join(text.split())
    starts = {0}
    for grapheme in graphemes(word):
        starts.add(max(starts) + len(grapheme))

    lines = wrap(word, limit, 1000)

    assert "".join(graphemes(text)) == text
    assert {sum(map(len, lines[:at])) for at in range(len(lines) + 1)} <= starts


@pytest.mark.parametrize("cluster", ["👩‍💻", "👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u0301", "⚠️", "각"])
def test_a_cluster_is_one_grapheme(cluster: str) -> None:
    assert graphemes(cluster * 3) == [cluster] * 3


def test_lines_break_where_readers_expect_it() -> None:
    assert wrap("Error Handling & Logging", 8.5, 3) == ("Error Handling &", "Logging")
    assert wrap("データベース、そして", 7, 3) == ("データベー", "ス、そして")
    assert wrap("src/services/image_processing.py", 8, 3) == ("src/services/", "image_", "processing.py")
    assert wrap("one two three fourteen", 5, 2) == ("one two", "three fo…")
    assert wrap(" \n ", 5, 2) == ()
