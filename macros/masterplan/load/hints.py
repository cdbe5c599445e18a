"""What to do instead: hints that turn a parser's or validator's complaint into the next step."""

import difflib
import re
from collections.abc import Iterable

MOST_WORDS = 30
"""Known words that a hint lists; of more it lists none."""

NEAR = 0.65
"""How alike two words must be, from 0 to 1, for one to be taken for the other."""

LONGEST_SHOWN = 40
"""Characters of the plan's own text that a message repeats."""

_QUOTE_NEEDED = re.compile(r"""(?:^[ \t]*+(?:-[ \t]++)*+|:[ \t]++)(?P<start>[@`%&*!|>{}\[\],"']|[-?](?=[ \t]))""")
_COLON_INSIDE = re.compile(r":[ \t].*:(?:[ \t]|$)")
_LETTER = re.compile(r"[^\W\d]")


def for_syntax(context: str, problem: str, source: str) -> str:
    """What may fix a text that is not YAML, from what the parser says and the line it points at."""
    if "quoted scalar" in context and "end of stream" in problem:
        return "close the quotes that begin here"
    if "flow" in context:
        return "close the bracket that begins here, or put the whole text in quotes"
    if "escape" in problem:
        return "write \\\\ for a backslash, or use single quotes"
    return _for_line(source)


def _for_line(source: str) -> str:
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return "indent with blanks, not tabs"
    if _COLON_INSIDE.search(source):
        return "put text that holds `: ` in quotes"
    found = _QUOTE_NEEDED.search(source)
    if not found:
        return "compare the indentation with the lines above, and look for a `:` that is missing"
    if found["start"] in "\"'":
        return "put the whole text in quotes, not only its beginning"
    return f"put text that starts with {found['start']} in quotes"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word nearest to a mistyped one, or the list of them, in their order, when none is near.

    Only words with a letter have neighbours: nobody mistypes 7 for 17.
    """
    words = list(known)
    near = [known for known in words if known.casefold() == word.casefold()] or _near(word, words)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known here: {', '.join(words)}" if 0 < len(words) <= MOST_WORDS else ""


def _near(word: str, words: list[str]) -> list[str]:
    return difflib.get_close_matches(word, words, n=1, cutoff=NEAR) if _LETTER.search(word) else []


def shown(text: str) -> str:
    """The plan's own text inside a message: on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN]}…"
