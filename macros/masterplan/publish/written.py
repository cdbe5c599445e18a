"""The pages that the team wrote, as text: read in one place, refused where a host would publish something else.

Front matter is YAML between two lines of `---` at the very top. MkDocs publishes front matter that it cannot read as
text, and neither host says on which line a page stops a build.
"""

import re
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

from jinja2 import TemplateError, TemplateSyntaxError
from mkdocs.utils.yaml import yaml as pyyaml  # type: ignore[attr-defined]

from masterplan.errors import BuildError
from masterplan.publish.docs import left_out

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_NEVER_CLOSED = re.compile(r"---[ \t]*\n[A-Za-z_-]+:(?:[ \t]|\n)")
_TEMPLATE = "<template>"
"""What Jinja calls the file of a template that is no file: a page."""


class Written(NamedTuple):
    """A page's front matter with the lines around it, empty where it has none, and its body."""

    front: str
    body: str


def read(root: Path, page: str) -> Written:
    """A page by its path from `root`; empty where there is none. Raises BuildError where it is not UTF-8."""
    try:
        text = (root / page).read_text("utf-8-sig") if (root / page).is_file() else ""
    except UnicodeDecodeError as error:
        raise BuildError(f"{page}: byte {error.start + 1} is not UTF-8; save the page as UTF-8") from error
    front = _FRONT_MATTER.match(text)
    end = front.end() if front else 0
    return Written(text[:end], text[end:])


def refuse_broken(root: Path, docs_dir: str, folder: str = "") -> None:
    """Raise BuildError for the first page with bytes that are not UTF-8, or with front matter that cannot be read.

    Only pages below `folder` in the docs folder count; the rest are another site's.
    """
    unpublished = left_out(root, docs_dir, folder)
    for path in sorted((root / docs_dir / folder).rglob("*.md")):
        inside = path.relative_to(root / docs_dir)
        if path.is_file() and not unpublished & {inside, *inside.parents}:
            page = path.relative_to(root).as_posix()
            _refuse_front_matter(page, read(root, page))


def _refuse_front_matter(page: str, written: Written) -> None:
    if not written.front:
        if _NEVER_CLOSED.match(written.body):
            raise BuildError(f"{page}:1: the front matter has no end; write `---` on the line after it")
        return
    try:
        data = pyyaml.load(_FRONT_MATTER.sub(r"\1", written.front), pyyaml.SafeLoader)
    except pyyaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "it cannot be read"
        raise BuildError(f"{page}:{mark.line + 2 if mark else 1}: the front matter is not YAML: {reason}") from error
    if not isinstance(data, dict):
        raise BuildError(f"{page}:1: the front matter is not `key: value` lines; write some, or delete its `---` lines")


def error_on(root: Path, page: str, error: BaseException, markdown: str) -> BuildError:
    """An error of Jinja, or of a macro of the team's own, on a page named by its path from `root`, with its line.

    `markdown` is what was run: the end of the page, perhaps below a line of ours.
    """
    line = (_line(error) or 0) + _lines("".join(read(root, page))) - _lines(markdown)
    place = f"{page}:{line}" if line > 0 and _line(error) and (root / page).is_file() else page
    hint = "; put {% raw %} before and {% endraw %} after text in braces" if isinstance(error, TemplateError) else ""
    return BuildError(f"{place}: {type(error).__name__}: {' '.join(str(error).split())}{hint}")


def _line(error: BaseException) -> int | None:
    """The line of a page, counted from 1 in what was run, at which an error left it."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno if error.filename in {None, _TEMPLATE} else None
    frames: Any = walk_tb(error.__traceback__)
    return next((line for frame, line in frames if frame.f_code.co_filename == _TEMPLATE), None)


def _lines(text: str) -> int:
    return text.rstrip("\n").count("\n")
