"""Findings with one cause as one group, and the number that every page, badge and report shows.

A column that is filled wrongly five times gives five findings and needs one fix: they are one group. What counts is the
number of groups, so that one mistake is one mistake everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from masterplan.analyse.figures import count
from masterplan.model.finding import KINDS, SEVERITIES, Finding, FindingKind, Rule

_ORDER: Mapping[FindingKind, int] = {kind: n for n, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one rule that one fix removes, at least one, in the order of the files."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The first of them, by which the group is named."""
        return self.findings[0]

    @property
    def rule(self) -> Rule:
        """The rule that all of them break."""
        return self.first.rule

    @property
    def hint(self) -> str:
        """The one fix; may be empty."""
        return self.first.hint


def grouped(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """Findings by cause: contradictions before gaps and remarks, the gravest first, then in the order of the files.

    Each finding is in exactly one group.
    """
    by_cause: dict[str, list[Finding]] = defaultdict(list)
    for finding in by_gravity(findings):
        by_cause[finding.cause or finding.fingerprint].append(finding)
    return tuple(FindingGroup(tuple(alike)) for alike in by_cause.values())


def by_gravity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Contradictions before gaps and remarks, the gravest first, then in the order of the files."""
    return tuple(sorted(findings, key=rank_of_finding))


def rank_of_finding(finding: Finding) -> tuple[object, ...]:
    """By what findings are sorted."""
    rule = finding.rule
    position = (finding.place, rule.id, finding.message, finding.cause)
    return _ORDER[rule.kind], SEVERITIES.index(rule.severity), *position


def by_kind(groups: Iterable[FindingGroup]) -> Mapping[FindingKind, tuple[FindingGroup, ...]]:
    """The groups of each kind that has any, in the order of the kinds."""
    kinds: dict[FindingKind, list[FindingGroup]] = {kind: [] for kind in KINDS}
    for group in groups:
        kinds[group.rule.kind].append(group)
    return {kind: tuple(alike) for kind, alike in kinds.items() if alike}


def kinds_counted(groups: Iterable[FindingGroup], *kinds: FindingKind) -> str:
    """How many groups there are of each kind, or of these kinds: `19 contradictions, 8 gaps`; empty without any."""
    counts = Counter(group.rule.kind for group in groups)
    return ", ".join(count(counts[kind], kind) for kind in kinds or KINDS if counts[kind])
