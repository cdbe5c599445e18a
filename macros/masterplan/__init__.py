"""masterplan: a team's plan as YAML in Git, rendered as a site.

loaded = masterplan.load(root)                # YAML -> model, with every finding
facts = masterplan.analyse(loaded.plan)       # model -> facts
difference = masterplan.compare(old, facts)   # the facts of two plans -> changes and consequences
texts = masterplan.export(root)               # the plan for other programs: JSON, CSV, calendar, badges
masterplan.build(root, site)                  # everything: check, build, verify and publish the site

Each name is imported on first use, so importing the package costs nothing.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masterplan.analyse import Facts, analyse  # noqa: TC004 - `_Door` gives them
    from masterplan.analyse.changes import compare  # noqa: TC004 - `_Door` gives it
    from masterplan.errors import (  # noqa: TC004 - `_Door` gives them
        BuildError,
        GitError,
        MasterplanError,
        PlanError,
        UsageError,
    )
    from masterplan.library import build, export  # noqa: TC004 - `_Door` gives them
    from masterplan.load import Loaded, load  # noqa: TC004 - `_Door` gives them
    from masterplan.model.change import Difference  # noqa: TC004 - `_Door` gives it
    from masterplan.model.finding import Finding  # noqa: TC004 - `_Door` gives it
    from masterplan.model.plan import Plan  # noqa: TC004 - `_Door` gives it

__all__ = [
    "BuildError",
    "Difference",
    "Facts",
    "Finding",
    "GitError",
    "Loaded",
    "MasterplanError",
    "Plan",
    "PlanError",
    "UsageError",
    "analyse",
    "build",
    "compare",
    "export",
    "load",
]
__version__ = "0.1.0"

_HOMES = {
    "BuildError": "masterplan.errors",
    "Difference": "masterplan.model.change",
    "Facts": "masterplan.analyse",
    "Finding": "masterplan.model.finding",
    "GitError": "masterplan.errors",
    "Loaded": "masterplan.load",
    "MasterplanError": "masterplan.errors",
    "Plan": "masterplan.model.plan",
    "PlanError": "masterplan.errors",
    "UsageError": "masterplan.errors",
    "analyse": "masterplan.analyse",
    "build": "masterplan.library",
    "compare": "masterplan.analyse.changes",
    "export": "masterplan.library",
    "load": "masterplan.load",
}


class _Door(ModuleType):
    """The package itself. Its `load` and `analyse` are functions, although subpackages have the same names."""

    def __getattr__(self, name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        """Ignore the import of a subpackage, which would replace the function of the same name."""
        if name not in _HOMES:
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Door
