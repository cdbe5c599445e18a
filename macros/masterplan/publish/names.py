"""Names that a theme leaves out, so that whoever listens to a page can tell its parts apart.

Done on finished pages, as the hosts have no common place for templates of our own. A theme that has changed is told.
"""

import re

from masterplan.errors import BuildError

_DIALOG = re.compile(r'<(?P<tag>\w+\b[^>]*\brole="dialog")(?![^>]*\baria-label=)')
_SEARCH = re.compile(r'(<div class="md-search"[^>]*\brole="dialog")>')
_PATH = re.compile(r'(<nav class="md-path") aria-label="[^"]*"')


def with_names(html: str) -> str:
    """One page whose search has a name and whose path is told from the other navigation by its name.

    Raises BuildError where the theme's markup is not what it was.
    """
    named = _SEARCH.sub(r'\1 aria-label="Search">', html)
    if nameless := _DIALOG.search(named):
        raise BuildError(f"the theme has a dialog without a name: <{nameless['tag']}>")
    named, found = _PATH.subn(r'\1 aria-label="Path"', named)
    if not found and "md-path__" in html:
        raise BuildError("the theme's path above the heading has changed and cannot be named")
    return named
