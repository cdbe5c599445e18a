"""YAML into the model: safe parsing that keeps positions, strict validation, references. All problems in one run."""

from masterplan.load.loader import Loaded, load

__all__ = ["Loaded", "load"]
