"""Findings with one cause as one group, and the number that every page, badge and report shows.

A column that is filled wrongly five times gives five findings and needs one fix: they are one group. What counts is the
number of groups, so that one mistake is one mistake everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from masterplan.analyse.figures import count
from masterplan.model.finding import KINDS, SEVERITIES, Finding, FindingKind, Rule, Severity

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


def severities_counted(severities: Iterable[Severity]) -> str:
    """How many there are of each severity: `29 warnings, 11 info`; empty without any."""
    counts = Counter(severities)
    return ", ".join(count(counts[one], one, "info" if one == "info" else "") for one in SEVERITIES if counts[one])


DECISIVE: tuple[tuple[str, ...], ...] = (
    ("total-mismatch", "annual-mismatch", "figure-mismatch", "mixed-currencies", "task-sum", "phase-sum"),
    ("not-independent", "not-undone-alone", "rollback-breaks", "rollback-order", "needs-mismatch", "needs-dropped"),
    ("phase-length", "timeline-mismatch", "date-mismatch", "milestone-order", "starts-early", "nobody-there"),
    ("gate-passed", "decision-blocks", "before-needed", "not-ready"),
    ("mitigation-late", "risk-level", "impact-mismatch"),
)
"""The rules whose findings change a decision, by the question they put in doubt, the weightiest question first: what
the plan is worth, what can be undone, how long it takes, whether work may continue, and whether it is worth the risk.
Within a question the weightiest rule comes first."""


def most_important(findings: Iterable[Finding], most: int = 3) -> tuple[Finding, ...]:
    """The findings that would change a decision, at most one for each question, the weightiest first; may be empty.

    An error, which the plan's own settings ask for, comes before everything else. Overview and Audit show the same.
    """
    first: dict[int, Finding] = {}
    for finding in sorted(by_gravity(findings), key=_weight):
        question = _weight(finding)[1]
        if finding.rule.severity == "error" or question < len(DECISIVE):
            first.setdefault(question, finding)
    return tuple(first.values())[:most]


def _weight(finding: Finding) -> tuple[bool, int, int]:
    """By what findings are ranked: errors first, then the question that a finding puts in doubt, then its rule."""
    is_calm = finding.rule.severity != "error"
    return next(
        ((is_calm, n, rules.index(finding.rule.id)) for n, rules in enumerate(DECISIVE) if finding.rule.id in rules),
        (is_calm, len(DECISIVE), 0),
    )
