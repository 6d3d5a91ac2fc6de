"""Leave Python's collector of cyclic garbage alone while the program starts.

What imports and the configuration make stays until the end: looking through it again and again takes a tenth of a
start, and finds 2,000 objects of 420,000 (14,000 sources).
"""

from __future__ import annotations

import gc
from typing import Any

FIRST_COLLECTION_AFTER = 300_000  # objects that are alive; imports of the daemon make 230,000, of a search 25,000
_usual: list[tuple[int, int, int]] = []  # the thresholds that wait to be set again


def postpone_collector() -> None:
    """Collect for the first time when so many objects are alive, or when `begin_collecting` is called."""
    if not _usual:
        _usual.append(gc.get_threshold())
        gc.set_threshold(FIRST_COLLECTION_AFTER)
        gc.callbacks.append(_after_first)


def begin_collecting() -> None:
    """Collect as usual from now on, and never look again through what is there already."""
    if _usual:
        gc.callbacks.remove(_after_first)
        gc.set_threshold(*_usual.pop())
    gc.freeze()


def _after_first(phase: str, _info: dict[str, Any]) -> None:
    if phase == "stop":
        begin_collecting()
