"""Measure the import of Markdown: CPU seconds of reading 1 MB of an ordinary plan, and documents that try to be slow.

Prints a Markdown table; the exit code is 1 when a stated limit is missed.

    python -m benchmarks.imports
"""

import sys
from collections.abc import Iterator, Mapping

from benchmarks.cpu import seconds
from masterplan.importing.answers import Answers
from masterplan.importing.markdown import read

MEGABYTE = 1_000_000

MOST = 2.0
"""CPU seconds that 1 MB of an ordinary plan may take."""

MOST_HOSTILE = 30.0
"""CPU seconds that any other document of 1 MB may take."""

ROUNDS = 3


def report_all() -> int:
    """Print what each document takes; returns the exit code."""
    print("| Document | MB | CPU s |\n| --- | ---: | ---: |")
    ordinary = _measured("ordinary", _cut("# Plan\n\n" + "".join(_sprints())), ROUNDS)
    hostile = [_measured(name, text, 1) for name, text in _hostile().items()]
    if ordinary > MOST or max(hostile) > MOST_HOSTILE:
        print(f"\nMISSED: at most {MOST} s for an ordinary plan and {MOST_HOSTILE} s for any other")
        return 1
    return 0


def _measured(name: str, text: str, rounds: int) -> float:
    taken = min(seconds(lambda: read(text, Answers())) for _ in range(rounds))
    print(f"| {name} | {len(text) / MEGABYTE:.2f} | {taken:.2f} |", flush=True)
    return taken


def _cut(text: str) -> str:
    return text[:MEGABYTE]


def _sprints() -> Iterator[str]:
    """Sprints of a plan as people write them: mostly prose, with tasks, a table of risks and some needs."""
    prose = "The berths are planned a week ahead, as the harbour office asks for. " * 30
    for n in range(1, 400):
        tasks = "".join(f"- [ ] **BK-{n}{m}**: Map the customers of quay {m} (3h)\n" for m in range(8))
        risks = "| Risk | Impact | Mitigation |\n|---|---|---|\n| Late files | High | Ask twice |\n"
        needs = f"**Depends on:** Sprint {n - 1}\n\n" if n > 1 else ""
        head = f"## Sprint {n}: Bookings (Weeks {n}-{n + 1})\n\n"
        yield f"{head}{needs}{prose}\n\n### Tasks\n\n{tasks}\n### Risks\n\n{risks}\n"


def _hostile() -> Mapping[str, str]:
    return {
        "headings": "".join(f"## Sprint {n}: x\n" for n in range(50_000)),
        "lists in lists": "".join("  " * min(n, 60) + "- Sprint 1: a\n" for n in range(10_000)),
        "one line": _cut("# Sprint 1: " + "a - (b) [c] **d** `e` " * 50_000),
        "one list of needs": _cut("## Sprint 1\n\n**Depends on:** " + "Sprint 2, " * 100_000),
        "wide table": "|Sprint|" + "a|" * 10_000 + "\n|-|" + "-|" * 10_000 + "\n|Sprint 1|" + "b|" * 10_000 + "\n",
        "fences": "# Plan\n\n" + "```\nSprint 1: x\n- [ ] a\n```\n\n" * 20_000,
        "names with fields": "".join(f"## Name {n} of it\n\n**Owner:** Ada\n\n" for n in range(28_000)),
        "two states each": "".join(f"## Sprint {n}: A (Current)\n\n**Status:** Ready\n\n" for n in range(20_000)),
        "settings": "---\n" + "a: b\n" * 150_000 + "---\n",
    }


if __name__ == "__main__":
    sys.exit(report_all())
