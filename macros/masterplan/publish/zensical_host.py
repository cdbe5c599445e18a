"""Zensical as a host: it takes pages as files and its settings as `mkdocs.yml`, so both are staged in a folder of their own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.utils.yaml import yaml_load

from masterplan.errors import BuildError
from masterplan.publish import pages
from masterplan.publish.harden import harden
from masterplan.publish.project import Project


def build(project: Project, site: Path) -> None:
    """Build into an empty folder. Raises BuildError with what Zensical said."""
    with tempfile.TemporaryDirectory(prefix="stage-", dir=site.parent) as folder:
        stage = Path(folder)
        _stage(project, stage)
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
            cwd=stage,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"NO_COLOR": "1"},
        )
        if done.returncode or not (stage / "site" / "index.html").is_file():
            raise BuildError("Zensical: " + " ".join((done.stdout + done.stderr).split()[-120:]))
        shutil.copytree(stage / "site", site, dirs_exist_ok=True)
    for page in sorted(site.rglob("*.html")):
        page.write_text(harden(page.read_text("utf-8")), "utf-8")


def _stage(project: Project, stage: Path) -> None:
    """Docs, generated pages and settings, as Zensical wants to find them; the plan stays where it is."""
    shutil.copytree(project.root / "docs", stage / "docs")
    made: dict[str, bytes] = {page.path: page.text.encode() for page in pages.pages(project)}
    for path, content in (made | dict(pages.assets())).items():
        (stage / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (stage / "docs" / path).write_bytes(content)
    with (project.root / "mkdocs.yml").open("rb") as file:
        settings = _settings(project, yaml_load(file))
    (stage / "mkdocs.yml").write_text(json.dumps(settings), "utf-8")


def _settings(project: Project, told: dict[str, Any]) -> dict[str, Any]:
    """The repository's own settings with what the MkDocs plugin would have added; JSON is YAML too."""
    extra = told.get("extra") or {}
    today = project.facts.today.isoformat() if project.facts.today else ""
    ours = (extra.get("masterplan") or {}) | {"today": today, "root": str(project.root)}
    return told | {
        "nav": pages.navigation(project, told.get("nav") or []),
        "extra_css": [*pages.STYLES, *told.get("extra_css", [])],
        "extra_javascript": [
            *({"path": path, "defer": True} for path in pages.SCRIPTS),
            *told.get("extra_javascript", []),
        ],
        "copyright": f"Built from {project.revision}",
        "extra": extra | {"masterplan": ours},
        "site_dir": "site",
    }
