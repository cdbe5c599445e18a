"""Findings for people and machines: one small formatter each over the same records.

A formatter takes a `Report` and returns text; nothing here prints, knows of a terminal, or decides what fails.
"""

from collections.abc import Callable, Mapping

from rich.text import Text

from masterplan.render.reports import document, github, gitlab, junit, sarif, text
from masterplan.render.reports.report import Report
from masterplan.render.reports.text import finding_lines, printable, summary

__all__ = ["FORMATS", "Report", "finding_lines", "printable", "summary"]

FORMATS: Mapping[str, Callable[[Report], Text]] = {
    "text": text.concise,
    "full": text.full,
    "json": lambda report: Text(document.dumps(report)),
    "github": lambda report: Text(github.commands(report)),
    "sarif": lambda report: Text(sarif.dumps(report)),
    "junit": lambda report: Text(junit.dumps(report)),
    "gitlab": lambda report: Text(gitlab.dumps(report)),
}
"""Every format by its name; only those for people have styles."""
