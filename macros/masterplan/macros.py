"""The macros of the pages, as `modules: [masterplan.macros]` in mkdocs.yml loads them.

mkdocs-macros-plugin loads them once a build, and Zensical once a page; so nothing is kept between pages.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from masterplan.publish import mkdocs_yml
from masterplan.publish.calls import Calls, calls
from masterplan.publish.plugin import plugin_of
from masterplan.publish.project import open_project


def define_env(env: Any) -> None:
    """Register every macro under a name that the site's own macros have left free."""
    plugin = plugin_of(env.conf)
    for name, call in (plugin.calls if plugin else _alone(env)).items():
        if name not in env.macros:
            env.macro(call, name)


_opened = lru_cache(maxsize=1)(open_project)


def _alone(env: Any) -> Calls:
    """The macros for Zensical, which has no plugins; it builds once in a process of its own."""
    own = mkdocs_yml.own_settings(env.conf["extra"])
    project = _opened(own.root or Path(env.project_dir))
    return calls(project, lambda: (env.page.path, env.page.path), "source", env.conf)
