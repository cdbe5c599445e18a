"""The package as others install it: a wheel in an environment of its own, far from this repository.

What it depends on is taken from the environment of the tests, so nothing is fetched.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which the built wheel is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (BIN / "uv", "build", "--wheel", "--offline", "--no-build-isolation", "--quiet", "--out-dir", folder)
    subprocess.run((*build, ROOT), check=True)
    [wheel] = folder.glob("*.whl")
    environment = folder / "venv"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", environment), check=True)
    python = environment / "bin" / "python"
    install = (BIN / "uv", "pip", "install", "--offline", "--no-deps", "--quiet", "--python", python, wheel)
    subprocess.run(install, check=True)
    [packages] = environment.glob("lib/*/site-packages")
    (packages / "tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return environment / "bin"


def run(program: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run((program, *arguments), env=environment, capture_output=True, text=True, check=True).stdout


def test_the_wheel_carries_the_pages_of_a_plan_and_nothing_of_this_project(installed: Path) -> None:
    where = "from importlib.resources import files; print(files('masterplan.publish') / 'docs')"
    carried = Path(run(installed / "python", "-c", where).strip())
    assert not carried.is_relative_to(ROOT)
    pages = {path.relative_to(carried).as_posix() for path in carried.rglob("*") if path.is_file()}
    guide = {f"guide/{name}.md" for name in ("index", "edit", "review")}
    top = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert pages == top | guide | {"sprints/index.md"}
    assert all((carried / page).read_bytes() == (ROOT / "docs" / page).read_bytes() for page in pages)
