"""Find tracks in tables and in rows of pilot zones. No I/O, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.detect.facts.patterns import either
from crawler.detect.facts.reading import View
from crawler.detect.facts.track_words import PLACE_TAIL, NamedTrack, Words

CELL = re.compile(r"[^\s|]+")
# The head of the column that gives each row's track.
COLUMN = re.compile(rf"(?:所属|主导|重点|产业|技术|未来产业)*{either('方向 领域 赛道 产业')}")
COLUMN_HEAD = re.compile(r"[\s|][\u4e00-\u9fff]{0,8}?(?:方向|领域|赛道|产业)[ \u3000|\n]")
COLUMN_ROWS = 300  # the longest list of firms read has 130
ZONE = either("先导区 试验区 先行区 集聚区 未来产业(?:科技)?园")
ZONE_NAME = re.compile(rf"{PLACE_TAIL.pattern}(?P<track>[\u4e00-\u9fff]{{2,8}}?)(?:未来|产业|{ZONE})")
ROW = re.compile(rf"^[ ]*(?:\d{{1,3}}[ .．、|]+\S.*|[\u4e00-\u9fff]{{4,24}}{ZONE}[ ]*)$", re.MULTILINE)


def of_tables(view: View, words: Words) -> list[NamedTrack]:
    """Return the tracks that the rows of a table or list name; none where a page has no such rows."""
    return _of_zones(view, words) or _of_column(view, words)


def _of_column(view: View, words: Words) -> list[NamedTrack]:
    """Return the members of a table's column 方向."""
    found: list[NamedTrack] = []
    start, column, width, rows = 0, -1, 0, 0
    for line in view.text.split("\n") if COLUMN_HEAD.search(view.text) else ():
        cells = [(start + cell.start(), start + cell.end()) for cell in CELL.finditer(line)]
        start += len(line) + 1
        heads = [n for n, (a, b) in enumerate(cells) if COLUMN.fullmatch(view.text, a, b)]
        if heads and len(cells) > 1:
            column, width, rows = heads[0], len(cells), 0
        elif column >= 0 and len(cells) == width and rows < COLUMN_ROWS:
            found += words.member(view, *cells[column])
            rows += 1
        elif cells:
            column = -1
    return found if any(track.is_known for track in found) else []


def _of_zones(view: View, words: Words) -> list[NamedTrack]:
    """Return the tracks in the names of listed pilot zones: the lexicon's, else what stands between place and noun."""
    found: list[NamedTrack] = []
    for row in ROW.finditer(view.text):
        cell = next((c for c in CELL.finditer(row[0]) if re.search(rf"{ZONE}$", c[0])), None)
        if cell is not None:
            start, end = row.start() + cell.start(), row.start() + cell.end()
            found += _of_zone(view, words, start, end)
    return found if len({track.name for track in found}) > 1 else []


def _of_zone(view: View, words: Words, start: int, end: int) -> Iterator[NamedTrack]:
    """Yield what a zone's name says between its place and 未来产业先导区."""
    known = list(words.find(view, start, end))
    place = max((region.end for region in view.regions if start <= region.start < end), default=start)
    match = ZONE_NAME.match(view.text, place, end)
    if match is None or known:
        yield from known
    else:
        yield NamedTrack(name=match["track"], start=match.start("track"), end=match.end("track"), is_known=False)
