"""Sprints on other branches: local branches, and remote branches as of the last fetch.

Nothing is fetched. A branch may be a stranger's, so its files are only parsed, and unreadable ones are skipped.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from masterplan.errors import GitError
from masterplan.git.commands import git, prefix_of, repository
from masterplan.git.objects import Objects
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import MAX_BYTES, parse

MOST_BRANCHES = 100
"""The most branches to read, those with the newest commits first."""


def sprints_elsewhere(root: Path) -> Mapping[str, str]:
    """The ids of sprints in files that only other branches have, each with the name of one such branch.

    A new sprint should not take any of them, as a merge would give two sprints the same id. Empty outside a repository.
    """
    branches = list(_branches(root)) if repository(root) else []
    if not branches:
        return {}
    folder = f"{prefix_of(root)}{PLAN_FOLDER}/sprints"
    here = {path.name for path in (root / PLAN_FOLDER / "sprints").glob("*.yml")}
    ids: dict[str, str] = {}
    with Objects(root) as objects:
        for branch, tree in branches:
            with suppress(OSError, GitError):
                for blob in _files(objects, tree, folder, here):
                    ids.setdefault(_id(objects.file(blob, MAX_BYTES)), branch)
    return {id_: branch for id_, branch in ids.items() if id_}


def _branches(root: Path) -> Iterator[tuple[str, str]]:
    """The names of the other branches with the ids of their trees, newest first."""
    form = "--format=%(tree)%00%(HEAD)%00%(symref)%00%(refname:short)"
    kinds = ("refs/heads", "refs/remotes")
    for line in git(
        root, "for-each-ref", "--sort=-committerdate", f"--count={MOST_BRANCHES}", form, *kinds
    ).splitlines():
        tree, current, leads_to, name = line.split("\0")
        if tree and current != "*" and not leads_to:
            yield name if name.isprintable() else ascii(name), tree


def _files(objects: Objects, tree: str, folder: str, here: set[str]) -> Iterator[str]:
    """The Git ids of a branch's sprint files, without files whose names are in the working tree (`here`)."""
    sprints = objects.at(tree, folder)
    if sprints and sprints.kind == "folder":
        for name, entry in objects.folder(sprints.id).items():
            if entry.kind == "file" and name.endswith(".yml") and name not in here:
                yield entry.id


def _id(content: bytes) -> str:
    """The id of the sprint in a file, else an empty text."""
    id_ = (parse(content, "").data or {}).get("id")
    return id_ if isinstance(id_, str) else ""
