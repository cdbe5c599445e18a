"""A finding: one thing that is wrong or odd in a plan, with the place to fix it.

Findings are collected by every stage and judged in one place; nothing here decides what fails a build.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal, NamedTuple, Self

from masterplan.model.naming import Subject
from masterplan.model.place import Place

Severity = Literal["error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""All severities, gravest first."""

FindingKind = Literal["mistake", "contradiction", "gap", "remark"]

KINDS: dict[FindingKind, str] = {
    "mistake": "Files that cannot be read as a plan",
    "contradiction": "Statements that cannot all be true",
    "gap": "What a plan like this usually states",
    "remark": "What a careful reader would notice",
}
"""What each kind of finding means to a reader, in the order in which they are shown; mistakes are found in reading."""

Area = Literal["files", "sums", "order", "dependencies", "risks", "progress", "audit"]

AREAS: dict[Area, str] = {
    "files": "Files",
    "sums": "Figures and totals",
    "order": "Order and dates",
    "dependencies": "Dependencies and rollback",
    "risks": "Risks, owners, documents and tests",
    "progress": "Progress",
    "audit": "Settings of the audit",
}
"""What the rules of each area are about, in the order in which they are shown."""


class Rule(NamedTuple):
    """A rule that a plan can break: its permanent kebab-case id, severity, one sentence, area, and kind."""

    id: str
    severity: Severity
    says: str
    area: Area = "files"
    kind: FindingKind = "mistake"


def digest(text: str) -> str:
    """Twelve hexadecimal digits that identify a text."""
    return sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Related:
    """A place that a finding was compared with."""

    place: Place
    """Where."""
    says: str
    """What it says."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the rule it breaks, where, what is wrong here, and what to do instead.

    `related` are what it was compared with, such as the first of two equal keys. `subject` is the part of the plan
    that it is about, None where a file could not be read as one; `field` is the field of that part (`risk.owner`), and
    `computed` the value that the plan itself gives, where there is one. Findings with the same `cause`, twelve
    hexadecimal digits, are removed by one fix; one without a cause has a fix of its own. `units` are the parts that
    one finding about the plan applies to, where it applies to most of them.
    """

    rule: Rule
    place: Place
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    subject: Subject | None = None
    field: str = ""
    computed: str = ""
    cause: str = ""
    units: tuple[Subject, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that stay the same while lines move: rule, subject, field and message make it.

        Of a finding about most units the rule alone, so that it stays the same while their number changes.
        """
        if self.units:
            return digest(self.rule.id)
        message = " ".join(self.message.lower().split())
        named = "\n".join((self.rule.id, str(self.subject or self.place.path), self.field, message))
        return digest(named)

    def below(self, prefix: str) -> Self:
        """The same finding with `prefix` before the paths of its places: `teams/search/`, or `main:` for a revision."""
        related = tuple(replace(other, place=other.place.below(prefix)) for other in self.related)
        return replace(self, place=self.place.below(prefix), related=related)


MOST_ALIKE = 200
"""Findings of one rule in one file that are listed; the others are counted."""


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order people read files: path, line, column, then id and message; each once.

    Of one rule in one file the first 200 are listed; one more, at the first that is left out, counts the others.
    """
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in sorted(dict.fromkeys(findings), key=_position):
        alike[finding.place.path, finding.rule.id].append(finding)
    return tuple(sorted((finding for group in alike.values() for finding in _listed(group)), key=_position))


def _listed(alike: Sequence[Finding]) -> Sequence[Finding]:
    """Findings of one rule in one file, those over the limit as one."""
    left_out = alike[MOST_ALIKE:]
    if not left_out:
        return alike
    rule, place = left_out[0].rule, left_out[0].place
    message = f"… and {len(left_out):,} more of {rule.id} in this file"
    return [*alike[:MOST_ALIKE], Finding(rule, place, message, "fix the first ones and check again")]


def _position(finding: Finding) -> tuple[Place, str, str]:
    return finding.place, finding.rule.id, finding.message


def at_least(findings: Iterable[Finding], threshold: Severity) -> tuple[Finding, ...]:
    """The findings whose severity is `threshold` or graver."""
    wanted = SEVERITIES[: SEVERITIES.index(threshold) + 1]
    return tuple(finding for finding in findings if finding.rule.severity in wanted)
