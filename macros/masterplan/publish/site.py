"""The door of the hosts: `define_env` gives every view to the pages as a macro.

Runs under mkdocs-macros-plugin, once a build, and under Zensical, once a page; so nothing is kept between pages.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig

from masterplan.errors import UsageError
from masterplan.publish import guide, settings
from masterplan.publish.plugin import MasterplanPlugin
from masterplan.publish.project import Project, open_project
from masterplan.publish.settings import Settings
from masterplan.render import views
from masterplan.render.links import Style
from masterplan.render.macro import MACROS, Macro

__all__ = ["define_env", "guide", "views"]


def define_env(env: Any) -> None:
    """Register every macro. Raises UsageError when a setting is wrong."""
    if not env.config["on_error_fail"] or env.config["on_undefined"] != "strict":
        raise UsageError(
            f"{settings.FILE}: plugins: macros: needs on_error_fail: true and on_undefined: strict, "
            "or pages with a wrong macro call would be published"
        )
    told = settings.of(env.conf["extra"])
    plugin = _plugin(env)
    project = plugin.project if plugin else _opened(told.root or Path(env.project_dir))
    hold = plugin.blocks.hold if plugin else str
    for macro in MACROS.values():
        env.macro(_bound(env, project, macro, told, hold), macro.name)


def _plugin(env: Any) -> MasterplanPlugin | None:
    """MkDocs' plugin, which has the plan; Zensical, which has no plugins, builds once in a process of its own."""
    plugin = env.conf.plugins.get("masterplan") if isinstance(env.conf, MkDocsConfig) else None
    return plugin if isinstance(plugin, MasterplanPlugin) else None


_opened = lru_cache(maxsize=1)(open_project)


def _bound(
    env: Any, project: Project, macro: Macro, told: Settings, hold: Callable[[str], str]
) -> Callable[..., Markup]:
    """A macro that knows the page it is called on; `hold` keeps what is finished of it from the host's Markdown."""
    directories = bool(env.conf["use_directory_urls"])

    def call(*args: Any, **kwargs: Any) -> Markup:
        source, style = _page(env)
        context = project.context(source, style, directories=directories, addresses=(told.source_url, told.commit_url))
        try:
            return Markup(hold(macro.call(context, *args, **kwargs)))  # noqa: S704 - views return finished text
        except UsageError as error:
            raise UsageError(f"{project.docs_dir}/{source}: {error}") from error

    return call


def _page(env: Any) -> tuple[str, Style]:
    """The page that is rendered, by its path below docs/, and the style of links that the host wants."""
    return (env.page.file.src_uri, "address") if hasattr(env.page, "file") else (env.page.path, "source")
