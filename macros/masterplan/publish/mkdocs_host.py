"""MkDocs as a host: run in this process, so that its warnings and errors become one sentence."""

import logging
import os
from pathlib import Path

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from masterplan.errors import BuildError, MasterplanError
from masterplan.publish.project import Project


class _Told(logging.Handler):
    """Keeps what MkDocs and its plugins warn of; quiet otherwise."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def build(project: Project, site: Path) -> None:
    """Build into an empty folder. Raises BuildError with everything that MkDocs warned of."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    if project.revision.time is not None:
        os.environ["SOURCE_DATE_EPOCH"] = str(project.revision.time)
    told = _Told()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(told)
    logger.propagate = False
    try:
        config = load_config(str(project.root / "mkdocs.yml"), site_dir=str(site), strict=True)
        if project.facts.today is not None:
            config.extra["masterplan"] = {
                **(config.extra.get("masterplan") or {}),
                "today": project.facts.today.isoformat(),
            }
        config.plugins.run_event("startup", command="build", dirty=False)
        mkdocs_build(config)
    except MasterplanError:
        raise
    except (Exception, SystemExit) as error:
        raise BuildError(_sentence(told.messages, error)) from error
    finally:
        logger.removeHandler(told)
    if told.messages:
        raise BuildError(_sentence(told.messages, None))


def _sentence(messages: list[str], error: BaseException | None) -> str:
    cause = error
    while cause is not None and not isinstance(cause, MasterplanError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None:
        return str(cause)
    said = messages or ([str(error)] if isinstance(error, MkDocsException) else [repr(error)])
    return "MkDocs: " + "; ".join(dict.fromkeys(" ".join(message.split()) for message in said))
