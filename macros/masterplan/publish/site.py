"""The door of the hosts: `define_env` gives every view to the pages as a macro.

Runs under mkdocs-macros-plugin, once a build, and under Zensical, once a page; so the plan is opened through a cache and nothing
is kept between pages.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup

from masterplan.analyse.facts import day
from masterplan.errors import UsageError
from masterplan.publish import guide
from masterplan.publish.project import Project, open_project
from masterplan.render import views
from masterplan.render.macro import MACROS, Context, Macro

__all__ = ["define_env", "guide", "views"]


def define_env(env: Any) -> None:
    """Register every macro. Raises PlanError when the plan is wrong, UsageError when a setting is."""
    settings = _settings(env)
    project = open_project(settings.root, settings.today)
    for macro in MACROS.values():
        env.macro(_bound(env, project, macro, settings), macro.name)


class _Settings:
    """What mkdocs.yml says under `extra: masterplan:`; `root` is set where the pages are staged away from the plan."""

    def __init__(self, told: dict[str, Any], folder: str) -> None:
        unknown = sorted(told.keys() - {"today", "source_url", "root"})
        if unknown:
            raise UsageError(
                f"mkdocs.yml: extra: masterplan: has no setting {unknown[0]}; there are today and source_url"
            )
        self.source_url = str(told.get("source_url") or "").rstrip("/")
        self.today = day(str(told.get("today") or ""))
        self.root = Path(told.get("root") or folder)


def _settings(env: Any) -> _Settings:
    return _Settings(dict((env.conf["extra"] or {}).get("masterplan") or {}), env.project_dir)


def _bound(env: Any, project: Project, macro: Macro, settings: _Settings) -> Callable[..., Markup]:
    """A macro that knows the page it is called on."""
    directories = bool(env.conf["use_directory_urls"])

    def call(*args: Any, **kwargs: Any) -> Markup:
        page = env.page
        under_mkdocs = hasattr(page, "file")
        source = page.file.src_uri if under_mkdocs else page.path
        style: Any = "address" if under_mkdocs else "source"
        context: Context = project.context(source, style, directories=directories, source_url=settings.source_url)
        try:
            return macro.call(context, *args, **kwargs)
        except UsageError as error:
            raise UsageError(f"docs/{source}: {error}") from error

    return call
