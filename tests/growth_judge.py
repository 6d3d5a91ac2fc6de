"""One judge of growth for all tests: linear or quadratic, never how quick the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES_AS_LONG = 8
MOST_GROWTH = 28.0  # linear is 8, quadratic 64: a busy machine has not turned one into the other in three tries
TOO_LITTLE_SECONDS = 0.004  # of CPU: below that the clock is too coarse
TRIES = 3


def grows_linearly(cost_of: Callable[[int], object], length: int) -> bool:
    """True when work on eight times the length costs nowhere near sixty-four times the processor's time.

    `cost_of` does the work on an input of so many characters. Noise only makes one measurement dearer, so one good
    try is enough.
    """
    cost_of(length)  # dictionaries are loaded, tables built
    return any(_once(cost_of, length) <= MOST_GROWTH for _ in range(TRIES))


def _once(cost_of: Callable[[int], object], length: int) -> float:
    small = max(min(_cpu_seconds(cost_of, length) for _ in range(2)), TOO_LITTLE_SECONDS)
    return _cpu_seconds(cost_of, TIMES_AS_LONG * length) / small


def _cpu_seconds(cost_of: Callable[[int], object], length: int) -> float:
    began = time.process_time()
    cost_of(length)
    return time.process_time() - began
