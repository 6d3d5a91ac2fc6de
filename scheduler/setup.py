"""Put the program together from its configuration: archive, lexicon, turns, messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crawler.detect.lexicon import SHIPPED, Lexicon, load_lexicon
from crawler.hosts import Hosts
from crawler.sources import Source
from crawler.visit import Context
from scheduler.config import Settings
from scheduler.notify.message import deliveries_for
from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What the daemon and a single round work with."""

    settings: Settings
    sources: tuple[Source, ...]
    context: Context


@contextmanager
def program(settings: Settings, sources: tuple[Source, ...]) -> Iterator[Program]:
    """Open the archive and yield the program over it.

    Raises:
        ConfigurationError: the lexicon has faults.
        ArchiveError: the archive cannot be opened.
    """
    lexicon = lexicon_of(settings)
    with Archive(settings.archive.path) as archive:
        context = Context(
            archive=archive,
            hosts=Hosts(archive.frontier, delay_seconds=settings.crawl.delay_seconds),
            lexicon=lexicon,
            notify=partial(deliveries_for, settings=settings),
            settings=settings.crawl,
            alert_first_crawl=settings.alert.first_crawl,
        )
        yield Program(settings=settings, sources=sources, context=context)


def lexicon_of(settings: Settings) -> Lexicon:
    """Return the lexicon that is configured, with the configured threshold."""
    lexicon = load_lexicon(Path(settings.detect.lexicon) if settings.detect.lexicon else SHIPPED)
    if not settings.detect.threshold:
        return lexicon
    return lexicon.model_copy(update={"threshold": settings.detect.threshold})
