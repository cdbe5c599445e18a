"""Builds the pages that somebody is looking at before the rest: pages open in browsers, and those of edited files.

A forked process builds them as soon as their titles and places are known. The build itself continues as usual and
builds them again. Their bytes are those of the finished site, unless another page has a new title that is only known
once that page is converted.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.structure.files import File, Files

from masterplan.errors import BuildError
from masterplan.publish.project import Project
from masterplan.publish.workers import forked

MOST_FIRST = 8
"""Maximum number of pages that are built before the others."""

_POLITE = 5
"""Niceness added to the rest of the build, so that these pages come first."""


@dataclass(slots=True)
class FirstPages:
    """The pages to build first. `ready` is called with each page's path below the site once it is in `folder`.

    `open_pages` are the pages open in browsers, by path below the site. `edited` are changed files, by path from the
    root of the plan's repository. `templates` is a folder for compiled templates.
    """

    folder: Path
    open_pages: Sequence[str]
    edited: Sequence[str]
    templates: Path
    ready: Callable[[str], None]
    process: int = 0
    """The process that builds the pages, until it has ended."""

    def compiled(self, env: Environment) -> FileSystemBytecodeCache:
        """A cache of templates, which are compiled once for all builds with environments like this one."""
        self.templates.mkdir(exist_ok=True)
        return FileSystemBytecodeCache(str(self.templates), f"{'trimmed' if env.trim_blocks else 'whole'}-%s")

    def start(self, project: Project, files: Files, make: Callable[[File], None] | None) -> None:
        """Fork a process in which `make` builds the pages, each into its file; without `make`, fork none."""
        wanted = list(dict.fromkeys(self._wanted(project, files)))[:MOST_FIRST]
        if wanted and make:
            self.process = forked()
            if not self.process:
                try:
                    self._make(wanted, make)
                finally:
                    os._exit(0)  # the build reports a page that fails
            os.nice(_POLITE)

    def _wanted(self, project: Project, files: Files) -> Iterator[File]:
        by_path = {file.dest_uri: file for file in files.documentation_pages()}
        yield from (by_path[path] for path in self.open_pages if path in by_path)
        for path in self.edited:
            listing = project.listings.get(path)
            source = project.at(listing) if listing else path.removeprefix(f"{project.docs_dir}/")
            file = files.get_file_from_path(source)
            if file and file.is_documentation_page():
                yield file

    def _make(self, wanted: Sequence[File], make: Callable[[File], None]) -> None:
        for file in wanted:
            file.abs_dest_path = str(self.folder / file.dest_uri)
            make(file)
            self.ready(file.dest_uri)

    def wait(self) -> None:
        """Wait until the pages are built."""
        if self.process:
            os.waitpid(self.process, 0)
            self.process = 0


class Rehearsal(FirstPages):
    """Builds the pages in this process, to load everything that a page needs, and then stops the build."""

    def start(self, project: Project, files: Files, make: Callable[[File], None] | None) -> None:
        """Build the pages, and stop the build by raising BuildError."""
        if make:
            self._make(list(self._wanted(project, files)), make)
        raise BuildError("this was a rehearsal")
