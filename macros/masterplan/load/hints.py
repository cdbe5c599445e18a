"""Hints: what to do about a parser's or validator's complaint."""

import difflib
import re
from collections.abc import Iterable

MOST_WORDS = 60
"""Words that a hint lists; where there are more, it lists none."""

NEAR = 0.65
"""How alike two words must be, from 0 to 1, for one to be taken for the other."""

LONGEST_EXCERPT = 40
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
    match = _QUOTE_NEEDED.search(source)
    if not match:
        return "compare the indentation with the lines above, and look for a missing `:`"
    if match["start"] in "\"'":
        return "put the whole text in quotes, not only its beginning"
    return f"put text that starts with {match['start']} in quotes"


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A hint with the one of `words` that is nearest to a mistyped one, or with all of them where none is near.

    Only words with a letter have neighbours: nobody mistypes 7 for 17.
    """
    choices = list(words)
    near = [choice for choice in choices if choice.casefold() == word.casefold()] or _near(word, choices)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known here: {', '.join(choices)}" if 0 < len(choices) <= MOST_WORDS else ""


def _near(word: str, words: list[str]) -> list[str]:
    return difflib.get_close_matches(word, words, n=1, cutoff=NEAR) if _LETTER.search(word) else []


def excerpt(text: str) -> str:
    """The plan's own text inside a message: on one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT]}…"
