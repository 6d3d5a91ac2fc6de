"""Put the program together from its configuration: archive, lexicon, turns, messages."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from crawler.detect.lexicon import SHIPPED, Lexicon, load_lexicon
from crawler.intake import Notify
from crawler.network.exits.ways import Ways
from crawler.network.hosts import Hosts
from crawler.reading import InProcess, Reader, ReaderProcesses, SharedReader
from crawler.sources import Source
from crawler.toml import ConfigurationError, Fault
from crawler.visit import Context
from scheduler.config.config import Settings, load, secrets_in, unsendable
from scheduler.config.exit_table import open_exits
from scheduler.config.log import get_logger, hide
from scheduler.notify.edited_passages import edited_in
from scheduler.notify.message import deliveries_for
from scheduler.notify.render import templates_in
from scheduler.notify.subscriptions import subscriptions
from storage.archive import Archive
from storage.renames import take_over

log = get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The settings, sources and shared things that the daemon and a single round work with."""

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
    ways = Ways(open_exits(settings.exit, settings.crawl))
    shared = _shared(settings, ways)
    with Archive(settings.archive.path) as archive:
        adopt_earlier_ids(settings, archive)
        hosts = Hosts(archive.host_rules, delay_seconds=settings.crawl.delay_seconds)
        context = Context(archive=archive, hosts=hosts, notify=_notify(settings, archive), ways=ways, **shared)
        try:
            yield Program(settings=settings, sources=sources, context=context)
        finally:
            context.reader.close()


def reread(before: Program, config: Path) -> Program:
    """Return a program over the same archive, with the same turns of hosts, as its configuration wants it now.

    Raises:
        ConfigurationError: with every fault of the configuration; also where it changes what takes a restart.
    """
    templates_in.cache_clear()  # those who deliver keep theirs
    settings = load(config)
    faults = [*unsendable(settings, str(config)), *_lasting(before.settings, settings, str(config))]
    if faults:
        raise ConfigurationError(faults)
    hide(secrets_in(settings))
    shared = _shared(settings, before.context.ways)
    context = replace(before.context, notify=_notify(settings, before.context.archive), **shared)
    return Program(settings=settings, sources=settings.named(()), context=context)


def adopt_earlier_ids(settings: Settings, archive: Archive) -> None:
    """Put what the archive keeps under earlier ids of the sources under those of today. Not in another thread."""
    aliases = {alias: source.id for source in settings.watched for alias in source.aliases}
    for former in take_over(archive.db, aliases):
        log.info("source goes on under another id", former=former, source=aliases[former])


def _lasting(before: Settings, after: Settings, file: str) -> Iterator[Fault]:
    """Yield a fault for each key that is different and is read at the start only."""
    kept = {
        "archive.path": (before.archive.path, after.archive.path),
        "exit": (before.exit, after.exit),
        "crawl.allow_private_networks": (before.crawl.allow_private_networks, after.crawl.allow_private_networks),
    }
    for key, (old, new) in kept.items():
        if old != new:
            yield Fault(file=file, key=key, problem="changes with a restart only", hint=f"it is {str(old)!r} now")


def _notify(settings: Settings, archive: Archive) -> Notify:
    """Return what makes the messages of an announcement: for the endpoints that want it, and for saved searches."""
    subscribed = subscriptions(archive, settings.endpoint)
    return partial(deliveries_for, settings=settings, subscribed=subscribed, edited=edited_in(archive))


def _shared(settings: Settings, ways: Ways) -> dict[str, Any]:
    """Return what all crawls share and the configuration alone decides."""
    lexicon = lexicon_of(settings)
    return {
        "lexicon": lexicon,
        "reader": _reader(settings, lexicon, ways),
        "settings": settings.crawl,
        "alert_first_crawl": settings.alert.first_crawl,
    }


def _reader(settings: Settings, lexicon: Lexicon, ways: Ways) -> Reader:
    count, hub = settings.crawl.readers, ways.hub_of(settings.crawl.readers_at)
    if not count:
        return InProcess()
    here = ReaderProcesses(lexicon, count=count)
    return SharedReader(here, lexicon, count=count, hub=hub) if hub else here


def lexicon_of(settings: Settings) -> Lexicon:
    """Return the lexicon that is configured, with what the configuration says besides."""
    return as_configured(load_lexicon(lexicon_file(settings)), settings)


def lexicon_file(settings: Settings) -> Path:
    """Return the file of the lexicon that is configured: one's own, or the shipped one."""
    return Path(settings.detect.lexicon) if settings.detect.lexicon else SHIPPED


def as_configured(lexicon: Lexicon, settings: Settings) -> Lexicon:
    """Return a lexicon with the threshold, the section policies and the rules of the configuration.

    Its version tells which rules: 2026.3~1f0c9a24.
    """
    chosen = settings.detect.model_dump(include={"threshold", "section_policies"})
    changed: dict[str, Any] = {key: value for key, value in chosen.items() if value}
    rules = [rule for rule in settings.rule if rule.enabled]
    if rules:
        mark = zlib.crc32("".join(rule.model_dump_json() for rule in rules).encode())
        changed |= {"rules": (*lexicon.rules, *rules), "version": f"{lexicon.version}~{mark:08x}"}
    return lexicon.model_copy(update=changed)
