"""What a plan's site needs of mkdocs.yml. Everything that is missing is named in one run, with the line to write."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from masterplan.errors import UsageError
from masterplan.model.finding import Finding, Rule
from masterplan.model.place import Place
from masterplan.publish import settings
from masterplan.publish.default_pages import refuse_unknown

RULE = Rule("site-setting", "error", "A setting in mkdocs.yml that the site needs is missing or has another value.")

EXTENSIONS: Mapping[str, str] = {
    "attr_list": "gives sections their addresses",
    "def_list": "shows lists of terms",
}
"""The Markdown extensions that the default pages need, and what each does for them."""


def refuse_settings(told: Mapping[str, Any]) -> None:
    """Raise UsageError with everything that a site of these settings lacks."""
    lacking = [f"{key}: {message}" for key, message in _problems(told)]
    if lacking:
        raise UsageError(f"{settings.FILE}: {'; '.join(lacking)}")


def settings_findings(root: Path) -> tuple[Finding, ...]:
    """The same as findings, each at the line of its setting; none where the site does not use our plugin."""
    path = root / settings.FILE
    if not path.is_file():
        return ()
    try:
        told = settings.read(root)
    except UsageError as error:
        return (Finding(RULE, Place(settings.FILE), str(error).removeprefix(f"{settings.FILE}: ")),)
    if settings.plugin(told, "masterplan") is None:
        return ()
    lines = path.read_text("utf-8-sig", "replace").splitlines()
    return tuple(Finding(RULE, _place(lines, key), f"{key}: {message}") for key, message in _problems(told))


def _place(lines: list[str], key: str) -> Place:
    """The line of a key at the top of the file; the first line where there is none."""
    return Place(settings.FILE, next((n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1))


def _problems(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each problem by the key at the top of the file that it concerns, as what is missing and what to write."""
    options = settings.plugin(told, "masterplan") or {}
    if not options.get("folder"):
        yield from _problems_of_own_site(told)
    elif options.get("security_policy") and settings.theme(told) != "material":
        yield "plugins", "masterplan: security_policy: knows the scripts of Material only; delete the line"
    for check in (_refuse_unknown, settings.guest):
        try:
            check(told)
        except UsageError as error:
            yield "plugins", f"masterplan: {error}"


def _refuse_unknown(told: Mapping[str, Any]) -> None:
    refuse_unknown(settings.without(told))


def _problems_of_own_site(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from (("theme", message) for message in _theme(told))
    yield from (("plugins", message) for message in _plugins(told))
    extensions = settings.extensions(told)
    for name, does in EXTENSIONS.items():
        if name not in extensions:
            yield "markdown_extensions", f"lacks {name}, which {does}; add `- {name}`"


def _theme(told: Mapping[str, Any]) -> Iterator[str]:
    if settings.theme(told) != "material":
        named = settings.theme(told) if told.get("theme") else "not set"
        yield f"is {named}, but the pages need Material; write `name: material`"
    options = told.get("theme")
    if not isinstance(options, Mapping) or options.get("font", True) is not False:
        yield "lets readers' browsers ask another host for fonts; write `font: false`"


def _plugins(told: Mapping[str, Any]) -> Iterator[str]:
    if settings.plugin(told, "masterplan") is None:
        yield "lacks masterplan, which adds the plan's pages; add `- masterplan`"
    macros = settings.plugin(told, "macros")
    if macros is None:
        yield "lacks macros, which fills the pages; add `- macros` with `modules: [masterplan.macros]`"
        return
    if "masterplan.macros" not in (macros.get("modules") or []):
        yield "macros: does not load ours; write `modules: [masterplan.macros]`"
    if macros.get("on_error_fail") is not True:
        yield "macros: needs on_error_fail: true, or pages with a wrong macro call would be published"
    if macros.get("on_undefined") != "strict":
        yield "macros: needs on_undefined: strict, or pages with a misspelt macro would be published"
