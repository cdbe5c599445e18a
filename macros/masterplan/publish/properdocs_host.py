"""ProperDocs as a host: a fork of MkDocs 1.6 that runs MkDocs' plugins and themes and reads the same `mkdocs.yml`.

It may be installed beside MkDocs. It puts itself in the place of the package `mkdocs` though, which a process can do
only before anything has imported that package: so it has a process of its own, in which `mkdocs_host` builds the site.
"""

from pathlib import Path

from masterplan.errors import BuildError
from masterplan.publish import own_process
from masterplan.publish.project import Project


def build(project: Project, site: Path) -> None:
    """Build into an empty folder. Raises BuildError with what went wrong, UsageError where there is no ProperDocs."""
    own_process.require("properdocs", "ProperDocs")
    arguments = (str(project.root.resolve()), str(site.resolve()))
    done = own_process.run(project, "properdocs_run", *arguments, folder=project.root)
    if done.returncode:
        raise BuildError(own_process.last_line(done.stderr) or f"ProperDocs ended with exit code {done.returncode}")
