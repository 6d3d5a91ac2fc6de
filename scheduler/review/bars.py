"""Announcements by month as bars, told apart by pattern, number and name: what the page 时间线 draws. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from storage.overview.announcements import MonthCount
from storage.search.filters import FILTERS

LONGEST_MONTHS = 36  # months that are drawn, the latest ones
MOST_PANELS = 12  # tracks that are drawn, those with the most
WIDE_ENOUGH = 5.0  # per cent of the width from which a number stands in its segment
PATTERNS = {act: f"fill-{number}" for number, act in enumerate(FILTERS["act"].names)}
NO_PATTERN = "fill-none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The announcements of a month and act; `x` and `width` in per cent of the longest bar's width."""

    name: str | None
    count: int
    x: float
    width: float
    pattern: str

    @property
    def is_labelled(self) -> bool:
        """Whether the number fits into it."""
        return self.width >= WIDE_ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A month. `first` and `last` are its first and last day; `end` is where its segments end, in per cent."""

    month: str
    total: int
    segments: tuple[Segment, ...]

    @property
    def first(self) -> str:
        """Its first day."""
        return f"{self.month}-01"

    @property
    def last(self) -> str:
        """Its last day."""
        return f"{self.month}-{monthrange(int(self.month[:4]), int(self.month[5:]))[1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BarColumn:
    """A month of one track; `height` in per cent of the highest column of all tracks."""

    bar: Bar
    count: int
    x: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A track's months, oldest first; `track` is None for announcements that name none."""

    track: str | None
    total: int
    columns: tuple[BarColumn, ...]


def bars_of(counts: Sequence[MonthCount]) -> list[Bar]:
    """Return the months with their acts, the latest first, those without announcements between others too."""
    by_month: dict[str, dict[str | None, int]] = defaultdict(dict)
    for one in counts:
        by_month[one.month][one.name] = one.count
    most = max((sum(acts.values()) for acts in by_month.values()), default=1)
    return [_bar(month, by_month[month], most) for month in reversed(_months(counts))]


def panels_of(counts: Sequence[MonthCount]) -> list[Panel]:
    """Return the tracks with the most announcements, each over the same months and by the same measure."""
    totals = Counter[str | None]()
    found: dict[tuple[str | None, str], int] = {}
    months = _months(counts)
    for one in counts:
        if one.month in months:
            totals[one.name] += one.count
            found[one.name, one.month] = one.count
    shown = sorted(totals, key=lambda track: (track is None, -totals[track], track or ""))[:MOST_PANELS]
    most = max((count for (track, _), count in found.items() if track in shown), default=1)
    step = 100 / max(1, len(months))
    return [
        Panel(
            track=track, total=totals[track],
            columns=tuple(
                BarColumn(
                    bar=Bar(month=month, total=found[track, month], segments=()), count=found[track, month],
                    x=round(number * step, 3), width=round(step * 0.8, 3),
                    height=round(found[track, month] / most * 100, 2),
                )
                for number, month in enumerate(months) if (track, month) in found
            ),
        )
        for track in shown
    ]  # fmt: skip


def span_of(counts: Sequence[MonthCount]) -> tuple[str, str] | None:
    """Return the first and last month that are drawn, None without any."""
    months = _months(counts)
    return (months[0], months[-1]) if months else None


def _bar(month: str, acts: dict[str | None, int], most: int) -> Bar:
    segments, x = [], 0.0
    for name in [*FILTERS["act"].names, None]:
        if name in acts:
            width = acts[name] / most * 100
            pattern = PATTERNS[name] if name else NO_PATTERN
            segments.append(Segment(name=name, count=acts[name], x=round(x, 3), width=round(width, 3), pattern=pattern))
            x += width
    return Bar(month=month, total=sum(acts.values()), segments=tuple(segments))


def _months(counts: Sequence[MonthCount]) -> list[str]:
    """Return the months from the first to the last one, at most the latest 36."""
    known = sorted({one.month for one in counts})
    if not known:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (known[0], known[-1]))
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(max(first, last - LONGEST_MONTHS + 1), last + 1)]
