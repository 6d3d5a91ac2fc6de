"""Tell what another choice or pace of sources changes: visits a day, acts that are lost, come later, or were given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.sources import Source
from scheduler.config.config import Settings
from storage.archive import Archive
from storage.overview.given import GivenAct, given_by

LOOKED_BACK = timedelta(days=90)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedSources:
    """The outcome of a change of sources, by the announcements of the last 90 days.

    `lost` had no source that stays on, `later` had one that came later; `given` are those of the sources that come on.
    `unread` are sources that come on and that the archive knows nothing of. Visits are those that the paces ask for.
    """

    visits_before: int
    visits_after: int
    lost: tuple[GivenAct, ...]
    later: tuple[GivenAct, ...]
    given: tuple[GivenAct, ...]
    unread: tuple[str, ...]


def switched(archive: Archive, before: Settings, after: Settings, *, now: datetime) -> SwitchedSources:
    """Return what becomes other when the sources of `before` are those of `after`."""
    on_before, on_after = _on(before), _on(after)
    since, off, on = now - LOOKED_BACK, on_before.keys() - on_after.keys(), on_after.keys() - on_before.keys()
    missed = given_by(archive.db, off, on_after, since=since)
    return SwitchedSources(
        visits_before=_visits(on_before.values(), before), visits_after=_visits(on_after.values(), after),
        lost=tuple(one for one in missed if one.later is None), later=tuple(one for one in missed if one.later),
        given=tuple(given_by(archive.db, on, on_before, since=since)),
        unread=tuple(sorted(id for id in on if archive.source_overview.name(id) is None)),
    )  # fmt: skip


def _on(settings: Settings) -> dict[str, Source]:
    return {one.id: one for one in settings.watched if one.enabled}


def _visits(sources: Iterable[Source], settings: Settings) -> int:
    """Return how many visits a day the paces of sources ask for; adapting moves them about within these."""
    return round(sum(ONE_DAY / one.interval(settings.schedule.every) for one in sources))
