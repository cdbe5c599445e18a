"""Views about masterplan itself, read off the code, for the guide: macros, schema, findings, changes, architecture."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from markupsafe import Markup

from masterplan.analyse.changes import RULES as CHANGE_RULES
from masterplan.model.change import ChangeRule, Weight
from masterplan.model.finding import AREAS, Area, Rule
from masterplan.model.schema import FILES, schemas
from masterplan.publish.examples import RULES, shown_plans
from masterplan.render.html import NOTHING, anchor, chip, code, joined, link, quoted, text
from masterplan.render.macro import MACROS, Context, Macro, macro
from masterplan.render.prose import prose
from masterplan.render.reports import FORMATS
from masterplan.render.table import Row, table

ROOMS = ("model", "load", "analyse", "render", "git", "edit", "publish", "cli")
"""The package's folders, in the order in which a plan passes through them."""


_WEIGHTS: dict[Weight, str] = {
    "breaking": "Breaking: others must act",
    "notable": "Notable: others should know",
    "editorial": "Editorial: only words differ",
}
"""What each weight of a change means to a reader, the gravest first."""


@macro
def macro_reference(context: Context) -> str:  # noqa: ARG001
    """Every macro with its parameters."""
    return Markup("\n\n").join(_macro(MACROS[name]) for name in sorted(MACROS))


def _macro(each: Macro) -> Markup:
    call = ", ".join(p.name if not p.default else f"{p.name}={p.default}" for p in each.parameters)
    heading = Markup("## {} {{: #{} }}").format(text(each.name), anchor(each.name))
    rows = [
        Row([code(p.name), p.default or "needed", joined(p.choices) if p.choices else NOTHING, quoted(p.says)])
        for p in each.parameters
    ]
    parameters = (
        table(f"Parameters of {each.name}", ["Parameter", "Default", "One of", "What it does"], rows)
        if rows
        else Markup("")
    )
    return Markup("{}\n\n<p>{}</p>\n\n<p>{}</p>\n\n{}").format(
        heading, code(f"{{{{ {each.name}({call}) }}}}"), quoted(each.says), parameters
    )


@macro
def report_formats(context: Context) -> Markup:  # noqa: ARG001
    """Every format of `masterplan check`, with what it is for and its media type."""
    rows = [Row([code(name), form.says, code(form.media_type)]) for name, form in FORMATS.items()]
    return table("Formats", ["Format", "For", "Media type"], rows)


@macro
def schema_reference(context: Context) -> str:
    """Every field of every plan file, with the schemas to download."""
    made = schemas()
    return Markup("\n\n").join(_file(context, name, path, made[name]) for name, (_, path) in FILES.items())


def _file(context: Context, name: str, path: str, schema: dict[str, Any]) -> Markup:
    parts = [
        (path, anchor(name), schema),
        *(
            (f"{name}: {part}", anchor(name, part.lower()), each)
            for part, each in schema.get("definitions", {}).items()
        ),
    ]
    shown = [_part(title, at, name, each) for title, at, each in parts]
    return Markup("\n\n").join(
        [
            shown[0],
            Markup("<p>{}</p>").format(link(context.links.to(f"schema/{name}.schema.json"), f"{name}.schema.json")),
            *shown[1:],
        ]
    )


def _part(title: str, at: Markup, file: str, schema: dict[str, Any]) -> Markup:
    needed = set(schema.get("required", ()))
    rows = [
        Row([code(field), _kind(told, file), "needed" if field in needed else NOTHING, _description(told)])
        for field, told in schema["properties"].items()
    ]
    heading = Markup("## {} {{: #{} }}") if at == file else Markup("### {} {{: #{} }}")
    return Markup("{}\n\n<p>{}</p>\n\n{}").format(
        heading.format(text(title), at),
        quoted(schema.get("description", "")),
        table(title, ["Field", "Kind", "Needed", "What it is"], rows),
    )


def _description(told: dict[str, Any]) -> Markup:
    return quoted(told["description"]) if "description" in told else NOTHING


def _kind(told: dict[str, Any], file: str) -> Markup:
    """What a field holds, in words, from its schema."""
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        return link("#" + anchor(file, name.lower()), name)
    if "anyOf" in told or "allOf" in told:
        kinds = told.get("anyOf") or told["allOf"]
        return joined((_kind(each, file) for each in kinds if each.get("type") != "null"), " or ")
    if "enum" in told:
        return joined((code(each) for each in told["enum"]), ", ")
    if told.get("type") == "array":
        return Markup("list of {}").format(_kind(told["items"], file))
    if told.get("markdown"):
        return text("text with Markdown")
    named = told.get("type", "text")
    words = {
        "string": "text",
        "boolean": "true or false",
        "integer": "whole number",
        "number": "number",
        "object": "mapping",
    }
    return joined((words.get(each, each) for each in ([named] if isinstance(named, str) else named)), " or ")


@macro
def finding_reference(context: Context) -> str:  # noqa: ARG001
    """Every kind of finding by what it means: its id, how grave it is, what is wrong, a wrong and a right plan."""
    return Markup("\n\n").join(_area(area, title) for area, title in AREAS.items())


def _area(area: Area, title: str) -> Markup:
    rows = [
        Row([code(rule.id), chip(f"finding-{rule.severity}", rule.severity), _explained(rule)], anchor=rule.id)
        for rule in RULES
        if rule.area == area
    ]
    return Markup("## {} {{: #{} }}\n\n{}").format(
        title, anchor("area", area), table(title, ["Id", "Severity", "What is wrong"], rows)
    )


@macro
def change_reference(context: Context) -> str:  # noqa: ARG001
    """Every kind of change by its weight: its id, what has changed, and a plan before and after it."""
    return Markup("\n\n").join(_weight(weight, title) for weight, title in _WEIGHTS.items())


def _weight(weight: Weight, title: str) -> Markup:
    rows = [Row([code(rule.id), _explained(rule)], anchor=rule.id) for rule in CHANGE_RULES if rule.weight == weight]
    return Markup("## {} {{: #{} }}\n\n{}").format(
        title, anchor("weight", weight), table(title, ["Id", "What has changed"], rows)
    )


def _explained(rule: Rule | ChangeRule) -> Markup:
    plans = shown_plans(rule)
    if not plans:
        return quoted(rule.says)
    files = Markup("").join(
        Markup("<p>{}: {}</p><pre>{}</pre>").format(title, code(f"plan_data/{path}"), _lines(content))
        for title, shown in plans.items()
        for path, content in shown.items()
    )
    return Markup('{}<details class="mp-example" data-search-exclude><summary>Example</summary>{}</details>').format(
        quoted(rule.says), files
    )


def _lines(content: str) -> Markup:
    """Text line by line with its indentation, as blanks that no host's Markdown takes away."""
    return Markup("\n").join(
        Markup("{}{}").format(Markup("&#32;") * (len(line) - len(line.lstrip())), text(line))
        for line in content.splitlines()
    )


@macro
def architecture(context: Context) -> str:  # noqa: ARG001
    """The package's rooms and modules, each in the words of its docstring."""
    package = files("masterplan")
    shown = [_room("masterplan", package)]
    shown += [_room(room, package / room) for room in ROOMS]
    return Markup("\n\n").join(shown)


def _room(name: str, folder: Traversable) -> Markup:
    rows = [Row([code(path), prose(docstring)]) for path, docstring in _modules(folder)]
    return Markup("## {} {{: #{} }}\n\n{}").format(
        text(name), anchor(name), table(f"Modules of {name}", ["Module", "What it is for"], rows)
    )


def _modules(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The modules of a folder and of the folders below it, except for the rooms, with their docstrings."""
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".py"):
            yield prefix + entry.name, ast.get_docstring(ast.parse(entry.read_text("utf-8"))) or ""
        elif entry.is_dir() and entry.name not in {*ROOMS, "__pycache__", "assets", "templates"}:
            yield from _modules(entry, f"{prefix}{entry.name}/")
