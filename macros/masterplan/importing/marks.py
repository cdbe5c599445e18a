"""Inline Markdown: texts without markup, the links in them, and emoji at their ends."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

_LINK = re.compile(r"!?\[(?P<text>[^\[\]\n]*)\]\((?P<url>[^()\s]*)(?:\s+\"[^\"\n]*\")?\)")
_ADDRESS = re.compile(r"<(?P<url>(?:https?://|mailto:)[^<>\s]+)>")
_CODE = re.compile(r"(`{1,3})(?P<code>[^`\n]+)\1(?!`)")
_TAG = re.compile(r"(?<!\\)</?[A-Za-z][^<>\n]*>|<!--.*?-->")
_EMPHASIS = re.compile(r"(?<!\\)(?:\*{1,3}|~~|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`+)")
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
ARROW = re.compile(r"\s*(?:→|⟶|➜|➔|⇒|-{1,3}>|={1,2}>|[─━]{1,40}[┬┼]?[─━]{0,40}[>▶►]|▶|►)\s*")
"""An arrow between two names, in any of its forms."""

_MARK = re.compile(r"[\[<*~_`\\]")
"""Any character that can begin markup."""

_SPACES = re.compile(r"[ \t\r\n]+")
_JOINERS = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}\N{VARIATION SELECTOR-15}\N{COMBINING ENCLOSING KEYCAP}"


class Hyperlink(NamedTuple):
    """A link in a text: its text and its URL."""

    text: str
    url: str


@lru_cache(131_072)  # more than the headings of a large document, which is read several times
def plain(text: str) -> str:
    """Markdown as displayed text on one line: without emphasis and code marks, with links as their texts."""
    if not _MARK.search(text):
        return _SPACES.sub(" ", text).strip()
    text = _CODE.sub(lambda match: _SIGN.sub(r"\\\g<0>", match["code"]), text) if "`" in text else text
    text = _ADDRESS.sub(lambda match: match["url"], _LINK.sub(lambda match: match["text"], text))
    text = _EMPHASIS.sub("", _TAG.sub("", text))
    return _SPACES.sub(" ", _ESCAPE.sub(r"\1", text)).strip()


def hyperlinks(text: str) -> tuple[Hyperlink, ...]:
    """Links in a text: inline links, then autolinks."""
    if "](" not in text and "<" not in text:
        return ()
    links = [Hyperlink(match["text"], match["url"]) for match in _LINK.finditer(text)]
    return (*links, *(Hyperlink(match["url"], match["url"]) for match in _ADDRESS.finditer(text)))


def without_signs(text: str) -> str:
    """Text without emoji, arrows and bullets at both ends: `Sprint 1` for `✅ Sprint 1 🚀`."""
    if not text or not (_is_sign(text[0]) or _is_sign(text[-1])):
        return text
    text = text[: _trailing_start(text)]
    start = next((n for n, character in enumerate(text) if not _is_sign(character)), len(text))
    return text[start:]


def outer_signs(text: str) -> str:
    """The emoji, arrows and bullets at both ends of a text: those before it, a blank, and those after it."""
    bare = without_signs(text)
    return f"{text[: text.find(bare)]} {text[_trailing_start(text) :]}" if bare else text


def is_in_brackets(text: str) -> bool:
    """Whether a text is one remark in brackets: `(optional)`."""
    return text[:1] == "(" and text[-1:] == ")" and text.count("(") == 1


def is_lead(text: str) -> bool:
    """Whether a text ends with a colon, and so introduces what follows it."""
    return plain(text).endswith((":", "\uff1a"))


def _trailing_start(text: str) -> int:
    """Position of the trailing signs of a text."""
    end = len(text)
    while end > 0 and _is_sign(text[end - 1]):
        end -= 1
    return end


@cache
def _is_sign(character: str) -> bool:
    return character.isspace() or character in _JOINERS or unicodedata.category(character) in {"So", "Sk", "Cn", "Co"}
