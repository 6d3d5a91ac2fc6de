"""Know the sources: the shipped catalogue beside this file and the operator's own, all declared in TOML."""

from crawler.sources.catalogue import catalogue, read_sources
from crawler.sources.source import Source, SourceKind, host_of, numbered

__all__ = ["Source", "SourceKind", "catalogue", "host_of", "numbered", "read_sources"]
