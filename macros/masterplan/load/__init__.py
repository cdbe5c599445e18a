"""YAML into the model: safe parsing that keeps positions, strict validation, references. All problems in one run."""

from masterplan.load.loader import Loaded, header_of, load

__all__ = ["Loaded", "header_of", "load"]
