"""Hold the links of a listing page that may be its rows, and the blocks that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawler.listing.anchors import Anchor
from crawler.listing.row_days import MonthDay
from crawler.listing.shapes import shape_points, template

ENOUGH_POINTS = 3.0
FRAME_WEIGHT = 0.3  # how much a row in the page's frame counts when the main block is looked for
ROWS_THAT_TELL = 3  # rows that must agree before they speak for each other
SURE_SHAPE_POINTS = 2.5  # points of an address that can be nothing but an article's
ROWS_OF_A_LIST = 5  # fewer links are a sidebar as likely as a list
ROWS_OF_A_LONG_LIST = 12  # a list of what is hot has ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A link that may be a row of the listing. `day` stands beside it; `block` is the element that holds its like.

    `explains` is the address of the row that it stands under, as the 相关解读 of a document do.
    """

    anchor: Anchor
    title: str
    day: date | MonthDay | None
    block: LexborNode
    points: float = 0.0
    explains: str | None = None

    @property
    def url(self) -> str:
        """The row's address."""
        return self.anchor.url

    def weighed(self, points: float) -> Row:
        """Return the row with its points."""
        return Row(anchor=self.anchor, title=self.title, day=self.day, block=self.block, points=points)

    @property
    def shape(self) -> float:
        """How much the address looks like an article's."""
        return shape_points(self.url)


@dataclass(frozen=True)
class Block:
    """Links that stand alike in one element; `is_frame` when that belongs to the frame of the page."""

    rows: Sequence[Row]
    is_frame: bool

    @cached_property
    def good(self) -> list[Row]:
        """The rows that have enough points by themselves."""
        return [row for row in self.rows if row.points >= ENOUGH_POINTS]

    @property
    def dated(self) -> int:
        """How many good rows have a day beside them."""
        return sum(row.day is not None for row in self.good)

    @property
    def is_dated(self) -> bool:
        """True when nearly all good rows have a day beside them."""
        return bool(self.good) and self.dated >= 0.8 * len(self.good)

    @cached_property
    def templates(self) -> frozenset[str]:
        """The addresses of the good rows without their numbers."""
        return frozenset(template(row.url) for row in self.good)

    @property
    def is_gallery(self) -> bool:
        """True for rows that show pictures only, when days or addresses leave no doubt; those of users do not."""
        is_sure = self.is_dated or all(row.shape >= SURE_SHAPE_POINTS for row in self.good)
        return is_sure and len(self.good) >= ROWS_THAT_TELL

    @property
    def may_be_main(self) -> bool:
        """True when the block can be the page's list; one in the frame must look very much like it."""
        if not self.good or (all(row.anchor.is_textless for row in self.good) and not self.is_gallery):
            return False
        return not self.is_frame or self.is_dated or len(self.good) >= ROWS_OF_A_LONG_LIST

    @property
    def is_weak(self) -> bool:
        """True when the block is a sidebar as likely as a list."""
        looks_like_articles = len(self.good) >= ROWS_OF_A_LIST and any(row.shape > 0 for row in self.good)
        return self.is_frame or not (self.dated or looks_like_articles)

    @property
    def weight(self) -> float:
        """How much of a main list this is: dated rows count double."""
        return (len(self.good) + self.dated) * (FRAME_WEIGHT if self.is_frame else 1.0)
