"""A source as it is declared in TOML: where its listing pages are and what it needs. Declared, never made by code."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from crawler.regions import by_code
from crawler.toml import Duration, Model, Strings, nearest

Level = Literal["national", "province", "city"]
Kind = Literal["government", "department", "news"]
Format = Literal["html", "rss", "sitemap", "json"]


class Source(Model):
    """One portal section that is watched."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    """Unique, lower-case letters, digits and hyphens; runs and articles name it."""
    name: Annotated[str, Field(min_length=1)]
    """The portal's own name, for people."""
    region: Annotated[str, Field(pattern=r"^\d{6}$")]
    """Six-digit GB/T 2260 code of whom the portal belongs to; 000000 for the nation."""
    level: Level
    """Whose portal it is."""
    kind: Kind
    """A government's, a department's or a news portal; official pages lead an announcement."""
    format: Format = "html"
    """What the listing addresses give; rows are found by their shape."""
    listings: Annotated[Strings, Field(min_length=1)]
    """Addresses of the listing pages."""
    every: Duration | None = None
    """How often to look; `[schedule] every` where it is missing."""
    enabled: bool = True
    """False keeps the entry without crawling it."""

    @field_validator("region")
    @classmethod
    def _region_exists(cls, value: str) -> str:
        if value not in by_code() and f"{value[:4]}00" not in by_code():
            raise ValueError(f"no region has the GB/T 2260 code {value}")
        return value

    @field_validator("listings")
    @classmethod
    def _listings_are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
                raise ValueError(f"not a web address: {url!r}")
        return value

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the listing pages."""
        return frozenset(urlsplit(url).hostname or "" for url in self.listings)

    def interval(self, default: timedelta) -> timedelta:
        """Return how often to look."""
        return self.every or default


def unknown_source(id: str, known: list[str]) -> str:
    """Return what to say of a source id that is not declared."""
    hint = nearest(id, known)
    return f"unknown source {id!r}" + (f"; {hint}" if hint else "")
