"""What a change does, for people: the same records on a terminal, in a pull request, on a page, and as data.

A formatter takes a `Review` and returns text; nothing here prints, or decides what fails.
"""

from masterplan.render.review.comment import announcement, failure, markdown
from masterplan.render.review.page import html
from masterplan.render.review.review import Review

__all__ = ["Review", "announcement", "failure", "html", "markdown"]
