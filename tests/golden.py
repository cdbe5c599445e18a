"""Recorded and reviewed outputs: files of tests/golden/, compared as a whole.

GOLDEN=write pytest tests/test_audit_seed.py      # records them again; read the diff before you commit it
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def recorded(name: str, text: str) -> str:
    """The text recorded under a name; with GOLDEN=write in the environment, `text` is recorded first."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return path.read_text("utf-8")
