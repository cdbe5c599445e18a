"""The MkDocs plugin: refuses a wrong plan, adds the generated pages, and hardens every page that is written.

Zensical knows no plugins; for it `masterplan build` stages the same pages as files and hardens what came out.
"""

from datetime import date
from pathlib import Path
from typing import Any, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from pathspec.gitignore import GitIgnoreSpec

from masterplan.analyse.facts import day
from masterplan.errors import MasterplanError, PlanError
from masterplan.publish import pages
from masterplan.publish.harden import harden
from masterplan.publish.project import Project, open_project
from masterplan.render.reports import finding_lines


class PluginConfig(Config):
    """The plugin's settings in mkdocs.yml; there are none yet."""


class MasterplanPlugin(BasePlugin[PluginConfig]):
    """Hooks into a build of MkDocs."""

    project: Project
    serving = False

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether pages are shown by `mkdocs serve`, which adds a script of its own to each."""
        self.serving = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the plan; refuse the build when it is wrong."""
        try:
            self.project = open_project(Path(config.config_file_path or "mkdocs.yml").parent, _today(config))
        except PlanError as error:
            raise PluginError("the plan is wrong\n" + "\n".join(finding_lines(error.findings))) from error
        except MasterplanError as error:
            raise PluginError(str(error)) from error
        if config.nav:
            config.nav = pages.navigation(self.project, config.nav)
        outside = pages.not_in_navigation(self.project)
        if outside:
            config.not_in_nav = GitIgnoreSpec.from_lines([*outside.splitlines()])
        config.extra_css = [*pages.STYLES, *config.extra_css]
        config.extra_javascript = [*map(_script, pages.SCRIPTS), *config.extra_javascript]
        config.copyright = f"Built from {self.project.revision}"
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages, styles and scripts."""
        made: dict[str, str | bytes] = {page.path: page.text for page in pages.pages(self.project)}
        for path, content in (made | dict(pages.assets())).items():
            present = files.get_file_from_path(path)
            if present is not None:
                files.remove(present)
            files.append(File.generated(config, path, content=content))
        return files

    def on_post_page(self, output: str, **_: Any) -> str:
        """Harden a page before it is written."""
        return output if self.serving else harden(output)


def _today(config: MkDocsConfig) -> date | None:
    return day(str((config.extra.get("masterplan") or {}).get("today") or ""))


def _script(path: str) -> config_options.ExtraScriptValue:
    script = config_options.ExtraScriptValue(path)
    script.defer = True
    return script
