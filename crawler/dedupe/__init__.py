"""Tell one policy act from another, and a page from its copies. No I/O, no clock."""

from crawler.dedupe.act import keys_of, same_announcement
from crawler.dedupe.canonical import canonical_url
from crawler.dedupe.identity import identity

__all__ = ["canonical_url", "identity", "keys_of", "same_announcement"]
