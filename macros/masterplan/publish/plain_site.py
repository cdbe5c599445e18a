"""Decides whether all inputs of a site are known; only then can a build be skipped.

Hooks, other plugins, the team's own macros, templates and modules, and extensions that read files may depend on
anything: the time, another file, another host. Whatever is not in a table of this module counts as unknown.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, nodes
from mkdocs.utils import is_markdown_file
from mkdocs.utils.yaml import yaml  # type: ignore[attr-defined]

from masterplan.load.loader import PLAN_FOLDER
from masterplan.publish import mkdocs_yml
from masterplan.publish.inputs import Reach
from masterplan.publish.reference import MACROS
from masterplan.publish.team_pages import DEFAULT

_PLUGINS: Mapping[str, frozenset[str]] = {
    "search": frozenset({"lang", "separator", "min_search_length", "indexing", "pipeline"}),
    "masterplan": frozenset({"without"}),
    "macros": frozenset({"modules", "on_error_fail", "on_undefined", "verbose"}),
}
"""Plugins, each with the options with which it reads only pages and settings."""

_MODULES = ["masterplan.macros"]
"""The only allowed modules of macros."""

_EXTENSIONS = {
    *("abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "meta", "nl2br"),
    *("sane_lists", "smarty", "tables", "toc", "wikilinks"),
    *(
        f"pymdownx.{name}"
        for name in (
            *("arithmatex", "betterem", "blocks.admonition", "blocks.definition", "blocks.details", "blocks.html"),
            *("blocks.tab", "caret", "critic", "details", "escapeall", "extra", "highlight", "inlinehilite", "keys"),
            *("magiclink", "mark", "progressbar", "saneheaders", "smartsymbols", "striphtml", "superfences", "tabbed"),
            *("tasklist", "tilde"),
        )
    ),
}
"""Markdown extensions that read no files."""

_TAGS = tuple(
    f"tag:yaml.org,2002:{kind}"
    for kind in (
        *("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value"),
        *("python/name:pymdownx.", "python/object/apply:pymdownx."),
    )
)
"""Prefixes of the YAML tags allowed in settings, besides `!ENV`."""

_ENV = "!ENV"

_UNKNOWN = {"hooks", "extra_templates"}
"""Settings with the team's own code or templates."""

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Call, nodes.Name, nodes.Const, nodes.Keyword, nodes.If,
    nodes.CondExpr, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.List, nodes.Tuple, nodes.Concat,
    nodes.Filter,
)  # fmt: skip
"""Jinja's nodes allowed in a page."""

_FILTERS = {"lower", "upper", "title", "capitalize"}


def reach_of(root: Path) -> Reach | None:
    """The inputs of the site in `root`; None if not all are known. Raises UsageError as `mkdocs_yml.read` does."""
    settings = mkdocs_yml.read(root)
    pages = str(settings.get("docs_dir", DEFAULT))
    values = set(_values(yaml.compose((root / mkdocs_yml.FILE).read_bytes(), yaml.SafeLoader)))
    if not (_is_known(settings) and all(map(_is_plain_value, values)) and all(map(_shows_plan, _texts(root / pages)))):
        return None
    variables = tuple(sorted(text for text, tag in values if tag == _ENV))
    return Reach(mkdocs_yml.FILE, pages, (mkdocs_yml.FILE, PLAN_FOLDER, pages), variables)


def _is_known(settings: Mapping[str, Any]) -> bool:
    plugins, theme = mkdocs_yml.plugins(settings), settings.get("theme")
    return (
        not _UNKNOWN & settings.keys()
        and not (isinstance(theme, Mapping) and "custom_dir" in theme)
        and all(name in _PLUGINS and options.keys() <= _PLUGINS[name] for name, options in plugins.items())
        and plugins.get("macros", {}).get("modules") == _MODULES
        and mkdocs_yml.extensions(settings).keys() <= _EXTENSIONS
    )


def _is_plain_value(value: tuple[str, str]) -> bool:
    text, tag = value
    return text != "INHERIT" and (tag == _ENV or tag.startswith(_TAGS))


def _values(top: Any) -> Iterator[tuple[str, str]]:
    """Text and tag of every value in a YAML document; texts below `!ENV` have that tag."""
    seen, left = set[tuple[int, bool]](), [(top, False)]
    while left:
        node, of_environment = left.pop()
        if (id(node), of_environment) in seen:  # an alias may lead back
            continue
        seen.add((id(node), of_environment))
        of_environment = of_environment or node.tag == _ENV
        inside = node.value if isinstance(node.value, list) else []
        left += [(part, of_environment) for item in inside for part in (item if isinstance(item, tuple) else (item,))]
        yield "" if inside else str(node.value), node.tag
        if of_environment and isinstance(node.value, str):
            yield node.value, _ENV


def _texts(pages: Path) -> Iterator[str]:
    """The texts of the team's own pages."""
    paths = (path for path in pages.rglob("*") if is_markdown_file(path.name) and path.is_file())
    yield from (path.read_text("utf-8-sig") for path in paths)


def _shows_plan(page: str) -> bool:
    """Whether a page calls only masterplan's macros, so that it cannot show the time or another file."""
    if "{{" not in page and "{%" not in page:
        return True
    try:
        template = Environment().parse(page)  # noqa: S701 - it is only read
    except TemplateError:
        return False
    return all(map(_is_plain, (template, *template.find_all(nodes.Node))))


def _is_plain(node: nodes.Node) -> bool:
    match node:
        case nodes.Name(name=name):
            return name in MACROS
        case nodes.Filter(name=name):
            return name in _FILTERS
        case _:
            return isinstance(node, _NODES)
