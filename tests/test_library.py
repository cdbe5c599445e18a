"""masterplan as a library: the names of `import masterplan`, and the examples in its guide."""

import doctest
import inspect
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import masterplan
from tests.plans import BASE, write_plan
from tests.sites import OURS
from tests.sites import masterplan as run

GUIDE = (OURS / "docs" / "guide" / "library.md").read_text("utf-8")
PACKAGE = Path(masterplan.__file__).parent
FUNCTIONS = {name for name in masterplan.__all__ if name.islower()}


def test_public_names_are_the_documented_ones() -> None:
    assert masterplan.__all__ == [
        "BuildError",
        "Difference",
        "Facts",
        "Finding",
        "GitError",
        "Loaded",
        "MasterplanError",
        "Plan",
        "PlanError",
        "UsageError",
        "analyse",
        "build",
        "compare",
        "export",
        "load",
    ]
    docstring = masterplan.__doc__ or ""
    assert set(re.findall(r"masterplan\.(\w+)\(", docstring)) == FUNCTIONS
    assert set(re.findall(r"^\| `(\w+)\(", GUIDE, re.MULTILINE)) == FUNCTIONS
    assert set(masterplan.__all__) <= set(dir(masterplan))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        getattr(masterplan, "nope")  # noqa: B009 - a type checker refuses the plain way


@pytest.mark.parametrize(
    "first", ["masterplan.load.loader", "masterplan.analyse.facts", "masterplan.macros", "masterplan"]
)
def test_public_names_do_not_depend_on_earlier_imports(first: str) -> None:
    code = f"import {first}, masterplan\nassert all(callable(getattr(masterplan, name)) for name in masterplan.__all__)"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_importing_the_package_imports_no_modules() -> None:
    code = "import sys, masterplan\nprint([name for name in sys.modules if name.startswith('masterplan.')])"
    assert subprocess.check_output((sys.executable, "-c", code), text=True) == "[]\n"


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
    for name in FUNCTIONS:
        function = getattr(masterplan, name)
        assert function.__doc__
        assert inspect.get_annotations(function)["return"]


def test_paths_may_be_strings(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE)
    plan = masterplan.load(str(root)).plan
    assert plan is not None
    assert masterplan.load(root).plan == plan
    facts = masterplan.analyse(plan, date(2025, 11, 16))
    assert facts.plan is plan
    assert masterplan.compare(facts, facts).changes == ()
    assert masterplan.export(str(root), date(2025, 11, 16)) == masterplan.export(root, date(2025, 11, 16))


def test_a_build_or_export_that_fails_raises_an_error_of_the_package(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE)
    with pytest.raises(
        masterplan.UsageError, match="there is no host jekyll; choose one of mkdocs, properdocs, zensical"
    ):
        masterplan.build(root, tmp_path / "site", "jekyll")
    write_plan(tmp_path, {"plan.yml": "titel: Wrong\n"})
    with pytest.raises(masterplan.PlanError) as error:
        masterplan.export(root)
    assert len(error.value.findings) == 2


def test_the_examples_in_the_guide_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path, "init", "plan", "--demo", "--today", "2026-01-20").returncode == 0
    (tmp_path / "empty").mkdir()
    shutil.copytree(tmp_path / "plan", tmp_path / "old")
    sprint = tmp_path / "old/plan_data/sprints/3-tracking-page.yml"
    sprint.write_text(sprint.read_text("utf-8").replace("effort: 6-8 days", "effort: 4-5 days"), "utf-8")
    code = "".join(re.findall(r"```pycon\n(.*?)```", GUIDE, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "library.md", None, 0)
    report: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=report.append)
    assert result.attempted > 20
    assert not result.failed, "".join(report)
