"""A source as it is declared in TOML: where its listing pages are and what it needs. Declared, never made by code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from crawler.regions import by_code
from crawler.sources.rules import ListingRules
from crawler.toml import Duration, Model, Strings
from storage.records import BEIJING, Link

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
    link: str = ""
    """What the links of the rows are, where the general rules do not do: a CSS selector, or in JSON the key of a row's
    address."""
    title: str = ""
    """What a row's title is: a CSS selector within the row, or a key."""
    date: str = ""
    """What a row's day is: a CSS selector within the row, or a key."""
    next: str = ""
    """The link to the next listing page: a CSS selector."""
    rows: str = ""
    """Where a JSON answer keeps its rows: keys separated by dots, such as `data.list`."""
    post: str = ""
    """The body of a POST request for the listing; without it the listing is asked for with GET. In it and in the
    addresses `{page}` stands for the number of the page, from 1."""
    body: str = ""
    """The element of an article page that holds its text: a CSS selector."""
    window: Duration | None = None
    """How far back a sitemap is read; all of it where this is missing."""
    tls: Literal["modern", "legacy"] = "modern"
    """`legacy` accepts what this portal's old server offers, its certificate unchecked; for this source only."""
    ignore_robots_because: str = ""
    """Why robots.txt is not obeyed for this source, in words; empty obeys it."""

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

    @property
    def row(self) -> dict[str, str]:
        """What the archive keeps of a source."""
        return {"id": self.id, "name": self.name, "region": self.region, "level": self.level, "kind": self.kind}

    @property
    def listing_rules(self) -> ListingRules:
        """How its listing pages are read where the general rules do not do."""
        return ListingRules(link=self.link, title=self.title, date=self.date, next=self.next, rows=self.rows)

    def within_window(self, links: Iterable[Link], now: datetime) -> tuple[Link, ...]:
        """Return the links that are not older than the window; one without a day stays."""
        if self.window is None:
            return tuple(links)
        oldest = (now - self.window).astimezone(BEIJING).date()
        return tuple(link for link in links if link.date is None or link.date >= oldest)

    def interval(self, default: timedelta) -> timedelta:
        """Return how often to look."""
        return self.every or default


def numbered(template: str, page: int) -> str:
    """Return an address or a request body for a page: `{page}` stands for its number."""
    return template.replace("{page}", str(page))
