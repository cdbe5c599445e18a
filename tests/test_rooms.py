"""Imports go one way: model <- load, analyse <- git, edit, render <- publish <- the command line.

The rule is read from the syntax tree: an import inside a function or under TYPE_CHECKING counts, one by a
computed name does not.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plans import BASE, write_plan

SOURCE = Path(__file__).parent.parent / "macros"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts): path.read_text(encoding="utf-8")
    for path in sorted((SOURCE / "masterplan").rglob("*.py"))
}

# What a room may import besides itself and `errors`. A module that is no room, such as `cli`, may import all.
BELOW: dict[str, set[str]] = {
    "errors": {"model"},
    "files": set(),
    "today": {"model"},
    "model": set(),
    "load": {"model", "files"},
    "analyse": {"model"},
    "render": {"model", "analyse"},
    "git": {"model", "load", "analyse", "files", "today"},
    "edit": {"model", "load", "analyse", "files", "today"},
    "publish": {"model", "load", "analyse", "render", "git", "edit", "files", "today"},
}
# The rooms that may know a library.
OWNER: dict[str, set[str]] = {
    "yaml": {"load"},
    "subprocess": {"git", "publish"},
    "mkdocs": {"publish"},
    "mkdocs_macros": {"publish"},
    "properdocs": {"publish"},
    "zensical": {"publish"},
}
# Imports each module named on the command line as if it were the first of its room and of those above. Rooms below may
# stay as they are: nothing leads back from them.
IMPORT_ALONE = """
import importlib, sys
below = sys.argv[1].split()
for name in sys.argv[2:]:
    for loaded in [each for each in sys.modules if each.startswith("masterplan.") and each.split(".")[1] not in below]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


def offences(module: str, source: str) -> list[str]:
    return [target for target in imports(module, source) if not allowed(room_of(module), target)]


def imports(module: str, source: str) -> Iterator[str]:
    """What a module imports, by full names: `from ..model import plan` gives `masterplan.model.plan`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def allowed(room: str, target: str) -> bool:
    library = target.partition(".")[0]
    if library in OWNER:
        return room in OWNER[library]
    return library != "masterplan" or room not in BELOW or room_of(target) in BELOW[room] | {room, "errors"}


def room_of(name: str) -> str:
    return f"{name}.".split(".")[1]


@pytest.mark.parametrize("module", MODULES)
def test_no_module_imports_against_the_flow(module: str) -> None:
    assert offences(module, MODULES[module]) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("model.plan", "from masterplan.load import build"),
        ("model.plan", "from ..analyse.graph import order"),
        ("model.plan", "import masterplan"),
        ("model.plan", "from masterplan import Plan"),
        ("load.__init__", "from ..render import views"),
        ("load.source", "import masterplan.analyse.graph as graph"),
        ("analyse.graph", "from masterplan.load.loader import load"),
        ("analyse.graph", "import yaml"),
        ("git.review", "from masterplan.render.review import html"),
        ("edit.record", "from masterplan.publish.team_pages import docs_dir"),
        ("render.views", "def late():\n    from masterplan.publish import plugin"),
        ("render.views", "from mkdocs.config import base"),
        ("publish.plugin", "from yaml import parse"),
        ("publish.plugin", "from masterplan.cli.app import app"),
        ("errors", "from masterplan.load import build"),
        ("cli", "import subprocess"),
    ],
)
def test_an_import_against_the_flow_is_seen(module: str, line: str) -> None:
    assert len(offences(f"masterplan.{module}", line)) == 1


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("model.plan", "from .quantity import Quantity"),
        ("model.plan", "from masterplan import errors"),
        ("load.__init__", "from .build import load"),
        ("load.source", "from yaml import parse"),
        ("analyse.graph", "from ..errors import PlanError"),
        ("render.views", "from masterplan.analyse import graph"),
        ("publish.plugin", "import subprocess, mkdocs.config\nfrom ..load import build"),
        ("__init__", "from .publish.plugin import build"),
        ("cli", "from masterplan.publish import plugin\nimport typer"),
    ],
)
def test_an_import_with_the_flow_is_silent(module: str, line: str) -> None:
    assert offences(f"masterplan.{module}", line) == []


@pytest.mark.parametrize("room", sorted({room_of(module) for module in MODULES} - {"__main__"}))
def test_each_module_imports_alone(room: str) -> None:
    names = [module.removesuffix(".__init__") for module in MODULES if room_of(module) == room]
    command = (sys.executable, "-c", IMPORT_ALONE, " ".join(sorted(BELOW.get(room, ()))), *names)
    done = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


SITES = {"jinja2", "markdown", "mkdocs", "mkdocs_macros", "requests", "selectolax"}
"""Libraries that only commands which make a site, or ask GitHub, have to wait for."""


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        (("--help",), SITES | {"pydantic", "masterplan.load", "masterplan.publish", "masterplan.render"}),
        (("check",), SITES),
        (("progress", "2", "--note", "x"), SITES | {"masterplan.publish", "masterplan.render"}),
        (("new", "sprint", "Fresh"), SITES | {"masterplan.publish", "masterplan.render"}),
        (("git-diff-driver", "plan_data/plan.yml"), SITES | {"masterplan.publish", "masterplan.render"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_imports_only_what_it_needs(arguments: tuple[str, ...], without: set[str], tmp_path: Path) -> None:
    program = "import sys; from masterplan.cli.app import run; print(run(sys.argv[1:]), *sys.modules)"
    command = (sys.executable, "-c", program, *arguments)
    done = subprocess.run(command, cwd=write_plan(tmp_path, BASE), capture_output=True, text=True, check=False)
    code, *loaded = done.stdout.splitlines()[-1].split()
    assert (code, without.intersection(loaded)) == ("0", set()), done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_each_module_is_short_and_says_what_it_is_for(module: str) -> None:
    assert MODULES[module].count("\n") <= 400
    assert ast.get_docstring(ast.parse(MODULES[module]))
