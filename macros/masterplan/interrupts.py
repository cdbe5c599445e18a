"""Ctrl-C, also where a library loses the exception that Python raises for it.

Code in C may take KeyboardInterrupt for an answer such as "no such attribute", print and ignore it, or turn it into an
error of its own. So the command line notes Ctrl-C; nothing is written afterwards, and no other error is reported.
"""

import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_noticed: list[int] = []
"""The signals since `listen`."""


def listen() -> None:
    """Note each Ctrl-C from now on, unless the program that started this process ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
        sys.unraisablehook = _print_ignored


def ignore() -> None:
    """Let Ctrl-C do nothing: the process has finished, and only has to exit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def were_noticed() -> bool:
    """Whether there was a Ctrl-C."""
    return bool(_noticed)


def heed() -> None:
    """Raise KeyboardInterrupt if there was a Ctrl-C whose exception has been lost."""
    if _noticed:
        raise KeyboardInterrupt


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    _noticed.append(number)
    raise KeyboardInterrupt


def _print_ignored(ignored: "UnraisableHookArgs") -> None:
    """Print an exception that Python has to ignore, except KeyboardInterrupt, which is not lost here."""
    if ignored.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(ignored)
