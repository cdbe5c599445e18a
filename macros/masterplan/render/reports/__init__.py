"""Findings for people and machines: a row in `FORMATS` and one small writer each, over the same report.

A writer takes a `Report` and returns text; nothing here prints, knows of a terminal, or decides what fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from masterplan.render.reports import text
from masterplan.render.reports.text import Report, finding_lines, summary
from masterplan.render.styled import StyledText

__all__ = ["FORMATS", "Format", "Report", "finding_lines", "summary"]


def _for_programs(module: str, writer: str) -> Callable[[Report], str]:
    """A writer of this package; its module is imported when it writes, as texts do without JSON, XML and records."""

    def write(report: Report) -> str:
        written: str = getattr(import_module(f"masterplan.render.reports.{module}"), writer)(report)
        return written

    return write


@dataclass(frozen=True)
class Format:
    """A form of the findings: what it is for, what writes it, and its media type.

    Text for people has styles, and paths that begin at the folder of the plan instead of at the repository.
    """

    says: str
    write: Callable[[Report], StyledText | str]
    media_type: str
    is_for_people: bool = False


FORMATS: Mapping[str, Format] = {
    "text": Format("A terminal: a line and a hint for each finding", text.concise, "text/plain", is_for_people=True),
    "full": Format("A terminal: the line of the plan too", text.full, "text/plain", is_for_people=True),
    "json": Format("Programs, in a versioned form", _for_programs("documents", "own"), "application/json"),
    "github": Format("GitHub: annotations of a pull request", _for_programs("ci", "github"), "text/plain"),
    "sarif": Format("Code scanning and editors", _for_programs("documents", "sarif"), "application/sarif+json"),
    "junit": Format("Servers that show test reports", _for_programs("ci", "junit"), "application/xml"),
    "gitlab": Format("GitLab: code quality of a merge request", _for_programs("ci", "gitlab"), "application/json"),
}
"""Every format by its name after `--format`."""
