"""Find a site's own paths to its pages: its search, as its home page writes it, and its sitemaps. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.cms.list_endpoint import ListEndpoint
from crawler.cms.registry import FAMILIES
from crawler.cms.site_search import QUERY, parameters_of
from crawler.listing.formats.sitemap import FORMAT
from crawler.listing.read import read_listing
from crawler.sources.rules import ListingRules
from crawler.text.addresses import resolve
from crawler.text.decode import decode
from crawler.text.depth import levelled
from storage.records import Listing, Page

SEARCH_WORDS = re.compile(r"search|sousuo|jiansuo|(?<![a-z])so(?![a-z])|/s\?|query", re.IGNORECASE)
WRITTEN = re.compile(r"""["'`]([^"'`\s<>]{4,1000})(?=["'`])""")
MOST_ADDRESSES = 500  # of a page that are looked at; a home page writes a handful
TEXT_FIELD = "input[type=text],input[type=search],input:not([type])"
SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
USUAL_SITEMAP = "/sitemap.xml"
SITEMAPS_NAMED = 5  # of a robots.txt that names more the first
OPEN_QUERY = re.compile(r"[?&][\w.-]+=$")  # "/s?siteCode=7&qt=" + words, as scripts put it together


def find_search(page: Page) -> ListEndpoint | None:
    """Return the request of the site's own search with `{query}` for the words, None when a home page writes none.

    A family's search application is asked as its own page asks; any other search as its form sends it.
    """
    written = islice(_addresses(levelled(decode(page.body)), page.final_url), MOST_ADDRESSES)
    addresses = tuple(dict.fromkeys(written))
    for search in (search for family in FAMILIES for search in family.searches):
        for url in addresses:
            if re.search(search.path, url) and (found := search.request(url, parameters_of(url))):
                return found if resolve(found.url, page.final_url) else None
    return next((ListEndpoint(url=url) for url in addresses if QUERY in url and _is_here(url, page.final_url)), None)


def sitemaps_named(robots: str, home: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names, else the usual address of one."""
    named = (resolve(url, home) for url in SITEMAP_LINE.findall(robots))
    return tuple(dict.fromkeys(url for url in named if url))[:SITEMAPS_NAMED] or (urljoin(home, USUAL_SITEMAP),)


def read_sitemap_page(page: Page) -> Listing | None:
    """Return a sitemap as a listing, None for any other page, such as one that says that there is no sitemap."""
    if not FORMAT.recognises(decode(page.body)):
        return None
    return read_listing(page, ListingRules(format=FORMAT.name))


def _is_here(url: str, home: str) -> bool:
    """True for an address on a host of the site's own domain: a web search engine is no search of the site."""
    domain = (urlsplit(home).hostname or "").removeprefix("www.")
    host = urlsplit(url).hostname or ""
    return host == domain or host.endswith(f".{domain}")


def _addresses(text: str, home: str) -> Iterator[str]:
    """Yield the addresses of searches that a page writes, its forms' first; `{query}` where a GET takes the words."""
    for form in LexborHTMLParser(text).css("form[action]"):
        if url := _of_form(form, home):
            yield url
    for written in dict.fromkeys(WRITTEN.findall(text)):
        url = resolve(html.unescape(written), home) if "/" in written and SEARCH_WORDS.search(written) else None
        if url:
            yield f"{url}{QUERY}" if OPEN_QUERY.search(url) else url


def _of_form(form: LexborNode, home: str) -> str | None:
    """Return the address that a search form sends, its hidden fields with it; None for forms of other uses."""
    action = resolve(form.attributes.get("action") or "", home)
    field = next((name for one in form.css(TEXT_FIELD) if (name := one.attributes.get("name"))), "")
    if not action or not field or not SEARCH_WORDS.search(action):
        return None
    hidden = {name: one.attributes.get("value") or "" for one in form.css("input[type=hidden]")
              if (name := one.attributes.get("name"))}  # fmt: skip
    is_sent_by_get = (form.attributes.get("method") or "get").lower() == "get"
    joint = "&" if urlsplit(action).query else "?"
    fields = urlencode(hidden)
    words = [f"{quote(field)}={QUERY}"] if is_sent_by_get else []
    return f"{action}{joint}{'&'.join([*filter(None, [fields]), *words])}"
