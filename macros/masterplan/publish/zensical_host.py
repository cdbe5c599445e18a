"""Zensical as a host: it takes pages as files and settings as `mkdocs.yml`, so both are staged in a folder."""

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from masterplan.errors import BuildError, UsageError
from masterplan.publish import own_process, pages, settings
from masterplan.publish.docs import left_out
from masterplan.publish.harden import harden, harden_guest, theme_scripts
from masterplan.publish.project import Project
from masterplan.publish.requirements import EXTENSIONS
from masterplan.publish.written import refuse_broken

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"Warning: (?P<what>.+)\n\W+\[ (?P<where>\S+) \]")


def build(project: Project, site: Path) -> None:
    """Build into an empty folder. Raises BuildError with what Zensical said, UsageError where there is no Zensical."""
    own_process.require("zensical", "Zensical")
    with tempfile.TemporaryDirectory(prefix="stage-", dir=site.parent) as folder:
        stage = Path(folder)
        _stage(project, stage)
        done = own_process.run(project, "zensical_run", folder=stage)
        if done.returncode or not (stage / "site" / "index.html").is_file():
            raise BuildError(_why(_COLOURS.sub("", done.stdout + done.stderr), project.docs_dir))
        shutil.copytree(stage / "site", site, dirs_exist_ok=True)
    if project.guest:
        harden_guest(site, project.guest.folder, theme_scripts("zensical") if project.guest.policy else None)
    else:
        harden(site, "zensical")


def _why(told: str, docs_dir: str) -> str:
    """What Zensical said as one sentence: its warnings with their places, else its last line."""
    warnings = [f"{docs_dir}/{match['where']}: {match['what']}" for match in _WARNING.finditer(told)]
    return "; ".join(warnings) or own_process.last_line(told)


def _stage(project: Project, stage: Path) -> None:
    """Pages of the team and of the plan, and settings, as Zensical wants to find them; all else by links."""
    refuse_broken(project.root, project.docs_dir, project.folder)
    docs, unpublished = project.docs, left_out(project.root, project.docs_dir, project.folder)
    if docs.is_dir():
        shutil.copytree(
            docs,
            stage / project.docs_dir,
            ignore=lambda folder, names: {
                name for name in names if Path(folder, name).relative_to(docs) in unpublished
            },
        )
    for path in pages.absent(project):
        (stage / project.docs_dir / path).unlink(missing_ok=True)
    added = {**{page.path: page.text.encode() for page in pages.pages(project)}, **pages.additions(project)}
    made = {f"{project.docs_dir}/{path}": content for path, content in added.items()}
    made |= {settings.FILE: _settings(project).encode()}
    for path, content in made.items():
        (stage / path).parent.mkdir(parents=True, exist_ok=True)
        (stage / path).write_bytes(content)
    for folder in (folder for folder in Path(project.docs_dir).parents if (project.root / folder).is_dir()):
        _link(project.root / folder, stage / folder)


def _link(folder: Path, stage: Path) -> None:
    """Everything of a folder that is not staged; as copies where the system makes no links."""
    for entry in sorted(folder.iterdir()):
        if entry.name == "site" or entry.name.startswith(".") or (stage / entry.name).exists():
            continue
        try:
            (stage / entry.name).symlink_to(entry)
        except (OSError, NotImplementedError):
            shutil.copytree(entry, stage / entry.name) if entry.is_dir() else shutil.copy(entry, stage)


def _settings(project: Project) -> str:
    """The repository's own settings with what the MkDocs plugin would have added; JSON is YAML too."""
    told: dict[str, Any] = settings.read(project.root)
    if project.guest:
        told |= _needed(told)
    scripts = [{"path": path, "defer": True} for path in pages.scripts(project)]
    unpublished = left_out(project.root, project.docs_dir, project.folder)
    written = [
        path.as_posix()
        for path in (path.relative_to(project.docs) for path in project.docs.rglob("*.md"))
        if not unpublished & {path, *path.parents}
    ]
    added = {
        "nav": pages.navigation(project, told.get("nav"), written),
        "extra_css": [*pages.styles(project), *told.get("extra_css", [])],
        "extra_javascript": [*scripts, *told.get("extra_javascript", [])],
        "copyright": pages.copyright_line(project, told.get("copyright")),
        "extra": settings.staged(told.get("extra"), project.root),
        "docs_dir": project.docs_dir,
        "site_dir": "site",
    }
    try:
        return json.dumps(told | added)
    except TypeError as error:
        raise UsageError(f"{settings.FILE} has a value that Zensical cannot be given: {error}") from error


def _needed(told: dict[str, Any]) -> dict[str, Any]:
    """What our pages need of the settings of another site; with Zensical its own pages have it too."""
    plugins = settings.plugins(told)
    macros = plugins.get("macros", {})
    modules = dict.fromkeys([*(macros.get("modules") or []), "masterplan.macros"])
    plugins["macros"] = macros | {"modules": [*modules], "on_error_fail": True}
    return {"plugins": plugins, "markdown_extensions": {name: {} for name in EXTENSIONS} | settings.extensions(told)}
