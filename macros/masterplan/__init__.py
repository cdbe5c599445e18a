"""masterplan: a team's plan as YAML in Git, rendered as a site.

loaded = masterplan.load(root)            # YAML -> model, with every finding
facts = masterplan.analyse(loaded.plan)   # model -> facts
masterplan.build(root, site)              # the whole way, verified and swapped in
"""

from masterplan.analyse import Facts, analyse
from masterplan.errors import MasterplanError, PlanError
from masterplan.load import Loaded, load

__all__ = ["Facts", "Loaded", "MasterplanError", "PlanError", "analyse", "load"]
__version__ = "0.1.0"
