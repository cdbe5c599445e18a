"""Plan text made inert for every place that ends as HTML: Markdown, HTML text and attributes, SVG.

One rule for all of them, so that no caller has to know where its text will stand. It is for text only:
Mermaid, CSV, calendars and workflow commands have rules of their own, and prose that may hold Markdown
is sanitised instead.
"""

import re
import unicodedata

_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")
_NONCHARACTER = 0xFFFE  # the last two places of each plane are no characters


def escape(text: str) -> str:
    """Return text as one line in which every ASCII character but letters, digits and blanks is `&#N;`.

    White space is collapsed to single blanks and stripped; what `plain` drops is dropped. An HTML or XML
    parser gives back exactly `plain(text)`, also after Python-Markdown with any extensions.
    """
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", plain(text))


def plain(text: str) -> str:
    """Return text as one line without the characters that no XML document may hold."""
    return " ".join("".join(char for char in text if char.isspace() or _allowed(char)).split())


def _allowed(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cs"} and ord(char) & _NONCHARACTER != _NONCHARACTER
