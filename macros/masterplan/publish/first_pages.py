"""The pages that somebody looks at, made before the rest of the site: those that browsers show, and the edited one's.

A process is forked for them as soon as their titles and places are known, so that the build goes on as it always does,
and makes them again. Their bytes are those of the site that is built, unless another page has a new title that is only
known once that page is converted.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from mkdocs.structure.files import File, Files

from masterplan.errors import BuildError
from masterplan.publish.project import Project

MOST_FIRST = 8
"""How many pages are made before the others."""

_POLITE = 5
"""How much more urgent these pages are than the rest of the site, in steps of a process's niceness."""


@dataclass(slots=True)
class FirstPages:
    """The pages to make first, and where: `ready` is called with the path below the site of each that is in `folder`.

    `shown` are paths below the site of pages that browsers show; `edited` are files that were changed, by their paths
    from the root of the plan's repository. `templates` is a folder for compiled templates.
    """

    folder: Path
    shown: Sequence[str]
    edited: Sequence[str]
    templates: Path
    ready: Callable[[str], None]
    process: int = 0
    """The process that makes them, until it has ended."""

    def compiled(self) -> FileSystemBytecodeCache:
        """Where templates are compiled once for all builds."""
        self.templates.mkdir(exist_ok=True)
        return FileSystemBytecodeCache(str(self.templates))

    def start(self, project: Project, files: Files, make: Callable[[File], None] | None) -> None:
        """Fork a process in which `make` makes the pages, each to its file; without it the site is made as a whole.

        Until then nobody has looked for unused cycles in what the build has made.
        """
        gc.enable()
        wanted = list(dict.fromkeys(self._wanted(project, files)))[:MOST_FIRST]
        if not wanted or make is None:
            return
        self.process = os.fork()
        if self.process:
            os.nice(_POLITE)
        else:
            try:
                self._make(wanted, make)
            finally:
                os._exit(0)  # a page that cannot be made is for the build to report

    def _wanted(self, project: Project, files: Files) -> Iterator[File]:
        by_place = {file.dest_uri: file for file in files.documentation_pages()}
        yield from (by_place[place] for place in self.shown if place in by_place)
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
        """Wait until the pages are made."""
        if self.process:
            os.waitpid(self.process, 0)
            self.process = 0


class Rehearsal(FirstPages):
    """Makes the pages in this process, which then has all that a page needs, and goes no further."""

    def start(self, project: Project, files: Files, make: Callable[[File], None] | None) -> None:
        """Make the pages, and end the build by raising BuildError."""
        if make:
            self._make(list(self._wanted(project, files)), make)
        raise BuildError("this was a rehearsal")
