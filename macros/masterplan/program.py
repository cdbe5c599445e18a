"""What makes a site, besides the plan: masterplan's own files, Python, and the packages that are installed.

What a build remembers holds only for the program that wrote it. It is known by digests, as short texts that differ as
soon as a file or a version does.
"""

import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = Path(__file__).parent

_MAKERS = ("jinja2", "markdown", "material", "mkdocs", "mkdocs_macros", "pydantic", "pygments", "pymdownx", "yaml")
"""Packages that make pages, by the names under which they are imported."""


def default_pages() -> Path:
    """The folder of the default pages: in the package, or docs/ of the repository of an editable installation."""
    packaged = _PACKAGE / "publish" / "docs"
    return packaged if packaged.is_dir() else _PACKAGE.parents[1] / "docs"


@cache
def own_files() -> str:
    """A digest of masterplan's own files: with others the same plan may look different."""
    return _digest(_PACKAGE, "*")


@cache
def program() -> str:
    """A digest of masterplan's own files, and of the versions of Python and of all packages; empty if not known.

    A package has a known version where an installer put it, and none where its source is used in place.
    """
    places = sorted({place for name in _MAKERS if (place := _place(name))})
    installed = [sorted(path.name for path in place.glob("*.dist-info")) for place in places]
    if not all(installed):
        return ""
    own = (own_files(), _digest(default_pages(), "*.md"))
    return sha256(repr((own, sys.version, sys.platform, list(map(str, places)), installed)).encode()).hexdigest()


def _digest(folder: Path, names: str) -> str:
    """A digest of the files in a folder, without those that Python compiled."""
    digest = sha256()
    for path in sorted(folder.rglob(names)):
        if path.suffix != ".pyc" and path.is_file():
            content = sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()!r} {content}\n".encode())
    return digest.hexdigest()


def _place(name: str) -> Path | None:
    """The folder that a package is imported from; None where it is not installed."""
    spec = find_spec(name)
    return Path(spec.origin).parents[1] if spec and spec.origin else None
