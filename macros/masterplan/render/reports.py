"""Findings as text for people and machines; one small formatter each over the same records."""

from collections import Counter
from collections.abc import Iterable

from masterplan.model.finding import SEVERITIES, Finding


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """`path:line:column: id message`, and the hint on a line of its own."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.place}: {finding.rule.id} {printable(finding.message)}")
        if finding.hint:
            lines.append(f"    hint: {printable(finding.hint)}")
    return lines


def summary(findings: Iterable[Finding]) -> str:
    """How many findings there are, by severity, in one sentence."""
    counts = Counter(finding.rule.severity for finding in findings)
    said = [
        f"{counts[each]} {each}{'s' * (counts[each] != 1 and each != 'info')}" for each in SEVERITIES if counts[each]
    ]
    return ", ".join(said) if said else "The plan is sound."


def printable(text: str) -> str:
    """Plan text for a terminal: one line, without control characters."""
    return "".join(char if char.isprintable() else " " for char in text)
