"""What a command says of arguments that it cannot use, in place of the sentences of Typer and pydantic.

A sentence names the argument and what is allowed: `--percent must be a whole number from 0 to 100, not 101`.
"""

import re
from collections.abc import Callable
from datetime import date

import typer

from masterplan.errors import UsageError
from masterplan.today import day

_OF = r"Invalid value for '(.+?)'(?: / '.+?')*: "

_SENTENCES = (
    (r"Missing (?:argument|option) '(.+?)'.*", "{0} is missing"),
    (r"Option '(.+?)' requires an argument", "{0} needs a value"),
    (r"Option '(.+?)' does not take a value", "{0} takes no value"),
    (r"Got unexpected extra argument\(s\) \((.+)\)", "there are too many arguments: {0}"),
    (r"No such command '(.+?)'\. Did you mean '(.+?)'.*", "there is no command {0}; did you mean `{1}`?"),
    (r"No such command '(.+?)'", "there is no command {0}"),
    (rf"{_OF}(must .+)", "{0} {1}"),
    (rf"{_OF}['\"](.*)['\"] is not one of '(.+)'", "{0} must be one of {2}, not {1}"),
    (rf"{_OF}\w+ ['\"](.*)['\"] does not exist", "{0} must exist, but there is no {1}"),
    (rf"{_OF}\w+ ['\"](.*)['\"] is a file", "{0} must be a folder, but {1} is a file"),
    (rf"{_OF}\w+ ['\"](.*)['\"] is a directory", "{0} must be a file, but {1} is a folder"),
)
"""Sentences of Typer as patterns, and what to say instead."""

_NO_OPTION = re.compile(r"No such option: (\S+)(?: \(Possible options: (.+)\))?")


def sentence_about(error: typer.TyperException) -> str:
    """A sentence about an argument that cannot be used, with the help to read unless it suggests something itself."""
    sentence = _reworded(error.format_message().replace("Value error, ", "").rstrip("."))  # words of pydantic
    command = getattr(getattr(error, "ctx", None), "command_path", "")
    return f"{sentence}; see `{command} --help`" if command and not sentence.endswith("?") else sentence


def _reworded(message: str) -> str:
    from masterplan.load.hints import did_you_mean

    if option := _NO_OPTION.fullmatch(message):
        hint = did_you_mean(option[1], (option[2] or "").split(", "))
        return f"there is no option {option[1]}{f'; {hint}' if hint.endswith('?') else ''}"
    for pattern, sentence in _SENTENCES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return sentence.format(*(group.replace("', '", ", ") for group in match.groups()))
    return message


def day_value(text: str) -> date | None:
    """Read the day in an option. Raises ValueError with the end of a sentence that begins with the option's name."""
    try:
        return day(text)
    except UsageError:
        raise ValueError(f"must be a date such as 2025-11-16, not {text}") from None


def whole_number(least: int, most: int | None = None) -> Callable[[object], int]:
    """Return a reader of whole numbers within limits, which raises ValueError like `day_value`."""
    limits = f"of at least {least}" if most is None else f"from {least} to {most}"

    def read(value: object) -> int:
        """Read the text of an option, or its default, which Typer passes as a number."""
        text = str(value)
        if text.isdecimal() and least <= int(text) <= (int(text) if most is None else most):
            return int(text)
        raise ValueError(f"must be a whole number {limits}, not {text}")

    return read


def filled(text: str) -> str:
    """Read a text that says something. Raises ValueError like `day_value`."""
    if not text.strip():
        raise ValueError("must not be empty")
    return text
