"""What else the repository holds: whether a path that the plan names is there."""

from collections.abc import Callable
from functools import cache
from pathlib import Path


def holds(root: Path) -> Callable[[str], bool]:
    """A question to a repository: is there a file or folder at this path? Nothing outside the repository is."""
    home = root.resolve()

    @cache
    def is_there(path: str) -> bool:
        try:
            found = (home / path).resolve()
        except OSError:
            return False
        return found.is_relative_to(home) and found.exists()

    return is_there
