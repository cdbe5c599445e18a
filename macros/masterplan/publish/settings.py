"""What mkdocs.yml says: the file itself, and masterplan's own settings in it under `extra: masterplan:`."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from masterplan.errors import UsageError

FILE = "mkdocs.yml"
SETTINGS = ("source_url", "commit_url")
"""Our own settings, by name."""


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
"""What the settings that we read must be; the rest is judged by the host."""


_FOLDER = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")


@dataclass(frozen=True, slots=True)
class Guest:
    """What a plan in another site has of its own: a folder below the docs folder (`plan/`), a title in the navigation.

    `theme` is the site's. `policy`: whether our pages get the content security policy that a plan's own site always
    has.
    """

    folder: str
    title: str
    theme: str
    policy: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the repository's files and commits are shown, or nothing.

    `root` is set only where pages are staged away from the plan.
    """

    source_url: str
    commit_url: str
    root: Path | None


def read(root: Path) -> dict[str, Any]:
    """All settings of the site in `root` that have a value.

    Raises UsageError where there are none, none that can be read, or one of the wrong kind.
    """
    path = root / FILE
    if not path.is_file():
        raise UsageError(f"there is no {FILE} in {root.resolve()}; call masterplan in the plan's repository")
    try:
        told = _parsed(path)
    except RecursionError:
        raise UsageError(f"{FILE}: INHERIT leads back to the same file; name another one, or delete it") from None
    except (TypeError, AttributeError):
        told = None
    if not isinstance(told, dict):
        raise UsageError(f"{FILE}: this file, or one that INHERIT names, is not a group of `key: value` lines")
    return _of_their_kind(told)


def _parsed(path: Path) -> Any:
    """What the file holds, and those that INHERIT names.

    No object that it names in Python is made: only the host does that, when it builds the site.
    """
    from mkdocs.exceptions import ConfigurationError  # noqa: PLC0415 - commands that build nothing do without MkDocs
    from mkdocs.utils.yaml import get_yaml_loader, yaml, yaml_load  # type: ignore[attr-defined]  # noqa: PLC0415

    loader = get_yaml_loader(yaml.SafeLoader)
    loader.add_multi_constructor("", lambda *_: object())
    try:
        with path.open("rb") as file:
            return yaml_load(file, loader)
    except ConfigurationError as error:
        raise UsageError(" ".join(f"{FILE}: {error}".split())) from error


def _of_their_kind(told: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in told.items() if value is not None}
    for key, (kind, shown) in _SHAPES.items():
        if key in known and not isinstance(known[key], kind):
            raise UsageError(f"{FILE}: {key}: must be {shown}")
    for key in ("watch", "extra_css"):
        if not all(isinstance(entry, str) for entry in known.get(key, ())):
            raise UsageError(f"{FILE}: {key}: must be a list of texts")
    return known


def plugins(told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The plugins of a site by name, with their settings; MkDocs takes them as a list of names and mappings, or as one.

    A site that names none has the search.
    """
    return _named(told.get("plugins", ["search"]))


def extensions(told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The Markdown extensions of a site by name, with their settings."""
    return _named(told.get("markdown_extensions"))


def _named(listed: Any) -> dict[str, dict[str, Any]]:
    """What settings list as names and mappings, or as one mapping."""
    entries = [listed] if isinstance(listed, dict) else listed or []
    mappings = [entry if isinstance(entry, dict) else {entry: None} for entry in entries]
    return {str(name): dict(options or {}) for entry in mappings for name, options in entry.items()}


def plugin(told: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The settings of a plugin, empty where it has none; None where the site does not use it."""
    return plugins(told).get(name)


def without(told: Mapping[str, Any]) -> frozenset[str]:
    """The pages and parts that a site leaves out, as `plugins: masterplan: without:` names them.

    Raises UsageError for what is no list of names.
    """
    names = (plugin(told, "masterplan") or {}).get("without") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError("without: needs a list of names, such as [savings, print]")
    return frozenset(names)


def guest(told: Mapping[str, Any]) -> Guest | None:
    """Where the plan is in another site, as `plugins: masterplan: folder:` names it; None where the site is its own.

    Raises UsageError for a folder that no page can be in, and for a title that is no text.
    """
    options = plugin(told, "masterplan") or {}
    folder, title = options.get("folder") or "", options.get("title", "Plan")
    if not folder:
        return None
    if not isinstance(folder, str) or not _FOLDER.fullmatch(folder.removesuffix("/")):
        raise UsageError("folder: needs the name of a folder for the plan's pages, such as plan")
    if not isinstance(title, str) or not title.strip():
        raise UsageError("title: needs a text for the navigation, such as Plan")
    return Guest(f"{folder.removesuffix('/')}/", title, theme(told), options.get("security_policy") is True)


def theme(told: Mapping[str, Any]) -> str:
    """The name of a site's theme, which may be all that it says of the theme."""
    given = told.get("theme") or "mkdocs"
    return str(given.get("name")) if isinstance(given, Mapping) else str(given)


def of(extra: Mapping[str, Any] | None) -> Settings:
    """Our own settings, from `extra:`, else from environment variables: SOURCE_URL, COMMIT_URL.

    Raises UsageError for one that there is not.
    """
    told = _told(extra)
    unknown = sorted(told.keys() - {*SETTINGS, "root"})
    if unknown:
        known = ", ".join(SETTINGS)
        raise UsageError(f"{FILE}: extra: masterplan: has no setting {unknown[0]}; there are {known}")
    root = Path(told["root"]) if told.get("root") else None
    source, commit = (str(told.get(name) or os.environ.get(name.upper(), "")).rstrip("/") for name in SETTINGS)
    return Settings(source, commit, root)


def staged(extra: Mapping[str, Any] | None, root: Path) -> dict[str, Any]:
    """The same `extra:` for pages that are staged away from the plan in `root`."""
    return {**(extra or {}), "masterplan": _told(extra) | {"root": str(root)}}


def _told(extra: Mapping[str, Any] | None) -> dict[str, Any]:
    told = (extra or {}).get("masterplan") or {}
    if not isinstance(told, Mapping):
        raise UsageError(f"{FILE}: extra: masterplan: must be a group of `key: value` lines")
    return dict(told)
