r"""Small real Git repositories with plans in them, commit by commit.

root = begin(tmp_path, BASE)
commit(root, {"plan_data/plan.yml": "title: Other\n"}, "Call it otherwise")
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.plans import BASE, write_plan

FIRST = 1_763_294_400
"""Default time of commits: noon of 2025-11-16, in UTC."""

DAY = 24 * 3600
"""Seconds of a day."""

SAVES = 'id: "1"\ntitle: A\nowner: ada\nsavings: {{monthly: {} }}\n'
"""The file of Sprint 1 with an amount to fill in."""

ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(root: Path, *arguments: str, author: str = "Ada", when: int = FIRST) -> str:
    """Run Git in a folder as `author` at the time `when`; returns its output."""
    who = {f"GIT_{role}_{what}": author for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": f"{when} +0900", "GIT_COMMITTER_DATE": f"{when} +0900"}
    done = subprocess.run(
        ("git", "-C", str(root), *arguments),
        env=os.environ | ALONE | who | dates,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def begin(root: Path, plan: Mapping[str, str | bytes] = BASE) -> Path:
    """Create a repository whose first commit is a plan; returns its root."""
    write_plan(root, plan)
    git(root, "init", "--quiet", "--initial-branch=main")
    record(root, "The plan")
    return root


def begin_long(root: Path) -> Path:
    """Create a repository of six commits whose plan grew, shrank, broke and was fixed; returns its root."""
    begin(root)
    commit(root, {"sprints/1-a.yml": SAVES.format("$50-100")}, "State the savings", "Grace", FIRST + DAY)
    commit(root, {"sprints/4-d.yml": 'id: "4"\ntitle: D\n'}, "Add Sprint 4", "Ada", FIRST + 2 * DAY)
    commit(root, {"sprints/4-d.yml": "id: [\n"}, "Break it", "Grace", FIRST + 3 * DAY)
    commit(root, {"sprints/4-d.yml": None}, "Drop Sprint 4", "Ada", FIRST + 4 * DAY)
    commit(root, {"sprints/1-a.yml": SAVES.format("$20-30")}, "Save less", "Grace", FIRST + 5 * DAY)
    return root


def commit(
    root: Path, files: Mapping[str, str | None], title: str = "A change", author: str = "Ada", when: int = FIRST
) -> str:
    """Commit files by their path in plan_data/, with None for a deleted one; returns the commit's hash."""
    for name, content in files.items():
        if content is None:
            (root / "plan_data" / name).unlink()
        else:
            write_plan(root, {name: content})
    return record(root, title, author, when)


def record(root: Path, title: str, author: str = "Ada", when: int = FIRST) -> str:
    """Commit everything in the folder; returns the commit's hash."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", title, author=author, when=when)
    return git(root, "rev-parse", "HEAD")


def record_at(root: Path, seconds: int) -> str:
    """Commit everything with a time that Git itself would not write, as with a broken clock; returns the hash."""
    git(root, "add", "--all")
    parent, tree = git(root, "rev-parse", "HEAD"), git(root, "write-tree")
    who = f"Mad <mad> {seconds} +0000"
    raw = root / ".git" / "raw-commit"
    raw.write_text(f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nMad\n", "utf-8")
    commit_ = git(root, "hash-object", "-t", "commit", "-w", "--literally", str(raw))
    git(root, "reset", "--quiet", "--hard", commit_)
    return commit_
