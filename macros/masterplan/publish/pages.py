"""Pages and files that the plan adds to `docs/`.

They are a page a sprint, completion reports, phase pages for large plans, the source page, assets and exports.
A generated page holds a macro call with an id and, where the team wrote one, the Markdown body from `docs/`; never plan
text, because hosts run pages through Jinja.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from masterplan.errors import BuildError
from masterplan.model.progress import filled_in, report_pattern
from masterplan.publish import settings
from masterplan.publish.project import Project
from masterplan.render.export import FOLDER, exports
from masterplan.render.export.feed import feed
from masterplan.render.links import ALL_SPRINTS, SOURCE_PAGE, SPRINTS, phase_path
from masterplan.render.views.reports import report_path

MOST_IN_NAVIGATION = 60
"""Above this many sprints the navigation holds phases instead: every page carries it, so it grows with their square."""

STYLES = ("assets/masterplan.css", "assets/diagrams.css")
SCRIPTS = ("assets/masterplan.js",)

_BLANKS = re.compile(r"\[N\]|\[date\]")
_TEMPLATE = re.compile(r"\{[{%#]")
_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its path below docs/, with its Markdown."""

    path: str
    text: str


def pages(project: Project) -> tuple[Page, ...]:
    """Every page that is generated, in order. Raises BuildError where two would have the same path."""
    plan = project.facts.plan
    made = [_with_body(project, path, f'{{{{ sprint_page("{id_}") }}}}') for id_, path in project.sprint_pages.items()]
    reports = ((id_, report_path(plan, standing)) for id_, standing in project.facts.standings.items())
    for id_, path in reports:
        if path:
            made.append(_with_body(project, path, f'{{{{ completion_report("{id_}") }}}}', filled_in))
    if _is_large(project):
        made += [Page(phase_path(phase.id), f'{{{{ phase_page("{phase.id}") }}}}\n') for phase in plan.phases]
    made.append(Page(SOURCE_PAGE, "# The plan's source\n\n{{ plan_source() }}\n"))
    return _apart(made, project.docs_dir)


def assets() -> Mapping[str, bytes]:
    """Styles and scripts of the views, by their path below docs/."""
    folder = files("masterplan.render") / "assets"
    return {path: (folder / Path(path).name).read_bytes() for path in (*STYLES, *SCRIPTS)}


def additions(project: Project) -> Mapping[str, bytes]:
    """Styles, scripts, the plan and its changes in forms for other programs, by their path below docs/."""
    made = {**exports(project.facts), **feed(project.facts.plan.header.title, project.history)}
    return {**assets(), **{FOLDER + path: text.encode() for path, text in made.items()}}


def navigation(project: Project, nav: list[Any]) -> list[Any]:
    """The navigation with the sprints' pages (or the phases', in a large plan) after the page of all sprints.

    Raises BuildError for a title that would be run as a template.
    """
    return list(_filled(project, nav))


def not_in_navigation(project: Project) -> list[str]:
    """Pages that stand outside the navigation on purpose, as patterns of paths below docs/."""
    progress_in = project.facts.plan.header.documentation.progress_in
    pieces = _BLANKS.split(report_pattern(progress_in))
    reports = "/" + "*".join(piece.replace(" ", r"\ ") for piece in pieces)
    return [reports, *([f"/{SPRINTS}*.md"] if _is_large(project) else [])]


def refuse_templates(page: str, title: object) -> None:
    """Raise BuildError where the path of a page from the repository's root, or its own title, would be a template.

    Hosts make titles of file names, and run every title through Jinja.
    """
    if _TEMPLATE.search(page):
        raise BuildError(f"{page}: the file name would be run as a template; rename the file, without {{ and }}")
    if _TEMPLATE.search(str(title)):
        raise BuildError(f"{page}: the title in its front matter would be run as a template; write it out")


def error_on(page: str, error: BaseException) -> BuildError:
    """An error of Jinja, or of a macro of the team's own, on a page named by its path from the repository's root."""
    return BuildError(f"{page}: {type(error).__name__}: {' '.join(str(error).split())}")


def _apart(made: Sequence[Page], docs_dir: str) -> tuple[Page, ...]:
    """The pages, once it is sure that no two share a path; capitals tell none apart, as on some disks they do not."""
    taken: dict[str, Page] = {}
    for page in made:
        first = taken.setdefault(page.path.lower(), page)
        if first is not page:
            hint = "change `progress_in` in plan.yml, or the `page` or id of a sprint"
            raise BuildError(f"{docs_dir}/{page.path}: two pages of the plan would have this name; {hint}")
    return tuple(made)


def _filled(project: Project, entries: list[Any]) -> Iterator[Any]:
    for entry in entries:
        if isinstance(entry, dict) and any(_TEMPLATE.search(str(title)) for title in entry):
            raise BuildError(f"{settings.FILE}: nav: {next(iter(entry))}: would be run as a template; write it out")
        yield {title: _below(project, it) for title, it in entry.items()} if isinstance(entry, dict) else entry
        if entry == ALL_SPRINTS:
            yield from _entries(project)


def _below(project: Project, below: Any) -> Any:
    """What stands below a title: a list of entries, or a page; that of all sprints becomes a list that holds them."""
    if below == ALL_SPRINTS:
        below = [below]
    return list(_filled(project, below)) if isinstance(below, list) else below


def _entries(project: Project) -> Iterator[str]:
    if _is_large(project):
        yield from (phase_path(phase.id) for phase in project.facts.plan.phases)
    else:
        yield from project.sprint_pages.values()


def _is_large(project: Project) -> bool:
    return len(project.sprint_pages) > MOST_IN_NAVIGATION


def _with_body(project: Project, path: str, call: str, shown: Callable[[str], str] = str) -> Page:
    """A generated page, followed by what is `shown` of the body that the team wrote in the file of the same name.

    Front matter, which hosts know by its being first, stays first.
    """
    written = project.root / project.docs_dir / path
    text = written.read_text("utf-8-sig") if written.is_file() else ""
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    return Page(path, f"{text[:start]}{call}\n\n{shown(text[start:])}".rstrip("\n") + "\n")
