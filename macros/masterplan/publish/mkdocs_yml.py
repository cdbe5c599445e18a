"""Settings in mkdocs.yml: reads them, finds masterplan's own, and reports what a plan's site lacks."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml_env_tag import construct_env_tag

from masterplan.errors import UsageError
from masterplan.load.loader import PLAN_FOLDER, way_to_a_plan
from masterplan.model.finding import Finding, Rule
from masterplan.model.place import Place

FILE = "mkdocs.yml"
RULE = Rule("site-setting", "error", "A required setting in mkdocs.yml is missing or has the wrong value.")

EXTENSIONS: Mapping[str, str] = {
    "attr_list": "gives sections their addresses",
    "def_list": "shows lists of terms",
}
"""The Markdown extensions that the default pages need, and the purpose of each."""

_OWN = ("source_url", "commit_url", "edit_url")
"""Names of our settings under `extra: masterplan:`."""

_SHAPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "nav": (list, "a list"),
    "watch": (list, "a list"),
    "extra_css": (list, "a list"),
    "extra_javascript": (list, "a list"),
    "extra": (dict, "a group of `key: value` lines"),
    "use_directory_urls": (bool, "true or false"),
    "site_name": (str, "text"),
    "docs_dir": (str, "text"),
    "copyright": (str, "text"),
    "plugins": ((list, dict), "a list"),
    "markdown_extensions": ((list, dict), "a list"),
}
"""Types of the settings that we read, and their names in messages. The host checks all others."""

_SHOWN_FILES = re.compile(r"(?P<repository>https?://\S+?)/blob/(?P<branch>(?![0-9a-f]{40}(?:/|$))\S+)")
"""Address of a branch's files on GitHub (`…/blob/main`) or GitLab (`…/-/blob/main`). Commits cannot be edited."""
_FOLDER = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")


class Guest(NamedTuple):
    """How a plan is part of another site.

    `folder` is the folder of its pages below the docs folder (`plan/`), `title` their title in the navigation, `theme`
    the name of the site's theme. `policy` is whether they get the content security policy that a plan's own site always
    has.
    """

    folder: str
    title: str
    theme: str
    policy: bool


class OwnSettings(NamedTuple):
    """Addresses where the repository's files and commits are shown and files are edited; empty if unknown.

    `root` is the plan's repository if the pages are staged elsewhere.
    """

    source_url: str
    commit_url: str
    edit_url: str
    root: Path | None


def read(root: Path) -> dict[str, Any]:
    """All settings of the site in `root` that have a value.

    Raises UsageError if the file is missing, cannot be read, or has a setting of the wrong type.
    """
    path = root / FILE
    if not path.is_file():
        has_plan = (root / PLAN_FOLDER).is_dir()
        raise UsageError(
            f"there is no {FILE} in {root.resolve()}; "
            + ("write it with `masterplan init`" if has_plan else way_to_a_plan(root))
        )
    try:
        settings = _parsed(path)
    except RecursionError:
        raise UsageError(f"{FILE}: INHERIT leads back to the same file; change or delete the line") from None
    except (TypeError, AttributeError):
        settings = None
    if not isinstance(settings, dict):
        raise UsageError(f"{FILE}: this file, or one that it inherits, is not a group of `key: value` lines")
    return _checked(settings)


def read_optional(root: Path) -> dict[str, Any]:
    """The same, but none if the file is missing, because a plan needs it only for pages."""
    return read(root) if (root / FILE).is_file() else {}


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _loader(base: Any) -> Any:
    """A subclass of a YAML loader that also reads environment variables, as in MkDocs.

    It creates no Python objects that a file names: only the host does that, when it builds the site.
    """
    loader: Any = type("_Loader", (base,), {})
    loader.add_constructor("!ENV", construct_env_tag)
    loader.add_multi_constructor("", lambda *_: object())
    return loader


def _parsed(path: Path) -> Any:
    """The content of the file, merged with that of files that INHERIT names."""
    with suppress(UnicodeDecodeError, yaml.YAMLError):
        settings = yaml.load(path.read_text("utf-8-sig"), _loader(_FAST))  # noqa: S506 - a safe loader
        if not (isinstance(settings, dict) and "INHERIT" in settings):
            return {} if settings is None else settings

    from mkdocs.exceptions import ConfigurationError  # noqa: PLC0415 - takes a while, and most files inherit none
    from mkdocs.utils.yaml import yaml_load  # noqa: PLC0415

    problem = ""
    for base in (_FAST, yaml.SafeLoader):  # the slower loader explains errors
        try:
            with path.open("rb") as file:
                return yaml_load(file, _loader(base))
        except ConfigurationError as error:
            problem = str(error)
    raise UsageError(" ".join(f"{FILE}: {problem}".split()))


def _checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    stated = {key: value for key, value in settings.items() if value is not None}
    for key, (kind, name) in _SHAPES.items():
        if key in stated and not isinstance(stated[key], kind):
            raise UsageError(f"{FILE}: {key}: must be {name}")
    for key in ("watch", "extra_css"):
        if not all(isinstance(entry, str) for entry in stated.get(key, ())):
            raise UsageError(f"{FILE}: {key}: must be a list of paths")
    return stated


def plugins(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The plugins of a site by name, with their settings. A site that lists none has the search plugin."""
    return _by_name(settings.get("plugins", ["search"]))


def extensions(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The Markdown extensions of a site by name, with their settings."""
    return _by_name(settings.get("markdown_extensions"))


def _by_name(listed: Any) -> dict[str, dict[str, Any]]:
    """Settings by name, from a list of names and mappings or from one mapping: MkDocs accepts both."""
    entries = [listed] if isinstance(listed, dict) else listed or []
    mappings = [entry if isinstance(entry, dict) else {entry: None} for entry in entries]
    return {str(name): dict(options or {}) for entry in mappings for name, options in entry.items()}


def plugin(settings: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The settings of a plugin, empty if it has none; None if the site does not use it."""
    return plugins(settings).get(name)


def theme(settings: Mapping[str, Any]) -> str:
    """The name of a site's theme."""
    value = settings.get("theme") or "mkdocs"
    return str(value.get("name")) if isinstance(value, Mapping) else str(value)


def without(settings: Mapping[str, Any]) -> frozenset[str]:
    """The pages and parts that a site leaves out: `plugins: masterplan: without:`.

    Raises UsageError for a value that is not a list of names.
    """
    names = (plugin(settings, "masterplan") or {}).get("without") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError("without: must be a list of names, such as [savings, print]")
    return frozenset(names)


def guest(settings: Mapping[str, Any]) -> Guest | None:
    """How the plan is part of another site: `plugins: masterplan: folder:`; None if the site is the plan's own.

    Raises UsageError for a folder that cannot contain pages, and for a title that is not text.
    """
    options = plugin(settings, "masterplan") or {}
    folder, title = options.get("folder") or "", options.get("title", "Plan")
    if not folder:
        return None
    if not isinstance(folder, str) or not _FOLDER.fullmatch(folder.removesuffix("/")):
        raise UsageError("folder: must be the name of a folder for the plan's pages, such as plan")
    if not isinstance(title, str) or not title.strip():
        raise UsageError("title: must be text for the navigation, such as Plan")
    return Guest(f"{folder.removesuffix('/')}/", title, theme(settings), options.get("security_policy") is True)


def own_settings(extra: Mapping[str, Any] | None) -> OwnSettings:
    """Our settings in `extra:`, otherwise in the environment variables SOURCE_URL, COMMIT_URL and EDIT_URL.

    If no address for editing is set, it is derived from an address on GitHub or GitLab that shows the files of a
    branch. Raises UsageError for a setting that does not exist.
    """
    options = _options(extra)
    unknown = sorted(options.keys() - {*_OWN, "root"})
    if unknown:
        raise UsageError(f"{FILE}: extra: masterplan: has no setting {unknown[0]}; choose from {', '.join(_OWN)}")
    root = Path(options["root"]) if options.get("root") else None
    source, commit, edit = (str(options.get(name) or os.environ.get(name.upper(), "")).rstrip("/") for name in _OWN)
    return OwnSettings(source, commit, edit or _edit_url(source), root)


def _edit_url(source: str) -> str:
    """Address where files are edited, from the one that shows a branch's files; empty if unknown."""
    match = _SHOWN_FILES.fullmatch(source)
    return f"{match['repository']}/edit/{match['branch']}" if match else ""


def staged(extra: Mapping[str, Any] | None, root: Path) -> dict[str, Any]:
    """The `extra:` of pages that are staged outside the plan's repository, `root`."""
    return {**(extra or {}), "masterplan": _options(extra) | {"root": str(root)}}


def _options(extra: Mapping[str, Any] | None) -> dict[str, Any]:
    options = (extra or {}).get("masterplan") or {}
    if not isinstance(options, Mapping):
        raise UsageError(f"{FILE}: extra: masterplan: must be a group of `key: value` lines")
    return dict(options)


def refuse_settings(settings: Mapping[str, Any]) -> None:
    """Raise UsageError with all problems of a site's settings.

    In a site without masterplan, the only problem is what to add, which depends on whose site it is.
    """
    if plugin(settings, "masterplan") is None:
        raise UsageError(
            f"{FILE}: plugins: lacks masterplan, which adds the plan's pages; add `- masterplan`, or, if the plan is "
            "only a part of the site, the lines that `masterplan init` shows"
        )
    problems = [f"{key}: {message}" for key, message in _problems(settings)]
    if problems:
        hint = _hint(settings)
        raise UsageError(f"{FILE}: {'; '.join(problems)}{f'; {hint}' if hint else ''}")


def settings_findings(root: Path) -> tuple[Finding, ...]:
    """Problems of a site's settings as findings, each at its line; none if the site does not use our plugin."""
    path = root / FILE
    if not path.is_file():
        return ()
    try:
        settings = read(root)
    except UsageError as error:
        return (Finding(RULE, Place(FILE), str(error).removeprefix(f"{FILE}: ")),)
    if plugin(settings, "masterplan") is None:
        return ()
    lines, hint = path.read_text("utf-8-sig", "replace").splitlines(), _hint(settings)
    return tuple(Finding(RULE, _place(lines, key), f"{key}: {message}", hint) for key, message in _problems(settings))


def _hint(settings: Mapping[str, Any]) -> str:
    """A hint if the site's theme is not Material: the plan may be only a part of the site."""
    if all(key != "theme" for key, _ in _problems(settings)):
        return ""
    return "or, if the plan is only a part of the site, set `folder: plan` under masterplan"


def _place(lines: list[str], key: str) -> Place:
    """The line of a top-level key; the first line if there is none."""
    return Place(FILE, next((n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1))


def _problems(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each problem as its top-level key and a message with what is missing and what to write."""
    options = plugin(settings, "masterplan") or {}
    if not options.get("folder"):
        yield from (("theme", message) for message in _theme_problems(settings))
        yield from (("plugins", message) for message in _plugin_problems(settings))
        for name in (name for name in EXTENSIONS if name not in extensions(settings)):
            yield "markdown_extensions", f"lacks {name}, which {EXTENSIONS[name]}; add `- {name}`"
    elif options.get("security_policy") and theme(settings) != "material":
        yield "plugins", "masterplan: security_policy: works with Material only; delete the line"
    for check in (_refuse_unknown, guest):
        try:
            check(settings)
        except UsageError as error:
            yield "plugins", f"masterplan: {error}"


def _refuse_unknown(settings: Mapping[str, Any]) -> None:
    if names := without(settings):
        from masterplan.publish.default_pages import refuse_unknown  # noqa: PLC0415 - most sites leave nothing out

        refuse_unknown(names)


def _theme_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    if theme(settings) != "material":
        name = theme(settings) if settings.get("theme") else "not set"
        yield f"is {name}, but the pages need Material; write `name: material`"
    options = settings.get("theme")
    if not isinstance(options, Mapping) or options.get("font", True) is not False:
        yield "makes browsers load fonts from another host; write `font: false`"


def _plugin_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    macros = plugin(settings, "macros")
    if macros is None:
        yield "lacks macros, which fills the pages; add `- macros` with `modules: [masterplan.macros]`"
        return
    if "masterplan.macros" not in (macros.get("modules") or []):
        yield "macros: does not load masterplan; write `modules: [masterplan.macros]`"
    if macros.get("on_error_fail") is not True:
        yield "macros: needs on_error_fail: true, so that no page with a wrong macro call is published"
    if macros.get("on_undefined") != "strict":
        yield "macros: needs on_undefined: strict, so that no page with a misspelt macro is published"
