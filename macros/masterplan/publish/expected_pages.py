"""The titles and front matter that pages will have once they are converted, for pages that are built before."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import meta

from masterplan.errors import MasterplanError

_PLAIN_HEADING = re.compile(r"# +([^\W_]+(?:(?:, | |-|')[^\W_]+)*)")
"""A heading that Markdown shows as written, whatever its extensions."""

OUR_FRONT_MATTER = {"render_macros": False}
"""Front matter added to our pages, so that the macros plugin leaves them to us."""


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """Title and front matter that a page will have once it is converted; the title is empty if unknown."""

    page: Page
    title: Any
    meta: Mapping[str, Any]

    def is_correct(self) -> bool:
        """Whether the converted page has the expected title and front matter."""
        has_meta = {**self.page.meta} | OUR_FRONT_MATTER == {**self.meta} | OUR_FRONT_MATTER
        return self.page.title == self.title and has_meta


def expected_pages(
    navigation: Navigation, is_standalone: Callable[[Page], bool], run: Callable[[Page, str], str]
) -> Iterator[ExpectedPage]:
    """The pages in the navigation that are not standalone, as their text announces them.

    `run` runs the macros in one line of a page.
    """
    for page in navigation.pages:
        if not is_standalone(page):
            text, front_matter = meta.get_data(page.file.content_string)
            title = vars(page).get("title") or front_matter.get("title") or _heading(page, text, run)
            yield ExpectedPage(page, "" if "{" in str(title) else title, front_matter)


def _heading(page: Page, text: str, run: Callable[[Page, str], str]) -> str:
    """The title of a page that begins with a heading of plain words; otherwise empty.

    An error of a macro is ignored here, because it is reported when the whole page is built.
    """
    line = text.lstrip().partition("\n")[0]
    with suppress(MasterplanError):
        line = run(page, line) if line.startswith("# ") and "{{" in line else line
    heading = _PLAIN_HEADING.fullmatch(line.strip())
    return heading[1] if heading else ""


@contextmanager
def as_expected(pages: Sequence[ExpectedPage]) -> Iterator[None]:
    """Give pages their expected titles and front matter for a while, so that other pages can be built."""
    untitled = [expected.page for expected in pages if "title" not in vars(expected.page)]
    for expected in pages:
        expected.page.title, expected.page.meta = expected.title, dict(expected.meta)
    yield
    for expected in pages:
        expected.page.meta = {}
    for page in untitled:
        del vars(page)["title"]
