"""YAML into the model: safe parsing that keeps positions, strict validation, references. All problems in one run.

The names of this package are imported when they are first used: some commands only ask what is on the disk.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masterplan.load.loader import Loaded, header_of, load

__all__ = ["Loaded", "header_of", "load"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("masterplan.load.loader"), name)
