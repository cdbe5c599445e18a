"""The hosts that build a site, by name: MkDocs in this process, ProperDocs and Zensical each in its own.

ProperDocs is a fork of MkDocs 1.6 that runs MkDocs' plugins and themes and reads the same `mkdocs.yml`. It replaces the
package `mkdocs`, which is only possible before anything has imported that package. Zensical reads pages as files and
settings as `mkdocs.yml`, so both are staged in a folder for it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from masterplan.errors import BuildError, UsageError
from masterplan.publish import mkdocs_host, mkdocs_yml, pages
from masterplan.publish.finish import finish_guest, finish_site, theme_scripts
from masterplan.publish.heads import Heads
from masterplan.publish.project import Project
from masterplan.publish.team_pages import refuse_broken
from masterplan.publish.verify import NO_PAGES, KnownPages
from masterplan.today import TODAY

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"Warning: (?P<what>.+)\n\W+\[ (?P<where>\S+) \]")


def _build_with_properdocs(project: Project, site: Path) -> KnownPages:
    arguments = (str(project.root.resolve()), str(site.resolve()))
    process = _run(project, "properdocs", *arguments, folder=project.root)
    if process.returncode:
        raise BuildError(_reason("properdocs", process, project.docs_dir))
    return NO_PAGES


def _build_with_zensical(project: Project, site: Path) -> KnownPages:
    with tempfile.TemporaryDirectory(prefix="stage-", dir=site.parent) as folder:
        stage = Path(folder)
        _stage(project, stage)
        process = _run(project, "zensical", folder=stage)
        if process.returncode or not (stage / "site" / "index.html").is_file():
            raise BuildError(_reason("zensical", process, project.docs_dir))
        shutil.copytree(stage / "site", site, dirs_exist_ok=True)
    if project.guest:
        scripts = theme_scripts("zensical") if project.guest.policy else None
        finish_guest(site, project.guest.folder, scripts, Heads(project))
    else:
        finish_site(site, "zensical", Heads(project), pages.main_pages(project))
    return NO_PAGES


Host = Callable[[Project, Path], KnownPages]
HOSTS: Mapping[str, Host] = {
    "mkdocs": mkdocs_host.build_with_mkdocs,
    "properdocs": _build_with_properdocs,
    "zensical": _build_with_zensical,
}
"""Functions that build the site of a project into an empty folder, and return what they know about its pages.

Each raises BuildError with the host's error, and UsageError if the host is not installed.
"""

_TITLES = {"properdocs": "ProperDocs", "zensical": "Zensical"}


def _run(project: Project, package: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the module for a host's process in a folder, with the project's day as today; its output is text.

    Raises UsageError if the host's package is not installed; our extra has the same name.
    """
    if find_spec(package) is None:
        raise UsageError(f"{_TITLES[package]} is not installed; run `pip install 'masterplan[{package}]'`")
    return subprocess.run(
        (sys.executable, "-m", f"masterplan.publish.{package}_run", *arguments),
        cwd=folder,
        env=os.environ | {TODAY: str(project.facts.today)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _reason(package: str, process: subprocess.CompletedProcess[str], docs_dir: str) -> str:
    """Why a host built no site: its warnings with their places, otherwise its error, otherwise how its process ended.

    The error is the last line of stderr, unless the process was stopped by a signal: its last line is then no error.
    """
    output = _COLOURS.sub("", process.stdout + process.stderr)
    if warnings := [f"{docs_dir}/{match['where']}: {match['what']}" for match in _WARNING.finditer(output)]:
        return "; ".join(warnings)
    name = _TITLES[package]
    if process.returncode < 0:
        return f"{name} was stopped by signal {-process.returncode} before the site was complete"
    error = _COLOURS.sub("", process.stderr).strip().rpartition("\n")[2] if process.returncode else ""
    return error or f"{name} built no site and gave no reason; its exit code was {process.returncode}"


def _stage(project: Project, stage: Path) -> None:
    """Fill a folder for Zensical: the team's pages, our pages, settings, and links to everything else."""
    refuse_broken(project.root, project.docs_dir, project.folder)
    docs = project.docs
    if docs.is_dir():
        shutil.copytree(
            docs,
            stage / project.docs_dir,
            ignore=lambda folder, names: {
                name for name in names if project.leaves_out(Path(folder, name).relative_to(docs))
            },
        )
    for path in pages.absent(project):
        (stage / project.docs_dir / path).unlink(missing_ok=True)
    texts = {page.path: page.text for page in pages.pages(project)}
    texts |= {path: make() for path, make in pages.export_makers(project).items()}
    added = {**{path: text.encode() for path, text in texts.items()}, **pages.additions(project)}
    contents = {f"{project.docs_dir}/{path}": content for path, content in added.items()}
    contents |= {mkdocs_yml.FILE: _settings(project).encode()}
    for path, content in contents.items():
        (stage / path).parent.mkdir(parents=True, exist_ok=True)
        (stage / path).write_bytes(content)
    for folder in (folder for folder in Path(project.docs_dir).parents if (project.root / folder).is_dir()):
        _link(project.root / folder, stage / folder)


def _link(folder: Path, stage: Path) -> None:
    """Link everything in a folder that is not staged; copy it if the system cannot create symbolic links."""
    for entry in sorted(folder.iterdir()):
        if entry.name == "site" or entry.name.startswith(".") or (stage / entry.name).exists():
            continue
        try:
            (stage / entry.name).symlink_to(entry)
        except (OSError, NotImplementedError):
            shutil.copytree(entry, stage / entry.name) if entry.is_dir() else shutil.copy(entry, stage)


def _settings(project: Project) -> str:
    """The repository's own settings plus what the MkDocs plugin would add; JSON is YAML too."""
    settings = {**project.settings, **(_needed(project.settings) if project.guest else {})}
    scripts = [{"path": path, "defer": True} for path in pages.scripts(project)]
    paths = (path.relative_to(project.docs) for path in project.docs.rglob("*.md"))
    written = [path.as_posix() for path in paths if not project.leaves_out(path)]
    added = {
        "nav": pages.navigation(project, settings.get("nav"), written),
        "extra_css": [*pages.styles(project), *settings.get("extra_css", [])],
        "extra_javascript": [*scripts, *settings.get("extra_javascript", [])],
        "copyright": pages.copyright_line(project, settings.get("copyright")),
        "extra": mkdocs_yml.staged(settings.get("extra"), project.root),
        "docs_dir": project.docs_dir,
        "site_dir": "site",
    }
    try:
        return json.dumps(settings | added)
    except TypeError as error:
        raise UsageError(f"{mkdocs_yml.FILE} has a value that Zensical cannot read: {error}") from error


def _needed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of another site that our pages need. With Zensical, the site's own pages get them too."""
    plugins = mkdocs_yml.plugins(settings)
    macros = plugins.get("macros", {})
    modules = dict.fromkeys([*(macros.get("modules") or []), "masterplan.macros"])
    plugins["macros"] = macros | {"modules": [*modules], "on_error_fail": True}
    extensions: dict[str, dict[str, Any]] = {name: {} for name in mkdocs_yml.EXTENSIONS}
    return {"plugins": plugins, "markdown_extensions": extensions | mkdocs_yml.extensions(settings)}
