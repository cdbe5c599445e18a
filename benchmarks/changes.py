"""Measure the comparison of two loaded and analysed plans: CPU seconds, with consequences and without.

The second plan is the first with ten edits of ten kinds, spread over it. Prints a Markdown table; the exit code is 1
if a limit is exceeded. The plans are those of `benchmarks.generate`.

    python -m benchmarks.changes
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cpu import seconds
from benchmarks.generate import write_plan
from masterplan.analyse import analyse
from masterplan.analyse.changes import changes, compare
from masterplan.load import load
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.task import Dependency
from masterplan.model.window import TimeWindow

SIZES = (100, 1_000)

MOST = {"changes": 1.0, "consequences": 3.0}
"""Limits in CPU seconds for two plans of 1,000 sprints: of the changes alone, and with their consequences."""

ROUNDS = 3


def report_all() -> int:
    """Print the time for each size; returns the exit code."""
    print("| Sprints | Changes | Consequences | Changes, CPU s | With consequences, CPU s |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    times = {size: _measured(size) for size in SIZES}
    slow = [name for name, most in MOST.items() if times[SIZES[-1]][name] > most]
    for name in slow:
        print(f"exceeded: {name}: at most {MOST[name]} s", file=sys.stderr)
    return 1 if slow else 0


def _measured(sprints: int) -> dict[str, float]:
    """Print the row of a size; returns the CPU seconds by the names of `MOST`."""
    with TemporaryDirectory() as folder:
        write_plan(Path(folder), sprints)
        plan = load(Path(folder)).plan
    if plan is None:
        raise SystemExit("the generated plan is wrong")
    other = edited(plan)
    before, after = analyse(plan), analyse(other)
    difference = compare(before, after)
    times = {
        "changes": min(seconds(lambda: changes(plan, other)) for _ in range(ROUNDS)),
        "consequences": min(seconds(lambda: compare(before, after)) for _ in range(ROUNDS)),
    }
    counts = f"{sprints:,} | {len(difference.changes)} | {len(difference.consequences)}"
    print(f"| {counts} | {times['changes']:.2f} | {times['consequences']:.2f} |")
    return times


def edited(plan: Plan) -> Plan:
    """The plan with ten edits of different kinds, each in a different part of it."""
    step = len(plan.sprints) // 10
    ids = [str(n * step + 3) for n in range(10)]
    sprints = dict(plan.sprints)
    for edit, id_ in zip(_EDITS, ids, strict=False):
        sprints[id_] = sprints[id_].model_copy(update=edit(sprints[id_]))
    last = plan.phases[-1]
    weeks = last.when or TimeWindow.read("1")
    later = last.model_copy(update={"when": TimeWindow.read(f"{weeks.first}-{(weeks.last or 0) + 1}")})
    return replace(plan, sprints=sprints, phases=(*plan.phases[:-1], later))


_EDITS: tuple[Callable[[Sprint], dict[str, object]], ...] = (
    lambda _: {"effort": Quantity.read("15 days")},
    lambda sprint: {"depends_on": (*(sprint.depends_on or ()), Dependency(sprint="1"))},
    lambda _: {"depends_on": ()},
    lambda sprint: {"risk": sprint.risk and sprint.risk.model_copy(update={"level": "very high", "mitigation": ()})},
    lambda sprint: {"savings": sprint.savings and sprint.savings.model_copy(update={"monthly": Quantity.read("$5")})},
    lambda _: {"owner": ()},
    lambda _: {"title": "Something else"},
    lambda sprint: {"tasks": sprint.tasks[1:]},
    lambda _: {"rollback": None},
)


if __name__ == "__main__":
    sys.exit(report_all())
