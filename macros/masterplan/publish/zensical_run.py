"""Zensical in its own process, started by `masterplan build --host zensical` in the folder it has staged.

It reports in one line what went wrong and on which page, which Zensical itself does not.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zensical import build
from zensical.markdown import render as renderer

from masterplan.errors import MasterplanError
from masterplan.publish import mkdocs_yml
from masterplan.publish.pages import refuse_templates
from masterplan.publish.team_pages import docs_dir, error_on

_OURS = re.compile(rf"(?:{'|'.join(kind.__name__ for kind in MasterplanError.__subclasses__())}): (.*)")


def main() -> None:
    """Build the folder's site strictly; if that fails, exit with the reason in one line."""
    root = mkdocs_yml.own_settings(mkdocs_yml.read(Path()).get("extra")).root or Path()
    renderer.render = _guarded(renderer.render, root, docs_dir(Path()))
    try:
        build(str(Path(mkdocs_yml.FILE).resolve()), {"clean": True, "strict": True})
    except RuntimeError as error:
        match = _OURS.search(str(error))
        sys.exit(match[1] if match else " ".join(str(error).split()))


def _guarded(render: Callable[..., Any], root: Path, docs_dir: str) -> Callable[..., Any]:
    """Zensical's function that renders a page, with errors that name the page. It refuses titles that are templates.

    `root` is the repository with the pages as the team wrote them.
    """

    def rendered(content: str, path: str, url: str, metadata: str, *titles: str | None) -> Any:
        page = f"{docs_dir}/{path}"
        refuse_templates(page, json.loads(metadata).get("title"))
        try:
            return render(content, path, url, metadata, *titles)
        except MasterplanError:
            raise
        except Exception as error:
            raise error_on(root, page, error, content) from error

    return rendered


if __name__ == "__main__":
    main()
