"""A source as it is declared in TOML: where its listing pages are and what it needs. Declared, never made by code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from crawler.cms.registry import NAMES
from crawler.cms.site_search import QUERY
from crawler.sources.rules import ListingRules
from crawler.text.addresses import names_host, netloc
from crawler.text.regions import by_code
from crawler.toml import Duration, Model, Strings, nearest
from storage.records import BEIJING, Link

Level = Literal["national", "province", "city", "zone"]
SourceKind = Literal["government", "department", "news"]
SourceStage = Literal["draft", "law", "document", "press", "news"]
Confidence = Literal["A", "B", "C", "D"]
Verified = Annotated[date | Literal["never"], Field(union_mode="left_to_right")]
YEAR = "{year}"
CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
# How the default interval is stretched, by tier: 15 min, 30 min, 1-2 h, 2-4 h at the default of
# 30 min. One number, `[schedule] every`, so slows down or hurries the whole catalogue.
PACE = {0: 0.5, 1: 1.0, 2: 3.0, 3: 6.0}


class Source(Model):
    """One portal section that is watched."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", examples=["gd-gov"])]
    """Unique, lower-case letters, digits and hyphens; runs and articles name it."""
    name: Annotated[str, Field(min_length=1)]
    """The portal's own name, for people."""
    region: Annotated[str, Field(pattern=r"^\d{6}$", examples=["440000"])]
    """Six-digit GB/T 2260 code of whom the portal belongs to; 000000 for the nation. A zone without a code of its own
    has that of the region it lies in."""
    level: Level
    """Whose portal it is; `zone` for a new area or a development zone."""
    kind: SourceKind
    """A government's, a department's or a news portal; official pages lead an announcement."""
    stage: SourceStage | None = None
    """What of a policy's life it is watched for: `draft` consultations, `law` acts of a people's congress, `document`
    what is issued, `press` conferences, `news`. Where it is missing a news portal shows news, another documents."""
    aliases: Strings = ()
    """Ids that it had before, or had a part in: the history kept under them is taken over, and configurations may go
    on naming them. An alias belongs to one source; of a source that was split, to the part that goes on with it."""
    format: str = ""
    """What the listing addresses give: html, rss, sitemap, json, or a plug-in's format. It is asked first whether it
    knows the page; without it, and where it does not, the page's content decides."""
    listings: Annotated[Strings, Field(min_length=1)]
    """Addresses of the listing pages; `{year}` in them is the year, where a portal begins a folder each year."""
    every: Duration | None = None
    """How often to look; where it is missing `[schedule] every`, at the pace of the tier."""
    hours: Annotated[str, Field(pattern=rf"^({CLOCK}-{CLOCK})?$", examples=["07:00-22:00"])] = ""
    """The hours in Beijing in which it is looked at, such as "07:00-22:00"; at all hours where this is missing."""
    tier: Annotated[int, Field(ge=0, le=3)] = 1
    """What it is worth to the whole: 0 national pages that show many provinces (twice as often as the default), 1 the
    core of a province, 2 its second line (a third as often), 3 what is looked at in case the others fail (a sixth)."""
    tags: Strings = ()
    """Words of the operator's own to choose sources by, several at once."""
    enabled: bool = True
    """False keeps the entry without crawling it."""
    off_because: str = ""
    """Why it is not enabled, in words."""
    confidence: Confidence | None = None
    """How the addresses are known: A a crawler or a dated project of 2025-2026 used them, B seen, but old or
    unlabelled, C host or home page only, D from memory; nothing for a source of one's own."""
    verified: Verified = "never"
    """The day on which the maintainers last saw it work; `sources verify` finds out what works here."""
    family: Annotated[str | None, Field(json_schema_extra={"enum": [*NAMES, None]})] = None
    """The content management system that makes its pages, as far as it is known."""
    example: str = ""
    """The address of one of its articles."""
    link: str = ""
    """What the links of the rows are, where the general rules do not do: a CSS selector, in JSON the key of a row's
    address, or an address with keys of the row in braces, such as `https://www.gd.gov.cn/detail?id={noticeId}`."""
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
    search: str = ""
    """The address of its site's own search, `{query}` for the words, where `audit` does not find it by itself."""
    tls: Literal["modern", "legacy"] = "modern"
    """`legacy` accepts what this portal's old server offers, its certificate unchecked; for this source only."""
    via: Strings = ()
    """Names of the exits that its requests leave by, in order: the next is asked where one cannot serve. Where it is
    missing, as `[sources.via]` says of it, its family or its region; this machine itself, `direct`, where that says
    nothing."""
    ignore_robots_because: str = ""
    """Why robots.txt is not obeyed for this source, in words; empty obeys it."""

    @field_validator("region")
    @classmethod
    def _region_exists(cls, value: str) -> str:
        if value not in by_code() and f"{value[:4]}00" not in by_code():
            raise ValueError(f"no region has the GB/T 2260 code {value}")
        return value

    @field_validator("family")
    @classmethod
    def _family_exists(cls, value: str | None) -> str | None:
        if value is not None and value not in NAMES:
            raise ValueError(f"no family {value!r} of systems; {nearest(value, NAMES) or 'see docs/catalogue.md'}")
        return value

    @field_validator("listings")
    @classmethod
    def _listings_are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if not names_host(url):
                raise ValueError(f"not a web address: {url!r}")
        return value

    @field_validator("search")
    @classmethod
    def _search_takes_words(cls, value: str) -> str:
        if value and (QUERY not in value or not urlsplit(value).hostname):
            raise ValueError(f"not the address of a search with {QUERY}: {value!r}")
        return value

    @model_validator(mode="after")
    def _off_has_one_meaning(self) -> Self:
        if self.enabled and self.off_because:
            raise ValueError("off_because is given, but enabled is not false")
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts of the listing pages."""
        return frozenset(urlsplit(url).hostname or "" for url in self.listings)

    @property
    def shows(self) -> SourceStage:
        """The part of a policy's life that the source is watched for."""
        return self.stage or ("news" if self.kind == "news" else "document")

    @property
    def row(self) -> dict[str, str]:
        """Return the columns that the archive keeps of a source."""
        return {"id": self.id, "name": self.name, "region": self.region, "level": self.level, "kind": self.kind}

    @property
    def listing_rules(self) -> ListingRules:
        """How its listing pages are read where the general rules do not do."""
        return ListingRules(
            format=self.format, link=self.link, title=self.title, date=self.date, next=self.next, rows=self.rows
        )

    def at(self, now: datetime) -> Source:
        """Return the source with the addresses of a moment. In January the folder of last year is read too."""
        if not any(YEAR in url for url in self.listings):
            return self
        day = now.astimezone(BEIJING).date()
        years = (day.year, day.year - 1) if day.month == 1 else (day.year,)
        listings = dict.fromkeys(url.replace(YEAR, str(year)) for url in self.listings for year in years)
        return self.model_copy(update={"listings": tuple(listings)})

    def switched(self, *, on: bool) -> Source:
        """Return the source switched on, or off by the configuration."""
        return self.model_copy(update={"enabled": on, "off_because": "" if on else "off in the configuration"})

    def within_window(self, links: Iterable[Link], now: datetime) -> tuple[Link, ...]:
        """Return the links that are not older than the window; one without a day stays."""
        if self.window is None:
            return tuple(links)
        oldest = (now - self.window).astimezone(BEIJING).date()
        return tuple(link for link in links if link.date is None or link.date >= oldest)

    @property
    def open_hours(self) -> tuple[time, time] | None:
        """From when to when it is looked at, on Beijing's clocks; None at all hours."""
        start, _, end = self.hours.partition("-")
        return (time.fromisoformat(start), time.fromisoformat(end)) if end else None

    def interval(self, default: timedelta) -> timedelta:
        """Return how often to look: as declared, else by the tier."""
        return self.every or default * PACE[self.tier]


def numbered(template: str, page: int) -> str:
    """Return an address or a request body for a page: `{page}` stands for its number."""
    return template.replace("{page}", str(page))


def host_of(source: Source) -> str:
    """Return the host (and port) of a source's first listing page."""
    return netloc(source.listings[0])
