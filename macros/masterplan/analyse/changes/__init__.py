"""Comparison of two plans: edits, changes, consequences, and questions for reviewers.

`edits` returns the pieces of data that differ, `changes` their meaning, and `compare` adds the consequences. Names are
imported on first use, because Git's diff driver needs only `edits`.
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
