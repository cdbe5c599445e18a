"""What mkdocs.yml says: the file, masterplan's own settings in it, and what a plan's site needs that it lacks."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

from masterplan.errors import UsageError
from masterplan.model.finding import Finding, Rule
from masterplan.model.place import Place

FILE = "mkdocs.yml"
RULE = Rule("site-setting", "error", "A required setting in mkdocs.yml is missing or has the wrong value.")

EXTENSIONS: Mapping[str, str] = {
    "attr_list": "gives sections their addresses",
    "def_list": "shows lists of terms",
}
"""The Markdown extensions that the default pages need, and what each does for them."""

_OWN = ("source_url", "commit_url", "edit_url")
"""Our settings under `extra: masterplan:`, by name."""

_SHAPES: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "nav": (list, "a list"),
    "watch": (list, "a list"),
    "extra_css": (list, "a list"),
    "extra_javascript": (list, "a list"),
    "extra": (dict, "a group of `key: value` lines"),
    "use_directory_urls": (bool, "true or false"),
    "site_name": (str, "a text"),
    "docs_dir": (str, "a text"),
    "copyright": (str, "a text"),
    "plugins": ((list, dict), "a list"),
    "markdown_extensions": ((list, dict), "a list"),
}
"""The types of the settings that we read, and their names in messages; the host judges the rest."""

_SHOWN_FILES = re.compile(r"(?P<repository>https?://\S+?)/blob/(?P<branch>(?![0-9a-f]{40}(?:/|$))\S+)")
"""The address of a branch's files on GitHub (`…/blob/main`) or GitLab (`…/-/blob/main`); a commit cannot be edited."""
_FOLDER = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")


@dataclass(frozen=True, slots=True)
class Guest:
    """How a plan is part of another site.

    `folder` is where its pages are below the docs folder (`plan/`), `title` what the navigation calls them, `theme` the
    name of the site's theme. `policy`: whether they get the content security policy that a plan's own site always has.
    """

    folder: str
    title: str
    theme: str
    policy: bool


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """The addresses at which the repository's files and commits are shown and files edited; empty where none is known.

    `root` is the plan's repository where pages are staged away from it.
    """

    source_url: str
    commit_url: str
    edit_url: str
    root: Path | None


def read(root: Path) -> dict[str, Any]:
    """All settings of the site in `root` that have a value.

    Raises UsageError where the file is missing, cannot be read, or has a setting of the wrong type.
    """
    path = root / FILE
    if not path.is_file():
        raise UsageError(
            f"there is no {FILE} in {root.resolve()}; run masterplan in the plan's repository, or use --root"
        )
    try:
        settings = _parsed(path)
    except RecursionError:
        raise UsageError(f"{FILE}: INHERIT leads back to the same file; set another one, or delete it") from None
    except (TypeError, AttributeError):
        settings = None
    if not isinstance(settings, dict):
        raise UsageError(f"{FILE}: this file, or one that it inherits, is not a group of `key: value` lines")
    return _checked(settings)


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _loader(kind: Any) -> Any:
    """A kind of loader with the variables that MkDocs adds to YAML.

    No object that a file names in Python is made: only the host does that, when it builds the site.
    """
    loader: Any = type("_Loader", (kind,), {})
    loader.add_constructor("!ENV", construct_env_tag)
    loader.add_multi_constructor("", lambda *_: object())
    return loader


def _parsed(path: Path) -> Any:
    """The content of the file, and of those that INHERIT names."""
    with suppress(UnicodeDecodeError, yaml.YAMLError):
        settings = yaml.load(path.read_text("utf-8-sig"), _loader(_FAST))  # noqa: S506 - a safe one
        if not (isinstance(settings, dict) and "INHERIT" in settings):
            return {} if settings is None else settings

    from mkdocs.exceptions import ConfigurationError  # noqa: PLC0415 - takes a while, and most files inherit none
    from mkdocs.utils.yaml import yaml_load  # noqa: PLC0415

    wrong = ""
    for kind in (_FAST, yaml.SafeLoader):  # the slower one explains errors
        try:
            with path.open("rb") as file:
                return yaml_load(file, _loader(kind))
        except ConfigurationError as error:
            wrong = str(error)
    raise UsageError(" ".join(f"{FILE}: {wrong}".split()))


def _checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in settings.items() if value is not None}
    for key, (kind, name) in _SHAPES.items():
        if key in given and not isinstance(given[key], kind):
            raise UsageError(f"{FILE}: {key}: must be {name}")
    for key in ("watch", "extra_css"):
        if not all(isinstance(entry, str) for entry in given.get(key, ())):
            raise UsageError(f"{FILE}: {key}: must be a list of texts")
    return given


def plugins(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The plugins of a site by name, with their settings; a site that names none has the search."""
    return _by_name(settings.get("plugins", ["search"]))


def extensions(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The Markdown extensions of a site by name, with their settings."""
    return _by_name(settings.get("markdown_extensions"))


def _by_name(listed: Any) -> dict[str, dict[str, Any]]:
    """A list of names and mappings, or one mapping, as MkDocs takes both."""
    entries = [listed] if isinstance(listed, dict) else listed or []
    mappings = [entry if isinstance(entry, dict) else {entry: None} for entry in entries]
    return {str(name): dict(options or {}) for entry in mappings for name, options in entry.items()}


def plugin(settings: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The settings of a plugin, empty where it has none; None where the site does not use it."""
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
    """How the plan is part of another site: `plugins: masterplan: folder:`; None where the site is the plan's own.

    Raises UsageError for a folder that no page can be in, and for a title that is not text.
    """
    options = plugin(settings, "masterplan") or {}
    folder, title = options.get("folder") or "", options.get("title", "Plan")
    if not folder:
        return None
    if not isinstance(folder, str) or not _FOLDER.fullmatch(folder.removesuffix("/")):
        raise UsageError("folder: must be the name of a folder for the plan's pages, such as plan")
    if not isinstance(title, str) or not title.strip():
        raise UsageError("title: must be a text for the navigation, such as Plan")
    return Guest(f"{folder.removesuffix('/')}/", title, theme(settings), options.get("security_policy") is True)


def own_settings(extra: Mapping[str, Any] | None) -> OwnSettings:
    """Our settings in `extra:`, else in the environment variables SOURCE_URL, COMMIT_URL and EDIT_URL.

    Without an address for editing, it follows from one of GitHub or GitLab that shows the files of a branch.
    Raises UsageError for a setting that does not exist.
    """
    options = _options(extra)
    unknown = sorted(options.keys() - {*_OWN, "root"})
    if unknown:
        raise UsageError(f"{FILE}: extra: masterplan: has no setting {unknown[0]}; choose from {', '.join(_OWN)}")
    root = Path(options["root"]) if options.get("root") else None
    source, commit, edit = (str(options.get(name) or os.environ.get(name.upper(), "")).rstrip("/") for name in _OWN)
    return OwnSettings(source, commit, edit or _editing(source), root)


def _editing(source: str) -> str:
    """Where files are edited, by the address where those of a branch are shown; empty where that cannot be known."""
    match = _SHOWN_FILES.fullmatch(source)
    return f"{match['repository']}/edit/{match['branch']}" if match else ""


def staged(extra: Mapping[str, Any] | None, root: Path) -> dict[str, Any]:
    """The same `extra:` for pages that are staged away from the plan in `root`."""
    return {**(extra or {}), "masterplan": _options(extra) | {"root": str(root)}}


def _options(extra: Mapping[str, Any] | None) -> dict[str, Any]:
    options = (extra or {}).get("masterplan") or {}
    if not isinstance(options, Mapping):
        raise UsageError(f"{FILE}: extra: masterplan: must be a group of `key: value` lines")
    return dict(options)


def refuse_settings(settings: Mapping[str, Any]) -> None:
    """Raise UsageError with everything that a site of these settings lacks."""
    lacking = [f"{key}: {message}" for key, message in _problems(settings)]
    if lacking:
        hint = _hint(settings)
        raise UsageError(f"{FILE}: {'; '.join(lacking)}{f'; {hint}' if hint else ''}")


def settings_findings(root: Path) -> tuple[Finding, ...]:
    """The same as findings, each at the line of its setting; none where the site does not use our plugin."""
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
    """The other way out where the theme is not that of a plan's own site: the site may show more than the plan."""
    if all(key != "theme" for key, _ in _problems(settings)):
        return ""
    return "or, if the plan is only a part of the site, set `folder: plan` below masterplan"


def _place(lines: list[str], key: str) -> Place:
    """The line of a key at the top of the file; the first line where there is none."""
    return Place(FILE, next((n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1))


def _problems(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each problem as the top-level key that it concerns and a message: what is missing and what to write."""
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
    if plugin(settings, "masterplan") is None:
        yield "has no masterplan, which adds the plan's pages; add `- masterplan`"
    macros = plugin(settings, "macros")
    if macros is None:
        yield "has no macros, which fills the pages; add `- macros` with `modules: [masterplan.macros]`"
        return
    if "masterplan.macros" not in (macros.get("modules") or []):
        yield "macros: does not load masterplan; write `modules: [masterplan.macros]`"
    if macros.get("on_error_fail") is not True:
        yield "macros: needs on_error_fail: true, so that no page with a wrong macro call is published"
    if macros.get("on_undefined") != "strict":
        yield "macros: needs on_undefined: strict, so that no page with a misspelt macro is published"
