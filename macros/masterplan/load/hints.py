"""What to do instead: hints that turn a parser's or validator's complaint into the next step."""

import difflib
import re
from collections.abc import Iterable

_QUOTE_NEEDED = re.compile(r"""(?:^|:[ \t]|-[ \t])[ \t]*(?P<start>[@`%&*!|>{}\[\],"'])""")
_COLON_INSIDE = re.compile(r":[ \t].*:(?:[ \t]|$)")


def for_line(source: str) -> str:
    """What may mend a line that is not YAML; empty when nothing can be guessed."""
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return "indent with blanks, not tabs"
    if _COLON_INSIDE.search(source):
        return "put text that holds `: ` in quotes"
    found = _QUOTE_NEEDED.search(source)
    return f"put text that starts with {found['start']} in quotes" if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word nearest to a mistyped one, or the list of them when none is near."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known here: {', '.join(words)}" if 0 < len(words) <= 30 else ""
