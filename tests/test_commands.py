"""The command reference in the guide, which is generated from the command line itself.

GOLDEN=write pytest tests/test_commands.py      # writes docs/guide/commands.md
"""

import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import typer

from masterplan.cli.export import register
from masterplan.cli.group import commands_for
from tests.sites import OURS

PAGE = OURS / "docs" / "guide" / "commands.md"
HEAD = """\
---
search:
  exclude: true
---

# Commands

Every command of `masterplan`, as in `masterplan COMMAND --help`. Commands work on the repository in the
current folder, or on the one that `--root` names.

| Exit code | Meaning |
| --- | --- |
| 0 | The command succeeded |
| 1 | The plan has errors; or `check`, `diff` or `schema --check` found what their options count as a failure |
| 2 | The command could not run; standard error has the reason in one sentence |
"""
Command = Callable[..., None]


def commands(group: typer.Typer, before: str = "") -> Iterator[tuple[str, Command]]:
    """Every command by the words that call it, in the order of `--help`."""
    for info in group.registered_groups:
        assert info.typer_instance is not None
        yield from commands(info.typer_instance, f"{before}{info.name} " if isinstance(info.name, str) else before)
    for command in group.registered_commands:
        assert command.callback is not None
        yield before + (command.name or command.callback.__name__), command.callback


register()
COMMANDS = dict(commands(commands_for()))


def reference() -> str:
    return HEAD + "".join(_command(name, command) for name, command in COMMANDS.items())


def _command(name: str, command: Command) -> str:
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command).parameters
    parameters = [_parameter(parameter, hints[parameter.name]) for parameter in signature.values()]
    called = " ".join([f"masterplan {name}", *filter(None, (call for call, *_ in parameters))])
    lines = [
        f"\n## {name} {{: #{name.replace(' ', '-')} }}\n",
        f"```sh\n{called}\n```\n",
        f"{inspect.getdoc(command)}\n",
    ]
    lines += ["| Option | Default | What it is |", "| --- | --- | --- |"]
    lines += [f"| {shown} | {default} | {says} |" for _, shown, default, says in parameters]
    return "\n".join(lines) + "\n"


def _parameter(parameter: inspect.Parameter, hint: Any) -> tuple[str, str, str, str]:
    """A parameter in the call (empty for an option), its names with the kind of value, its default, and its help."""
    kind, info = get_args(hint)[:2]
    is_needed = parameter.default is inspect.Parameter.empty
    default = "required" if is_needed else _default(parameter.default)
    value = info.metavar or _value(kind)
    if isinstance(info, typer.models.ArgumentInfo):
        name = info.metavar or parameter.name.upper().strip("_")
        return name if is_needed else f"[{name}]", f"`{name}`", default, info.help or ""
    declared = [name for name in (info.default, *(info.param_decls or ())) if isinstance(name, str)]
    names = ", ".join(f"`{name}`" for name in declared or (f"--{parameter.name.replace('_', '-')}",))
    return "", f"{names} {value}".strip(), default, info.help or ""


def _value(kind: Any) -> str:
    """The choices of an option; empty for a flag."""
    kinds = [part for part in get_args(kind) if part is not NoneType] if get_origin(kind) is not Literal else []
    if kinds:
        return _value(kinds[0])
    return "" if kind is bool else "one of " + ", ".join(f"`{choice}`" for choice in get_args(kind))


def _default(value: object) -> str:
    return "" if value in (None, False) else "the current folder" if value == Path() else f"`{value}`"


def test_the_command_reference_is_up_to_date() -> None:
    if os.environ.get("GOLDEN") == "write":
        PAGE.write_text(reference(), "utf-8")
    assert PAGE.read_text("utf-8") == reference()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_names_every_command(name: str) -> None:
    table = (OURS / "README.md").read_text("utf-8").partition("| Command | |")[2].partition("\n\n")[0]
    assert {*name.split()} <= {*table.replace("`", " ").replace(",", " ").split()}
