"""Lay out the graph of a policy: what it cites, its acts in order of time, and who cites it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from storage.overview.comparison import LinkedAct
from storage.records import Milestone

BOX_WIDTH, BOX_HEIGHT, GAP = 260, 46, 14  # units of the drawing
COLUMN_GAP, HEAD = 70, 26
MOST_IN_COLUMN = 12
LINE_CHARACTERS = 18  # of a title that a box shows; the rest is read from its title


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphBox:
    """An act as a box. `x` and `y` are its upper left corner; `href` leads to it."""

    x: int
    y: int
    href: str
    over: str
    title: str
    is_own: bool

    @property
    def short(self) -> str:
        """As much of the title as there is room for."""
        return self.title if len(self.title) <= LINE_CHARACTERS else f"{self.title[: LINE_CHARACTERS - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphDrawing:
    """The boxes, the lines between them (x1, y1, x2, y2), the heads of the columns (x, words), and the size."""

    boxes: tuple[GraphBox, ...]
    lines: tuple[tuple[int, int, int, int], ...]
    heads: tuple[tuple[int, str], ...]
    width: int
    height: int


def drawing_of(steps: Sequence[Milestone], cited: Sequence[LinkedAct], citing: Sequence[LinkedAct]) -> GraphDrawing:
    """Return the drawing: cited policies left, the policy's acts in the middle, those that cite it right."""
    own = [_box(0, n, f"{step.act or '报道'} {(step.first_published_at or '')[:10]}", step.title, step.announcement_id,
                is_own=True) for n, step in enumerate(steps[:MOST_IN_COLUMN])]  # fmt: skip
    sides = [("引用的政策", cited[:MOST_IN_COLUMN]), ("引用它的政策", citing[:MOST_IN_COLUMN])]
    columns = [_column(0, sides[0][1]), own, _column(0, sides[1][1])]
    heads = [sides[0][0], "这项政策", sides[1][0]]
    shown = [(head, boxes) for head, boxes in zip(heads, columns, strict=True) if boxes]
    placed = [
        [_moved(box, number * (BOX_WIDTH + COLUMN_GAP)) for box in boxes] for number, (_, boxes) in enumerate(shown)
    ]
    height = HEAD + max(map(len, placed)) * (BOX_HEIGHT + GAP)
    return GraphDrawing(
        boxes=tuple(box for boxes in placed for box in boxes), lines=tuple(_lines(placed)),
        heads=tuple((number * (BOX_WIDTH + COLUMN_GAP), head) for number, (head, _) in enumerate(shown)),
        width=len(placed) * BOX_WIDTH + (len(placed) - 1) * COLUMN_GAP, height=height,
    )  # fmt: skip


def _column(x: int, acts: Sequence[LinkedAct]) -> list[GraphBox]:
    return [
        _box(x, n, " ".join(filter(None, (one.region, one.act, one.day))), one.title, one.id, is_own=False)
        for n, one in enumerate(acts)
    ]


def _box(x: int, number: int, over: str, title: str, id: int, *, is_own: bool) -> GraphBox:
    y = HEAD + number * (BOX_HEIGHT + GAP)
    return GraphBox(x=x, y=y, href=f"/announcements/{id}", over=over, title=title, is_own=is_own)


def _moved(box: GraphBox, x: int) -> GraphBox:
    return GraphBox(x=x, y=box.y, href=box.href, over=box.over, title=box.title, is_own=box.is_own)


def _lines(columns: Sequence[Sequence[GraphBox]]) -> list[tuple[int, int, int, int]]:
    """Return the arrows: down through the policy's acts, and from left to right to and from the nearest of them."""
    number = next(n for n, boxes in enumerate(columns) if boxes[0].is_own)
    own = columns[number]
    middle, half = own[0].x + BOX_WIDTH // 2, BOX_HEIGHT // 2
    found = [(middle, one.y + BOX_HEIGHT, middle, other.y) for one, other in pairwise(own)]
    for boxes in columns[:number]:
        found += [(box.x + BOX_WIDTH, box.y + half, own[0].x, own[0].y + half) for box in boxes]
    for boxes in columns[number + 1 :]:
        end = own[-1]
        found += [(end.x + BOX_WIDTH, end.y + half, box.x, box.y + half) for box in boxes]
    return found
