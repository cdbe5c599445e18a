"""A finding: one thing that is wrong or odd in a plan, with the place to mend it.

Findings are collected by every stage and judged in one place; nothing here decides what fails a build.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from masterplan.model.place import Place

Severity = Literal["error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""All severities, gravest first."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding: its permanent kebab-case id, its severity and one sentence that says what is wrong."""

    id: str
    severity: Severity
    says: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the rule it breaks, where, what is wrong here, and what to do instead.

    `related` holds the places it was compared with, such as the first of two equal keys.
    """

    rule: Rule
    place: Place
    message: str
    hint: str = ""
    related: tuple[Place, ...] = field(default=())


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order people read files: path, line, column, then id and message; each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.place, f.rule.id, f.message)))


def at_least(findings: Iterable[Finding], threshold: Severity) -> tuple[Finding, ...]:
    """The findings whose severity is `threshold` or graver."""
    wanted = SEVERITIES[: SEVERITIES.index(threshold) + 1]
    return tuple(finding for finding in findings if finding.rule.severity in wanted)
