"""The same site without masterplan: every page's Markdown as the macros expand it, for the same host, theme and nav.

What a team would have to keep by hand to get the same pages; the measure of what the macros, the checks and the
verification cost.

    python -m benchmarks.baseline PROJECT FOLDER
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from masterplan.publish import mkdocs_yml, pages
from masterplan.publish.calls import calls
from masterplan.publish.project import Project, open_project


class _Host:
    """A host that only expands macros."""

    def __init__(self, project: Project, told: dict[str, Any]) -> None:
        self._page = ""
        self._jinja = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - the hosts do not escape
        defaults = {"extra": {}, "use_directory_urls": True}
        self._jinja.globals.update(calls(project, self._here, "address", defaults | told))

    def _here(self) -> tuple[str, str]:
        return self._page, self._page

    def expanded(self, path: str, text: str) -> str:
        """A page's Markdown with every macro replaced by what it says on this page."""
        self._page = path
        return self._jinja.from_string(text).render()


def write_baseline(root: Path, folder: Path) -> None:
    """Write the site of the plan in `root` as plain Markdown with its settings into a folder that is not there yet."""
    project = open_project(root)
    told = mkdocs_yml.read(root)
    shutil.copytree(root / "docs", folder / "docs")
    host = _Host(project, told)
    for path, text in _pages(project).items():
        _write(folder / "docs" / path, host.expanded(path, text).encode())
    for path, content in pages.assets().items():
        _write(folder / "docs" / path, content)
    (folder / mkdocs_yml.FILE).write_text(json.dumps(_settings(project, told)), "utf-8")


def _pages(project: Project) -> dict[str, str]:
    """All pages with their macros: those that are written by hand, then those that are generated."""
    docs = project.root / "docs"
    written = {path.relative_to(docs).as_posix(): path.read_text("utf-8-sig") for path in sorted(docs.rglob("*.md"))}
    return written | {page.path: page.text for page in pages.pages(project)}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _settings(project: Project, told: dict[str, Any]) -> dict[str, Any]:
    """The project's settings without the macros and our plugin, and with what that would have added. JSON is YAML."""
    plain = {key: value for key, value in told.items() if key != "watch"}
    kept = {name: options for name, options in _plugins(told).items() if name not in {"masterplan", "macros"}}
    return plain | {
        "plugins": kept,
        "nav": pages.navigation(project, told["nav"], ()),
        "not_in_nav": "\n".join(pages.not_in_navigation(project)),
        "extra_css": [*pages.STYLES, *told.get("extra_css", [])],
        "extra_javascript": [
            *({"path": path, "defer": True} for path in pages.SCRIPTS),
            *told.get("extra_javascript", []),
        ],
        "copyright": f"Built from {project.revision}",
    }


def _plugins(told: dict[str, Any]) -> dict[str, Any]:
    """The settings of every plugin by its name; a plugin that is only named has none."""
    named = [each if isinstance(each, dict) else {each: {}} for each in told["plugins"]]
    return {name: options for each in named for name, options in each.items()}


def main() -> None:
    """Write a baseline, as told on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.baseline", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("project", type=Path, help="the repository with the plan")
    parser.add_argument("folder", type=Path, help="where the plain pages go; must not be there yet")
    told = parser.parse_args()
    write_baseline(told.project, told.folder)


if __name__ == "__main__":
    main()
