"""The difference of two plans: what changed, what follows from it, and who should look.

`edits` are the pieces of data that differ, `changes` what they mean, and `compare` adds what follows from them. Each
name is imported when it is first used, as Git's driver needs none but `edits`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masterplan.analyse.changes.difference import Base, Review, changes, compare
    from masterplan.analyse.changes.patch import apply, edits, invert
    from masterplan.analyse.changes.rules import RULES

__all__ = ["RULES", "Base", "Review", "apply", "changes", "compare", "edits", "invert"]

_HOMES = {
    "RULES": "rules",
    "Base": "difference",
    "Review": "difference",
    "apply": "patch",
    "changes": "difference",
    "compare": "difference",
    "edits": "patch",
    "invert": "patch",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
