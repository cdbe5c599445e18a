"""The MkDocs plugin: refuses a wrong plan, adds the generated pages, and hardens the site that was written.

Zensical knows no plugins; for it `masterplan build` stages the same pages as files and hardens what came out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from pathspec.gitignore import GitIgnoreSpec

from masterplan.errors import MasterplanError, PlanError
from masterplan.publish import pages, settings
from masterplan.publish.blocks import Blocks
from masterplan.publish.docs import left_out
from masterplan.publish.harden import harden
from masterplan.publish.project import Project, open_project
from masterplan.publish.written import refuse_broken
from masterplan.render.reports import finding_lines


class PluginConfig(Config):
    """The plugin's settings in mkdocs.yml."""

    without = config_options.ListOfItems(config_options.Type(str), default=[])
    """Pages and parts that the site leaves out; `open_project` reads them, for every host alike."""


@contextmanager
def _stopping() -> Iterator[None]:
    """Let MkDocs stop with our errors as it stops with its own: a message, and no traceback."""
    try:
        yield
    except PlanError as error:
        raise PluginError("the plan is wrong\n" + "\n".join(finding_lines(error.findings))) from error
    except MasterplanError as error:
        raise PluginError(str(error)) from error


class MasterplanPlugin(BasePlugin[PluginConfig]):
    """Hooks into a build of MkDocs."""

    project: Project
    left_out: frozenset[Path]
    """Files and folders of editors among the pages."""
    given: Project | None = None
    """The project to show, where `masterplan build` has opened it already."""
    serving = False

    def __init__(self) -> None:
        super().__init__()
        self.blocks = Blocks()

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember whether pages are shown by `mkdocs serve`, which adds a script of its own to each."""
        self.serving = command == "serve"

    @event_priority(100)
    @_stopping()
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the plan, before the macros ask for it; refuse the build when it is wrong."""
        self.project = self.given or _open(config)
        refuse_broken(self.project.root, self.project.docs_dir)
        self.left_out = left_out(self.project.root, self.project.docs_dir)
        outside = GitIgnoreSpec.from_lines(pages.not_in_navigation(self.project))
        config.not_in_nav = config.not_in_nav + outside if config.not_in_nav else outside
        config.extra_css = [*pages.styles(self.project), *config.extra_css]
        config.extra_javascript = [*map(_script, pages.scripts(self.project)), *config.extra_javascript]
        config.copyright = f"Built from {self.project.revision}"
        return config

    @_stopping()
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages, styles, scripts and exports to the navigation; take out what editors left."""
        for file in list(files):
            if self.left_out & {Path(file.src_uri), *Path(file.src_uri).parents}:
                files.remove(file)
        written = [file.src_uri for file in files.documentation_pages()]
        config.nav = pages.navigation(self.project, config.nav, written)
        for path in pages.absent(self.project):
            if present := files.get_file_from_path(path):
                files.remove(present)
        made: dict[str, str | bytes] = {page.path: page.text for page in pages.pages(self.project)}
        for path, content in (made | dict(pages.additions(self.project))).items():
            present = files.get_file_from_path(path)
            if present is not None:
                files.remove(present)
            files.append(File.generated(config, path, content=content))
        return files

    def on_pre_page(self, page: Page, **_: Any) -> Page:
        """Date a page by the commit; outside a repository by today."""
        page.update_date = str(self.project.revision.day or self.project.facts.today)
        return page

    @event_priority(100)
    @_stopping()
    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> None:
        """Refuse a path or title that the macros would run as a template, before they see it."""
        pages.refuse_templates(f"{self.project.docs_dir}/{page.file.src_uri}", page.meta.get("title"))

    def on_env(self, env: Environment, **_: Any) -> Environment:
        """Write pages without the empty lines and indents of the theme's templates, an eighth of their bytes."""
        env.trim_blocks = env.lstrip_blocks = True
        return env

    def on_page_content(self, html: str, **_: Any) -> str:
        """Put the blocks of HTML that macros made back into a page, once its Markdown is converted."""
        return self.blocks.put_back(html)

    @_stopping()
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Harden the site."""
        if not self.serving:
            harden(Path(config.site_dir), "material")


def _open(config: MkDocsConfig) -> Project:
    return open_project(Path(config.config_file_path or settings.FILE).parent)


def _script(path: str) -> config_options.ExtraScriptValue:
    script = config_options.ExtraScriptValue(path)
    script.defer = True
    return script
