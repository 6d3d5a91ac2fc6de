"""What a source may say about its own listing pages (it is part of the source's declaration)."""

from crawler.sources.rules import ListingRules

__all__ = ["ListingRules"]
