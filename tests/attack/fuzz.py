"""Feed parsers with what nobody would write, and note what they do not take."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from zlib import crc32

from hypothesis import HealthCheck, Phase, given, seed, settings
from inputs import changed, changed_text
from targets import Target

MOST_SECONDS = 2.0  # of the processor, for one input
NO_CHECKS = list(HealthCheck)


class TooSlowError(AssertionError):
    """One input took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An input that a parser did not take, as Python writes it."""

    target: str
    value: str
    error: str


def feed(target: Target, value: object) -> float:
    """Let a parser read an input, and return the seconds of the processor that it took.

    Raises:
        TooSlowError, and whatever the parser raises beyond what it promises.
    """
    began = time.thread_time()
    with suppress(*target.expected):
        target.read(value)
    seconds = time.thread_time() - began
    if seconds > MOST_SECONDS:
        raise TooSlowError(f"{seconds:.1f} s")
    return seconds


def variants(value: object, number: int) -> Iterator[object]:
    """Yield an input and so many changed copies of it, always the same ones."""
    yield value
    for copy in range(number):
        chance = Random(crc32(repr(value).encode("utf-8", "replace")) + copy)
        yield _changed(value, chance)


def _changed(value: object, chance: Random) -> object:
    if isinstance(value, bytes):
        return changed(value, chance)
    if isinstance(value, str):
        return changed_text(value, chance)
    if isinstance(value, tuple) and value and isinstance(value[0], bytes):
        return (changed(value[0], chance), *value[1:])
    return value


def fuzz(target: Target, examples: int, *, start: int, copies: int, count: Callable[[float], None]) -> Failure | None:
    """Feed a parser with so many examples and their copies; return the first failure, None without one."""
    failures: list[Failure] = []

    @seed(start)
    @settings(
        max_examples=examples, database=None, deadline=None, suppress_health_check=NO_CHECKS, phases=(Phase.generate,)
    )  # fmt: skip
    @given(target.inputs)
    def each(value: object) -> None:
        for one in variants(value, copies):
            if failures:
                return
            try:
                count(feed(target, one))
            except Exception:  # noqa: BLE001  whatever a parser raises is what is looked for
                failures.append(Failure(target=target.name, value=repr(one), error=traceback.format_exc()))

    each()
    return failures[0] if failures else None
