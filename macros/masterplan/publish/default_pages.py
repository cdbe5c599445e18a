"""The default pages of a plan's site. They are part of the package; a team's page of the same name replaces one.

Each row of `PAGES` names the parts of the plan that a page shows; the site has the page if the plan has any of them.
`FORMER` names the pages of earlier releases; `publish/redirects.py` redirects their addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from masterplan.analyse.content import PARTS, ContentPart
from masterplan.errors import UsageError
from masterplan.files import create
from masterplan.program import default_pages
from masterplan.render.links import ALL_PEOPLE, ALL_SPRINTS

Tab = Literal["Plan", "Status", "Help", ""]
"""The groups of the navigation, shown as tabs; a page without a group is reached only by links."""


@dataclass(frozen=True, slots=True)
class DefaultPage:
    """A default page: its id, path below the docs folder, title and tab in the navigation, and its parts of the plan.

    A page without parts is on every site.
    """

    id: str
    path: str
    title: str
    tab: Tab
    parts: tuple[ContentPart, ...] = ()

    @property
    def text(self) -> str:
        """Its Markdown, as the package has it."""
        return (default_pages() / self.path).read_text("utf-8")


PAGES: tuple[DefaultPage, ...] = (
    DefaultPage("overview", "index.md", "Overview", "Plan"),
    DefaultPage("roadmap", "roadmap.md", "Roadmap", "Plan", ("windows", "milestones", "dependencies")),
    DefaultPage("sprints", ALL_SPRINTS, "Sprints", "Plan", ("sprints",)),
    DefaultPage("tasks", "tasks.md", "Tasks", "Plan", ("tasks",)),
    DefaultPage("people", ALL_PEOPLE, "People", "Plan", ("people", "options", "effort", "teams")),
    DefaultPage("value", "value.md", "Value", "Plan", ("metrics", "savings", "tables")),
    DefaultPage("risks", "risks.md", "Risks and rollback", "Plan", ("risks", "rollback")),
    DefaultPage(
        "progress",
        "progress.md",
        "Progress",
        "Status",
        ("begun", "windows", "milestones", "next-steps", "decisions", "documents", "tests"),
    ),
    DefaultPage("changes", "changes.md", "Changes", "Status", ("history",)),
    DefaultPage("audit", "audit.md", "Audit", "Status"),
    DefaultPage("start", "start.md", "Start here", "Help", ("sprints",)),
    DefaultPage("guide", "guide/index.md", "How to read this site", "Help"),
    DefaultPage("guide-edit", "guide/edit.md", "Edit the plan", "Help"),
    DefaultPage("guide-review", "guide/review.md", "Review a change", "Help"),
    DefaultPage("print", "print.md", "Print", "", ("sprints",)),
)
"""The default pages, in the order of the navigation."""

PAGE_BY_ID: Mapping[str, DefaultPage] = {page.id: page for page in PAGES}

FORMER: Mapping[str, str] = {
    "order": "roadmap",
    "dependencies": "roadmap",
    "resources": "people",
    "metrics": "value",
    "rollback": "risks",
    "testing": "progress",
    "next": "progress",
}
"""Pages of earlier releases by id, with the page that now has their content. Page `order` was `order.md`, and so on."""

_NEEDED = ("overview", "sprints")
"""Pages that every site needs: its front page and the page of all sprints."""


def refuse_unknown(without: frozenset[str]) -> None:
    """Raise UsageError if `without` names something that is no page or part, or a page that every site needs."""
    names = sorted((PAGE_BY_ID.keys() | PARTS.keys()) - {*_NEEDED})
    if unknown := sorted(without - {*names, *FORMER}):
        raise UsageError(f"without: {unknown[0]} cannot be left out; choose from {', '.join(names)}")


def pages_left_out(without: frozenset[str]) -> frozenset[str]:
    """The pages that `without` leaves out: those it names, and pages whose former pages it names without exception."""
    emptied = {
        new for new in ("roadmap", "people", "value") if {old for old, page in FORMER.items() if page == new} <= without
    }
    return without & PAGE_BY_ID.keys() | emptied


def new_page(root: Path, docs: str, id_: str) -> Path:
    """Copy a default page into the docs folder of a repository for editing, and return its path from there.

    Raises UsageError if there is no such page, or if the folder already has the page or is a symbolic link.
    """
    page = PAGE_BY_ID.get(FORMER.get(id_, id_))
    if page is None:
        raise UsageError(f"there is no default page {id_}; choose one of {', '.join(PAGE_BY_ID)}")
    path = Path(docs, page.path)
    try:
        create(root / path, page.text.encode(), root)
    except FileExistsError:
        raise UsageError(
            f"{root / path} already exists; edit it, or delete it to start from the default page"
        ) from None
    return path
