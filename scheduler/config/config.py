"""Read config.toml into its tables and find the sources that are watched. Every fault is reported at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from crawler.sources import Source, catalogue, read_sources
from crawler.toml import ConfigurationError, Fault, Model, nearest, read, validate
from crawler.toml_lines import located
from scheduler.config.endpoint import Endpoint
from scheduler.config.exit_table import exit_addresses, exit_faults, readers_fault
from scheduler.config.routes import with_exits
from scheduler.config.secret import Secret
from scheduler.config.tables import MonitorSettings, SourcesSettings, Tables
from scheduler.config.verified import as_verified, read_verified

AnyTable = TypeVar("AnyTable", bound=Model)


class Settings(Tables):
    """The whole configuration: the tables, and every source that is watched."""

    watched: tuple[Source, ...] = ()

    def named(self, ids: tuple[str, ...]) -> tuple[Source, ...]:
        """Return the sources with these ids, all enabled ones when none is named.

        Raises:
            ConfigurationError: an id is not declared.
        """
        known = by_id(self.watched)
        faults = [
            Fault(file="--source", key=id, problem="no such source", hint=nearest(id, known))
            for id in ids
            if id not in known
        ]
        if faults:
            raise ConfigurationError(faults)
        return tuple(known[id] for id in ids) or tuple(s for s in self.watched if s.enabled)


def load(path: Path) -> Settings:
    """Return the configuration of a file; relative paths in it start from its folder.

    Raises:
        ConfigurationError: with every fault of the file and of the files it names.
    """
    tables, folder = read(path), path.resolve().parent
    faults: list[Fault] = []
    parsed: Tables | None = None
    try:
        parsed = validate(Tables, tables, file=str(path), folder=folder)
    except ConfigurationError as error:
        faults += error.faults
    faults += [*_duplicates(tables, str(path)), *_unknown_kinds(tables, str(path))]
    faults += exit_faults(tables.get("exit", []), str(path))
    faults += readers_fault(parsed.exit, parsed.crawl, str(path)) if parsed else ()
    endpoints = _with_tracks(parsed, path, faults) if parsed else ()
    watched = _watched(parsed, path, faults) if parsed else []
    faults += _unknown_formats(watched, str(path))
    faults += _unknown_endpoints(parsed, str(path)) if parsed else ()
    if faults or parsed is None:
        raise ConfigurationError(located(faults))
    fields = {name: getattr(parsed, name) for name in Tables.model_fields} | {
        "archive": _within(folder, parsed.archive, "path", "backups"),
        "detect": _within(folder, parsed.detect, "lexicon"),
        "alert": _within(folder, parsed.alert, "templates", "feeds"),
        "brief": tuple(_within(folder, one, "template") for one in parsed.brief),
        "endpoint": endpoints,
        "watched": tuple(watched),
    }
    return Settings.model_construct(**fields)


def _within(folder: Path, table: AnyTable, *names: str) -> AnyTable:
    """Return a table whose named paths start from a folder; an empty one is none."""
    paths = {name: getattr(table, name) for name in names}
    return table.model_copy(update={name: type(path)(folder / path) if path else None for name, path in paths.items()})


def _duplicates(tables: dict[str, Any], file: str) -> Iterator[Fault]:
    tables_with_names = (
        ("source", "id"), ("exit", "name"), ("endpoint", "name"), ("brief", "name"), ("rule", "name"),
        ("reviewer", "name"),
    )  # fmt: skip
    for table, key in tables_with_names:
        rows = [row for row in tables.get(table, []) if isinstance(row, dict)]
        counted = Counter(str(row[key]) for row in rows if key in row)
        for number, row in enumerate(rows):
            value = str(row.get(key))
            if counted[value] > 1 and value in {str(r.get(key)) for r in rows[:number]}:
                yield Fault(file=file, key=f"{table}[{number}].{key}", problem=f"{value!r} is declared twice")


def _unknown_kinds(tables: dict[str, Any], file: str) -> Iterator[Fault]:
    from scheduler.notify.channels.registry import channels

    for number, row in enumerate(tables.get("endpoint", [])):
        kind = row.get("kind") if isinstance(row, dict) else None
        if isinstance(kind, str) and kind not in channels():
            hint = nearest(kind, channels())
            yield Fault(file=file, key=f"endpoint[{number}].kind", problem=f"no kind {kind!r} of endpoint", hint=hint)


def _unknown_endpoints(parsed: Tables, file: str) -> Iterator[Fault]:
    """Yield a fault for each endpoint that a brief or a reviewer names and nobody declares."""
    known = [endpoint.name for endpoint in parsed.endpoint]
    lists = [(f"brief[{number}].endpoints", one.endpoints) for number, one in enumerate(parsed.brief)]
    lists += [(f"reviewer[{number}].known_as", tuple(one.known_as)) for number, one in enumerate(parsed.reviewer)]
    named = [(key, name) for key, names in lists for name in names]
    for key, name in named:
        if name not in known:
            yield Fault(file=file, key=key, problem=f"no endpoint {name!r}", hint=nearest(name, known))


def _unknown_formats(sources: Iterable[Source], file: str) -> Iterator[Fault]:
    from crawler.listing.formats.registry import listing_formats

    names = [known.name for known in listing_formats()]
    for source in sources:
        if source.format and source.format not in names:
            problem = f"no format {source.format!r} of listings"
            yield Fault(
                file=file, key=f"source {source.id}: format", problem=problem, hint=nearest(source.format, names)
            )


def _with_tracks(parsed: Tables, path: Path, faults: list[Fault]) -> tuple[Endpoint, ...]:
    """Return the endpoints that are enabled, with their tracks by the names that the lexicon reports them under."""
    if not any(endpoint.tracks for endpoint in parsed.endpoint):
        return tuple(one for one in parsed.endpoint if one.enabled)
    from scheduler.config.vocabulary import tracks_of

    lexicon = path.resolve().parent / parsed.detect.lexicon if parsed.detect.lexicon else None
    known, named = tracks_of(lexicon), []
    for number, endpoint in enumerate(parsed.endpoint):
        try:
            named.append(endpoint.model_copy(update={"tracks": known.meant(endpoint.tracks)}))
        except ValueError as error:
            faults.append(Fault(file=str(path), key=f"endpoint[{number}].tracks", problem=str(error)))
    return tuple(one for one in named if one.enabled)


def _watched(parsed: Tables, path: Path, faults: list[Fault]) -> list[Source]:
    """Return all declared sources; an own `[[source]]` replaces the catalogue's of the same id, or that once had it."""
    shipped = _of_catalogue(parsed.sources, path, faults) if parsed.sources.catalogue else {}
    own: dict[str, Source] = {}
    for name in parsed.sources.files:
        try:
            own |= {source.id: source for source in read_sources(path.resolve().parent / name)}
        except ConfigurationError as error:
            faults += error.faults
    own |= {source.id: source for source in parsed.source}
    found = {id: source for id, source in shipped.items() if not own.keys() & set(source.aliases)} | own
    faults += _ambiguous(found, str(path))
    exits = [one.name for one in parsed.exit]
    return with_exits(found.values(), parsed.sources.via, exits, str(path), faults)


def _ambiguous(found: Mapping[str, Source], file: str) -> Iterator[Fault]:
    """Yield a fault for each alias that leads to two sources, or is the id of one."""
    owners: dict[str, str] = {}
    for source in found.values():
        for alias in source.aliases:
            other = owners.setdefault(alias, source.id)
            if alias in found or other != source.id:
                problem = f"{alias!r} is {'the id of a source' if alias in found else f'an alias of {other} as well'}"
                yield Fault(file=file, key=f"source.{source.id}.aliases", problem=problem)


def by_id(sources: Iterable[Source]) -> dict[str, Source]:
    """Return sources by their ids, and by the ids that they had before."""
    sources = tuple(sources)
    former = {alias: source for source in sources for alias in source.aliases}
    return {one.id: one for one in sources} | former


def _of_catalogue(chosen: SourcesSettings, path: Path, faults: list[Fault]) -> dict[str, Source]:
    """Return the catalogue's sources that are chosen, switched as the configuration says."""
    shipped = {source.id: source for source in catalogue()}
    named = by_id(shipped.values())
    for key in ("only", "on", "off", "every", "tags"):
        faults += [
            Fault(
                file=str(path), key=f"sources.{key}[{number}]", problem=f"no source {id!r}", hint=nearest(id, shipped)
            )
            for number, id in enumerate(getattr(chosen, key))
            if id not in named
        ]
    only, on, off = ({named[id].id for id in ids if id in named} for ids in (chosen.only, chosen.on, chosen.off))
    faults += [
        Fault(file=str(path), key="sources.off", problem=f"{id!r} is named under on as well") for id in sorted(off & on)
    ]
    try:
        shipped = as_verified(named, read_verified(path.resolve().parent / chosen.verified))
    except ConfigurationError as error:
        faults += error.faults
    used = {id: source for id, source in shipped.items() if not chosen.only or id in only}
    used |= {id: used[id].switched(on=True) for id in on if id in used}
    used |= {id: used[id].switched(on=False) for id in off if id in used}
    for key in ("every", "tags"):
        values = {named[id].id: value for id, value in getattr(chosen, key).items() if id in named}
        used |= {id: used[id].model_copy(update={key: value}) for id, value in values.items() if id in used}
    return used


def unsendable(settings: Settings, file: str) -> list[Fault]:
    """Return what keeps messages from being sent: an empty address or secret, a template with faults."""
    from scheduler.notify.render import templates_in
    from scheduler.notify.sending import unusable

    faults = [
        fault
        for number, endpoint in enumerate(settings.endpoint)
        for fault in unusable(endpoint, file=file, key=f"endpoint[{number}]")
    ]
    try:
        templates_in(settings.alert.templates)
    except ConfigurationError as error:
        faults += error.faults
    return list(located([*faults, *_unbeatable(settings.monitor, file), *_unaskable(settings, file)]))


def secrets_in(settings: Settings) -> set[str]:
    """Return every word that must show nowhere: of the endpoints' addresses and secrets, and of the heartbeat's."""
    from scheduler.notify.answer import secrets_of, words_of

    found = {word for endpoint in settings.endpoint for word in secrets_of(endpoint)}
    addresses = (settings.monitor.heartbeat_url, *exit_addresses(settings.exit), *_of_model(settings))
    return found.union(*map(words_of, addresses))


def _unbeatable(monitor: MonitorSettings, file: str) -> list[Fault]:
    """Return what keeps the heartbeat from being sent, without its address."""
    try:
        is_web = not monitor.heartbeat_url or monitor.heartbeat_url.reveal().startswith(("http://", "https://"))
    except LookupError as error:
        return [Fault(file=file, key="monitor.heartbeat_url", problem=str(error))]
    return [] if is_web else [Fault(file=file, key="monitor.heartbeat_url", problem="not a web address")]


def _unaskable(settings: Settings, file: str) -> list[Fault]:
    """Return what keeps the language model from being asked, without its address."""
    try:
        for secret in _of_model(settings):
            secret.reveal()
    except LookupError as error:
        return [Fault(file=file, key="summary", problem=str(error))]
    is_web = settings.summary is None or settings.summary.url.reveal().startswith(("http://", "https://"))
    return [] if is_web else [Fault(file=file, key="summary.url", problem="not a web address")]


def _of_model(settings: Settings) -> list[Secret]:
    """Return the address and the key of the language model, as far as they are configured."""
    return [one for one in (settings.summary.url, settings.summary.key) if one] if settings.summary else []


def schema() -> str:
    """Return the JSON Schema of config.toml, as it is kept in docs/config.schema.json."""
    from crawler.network.exits.registry import EXIT_KINDS
    from scheduler.notify.channels.registry import channels

    document = Tables.model_json_schema(mode="validation")
    document["$defs"]["Endpoint"]["properties"]["kind"]["enum"] = list(channels())
    document["$defs"]["ExitTable"]["properties"]["kind"]["enum"] = list(EXIT_KINDS)
    document |= {"title": "FutureWatch configuration", "$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
