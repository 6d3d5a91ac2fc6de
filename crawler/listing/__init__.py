"""Read a listing page: article links with titles and days, the next page, or why there are none. No I/O, no clock."""

from crawler.cms.list_endpoint import ListEndpoint
from crawler.listing.blocked import recognise_block
from crawler.listing.built import propose_link
from crawler.listing.endpoints import find_endpoint
from crawler.listing.read import proposals, read_listing
from crawler.listing.selectors import Proposal
from crawler.sources.rules import ListingRules

__all__ = [
    "ListEndpoint",
    "ListingRules",
    "Proposal",
    "find_endpoint",
    "proposals",
    "propose_link",
    "read_listing",
    "recognise_block",
]
