"""Loading YAML into the model: safe parsing with positions, strict validation, references. One run finds all problems.

Names of this package are imported on first use, as some commands only look at files.
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
