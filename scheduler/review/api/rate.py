"""Bound how often a program asks: so many requests within the last minute."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
MOST_CALLERS = 10_000  # that are remembered; the one that was silent longest is forgotten


class RequestRate:
    """Counts the requests of callers. `clock` counts seconds."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_seconds(self, caller: str) -> int:
        """Note a request of a caller, and return 0; where it asks too often, return how long it has to wait."""
        now = self._clock()
        asked = self._asked.setdefault(caller, deque(maxlen=self._per_minute))
        self._asked.move_to_end(caller)
        if len(self._asked) > MOST_CALLERS:
            self._asked.popitem(last=False)
        if len(asked) == self._per_minute and asked[0] > now - WINDOW_SECONDS:
            return max(1, math.ceil(asked[0] + WINDOW_SECONDS - now))
        asked.append(now)
        return 0
