"""What a call costs in CPU seconds: those of this process and of the programs that it has waited for."""

import os
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """What a call returns, and the CPU seconds it took."""
    before = os.times()
    result = call()
    return result, sum(os.times()[:4]) - sum(before[:4])


def seconds(call: Callable[[], object]) -> float:
    """The CPU seconds that a call takes."""
    return timed(call)[1]
