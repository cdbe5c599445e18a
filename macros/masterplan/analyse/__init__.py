"""Computes facts from the model: pure functions of a plan and a day, without YAML, Git, files or a clock.

The names of this package are imported on first use, because Git's diff driver needs only part of it.
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
