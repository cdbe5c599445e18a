"""Views about masterplan itself, generated from the code: macros, schemas, findings, changes, architecture."""

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from inspect import cleandoc
from io import StringIO
from tokenize import COMMENT, NL, STRING, generate_tokens
from typing import Any

from masterplan.analyse.changes import RULES as CHANGE_RULES
from masterplan.model.change import ChangeRule, Weight
from masterplan.model.finding import AREAS, KINDS, Area, FindingKind, Rule
from masterplan.model.schema import FILES, schemas
from masterplan.publish.examples import FINDING_RULES, shown_plans
from masterplan.render.blocks import (
    Chip,
    Code,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Paragraph,
    Preformatted,
    Row,
    Section,
)
from masterplan.render.compose import anchor, joined, message, row, table
from masterplan.render.macro import Context, Macro, macro, macros_of
from masterplan.render.prose import prose
from masterplan.render.reports import FORMATS
from masterplan.render.views import PLAN_MACROS

PACKAGES = ("model", "load", "analyse", "render", "git", "edit", "importing", "publish", "cli")
"""The package's folders, in the order in which a plan passes through them."""


_WEIGHTS: dict[Weight, str] = {
    "breaking": "Breaking: others must act",
    "notable": "Notable: others should know",
    "editorial": "Editorial: only words differ",
}
"""Headings for the weights of changes, the most serious first."""


@macro
def macro_reference(context: Context) -> Content:  # noqa: ARG001
    """Every macro with its parameters."""
    return tuple(_macro(MACROS[name]) for name in sorted(MACROS))


def _macro(macro: Macro) -> Section:
    call = ", ".join(p.name if not p.default else f"{p.name}={p.default}" for p in macro.parameters)
    rows = [
        row(
            Code(parameter.name),
            parameter.default or "required",
            joined(parameter.choices),
            message(parameter.description),
        )
        for parameter in macro.parameters
    ]
    parameters = table(f"Parameters of {macro.name}", ["Parameter", "Default", "One of", "What it does"], rows)
    body = (Paragraph(Code(f"{{{{ {macro.name}({call}) }}}}")), Paragraph(message(macro.description)), parameters)
    return Section(2, macro.name, anchor(macro.name), body)


@macro
def report_formats(context: Context) -> Content:  # noqa: ARG001
    """Every format of `masterplan check`, with its purpose and media type."""
    rows = [row(Code(name), form.purpose, Code(form.media_type)) for name, form in FORMATS.items()]
    return table("Formats", ["Format", "For", "Media type"], rows)


@macro
def schema_reference(context: Context) -> Content:
    """Every field of every plan file, custom fields included, with the schemas to download."""
    schema_by_name = schemas(context.facts.plan.header)
    parts: dict[str, dict[str, Any]] = {}
    sections: list[Content] = []
    for name, (_, path) in FILES.items():
        own = {part: shape for part, shape in schema_by_name[name].get("definitions", {}).items() if part not in parts}
        parts |= own
        sections += (
            _part(2, path, anchor(name), schema_by_name[name], parts),
            _download(context, f"{name}.schema.json"),
            *(_part(3, part, anchor("part", part.lower()), shape, parts) for part, shape in own.items()),
        )
    return tuple(sections)


def _download(context: Context, file: str) -> Paragraph:
    return Paragraph(Hyperlink(context.links.to(f"schema/{file}"), file))


def _part(level: int, title: str, at: str, schema: dict[str, Any], parts: dict[str, dict[str, Any]]) -> Section:
    """The fields of a file or of a part in it. A field without a description has that of its part, from `parts`."""
    required = set(schema.get("required", ()))
    rows = [
        row(
            Code(name),
            _kind(field),
            "required" if name in required else None,
            message((parts.get(_name_of(field), {}) | field).get("description", "")),
        )
        for name, field in schema["properties"].items()
    ]
    fields = table(title, ["Field", "Kind", "Required", "Meaning"], rows)
    return Section(level, title, at, (Paragraph(message(schema.get("description", ""))), fields))


def _name_of(field: dict[str, Any]) -> str:
    """The name of the part that is the value of a field; empty for any other field."""
    return str(field.get("$ref", "")).rpartition("/")[2]


def _kind(field: dict[str, Any]) -> Inline:
    """The type of a field in words, from its schema."""
    if name := _name_of(field):
        return Hyperlink("#" + anchor("part", name.lower()), name)
    if "anyOf" in field or "allOf" in field:
        kinds = field.get("anyOf") or field["allOf"]
        return joined((_kind(kind) for kind in kinds if kind.get("type") != "null"), " or ")
    if "enum" in field:
        return joined(Code(value) for value in dict.fromkeys(map(str, field["enum"])))
    if field.get("type") == "array":
        return ("list of ", _kind(field["items"]))
    if field.get("markdown"):
        return "text with Markdown"
    named = field.get("format") or field.get("type", "text")
    words = {
        "string": "text",
        "boolean": "true or false",
        "integer": "whole number",
        "number": "number",
        "object": "mapping",
    }
    return joined((words.get(kind, kind) for kind in ([named] if isinstance(named, str) else named)), " or ")


@macro
def finding_kinds(context: Context) -> Content:  # noqa: ARG001
    """The kinds of findings, with their meanings."""
    return table(
        "Kinds of findings", ["Kind", "Meaning"], [row(_kind_chip(kind), meaning) for kind, meaning in KINDS.items()]
    )


def _kind_chip(kind: FindingKind) -> Chip:
    return Chip(f"kind-{kind}", kind)


@macro
def finding_reference(context: Context) -> Content:  # noqa: ARG001
    """Every kind of finding by area: its id, kind, severity and meaning, with a wrong and a right plan."""
    return tuple(_area(area, title) for area, title in AREAS.items())


def _area(area: Area, title: str) -> Section:
    rows = [_rule(rule) for rule in FINDING_RULES if rule.area == area]
    return Section(2, title, anchor("area", area), table(title, ["Id", "Kind", "Severity", "Meaning"], rows))


def _rule(rule: Rule) -> Row:
    severity = Chip(f"finding-{rule.severity}", rule.severity)
    return row(Code(rule.id), _kind_chip(rule.kind), severity, _explained(rule), anchor=rule.id)


@macro
def change_reference(context: Context) -> Content:  # noqa: ARG001
    """Every kind of change by weight: its id and meaning, with the plan before and after the change."""
    return tuple(_weight(weight, title) for weight, title in _WEIGHTS.items())


def _weight(weight: Weight, title: str) -> Section:
    rows = [row(Code(rule.id), _explained(rule), anchor=rule.id) for rule in CHANGE_RULES if rule.weight == weight]
    return Section(2, title, anchor("weight", weight), table(title, ["Id", "Meaning"], rows))


def _explained(rule: Rule | ChangeRule) -> Flow:
    """The meaning of a rule, with its example folded below."""
    files = tuple(
        (Paragraph((f"{title}: ", Code(f"plan_data/{path}"))), Preformatted(content.strip(), f"{title}: {path}"))
        for title, plan in shown_plans(rule).items()
        for path, content in plan.items()
    )
    return (message(rule.description), Folded("Example", files, "example", searched=False))


@macro
def architecture(context: Context) -> Content:  # noqa: ARG001
    """The packages and modules, each with the docstring that describes it."""
    package = files("masterplan")
    return (_modules_of("masterplan", package), *(_modules_of(name, package / name) for name in PACKAGES))


def _modules_of(name: str, folder: Traversable) -> Section:
    rows = [row(Code(path), prose(docstring)) for path, docstring in _modules(folder)]
    return Section(2, name, anchor(name), table(f"Modules of {name}", ["Module", "Purpose"], rows))


def _modules(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The modules of a folder and of the folders below it, except for the packages, with their docstrings."""
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.name.endswith(".py"):
            yield prefix + entry.name, _docstring(entry.read_text("utf-8"))
        elif entry.is_dir() and entry.name not in {*PACKAGES, "__pycache__", "assets", "templates"}:
            yield from _modules(entry, f"{prefix}{entry.name}/")


def _docstring(source: str) -> str:
    """The docstring of a module: its first token except comments. Parsing the whole module would take far longer."""
    tokens = generate_tokens(StringIO(source).readline)
    first = next(token for token in tokens if token.type not in {COMMENT, NL})
    return cleandoc(ast.literal_eval(first.string)) if first.type == STRING else ""


MACROS: Mapping[str, Macro] = {**PLAN_MACROS, **macros_of(sys.modules[__name__])}
"""Every macro that pages can call, by name."""
