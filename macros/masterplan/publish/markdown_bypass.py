"""HTML that macros made, kept away from the host's Markdown, which would parse it only to give back the same.

That took a third of a large build. An empty element stands for each block until the page's Markdown is converted. It is
for hosts that hand out a page between Markdown and template, as MkDocs does.
"""

import re
from itertools import count

_BLOCK = re.compile(r"^<(?:details|div|dl|figure|nav|ol|p|table|ul)\b.*(?:\n.+)*", re.MULTILINE)
_HELD = re.compile(r'<div data-mp-held="\d+"></div>')


class Blocks:
    """Blocks of HTML by what stands for them, until their pages take them out again."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}
        self._numbers = count()

    def hold(self, text: str) -> str:
        """A macro's text with something short in the place of each block; a block ends at an empty line."""
        return _BLOCK.sub(self._holding, text)

    def put_back(self, html: str) -> str:
        """A page's HTML with its blocks."""
        return _HELD.sub(lambda match: self._held.pop(match[0], match[0]), html)

    def _holding(self, block: re.Match[str]) -> str:
        mark = f'<div data-mp-held="{next(self._numbers)}"></div>'
        self._held[mark] = block[0]
        return mark
