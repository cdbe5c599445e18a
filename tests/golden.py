"""Recorded outputs that somebody has read: files of tests/golden/, compared as a whole.

GOLDEN=write pytest tests/test_audit_seed.py      # records anew; read the difference before it is committed
"""

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def recorded(name: str, text: str) -> str:
    """What is recorded under a name; with GOLDEN=write in the environment the text is recorded first."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return path.read_text("utf-8")
