"""Read what `sources apply` wrote: which of the catalogue's sources are on and off here, and where moved ones stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from crawler.sources import Source
from crawler.toml import Model, Strings, read, validate


class MovedSource(Model):
    """Where a source's listing pages stand now. `instead_of` are the addresses that the catalogue had then."""

    id: str
    listings: Strings
    instead_of: Strings


class VerifiedSources(Model):
    """The applied findings of checks from here. An id that the catalogue has no more means nothing."""

    on: Strings = ()
    off: Strings = ()
    moved: tuple[MovedSource, ...] = Field(default=(), strict=False)


def read_verified(path: Path) -> VerifiedSources:
    """Return what a file says; nothing where there is none.

    Raises:
        ConfigurationError: with every fault of the file.
    """
    return validate(VerifiedSources, read(path), file=str(path)) if path.exists() else VerifiedSources()


def as_verified(sources: Mapping[str, Source], verified: VerifiedSources) -> dict[str, Source]:
    """Return the catalogue's sources as they are here; `sources` are those by their ids and earlier ids.

    An address that moved counts only while the catalogue still has the one it was found in place of.
    """
    found = {source.id: source for source in sources.values()}
    for one in verified.moved:
        if (source := sources.get(one.id)) and source.listings == one.instead_of:
            found[source.id] = source.model_copy(update={"listings": one.listings})
    for ids, on in ((verified.on, True), (verified.off, False)):
        found |= {sources[id].id: found[sources[id].id].switched(on=on) for id in ids if id in sources}
    return found
