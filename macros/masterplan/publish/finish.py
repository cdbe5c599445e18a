"""The last step of a build on every host: makes each page safe, accessible and small in one pass.

- A content security policy allows scripts from the site itself and the theme's own inline scripts, each by its hash.
  Any other inline script stops the build: it can only have come from the plan or from a page.
- The title is text. The theme takes it from the page's heading and does not escape it again.
- The description, for search engines and link previews, is that of the page's content; feed readers find the feed.
- Landmarks have names, so that users of screen readers can distinguish them.
- The 404 page says what to do and links to the main pages.
- Bytes without effect are removed: the theme's indentation, and files of the theme that no page uses.

All this works on finished pages, because no template works on all hosts. If the markup of a theme has changed, the
build stops.
"""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Set
from html import escape, unescape
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from masterplan.errors import BuildError
from masterplan.files import entries_below
from masterplan.publish.heads import NO_HEAD, PageHead

_SCRIPT = re.compile(r"(<script\b[^>]*>.*?</script>)", re.DOTALL | re.IGNORECASE)
_NOT_INLINE = re.compile(r"""<script\b[^>]*(?:\bsrc=|\btype=["']?application/(?:ld\+)?json\b)""", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_HEADING = re.compile(r'<h1\b[^>]*>(.*?)(?:<a class="headerlink"[^>]*>.*?</a>)?</h1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile(r"<title>([^<]*)</title>")
_FEED = '<link rel="alternate feed" type="application/atom+xml" title="Changes" href="{}">'
"""Material requests a sitemap for every link whose `rel` is only `alternate`."""
_DESCRIPTION = re.compile(r'<meta name="?description"? content="([^"]*)"\s*/?>')
_NOT_FOUND = "<h1>404 - Not found</h1>"
_BASE = re.compile(r'"base": ?"([^"]*)"')
_JINJA = re.compile(r"\{\{.*?\}\}")
_POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-src 'none'; object-src 'none'"
)
_META = '<meta http-equiv="Content-Security-Policy" content="{}">'
_ANY_META = re.compile(_META.format('[^"]*').encode())

_DIALOG = 'role="dialog"'
_SEARCH = re.compile(r'(<div class="md-search"[^>]*\brole="dialog")>')
_SECTION = re.compile(
    r'(<nav class="md-nav" data-md-level="[1-9]\d*") aria-labelledby="[^"]*"'
    r'([^>]*>\s*<label class="md-nav__title"[^>]*>)(.*?)</label>',
    re.DOTALL,
)
_PATH = re.compile(r'(<nav class="md-path") aria-label="[^"]*"')

_INDENT = re.compile(r"\n\s+")

_SCRIPTS = "assets/javascripts"
_STYLES = "assets/stylesheets"
_INDEX = "search/search_index.json"


def finish_site(
    site: Path,
    theme: str,
    heads: Mapping[str, PageHead],
    main_pages: Mapping[str, str],
    finished: Set[str] = frozenset(),
) -> None:
    """Finish every page of a plan's own site except those in `finished`; `theme` is the package with its templates.

    `heads` maps paths below the site to the heads of pages. `main_pages` maps titles to addresses from the site's root,
    for the 404 page.

    Raises BuildError, which names the page, for a page that cannot be made safe.
    """
    scripts = theme_scripts(theme)
    not_found = site / "404.html"
    if not_found.is_file():
        not_found.write_bytes(_with_directions(not_found.read_text("utf-8"), main_pages).encode())
    for name, path in _pages(site):
        if name not in finished:
            head = heads.get(name, NO_HEAD)
            path.write_bytes(finish_page(name, path.read_text("utf-8"), scripts, head, names=True).encode())
    drop_unused(site)


def finish_guest(site: Path, folder: str, scripts: re.Pattern[str] | None, heads: Mapping[str, PageHead]) -> None:
    """Finish every page below a folder of another site. Raises BuildError as `finish_page` does."""
    for name, path in _pages(site / folder, folder):
        head = heads.get(name, NO_HEAD)
        path.write_bytes(finish_page(name, path.read_text("utf-8"), scripts, head).encode())


def _pages(folder: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    """The pages below a folder, each with its path after a prefix."""
    yield from ((name, Path(entry.path)) for name, entry in entries_below(folder, prefix) if name.endswith(".html"))


def finish_page(
    name: str, html: str, scripts: re.Pattern[str] | None, head: PageHead = NO_HEAD, *, names: bool = False
) -> str:
    """A finished page, given its path below the site. Raises BuildError, which names the page.

    The page gets a policy only if the theme's `scripts` are given, and names for its landmarks only if `names` is true.
    """
    try:
        html = with_head(_with_text_title(lighter(html)), head)
        html = with_names(html) if names else html
        return _with_policy(html, scripts) if scripts else html
    except BuildError as error:
        raise BuildError(f"{name}: {error}") from error


def _with_directions(html: str, main_pages: Mapping[str, str]) -> str:
    """The theme's 404 page, which has only a heading, with advice and links; any other page unchanged."""
    base = _BASE.search(html)
    root = base[1].rstrip("/") if base else ""
    links = "".join(f'<li><a href="{root}/{address}">{escape(title)}</a></li>' for title, address in main_pages.items())
    advice = "The page may have been renamed or removed. Search for its title, or start from one of these pages:"
    return html.replace(_NOT_FOUND, f"<h1>Page not found</h1>\n<p>{advice}</p>\n<ul>{links}</ul>", 1)


def theme_scripts(theme: str) -> re.Pattern[str]:
    """A pattern for the inline scripts that a theme writes into its pages, with any address filled in."""
    folder = _templates(theme) / "partials" / "javascripts"
    sources = sorted(entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".html"))
    bodies = [body for source in sources for body in _inline_scripts(source)]
    return re.compile("|".join(r"[\w./:-]*".join(map(re.escape, _JINJA.split(body))) for body in bodies))


def _templates(theme: str) -> Traversable:
    """The folder of a theme's templates. Zensical 0.0.74 moved them to another package and provides the path."""
    if theme != "zensical":
        return files(theme) / "templates"
    from zensical.config import get_theme_dir  # noqa: PLC0415 - only if it has just built the site

    return Path(get_theme_dir("material"))


def lighter(html: str) -> str:
    """A page with fewer bytes that looks the same in browsers; the article keeps its lines.

    A page without an article stays unchanged, because nothing separates the theme's markup from the content.
    """
    before, opening, rest = html.partition("<article")
    if not opening:
        return html
    article, closing, after = rest.rpartition("</article>")
    return "".join((_without_indents(before), opening, article, closing, _without_indents(after)))


def _without_indents(html: str) -> str:
    """The theme's part of a page. Scripts stay unchanged, because the policy contains their hashes."""
    return "".join(part if n % 2 else _INDENT.sub("\n", part) for n, part in enumerate(_SCRIPT.split(html)))


def _with_text_title(html: str) -> str:
    """A page with its heading's text escaped in its title. Raises BuildError if the title still contains HTML."""
    heading = _HEADING.search(html.rpartition("<article")[2])
    if heading:
        text = unescape(" ".join(_TAG.sub("", heading[1]).split()))
        html = html.replace(f"<title>{text} - ", f"<title>{escape(text)} - ", 1)
    if not _TITLE.search(html):
        raise BuildError("its title contains HTML")
    return html


def with_head(html: str, head: PageHead) -> str:
    """A page with its description, link preview and feed in its head, and with the foot of its article."""
    described, title = _DESCRIPTION.search(html), _TITLE.search(html)
    text = escape(head.description) if head.description else described[1] if described else ""
    preview = (("title", escape(head.title) or (title[1] if title else "")), ("description", text))
    tags = [
        f'<meta name="description" content="{text}">' if head.description else "",
        *(f'<meta property="og:{name}" content="{value}">' for name, value in preview if f"og:{name}" not in html),
        _FEED.format(head.feed) if head.feed else "",
        f"<style>{head.style}</style>" if head.style else "",
    ]
    if head.description:
        html = _DESCRIPTION.sub("", html, count=1)
    html = html.replace("</head>", "".join(filter(None, tags)) + "</head>", 1)
    before, closing, after = html.rpartition("</article>")
    return f"{before}{head.foot}{closing}{after}" if closing and head.foot else html


def with_names(html: str) -> str:
    """A page with names for its search, for its path and for each section of the navigation.

    The theme labels a section with an element that is empty if the section has a page, and gives the path the name of
    the navigation. Raises BuildError if the theme's markup has changed.
    """
    theme, opening, rest = html.partition("<article")
    theme, count = _PATH.subn(r'\1 aria-label="Path"', _SECTION.sub(_named_section, theme))
    if not count and "md-path__" in theme:
        raise BuildError("the theme's path above the heading has changed")
    html = _SEARCH.sub(r'\1 aria-label="Search">', theme) + opening + rest
    before, *dialogs = html.split(_DIALOG)
    for after in dialogs:  # a pattern for the whole tag takes 25 times as long
        tag = before[before.rfind("<") :] + _DIALOG + after.partition(">")[0] + ">"
        if "aria-label=" not in tag:
            raise BuildError(f"the theme has a dialog without a name: {tag}")
        before = after
    return html


def _named_section(section: re.Match[str]) -> str:
    """The opening tags of a section of the navigation, with its title as its name."""
    opening, label, title = section.groups()
    name = escape(unescape(_TAG.sub("", title)).strip())
    return f'{opening} aria-label="{name}"{label}{title}</label>'


def _with_policy(html: str, scripts: re.Pattern[str]) -> str:
    """A page with a policy that allows the theme's inline scripts. Raises BuildError for any other inline script."""
    bodies = list(_inline_scripts(html))
    for body in bodies:
        if not scripts.fullmatch(body):
            raise BuildError(f"an inline script does not come from the theme: {body.strip()[:60]!r}")
    meta = _META.format(_POLICY.format(hashes=" ".join(sorted({_hash(body) for body in bodies}))))
    hardened, count = _HEAD.subn(lambda head: head[0] + meta, html, count=1)
    if not count:
        raise BuildError("the page has no head for its security policy")
    return hardened


def without_policy(html: bytes) -> bytes:
    """A page without its policy, for a server that adds its own script."""
    return _ANY_META.sub(b"", html, count=1)


def _inline_scripts(html: str) -> Iterator[str]:
    """The text of every inline script on a page."""
    for script in _SCRIPT.findall(html):
        if not _NOT_INLINE.match(script):
            yield script[script.index(">") + 1 : script.rindex("<")]


def _hash(body: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() + "'"


def drop_unused(site: Path) -> None:
    """Remove files that only the theme's authors need, and search files for languages that the site does not use."""
    for folder in (_SCRIPTS, _STYLES):
        # Only a browser's developer tools request source maps, which are larger than all scripts of the theme.
        for path in (site / folder).rglob("*.map"):
            path.unlink()
    index = site / _INDEX
    # The search loads its language files for every language except English.
    if index.is_file() and json.loads(index.read_bytes())["config"]["lang"] == ["en"]:
        shutil.rmtree(site / _SCRIPTS / "lunr", ignore_errors=True)
