"""Tell the rows of a listing from the page's other links: by the address, the words and the day beside them.

Points and threshold were weighed on 11 real pages (717 links; precision 0.975, recall 0.997).
What those points cannot tell, the block can: rows come in blocks of like links, and so do hot lists and navigation.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, pairwise, takewhile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.anchors import HEADINGS, Anchor, collect, unusable_links, without_companions
from crawler.listing.badges import unnumbered, without_badges
from crawler.listing.blocks import ENOUGH_POINTS, ROWS_OF_A_LIST, ROWS_THAT_TELL, Block, Row
from crawler.listing.found import Found
from crawler.listing.page_regions import ancestors, heading_of, is_frame
from crawler.listing.page_text import PageText
from crawler.listing.row_days import MonthDay, read_day, settle_years
from crawler.listing.row_finder import LinkPlaces
from crawler.listing.shapes import shape_points, template, whole_template
from crawler.listing.titles import full_title, length, plain, squash
from crawler.text.address_days import day_in_address
from crawler.text.dates import Today
from storage.records import Link

INTERPRETATION = re.compile("解读|图解|问答")
LONG_TITLE, MIDDLE_TITLE, SHORT_TITLE = 12, 8, 5  # 汉字
HOME = -3.0  # points of an address that is a portal's home: it leads to no document, whatever stands beside it
LONGEST_BESIDE = 100  # 汉字 beside a picture that may be its title; more are a summary
LIKE_ARTICLES = 0.8  # points of an address that an address with another number stands beside, and long titles


def find_rows(tree: LexborHTMLParser, url: str, today: Today, is_doubtful: Callable[[], bool]) -> Found:
    """Return the rows of a listing page in the page's order, each address once.

    `is_doubtful` is asked where only a few links without days beside them are found: on a page that says that its list
    is empty, or that carries the script which fills it, they are not taken for the list.
    """
    places, blocks = find_blocks(tree, url, today)
    main = max((block for block in blocks if block.may_be_main), key=lambda block: block.weight, default=None)
    if main is None or (main.is_weak and is_doubtful()):
        return Found()
    homes, headings = _homes(main, places), _Headings()
    kept = (row for block in blocks for row in _kept(block, main, homes))
    rows = [_under(row, places.around(row.anchor.node), homes, headings) for row in kept]
    found = found_among(sorted(rows, key=lambda row: row.anchor.position), places, today)
    unusable = unusable_links(tree, url, places.text)
    return replace(found, rows_seen=found.rows_seen + unusable, unusable=unusable)


def find_blocks(tree: LexborHTMLParser, url: str, today: Today) -> tuple[LinkPlaces, list[Block]]:
    """Return where the page's links stand, and its blocks of links that could be rows, in the page's order."""
    text = PageText(tree)
    anchors = without_companions([a for a in collect(tree, url, text) if _may_be_row(a) and not a.is_chrome])
    places = LinkPlaces([(anchor.node, anchor.url) for anchor in anchors], text)
    rows = [_row(anchor, places, today) for anchor in anchors]
    blocks: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        blocks[row.block.mem_id].append(row)
    return places, [_block(some, places) for some in blocks.values()]


def _block(rows: Sequence[Row], places: LinkPlaces) -> Block:
    least = _least_shape(rows)
    weighed = [row.weighed(_points(row, len(rows), least)) for row in rows]
    return Block(weighed, is_frame(rows[0].block, places.share))


def _least_shape(rows: Sequence[Row]) -> float:
    """Return the points of an address below which no row of a block falls, because its rows speak for each other.

    Where each has its day beside it the address cannot speak against them; long titles over addresses that differ by
    numbers only are a list of articles, whatever their system calls it.
    """
    if all(row.shape >= LIKE_ARTICLES for row in rows):
        return HOME
    told = [row for row in rows if length(row.title) >= MIDDLE_TITLE and row.shape > HOME]
    if len({row.url for row in told}) < ROWS_THAT_TELL:
        return HOME
    long = [row for row in told if length(row.title) >= LONG_TITLE]
    ((_, alike),) = Counter(whole_template(row.url) for row in long).most_common(1) or ((("", 0)),)
    if len(rows) >= ROWS_OF_A_LIST and alike >= 0.8 * len(rows):
        return LIKE_ARTICLES
    return 0.0 if sum(row.day is not None for row in told) >= 0.8 * len(rows) else HOME


def _may_be_row(anchor: Anchor) -> bool:
    said = length(anchor.title)
    if said >= MIDDLE_TITLE and not anchor.is_detail:
        return True
    shape = shape_points(anchor.url)
    if anchor.is_detail or anchor.is_textless:
        return shape > 0
    if shape < 0 and said < MIDDLE_TITLE:  # 要闻动态 in the navigation, [财经] before a title
        return False
    return said >= 4 or (said >= 2 and shape > 0)


def _row(anchor: Anchor, places: LinkPlaces, today: Today) -> Row:
    title = anchor.title
    if anchor.is_detail or anchor.is_textless:
        title = _title_beside(anchor, places)
    return Row(anchor=anchor, title=title, day=day_beside(anchor, places, today), block=places.block(anchor.node))


def day_beside(anchor: Anchor, places: LinkPlaces, today: Today) -> date | MonthDay | None:
    """Return the day in or beside a link, the nearest first, and last what its title attribute says."""
    around = chain([anchor.stamps], places.words_beside(anchor.node, anchor.words), [anchor.labels])
    return next((day for pieces in around if pieces and (day := read_day(pieces, today))), None)


def _title_beside(anchor: Anchor, places: LinkPlaces) -> str:
    """Return the title of a row whose link says 查看详情 only or shows a picture: its heading, else what it says."""
    row = places.row(anchor.node)
    if heading := row.css_first(f"{HEADINGS},[class*='tit'],[class*='name']"):
        return without_badges(plain("".join(places.text.seen(heading))))[0]
    if anchor.is_detail or anchor.picture:
        return anchor.picture
    pieces = chain.from_iterable(places.words_in_row(anchor.node, anchor.words))
    said = (plain(piece) for piece in pieces)
    title = max((words for words in said if length(words) >= SHORT_TITLE), key=length, default="")
    return without_badges(title)[0] if length(title) <= LONGEST_BESIDE else ""


def _points(row: Row, alike: int, least: float) -> float:
    said = length(row.title)
    words = 1.5 if said >= LONG_TITLE else 0.8 if said >= MIDDLE_TITLE else 0.0 if said >= SHORT_TITLE else -1.5
    day = 1.5 if row.day else 0.7 if day_in_address(row.url) else 0.0
    shape = max(row.shape, least) if row.shape > HOME else row.shape
    return shape + words + day + (0.7 if alike >= 4 else 0.0)


def _kept(block: Block, main: Block, homes: Mapping[int, str]) -> list[Row]:
    """Return the rows of a block that belong to the page's list or stand beside it with equal right."""
    if block is main or _continues(block, main) or _is_inside(block, homes):
        return _members(block)
    said = [row for row in _members(block) if not row.anchor.is_textless]
    if block.is_frame:
        return []
    if main.is_dated and not block.dated and main.dated >= len(block.good):
        return [row for row in said if template(row.url) in main.templates]
    return said


def _continues(block: Block, main: Block) -> bool:
    """True when a block is the main list going on in a sibling: lists are split after every fifth row."""
    one, other = block.rows[0].block, main.rows[0].block
    return one.tag == other.tag and one.attributes.get("class") == other.attributes.get("class") and (
        one.parent is not None and other.parent is not None and one.parent.mem_id == other.parent.mem_id
    )  # fmt: skip


def _homes(main: Block, places: LinkPlaces) -> dict[int, str]:
    """Return the elements that are rows of the main list, by identity, with the addresses of their first links."""
    edge, homes = main.rows[0].block.mem_id, dict[int, str]()
    for row in main.good:
        for element in takewhile(lambda around: around.mem_id != edge, places.around(row.anchor.node)):
            homes.setdefault(element.mem_id, row.url)
    return homes


def _is_inside(block: Block, homes: Mapping[int, str]) -> bool:
    """True for links within a row: 发展改革委 lists the 相关解读 of a document under it."""
    return not block.is_frame and any(around.mem_id in homes for around in ancestors(block.rows[0].block))


class _Headings:
    """Remember what the headings of a page call the links under them: each stands above many."""

    def __init__(self) -> None:
        self._interpret: dict[int, bool] = {}

    def interpret(self, element: LexborNode) -> bool:
        """True when the heading of an element calls what stands under it interpretations."""
        if element.mem_id not in self._interpret:
            self._interpret[element.mem_id] = INTERPRETATION.search(heading_of(element)) is not None
        return self._interpret[element.mem_id]


def _under(row: Row, around: Sequence[LexborNode], homes: Mapping[int, str], headings: _Headings) -> Row:
    """Return a row with the address of the row that it stands under, where a heading calls it an interpretation."""
    if not any(headings.interpret(element) for element in around[:3]):
        return row
    under = next((homes[element.mem_id] for element in reversed(around) if element.mem_id in homes), None)
    return replace(row, explains=under) if under and under != row.url else row


def _members(block: Block) -> list[Row]:
    """Return the good rows, and where they are most of the block, those that only the block makes likely."""
    if len(block.good) * 2 < len(block.rows):
        return block.good
    return [row for row in block.rows if row.points >= ENOUGH_POINTS or _fits_in(row)]


def _fits_in(row: Row) -> bool:
    return row.day is not None or row.shape > 0


def found_among(rows: Iterable[Row], places: LinkPlaces, today: Today) -> Found:
    """Return rows as links, in their order, each address once, with the years of their days settled."""
    merged: dict[str, Row] = {}
    swallowed: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        swallowed[row.url].append(row)
        merged[row.url] = _better(merged[row.url], row) if row.url in merged else row
    kept = list(merged.values())
    in_urls = [day_in_address(row.url) for row in kept]
    days = settle_years([row.day for row in kept], in_urls, today)
    titles = unnumbered([row.title for row in kept])
    links = tuple(
        Link(url=row.url, title=title, date=day, explains=row.explains)
        for row, title, day in zip(kept, titles, days, strict=True)
    )
    return Found(links=links, rows_seen=sum(_rows_apart(some, places) for some in swallowed.values()))


def _rows_apart(rows: Sequence[Row], places: LinkPlaces) -> int:
    """Return how many rows of a page share one address; the title and the summary in one row are one."""
    if len(rows) == 1:
        return 1
    return 1 + sum(
        squash(one.title) != squash(other.title) and places.are_rows_apart(one.anchor.node, other.anchor.node)
        for one, other in pairwise([row for row in rows if row.title and not row.anchor.is_detail])
    )


def _better(one: Row, other: Row) -> Row:
    """Return one row of two to the same address: the whole title, and a day if either has one."""
    title = full_title(one.title, other.title)
    title = title if length(title) >= length(other.title) or one.points >= other.points else other.title
    return replace(one, title=title, day=one.day or other.day)
