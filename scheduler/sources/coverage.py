"""Say what the sources cover: regions by kinds of portals, the requests it costs, a picture. Pure: nothing is asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Literal, TypeAlias

from crawler.network.handler import netloc
from crawler.sources import Source
from crawler.text.regions import by_code, province_of, region
from scheduler.visits.budget import SPENT
from storage.records import NATION, Region

CoverageColumn: TypeAlias = Literal["government", "department", "news", "city"]
KINDS: tuple[CoverageColumn, ...] = ("government", "department", "news")
COLUMNS: tuple[CoverageColumn, ...] = ("government", "department", "news", "city")
PROVINCES_END = "710000"  # the 31 of the mainland; the catalogue has no portals of the other three
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """The sources of one province with its cities, or of the nation."""

    region: Region
    sources: tuple[Source, ...]

    def of(self, column: CoverageColumn) -> tuple[Source, ...]:
        """Return the sources of a column; a city's portals of every kind stand under `city`."""
        return tuple(source for source in self.sources if column_of(source) == column)

    @property
    def is_watched(self) -> bool:
        """True when a source of it is on."""
        return any(source.enabled for source in self.sources)


def column_of(source: Source) -> CoverageColumn:
    """Return the column that a source stands in."""
    return "city" if source.level == "city" else source.kind


def rows_of(sources: Iterable[Source]) -> tuple[CoverageRow, ...]:
    """Return a row for the nation and each of the 31 provinces, empty ones too."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        found[province_of(region(source.region)).code].append(source)
    places = [place for place in by_code().values() if place.code.endswith("0000") and place.code < PROVINCES_END]
    return tuple(CoverageRow(region=place, sources=tuple(found[place.code])) for place in places)


def provinces(rows: Iterable[CoverageRow]) -> tuple[CoverageRow, ...]:
    """Return the rows of provinces."""
    return tuple(row for row in rows if row.region != NATION)


def requests_per_day(sources: Iterable[Source], default: timedelta, *, adaptive: bool) -> Counter[str]:
    """Return how many listing pages each host is asked for in a day while all is well; articles come on top.

    Before rhythms are learned; adapting moves them between sources, hours and days (scheduler.visits.budget), and not
    their sum. An answer of "unchanged" counts as well.
    """
    found: Counter[str] = Counter()
    spent = SPENT if adaptive else 1.0
    for source in sources:
        visits = spent * (DAY / source.interval(default))
        for listing in source.listings if source.enabled else ():
            found[netloc(listing)] += round(visits)
    return found


CELL_WIDTH, CELL_HEIGHT, LEFT, TOP = 200, 22, 150, 60
SQUARE = 11
COLOURS = {"A": "#1a7f37", "B": "#6fbf73", "C": "#c9a227", "D": "#c9a227", None: "#4c78a8"}
OFF = "#d9d9d9"


def picture(rows: Iterable[CoverageRow]) -> str:
    """Return the matrix as SVG: a square for each source, coloured by confidence, grey when off."""
    rows = tuple(rows)
    height = TOP + CELL_HEIGHT * len(rows) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + CELL_WIDTH * len(COLUMNS)}" height="{height}" '
        'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="10" y="20">dark: confidence A, light: B, yellow: C, grey: off ({_share(rows)})</text>',
    ]
    parts += [f'<text x="{LEFT + CELL_WIDTH * n}" y="{TOP - 12}">{name}</text>' for n, name in enumerate(COLUMNS)]
    for line, row in enumerate(rows):
        top = TOP + CELL_HEIGHT * line
        parts.append(f'<text x="10" y="{top + SQUARE}">{escape(row.region.name)}</text>')
        for number, column in enumerate(COLUMNS):
            parts += _squares(row.of(column), LEFT + CELL_WIDTH * number, top)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _squares(sources: Iterable[Source], left: int, top: int) -> list[str]:
    return [
        f'<rect x="{left + (SQUARE + 3) * n}" y="{top}" width="{SQUARE}" '
        f'height="{SQUARE}" fill="{COLOURS[source.confidence] if source.enabled else OFF}">'
        f"<title>{escape(source.id)}: {escape(source.off_because or source.name)}</title></rect>"
        for n, source in enumerate(sources)
    ]


def _share(rows: Iterable[CoverageRow]) -> str:
    sources = [source for row in rows for source in row.sources]
    return f"{sum(source.enabled for source in sources)} of {len(sources)} on"
