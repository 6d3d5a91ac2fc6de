"""Show what an edit changed in a text, character by character. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 16  # characters shown on each side of a change: enough to find the sentence
ISLAND = 2  # characters that stayed between two changes; so few read better as part of one
LONGEST = 2_000  # characters of a passage that is compared character by character: the cost grows with the square


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One passage that was changed; `before` and `after` stand around it in the new text."""

    before: str
    removed: str
    added: str
    after: str


def differences(old: str, new: str) -> tuple[Change, ...]:
    """Return the changes that make one text of the other, in order; empty when they are the same."""
    changes = []
    for (first, last), (start, end) in _passages(old, new):
        for i, j, k, m in _spans(old[first:last], new[start:end]):
            at, to = start + k, start + m
            changes.append(Change(
                before=new[max(0, at - AROUND) : at], removed=old[first + i : first + j], added=new[at:to],
                after=new[to : to + AROUND],
            ))  # fmt: skip
    return tuple(changes)


def _passages(old: str, new: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the spans of lines that differ, in the old and in the new text."""
    one, other = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts, ends = _offsets(one), _offsets(other)
    for kind, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            yield (starts[i], starts[j]), (ends[k], ends[m])


def _offsets(lines: list[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _spans(old: str, new: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield the spans that differ within a passage, those that nearly touch as one."""
    if not old or not new or max(len(old), len(new)) > LONGEST:
        yield 0, len(old), 0, len(new)
        return
    held: tuple[int, int, int, int] | None = None
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if held and i - held[1] <= ISLAND:
            held = (held[0], j, held[2], m)
            continue
        if held:
            yield held
        held = (i, j, k, m)
    if held:
        yield held
