"""Tell the rows of a listing from the page's other links: by the address, the words and the day beside them.

Points and threshold: research/extraction.md 4.3, weighed on 11 real pages (717 links; precision 0.975, recall 0.997).
What those points cannot tell, the block can: rows come in blocks of like links, and so do hot lists and navigation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.anchors import HEADINGS, Anchor, collect
from crawler.listing.context import ancestors, ancestors_within, heading_of, is_frame
from crawler.listing.places import Places
from crawler.listing.row_days import MonthDay, read_day, settle_years
from crawler.listing.shapes import day_in_url, shape_points, template
from crawler.listing.titles import full_title, length, plain
from crawler.text.dates import Today
from storage.records import Link

ENOUGH = 3.0
INTERPRETATION = re.compile("解读|图解|问答")
LONG_TITLE, MIDDLE_TITLE, SHORT_TITLE = 12, 8, 5  # 汉字
FRAME_WEIGHT = 0.3  # how much a row in the page's frame counts when the main block is looked for
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
        return [row for row in self.rows if row.points >= ENOUGH]

    @property
    def dated(self) -> int:
        """How many good rows have a day beside them."""
        return sum(row.day is not None for row in self.good)

    @property
    def is_dated(self) -> bool:
        """True when nearly all good rows have a day beside them."""
        return bool(self.good) and self.dated >= 0.8 * len(self.good)

    @property
    def may_be_main(self) -> bool:
        """True when the block can be the page's list; one in the frame must look very much like it."""
        return bool(self.good) and (not self.is_frame or self.is_dated or len(self.good) >= ROWS_OF_A_LONG_LIST)

    @property
    def is_weak(self) -> bool:
        """True when the block is a sidebar as likely as a list."""
        return self.is_frame or (not self.dated and len(self.good) < ROWS_OF_A_LIST)

    @property
    def weight(self) -> float:
        """How much of a main list this is: dated rows count double."""
        return (len(self.good) + self.dated) * (FRAME_WEIGHT if self.is_frame else 1.0)


def find_rows(tree: LexborHTMLParser, url: str, today: Today, is_doubtful: Callable[[], bool]) -> list[Link]:
    """Return the rows of a listing page in the page's order, each address once.

    `is_doubtful` is asked where only a few links without days beside them are found: on a page that says that its list
    is empty, or that carries the script which fills it, they are not taken for the list.
    """
    blocks = find_blocks(tree, url, today)
    main = max((block for block in blocks if block.may_be_main), key=lambda block: block.weight, default=None)
    if main is None or (main.is_weak and is_doubtful()):
        return []
    homes = _homes(main)
    rows = [_under(row, homes) for block in blocks for row in _kept(block, main)]
    return links_of(sorted(rows, key=lambda row: row.anchor.position), today)


def find_blocks(tree: LexborHTMLParser, url: str, today: Today) -> list[Block]:
    """Return the page's blocks of links that could be rows, in the page's order."""
    anchors = [anchor for anchor in collect(tree, url) if not anchor.is_chrome and _may_be_row(anchor)]
    places = Places([(anchor.node, anchor.url) for anchor in anchors])
    rows = [_row(anchor, places, today) for anchor in anchors]
    blocks: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        blocks[row.block.mem_id].append(row)
    return [_block(some, places) for some in blocks.values()]


def _block(rows: Sequence[Row], places: Places) -> Block:
    weighed = [replace(row, points=_points(row, len(rows))) for row in rows]
    return Block(weighed, is_frame(rows[0].block, places.share))


def _may_be_row(anchor: Anchor) -> bool:
    shape, said = shape_points(anchor.url), length(anchor.title)
    if anchor.is_detail:
        return shape > 0
    if shape < 0 and said < MIDDLE_TITLE:  # 要闻动态 in the navigation, [财经] before a title
        return False
    return said >= 4 or (said >= 2 and shape > 0)


def _row(anchor: Anchor, places: Places, today: Today) -> Row:
    title = _title_beside(anchor, places) if anchor.is_detail else anchor.title
    return Row(anchor=anchor, title=title, day=day_beside(anchor, places, today), block=places.block(anchor.node))


def day_beside(anchor: Anchor, places: Places, today: Today) -> date | MonthDay | None:
    """Return the day in or beside a link, the nearest first."""
    around = chain([list(anchor.stamps)], places.words_beside(anchor.node, anchor.words))
    return next((day for pieces in around if (day := read_day(pieces, today))), None)


def _title_beside(anchor: Anchor, places: Places) -> str:
    """Return the heading of a row whose link says 查看详情 only."""
    heading = places.row(anchor.node).css_first(f"{HEADINGS},[class*='tit'],[class*='name']")
    return plain(heading.text()) if heading else ""


def _points(row: Row, alike: int) -> float:
    said = length(row.title)
    words = 1.5 if said >= LONG_TITLE else 0.8 if said >= MIDDLE_TITLE else 0.0 if said >= SHORT_TITLE else -1.5
    day = 1.5 if row.day else 0.7 if day_in_url(row.url) else 0.0
    return row.shape + words + day + (0.7 if alike >= 4 else 0.0)


def _kept(block: Block, main: Block) -> list[Row]:
    """Return the rows of a block that belong to the page's list or stand beside it with equal right."""
    if block is main or _continues(block, main) or _is_inside(block, main):
        return _members(block)
    if block.is_frame:
        return []
    if main.is_dated and not block.dated and main.dated >= len(block.good):
        shapes = {template(row.url) for row in main.good}
        return [row for row in _members(block) if template(row.url) in shapes]
    return _members(block)


def _continues(block: Block, main: Block) -> bool:
    """True when a block is the main list going on in a sibling: lists are split after every fifth row."""
    one, other = block.rows[0].block, main.rows[0].block
    return one.tag == other.tag and one.attributes.get("class") == other.attributes.get("class") and (
        one.parent is not None and other.parent is not None and one.parent.mem_id == other.parent.mem_id
    )  # fmt: skip


def _homes(main: Block) -> dict[int, str]:
    """Return the elements that are rows of the main list, by identity, with the addresses of their first links."""
    edge, homes = main.rows[0].block.mem_id, dict[int, str]()
    for row in main.good:
        for element in ancestors_within(row.anchor.node, edge):
            homes.setdefault(element.mem_id, row.url)
    return homes


def _is_inside(block: Block, main: Block) -> bool:
    """True for links within a row: 发展改革委 lists the 相关解读 of a document under it."""
    homes = _homes(main)
    return not block.is_frame and any(around.mem_id in homes for around in ancestors(block.rows[0].block))


def _under(row: Row, homes: Mapping[int, str]) -> Row:
    """Return a row with the address of the row that it stands under, where a heading calls it an interpretation."""
    around = list(ancestors(row.anchor.node))
    if not any(INTERPRETATION.search(heading_of(element)) for element in around[:3]):
        return row
    under = next((homes[element.mem_id] for element in reversed(around) if element.mem_id in homes), None)
    return replace(row, explains=under) if under and under != row.url else row


def _members(block: Block) -> list[Row]:
    """Return the good rows, and where they are most of the block, those that only the block makes likely."""
    if len(block.good) * 2 < len(block.rows):
        return block.good
    return [row for row in block.rows if row.points >= ENOUGH or _fits_in(row)]


def _fits_in(row: Row) -> bool:
    return row.day is not None or row.shape > 0


def links_of(rows: Iterable[Row], today: Today) -> list[Link]:
    """Return rows as links, in their order, each address once, with the years of their days settled."""
    merged: dict[str, Row] = {}
    for row in rows:
        merged[row.url] = _better(merged[row.url], row) if row.url in merged else row
    kept = list(merged.values())
    in_urls = [day_in_url(row.url) for row in kept]
    days = settle_years([row.day for row in kept], in_urls, today)
    return [
        Link(url=row.url, title=row.title, date=day, explains=row.explains) for row, day in zip(kept, days, strict=True)
    ]


def _better(one: Row, other: Row) -> Row:
    """Return one row of two to the same address: the whole title, and a day if either has one."""
    title = full_title(one.title, other.title)
    title = title if length(title) >= length(other.title) or one.points >= other.points else other.title
    return replace(one, title=title, day=one.day or other.day)
