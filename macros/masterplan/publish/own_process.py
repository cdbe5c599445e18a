"""Hosts that need a process of their own: what starts one, and what it says when it cannot build the site."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from masterplan.errors import UsageError
from masterplan.publish.project import Project
from masterplan.today import TODAY


def require(package: str, name: str) -> None:
    """Raise UsageError where a host's package is not installed; our extra has the same name."""
    if find_spec(package) is None:
        raise UsageError(f"{name} is not installed; run `pip install 'masterplan[{package}]'`")


def run(project: Project, module: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a module of this package in a folder, with the project's day as today; its output as text."""
    return subprocess.run(
        (sys.executable, "-m", f"masterplan.publish.{module}", *arguments),
        cwd=folder,
        env=os.environ | {TODAY: str(project.facts.today)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def last_line(output: str) -> str:
    """The last line of an output: where a program ends with an error, that is the error."""
    return output.strip().rpartition("\n")[2]
