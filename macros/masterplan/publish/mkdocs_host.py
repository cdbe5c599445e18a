"""MkDocs as a host. It runs in this process, and its warnings and errors become one sentence.

In `properdocs_run`, the package `mkdocs` is ProperDocs.
"""

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import mkdocs
from jinja2 import Environment, FileSystemLoader
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException

from masterplan.errors import BuildError, MasterplanError, UsageError, sentence_of
from masterplan.publish import mkdocs_yml
from masterplan.publish.first_pages import FirstPages
from masterplan.publish.maker import allows_standalone
from masterplan.publish.plugin import MasterplanPlugin
from masterplan.publish.project import Project
from masterplan.publish.team_pages import error_on
from masterplan.publish.verify import KnownPages

LOGGER = logging.getLogger(mkdocs.__name__)
NAME = {"mkdocs": "MkDocs", "properdocs": "ProperDocs"}[mkdocs.__name__]


_LOG_OF_BUILDS = logging.getLogger(mkdocs_build.__module__)


def _is_relevant(record: logging.LogRecord) -> bool:
    """Whether a message is not MkDocs' warning about dirty builds, in which it skips pages."""
    return not str(record.msg).startswith("A 'dirty' build")


class _Warnings(logging.Handler):
    """Collects the warnings of MkDocs and its plugins."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(" ".join(record.getMessage().split()))


def build_with_mkdocs(project: Project, site: Path, first: FirstPages | None = None) -> KnownPages:
    """Build into an empty folder; returns what there is to verify on the pages.

    Pages of `first` are built before all others. Raises BuildError with all warnings of MkDocs.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    _LOG_OF_BUILDS.addFilter(_is_relevant)
    with _listening() as warnings, _docs(project, site.parent) as docs:
        try:
            strict = None if project.guest else True
            config = load_config(str(project.root / mkdocs_yml.FILE), site_dir=str(site), strict=strict, **docs)
        except MkDocsException as error:
            raise _why(error, warnings) from error
        plugin = config.plugins.get("masterplan")
        if not isinstance(plugin, MasterplanPlugin):
            raise UsageError(f"{mkdocs_yml.FILE}: plugins: lacks masterplan, which adds the plan's pages")
        config.theme.get_env = partial(_env, config.theme.get_env)  # type: ignore[method-assign]
        plugin.given, plugin.first = project, first
        try:
            config.plugins.on_startup(command="build", dirty=False)
            mkdocs_build(config, dirty=allows_standalone(config))
        except Exception as error:
            raise _why(error, warnings) from error
        except SystemExit as error:
            raise _ours(error) or _on_page(project, config, error) or _why(error, warnings) from error
        finally:
            plugin.given = plugin.first = None  # MkDocs keeps the plugin for the next build in this process
            config.plugins.on_shutdown()
        return plugin.maker.known


class _VisibleFiles(FileSystemLoader):
    """The files of a theme without hidden folders, which MkDocs ignores; one has 14,000 icons."""

    def list_templates(self) -> list[str]:
        """The paths of all files below the theme's folders."""
        paths = set[str]()
        for top in self.searchpath:
            for folder, folders, names in os.walk(top, followlinks=self.followlinks):
                folders[:] = [name for name in folders if not name.startswith(".")]
                paths.update(Path(folder, name).relative_to(top).as_posix() for name in names)
        return sorted(paths)


def _env(get_env: Callable[[], Environment]) -> Environment:
    """The templates of a theme, without listing its icons."""
    env = get_env()
    if type(env.loader) is FileSystemLoader:
        env.loader = _VisibleFiles(env.loader.searchpath)
    return env


@contextmanager
def _docs(project: Project, place: Path) -> Iterator[dict[str, str]]:
    """Settings for a team without its own pages: MkDocs needs a docs folder and gets an empty one in `place`."""
    if project.docs.is_dir():
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="docs-", dir=place) as folder:
        yield {"docs_dir": folder}


@contextmanager
def _listening() -> Iterator[list[str]]:
    handler = _Warnings()
    LOGGER.addHandler(handler)
    try:
        yield handler.messages
    finally:
        LOGGER.removeHandler(handler)


def _on_page(project: Project, config: MkDocsConfig, error: SystemExit) -> BuildError | None:
    """The error of a macro on the page whose macros ran last, because the macros plugin raises SystemExit.

    None if no macro ran.
    """
    page = getattr(config.plugins.get("macros"), "page", None)
    if page is None:
        return None
    return error_on(project.root, f"{project.docs_dir}/{page.file.src_uri}", error.__context__ or error, page.markdown)


def _why(error: BaseException, warnings: list[str]) -> MasterplanError:
    """Our own error unchanged; otherwise the warnings of MkDocs as one sentence."""
    sentence = sentence_of(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
    messages = dict.fromkeys(warnings) or [sentence]
    return _ours(error) or BuildError(f"{NAME}: {'; '.join(messages)}")


def _ours(error: BaseException) -> MasterplanError | None:
    """Our own error that caused an error, if any."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, MasterplanError):
        cause = cause.__cause__ or cause.__context__
    return cause
