"""Texts without the marks of Markdown inside a line, and the links in them."""

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
"""An arrow between two names, however it is drawn."""

_MARK = re.compile(r"[\[<*~_`\\]")
"""A character that a mark begins with."""

_SPACES = re.compile(r"[ \t\r\n]+")
_JOINERS = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}\N{VARIATION SELECTOR-15}\N{COMBINING ENCLOSING KEYCAP}"


class Hyperlink(NamedTuple):
    """A link in a text: what it is written on, and where it leads."""

    text: str
    url: str


@lru_cache(131_072)  # more texts than a large document has headings: it is gone through several times
def plain(text: str) -> str:
    """A text of Markdown as people read it: no emphasis, no code marks, links as their texts, one line."""
    if not _MARK.search(text):
        return _SPACES.sub(" ", text).strip()
    text = _CODE.sub(lambda match: _SIGN.sub(r"\\\g<0>", match["code"]), text) if "`" in text else text
    text = _ADDRESS.sub(lambda match: match["url"], _LINK.sub(lambda match: match["text"], text))
    text = _EMPHASIS.sub("", _TAG.sub("", text))
    return _SPACES.sub(" ", _ESCAPE.sub(r"\1", text)).strip()


def hyperlinks(text: str) -> tuple[Hyperlink, ...]:
    """The links in a text, in order."""
    if "](" not in text and "<" not in text:
        return ()
    links = [Hyperlink(match["text"], match["url"]) for match in _LINK.finditer(text)]
    return (*links, *(Hyperlink(match["url"], match["url"]) for match in _ADDRESS.finditer(text)))


def without_signs(text: str) -> str:
    """A text without emoji, arrows and bullets at its two ends: `✅ Sprint 1 🚀` is `Sprint 1`."""
    if not text or not (_is_sign(text[0]) or _is_sign(text[-1])):
        return text
    text = text[: _end(text)]
    start = next((n for n, character in enumerate(text) if not _is_sign(character)), len(text))
    return text[start:]


def last_signs(text: str) -> str:
    """The emoji, arrows and bullets at the end of a text."""
    return text[_end(text) :]


def _end(text: str) -> int:
    """Where the signs begin that a text ends with."""
    end = len(text)
    while end > 0 and _is_sign(text[end - 1]):
        end -= 1
    return end


@cache
def _is_sign(character: str) -> bool:
    return character.isspace() or character in _JOINERS or unicodedata.category(character) in {"So", "Sk", "Cn", "Co"}
