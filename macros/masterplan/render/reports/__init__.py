"""Findings for people and programs: `FORMATS` has a row and a small writer for each format of the same report.

A writer takes a `Report` and returns text. It does not print, and does not decide what fails.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import NamedTuple

from masterplan.render.reports import text
from masterplan.render.reports.text import Report, finding_lines, summary
from masterplan.render.styled import StyledText

__all__ = ["FORMATS", "Format", "Report", "finding_lines", "summary"]


def _for_programs(module: str, writer: str) -> Callable[[Report], str]:
    """A writer of this package whose module is imported on first use: text formats need no JSON, XML or records."""

    def write(report: Report) -> str:
        output: str = getattr(import_module(f"masterplan.render.reports.{module}"), writer)(report)
        return output

    return write


class Format(NamedTuple):
    """A format of the findings: its purpose, its writer, and its media type.

    Text for people has styles, and its paths start at the folder of the plan instead of the repository.
    """

    purpose: str
    write: Callable[[Report], StyledText | str]
    media_type: str
    is_for_people: bool = False


FORMATS: Mapping[str, Format] = {
    "text": Format("Terminal: one line and a hint for each finding", text.concise, "text/plain", is_for_people=True),
    "full": Format("Terminal: also with the line of the plan", text.full, "text/plain", is_for_people=True),
    "json": Format("Programs: versioned JSON", _for_programs("documents", "own"), "application/json"),
    "github": Format("GitHub: annotations on a pull request", _for_programs("ci", "github"), "text/plain"),
    "sarif": Format("Code scanning and editors", _for_programs("documents", "sarif"), "application/sarif+json"),
    "junit": Format("CI servers that show test reports", _for_programs("ci", "junit"), "application/xml"),
    "gitlab": Format("GitLab: code quality of a merge request", _for_programs("ci", "gitlab"), "application/json"),
}
"""Every format by its `--format` name."""
