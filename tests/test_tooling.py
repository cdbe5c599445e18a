"""Tools around the code: locks, make, forbidden texts in files, and the browser helpers of the tests."""

import ast
import os
import re
import subprocess
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import browser
from tests.browser import OpenPage

ROOT = Path(__file__).parent.parent
SITE_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, list[Any]] = PROJECT["dependency-groups"]

FOR_SITE = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["schedule"],
    *GROUPS["build"],
    *PROJECT["build-system"]["requires"],
]
FOR_TESTS = [
    *FOR_SITE,
    *(line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines),
    *(line for line in GROUPS["test"] if isinstance(line, str)),
]

# Package registries, and folders of one machine; the patterns do not match themselves.
REGISTRIES = r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|proxy\.golang\.org|crates\.io"
MACHINE_PATHS = r"(?<![\w.)}/-])/(?:work|root|home|tmp)/"


def locked(lock: Path) -> dict[str, set[str]]:
    """The versions of each package; several if they depend on the Python version."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


@pytest.mark.parametrize(("lock", "lines"), [(SITE_LOCK, FOR_SITE), (TEST_LOCK, FOR_TESTS)], ids=["site", "test"])
def test_a_lock_satisfies_the_requirements_of_the_project(lock: Path, lines: list[str]) -> None:
    versions = locked(lock)
    for requirement in map(Requirement, lines):
        pinned = versions.get(canonicalize_name(requirement.name))
        assert pinned, f"{lock.name} lacks {requirement}: run make lock"
        assert all(map(requirement.specifier.contains, pinned)), f"{lock.name} is behind {requirement}: run make lock"


def test_the_test_lock_includes_the_site_lock() -> None:
    assert locked(SITE_LOCK).items() <= locked(TEST_LOCK).items()


def test_every_dependency_is_used() -> None:
    text = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "macros").rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", text, re.MULTILINE))
    used = {canonicalize_name(name) for module in imported for name in packages_distributions().get(module, ())}
    in_settings = {"mkdocs-macros-plugin", "mkdocs-material"}  # mkdocs.yml names a plugin and a theme
    required = {canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    assert required - used <= in_settings


@pytest.mark.parametrize("lock", [SITE_LOCK, TEST_LOCK], ids=["site", "test"])
def test_a_lock_has_hashes_and_names_no_source(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) >= len(locked(lock))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert not re.search(r"://|^-|--(?:extra-)?index|--find-links", text, re.MULTILINE)


def test_no_file_names_a_registry_or_a_machine_path() -> None:
    matches = [
        f"{name}: {match.group()}"
        for name in repository_files()
        for match in re.finditer(f"{REGISTRIES}|{MACHINE_PATHS}", (ROOT / name).read_text("utf-8", "replace"))
    ]
    assert matches == []


def repository_files() -> list[str]:
    """Existing files that Git tracks or would add."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in names if (ROOT / name).is_file()]


def test_every_threat_names_existing_tests() -> None:
    page = (ROOT / "docs/guide/threats.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith(("| Who can", "| ---"))]
    named = [re.findall(r"`(test_\w+\.py)::(test_\w+)`", row.split(" | ")[-1]) for row in rows]
    assert len(rows) > 15
    assert [row for row, tests in zip(rows, named, strict=True) if not tests or row.count(" | ") != 3] == []
    assert {test for tests in named for test in tests} - defined_tests() == set()


def defined_tests() -> set[tuple[str, str]]:
    """The file and name of each test."""
    return {
        (path.name, node.name)
        for path in (ROOT / "tests").glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "make test"


def test_make_test_runs_every_check() -> None:
    recipe = make("--dry-run", "test").stdout
    tools = re.findall(r"/bin/(ruff check|ruff format --check|mypy|pytest)\s*$", recipe, re.MULTILINE)
    assert tools == ["ruff check", "ruff format --check", "mypy", "pytest"]


def test_make_help_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony
    assert re.findall(r"^  make (\w+) ", make("help").stdout, re.MULTILINE) == phony[1].split()


def test_an_old_python_is_refused_in_one_sentence(tmp_path: Path) -> None:
    refused = make("PYTHON=false", f"VENV={tmp_path}/venv", "site")
    assert refused.returncode != 0
    assert refused.stderr.startswith("masterplan needs Python 3.11 or newer")
    assert list(tmp_path.iterdir()) == []


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell, even when make runs these tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "ARGS"))}
    return subprocess.run(("make", *arguments), cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_wrong_browser_name_is_not_replaced_by_another_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    assert browser.find() is None


def test_problems_of_a_page_are_logged(
    tmp_path: Path, serve_folder: Callable[[Path], str], open_page: OpenPage
) -> None:
    (tmp_path / "index.html").write_text(
        """<!doctype html><title>Bad</title><link rel="icon" href="data:,">
        <script>console.error("wrong"); alert("look"); undefined.gone</script>
        <img src="http://elsewhere.invalid/spy.png">""",
        encoding="utf-8",
    )
    origin = serve_folder(tmp_path)
    log = open_page(origin)
    log.page.goto(f"{origin}/", wait_until="networkidle")
    assert log.page.title() == "Bad"
    assert "wrong" in log.console_errors
    assert log.dialogs == ["look"]
    assert ["gone" in error for error in log.page_errors] == [True]
    assert log.foreign_requests == ["http://elsewhere.invalid/spy.png"]


def test_a_page_without_problems_logs_nothing(
    tmp_path: Path, serve_folder: Callable[[Path], str], open_page: OpenPage
) -> None:
    (tmp_path / "index.html").write_text(
        """<!doctype html><title>Good</title><link rel="icon" href="data:,">
        <script>
        document.title = matchMedia("(prefers-color-scheme: dark)").matches + " " + innerWidth
        </script>""",
        encoding="utf-8",
    )
    origin = serve_folder(tmp_path)
    log = open_page(origin, scheme="dark", width=390)
    log.page.goto(f"{origin}/")
    assert log.page.title() == "true 390"
    assert log.problems == []
