"""Make sources of a list of feeds (OPML) that a feed reader exported, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from crawler.sources import Source
from crawler.text.regions import region_in
from crawler.toml import ConfigurationError, validate
from scheduler.sources.propose import free_id, kind_of, level_of
from storage.records import NATION

MOST_IMPORTED_FEEDS = 500  # of one list: more than any reader's; each becomes visits


class OpmlError(ValueError):
    """A text that is no list of feeds. Carries what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFeed:
    """A feed of a list, as the source that it would be. `watched_by` is the source that has its address, else None.

    `problem` says why it cannot be a source; then `source` is None.
    """

    title: str
    url: str
    source: Source | None
    watched_by: str | None = None
    problem: str = ""


def imported_feeds(content: bytes, watched: Iterable[Source]) -> list[ImportedFeed]:
    """Return the feeds of a list, each address once. Regions are read off the titles; without one it is the nation.

    Raises:
        OpmlError: it is no OPML, or lists no feed.
    """
    watched = tuple(watched)
    owners = {url: source.id for source in watched for url in source.listings}
    taken, found = {source.id for source in watched}, []
    for url, title in _listed(content).items():
        made = None if url in owners else _source(url, title, taken)
        if isinstance(made, Source):
            taken.add(made.id)
        source, problem = (made, "") if isinstance(made, Source) else (None, made or "")
        found.append(ImportedFeed(title=title, url=url, source=source, watched_by=owners.get(url), problem=problem))
    return found


def _listed(content: bytes) -> dict[str, str]:
    """Return the titles of the feeds by their addresses."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content.strip(), parser)
    except etree.XMLSyntaxError as error:
        raise OpmlError(f"no XML: {error}") from error
    outlines = [one for one in root.iter("outline") if one.get("xmlUrl")] if root.tag == "opml" else []
    if not outlines:
        raise OpmlError("no OPML with feeds in it")
    found: dict[str, str] = {}
    for one in outlines[:MOST_IMPORTED_FEEDS]:
        url = str(one.get("xmlUrl")).strip()
        title = str(one.get("title") or one.get("text") or "").strip()
        found.setdefault(url, title or urlsplit(url).netloc or url)
    return found


def _source(url: str, title: str, taken: set[str]) -> Source | str:
    """Return the source of a feed, or what keeps it from being one."""
    place = region_in(title) or NATION
    try:
        fields = {
            "id": free_id(url, taken), "name": title, "region": place.code, "level": level_of(place.code),
            "kind": kind_of(url, title), "listings": [url],
        }  # fmt: skip
        return validate(Source, fields, file=url)
    except ConfigurationError as error:
        return "; ".join(fault.problem for fault in error.faults)
    except ValueError as error:
        return str(error)
