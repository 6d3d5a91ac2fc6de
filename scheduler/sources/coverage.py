"""Say what the sources cover: regions by kinds of portals, the requests it costs, a picture. Pure: nothing is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Literal, TypeAlias

from crawler.sources import Source
from crawler.text.regions import by_code, province_of, region
from storage.records import NATION, Region

CoverageColumn: TypeAlias = Literal["government", "department", "news", "city", "zone", "draft", "law", "press"]
SOURCE_KINDS: tuple[CoverageColumn, ...] = ("government", "department", "news")
COVERAGE_COLUMNS: tuple[CoverageColumn, ...] = (*SOURCE_KINDS, "city", "zone", "draft", "law", "press")
PROVINCES_END = "710000"  # the 31 of the mainland; the catalogue has no portals of the other three
ONE_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """The sources of one province with its cities, or of the nation."""

    region: Region
    sources: tuple[Source, ...]

    def of(self, column: CoverageColumn) -> tuple[Source, ...]:
        """Return the sources of a column."""
        return tuple(source for source in self.sources if column_of(source) == column)

    @property
    def is_watched(self) -> bool:
        """True when a source of it is on."""
        return any(source.enabled for source in self.sources)


def column_of(source: Source) -> CoverageColumn:
    """Return the column that a source stands in.

    What is watched for one stage of a policy stands under that stage, the rest of a city's or zone's portals of every
    kind under `city` and `zone`.
    """
    if source.shows not in {"document", "news"}:
        return source.shows  # type: ignore[return-value]  # the two that are no columns are gone
    return "city" if source.level == "city" else "zone" if source.level == "zone" else source.kind


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


LINE, LEFT_MARGIN, TOP_MARGIN = 22, 150, 60
SQUARE_SIZE, SQUARES_A_LINE, GAP = 11, 10, 26
TIER_COLOURS = {"A": "#1a7f37", "B": "#6fbf73", "C": "#c9a227", "D": "#c9a227", None: "#4c78a8"}
OFF_COLOUR = "#d9d9d9"


def picture(rows: Iterable[CoverageRow]) -> str:
    """Return the matrix as SVG: a square for each source, coloured by confidence, grey when off."""
    rows = tuple(rows)
    lefts = _lefts(rows)
    tops = [TOP_MARGIN]
    for row in rows:
        tops.append(
            tops[-1] + LINE * max(1, *(-(-len(row.of(column)) // SQUARES_A_LINE) for column in COVERAGE_COLUMNS))
        )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{lefts[-1]}" height="{tops[-1] + 10}" '
        'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="10" y="20">dark: confidence A, light: B, yellow: C, grey: off ({_share(rows)})</text>',
    ]
    parts += [
        f'<text x="{left}" y="{TOP_MARGIN - 12}">{name}</text>'
        for name, left in zip(COVERAGE_COLUMNS, lefts, strict=False)
    ]
    for row, top in zip(rows, tops, strict=False):
        parts.append(f'<text x="10" y="{top + SQUARE_SIZE}">{escape(row.region.name)}</text>')
        for column, left in zip(COVERAGE_COLUMNS, lefts, strict=False):
            parts += _squares(row.of(column), left, top)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lefts(rows: Iterable[CoverageRow]) -> list[int]:
    """Return where each column begins, and where the last one ends."""
    lefts = [LEFT_MARGIN]
    for column in COVERAGE_COLUMNS:
        most = max((len(row.of(column)) for row in rows), default=0)
        lefts.append(lefts[-1] + max((SQUARE_SIZE + 3) * min(most, SQUARES_A_LINE), 8 * len(column)) + GAP)
    return lefts


def _squares(sources: Iterable[Source], left: int, top: int) -> list[str]:
    return [
        f'<rect x="{left + (SQUARE_SIZE + 3) * (n % SQUARES_A_LINE)}" y="{top + LINE * (n // SQUARES_A_LINE)}" '
        f'width="{SQUARE_SIZE}" height="{SQUARE_SIZE}" '
        f'fill="{TIER_COLOURS[source.confidence] if source.enabled else OFF_COLOUR}">'
        f"<title>{escape(source.id)}: {escape(source.off_because or source.name)}</title></rect>"
        for n, source in enumerate(sources)
    ]


def _share(rows: Iterable[CoverageRow]) -> str:
    sources = [source for row in rows for source in row.sources]
    return f"{sum(source.enabled for source in sources)} of {len(sources)} on"
