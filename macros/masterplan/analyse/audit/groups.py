"""Groups of findings with one cause, and the counts shown on every page, badge and report.

If one wrong column gives five findings, one fix removes all five: they form one group. Pages, badges and reports count
groups, so that one mistake counts once everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from masterplan.analyse.figures import count
from masterplan.model.finding import KINDS, SEVERITIES, Finding, FindingKind, Rule, Severity

_ORDER: Mapping[FindingKind, int] = {kind: n for n, kind in enumerate(KINDS)}


class FindingGroup(NamedTuple):
    """Findings of one rule that one fix removes, in the order of the files; never empty."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """First finding; the group takes its rule and hint from it."""
        return self.findings[0]

    @property
    def rule(self) -> Rule:
        """The rule of all findings in the group."""
        return self.first.rule

    @property
    def hint(self) -> str:
        """How to fix all of them; may be empty."""
        return self.first.hint


def grouped(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """Group findings by cause, sorted by kind, severity and the order of the files.

    Each finding is in exactly one group.
    """
    by_cause: dict[str, list[Finding]] = defaultdict(list)
    for finding in by_severity(findings):
        by_cause[finding.cause or finding.fingerprint].append(finding)
    return tuple(FindingGroup(tuple(alike)) for alike in by_cause.values())


def by_severity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings sorted by kind, then by severity, most severe first, then in the order of the files."""
    return tuple(sorted(findings, key=finding_rank))


def finding_rank(finding: Finding) -> tuple[object, ...]:
    """Sort key of a finding: kind, severity, place."""
    rule = finding.rule
    position = (finding.place, rule.id, finding.message, finding.cause)
    return _ORDER[rule.kind], SEVERITIES.index(rule.severity), *position


def by_kind(groups: Iterable[FindingGroup]) -> Mapping[FindingKind, tuple[FindingGroup, ...]]:
    """Groups of each kind, in the order of `KINDS`, without kinds that have no groups."""
    kinds: dict[FindingKind, list[FindingGroup]] = {kind: [] for kind in KINDS}
    for group in groups:
        kinds[group.rule.kind].append(group)
    return {kind: tuple(of_kind) for kind, of_kind in kinds.items() if of_kind}


def kinds_counted(groups: Iterable[FindingGroup], *kinds: FindingKind) -> str:
    """Number of groups of each kind, or of `kinds` only: `19 contradictions, 8 gaps`; empty if there are none."""
    counts = Counter(group.rule.kind for group in groups)
    return ", ".join(count(counts[kind], kind) for kind in kinds or KINDS if counts[kind])


def severities_counted(severities: Iterable[Severity]) -> str:
    """Number of each severity: `29 warnings, 11 info`; empty if there are none."""
    counts = Counter(severities)
    present = (severity for severity in SEVERITIES if counts[severity])
    return ", ".join(count(counts[severity], severity, "info" if severity == "info" else "") for severity in present)


DECISIVE: tuple[tuple[str, ...], ...] = (
    ("total-mismatch", "annual-mismatch", "figure-mismatch", "mixed-currencies", "task-sum", "phase-sum"),
    ("not-independent", "not-undone-alone", "rollback-breaks", "rollback-order", "needs-mismatch", "needs-dropped"),
    ("phase-length", "timeline-mismatch", "date-mismatch", "milestone-order", "starts-early", "nobody-there"),
    ("gate-passed", "decision-blocks", "before-needed", "not-ready"),
    ("mitigation-late", "risk-level", "impact-mismatch"),
)
"""Rules whose findings may change a decision, by the question that they raise: what the plan is worth, what can be
undone, how long it takes, whether work may continue, and whether it is worth the risk. The most important question
comes first, and within a question the most important rule."""


def most_important(findings: Iterable[Finding], most: int = 3) -> tuple[Finding, ...]:
    """The findings that may change a decision, most important first, at most one for each question; may be empty.

    Errors come first: the plan's own settings raise a rule to an error. The overview and the audit show the same list.
    """
    first: dict[int, Finding] = {}
    for finding in sorted(by_severity(findings), key=_importance):
        question = _importance(finding)[1]
        if finding.rule.severity == "error" or question < len(DECISIVE):
            first.setdefault(question, finding)
    return tuple(first.values())[:most]


def _importance(finding: Finding) -> tuple[bool, int, int]:
    """Sort key: errors first, then by the question that the finding raises, then by rule."""
    id_, no_error = finding.rule.id, finding.rule.severity != "error"
    return next(
        ((no_error, n, rules.index(id_)) for n, rules in enumerate(DECISIVE) if id_ in rules),
        (no_error, len(DECISIVE), 0),
    )
