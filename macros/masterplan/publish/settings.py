"""What mkdocs.yml says: the file itself, and masterplan's own settings in it under `extra: masterplan:`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load
from mkdocs.utils.yaml import yaml as pyyaml  # type: ignore[attr-defined]

from masterplan.errors import UsageError

FILE = "mkdocs.yml"
_LOADER = get_yaml_loader(pyyaml.SafeLoader)
_LOADER.add_multi_constructor("", lambda *_: object())
"""Makes no objects that mkdocs.yml names in Python: only the host does, when it builds the site."""

SETTINGS = ("source_url", "commit_url")
"""Our own settings, by name."""


_SHAPES: Mapping[str, tuple[type, str]] = {
    "nav": (list, "a list"),
    "watch": (list, "a list"),
    "extra_css": (list, "a list"),
    "extra_javascript": (list, "a list"),
    "extra": (dict, "a group of `key: value` lines"),
    "use_directory_urls": (bool, "true or false"),
    "site_name": (str, "a text"),
    "docs_dir": (str, "a text"),
}
"""What the settings that we read must be; the rest is judged by the host."""


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
        with path.open("rb") as file:
            told = yaml_load(file, _LOADER)
    except ConfigurationError as error:
        raise UsageError(" ".join(f"{FILE}: {error}".split())) from error
    except RecursionError:
        raise UsageError(f"{FILE}: INHERIT leads back to the same file; name another one, or delete it") from None
    except (TypeError, AttributeError):
        told = None
    if not isinstance(told, dict):
        raise UsageError(f"{FILE}: this file, or one that INHERIT names, is not a group of `key: value` lines")
    return _of_their_kind(told)


def _of_their_kind(told: Mapping[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in told.items() if value is not None}
    for key, (kind, shown) in _SHAPES.items():
        if key in known and not isinstance(known[key], kind):
            raise UsageError(f"{FILE}: {key}: must be {shown}")
    for key in ("watch", "extra_css"):
        if not all(isinstance(entry, str) for entry in known.get(key, ())):
            raise UsageError(f"{FILE}: {key}: must be a list of texts")
    return known


def plugin(told: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """The settings of a plugin, empty where it has none; None where the site does not use it.

    MkDocs takes plugins as a list of names and mappings, or as one mapping.
    """
    listed = told.get("plugins")
    entries = [{name_: of_it} for name_, of_it in listed.items()] if isinstance(listed, dict) else listed or []
    for entry in entries:
        if entry == name:
            return {}
        if isinstance(entry, dict) and name in entry:
            return dict(entry[name] or {})
    return None


def without(told: Mapping[str, Any]) -> frozenset[str]:
    """The pages and parts that a site leaves out, as `plugins: masterplan: without:` names them.

    Raises UsageError for what is no list of names.
    """
    names = (plugin(told, "masterplan") or {}).get("without") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError("without: needs a list of names, such as [savings, print]")
    return frozenset(names)


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
