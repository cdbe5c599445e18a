"""Addresses of pages, in the form that the host needs.

Pages are named by their source path below `docs/`, such as `sprints/SPRINT_4_request_batching.md`. MkDocs does not
change addresses in HTML, so they must be relative to the page's own address. Zensical derives them from source paths.
Neither changes links inside SVG.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup

from masterplan.model.place import Place

SOURCE_PAGE = "source.md"
"""The page of the plan's files; locations that no sprint's page lists link to it."""
SPRINTS = "sprints/"
"""The folder of the pages of sprints and phases."""
ALL_SPRINTS = f"{SPRINTS}index.md"
"""The page of all sprints, which the navigation shows above their own pages."""

PEOPLE = "people/"
"""The folder of the pages of people, teams and roles."""
ALL_PEOPLE = f"{PEOPLE}index.md"
"""The page of all people, teams and roles."""

_FOLDER_PAGES = {"index", "readme"}

Style = Literal["address", "source"]


@dataclass(frozen=True)
class Links:
    """Links from one page.

    `sprints` maps sprint ids to pages; `listings` maps plan files to the pages that list them (by default
    `SOURCE_PAGE`). `source_url` and `commit_url` are the addresses of the repository's files and commits; either may be
    empty. `page` is relative to the docs folder; all other paths are relative to `folder` in it.
    """

    page: str
    sprints: Mapping[str, str]
    listings: Mapping[str, str]
    style: Style = "address"
    directories: bool = True
    source_url: str = ""
    commit_url: str = ""
    folder: str = ""

    def to(self, page: str, anchor: str = "") -> str:
        """The `href`, in HTML, of a page or another file below docs/."""
        if self.style == "source":
            path = posixpath.relpath(self.folder + page, posixpath.dirname(self.page) or ".")
            return _with_anchor(quote(path), anchor)
        return self.svg(page, anchor)

    def filtered(self, page: str, fact: str, value: str) -> str:
        """The `href` of a page whose table is filtered by the value of a fact."""
        return Markup(f"{self.to(page)}?{quote(fact)}={quote(value)}")  # noqa: S704 - quoted

    def svg(self, page: str, anchor: str = "") -> str:
        """The `href` of a page in SVG: relative to this page's own address."""
        page = self.folder + page
        if page == self.page and anchor:
            return _with_anchor("", anchor)
        return _with_anchor(_relative(self._start, self._address(page)) or "./", anchor)

    def sprint(self, sprint: str, anchor: str = "") -> str:
        """The `href` of a sprint's page."""
        return self.to(self.sprints[sprint], anchor)

    def source(self, place: Place) -> str:
        """The `href` of a line of the plan's source: in the repository if its address is known, else on this site."""
        if self.source_url:
            return f"{self.source_url}/{quote(place.path)}#L{place.line}"
        return self.to(self.listings.get(place.path, SOURCE_PAGE), line_anchor(place.path, place.line))

    def commit(self, commit: str) -> str:
        """The `href` of a commit by its full hash; empty without a `commit_url`."""
        return f"{self.commit_url}/{quote(commit)}" if self.commit_url else ""

    def file(self, page: str) -> str:
        """The path of a page's file in the site: `sprints/X/index.html` for `sprints/X.md`."""
        address = self._address(self.folder + page)
        return f"{address}index.html" if address.endswith("/") or not address else address

    @cached_property
    def _start(self) -> str:
        """The folder that this page's relative addresses start from."""
        return _parent(self._address(self.page))

    def _address(self, page: str) -> str:
        return address(page, directories=self.directories)


@lru_cache(maxsize=1 << 14)
def address(page: str, *, directories: bool) -> str:
    """A page's address relative to the site's root: `sprints/X/` for `sprints/X.md`, and the folder for its index."""
    path = page.removesuffix(".md")
    if path == page:
        return page
    folder, name = posixpath.split(path)
    if name in {"index", "README"}:
        if not folder:
            return ""
        return f"{folder}/" if directories else f"{folder}/index.html"
    return f"{path}/" if directories else f"{path}.html"


def phase_path(phase: str) -> str:
    """The page of a phase; only large plans have such pages."""
    return f"{SPRINTS}phase-{phase}.md"


def owner_path(owner: str) -> str:
    """The page of a person, a team or a role. A leading `_`, which no id has, avoids the names of the folder's page."""
    name = f"_{owner}" if owner.lower() in _FOLDER_PAGES else owner
    return f"{PEOPLE}{name}.md"


def line_anchor(path: str, line: int) -> str:
    """The anchor of a line of a plan file on the site: `phases.yml-3` for line 3 of `plan_data/phases.yml`."""
    return f"{path.removeprefix('plan_data/').replace('/', '-')}-{line}"


@lru_cache(maxsize=1 << 14)
def _relative(start: str, target: str) -> str:
    """A target's address relative to a folder; both are given relative to the site's root.

    Recursion over parent folders lets all pages of a folder share the cached remainder.
    """
    return quote(target[len(start) :]) if target.startswith(start) else f"../{_relative(_parent(start[:-1]), target)}"


def _parent(address: str) -> str:
    """The folder of an address; empty for the site's root."""
    return address[: address.rfind("/") + 1]


def _with_anchor(address: str, anchor: str) -> Markup:
    """Markup, because a quoted address has no characters that HTML or Markdown would interpret."""
    return Markup(f"{address}#{quote(anchor)}" if anchor else address)  # noqa: S704 - quoted
