"""Reviews of a change to the plan: text for a terminal, a pull request comment, an HTML page, and JSON.

A formatter takes a `Review` and returns text. Nothing here prints or decides what fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from masterplan.analyse.changes import Review
from masterplan.render.links import SPRINTS, Links
from masterplan.render.review import data, text
from masterplan.render.review.comment import announcement, failure, markdown
from masterplan.render.review.page import html
from masterplan.render.styled import StyledText

__all__ = ["DIFF_FORMATS", "announcement", "failure", "html", "markdown", "with_addresses"]

DIFF_FORMATS: Mapping[str, Callable[[Review], StyledText | str]] = {
    "text": text.terminal,
    "json": data.dumps,
    "markdown": markdown,
    "html": html,
}
"""Formats of `masterplan diff` by name; only `text` has styles."""


def with_addresses(review: Review, site_url: str, source_url: str) -> Review:
    """The review with links to the pages of a site and to the files of the newer plan.

    `site_url` is the address of the published site or of a preview, such as `https://example.org/plan/`;
    `source_url` is that of the repository's files. Either may be empty: then there are no such links.
    """
    paths = {id_: f"{SPRINTS}{review.after.plan.page(id_)}" for id_ in review.after.plan.sprints}
    links, site = Links("index.md", paths, {}), site_url.rstrip("/")
    pages = {id_: f"{site}/{links.sprint(id_)}" for id_ in paths} if site.startswith(("https://", "http://")) else {}
    return replace(review, pages=pages, source_url=source_url.rstrip("/"))
