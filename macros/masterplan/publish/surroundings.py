"""What pages show of others, and what they are called: what must be known of a site to make a page apart."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import meta

from masterplan.errors import MasterplanError

_PLAIN_HEADING = re.compile(r"# +([^\W_]+(?:(?:, | |-|')[^\W_]+)*)")
"""A heading that Markdown shows as it is written, with nearly all extensions."""

_RUN_BY_US = {"render_macros": False}
"""What is added to the front matter of our pages, so that the macros plugin leaves them to us."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the navigation will show of a page that is not yet converted; an empty title is not known."""

    page: Page
    title: Any
    meta: Mapping[str, Any]

    def is_so(self) -> bool:
        """Whether the page has become what was expected."""
        return self.page.title == self.title and {**self.page.meta} | _RUN_BY_US == {**self.meta} | _RUN_BY_US


def expectations(
    navigation: Navigation, made_apart: Callable[[Page], bool], run: Callable[[Page, str], str]
) -> Iterator[Expected]:
    """What the navigation shows of pages that are not `made_apart`, by their text alone; `run` runs a line's macros."""
    for page in navigation.pages:
        if not made_apart(page):
            text, front = meta.get_data(page.file.content_string)
            title = vars(page).get("title") or front.get("title") or _heading(page, text, run)
            yield Expected(page, "" if "{" in str(title) else title, front)


def named_as(page: Page) -> tuple[object, ...]:
    """What a page is called, where it is, and what its front matter says."""
    front = {name: value for name, value in page.meta.items() if name not in _RUN_BY_US}
    return (page.title, page.file.src_uri, page.file.dest_uri, page.url, page.canonical_url, page.edit_url, front)


def shown_of(items: Iterable[Any]) -> Iterator[object]:
    """What templates show of the navigation, or of a part of it."""
    for item in items:
        front = {name: value for name, value in (getattr(item, "meta", None) or {}).items() if name not in _RUN_BY_US}
        yield (type(item).__name__, item.title, getattr(item, "url", ""), front, list(shown_of(item.children or ())))


def _heading(page: Page, text: str, run: Callable[[Page, str], str]) -> str:
    """The title of a page whose text begins with a heading of plain words; empty for any other."""
    line = text.lstrip().partition("\n")[0]
    with suppress(MasterplanError):  # which is reported once the whole page is made
        line = run(page, line) if line.startswith("# ") and "{{" in line else line
    heading = _PLAIN_HEADING.fullmatch(line.strip())
    return heading[1] if heading else ""


@contextmanager
def as_expected(expected: Sequence[Expected]) -> Iterator[None]:
    """Let pages be for a while what they will be, so that others can be made that show their titles."""
    untitled = [it.page for it in expected if "title" not in vars(it.page)]
    for it in expected:
        it.page.title, it.page.meta = it.title, dict(it.meta)
    yield
    for it in expected:
        it.page.meta = {}
    for page in untitled:
        del vars(page)["title"]
