"""Narrow a search by boxes: the values that it divides into, and the query with those that were ticked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scheduler.review.suggest import written
from storage.search.filters import CHINESE_KEYS, FILTERS
from storage.search.query import KEY_OF_NAME, Query
from storage.search.words import placed_pieces

# The groups of boxes in their order; the others are not what people narrow by first.
BOXES = ("region", "act", "track", "issuer", "instrument", "source", "state", "label")
SHOWN_VALUES = 6  # of a group; the others are folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A value of a filter: how it reads, how many acts or articles have it, None where that was not counted."""

    value: str
    name: str
    count: int | None
    is_ticked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxGroup:
    """The values of one filter: the ticked ones and the most frequent, and the others."""

    key: str
    name: str
    shown: Sequence[Box]
    folded: Sequence[Box]


def box_groups(
    query: Query, counts: Mapping[str, Mapping[str, int]], name_of: Callable[[str, str], str]
) -> tuple[BoxGroup, ...]:
    """Return the groups that divide what was found; `counts` are of each value, by the key of its filter.

    A group with one value, which is not ticked, divides nothing.
    """
    groups = (_group(key, query.selection.values(key), counts.get(key, {}), name_of) for key in BOXES)
    return tuple(one for one in groups if len(one.shown) > 1 or any(box.is_ticked for box in one.shown))


def _group(key: str, ticked: Sequence[str], counts: Mapping[str, int], name_of: Callable[[str, str], str]) -> BoxGroup:
    values = [*ticked, *(value for value in counts if value not in ticked)]
    boxes = [Box(value=one, name=name_of(key, one), count=counts.get(one), is_ticked=one in ticked) for one in values]
    most = max(SHOWN_VALUES, len(ticked))
    return BoxGroup(key=key, name=CHINESE_KEYS[key][0], shown=boxes[:most], folded=boxes[most:])


def with_boxes(text: str, ticked: Mapping[str, Sequence[str]], name_of: Callable[[str, str], str]) -> str:
    """Return a query with the ticked values as its filters by names; words and ranges stay as they were written.

    Raises:
        QueryError: the text cannot be read.
    """
    kept, at = [], 0
    for piece, start, end in placed_pieces(text):
        if piece.kind == "filter" and KEY_OF_NAME.get(piece.key.lower()) in FILTERS:
            kept.append(text[at:start])
            at = end
    filters = [_filter(key, ticked[key], name_of) for key in BOXES if ticked.get(key)]
    return " ".join([*"".join([*kept, text[at:]]).split(), *filters])


def _filter(key: str, values: Sequence[str], name_of: Callable[[str, str], str]) -> str:
    """Return a filter in the words of the filter language; sources are written by their ids, which nobody shares."""
    said = [written(value if key == "source" else name_of(key, value)) for value in dict.fromkeys(values)]
    name = CHINESE_KEYS[key][0]
    if any('"' in one for one in said):
        return " ".join(f"{name}:{one}" for one in said)
    return f"{name}:{','.join(said)}"
