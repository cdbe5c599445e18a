"""Measure the import of Markdown: CPU seconds of 1 MB of an ordinary and of a dense plan, and of slow documents.

For all of them the reading is measured, for the first two also the whole command, which checks and writes the plan.
Prints a Markdown table; the exit code is 1 if a limit is exceeded.

    python -m benchmarks.imports
"""

import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cpu import REPOSITORY, run_module, seconds
from masterplan.cli.console import without_garbage_collection
from masterplan.importing.answers import Answers
from masterplan.importing.markdown import read

MEGABYTE = 1_000_000

MOST = (1.0, 2.0)
"""Limits in CPU seconds for 1 MB of an ordinary plan: of reading it, and of the whole command."""

MOST_DENSE = (3.0, 5.0)
"""The same for 1 MB in which nearly every line is a value of one of 1,140 sprints."""

MOST_HOSTILE = 30.0
"""Limit in CPU seconds of reading any other document of 1 to 2 MB."""

ROUNDS = 3

_SEED = REPOSITORY / "tests" / "data" / "SPRINT_MASTER_PLAN.md"
_SPRINTS, _SPRINTS_OF_SEED = 1_140, 6


def report_all() -> int:
    """Print the times of each document; returns the exit code."""
    print("| Document | MB | Read, CPU s | Whole command, CPU s |\n| --- | ---: | ---: | ---: |")
    limits = [
        *_measured("ordinary", _cut("# Plan\n\n" + "".join(_sprints())), MOST),
        *_measured("dense", _cut("\n".join(_dense())), MOST_DENSE),
        *(pair for name, text in _hostile().items() for pair in _measured(name, text, None)),
    ]
    slow = [(cpu, most) for cpu, most in limits if cpu > most]
    for cpu, most in slow:
        print(f"exceeded: {cpu:.2f} s, at most {most} s", file=sys.stderr)
    return 1 if slow else 0


def _measured(name: str, text: str, most: tuple[float, float] | None) -> Iterator[tuple[float, float]]:
    """Times of a document, each with its limit: of reading it, and of the whole command if `most` has limits."""
    rounds = 1 if most is None else ROUNDS
    read_in = min(seconds(lambda: _read(text)) for _ in range(rounds))
    command = None if most is None else _command(text)
    shown = "" if command is None else f"{command:.2f}"
    print(f"| {name} | {len(text) / MEGABYTE:.2f} | {read_in:.2f} | {shown} |", flush=True)
    yield read_in, MOST_HOSTILE if most is None else most[0]
    if command is not None and most is not None:
        yield command, most[1]


@without_garbage_collection()
def _read(text: str) -> None:
    read(text, Answers())


def _command(text: str) -> float:
    """Least CPU seconds of the whole command over several rounds; the first compiles the bytecode."""
    with TemporaryDirectory(prefix="masterplan-bench-") as name:
        folder = Path(name)
        (folder / "plan.md").write_text(text)
        roots = [folder / f"{n}" for n in range(ROUNDS)]
        for root in roots:
            root.mkdir()
        command = ("masterplan", "import", str(folder / "plan.md"), "--root")
        return min(run_module(folder, *command, str(root)).cpu for root in roots)


def _cut(text: str) -> str:
    return text[:MEGABYTE]


def _sprints() -> Iterator[str]:
    """Sprints as people write them: mostly prose, with tasks, a table of risks and a dependency."""
    prose = "The berths are planned a week ahead, as the harbour office asks for. " * 30
    for n in range(1, 400):
        tasks = "".join(f"- [ ] **BK-{n}{m}**: Map the customers of quay {m} (3h)\n" for m in range(8))
        risks = "| Risk | Impact | Mitigation |\n|---|---|---|\n| Late files | High | Ask twice |\n"
        needs = f"**Depends on:** Sprint {n - 1}\n\n" if n > 1 else ""
        head = f"## Sprint {n}: Bookings (Weeks {n}-{n + 1})\n\n"
        yield f"{head}{needs}{prose}\n\n### Tasks\n\n{tasks}\n### Risks\n\n{risks}\n"


def _dense() -> Iterator[str]:
    """Our plan over and over, each time with the next sprint numbers."""
    text = _SEED.read_text()
    for n in range(0, _SPRINTS, _SPRINTS_OF_SEED):
        yield re.sub(r"Sprint (\d)", partial(_later, n), text)


def _later(n: int, match: re.Match[str]) -> str:
    """The name of a sprint, `n` numbers later."""
    return f"Sprint {n + int(match[1])}"


def _hostile() -> Mapping[str, str]:
    return {
        "headings": "".join(f"## Sprint {n}: x\n" for n in range(100_000)),
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
