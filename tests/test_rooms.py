"""Imports go one way: model <- load, analyse <- git, edit, render <- publish <- the command line.

The rule is read from the syntax tree: an import inside a function or under TYPE_CHECKING counts, one by a
computed name does not.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate
from pathlib import Path

import pytest

from masterplan.publish.reference import PACKAGES
from tests.plans import BASE, write_plan

SOURCE = Path(__file__).parent.parent / "macros"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts): path.read_text(encoding="utf-8")
    for path in sorted((SOURCE / "masterplan").rglob("*.py"))
}

# Modules and packages that a package may import besides itself and `errors`. Others, such as `cli`, may import all.
BELOW: dict[str, set[str]] = {
    "errors": {"model"},
    "files": {"interrupts"},
    "interrupts": set(),
    "today": {"model"},
    "program": set(),
    "model": set(),
    "load": {"model", "files"},
    "analyse": {"model"},
    "render": {"model", "analyse"},
    "git": {"model", "load", "analyse", "files", "program", "today"},
    "edit": {"model", "load", "analyse", "files", "today"},
    "importing": {"model", "load", "edit", "files"},
    "publish": {"model", "load", "analyse", "render", "git", "edit", "files", "interrupts", "program", "today"},
}
# The packages that may import a library.
OWNER: dict[str, set[str]] = {
    "yaml": {"load", "publish"},
    "yaml_env_tag": {"publish"},
    "markdown_it": {"importing", "render"},
    "subprocess": {"git", "publish"},
    "mkdocs": {"publish"},
    "mkdocs_macros": {"publish"},
    "properdocs": {"publish"},
    "zensical": {"publish"},
}


parsed = cache(ast.parse)


def offences(module: str, source: str) -> list[str]:
    return [target for target in imports(module, source) if not allowed(package_of(module), target)]


def imports(module: str, source: str) -> Iterator[str]:
    """Full names that a module imports: `from ..model import plan` gives `masterplan.model.plan`."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def allowed(package: str, target: str) -> bool:
    library = target.partition(".")[0]
    if library in OWNER:
        return package in OWNER[library]
    return library != "masterplan" or package not in BELOW or package_of(target) in BELOW[package] | {package, "errors"}


def package_of(name: str) -> str:
    return f"{name}.".split(".")[1]


def test_no_module_imports_against_the_flow() -> None:
    wrong = {module: offences(module, source) for module, source in MODULES.items()}
    assert {module: targets for module, targets in wrong.items() if targets} == {}


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
        ("render.views", "from yaml import parse"),
        ("publish.plugin", "from masterplan.cli.app import app"),
        ("errors", "from masterplan.load import build"),
        ("cli", "import subprocess"),
    ],
)
def test_an_import_against_the_flow_is_an_offence(module: str, line: str) -> None:
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
def test_an_import_with_the_flow_is_no_offence(module: str, line: str) -> None:
    assert offences(f"masterplan.{module}", line) == []


def test_imports_have_no_cycles() -> None:
    """So any module can be imported first."""
    needs(MODULES).prepare()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("import b.inside", "import a"),
        ("from b.inside import x", "class Late:\n    from a import x"),
        ("from b.other import x", "from a import x"),
        ("import b", "from b import x"),
    ],
)
def test_a_cycle_of_imports_is_an_error(first: str, second: str) -> None:
    with pytest.raises(CycleError):
        needs({"a": first, "b.__init__": "from b.inside import x", "b.inside": second, "b.other": ""}).prepare()


def needs(sources: Mapping[str, str]) -> TopologicalSorter[str]:
    """The modules that must be imported before each module: those it imports at once, and their packages."""
    names = {module.removesuffix(".__init__"): module for module in sources}
    graph = TopologicalSorter[str]()
    for name, module in names.items():
        immediate = "\n".join(map(ast.unparse, at_import(parsed(sources[module]))))
        targets = {target if target in names else target.rpartition(".")[0] for target in imports(module, immediate)}
        packages = {part for target in targets for part in accumulate(target.split("."), "{}.{}".format)}
        graph.add(name, *targets, *(part for part in packages if not f"{name}.".startswith(f"{part}.")))
    return graph


def at_import(node: ast.AST) -> Iterator[ast.stmt]:
    """The imports that run as soon as the code is imported."""
    match node:
        case ast.Import() | ast.ImportFrom():
            yield node
        case ast.FunctionDef() | ast.If(test=ast.Name("TYPE_CHECKING")):
            return
        case _:
            for part in ast.iter_child_nodes(node):
                yield from at_import(part)


SITES = {"jinja2", "markdown", "mkdocs", "mkdocs_macros", "requests", "selectolax"}
"""Libraries that only commands which build a site or call GitHub import."""

SOME = SITES | {"markdown_it", "numpy", "openpyxl", "ortools", "rich", "watchdog"}
"""Libraries that only some commands import; without a terminal, none of the commands below."""

CHECKED = {"masterplan.analyse.facts", "masterplan.analyse.schedule.staff", "masterplan.model.change", "xml"}
"""Modules that `check` does not import."""

SHOWING = {"masterplan.publish", "masterplan.render"}
"""Packages that only commands which show a plan import."""


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        (("--help",), SOME | SHOWING | {"pydantic", "yaml", "masterplan.load", "masterplan.model.change"}),
        (("check",), SOME | CHECKED | {"typer"}),
        (("check", "--root", "."), SOME | CHECKED),
        (("start", "2"), SOME | SHOWING),
        (("progress", "2", "--note", "x"), SOME | SHOWING),
        (("new", "sprint", "Fresh"), SOME | SHOWING),
        (("git-diff-driver", "plan_data/plan.yml"), SOME | SHOWING | {"typer", "masterplan.analyse.facts"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_command_imports_only_what_it_needs(arguments: tuple[str, ...], without: set[str], tmp_path: Path) -> None:
    program = """import sys
from masterplan.cli.app import main
try:
    main()
except SystemExit as end:
    print(end.code, *sys.modules)
"""
    command = (sys.executable, "-c", program, *arguments)
    plain = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "TTY_COMPATIBLE"}}
    shutil.copy(Path(__file__).parents[1] / "mkdocs.yml", write_plan(tmp_path, BASE))
    done = subprocess.run(command, cwd=tmp_path, env=plain, capture_output=True, text=True, check=False)
    code, *loaded = done.stdout.splitlines()[-1].split()
    assert (code, without.intersection(loaded)) == ("0", set()), done.stderr


def test_each_module_is_short_and_has_a_docstring() -> None:
    assert {module: source.count("\n") for module, source in MODULES.items() if source.count("\n") > 400} == {}
    assert [module for module, source in MODULES.items() if not ast.get_docstring(parsed(source))] == []


SHARED_NAMES = {
    "Answers": "a team's answers to questions that have more than one possible answer",
    "Block": "a part of a text in Markdown, as an import reads it and as a page shows it",
    "CHECKS": "each module's rules of the audit, which its package lists in one table",
    "Column": "a column of a table, as a document has it and as a file gets it",
    "Context": "the surroundings of a value that is read or shown",
    "Hyperlink": "a link of a text in Markdown, as an import reads it and as a page shows it",
    "FIELD_RULES": "each module's rules of changes, by field",
    "PART_RULES": "each module's rules of changes about whole parts",
    "Question": "a question to a person, from an import or a review",
    "RULES": "each module's kinds of finding or of change, which its package lists in one table",
    "Reader": "the type of the functions in each module's tables",
    "Reading": "a document or a sprint's progress that is being read",
    "Row": "a row of a table in Markdown, as an import reads it and as a page shows it",
    "Section": "a heading and the content below it, likewise",
    "Source": "a text with its parsed value: a file that was read, and a value to be written",
    "Span": "a range of a text, likewise",
    "Table": "a table, as a plan declares one and as a page shows one",
    "Values": "values of fields, as a file has them and as changes compare them",
    "WORK": "the kinds of part that are worked on",
    "app": "each module's commands, which `cli.group` joins",
    "audit": "computed, and the macro that shows it",
    "available": "whether the library that a module asks is installed",
    "build": "the command, its function, and the same for `import masterplan`",
    "burn_up": "computed, and the macro that shows it",
    "changes": "computed, and the macro that shows them",
    "document": "a whole document, which each writer makes in its form",
    "items": "the items of a list, as an import reads them and as a page joins them",
    "main": "the start of a program",
    "new_page": "the command and its function",
    "new_sprint": "the command and its function",
    "parse": "a text as data: YAML, and Markdown",
    "phrases": "short texts: of a value, and those in the table of words",
    "plain": "a text without its markup, Markdown or HTML",
    "reach": "the command and its function",
    "read": "each reader's function",
    "references": "references of a part to others, and references in a text",
    "schema": "the command that prints all schemas, and the functions that make one schema each",
    "serve": "the command and its function",
    "texts": "the texts of a part of the plan, and of a value in a document",
}
"""Public names that several modules define, each with its one meaning."""

SHORT = {
    "__main__": "an entry point",
    "cli.driver": "apart from the other commands about changes, which need Typer",
    "macros": "an entry point: mkdocs-macros-plugin loads it",
    "importing.date_format": "the format of dates, apart from their readers",
    "importing.clues": "the meaning of words inside a text, apart from the words that are whole values",
    "interrupts": "the command line notes them, and `files` and `publish` write nothing after one",
    "library": "the functions of `import masterplan`, which import the rest when they are called",
    "model.milestone": "one file of the plan",
    "model.option": "one file of the plan",
    "model.words": "the plan's own words",
    "program": "imports nothing, so that no command waits for it",
    "publish.properdocs_run": "an entry point: a process of its own",
    "publish.error_page": "a page that needs nothing from the site",
    "publish.zensical_run": "an entry point: a process of its own",
    "render.mermaid": "one form of the diagram of dependencies",
    "render.styled": "imports no library, so that no command waits for one",
}
"""Modules of fewer than 60 lines, each with its reason."""

SAME_SUBJECT = {
    "build": "the command and what it runs",
    "claims": "figures that a document states, read and judged",
    "init": "the command and what it runs",
    "record": "the commands and what they run",
    "custom": "custom fields, what they are and how they are read",
    "dependencies": "rules about them, their picture and their page",
    "health": "computed, put into words, and exported",
    "graph": "the graph of dependencies, computed and drawn",
    "milestones": "their state, and how pages show them",
    "history": "its records, how they are read from Git, and their page",
    "people": "rules about changes of them, and their pages",
    "progress": "its entries, the state of each sprint, rules about it, and the page",
    "risks": "rules about them and about changes of them, and their page",
    "savings": "computed and shown",
    "scope": "fields that the plan, phases and sprints share, and how they are shown",
    "sprints": "rules about changes of them, and their pages",
    "staffing": "the options looked up, and shown",
    "status": "computed and shown",
    "tasks": "the state of each task, and the pages about tasks",
    "why": "the reasons for a sprint's dates, computed and put into words",
    "words": "the plan's own words, and the words of documents",
    "fields": "types of fields of the model, and how a document's values become fields",
    "markdown": "texts in Markdown, read as a plan and written",
    "reading": "a document being read, and the reading path for somebody who joins a sprint",
    "relations": "relations between sprints, in documents and in claims",
    "tables": "tables, of a document and of an export",
}
"""Names of modules that several packages have, each with what they are about."""


def test_public_names_of_several_modules_are_listed() -> None:
    modules = defaultdict(set)
    for module, source in MODULES.items():
        for name in public_names(source):
            modules[name].add(module)
    repeated = {name for name, defining in modules.items() if len(defining) > 1}
    assert sorted(repeated) == sorted(SHARED_NAMES)


def public_names(source: str) -> Iterator[str]:
    """The public names that a module defines at its top level."""
    yield from (name for name, _ in definitions(source) if not name.startswith("_"))


def definitions(source: str) -> Iterator[tuple[str, bool]]:
    """The names that a module defines at its top level, and whether each has a decorator."""
    for statement in parsed(source).body:
        match statement:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, bool(statement.decorator_list)
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name, False
            case ast.Assign(targets=targets):
                yield from ((target.id, False) for target in targets if isinstance(target, ast.Name))


def test_short_modules_are_listed_with_a_reason() -> None:
    modules = {name.removeprefix("masterplan."): source for name, source in MODULES.items()}
    short = {name for name, source in modules.items() if source.count("\n") < 60 and not name.endswith("__init__")}
    assert sorted(short) == sorted(SHORT)


def test_module_names_of_several_packages_are_listed() -> None:
    packages = defaultdict(set)
    for module in MODULES:
        packages[module.rpartition(".")[2]].add(package_of(module))
    shared = {name for name, owners in packages.items() if len(owners) > 1}
    assert sorted(shared - {"__init__"}) == sorted(SAME_SUBJECT)


STARTED_BY_OTHERS = {
    "__main__": "the command `masterplan`",
    "cli.build_process": "a process of its own, which `masterplan serve` starts",
    "macros": "mkdocs-macros-plugin loads it by its name in mkdocs.yml, and calls `define_env`",
    "publish.properdocs_run": "a process of its own",
    "publish.zensical_run": "a process of its own",
}
"""Modules that no other module imports, each with its reason."""


def test_every_module_is_imported() -> None:
    """A new module that no table lists fails here."""
    imported = {target for module, source in MODULES.items() for target in imports(module, source)}
    packages = {target.rpartition(".")[0] for target in imported}
    alone = {name for name in MODULES if not name.endswith("__init__") and name not in imported | packages}
    assert sorted(name.removeprefix("masterplan.") for name in alone) == sorted(STARTED_BY_OTHERS)


READ_BY_PYTHON = {"__all__", "__getattr__", "__version__"}


def test_every_definition_is_used() -> None:
    """A rule that is in no table fails here, because its function is unused. A decorator such as `@macro` is a use."""
    used = {module: set(used_names(source)) for module, source in MODULES.items()}
    anywhere = set().union(*used.values())
    unused = [
        f"{module}: {name}"
        for module, source in MODULES.items()
        for name, is_decorated in definitions(source)
        if not is_decorated and name not in READ_BY_PYTHON | (used[module] if name.startswith("_") else anywhere)
    ]
    assert unused == ["masterplan.macros: define_env"]


def test_a_function_that_only_its_module_uses_is_private() -> None:
    """Tests and benchmarks count as uses. A class may be public, as it is the type of a public function's result."""
    folders = (SOURCE.parent / name for name in ("tests", "benchmarks"))
    others = {str(path): path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py")}
    users = defaultdict(set)
    for module, source in (MODULES | others).items():
        for name in used_names(source):
            users[name].add(module)
    private = [
        f"{module}: {name}"
        for module, source in MODULES.items()
        for name in public_functions(source)
        if users[name] <= {module}
    ]
    assert private == []


def public_functions(source: str) -> Iterator[str]:
    """The public functions that a module defines at its top level without a decorator."""
    for statement in parsed(source).body:
        match statement:
            case ast.FunctionDef(name=name, decorator_list=[]) if not name.startswith("_"):
                yield name


def used_names(source: str) -> Iterator[str]:
    """The names that a module reads or imports, including names in strings: annotations, and rows of `__init__`."""
    for node in ast.walk(parsed(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                yield name
            case ast.ImportFrom(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.Constant(value=str(text)):
                yield from filter(str.isidentifier, text.split(" | "))


def test_the_architecture_page_lists_every_package() -> None:
    packages = {path.parent.name for path in (SOURCE / "masterplan").glob("*/__init__.py")}
    assert sorted(PACKAGES) == sorted(packages)
