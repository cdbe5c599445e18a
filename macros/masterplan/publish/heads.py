"""Metadata of pages: descriptions and titles for previews of links, the feed, and links for editing."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from masterplan.load.loader import PLAN_FOLDER
from masterplan.publish.default_pages import PAGE_BY_ID, PAGES
from masterplan.publish.project import Project
from masterplan.publish.team_pages import read_page
from masterplan.render.blocks import Box, Code, Hyperlink
from masterplan.render.compose import joined
from masterplan.render.export import FEED, FOLDER
from masterplan.render.links import Links, phase_path
from masterplan.render.paper import running_lines
from masterplan.render.summary import owner_summary, phase_summary, plan_summary, sprint_summary
from masterplan.render.write import html

_FILES = {
    "index.md": "plan.yml",
    "roadmap.md": "phases.yml",
    "people/index.md": "team.yml",
    "risks.md": "risks.yml",
    "milestones.md": "milestones.yml",
}
"""Default pages about one file of the plan, with that file."""

_DESCRIPTION = re.compile(r"^description[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PageHead:
    """Metadata of a page.

    `description` is empty if that of the site applies. `feed` is the address of the feed on the site. `foot` is a line
    of HTML below the page's text that links to the page's files. `title` is the title in previews, if the page's own is
    too general. `style` is CSS for this page only.
    """

    description: str = ""
    feed: str = ""
    foot: str = ""
    title: str = ""
    style: str = ""


NO_HEAD = PageHead()
"""Head of a page without metadata."""


class Heads(Mapping[str, PageHead]):
    """The head of each of our pages, by path below the site: `sprints/SPRINT_4/index.html`.

    Heads are computed on request, so that the processes that build pages share this work too.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._edit_url = project.own.edit_url
        self._descriptions, self._files = dict(_descriptions(project)), dict(_files(project))
        links = self._links("index.md")
        self._pages = {links.file(page): page for page in sorted({*self._descriptions, *self._files})}

    def _links(self, page: str) -> Links:
        return self._project.context(self._project.at(page), directories=self._project.directories).links

    def __getitem__(self, path: str) -> PageHead:
        page, project = self._pages[path], self._project
        title = project.facts.plan.header.title
        describe = None if _has_description(project, page) else self._descriptions.get(page)
        return PageHead(
            describe() if describe else "",
            str(self._links(page).svg(FOLDER + FEED)) if project.history.commits else "",
            _foot(project, self._edit_url, self._files.get(page, ())),
            title if page == "index.md" else "",
            running_lines(title, f"Built from {project.revision}") if page == PAGE_BY_ID["print"].path else "",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)


def _descriptions(project: Project) -> Iterator[tuple[str, Callable[[], str]]]:
    """Functions that describe the pages made from the plan, by page path."""
    facts = project.facts
    about_all = f"{facts.plan.header.title}. {plan_summary(facts)}"
    yield from ((path, partial(sprint_summary, facts, id_)) for id_, path in project.sprint_pages.items())
    yield from ((phase_path(phase.id), partial(phase_summary, facts, phase)) for phase in facts.plan.phases)
    yield from ((path, partial(owner_summary, facts, id_)) for id_, path in project.owner_pages.items())
    for page in (page for page in project.default_pages.values() if not project.replaces(page)):
        yield page.path, partial(str, about_all if page.id == "overview" else f"{page.title}. {about_all}")


def _has_description(project: Project, path: str) -> bool:
    """Whether the front matter of the team's page has a `description:`."""
    front, _ = read_page(project.root, f"{project.docs_dir}/{project.at(path)}")
    return _DESCRIPTION.search(front) is not None


def _files(project: Project) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Paths of each page with those of the files it is written in, relative to the plan's root."""
    places, written = project.facts.plan.places, _written(project)
    for id_, path in project.sprint_pages.items():
        yield path, (places.of("sprints", id_).path, *written.pop(path, ()))
    for page in PAGES:
        file = f"{PLAN_FOLDER}/{_FILES.get(page.path)}"
        if page.path not in written and file in project.texts:
            yield page.path, (file,)
    team = f"{PLAN_FOLDER}/team.yml"
    yield from (
        (path, (team, *written.pop(path, ()))) for path in project.owner_pages.values() if team in project.texts
    )
    yield from ((phase_path(phase.id), (f"{PLAN_FOLDER}/phases.yml",)) for phase in project.facts.plan.phases)
    yield from written.items()


def _written(project: Project) -> dict[str, tuple[str, ...]]:
    """Our pages that the team wrote itself, each with its file, except unchanged copies of default pages."""
    copies = {page.path for page in PAGES if not project.replaces(page)}
    folder = project.docs / project.folder
    paths = sorted(path for path in folder.rglob("*.md") if path.is_file()) if folder.is_dir() else []
    return {
        name: (f"{project.docs_dir}/{project.at(name)}",)
        for path in paths
        if not project.leaves_out(path.relative_to(project.docs))
        and (name := path.relative_to(folder).as_posix()) not in copies
    }


def _foot(project: Project, edit_url: str, files: Iterable[str]) -> str:
    """Links for editing the files, as HTML; empty if there is no address for that."""
    if not (edit_url and files):
        return ""
    links = [Hyperlink(f"{edit_url}/{quote(project.prefix + file)}", Code(file)) for file in files]
    return html.document(Box(("Edit this page: ", joined(links)), "edit", searched=False))
