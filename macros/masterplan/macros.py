"""The macros for pages, loaded by `modules: [masterplan.macros]` in mkdocs.yml.

mkdocs-macros-plugin loads them once per build, Zensical once per page, so nothing is kept between pages.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from masterplan.publish import mkdocs_yml
from masterplan.publish.calls import Calls, bound_macros, calls
from masterplan.publish.plugin import plugin_of
from masterplan.publish.project import open_project


def define_env(env: Any) -> None:
    """Register every macro, unless the site has its own macro of that name."""
    plugin = plugin_of(env.conf)
    for name, call in (plugin.calls if plugin else _calls_without_plugin(env)).items():
        if name not in env.macros:
            env.macro(call, name)


_opened = lru_cache(maxsize=1)(open_project)


def _calls_without_plugin(env: Any) -> Calls:
    """The macros for Zensical, which has no plugins; it builds each site in a new process."""
    own = mkdocs_yml.own_settings(env.conf["extra"])
    project = _opened(own.root or Path(env.project_dir))
    return calls(bound_macros(project, lambda: (env.page.path, env.page.path), "source", env.conf))
