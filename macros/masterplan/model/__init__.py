"""The model of a plan: frozen, typed values without input or output."""
