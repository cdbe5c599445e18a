"""Findings: problems in a plan, with the place to fix each.

Every stage collects findings. One place judges them; nothing here decides whether a build fails.
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
"""What each kind of finding means to a reader, in the order on pages. Only reading files finds mistakes."""

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
"""The subject of the rules in each area, in the order on pages."""


class Rule(NamedTuple):
    """A rule that a plan can break: its permanent kebab-case id, severity, description, area, and kind."""

    id: str
    severity: Severity
    description: str
    area: Area = "files"
    kind: FindingKind = "mistake"


def digest(text: str) -> str:
    """Twelve hexadecimal digits that identify a text."""
    return sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that contributes to a finding, such as the other side of a contradiction."""

    place: Place
    """The place."""
    says: str
    """What the plan says there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the broken rule, the place, what is wrong there, and what to do instead.

    `related` are the places it was compared with, such as the first of two equal keys. `subject` is the part of the
    plan in question, None if the file could not be read as one; `field` is a field of that part (`risk.owner`), and
    `computed` the value that the plan itself gives, if any. One fix removes all findings with the same `cause`, which
    is twelve hexadecimal digits; a finding without a cause has its own fix. If one finding about the plan covers most
    of its parts, `units` are those parts.
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
        """Twelve hexadecimal digits from rule, subject, field and message, unaffected by moved lines.

        For a finding with `units` they depend on the rule alone, so that they survive a change in the number of units.
        """
        if self.units:
            return digest(self.rule.id)
        message = " ".join(self.message.lower().split())
        named = "\n".join((self.rule.id, str(self.subject or self.place.path), self.field, message))
        return digest(named)

    @property
    def advice(self) -> str:
        """What is wrong and what to do, in one sentence."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    @property
    def sentences(self) -> str:
        """What is wrong, and what to do in a sentence of its own."""
        return f"{self.message}. Hint: {self.hint}." if self.hint else f"{self.message}."

    def below(self, prefix: str) -> Self:
        """The finding with `prefix` before the paths of its places: `teams/search/`, or `main:` for a revision."""
        related = tuple(replace(other, place=other.place.below(prefix)) for other in self.related)
        return replace(self, place=self.place.below(prefix), related=related)


MOST_ALIKE = 200
"""The most findings of one rule in one file that are listed; the rest are only counted."""


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without duplicates, in the order people read files: path, line, column, then rule id and message.

    Only the first 200 of one rule in one file are listed. One more, at the place of the first omitted, counts the rest.
    """
    alike: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in sorted(dict.fromkeys(findings), key=_position):
        alike[finding.place.path, finding.rule.id].append(finding)
    return tuple(sorted((finding for group in alike.values() for finding in _listed(group)), key=_position))


def _listed(alike: Sequence[Finding]) -> Sequence[Finding]:
    """Findings of one rule in one file; those over the limit become one."""
    omitted = alike[MOST_ALIKE:]
    if not omitted:
        return alike
    rule, place = omitted[0].rule, omitted[0].place
    message = f"… and {len(omitted):,} more of {rule.id} in this file"
    return [*alike[:MOST_ALIKE], Finding(rule, place, message, "fix the first ones and check again")]


def _position(finding: Finding) -> tuple[Place, str, str]:
    return finding.place, finding.rule.id, finding.message


def at_least(findings: Iterable[Finding], threshold: Severity) -> tuple[Finding, ...]:
    """The findings of severity `threshold` or graver."""
    severities = SEVERITIES[: SEVERITIES.index(threshold) + 1]
    return tuple(finding for finding in findings if finding.rule.severity in severities)
