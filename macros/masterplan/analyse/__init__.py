"""The model into facts: pure functions of a plan and a day. Nothing here sees YAML, Git, the disk or a clock.

The names of this package are imported when they are first used: Git's driver only takes a plan apart.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masterplan.analyse.facts import Facts, analyse

__all__ = ["Facts", "analyse"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("masterplan.analyse.facts"), name)
