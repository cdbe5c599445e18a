"""Names that a theme leaves out, so that whoever listens to a page can tell its parts apart.

Done on finished pages, as the hosts have no common place for templates of our own. A theme that has changed is told.
"""

import re
from collections.abc import Iterator

from masterplan.errors import BuildError

_DIALOG = 'role="dialog"'
_SEARCH = re.compile(r'(<div class="md-search"[^>]*\brole="dialog")>')
_PATH = re.compile(r'(<nav class="md-path") aria-label="[^"]*"')


def with_names(html: str) -> str:
    """One page whose search has a name and whose path is told from the other navigation by its name.

    Raises BuildError where the theme's markup is not what it was.
    """
    named = _SEARCH.sub(r'\1 aria-label="Search">', html)
    for tag in _dialogs(named):
        if "aria-label=" not in tag:
            raise BuildError(f"the theme has a dialog without a name: <{tag}>")
    named, found = _PATH.subn(r'\1 aria-label="Path"', named)
    if not found and "md-path__" in html:
        raise BuildError("the theme's path above the heading has changed and cannot be named")
    return named


def _dialogs(html: str) -> Iterator[str]:
    """What stands between the brackets of every tag of a dialog; a search for the words alone is quick."""
    at = html.find(_DIALOG)
    while at >= 0:
        yield html[html.rfind("<", 0, at) + 1 : html.find(">", at)]
        at = html.find(_DIALOG, at + 1)
