"""Pages and files that the plan adds to `docs/`: a page a sprint, phase pages for large plans, the source page, styles and scripts.

A generated page holds a macro call with an id and, where the team wrote one, the Markdown body from `docs/`; never plan text, because
hosts run pages through Jinja.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from masterplan.publish.project import Project
from masterplan.render.links import SOURCE_PAGE, SPRINTS, phase_path

MOST_IN_NAVIGATION = 60
"""Above this many sprints the navigation holds phases instead: every page carries it, so it grows with the square of the plan."""

STYLES = ("assets/masterplan.css", "assets/diagrams.css")
SCRIPTS = ("assets/masterplan.js",)


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its path below docs/, with its Markdown."""

    path: str
    text: str


def pages(project: Project) -> tuple[Page, ...]:
    """Every page that is generated, in order."""
    plan = project.facts.plan
    made = [_with_body(project, path, f'{{{{ sprint_page("{id_}") }}}}') for id_, path in project.sprint_pages.items()]
    if _is_large(project):
        made += [Page(phase_path(phase.id), f'{{{{ phase_page("{phase.id}") }}}}\n') for phase in plan.phases]
    return (*made, Page(SOURCE_PAGE, "# The plan's source\n\n{{ plan_source() }}\n"))


def assets() -> Mapping[str, bytes]:
    """Styles and scripts of the views, by their path below docs/."""
    folder = files("masterplan.render") / "assets"
    return {path: (folder / Path(path).name).read_bytes() for path in (*STYLES, *SCRIPTS)}


def navigation(project: Project, nav: list[Any]) -> list[Any]:
    """The navigation with the sprints' pages (or the phases', in a large plan) after `sprints/index.md`."""
    return [_filled(project, entry) for entry in nav]


def not_in_navigation(project: Project) -> str:
    """Pages that stand outside the navigation on purpose, as MkDocs' `not_in_nav` wants them."""
    return f"/{SPRINTS}*.md\n" if _is_large(project) else ""


def _filled(project: Project, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {title: _section(project, below) for title, below in entry.items()}


def _section(project: Project, below: Any) -> Any:
    if below == f"{SPRINTS}index.md":
        below = [below]
    if not isinstance(below, list):
        return below
    filled = [_filled(project, each) for each in below]
    return filled + list(_entries(project)) if f"{SPRINTS}index.md" in below else filled


def _entries(project: Project) -> Iterator[str]:
    if _is_large(project):
        yield from (phase_path(phase.id) for phase in project.facts.plan.phases)
    else:
        yield from project.sprint_pages.values()


def _is_large(project: Project) -> bool:
    return len(project.sprint_pages) > MOST_IN_NAVIGATION


def _with_body(project: Project, path: str, call: str) -> Page:
    """A generated page, followed by the body that the team wrote in the file of the same name, if there is one."""
    written = project.root / "docs" / path
    body = written.read_text("utf-8-sig") if written.is_file() else ""
    return Page(path, f"{call}\n\n{body}" if body else f"{call}\n")
