"""Escaping of plan text for every output that ends up as HTML: HTML, SVG, Markdown, and comments on GitHub.

Text is escaped once, when it becomes HTML. HTML that a host's Markdown converts is also made `markdown_safe`. Mermaid,
CSV, calendars and workflow commands have rules of their own, and prose that may contain Markdown is sanitised instead.

GitHub also scans the rendered text: `@name` becomes a mention that sends mail, `#1` and a commit's hash become
references, an address becomes a link, and `:name:` an image. Character references do not prevent that, so `inert`
inserts a zero-width character before each of them: the only difference between the text shown and the plan's.
"""

import re
from functools import lru_cache

_MARKUP = re.compile(r"""(["&'<>{}])""")
"""The characters with a meaning in HTML and XML, and the braces of templates."""

_NUMBERED = {chr(code): f"&#{code};" for code in range(128)}

_TAG = re.compile(r"(<[^>]*>)")
_VALUE = re.compile(r'( (?:title|alt|aria-label|data-[\w-]+)="|(?:href|src)="(?=[a-z]+:))([^"]+)')
"""An attribute with plan text, or an address of another site, after its name."""
_SIGN = re.compile(r"(&#?\w+;)|[!-/:-@\[-`{-~]")

_LAST_TWO = "".join(chr(plane << 16 | place) for plane in range(17) for place in (0xFFFE, 0xFFFF))

_DROPPED = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff{_LAST_TWO}]")
"""Control characters other than white space, lone surrogates, and the non-characters at the end of each plane."""

_LONGEST = 160
"""Maximum length of a text of the plan in a comment, in characters: a title may be a megabyte."""

_BREAK = "\u200b"

_AUTOLINKS = re.compile(
    r"(?<=[@:])(?=\S)|(?<=&#35;)(?=\S)"  # mentions, addresses, pictures by name, references
    r"|(?<=www)(?=\.)"
    r"|(?<=gh)(?=-\d)",
    re.IGNORECASE,
)
"""Positions at which GitHub recognises a mention, an address, an image or a reference."""

_SYNTAX = re.compile(
    r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])"  # emphasis, code, links, cells; within a word `_` is a letter
    r"|#|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\$(?!\d)"  # headings and references, tags, formulas
    r"|^[>=]|^[-+](?=[\s-]|$)"  # quotes, lists, lines below headings
)
"""Characters that Markdown or GitHub interprets within a line."""

_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""The start of a numbered list."""

_HASH = re.compile(r"[0-9a-f]{6}(?=[0-9a-f])", re.IGNORECASE)
"""Six hexadecimal digits before a seventh: GitHub takes seven for a commit's hash."""


@lru_cache(maxsize=1 << 14)
def escape(text: str) -> str:
    """Text as one line for the content and the quoted attributes of HTML and XML, of which parsers give `plain(text)`.

    Braces are escaped too. So no template interprets them, and braces on a finished page reveal a macro that did not
    run.
    """
    return _with_references(plain(text))


def markdown_safe(html: str) -> str:
    """HTML whose text and attributes Python-Markdown leaves unchanged, with any extensions.

    Outside tags, and in attributes with plan text, every ASCII character except letters, digits and blanks becomes
    `&#N;`.
    """
    pieces = _TAG.split(html)
    pieces[::2] = map(_with_signs_replaced, pieces[::2])
    pieces[1::2] = (_VALUE.sub(lambda value: value[1] + _with_signs_replaced(value[2]), tag) for tag in pieces[1::2])
    return "".join(pieces)


def _with_signs_replaced(text: str) -> str:
    return _SIGN.sub(lambda sign: sign[1] or _NUMBERED[sign[0]], text)


def verbatim(line: str) -> str:
    """A line of a file, escaped like `escape` does but with its blanks, with tabs expanded to four columns."""
    return _with_references(_allowed(line).expandtabs(4))


def _with_references(text: str) -> str:
    pieces = _MARKUP.split(text)
    pieces[1::2] = [_NUMBERED[sign] for sign in pieces[1::2]]  # twice as fast as `sub` with a function
    return "".join(pieces)


def plain(text: str) -> str:
    """Text as one line, white space collapsed, without the characters that XML forbids."""
    return " ".join(_allowed(text).split())


def _allowed(text: str) -> str:
    return text if text.isprintable() else _DROPPED.sub("", text)  # no forbidden character is printable


def inert(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of at most `longest` characters that GitHub shows literally."""
    return uncut_inert(cut(text, longest))


def uncut_inert(text: str) -> str:
    """Text of any length as one line that GitHub shows literally.

    Only characters that Markdown or GitHub would interpret are replaced, by character references, which work in both
    Markdown and HTML.
    """
    line = _NUMBER.sub(lambda match: f"{match[1]}&#{ord(match[2])};", _SYNTAX.sub(_reference, plain(text)))
    return _HASH.sub(rf"\g<0>{_BREAK}", _AUTOLINKS.sub(_BREAK, line))


def _reference(match: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(match[0], f"&#{ord(match[0])};")


def cut(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of at most `longest` characters; a text that is cut ends in an ellipsis."""
    line = plain(text[: 8 * longest])
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def cut_message(text: str, longest: int = _LONGEST) -> str:
    """A message, cut like `cut` does; a quotation between backticks that is cut short is closed."""
    line = cut(text, longest)
    return line + "`" * (line.endswith("…") and line.count("`") % 2)
