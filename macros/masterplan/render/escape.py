"""Plan text made inert for every place that ends as HTML: Markdown, HTML text and attributes, SVG, comments on GitHub.

One rule for all of them, so that no caller has to know where its text will stand. It is for text only:
Mermaid, CSV, calendars and workflow commands have rules of their own, and prose that may hold Markdown
is sanitised instead.

GitHub looks through the finished words once more: `@name` becomes a mention that sends mail, `#1` and the hash of a
commit a reference, an address a link, `:name:` a picture. Character references do not stop that, so `inert` puts a
character without width where each of them would begin. Only there does what is shown differ from the plan, unseen.
"""

import re
from functools import lru_cache

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")

_NUMBERED = {chr(code): f"&#{code};" for code in range(128)}

_LAST_TWO = "".join(chr(plane << 16 | place) for plane in range(17) for place in (0xFFFE, 0xFFFF))

_DROPPED = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff{_LAST_TWO}]")
"""Control characters that are no white space, halves of surrogate pairs, and the non-characters at each plane's end."""

_LONGEST = 160
"""Characters of one text of the plan; a comment is for its gist, and a title may be a megabyte."""

_BREAK = "\u200b"

_STARTS = re.compile(
    r"(?<=[@:])(?=\S)|(?<=&#35;)(?=\S)"  # mentions, addresses, pictures by name, references
    r"|(?<=www)(?=\.)"
    r"|(?<=gh)(?=-\d)",
    re.IGNORECASE,
)

_ACTS = re.compile(
    r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])"  # emphasis, code, links, cells; within a word `_` is a letter
    r"|#|<(?=[A-Za-z/!?])|&(?=#?\w+;)|\$(?!\d)"  # headings and references, tags, formulas
    r"|^[>=]|^[-+](?=[\s-]|$)"  # quotes, lists, lines below headings
)
"""What Markdown or GitHub would act on in one line."""

_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
"""The beginning of a numbered list."""

_HASH = re.compile(r"[0-9a-f]{6}(?=[0-9a-f])", re.IGNORECASE)
"""Any part of a commit's hash that would be as long as the shortest that GitHub takes for one, seven digits."""


@lru_cache(maxsize=1 << 14)
def escape(text: str) -> str:
    """Return text as one line in which every ASCII character but letters, digits and blanks is `&#N;`.

    White space is collapsed to single blanks and stripped; what `plain` drops is dropped. An HTML or XML
    parser gives back exactly `plain(text)`, also after Python-Markdown with any extensions.
    """
    return _with_references(plain(text))


def verbatim(line: str) -> str:
    """Return a line of a file or listing like `escape` does, but with its blanks, for where blanks are shown."""
    return _with_references(_kept(line).expandtabs(4))


def _with_references(text: str) -> str:
    pieces = _MARKUP.split(text)
    pieces[1::2] = [_NUMBERED[sign] for sign in pieces[1::2]]  # half the time of a pattern with a function
    return "".join(pieces)


def plain(text: str) -> str:
    """Return text as one line without the characters that no XML document may hold."""
    return " ".join(_kept(text).split())


def _kept(text: str) -> str:
    return text if text.isprintable() else _DROPPED.sub("", text)  # nothing that is dropped is printable


def inert(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of at most `longest` characters that GitHub shows as it is and makes nothing of."""
    return uncut_inert(cut(text, longest))


def uncut_inert(text: str) -> str:
    """Text of any length as `inert` makes it: only what Markdown or GitHub would act on is replaced, all else stays.

    References work in Markdown and in HTML alike, so that it makes no difference where the text will stand.
    """
    line = _NUMBER.sub(lambda match: f"{match[1]}&#{ord(match[2])};", _ACTS.sub(_referenced, plain(text)))
    return _HASH.sub(rf"\g<0>{_BREAK}", _STARTS.sub(_BREAK, line))


def _referenced(match: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(match[0], f"&#{ord(match[0])};")


def cut(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of at most so many characters; a cut ends in an ellipsis."""
    line = plain(text[: 8 * longest])
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def cut_message(text: str, longest: int = _LONGEST) -> str:
    """A message cut as `cut` does; a quotation between backticks that the cut left open is closed."""
    line = cut(text, longest)
    return line + "`" * (line.endswith("…") and line.count("`") % 2)
