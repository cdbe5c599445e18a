"""The team's own pages: which folder they are in, and which of the files in it are not published.

`docs_dir` in mkdocs.yml names the folder, `docs` where it does not. Hosts follow symbolic links and open whatever they
meet, so a link, or a device or pipe, stops the build; what an editor left there for itself is left out.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from masterplan.errors import UsageError
from masterplan.files import is_ignored, refuse_links
from masterplan.publish import settings

DEFAULT = "docs"


def docs_dir(root: Path) -> str:
    """The folder of pages by its path from `root`, with `/`.

    Raises UsageError where it is outside the repository, a symbolic link leads to it, or mkdocs.yml cannot be read.
    """
    named = settings.read(root).get("docs_dir", DEFAULT) if (root / settings.FILE).is_file() else DEFAULT
    if not isinstance(named, str) or not named:
        raise UsageError(f"{settings.FILE}: docs_dir: must be the name of a folder")
    path = Path(os.path.abspath(root / named))  # noqa: PTH100 - resolve() would follow the links that are looked for
    refuse_links(path, root)
    return path.relative_to(Path(os.path.abspath(root))).as_posix()  # noqa: PTH100 - the same


def left_out(root: Path, docs_dir: str, folder: str = "") -> frozenset[Path]:
    """The files and folders that editors left among the pages, by their paths below them: locks, backups, autosaves.

    Only what is below `folder` there counts; the rest is another site's. What else is hidden is up to the host. Raises
    UsageError for a symbolic link or special file under any other name, and for every link to a folder.
    """
    return frozenset(path.relative_to(docs_dir) for path in _left_out(root, Path(docs_dir, folder)))


def _left_out(root: Path, pages: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root / pages):
        for name in sorted((*folders, *names)):
            path = Path(folder, name)
            if _is_plain(path) and (name.startswith(".") or not is_ignored(name)):
                continue
            if not is_ignored(name) or _leads_to_folder(path):
                raise UsageError(f"{path.relative_to(root).as_posix()} {_reason(path)}")
            yield path.relative_to(root)


def _leads_to_folder(path: Path) -> bool:
    """Whether a path is a symbolic link to a folder: MkDocs would walk through all of it before it leaves names out."""
    return path.is_symlink() and path.is_dir()


def _is_plain(path: Path) -> bool:
    mode = path.lstat().st_mode
    return S_ISREG(mode) or S_ISDIR(mode)


def _reason(path: Path) -> str:
    if path.is_symlink():
        return "is a symbolic link, and would publish what it points to; put the file itself there"
    return "is neither a file nor a folder; move it elsewhere"
