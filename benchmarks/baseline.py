"""The same site without masterplan: each page's Markdown as the macros expand it, for the same host, theme and nav.

This is what a team would have to maintain by hand for the same pages. It shows the cost of macros, checks and
verification.

    python -m benchmarks.baseline PROJECT FOLDER
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from masterplan.publish import mkdocs_yml, pages
from masterplan.publish.calls import bound_macros, calls
from masterplan.publish.project import Project, open_project


class _Host:
    """A host that only expands macros."""

    def __init__(self, project: Project, settings: dict[str, Any]) -> None:
        self._page = ""
        self._jinja = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - the hosts do not escape
        defaults = {"extra": {}, "use_directory_urls": True}
        self._jinja.globals.update(calls(bound_macros(project, self._here, "address", defaults | settings)))

    def _here(self) -> tuple[str, str]:
        return self._page, self._page

    def expanded(self, path: str, text: str) -> str:
        """A page's Markdown with every macro replaced by its result on this page."""
        self._page = path
        return self._jinja.from_string(text).render()


def write_baseline(root: Path, folder: Path) -> None:
    """Write the site of the plan in `root` as plain Markdown, with its settings, into a new folder."""
    project = open_project(root)
    settings = mkdocs_yml.read(root)
    shutil.copytree(root / "docs", folder / "docs")
    host = _Host(project, settings)
    for path, text in _pages(project).items():
        _write(folder / "docs" / path, host.expanded(path, text).encode())
    for path, content in pages.assets().items():
        _write(folder / "docs" / path, content)
    (folder / mkdocs_yml.FILE).write_text(json.dumps(_plain(project, settings)), "utf-8")


def _pages(project: Project) -> dict[str, str]:
    """All pages with their macros: first those written by hand, then the generated ones."""
    docs = project.root / "docs"
    written = {path.relative_to(docs).as_posix(): path.read_text("utf-8-sig") for path in sorted(docs.rglob("*.md"))}
    return written | {page.path: page.text for page in pages.pages(project)}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _plain(project: Project, settings: dict[str, Any]) -> dict[str, Any]:
    """The project's settings without macros and our plugin, but with what the plugin would add. JSON is YAML."""
    plain = {key: value for key, value in settings.items() if key != "watch"}
    others = {name: options for name, options in _plugins(settings).items() if name not in {"masterplan", "macros"}}
    return plain | {
        "plugins": others,
        "nav": pages.navigation(project, settings["nav"], ()),
        "not_in_nav": "\n".join(pages.not_in_navigation(project)),
        "extra_css": [*pages.STYLES, *settings.get("extra_css", [])],
        "extra_javascript": [
            *({"path": path, "defer": True} for path in pages.SCRIPTS),
            *settings.get("extra_javascript", []),
        ],
        "copyright": f"Built from {project.revision}",
    }


def _plugins(settings: dict[str, Any]) -> dict[str, Any]:
    """Options of every plugin by name; empty for a plugin without options."""
    plugins = [plugin if isinstance(plugin, dict) else {plugin: {}} for plugin in settings["plugins"]]
    return {name: options for plugin in plugins for name, options in plugin.items()}


def main() -> None:
    """Write the plain pages of the project that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.baseline", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("project", type=Path, help="the repository with the plan")
    parser.add_argument("folder", type=Path, help="the folder for the plain pages; must not exist")
    arguments = parser.parse_args()
    write_baseline(arguments.project, arguments.folder)


if __name__ == "__main__":
    main()
