"""Hints: what to do about an error of the parser or the validator."""

import difflib
import re
from collections.abc import Iterable, Sequence

MOST_WORDS = 60
"""The most words in a hint; a longer list is left out."""

NEAR = 0.65
"""The similarity, from 0 to 1, from which on one word may be a typing mistake for the other."""

LONGEST_EXCERPT = 40
"""The most characters of the plan's own text in a message."""

_QUOTE_NEEDED = re.compile(r"""(?:^[ \t]*+(?:-[ \t]++)*+|:[ \t]++)(?P<start>[@`%&*!|>{}\[\],"']|[-?](?=[ \t]))""")
_COLON_INSIDE = re.compile(r":[ \t].*:(?:[ \t]|$)")
_LETTER = re.compile(r"[^\W\d]")


def for_syntax(context: str, problem: str, source: str) -> str:
    """A likely fix for invalid YAML, from the parser's error and the line it points at."""
    if "quoted scalar" in context and "end of stream" in problem:
        return "close the quotes that start here"
    if "flow" in context:
        return "close the bracket that starts here, or put the whole text in quotes"
    if "escape" in problem:
        return "write \\\\ for a backslash, or use single quotes"
    return _for_line(source)


def _for_line(source: str) -> str:
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return "indent with spaces, not tabs"
    if _COLON_INSIDE.search(source):
        return "put text that contains `: ` in quotes"
    match = _QUOTE_NEEDED.search(source)
    if not match:
        return "compare the indentation with the lines above, and look for a missing `:`"
    if match["start"] in "\"'":
        return "put the whole text in quotes, not only its start"
    return f"put text that starts with {match['start']} in quotes"


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A hint with the word in `words` that is most similar to a mistyped one, or with all of them if none is similar.

    Only words with letters are compared, as nobody types 7 for 17.
    """
    choices = list(words)
    near = [choice for choice in choices if choice.casefold() == word.casefold()] or _near(word, choices)
    return f"did you mean `{near[0]}`?" if near else choose(choices)


def choose(choices: Sequence[str]) -> str:
    """A hint with all choices; empty if there are none or too many."""
    if len(choices) == 1:
        return f"the only choice is {choices[0]}"
    return f"choose one of {', '.join(choices)}" if 0 < len(choices) <= MOST_WORDS else ""


def _near(word: str, words: list[str]) -> list[str]:
    return difflib.get_close_matches(word, words, n=1, cutoff=NEAR) if _LETTER.search(word) else []


def excerpt(text: str) -> str:
    """The plan's own text in a message, on one line and shortened."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT]}…"
