"""The country as tiles, and provinces against tracks: what the page 全国 draws. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.text.regions import CITY_SUFFIX, PROVINCE_SUFFIX, region
from storage.overview.announcements import Issued

# Row and column of each province's tile: equal tiles, neighbours mostly where neighbours lie. The nation stands apart.
PLACES = {
    "000000": (0, 0), "230000": (0, 6), "150000": (1, 3), "220000": (1, 6), "110000": (2, 4), "120000": (2, 5),
    "210000": (2, 6), "650000": (3, 0), "620000": (3, 1), "640000": (3, 2), "140000": (3, 3), "130000": (3, 4),
    "370000": (3, 5), "630000": (4, 1), "610000": (4, 2), "410000": (4, 3), "320000": (4, 4), "310000": (4, 5),
    "540000": (5, 0), "510000": (5, 1), "500000": (5, 2), "420000": (5, 3), "340000": (5, 4), "330000": (5, 5),
    "530000": (6, 1), "520000": (6, 2), "430000": (6, 3), "360000": (6, 4), "350000": (6, 5), "450000": (7, 2),
    "440000": (7, 3), "460000": (8, 3),
}  # fmt: skip
SHADE_COUNT = 4  # besides none: more cannot be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A province's tile. `first_day` is None where it has issued nothing; `shade` goes from 0 (nothing) to 4 (most)."""

    code: str
    name: str
    short: str
    row: int
    column: int
    count: int
    first_day: str | None
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Announcements of a province and track. `is_first`: nobody has an earlier one of this track."""

    count: int
    first_day: str
    first_id: int
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TileRow:
    """A province with its cells by track; `code` is None for what has no known region."""

    code: str | None
    name: str
    total: Cell
    cells: Mapping[str | None, Cell]

    @property
    def short(self) -> str:
        """Its name without its kind."""
        return short_name(self.code) if self.code else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TileColumn:
    """A track with how many announcements it has and who was first; `track` is None for those that name none."""

    track: str | None
    count: int
    first_day: str
    pioneers: tuple[str, ...]


def tiles_of(issued: Sequence[Issued]) -> list[Tile]:
    """Return a tile for the nation and each province, by their codes."""
    known = {one.province: one for one in issued}
    most = max((one.count for one in issued), default=0)
    return [_tile(code, known.get(code), most) for code in sorted(PLACES)]


def elsewhere(issued: Sequence[Issued]) -> list[Issued]:
    """Return what has no tile: regions without one, and announcements of no known region."""
    return [one for one in issued if one.province not in PLACES]


def matrix_of(totals: Sequence[Issued], issued: Sequence[Issued]) -> tuple[list[TileColumn], list[TileRow]]:
    """Return the tracks and the provinces that have any, those with the most first."""
    firsts: dict[str | None, str] = {}
    for one in issued:
        firsts[one.track] = min(one.first_day, firsts.get(one.track, one.first_day))
    cells = {(one.province, one.track): _cell(one, firsts[one.track]) for one in issued}
    first = min((one.first_day for one in totals), default="")
    rows = [
        TileRow(
            code=one.province, name=name_of(one.province), total=_cell(one, first),
            cells={track: cells[one.province, track] for track in firsts if (one.province, track) in cells},
        )
        for one in sorted(totals, key=lambda one: (-one.count, one.first_day, one.province or "9"))
    ]  # fmt: skip
    columns = [_column(track, firsts[track], [one for one in issued if one.track == track]) for track in firsts]
    return sorted(columns, key=lambda c: (c.track is None, -c.count, c.first_day, c.track or "")), rows


def name_of(code: str | None) -> str:
    """Return what a province is called in a table."""
    return region(code).name if code else "地区不明"


def short_name(code: str) -> str:
    """Return the name of a province or city without its kind: 广东, 内蒙古, 深圳; a district keeps it."""
    name = region(code).name
    if code in PLACES:
        return PROVINCE_SUFFIX.sub("", name)
    return CITY_SUFFIX.sub("", name) if code.endswith("00") else name


def _tile(code: str, one: Issued | None, most: int) -> Tile:
    row, column = PLACES[code]
    count = one.count if one else 0
    shade = 0 if not count else max(1, -(-count * SHADE_COUNT // most))
    return Tile(
        code=code, name=region(code).name, short=short_name(code), row=row,
        column=column, count=count, first_day=one.first_day if one else None, shade=shade,
    )  # fmt: skip


def _cell(one: Issued, first: str) -> Cell:
    return Cell(count=one.count, first_day=one.first_day, first_id=one.first_id, is_first=one.first_day == first)


def _column(track: str | None, first: str, issued: Sequence[Issued]) -> TileColumn:
    pioneers = tuple(
        short_name(one.province) if one.province else name_of(None) for one in issued if one.first_day == first
    )
    return TileColumn(track=track, count=sum(one.count for one in issued), first_day=first, pioneers=pioneers)
