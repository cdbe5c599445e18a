"""What else the repository holds: whether a path that the plan names is there."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from masterplan.load.tree import Folder, Tree
from masterplan.model.naming import composed


def holds(root: Path) -> Callable[[str], bool]:
    """A question to a repository: is there a file or folder at this path? Nothing outside the repository is."""
    home = root.resolve()
    tree = Folder(home)

    @cache
    def is_there(path: str) -> bool:
        try:
            target = (home / spelling(tree, path)).resolve()
        except OSError:
            return False
        return target.is_relative_to(home) and target.exists()

    return is_there


def spelling(tree: Tree, path: str) -> str:
    """A path as the files of a tree spell it, which may write letters and their marks apart (see `composed`).

    As it is given where no name, or only plain letters, are concerned.
    """
    spelt = "."
    for step in path.split("/") if not path.isascii() else ():
        try:
            names = tree.names(spelt)
        except OSError:
            return path
        spelt = f"{spelt}/{next((name for name in names if composed(name) == composed(step)), step)}"
    return path if spelt == "." else spelt
