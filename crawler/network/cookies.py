"""Keep cookies as Scrapy does, without asking anybody for the list of public suffixes."""

from __future__ import annotations

from scrapy.downloadermiddlewares import cookies
from tldextract import TLDExtract

# Scrapy's own fetches the list from abroad at the first cookie that names a domain, in the event loop, and waits
# without a limit. The list that the package brings says the same of gov.cn.
cookies._split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class LocalCookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's middleware, with the list of public suffixes that lies on this machine."""
