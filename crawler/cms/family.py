"""Define a family, the program's knowledge of a content management system: shapes, names, traces and readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crawler.cms.list_endpoint import ListEndpoint
from crawler.cms.site_search import SiteSearch
from crawler.text.address_days import MONTH
from storage.records import Page

# Parts of regular expressions for addresses.
EXT = r"\.(?:s?html?|jsp|jspx|aspx?|php|do|action)"
HASH = r"[0-9a-f]{32}"
ISSUE = rf"20\d\d{MONTH}"  # a year and a month, 202603
DATE = rf"{ISSUE}[0-3]\d"

Traces = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A content management system, or what one portal made for itself. What is left out, the general rules find.

    Shapes and traces are regular expressions; case counts in that of `recognised_by` only.
    """

    name: str
    """How the `family` of a source writes it."""
    recognised_by: str = ""
    """The shape of an address that only its articles have; it tells which system made a portal."""
    article_paths: tuple[str, ...] = ()
    """Shapes of the path that are surely an article's."""
    listing_paths: tuple[str, ...] = ()
    """Shapes of the path that are a listing's."""
    containers: frozenset[str] = frozenset()
    """Ids, classes and tags, in lower case, of the element that holds the text of an article and nothing else."""
    title_tags: frozenset[str] = frozenset()
    """Tags of its own that hold the headline."""
    link_attributes: tuple[str, ...] = ()
    """Attributes that its scripts follow in the place of `href`."""
    traces: Traces = field(default_factory=dict)
    """What in a page gives away that a script loads the rows, by the reason that is told: regular expressions."""
    vague_traces: Traces = field(default_factory=dict)
    """Traces that search boxes leave too: they count where the page does not say that its list is empty."""
    endpoint: Callable[[str, Page], ListEndpoint | None] | None = None
    """Builds the request for the rows from the text of a page; None when the page does not carry what that takes."""
    searches: tuple[SiteSearch, ...] = ()
    """Its search applications, the surest first."""
    unwrap: Callable[[str], str] | None = None
    """Returns the markup of a page with the rows that lie packed in it as elements."""
    next_page: Callable[[str, str], str | None] | None = None
    """Returns the address of the next page of rows by the text and the address of a page, None where it tells none."""
