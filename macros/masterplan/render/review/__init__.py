"""What a change does to the plan: the same review on a terminal, in a pull request, on a page, and as JSON.

A formatter takes a `Review` and returns text; nothing here prints, or decides what fails.
"""

from collections.abc import Callable, Mapping

from rich.text import Text

from masterplan.analyse.changes import Review
from masterplan.render.review import data, text
from masterplan.render.review.comment import announcement, failure, markdown
from masterplan.render.review.page import html

__all__ = ["FORMATS", "announcement", "failure", "html", "markdown"]

DIFF_FORMATS: Mapping[str, Callable[[Review], Text | str]] = {
    "text": text.terminal,
    "json": data.dumps,
    "markdown": markdown,
    "html": html,
}
"""Every format by its name; only that for people at a terminal has styles."""
