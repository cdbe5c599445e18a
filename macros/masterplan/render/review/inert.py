"""Plan text made inert for comments on GitHub, which reads finished text once more than other places do.

After Markdown, GitHub looks through the words themselves: `@name` becomes a mention that sends mail, `#1` and the hash
of a commit a reference, an address a link, `:name:` a picture. Character references do not stop that, so a character
without width stands where each of them would begin. Only here do the characters differ from those of the plan.
"""

import re

from masterplan.render.escape import escape, plain

_LONGEST = 160
"""Characters of one text of the plan; a comment is for its gist, and a title may be a megabyte."""

_BREAK = "\u200b"
_STARTS = re.compile(
    r"(?<=[@#:])(?=\S)"  # mentions, references, addresses, pictures by name
    r"|(?<=www)(?=\.)"
    r"|(?<=gh)(?=-\d)",
    re.IGNORECASE,
)
_HASH = re.compile(r"[0-9a-f]{6}(?=[0-9a-f])", re.IGNORECASE)
"""Any part of a commit's hash that would be as long as the shortest that GitHub takes for one, seven digits."""


def inert(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of at most `longest` characters that GitHub shows as it is and makes nothing of."""
    return uncut_inert(cut(text, longest))


def uncut_inert(text: str) -> str:
    """The same of whatever length."""
    return escape(_HASH.sub(rf"\g<0>{_BREAK}", _STARTS.sub(_BREAK, plain(text))))


def cut(text: str, longest: int = _LONGEST) -> str:
    """Text as one line of at most so many characters; a cut ends in an ellipsis."""
    line = plain(text[: 8 * longest])
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def cut_message(text: str, longest: int = _LONGEST) -> str:
    """A message cut as `cut` does; a quotation between backticks that the cut left open is closed."""
    line = cut(text, longest)
    return line + "`" * (line.endswith("…") and line.count("`") % 2)
