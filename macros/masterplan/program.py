"""Digests of the program: masterplan's own files, Python, and the installed packages.

Besides the plan, they determine a site. A cache is valid only for the program that wrote it, so its keys contain these
digests.
"""

import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = Path(__file__).parent

_MAKERS = ("jinja2", "markdown", "material", "mkdocs", "mkdocs_macros", "pydantic", "pygments", "pymdownx", "yaml")
"""Packages that influence pages, by import name."""


def default_pages() -> Path:
    """The folder of the default pages: in the package, or docs/ of the repository of an editable installation."""
    packaged = _PACKAGE / "publish" / "docs"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / "docs"


@cache
def own_files() -> str:
    """A digest of masterplan's own files, as other versions may render the same plan differently."""
    return _digest(_PACKAGE, "*")


@cache
def program() -> str:
    """A digest of masterplan's own files and of the versions of Python and all packages; empty if a version is unknown.

    The version is known of packages that an installer put in place, not of those imported from a source tree.
    """
    places = sorted({place for name in _MAKERS if (place := _place(name))})
    installed = [sorted(path.name for path in place.glob("*.dist-info")) for place in places]
    if not all(installed):
        return ""
    own = (own_files(), _digest(default_pages(), "*.md"))
    return sha256(repr((own, sys.version, sys.platform, list(map(str, places)), installed)).encode()).hexdigest()


def _digest(folder: Path, names: str) -> str:
    """A digest of the files in a folder, except compiled Python files."""
    digest = sha256()
    for path in sorted(folder.rglob(names)):
        if path.suffix != ".pyc" and path.is_file():
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()!r} {content}\n".encode())
    return digest.hexdigest()


def _place(name: str) -> Path | None:
    """The folder from which a package is imported; None if it is not installed."""
    spec = find_spec(name)
    return Path(spec.origin).parents[1] if spec and spec.origin else None
