"""Plans in code fences: detection, and removal of boxes drawn around the text."""

import re
from collections.abc import Iterator, Sequence

from masterplan.importing.headings import kind_of, read_head

_LANGUAGES = {"", "text", "txt", "plain", "plaintext", "md", "markdown", "yaml", "yml"}
"""Languages of code fences that can contain a plan."""

_EDGE = " \t│║┃|"
_BORDER = re.compile(r"[\s─━═╌┄┈╔╗╚╝┌┐└┘╭╮╰╯├┤┬┴┼╠╣╦╩╬│║┃|+=*~-]*")
_DRAWN = re.compile(r"[├└╰]─|[→⟶➜↓⬇▼↑←]|[-=]{2}>")
_BOX = re.compile(r"\s*(?:[-*+]|[0-9]{1,4}[.)]) +\[[ xX~-]\] ")
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+•]|[0-9]{1,4}[.)])\s+\S")
ARROWS = re.compile(r"\s*[↓⬇▼→](?:\s*[↓⬇▼→])*\s*")
"""A line of arrows alone, between the text above and the text below."""

_BULLET = re.compile(r"^(\s*)[•▪◦‣](?=\s)")
_COLUMNS = re.compile(r"(?<=\S) {2,}(?=\S)")
_UNITS = {"sprint", "phase", "task", "milestone"}
_MOST_LINES = 2_000
_LONGEST_NAME = 200


def is_plan(language: str, text: str, *, names_units: bool) -> bool:
    """Whether a code fence contains a plan: it has check boxes, or lines that name units and no arrows or branches.

    Lines that name units count only with `names_units`, for documents that name their units nowhere else.
    """
    if language.casefold() not in _LANGUAGES:
        return False
    lines = without_box(text).split("\n")[:_MOST_LINES]
    ticked = sum(_BOX.match(line) is not None for line in lines)
    if ticked or not names_units or language.casefold() in {"yaml", "yml"}:
        return ticked > 0
    names = sum(map(_is_name, lines))
    items = sum(_ITEM.match(line) is not None for line in lines)
    has_drawing = any(_DRAWN.search(line) for line in lines if not ARROWS.fullmatch(line))
    return names > 0 and names + items > 1 and not has_drawing


def _is_name(line: str) -> bool:
    head = read_head(line.strip(" \t#*-")) if len(line) <= _LONGEST_NAME else None
    return head is not None and not head.about and kind_of(head.word) in _UNITS


def without_box(text: str) -> str:
    """Text without the box drawn around it, line for line; list items start at the left margin."""
    lines = ["" if _is_border(line) else _without_sides(line) for line in text.split("\n")]
    return "\n".join(_unindented([_BULLET.sub(r"\1-", line) for line in lines]))


def _is_border(line: str) -> bool:
    """Whether a line is part of a drawn box only, and not the rule below the head of a table: `|---|---|`."""
    drawing = line.replace(" ", "")
    return _BORDER.fullmatch(line) is not None and "|-" not in drawing and "-|" not in drawing


def _without_sides(line: str) -> str:
    """Line of a box without its sides, with `|` between columns."""
    is_boxed = line.lstrip()[:1] in {"│", "║", "┃"}
    return _COLUMNS.sub(" | ", line.strip(_EDGE)) if is_boxed else line.rstrip()


def _unindented(lines: Sequence[str]) -> Iterator[str]:
    """Lines with lists moved to the left margin as a whole, and text outside lists unindented line by line."""
    items = [match for line in lines if (match := _ITEM.match(line))]
    least = min((len(match["indent"]) for match in items), default=0)
    in_list = False
    for line in lines:
        in_list = bool(line.strip()) and (in_list or _ITEM.match(line) is not None)
        indent = len(line) - len(line.lstrip())
        yield line[min(least, indent) :] if in_list else line.lstrip()
