"""时间线: acts by month, tracks by month, and the way of each policy from draft to explanation."""

from __future__ import annotations

from collections import Counter
from typing import Any

from datasette.utils.asgi import Response

from scheduler.review.bars import NO_PATTERN, PATTERNS, bars_of, panels_of, span_of
from scheduler.review.filter_form import choice_of, form_values
from scheduler.review.page_request import PageRequest, Route
from storage.archive import Archive

MOST_CHAINS = 30  # policies with several acts that are shown; a filter leads to the others


async def timeline(visit: PageRequest) -> Response:
    """Show what was announced month by month."""
    choice = choice_of(visit)

    def read(archive: Archive) -> dict[str, Any]:
        if choice.problem:
            return {"acts_by_month": [], "tracks_by_month": [], "chains": [], **form_values(archive, visit.now)}
        chosen, overview = choice.chosen(archive), archive.overview
        return {
            "acts_by_month": overview.months_by_act(chosen), "tracks_by_month": overview.months_by_track(chosen),
            "chains": overview.chains(chosen, limit=MOST_CHAINS), **form_values(archive, visit.now),
        }  # fmt: skip

    found = await visit.read(read)
    bars = bars_of(found["acts_by_month"])
    totals = Counter[str | None]()
    for bar in bars:
        totals.update({segment.name: segment.count for segment in bar.segments})
    return visit.html(
        "timeline.html", 400 if choice.problem else 200, choice=choice, bars=bars, totals=totals,
        panels=panels_of(found["tracks_by_month"]), span_of_panels=span_of(found["tracks_by_month"]),
        PATTERNS=PATTERNS, NO_PATTERN=NO_PATTERN, **found,
    )  # fmt: skip


ROUTES = (Route(pattern="/timeline", handler=timeline),)
