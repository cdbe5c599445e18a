"""Measure the audit alone: CPU seconds of all rules over a plan that is loaded and analysed, and of the dearest three.

Prints a Markdown table; the exit code is 1 when a stated limit is missed. The plan is that of `benchmarks.generate`.

    python -m benchmarks.audit
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cpu import seconds
from benchmarks.generate import write_plan
from masterplan.analyse import analyse
from masterplan.analyse.audit import CHECKS, AuditInput, audit
from masterplan.load import load

SIZES = (1_000, 5_000, 10_000)

MOST = 1.0
"""CPU seconds that all rules may take over a plan of 1,000 sprints."""

MOST_GROWTH = 1.6
"""How much more a sprint may cost in a plan of 10,000 than in one of 1,000; 1 is a straight line."""

ROUNDS = 3


def report_all() -> int:
    """Print what each size takes; returns the exit code."""
    print("| Sprints | Findings | All rules, CPU s | ms a sprint | Dearest rules, ms |")
    print("| ---: | ---: | ---: | ---: | --- |")
    taken = {size: _size(size) for size in SIZES}
    growth = (taken[SIZES[-1]] / SIZES[-1]) / (taken[SIZES[0]] / SIZES[0])
    print(f"\nA sprint costs {growth:.2f} times as much in the largest plan as in the smallest.")
    if taken[SIZES[0]] > MOST or growth > MOST_GROWTH:
        print(
            f"MISSED: at most {MOST} s for {SIZES[0]:,} sprints and {MOST_GROWTH} times as much a sprint in the largest"
        )
        return 1
    return 0


def _size(sprints: int) -> float:
    with TemporaryDirectory() as folder:
        write_plan(Path(folder), sprints)
        plan = load(Path(folder)).plan
    if plan is None:
        raise SystemExit("the generated plan is wrong")
    facts = analyse(plan)
    parts = facts.plan, facts.graph, facts.staffing, facts.standings
    given = AuditInput(*parts, exists=lambda _: True, verdicts=facts.verdicts)
    each = {check.rule.id: seconds(lambda check=check: list(check.findings(given))) for check in CHECKS}  # type: ignore[misc]
    total = min(seconds(lambda: audit(given)) for _ in range(ROUNDS))
    dearest = sorted(each, key=lambda rule: -each[rule])[:3]
    named = ", ".join(f"{rule} {each[rule] * 1_000:.0f}" for rule in dearest)
    found = len(facts.findings)
    print(f"| {sprints:,} | {found:,} | {total:.2f} | {total / sprints * 1_000:.2f} | {named} |")
    return total


if __name__ == "__main__":
    sys.exit(report_all())
