"""Pages written by the team: their folder, their text, and files that must not be published.

`docs_dir` in mkdocs.yml names the folder; the default is `docs`. Hosts follow symbolic links and open any file, so a
link, a device or a pipe stops the build; files that editors left there are skipped. MkDocs publishes front matter that
it cannot read as text, and no host names the line of a page that stops a build. So this module reports both. Front
matter is YAML between two lines of `---` at the very top.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from traceback import walk_tb
from typing import Any, NamedTuple

from jinja2 import TemplateError, TemplateSyntaxError

from masterplan.errors import BuildError, UsageError
from masterplan.files import is_ignored, refuse_links
from masterplan.publish import mkdocs_yml

DEFAULT = "docs"

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_NEVER_CLOSED = re.compile(r"---[ \t]*\n[A-Za-z_-]+:(?:[ \t]|\n)")
_TEMPLATE = "<template>"
"""The file name that Jinja gives to a template without a file, such as a page."""


class PageText(NamedTuple):
    """A page's front matter with its `---` lines, empty if it has none, and its body."""

    front: str
    body: str


def docs_dir(root: Path) -> str:
    """The folder of pages by its path from `root`, with `/`.

    Raises UsageError if the folder is outside the repository or behind a symbolic link, or if mkdocs.yml cannot be
    read.
    """
    name = mkdocs_yml.read_optional(root).get("docs_dir", DEFAULT)
    if not isinstance(name, str) or not name:
        raise UsageError(f"{mkdocs_yml.FILE}: docs_dir: must be the name of a folder")
    path = Path(os.path.abspath(root / name))  # noqa: PTH100 - resolve() would follow the links to refuse
    refuse_links(path, root)
    return path.relative_to(Path(os.path.abspath(root))).as_posix()  # noqa: PTH100 - the same


def plan_pages(root: Path) -> str:
    """The folder of the plan's own pages by its path from `root`: `docs_dir`, or the plan's folder there in a guest.

    Raises UsageError like `docs_dir`.
    """
    guest = mkdocs_yml.guest(mkdocs_yml.read_optional(root))
    return f"{docs_dir(root)}/{guest.folder if guest else ''}".rstrip("/")


def editor_files(root: Path, docs_dir: str, folder: str) -> frozenset[Path]:
    """Files and folders that editors left among the pages (locks, backups, autosaves), by their paths from `docs_dir`.

    Only files below `folder` there count; the rest belong to another site. Other hidden files are up to the host.
    Raises UsageError for a symbolic link or special file with any other name, and for every link to a folder.
    """
    return frozenset(path.relative_to(docs_dir) for path in _left_out(root, Path(docs_dir, folder)))


def _left_out(root: Path, pages: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root / pages):
        for name in sorted((*folders, *names)):
            path = Path(folder, name)
            if _is_plain(path) and (name.startswith(".") or not is_ignored(name)):
                continue
            if not is_ignored(name) or (path.is_symlink() and path.is_dir()):  # MkDocs would walk through the folder
                raise UsageError(f"{path.relative_to(root).as_posix()} {_reason(path)}")
            yield path.relative_to(root)


def _is_plain(path: Path) -> bool:
    mode = path.lstat().st_mode
    return S_ISREG(mode) or S_ISDIR(mode)


def _reason(path: Path) -> str:
    if path.is_symlink():
        return "is a symbolic link; replace it with the file itself"
    return "is neither a file nor a folder; move it elsewhere"


def read_page(root: Path, page: str) -> PageText:
    """A page by its path from `root`; empty if it does not exist. Raises BuildError if it is not UTF-8."""
    try:
        text = (root / page).read_text("utf-8-sig") if (root / page).is_file() else ""
    except UnicodeDecodeError as error:
        raise BuildError(f"{page}: byte {error.start + 1} is not UTF-8; save the page as UTF-8") from error
    front = _FRONT_MATTER.match(text)
    end = front.end() if front else 0
    return PageText(text[:end], text[end:])


def refuse_broken(root: Path, docs_dir: str, folder: str) -> None:
    """Raise BuildError for the first page with bytes that are not UTF-8 or with front matter that cannot be read.

    Only pages below `folder` in the docs folder count; the rest belong to another site.
    """
    unpublished = editor_files(root, docs_dir, folder)
    for path in sorted((root / docs_dir / folder).rglob("*.md")):
        inside = path.relative_to(root / docs_dir)
        if path.is_file() and not unpublished & {inside, *inside.parents}:
            page = path.relative_to(root).as_posix()
            _refuse_front_matter(page, read_page(root, page))


def _refuse_front_matter(page: str, text: PageText) -> None:
    if not text.front:
        if _NEVER_CLOSED.match(text.body):
            raise BuildError(f"{page}:1: the front matter has no end; write `---` on the line after it")
        return
    from mkdocs.utils.yaml import yaml  # type: ignore[attr-defined]  # noqa: PLC0415 - only builds need MkDocs

    try:
        data = yaml.load(_FRONT_MATTER.sub(r"\1", text.front), yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be read"
        raise BuildError(f"{page}:{mark.line + 2 if mark else 1}: the front matter is not YAML: {reason}") from error
    if not isinstance(data, dict):
        raise BuildError(f"{page}:1: the front matter is not `key: value` lines; write some, or delete its `---` lines")


def error_on(root: Path, page: str, error: BaseException, markdown: str) -> BuildError:
    """An error of Jinja, or of one of the team's own macros, as a BuildError that names the page and the line.

    `page` is a path from `root`. `markdown` is the text that ran: the end of the page, perhaps below a line of ours.
    """
    line = (_line(error) or 0) + _lines("".join(read_page(root, page))) - _lines(markdown)
    place = f"{page}:{line}" if line > 0 and _line(error) and (root / page).is_file() else page
    hint = "; put {% raw %} before and {% endraw %} after text in braces" if isinstance(error, TemplateError) else ""
    return BuildError(f"{place}: {type(error).__name__}: {' '.join(str(error).split())}{hint}")


def _line(error: BaseException) -> int | None:
    """The line of the text at which an error occurred, counted from 1; None if it is unknown."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno if error.filename in {None, _TEMPLATE} else None
    frames: Any = walk_tb(error.__traceback__)
    return next((line for frame, line in frames if frame.f_code.co_filename == _TEMPLATE), None)


def _lines(text: str) -> int:
    return text.rstrip("\n").count("\n")
