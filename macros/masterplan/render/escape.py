"""Plan text made inert for every place that ends as HTML: Markdown, HTML text and attributes, SVG.

One rule for all of them, so that no caller has to know where its text will stand. It is for text only:
Mermaid, CSV, calendars and workflow commands have rules of their own, and prose that may hold Markdown
is sanitised instead.
"""

import re
from functools import lru_cache

_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
_NUMBERED = {chr(code): f"&#{code};" for code in range(128)}
_LAST_TWO = "".join(chr(plane << 16 | place) for plane in range(17) for place in (0xFFFE, 0xFFFF))
_DROPPED = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff{_LAST_TWO}]")
"""Control characters that are no white space, halves of surrogate pairs, and the non-characters at each plane's end."""


@lru_cache(maxsize=1 << 14)
def escape(text: str) -> str:
    """Return text as one line in which every ASCII character but letters, digits and blanks is `&#N;`.

    White space is collapsed to single blanks and stripped; what `plain` drops is dropped. An HTML or XML
    parser gives back exactly `plain(text)`, also after Python-Markdown with any extensions.
    """
    return _MARKUP.sub(lambda match: _NUMBERED[match[0]], plain(text))


def verbatim(line: str) -> str:
    """Return a line of a file or listing like `escape` does, but with its blanks, for where blanks are shown."""
    return _MARKUP.sub(lambda match: _NUMBERED[match[0]], _DROPPED.sub("", line).expandtabs(4))


def plain(text: str) -> str:
    """Return text as one line without the characters that no XML document may hold."""
    return " ".join(_DROPPED.sub("", text).split())
