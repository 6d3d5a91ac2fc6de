"""Make a source of a web address: whose portal it is, which system made it, how its rows are found.

A guess is shown to a person, with the rows, before it is watched.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.cms.registry import family_of
from crawler.detect.lexicon import Lexicon
from crawler.sources import Source
from crawler.text.decode import decode
from crawler.text.regions import region_in
from crawler.toml import validate
from scheduler.sources.trial import FetchListing, Trial, try_source
from storage.records import NATION, Page

COMMON_HOST_LABELS = {"www", "gov", "com", "org", "net", "edu", "cn"}  # labels that tell nothing about whose host it is
OFFICE_NAME = re.compile(r"[厅局委署]$|委员会|办公室$|中心$|管委会")
TITLE_SEPARATOR = re.compile(r"\s*[-_—|｜–]+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A source made of an address, and what it gave. `is_guessed`: nothing on the page told its region."""

    source: Source
    trial: Trial
    is_guessed: bool


async def made_of(
    url: str, fetch: FetchListing, lexicon: Lexicon, *, told: dict[str, Any], known: Collection[str]
) -> Added:
    """Return the source that watches an address; `told` are its keys as far as a person gave them.

    Where the general rules find no rows, the most promising block of the page is taken, and its selectors with it.
    """
    needed = {"id": "new", "name": "new", "region": NATION.code, "level": "national", "kind": "news"}
    source = validate(Source, {**needed, "listings": [url]}, file=url)
    trial = await try_source(source, fetch, lexicon)
    tried = next(iter(trial.listings), None)
    if tried and not tried.listing.links and tried.proposals:
        rules = tried.proposals[0].rules
        source = source.model_copy(update={"link": rules.link, "title": rules.title, "date": rules.date})
        trial = await try_source(source, fetch, lexicon)
    page = trial.listings[0].page if trial.listings else None
    keys = _read_off(page, url, known) if page else {"id": free_id(url, known), "name": urlsplit(url).hostname or url}
    is_guessed = "region" not in told and "region" not in keys
    links = [link.url for one in trial.listings for link in one.listing.links]
    found = {"family": family_of(links), "example": links[0] if links else ""}
    fields = source.model_dump(include={"link", "title", "date"}) | needed | keys | found | told
    fields["level"] = told.get("level") or level_of(fields["region"])
    source = validate(Source, {**fields, "listings": [url]}, file=url)
    return Added(source=source, trial=replace(trial, source=source), is_guessed=is_guessed)


def kind_of(url: str, name: str) -> str:
    """Return what kind of portal an address and a name tell of."""
    if not (urlsplit(url).hostname or "").endswith("gov.cn"):
        return "news"
    return "department" if OFFICE_NAME.search(name) else "government"


def _read_off(page: Page, url: str, known: Collection[str]) -> dict[str, str]:
    """Return what a page tells about whose it is: id, name, kind, and the region where its name begins with one."""
    name = site_name(decode(page.body)) or urlsplit(url).hostname or url
    place = region_in(name)
    told = {"id": free_id(url, known), "name": name, "kind": kind_of(url, name)}
    return told | ({"region": place.code} if place else {})


def site_name(text: str) -> str:
    """Return the portal's own name: `meta SiteName`, else the part of the title that names an office or a region.

    Empty when the page has no title.
    """
    tree = LexborHTMLParser(text)
    said = tree.css_first("meta[name='SiteName'], meta[name='sitename'], meta[property='og:site_name']")
    if said is not None and (content := (said.attributes.get("content") or "").strip()):
        return content
    node = tree.css_first("title")
    parts = [part for part in TITLE_SEPARATOR.split(node.text().strip()) if part] if node else []
    named = [part for part in parts if region_in(part) or OFFICE_NAME.search(part) or part.endswith(("政府", "网"))]
    return (named or parts or [""])[-1]


def level_of(region: str) -> str:
    """Return the level of a portal whose region has this code."""
    if region == NATION.code:
        return "national"
    return "province" if region.endswith("0000") else "city"


def free_id(url: str, known: Collection[str]) -> str:
    """Return an id that is not taken, of the labels of the host: gxt.example.gov.cn is `gxt-example`."""
    labels = [label for label in (urlsplit(url).hostname or "").lower().split(".") if label not in COMMON_HOST_LABELS]
    stem = re.sub(r"[^a-z0-9-]+", "-", "-".join(labels)).strip("-") or "source"
    return next(id for id in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if id not in known)
