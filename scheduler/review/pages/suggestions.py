"""Suggest how a search may go on while it is typed, as JSON for the search box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TypeAlias

from datasette.utils.asgi import Response

from scheduler.review.known_names import KnownName
from scheduler.review.page_request import PageRequest, Route
from scheduler.review.suggest import suggestions, typed_at
from storage.archive import Archive
from storage.records import BEIJING
from storage.search.saved import SavedSearch

LONGEST_QUERY = 1000  # characters
NamesByFilter: TypeAlias = Mapping[str, Sequence[KnownName]]


async def known_names(visit: PageRequest, *, again: bool = False) -> NamesByFilter:
    """Return the names that filters can have, by the key of their filter."""
    return await visit.read(partial(visit.site.names.of, settings=visit.settings, now=visit.now, again=again))


def sources_by_id(names: NamesByFilter) -> Mapping[str, str]:
    """Return the names of sources by their ids."""
    return {one.value: one.name for one in names["source"]}


async def suggest(visit: PageRequest) -> Response:
    """Give what may stand where the cursor is.

    `start` and `end` of the part that a suggestion replaces are offsets in characters.
    """
    text, at = visit.asked("q")[:LONGEST_QUERY], visit.asked("at")
    part = typed_at(text, int(at) if at.isascii() and at.isdigit() and len(at) < 7 else len(text))
    if part is None:
        return visit.json({"start": 0, "end": 0, "suggestions": []})

    def read(archive: Archive) -> tuple[NamesByFilter, list[SavedSearch]]:
        names = visit.site.names.of(archive, visit.settings, visit.now)
        return names, archive.saved_searches.seen_by(visit.who)

    names, saved = await visit.read(read)
    found = suggestions(part, names, saved, today=visit.now.astimezone(BEIJING).date())
    return visit.json({"start": part.start, "end": part.end, "suggestions": [asdict(one) for one in found]})


ROUTES = (Route(pattern="/search/suggest", handler=suggest),)
