"""A built site made safer, whatever host wrote it: on every page a content security policy, and a title that is text.

It is the last step of a build, so pages also lose here what they do not need (`lean`).

The policy allows scripts from the site itself and the theme's own inline scripts, each by its hash. An inline script
that is not one of those stops the build: it can only have come from the plan or from a page.

The theme takes the title from the page's heading and writes it into `<title>` without escaping it again.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape, unescape
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from masterplan.errors import BuildError
from masterplan.publish.landmarks import with_names
from masterplan.publish.minify import drop_unused, lighter

_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
_NOT_INLINE = re.compile(r"""\bsrc=|\btype=["']?application/(?:ld\+)?json\b""", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_HEADING = re.compile(r'<h1\b[^>]*>(.*?)(?:<a class="headerlink"[^>]*>.*?</a>)?</h1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile(r"<title>[^<]*</title>")
_JINJA = re.compile(r"\{\{.*?\}\}")
_POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-src 'none'; object-src 'none'"
)
_META = '<meta http-equiv="Content-Security-Policy" content="{}">'
_ANY_META = re.compile(_META.format('[^"]*').encode())


def harden(site: Path, theme: str) -> None:
    """Harden every page of a site; `theme` is the package that holds the theme's templates.

    Raises BuildError, which names the page, for a page that cannot be made safe.
    """
    known = theme_scripts(theme)
    for path in sorted(site.rglob("*.html")):
        try:
            page = with_policy(with_names(with_text_title(lighter(path.read_text("utf-8")))), known)
        except BuildError as error:
            raise BuildError(f"{path.relative_to(site).as_posix()}: {error}") from error
        path.write_bytes(page.encode())
    drop_unused(site)


def harden_guest(site: Path, folder: str, known: re.Pattern[str] | None) -> None:
    """Harden every page below a folder of another site as `of_guest` does; raises BuildError as that does."""
    for path in sorted((site / folder).rglob("*.html")):
        name = path.relative_to(site).as_posix()
        path.write_bytes(of_guest(name, path.read_text("utf-8"), known).encode())


def of_guest(name: str, html: str, known: re.Pattern[str] | None) -> str:
    """A page of ours in another site, hardened; it gets a policy only where the theme's scripts are `known`.

    Raises BuildError, which names the page.
    """
    try:
        titled = with_text_title(lighter(html) if "<article" in html else html)
        return with_policy(titled, known) if known else titled
    except BuildError as error:
        raise BuildError(f"{name}: {error}") from error


def theme_scripts(theme: str) -> re.Pattern[str]:
    """What matches the inline scripts that a theme writes into its pages, whatever address it fills in."""
    folder = _templates(theme) / "partials" / "javascripts"
    sources = sorted(entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".html"))
    bodies = [body for source in sources for body in _inline(source)]
    return re.compile("|".join(r"[\w./:-]*".join(map(re.escape, _JINJA.split(body))) for body in bodies))


def _templates(theme: str) -> Traversable:
    """The folder of a theme's templates, which Zensical has in a package of its own since 0.0.74 and names itself."""
    if theme != "zensical":
        return files(theme) / "templates"
    from zensical.config import get_theme_dir  # noqa: PLC0415 - only where it has just built the site

    return Path(get_theme_dir("material"))


def with_text_title(html: str) -> str:
    """One page with its heading's text escaped in its title. Raises BuildError where it is no plain text then."""
    heading = _HEADING.search(html.rpartition("<article")[2])
    if heading:
        text = unescape(" ".join(_TAG.sub("", heading[1]).split()))
        html = html.replace(f"<title>{text} - ", f"<title>{escape(text)} - ", 1)
    if not _TITLE.search(html):
        raise BuildError("its title would be read as HTML")
    return html


def with_policy(html: str, known: re.Pattern[str]) -> str:
    """One page with its policy, which allows the inline scripts that are known. Raises BuildError for any other."""
    bodies = list(_inline(html))
    for body in bodies:
        if not known.fullmatch(body):
            raise BuildError(f"an inline script that is not the theme's would be published: {body.strip()[:60]!r}")
    meta = _META.format(_POLICY.format(hashes=" ".join(sorted({_hash(body) for body in bodies}))))
    hardened, found = _HEAD.subn(lambda head: head[0] + meta, html, count=1)
    if not found:
        raise BuildError("the page has no head to put its security policy in")
    return hardened


def without_policy(html: bytes) -> bytes:
    """A page as it was before, for a server that adds a script of its own."""
    return _ANY_META.sub(b"", html, count=1)


def _inline(html: str) -> Iterator[str]:
    return (match["body"] for match in _SCRIPT.finditer(html) if not _NOT_INLINE.search(match["attributes"]))


def _hash(body: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() + "'"
