"""Keep cookies as Scrapy does, each visit its own, without asking anybody for the list of public suffixes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Response
from scrapy.http.cookies import CookieJar
from tldextract import TLDExtract

# Scrapy's own fetches the list from abroad at the first cookie that names a domain, in the event loop, and waits
# without a limit. The list that the package brings says the same of gov.cn.
cookies._split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class LocalCookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's middleware, with the list of public suffixes that lies on this machine.

    One crawl may ask for the pages of many visits, and a visit may go on in another crawl: so it brings its cookies.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self.jars = _JarsOfVisits(CookieJar)

    def process_request(self, request: Request) -> Request | Response | None:  # type: ignore[override]  # without the spider, which Scrapy gives up
        """Send the cookies of the request's visit along; without a visit those of the crawl."""
        if (visit := request.meta.get("visit")) is not None:
            request.meta["cookiejar"] = visit.cookies
        return super().process_request(request)


class _JarsOfVisits(defaultdict[Any, CookieJar]):
    """The jars of a crawl by their names; a jar is its own name, and is not kept."""

    def __missing__(self, name: Any) -> CookieJar:
        return name if isinstance(name, CookieJar) else super().__missing__(name)
