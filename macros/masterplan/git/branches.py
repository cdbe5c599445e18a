"""The sprints that other branches have: those of this clone, and those of others as they were last fetched.

Nothing is fetched. A branch may be a stranger's, so its files are only parsed, and a broken one is passed over.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from masterplan.git.commands import git, prefix_of, repository
from masterplan.git.objects import Objects
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import MAX_BYTES, parse

MOST_BRANCHES = 100
"""The most branches that are read; those with the newest commits come first."""


def sprints_elsewhere(root: Path) -> Mapping[str, str]:
    """The ids of sprints that other branches have in files of their own, each with the name of such a branch.

    A new sprint should take none of them: a merge would bring two of the same id. Empty outside a repository.
    """
    branches = list(_branches(root)) if repository(root) else []
    if not branches:
        return {}
    folder = f"{prefix_of(root)}{PLAN_FOLDER}/sprints"
    here = {path.name for path in (root / PLAN_FOLDER / "sprints").glob("*.yml")}
    ids: dict[str, str] = {}
    with Objects(root) as objects:
        for branch, tree in branches:
            with suppress(OSError):
                for blob in _files(objects, tree, folder, here):
                    ids.setdefault(_id(objects.file(blob, MAX_BYTES)), branch)
    return {id_: branch for id_, branch in ids.items() if id_}


def _branches(root: Path) -> Iterator[tuple[str, str]]:
    """The other branches by their names, each with the id of its tree, newest first."""
    form = "--format=%(tree)%00%(HEAD)%00%(symref)%00%(refname:short)"
    kinds = ("refs/heads", "refs/remotes")
    for line in git(
        root, "for-each-ref", "--sort=-committerdate", f"--count={MOST_BRANCHES}", form, *kinds
    ).splitlines():
        tree, current, leads_to, name = line.split("\0")
        if tree and current != "*" and not leads_to:
            yield name if name.isprintable() else ascii(name), tree


def _files(objects: Objects, tree: str, folder: str, here: set[str]) -> Iterator[str]:
    """The Git ids of a branch's sprint files whose names are not in the working tree (`here`)."""
    sprints = objects.at(tree, folder)
    if sprints and sprints.kind == "folder":
        for name, entry in objects.folder(sprints.id).items():
            if entry.kind == "file" and name.endswith(".yml") and name not in here:
                yield entry.id


def _id(content: bytes) -> str:
    """The sprint's id in a file, or an empty text."""
    id_ = (parse(content, "").data or {}).get("id")
    return id_ if isinstance(id_, str) else ""
