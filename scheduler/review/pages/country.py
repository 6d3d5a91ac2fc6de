"""全国: a map of tiles, and provinces against tracks: who has issued what, and who was first."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import Response

from scheduler.review.filter_form import choice_of, form_values
from scheduler.review.page_request import PageRequest, Route
from scheduler.review.tiles import elsewhere, matrix_of, tiles_of
from storage.archive import Archive
from storage.overview.selected import Chosen


async def country(visit: PageRequest) -> Response:
    """Show what every province has issued."""
    choice = choice_of(visit)

    def read(archive: Archive) -> dict[str, Any]:
        if choice.problem:
            return {"totals": [], "issued": [], "total": 0, **form_values(archive, visit.now)}
        chosen: Chosen = choice.chosen(archive)
        return {
            "totals": archive.overview.by_province(chosen), "issued": archive.overview.by_track(chosen),
            "total": archive.overview.count(chosen), **form_values(archive, visit.now),
        }  # fmt: skip

    found = await visit.read(read)
    columns, rows = matrix_of(found["totals"], found["issued"])
    return visit.html(
        "country.html", 400 if choice.problem else 200, choice=choice, tiles=tiles_of(found["totals"]), columns=columns,
        rows=rows, elsewhere=elsewhere(found["totals"]), **found,
    )  # fmt: skip


ROUTES = (Route(pattern="/country", handler=country),)
