"""Pages and files that the plan adds to the team's docs folder.

They are the default pages, pages for sprints and owners, completion reports, phase pages for large plans, the source
page, assets and exports. A generated page is a macro call with an id, followed by the team's Markdown from the docs
folder, if any. It never contains plan text, because hosts run pages through Jinja.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from mkdocs.utils import nest_paths

from masterplan.errors import BuildError
from masterplan.model.progress import filled_in, report_pattern
from masterplan.publish import mkdocs_yml
from masterplan.publish.default_pages import FORMER, PAGE_BY_ID, PAGES, Tab
from masterplan.publish.project import Project
from masterplan.publish.redirects import redirects
from masterplan.publish.team_pages import read_page
from masterplan.render.export import EXPORTS, FOLDER
from masterplan.render.links import ALL_PEOPLE, ALL_SPRINTS, PEOPLE, SOURCE_PAGE, SPRINTS, Links, phase_path
from masterplan.render.views.progress import report_path

MOST_IN_NAVIGATION = 60
"""Above this number of sprints the navigation lists phases instead. It is on every page, so its size grows with the
square of the number of sprints."""
MOST_PEOPLE_IN_NAVIGATION = 20
"""Above this number of people, teams and roles the navigation lists only the page of all of them."""

STYLES = ("assets/masterplan.css", "assets/diagrams.css")
SCRIPTS = ("assets/masterplan.js", "assets/diagrams.js")
SINCE_SCRIPT, SINCE_DATA = "assets/since.js", "assets/since.json"
"""Script and data for what is new since a reader's last visit, if the plan has a history. The script expects the data
in its own folder."""

_MAIN = {"overview", "roadmap", "sprints", "people", "progress", "start"}
"""Ids of the pages that the 404 page links to."""

_BLANKS = re.compile(r"\[N\]|\[date\]")
_TEMPLATE = re.compile(r"\{[{%#]")
_REM = re.compile(rb"\b([\d.]+)rem\b")
_OURS = re.compile(rb"\.md-typeset(?=[^,{}]*\.mp-)")
"""Material's class for the text of a page, in selectors that continue to a part of a view."""
_PLAIN = re.compile(r"[\w ,.'-]+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's path below docs/ and its Markdown."""

    path: str
    text: str


def pages(project: Project) -> tuple[Page, ...]:
    """Every added page, in order. Raises BuildError if two would have the same path."""
    plan = project.facts.plan
    added = [Page(page.path, page.text) for page in project.default_pages.values() if not project.replaces(page)]
    added += [
        _with_body(project, path, f'{{{{ sprint_page("{id_}") }}}}') for id_, path in project.sprint_pages.items()
    ]
    reports = ((id_, report_path(plan, standing)) for id_, standing in project.facts.standings.items())
    for id_, path in reports:
        if path:
            added.append(_with_body(project, path, f'{{{{ completion_report("{id_}") }}}}', filled_in))
    if _is_large(project):
        added += [Page(phase_path(phase.id), f'{{{{ phase_page("{phase.id}") }}}}\n') for phase in plan.phases]
    added += [_with_body(project, path, f'{{{{ person_page("{id_}") }}}}') for id_, path in project.owner_pages.items()]
    added.append(Page(SOURCE_PAGE, "# The plan's source\n\n{{ plan_source() }}\n"))
    return tuple(Page(project.at(page.path), page.text) for page in _distinct(added, project.docs_dir))


def absent(project: Project) -> tuple[str, ...]:
    """Paths of the default pages that this site does not have."""
    return tuple(project.at(page.path) for page in PAGES if page.id not in project.default_pages)


def assets(theme: str = "material") -> Mapping[str, bytes]:
    """Styles and scripts of the views, by path below docs/, adapted to a theme."""
    contents = {path: _asset(path) for path in (*STYLES, *SCRIPTS)}
    return contents if theme == "material" else contents | {path: _for_other_themes(contents[path]) for path in STYLES}


def _for_other_themes(style: bytes) -> bytes:
    """A style whose rules for parts of views apply in any theme; rules for plain text stay Material's.

    Material's `rem` is 20 pixels; other themes use the browser's default of 16 pixels.
    """
    return _REM.sub(lambda size: b"%grem" % (float(size[1]) * 20 / 16), _OURS.sub(b":root", style))


def _asset(path: str) -> bytes:
    return (files("masterplan.render") / "assets" / Path(path).name).read_bytes()


def styles(project: Project) -> list[str]:
    """Paths of the views' styles, for the site's settings."""
    return [project.at(path) for path in STYLES]


def scripts(project: Project) -> list[str]:
    """Paths of the views' scripts, for the site's settings."""
    return [project.at(path) for path in (*SCRIPTS, *([SINCE_SCRIPT] if project.since else []))]


def additions(project: Project) -> Mapping[str, bytes]:
    """The added styles, scripts and redirects, by path below docs/."""
    looks = assets(project.guest.theme) if project.guest else assets()
    news = {SINCE_SCRIPT: _asset(SINCE_SCRIPT), SINCE_DATA: project.since.encode()} if project.since else {}
    moved = {path: text.encode() for path, text in redirects(project).items()}
    return {**{project.at(path): content for path, content in {**looks, **news}.items()}, **moved}


def export_makers(project: Project) -> Mapping[str, Callable[[], str]]:
    """Functions that write the exports of the plan and its changes, by path below docs/."""
    return {project.at(FOLDER + path): make for export in EXPORTS for path, make in export.files(project)}


def navigation(project: Project, nav: list[Any] | None, written: Sequence[str]) -> list[Any]:
    """The navigation with the sprints' pages (or the phases', in a large plan) after the page of all sprints.

    Pages that this site lacks are left out. If the team has no navigation (None), it consists of the default pages in
    their order, then those of `written`, the team's pages, that are not ours. In another site our pages come last,
    unless its navigation names them or their folder. Raises BuildError for a title that would run as a template, and
    for a sprint's text whose file name is not that of the sprint's page.
    """
    nav = _without_former(project, nav, written)
    if project.guest and not names_folder(project, nav):
        others = nest_paths(sorted(path for path in written if not project.is_ours(path))) if nav is None else nav
        return [*others, {project.guest.title: section(project, written)}]
    _refuse_detached(project, set(written) - set(_paths_in(nav)))
    return list(_filled(project, _default(project, written) if nav is None else nav))


def section(project: Project, written: Iterable[str]) -> list[Any]:
    """Our section in the navigation of another site: the default pages, then other pages by the team."""
    ours = set(filter(project.is_ours, written))
    _refuse_detached(project, ours)
    return list(_filled(project, _default(project, ours)))


def names_folder(project: Project, nav: Any) -> bool:
    """Whether a navigation names our folder, or a page in it."""
    return any(map(project.is_ours, _paths_in(nav)))


def _paths_in(nav: Any) -> Iterator[str]:
    """Paths of all pages in a navigation or a part of one."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, list | dict):
        for entry in nav.values() if isinstance(nav, dict) else nav:
            yield from _paths_in(entry)


def _refuse_detached(project: Project, written: Set[str]) -> None:
    """Raise BuildError for a file named like an earlier page of a sprint, from another `page` or the sprint's title."""
    plan, folder = project.facts.plan, project.at(SPRINTS)
    used = {project.at(page) for page in project.sprint_pages.values()}
    for path in sorted(page for page in written - used if page.startswith(folder)):
        name = path.removeprefix(folder)
        for id_ in plan.sprints:
            if re.fullmatch(rf"[A-Z_]+_{re.escape(id_)}(?:_[^/]*)?\.md", name):
                do = f"rename the file, or write `page: {name}` in {plan.places.of('sprints', id_).path}"
                raise BuildError(f"{project.docs_dir}/{path}: the page of {plan.name(id_)} is {plan.page(id_)}; {do}")


def _without_former(project: Project, nav: list[Any] | None, written: Iterable[str]) -> list[Any] | None:
    """A navigation in which each former page that the team has not written is replaced by the page with its content."""
    if nav is None:
        return None
    taken = {*_paths_in(nav)}
    new_paths = {project.at(f"{old}.md"): project.at(PAGE_BY_ID[new].path) for old, new in FORMER.items()}
    former = new_paths.keys() - {*written}

    def replaced(entry: Any) -> Any:
        if isinstance(entry, dict):
            return {title: replaced(below) for title, below in entry.items()}
        if isinstance(entry, list):
            return [replaced(below) for below in entry]
        if entry not in former:
            return entry
        new = new_paths[entry]
        if new in taken:
            return ""
        taken.add(new)
        return new

    return [replaced(entry) for entry in nav]


def _default(project: Project, written: Iterable[str]) -> list[Any]:
    """All default pages by tab, and the team's own pages by folder.

    In another site the plan's pages have no tab of their own, because they are already below the plan's title.
    """
    ours = {page.path for page in pages(project)} | {project.at(page.path) for page in PAGES}
    others = sorted(set(written) - ours)
    plan = [*_tab(project, "Plan"), *(others if project.guest else nest_paths(others))]
    status = {"Status": _tab(project, "Status")}
    guide = {"Help": [*_tab(project, "Help"), {"The plan's source": project.at(SOURCE_PAGE)}]}
    return [*(plan if project.guest else [{"Plan": plan}]), status, guide]


def _tab(project: Project, tab: Tab) -> list[Any]:
    """The default pages of a tab with their titles; the page of all sprints is a section, for the pages below it."""
    units = project.facts.plan.unit.many
    # The theme does not escape titles of sections, so only a plain word may come from the plan.
    sprints = {units if _PLAIN.fullmatch(units) else "Sprints": [project.at(ALL_SPRINTS)]}
    return [
        sprints if page.path == ALL_SPRINTS else {page.title: project.at(page.path)}
        for page in PAGES
        if page.tab == tab
    ]


def main_pages(project: Project) -> Mapping[str, str]:
    """Addresses, from the site's root and by title, of the pages that most readers look for."""
    links = Links("index.md", {}, {}, directories=project.directories)
    main = (page for page in PAGES if page.id in _MAIN and page.id in project.default_pages)
    return {page.title: links.svg(page.path).removeprefix("./") for page in main}


def not_in_navigation(project: Project) -> list[str]:
    """Patterns, as paths below the docs folder, of pages that may be missing from the navigation."""
    if project.guest:
        return [f"/{project.folder}"]
    progress_in = project.facts.plan.header.documentation.progress_in
    pieces = _BLANKS.split(report_pattern(progress_in))
    reports = "*".join(piece.replace(" ", r"\ ") for piece in pieces)
    patterns = [
        reports,
        *([f"{SPRINTS}*.md"] if _is_large(project) else []),
        *(page.path for page in PAGES),
        f"{PEOPLE}*.md",
        SOURCE_PAGE,
    ]
    return [f"/{pattern}" for pattern in patterns]


def copyright_line(project: Project, line: str | None) -> str:
    """The line at the foot of our pages: the site's own, and what our pages were built from."""
    return " · ".join(filter(None, (line, f"Built from {project.revision}")))


def refuse_templates(page: str, title: object) -> None:
    """Raise BuildError if a page's path from the repository's root, or its own title, would run as a template.

    Hosts derive titles from file names, and run every title through Jinja.
    """
    if _TEMPLATE.search(page):
        raise BuildError(f"{page}: the file name contains a template; rename the file without {{ and }}")
    if _TEMPLATE.search(str(title)):
        raise BuildError(f"{page}: the title in its front matter contains a template; write it out")


def _distinct(pages: Sequence[Page], docs_dir: str) -> tuple[Page, ...]:
    """The pages. Raises BuildError if two share a path; case is ignored, as on some disks."""
    taken: dict[str, Page] = {}
    for page in pages:
        first = taken.setdefault(page.path.lower(), page)
        if first is not page:
            hint = "change `progress_in` in plan.yml, or the `page` or id behind one of them"
            raise BuildError(f"{docs_dir}/{page.path}: two pages of the plan have this name; {hint}")
    return tuple(pages)


def _filled(project: Project, entries: list[Any]) -> Iterator[Any]:
    nothing = (*absent(project), [], "")
    for entry in entries:
        if project.folder and entry == project.folder:
            yield from section(project, ())
        elif isinstance(entry, dict):
            if not project.guest:
                _refuse_template_titles(entry)
            titled = {title: _children(project, content) for title, content in entry.items()}
            if filled := {title: content for title, content in titled.items() if content not in nothing}:
                yield filled
        elif entry not in nothing:
            yield _titled(project, entry)
        yield from _listed_pages(project, entry)


def _refuse_template_titles(entry: Mapping[Any, Any]) -> None:
    for title in entry:
        if _TEMPLATE.search(str(title)):
            raise BuildError(f"{mkdocs_yml.FILE}: nav: {title}: contains a template; write it out")


def _children(project: Project, content: Any) -> Any:
    """Content below a title: a list of entries, or a page; a page that lists others becomes a list with them."""
    if content and (content == project.folder or any(_listed_pages(project, content))):
        content = [content]
    return list(_filled(project, content)) if isinstance(content, list) else content


def _titled(project: Project, entry: Any) -> Any:
    """The entry, titled "Everybody" if it is the page of all people and their pages follow."""
    return {"Everybody": entry} if entry == project.at(ALL_PEOPLE) and any(_listed_pages(project, entry)) else entry


def _listed_pages(project: Project, entry: Any) -> Iterator[str]:
    """Pages below a page that lists them: sprints, or the phases of a large plan, and people."""
    owners = project.owner_pages.values()
    if entry == project.at(ALL_SPRINTS) and _is_large(project):
        yield from (project.at(phase_path(phase.id)) for phase in project.facts.plan.phases)
    elif entry == project.at(ALL_SPRINTS):
        yield from map(project.at, project.sprint_pages.values())
    elif entry == project.at(ALL_PEOPLE) and len(owners) <= MOST_PEOPLE_IN_NAVIGATION:
        yield from map(project.at, owners)


def _is_large(project: Project) -> bool:
    return len(project.sprint_pages) > MOST_IN_NAVIGATION


def _with_body(project: Project, path: str, call: str, edited: Callable[[str], str] = str) -> Page:
    """A generated page, followed by the team's text from the file of the same name, as `edited` returns it.

    Front matter stays first, because hosts recognise it only there.
    """
    front, body = read_page(project.root, f"{project.docs_dir}/{project.at(path)}")
    return Page(path, f"{front}{call}\n\n{edited(body)}".rstrip("\n") + "\n")
