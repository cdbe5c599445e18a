"""Measure the history: CPU seconds, including Git's, to read 500 commits of our plan, and then one more.

Prints a Markdown table; the exit code is 1 if a limit is exceeded. Commits in turn change a sprint's savings, add a
sprint, and reword an impact.

    python -m benchmarks.history
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cpu import seconds
from masterplan.git.history import history

REPOSITORY = Path(__file__).parents[1]
COMMITS = 500

MOST_COLD = 10.0
"""Limit in CPU seconds of reading all commits without a cache."""

MOST_WARM = 0.3
"""Limit in CPU seconds of reading one new commit with the cache."""

FIRST = 1_700_000_000
"""Time of the first commit, in seconds since 1970; the others follow a day apart."""


def report_all() -> int:
    """Print both times; returns the exit code."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(REPOSITORY / "plan_data", root / "plan_data")
        _git(root, "init", "--quiet", "--initial-branch=main")
        _git(root, "fast-import", "--quiet", text="".join(_commits(root, COMMITS)))
        cold = seconds(lambda: history(root))
        _git(root, "fast-import", "--quiet", text=_commit(COMMITS, _changed(root, COMMITS), "from refs/heads/main^0\n"))
        warm = seconds(lambda: history(root))
        changed = sum(len(commit.changes) > 0 for commit in history(root).commits)
    if changed != COMMITS - 1:
        raise SystemExit(f"only {changed} of {COMMITS - 1} commits after the oldest have changes")
    print(f"| What | CPU s |\n| --- | ---: |\n| {COMMITS} commits without a cache | {cold:.2f} |")
    print(f"| One new commit with the cache | {warm:.3f} |")
    if cold > MOST_COLD or warm > MOST_WARM:
        print(f"exceeded: at most {MOST_COLD} s for {COMMITS} commits, and {MOST_WARM} s for one more", file=sys.stderr)
        return 1
    return 0


def _commits(root: Path, count: int) -> Iterator[str]:
    """The first commit with the whole plan, then commits that each change a file."""
    plan = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*.yml"))}
    yield _commit(0, plan)
    for number in range(1, count):
        yield _commit(number, _changed(root, number))


def _changed(root: Path, number: int) -> dict[str, str]:
    """The files that a commit changes."""
    path = "plan_data/sprints/4-request-batching.yml"
    text = (root / path).read_text("utf-8")
    match number % 3:
        case 0:
            return {path: text.replace("$150-300", f"${100 + number}-{300 + number}")}
        case 1:
            id_ = f"{100 + number}"
            return {f"plan_data/sprints/{id_}-more.yml": f'id: "{id_}"\ntitle: More of {number}\n'}
        case _:
            return {path: text.replace("90% fewer", f"{number}% fewer")}


def _commit(number: int, files: dict[str, str], parent: str = "") -> str:
    """A commit in the format of `git fast-import`."""
    day = FIRST + number * 86_400
    lines = [
        f"commit refs/heads/main\ncommitter Ada <ada@example.org> {day} +0000\n",
        _data(f"Change {number}"),
        parent,
    ]
    lines += [f"M 100644 inline {path}\n{_data(text)}" for path, text in files.items()]
    return "".join(lines)


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"


def _git(root: Path, *arguments: str, text: str = "") -> None:
    subprocess.run(("git", "-C", str(root), *arguments), input=text.encode(), check=True)


if __name__ == "__main__":
    sys.exit(report_all())
