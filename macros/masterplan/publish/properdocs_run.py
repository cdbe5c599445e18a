"""ProperDocs in its own process, started by `masterplan build --host properdocs`.

The first import makes `mkdocs` mean `properdocs` in everything imported later: our plugin, the macros plugin, Material,
and the host's own functions.
"""

import logging
import sys
from pathlib import Path

import properdocs.replacement  # noqa: F401 - must come before anything that imports mkdocs

from masterplan.errors import MasterplanError
from masterplan.publish import mkdocs_host
from masterplan.publish.project import open_project


def main(root: str, site: str) -> None:
    """Build the site of the plan in `root` into `site`; if that fails, exit with the reason in one line."""
    # Plugins may still log under the old name; ProperDocs counts only warnings under its own.
    logging.getLogger("mkdocs").parent = logging.getLogger("properdocs")
    try:
        mkdocs_host.build_with_mkdocs(open_project(Path(root)), Path(site))
    except MasterplanError as error:
        sys.exit(" ".join(str(error).split()))


if __name__ == "__main__":
    main(*sys.argv[1:])
