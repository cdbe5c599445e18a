"""A built site made lighter without a change to what it shows, whatever host wrote it.

Character references that only Markdown needed become the characters they stand for, the theme's part of a page loses
its empty lines and indents, and files of the theme that no page asks for go.
"""

import json
import re
import shutil
from pathlib import Path

_HARMLESS = "!$%()*+,-./:=?@[\\]^_`|~"
"""What HTML reads as itself, in text and in quoted attributes. Braces are not among it: they tell a macro left over."""
_CHARACTERS = {f"&#{ord(char)};": char for char in _HARMLESS}
_REFERENCE = re.compile(r"&#\d+;")
_SCRIPT = re.compile(r"(<script\b.*?</script>)", re.DOTALL)
_INDENT = re.compile(r"\n\s+")

_SCRIPTS = "assets/javascripts"
_STYLES = "assets/stylesheets"
_INDEX = "search/search_index.json"


def lighter(html: str) -> str:
    """One page with fewer bytes that a browser shows alike; what its article says keeps its lines."""
    before, opening, rest = html.partition("<article")
    article, closing, after = rest.rpartition("</article>")
    return "".join((_close(before), opening, _plainer(article), closing, _close(after)))


def drop_unused(site: Path) -> None:
    """Remove files that the theme brings for its own authors, and for searches in languages that this site has not."""
    for folder in (_SCRIPTS, _STYLES):
        # Only a browser's developer tools ask for maps of sources, which weigh more than all scripts of the theme.
        for path in (site / folder).rglob("*.map"):
            path.unlink()
    index = site / _INDEX
    # The search loads its language files for any language but English.
    if index.is_file() and json.loads(index.read_bytes())["config"]["lang"] == ["en"]:
        shutil.rmtree(site / _SCRIPTS / "lunr", ignore_errors=True)


def _close(html: str) -> str:
    """What the theme wrote, without indents; scripts stay byte for byte, as they are known by their hashes."""
    parts = _SCRIPT.split(html)
    parts[::2] = [_INDENT.sub("\n", part) for part in parts[::2]]
    return "".join(parts)


def _plainer(html: str) -> str:
    return _REFERENCE.sub(lambda match: _CHARACTERS.get(match[0], match[0]), html)
