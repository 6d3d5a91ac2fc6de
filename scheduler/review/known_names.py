"""Keep the names that filters of a search can have, with how many policies have each: for suggestions and refusals."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.detect.facts.instruments import NOUNS
from crawler.text.regions import by_code
from scheduler.config.config import Settings
from scheduler.config.log import get_logger
from scheduler.config.program import lexicon_file
from scheduler.config.vocabulary import tracks_of
from scheduler.review.wording import region_name
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.folding import fold
from storage.search.filters import FILTERS

log = get_logger()

KEPT = timedelta(minutes=5)  # reading takes 0.8 s at 100,000 policies
JUST_NOW = timedelta(seconds=10)
MOST_ISSUERS = 5000  # the most frequent ones; each request looks through them
# The filters whose values are counted, and the column of the announcements that has them.
COUNTED = {"region": "region", "issuer": "issuers", "act": "act", "instrument": "instrument", "track": "tracks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A value of a filter: how it reads, that folded, the value in a query, and how many policies have it (0: none)."""

    name: str
    folded: str
    value: str
    count: int = 0


class KnownNames:
    """The names by filter. The first reader waits until they are read; later ones get those of before meanwhile."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._settings: Settings | None = None
        self._names: Mapping[str, Sequence[KnownName]] = {}
        self._is_reading = threading.Lock()

    def of(
        self, archive: Archive, settings: Settings, now: datetime, *, again: bool = False
    ) -> Mapping[str, Sequence[KnownName]]:
        """Return the names by the key of their filter, those that most policies have first.

        `again`: a name that is not among them was asked for, so they are read anew, unless that was done just now.
        """
        age = now - self._read_at if self._read_at else None
        if age is None or self._settings is not settings or (again and age >= JUST_NOW):
            self._keep(archive, settings, now)
        elif age >= KEPT and self._is_reading.acquire(blocking=False):
            threading.Thread(target=self._read_again, args=(settings, now), name="names", daemon=True).start()
        return self._names

    def _read_again(self, settings: Settings, now: datetime) -> None:
        try:
            with Archive.existing_or_empty(settings.archive.path) as archive:
                self._keep(archive, settings, now)
        except (sqlite3.DatabaseError, ArchiveError, OSError) as error:
            log.warning("names of filters not read", error=f"{type(error).__name__}: {error}")
        finally:
            self._is_reading.release()

    def _keep(self, archive: Archive, settings: Settings, now: datetime) -> None:
        self._names = {key: tuple(some) for key, some in _read(archive, settings)}
        self._read_at, self._settings = now, settings


def _read(archive: Archive, settings: Settings) -> Iterator[tuple[str, Iterable[KnownName]]]:
    tracks = tracks_of(lexicon_file(settings))
    others = {
        "region": [place.name for place in by_code().values()], "instrument": list(NOUNS),
        "track": [tracks.of(name) or name for name in tracks.names],
    }  # fmt: skip
    for key, column in COUNTED.items():
        counts = archive.overview.named_counts(column)
        read = {(region_name(name) if key == "region" else name): count for name, count in counts.items()}
        names = [*read, *(others.get(key) or FILTERS[key].names)]
        yield key, [_known(name, name, read.get(name, 0)) for name in dict.fromkeys(names)][: _most(key)]
    sources = archive.source_overview.names() | {one.id: one.name for one in settings.watched}
    yield "source", [_known(name, id) for id, name in sources.items()]
    for key in ("state", "label"):
        yield key, [_known(name, name) for name in FILTERS[key].names.values()]


def _most(key: str) -> int | None:
    return MOST_ISSUERS if key == "issuer" else None


def _known(name: str, value: str, count: int = 0) -> KnownName:
    return KnownName(name=name, folded=fold(name), value=value, count=count)
