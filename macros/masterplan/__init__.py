"""masterplan: a team's plan as YAML in Git, rendered as a site.

loaded = masterplan.load(root)            # YAML -> model, with every finding
facts = masterplan.analyse(loaded.plan)   # model -> facts
masterplan.build(root, site)              # the whole way, verified and swapped in

Each name is imported when it is first used, so that importing the package costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masterplan.analyse import Facts, analyse  # noqa: TC004 - `_Door` gives them
    from masterplan.errors import MasterplanError, PlanError  # noqa: TC004 - `_Door` gives them
    from masterplan.load import Loaded, load  # noqa: TC004 - `_Door` gives them
    from masterplan.publish.build import build  # noqa: TC004 - `_Door` gives them

__all__ = ["Facts", "Loaded", "MasterplanError", "PlanError", "analyse", "build", "load"]
__version__ = "0.1.0"

_HOMES = {
    "Facts": "masterplan.analyse",
    "Loaded": "masterplan.load",
    "MasterplanError": "masterplan.errors",
    "PlanError": "masterplan.errors",
    "analyse": "masterplan.analyse",
    "build": "masterplan.publish.build",
    "load": "masterplan.load",
}


class _Door(ModuleType):
    """This package: `load` and `analyse` are its functions, although two rooms have the same names."""

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Importing a room would set it as an attribute, in the place of the function."""
        if name not in _HOMES:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
