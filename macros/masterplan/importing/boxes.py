"""Plans inside code fences and drawn boxes: which fences are one, and their text without what is drawn around it."""

import re
from collections.abc import Iterator, Sequence

from masterplan.importing.headings import kind_of, read_head

_LANGUAGES = {"", "text", "txt", "plain", "plaintext", "md", "markdown", "yaml", "yml"}
"""The languages of code fences that may be a plan."""

_EDGE = " \t│║┃|"
_LINES = re.compile(r"[\s─━═╌┄┈╔╗╚╝┌┐└┘╭╮╰╯├┤┬┴┼╠╣╦╩╬│║┃|+=*~-]*")
_DRAWN = re.compile(r"[├└╰]─|[→⟶➜↓⬇▼↑←]|[-=]{2}>")
_BOX = re.compile(r"\s*(?:[-*+]|[0-9]{1,4}[.)]) +\[[ xX~-]\] ")
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+•]|[0-9]{1,4}[.)])\s+\S")
ARROWS = re.compile(r"\s*[↓⬇▼→](?:\s*[↓⬇▼→])*\s*")
"""A line of arrows alone, from what stands above it to what stands below."""

_BULLET = re.compile(r"^(\s*)[•▪◦‣](?=\s)")
_COLUMNS = re.compile(r"(?<=\S) {2,}(?=\S)")
_UNITS = {"sprint", "phase", "task", "milestone"}
_MOST_LINES = 2_000


def is_plan(language: str, text: str, *, names_units: bool) -> bool:
    """Whether a code fence is a plan: it has check boxes, or lines that name units and no arrows or branches.

    The latter only counts in a document that names its units nowhere else, as `names_units` says.
    """
    if language.casefold() not in _LANGUAGES:
        return False
    lines = without_box(text).split("\n")[:_MOST_LINES]
    ticked = sum(_BOX.match(line) is not None for line in lines)
    if ticked or not names_units or language.casefold() in {"yaml", "yml"}:
        return ticked > 0
    named = sum(map(_is_name, lines))
    items = sum(_ITEM.match(line) is not None for line in lines)
    drawn = any(_DRAWN.search(line) for line in lines if not ARROWS.fullmatch(line))
    return named > 0 and named + items > 1 and not drawn


def _is_name(line: str) -> bool:
    head = read_head(line.strip(" \t#*-")) if len(line) <= len(" ") * 200 else None
    return head is not None and not head.about and kind_of(head.word) in _UNITS


def without_box(text: str) -> str:
    """A text without the lines drawn around it, line for line; items of its lists begin at the left."""
    lines = ["" if _LINES.fullmatch(line) and not _is_table_rule(line) else _inside(line) for line in text.split("\n")]
    return "\n".join(_unindented([_BULLET.sub(r"\1-", line) for line in lines]))


def _is_table_rule(line: str) -> bool:
    """Whether a line is the one below the head of a table: `|---|---|`."""
    return "|-" in line.replace(" ", "") or "-|" in line.replace(" ", "")


def _inside(line: str) -> str:
    """A line of a box without its two sides, a bar between what is in columns."""
    is_boxed = line.lstrip()[:1] in {"│", "║", "┃"}
    return _COLUMNS.sub(" | ", line.strip(_EDGE)) if is_boxed else line.rstrip()


def _unindented(lines: Sequence[str]) -> Iterator[str]:
    """Lines with those of lists as far left as they can be, and all others at the left, as long as no list is open."""
    items = [match for line in lines if (match := _ITEM.match(line))]
    least = min((len(match["indent"]) for match in items), default=0)
    is_listed = False
    for line in lines:
        is_listed = bool(line.strip()) and (is_listed or _ITEM.match(line) is not None)
        indent = len(line) - len(line.lstrip())
        yield line[min(least, indent) :] if is_listed else line.lstrip()
