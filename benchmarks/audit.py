"""Measure the audit alone: CPU seconds of all rules on an analysed plan, and of the three slowest.

Prints a Markdown table; the exit code is 1 if a limit is exceeded. The plans are those of `benchmarks.generate`.

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
"""Limit in CPU seconds of all rules on a plan of 1,000 sprints."""

MOST_GROWTH = 1.6
"""Limit of the time for each of 10,000 sprints, as a multiple of that for each of 1,000; 1 means linear growth."""

ROUNDS = 3


def report_all() -> int:
    """Print the time for each size; returns the exit code."""
    print("| Sprints | Findings | All rules, CPU s | ms a sprint | Slowest rules, ms |")
    print("| ---: | ---: | ---: | ---: | --- |")
    times = {size: _measured(size) for size in SIZES}
    growth = (times[SIZES[-1]] / SIZES[-1]) / (times[SIZES[0]] / SIZES[0])
    print(f"\nA sprint takes {growth:.2f} times as long in the largest plan as in the smallest.")
    if times[SIZES[0]] > MOST or growth > MOST_GROWTH:
        limits = f"{MOST} s for {SIZES[0]:,} sprints, and {MOST_GROWTH} times as long a sprint in the largest plan"
        print(f"exceeded: at most {limits}", file=sys.stderr)
        return 1
    return 0


def _measured(sprints: int) -> float:
    """Print the row of a size; returns the CPU seconds of all rules."""
    with TemporaryDirectory() as folder:
        write_plan(Path(folder), sprints)
        plan = load(Path(folder)).plan
    if plan is None:
        raise SystemExit("the generated plan is wrong")
    facts = analyse(plan)
    parts = facts.plan, facts.graph, facts.staffing, facts.standings
    data = AuditInput(*parts, exists=lambda _: True, verdicts=facts.verdicts)
    by_rule = {check.rule.id: seconds(lambda check=check: list(check.findings(data))) for check in CHECKS}  # type: ignore[misc]
    total = min(seconds(lambda: audit(data)) for _ in range(ROUNDS))
    slowest = sorted(by_rule, key=lambda rule: -by_rule[rule])[:3]
    rules = ", ".join(f"{rule} {by_rule[rule] * 1_000:.0f}" for rule in slowest)
    print(f"| {sprints:,} | {len(facts.findings):,} | {total:.2f} | {total / sprints * 1_000:.2f} | {rules} |")
    return total


if __name__ == "__main__":
    sys.exit(report_all())
