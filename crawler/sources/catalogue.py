"""Read source entries from TOML files: the shipped catalogue and files of the operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.sources.source import Source
from crawler.toml import ConfigurationError, Fault, nearest, read, validate

SHIPPED = Path(__file__).parent


def catalogue() -> tuple[Source, ...]:
    """Return the shipped catalogue, files in the order of their names."""
    return tuple(source for path in sorted(SHIPPED.glob("*.toml")) for source in read_sources(path))


def read_sources(path: Path) -> tuple[Source, ...]:
    """Return the sources of a file.

    Raises:
        ConfigurationError: with every fault of the file.
    """
    tables = read(path)
    unknown = [
        Fault(file=str(path), key=key, problem="unknown key", hint=nearest(key, ["source"]))
        for key in tables.keys() - {"source"}
    ]
    return sources_in(tables.get("source", []), file=str(path), faults=unknown)


def sources_in(tables: Iterable[Mapping[str, Any]], *, file: str, faults: Iterable[Fault] = ()) -> tuple[Source, ...]:
    """Return the sources that `[[source]]` tables declare.

    Raises:
        ConfigurationError: with `faults` and those of every table.
    """
    found: list[Source] = []
    collected = list(faults)
    for number, table in enumerate(tables):
        try:
            found.append(validate(Source, table, file=file, key=f"source[{number}]"))
        except ConfigurationError as error:
            collected += error.faults
    if collected:
        raise ConfigurationError(collected)
    return tuple(found)
