"""The sources: the shipped catalogue beside this file and the operator's own, all declared in TOML."""

from crawler.sources.catalogue import catalogue, read_sources
from crawler.sources.source import Family, Kind, Source, numbered

__all__ = ["Family", "Kind", "Source", "catalogue", "numbered", "read_sources"]
