"""Define an exit: where requests leave from (the `[[exit]]` table), and open those that are configured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from crawler.network.settings import CrawlSettings
from crawler.toml import ConfigurationError, Fault, Model, nearest
from scheduler.config.secret import Address, Secret

if TYPE_CHECKING:  # the kinds of exits bring Scrapy, and most configurations have no exit
    from crawler.network.exits.exit import Exit, ExitOptions

ADDRESS_KEYS = ("url", "server", "credentials")


class ExitAddress(Address):
    """Where an exit stands: an address, or a reference."""

    hint = 'not an address of an exit: write "http://…", "socks5://…", "tls://…", "env:NAME" or "file:PATH"'
    password_hint = 'write "env:NAME" or "file:PATH" for the whole address'  # noqa: S105  words
    literals: tuple[str, ...] = (
        "http://",
        "https://",
        "socks5://",
        "socks5h://",
        "ws://",
        "wss://",
        "nats://",
        "tls://",
    )


class ExitTable(Model):
    """A place that requests leave from, beside `direct`, which always exists."""

    name: Annotated[str, Field(pattern=r"^[^\W_][\w-]*$")]
    """Unique; `via` of sources names it. Of `workers` it is the vantage that they were started with."""
    kind: str
    """What it is: proxy, browser or workers."""
    url: ExitAddress | None = None
    """Where a proxy stands: `http://`, `https://` or `socks5://`, or a reference. It may stand on a private address.
    Of a browser: where a remote one listens, `ws://` or `http://`; the system's Chromium where it is missing."""
    server: ExitAddress | None = None
    """Where workers get their orders: the NATS server, as `tls://HOST:4222`, or a reference."""
    credentials: Secret | None = None
    """The file with the credentials for the NATS server: `file:PATH`."""


def exit_faults(tables: Iterable[Any], file: str) -> Iterator[Fault]:
    """Yield what is wrong with `[[exit]]` tables as they are written: a kind, a key that it needs or does not know."""
    rows = list(enumerate(tables))
    if not rows:
        return
    from crawler.network.exits.exit import DIRECT
    from crawler.network.exits.registry import EXIT_KINDS

    for number, row in rows:
        if not isinstance(row, dict):
            continue
        where, name = f"exit[{number}]", row.get("kind")
        if row.get("name") == DIRECT:
            yield Fault(file=file, key=f"{where}.name", problem="'direct' is this machine, which needs no table")
        if not isinstance(name, str):
            continue
        kind = EXIT_KINDS.get(name)
        if kind is None:
            hint = nearest(name, EXIT_KINDS) or f"known: {', '.join(EXIT_KINDS)}"
            yield Fault(file=file, key=f"{where}.kind", problem=f"no kind {name!r} of exit", hint=hint)
            continue
        for key in ADDRESS_KEYS:
            if key in kind.needs and key not in row:
                yield Fault(file=file, key=f"{where}.{key}", problem=f"is missing: an exit of kind {name} needs it")
            elif key in row and key not in (*kind.needs, *kind.may_have):
                yield Fault(file=file, key=f"{where}.{key}", problem=f"an exit of kind {name} has no {key}")


def readers_fault(tables: Iterable[ExitTable], crawl: CrawlSettings, file: str) -> Iterator[Fault]:
    """Yield a fault where `[crawl] readers_at` names no exit of kind workers."""
    names = [table.name for table in tables if table.kind == "workers"]
    if crawl.readers_at and crawl.readers_at not in names:
        problem = f"no exit {crawl.readers_at!r} of kind workers"
        yield Fault(file=file, key="crawl.readers_at", problem=problem, hint=nearest(crawl.readers_at, names))


def open_exits(tables: Iterable[ExitTable], crawl: CrawlSettings, file: str = "config.toml") -> tuple[Exit, ...]:
    """Return the exits that are configured. Nothing is asked yet.

    Raises:
        ConfigurationError: with each address that is not set or cannot be used.
    """
    from crawler.network.exits.registry import EXIT_KINDS

    opened: list[Exit] = []
    faults: list[Fault] = []
    for number, table in enumerate(tables):
        try:
            opened.append(EXIT_KINDS[table.kind].open(_options(table, crawl)))
        except (LookupError, ValueError) as error:
            faults.append(Fault(file=file, key=f"exit[{number}] {table.name}", problem=str(error)))
    if faults:
        raise ConfigurationError(faults)
    return tuple(opened)


def _options(table: ExitTable, crawl: CrawlSettings) -> ExitOptions:
    from crawler.network.exits.exit import ExitOptions

    url, server = (address.reveal() if address else "" for address in (table.url, table.server))
    credentials = table.credentials.file if table.credentials else None
    if table.credentials and credentials is None:
        raise ValueError('credentials are a file: write "file:PATH"')
    return ExitOptions(name=table.name, url=url, server=server, credentials=credentials, crawl=crawl)


def exit_addresses(tables: Iterable[ExitTable]) -> Iterator[Secret]:
    """Yield the addresses of exits, which may hold passwords."""
    return (address for table in tables for address in (table.url, table.server) if address)
