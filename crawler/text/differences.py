"""Show what an edit changed in a text, character by character. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CHARACTERS_AROUND = 16  # characters shown on each side of a change: enough to find the sentence
ISLAND_CHARACTERS = 2  # characters that stayed between two changes; so few read better as part of one
# Pairs of characters, of all passages of a text together, that are compared; and pairs of lines. What a pair costs
# grows with the length of what repeats: these take seconds at the very worst, some milliseconds of an edit.
MOST_CHARACTER_PAIRS = 200_000
MOST_LINE_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One passage that was changed; `before` and `after` stand around it in the new text."""

    before: str
    removed: str
    added: str
    after: str


def differences(old: str, new: str) -> tuple[Change, ...]:
    """Return the changes that make one text of the other, in order; empty when they are the same."""
    changes, pairs_left = [], MOST_CHARACTER_PAIRS
    for (first, last), (start, end) in _passages(old, new):
        head, tail = _common_ends(old[first:last], new[start:end])
        removed, added = old[first + head : last - tail], new[start + head : end - tail]
        pairs = len(removed) * len(added)
        is_whole, pairs_left = pairs > pairs_left, max(0, pairs_left - pairs)
        for i, j, k, m in _spans(removed, added, is_whole=is_whole):
            at, to = start + head + k, start + head + m
            changes.append(Change(
                before=new[max(0, at - CHARACTERS_AROUND) : at], removed=removed[i:j], added=new[at:to],
                after=new[to : to + CHARACTERS_AROUND],
            ))  # fmt: skip
    return tuple(changes)


def _passages(old: str, new: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the spans of lines that differ, in the old and in the new text."""
    one, other = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts, ends = _offsets(one), _offsets(other)
    head, tail = _common_ends(one, other)
    one, other = one[head : len(one) - tail], other[head : len(other) - tail]
    if len(one) * len(other) > MOST_LINE_PAIRS:
        yield (starts[head], starts[head + len(one)]), (ends[head], ends[head + len(other)])
        return
    for kind, i, j, k, m in SequenceMatcher(None, one, other).get_opcodes():
        if kind != "equal":
            yield (starts[head + i], starts[head + j]), (ends[head + k], ends[head + m])


def _common_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Return how many items two sequences have in common at their beginning, and at their end behind that."""
    most = min(len(one), len(other))
    head = next((n for n in range(most) if one[n] != other[n]), most)
    tail = next((n for n in range(most - head) if one[-1 - n] != other[-1 - n]), most - head)
    return head, tail


def _offsets(lines: list[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _spans(old: str, new: str, *, is_whole: bool) -> Iterator[tuple[int, int, int, int]]:
    """Yield the spans that differ within a passage, those that nearly touch as one; all of it as one if `is_whole`."""
    if is_whole or not old or not new:
        yield 0, len(old), 0, len(new)
        return
    held: tuple[int, int, int, int] | None = None
    for kind, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            continue
        if held and i - held[1] <= ISLAND_CHARACTERS:
            held = (held[0], j, held[2], m)
            continue
        if held:
            yield held
        held = (i, j, k, m)
    if held:
        yield held
