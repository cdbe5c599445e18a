"""Addresses of pages, as the host that shows them needs them.

Pages are named by their source path below `docs/`, such as `sprints/SPRINT_4_request_batching.md`. MkDocs leaves
addresses in HTML as they are, so they must be relative to the page's own address; Zensical rewrites them from source
paths. Links inside SVG are left alone by both.
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
"""The page that shows the plan's files, for places that are on no sprint's page."""
SPRINTS = "sprints/"
"""The folder of the pages of sprints and phases."""
ALL_SPRINTS = f"{SPRINTS}index.md"
"""The page of all sprints, which the navigation shows above those of single ones."""

PEOPLE = "people/"
"""The folder of the pages of people, teams and roles."""
ALL_PEOPLE = f"{PEOPLE}index.md"
"""The page of all of them."""

_FOLDER_PAGES = {"index", "readme"}

Style = Literal["address", "source"]


@dataclass(frozen=True)
class Links:
    """Links from one page.

    `sprints` maps sprint ids to pages, `listings` plan files to the pages that list them (others are on `SOURCE_PAGE`);
    `source_url` is where the repository's files are shown, `commit_url` where its commits are; either may be empty.
    `page` is named from the docs folder; all other paths are ours, and are below `folder` there.
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
        """The `href` of a page, or of another file below docs/, for HTML."""
        if self.style == "source":
            path = posixpath.relpath(self.folder + page, posixpath.dirname(self.page) or ".")
            return _with(quote(path), anchor)
        return self.svg(page, anchor)

    def filtered(self, page: str, fact: str, value: str) -> str:
        """The `href` of a page whose table then shows only what has a value of a fact."""
        return Markup(f"{self.to(page)}?{quote(fact)}={quote(value)}")  # noqa: S704 - quoted

    def svg(self, page: str, anchor: str = "") -> str:
        """The address of a page relative to this page's own, as SVG needs it."""
        page = self.folder + page
        if page == self.page and anchor:
            return _with("", anchor)
        return _with(_way(self._start, self._address(page)) or "./", anchor)

    def sprint(self, sprint: str, anchor: str = "") -> str:
        """The `href` of a sprint's page."""
        return self.to(self.sprints[sprint], anchor)

    def source(self, place: Place) -> str:
        """The `href` of a line of the plan's source: in the repository when its address is known, else on this site."""
        if self.source_url:
            return f"{self.source_url}/{quote(place.path)}#L{place.line}"
        return self.to(self.listings.get(place.path, SOURCE_PAGE), line_anchor(place.path, place.line))

    def commit(self, commit: str) -> str:
        """The `href` of a commit by its full hash; empty when it is not known where commits are shown."""
        return f"{self.commit_url}/{quote(commit)}" if self.commit_url else ""

    def file(self, page: str) -> str:
        """The file of a page below the site: `sprints/X/index.html` for `sprints/X.md`."""
        address = self._address(self.folder + page)
        return f"{address}index.html" if address.endswith("/") or not address else address

    @cached_property
    def _start(self) -> str:
        """The folder from which this page's relative addresses start."""
        return _above(self._address(self.page))

    def _address(self, page: str) -> str:
        return address(page, directories=self.directories)


@lru_cache(maxsize=1 << 14)
def address(page: str, *, directories: bool) -> str:
    """A page's address from the site's root: `sprints/X.md` is `sprints/X/`, an index is its folder."""
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
    """The page of a phase, which only large plans have."""
    return f"{SPRINTS}phase-{phase}.md"


def owner_path(owner: str) -> str:
    """The page of a person, a team or a role; `_`, with which no id begins, keeps one apart from the folder's page."""
    name = f"_{owner}" if owner.lower() in _FOLDER_PAGES else owner
    return f"{PEOPLE}{name}.md"


def line_anchor(path: str, line: int) -> str:
    """The anchor of a line of a plan file on the site: `plan_data/phases.yml` line 3 is `phases.yml-3`."""
    return f"{path.removeprefix('plan_data/').replace('/', '-')}-{line}"


@lru_cache(maxsize=1 << 14)
def _way(start: str, there: str) -> str:
    """The way from a folder to a page or file, both by their addresses from the site's root.

    It leads up from every page of a folder alike, and so on along a way that is known already.
    """
    return quote(there[len(start) :]) if there.startswith(start) else f"../{_way(_above(start[:-1]), there)}"


def _above(address: str) -> str:
    """The folder that an address is in; empty for the site's root."""
    return address[: address.rfind("/") + 1]


def _with(address: str, anchor: str) -> Markup:
    """Finished text: what is quoted for an address holds nothing that HTML or Markdown would read."""
    return Markup(f"{address}#{quote(anchor)}" if anchor else address)  # noqa: S704 - quoted
