"""Tell how the sources are, and how the watch as a whole is."""

from __future__ import annotations

from datetime import datetime

from scheduler.config.config import Settings
from scheduler.config.outline import outline_of
from scheduler.health.status import take
from scheduler.health.trouble_words import in_english, remedy_in_english
from scheduler.questions.documents import HealthDocument, SourceDocument, TroubleDocument
from storage.archive import Archive
from storage.connection import text_of
from storage.overview.sources import SourceHealth


def list_sources(archive: Archive, settings: Settings, *, now: datetime) -> tuple[SourceDocument, ...]:
    """Return all sources that the archive knows, by region."""
    watched = {one.id for one in settings.watched if one.enabled}
    return tuple(_source(one, watched) for one in archive.source_overview.all(now=now))


def get_source(archive: Archive, settings: Settings, id: str, *, now: datetime) -> SourceDocument:
    """Return a source. Raises `KeyError` when the archive knows none of this id."""
    watched = {one.id for one in settings.watched if one.enabled}
    return _source(archive.source_overview.of(id, now=now), watched)


def _source(one: SourceHealth, watched: set[str]) -> SourceDocument:
    last = one.last
    return SourceDocument(
        id=one.id, name=one.name, region=one.region, level=one.level, kind=one.kind, is_watched=one.id in watched,
        outcome=last and last.outcome, error=last and last.error,
        last_run_at=text_of(last.finished_at) if last else None,
        last_healthy_at=text_of(one.last_healthy_at), failures=one.failures, newest_published_at=one.newest,
    )  # fmt: skip


def health(archive: Archive, settings: Settings, *, now: datetime) -> HealthDocument:
    """Return how the watch is."""
    picture = take(archive, outline_of(settings), now=now)
    return HealthDocument(
        is_well=picture.is_well, is_watching=picture.is_watching, last_tick_at=text_of(picture.last_tick_at),
        troubles=tuple(
            TroubleDocument(
                kind=one.kind, says=in_english(one), remedy=remedy_in_english(one), since=text_of(one.since),
                sources=tuple(one.sources), keeps_alerts=one.keeps_alerts,
            )
            for one in picture.troubles
        ),
    )  # fmt: skip
