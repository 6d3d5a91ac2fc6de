"""Define how the crawler fetches: the `[crawl]` table, and its meaning to Scrapy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from crawler.toml import Model

VERSION = "0.2.0"
SAMPLE_CONTACT = "mailto:you@example.org"


class CrawlSettings(Model):
    """Politeness and limits."""

    contact: Annotated[
        str, Field(pattern=r"^(mailto:[^@\s]+@[^@\s]+|https?://\S+)$", examples=["mailto:you@example.org"])
    ] = SAMPLE_CONTACT
    """Goes into the User-Agent, so that a portal can complain: `mailto:…` or a web address."""
    obey_robots: bool = True
    """Ask robots.txt before everything else."""
    delay_seconds: Annotated[float, Field(ge=0)] = 2.0
    """Least time between the end of one request to a host and the start of the next."""
    timeout_seconds: Annotated[float, Field(gt=0)] = 30
    """How long one request may take."""
    concurrent_hosts: Annotated[int, Field(ge=1)] | None = None
    """How many hosts are crawled at once; where nothing is said 16, and more where more than 3,600 are watched."""
    readers: Annotated[int, Field(ge=0)] = Field(default_factory=lambda: max(1, (os.cpu_count() or 2) - 1))
    """How many processes read pages; cores less one where nothing is said, at least one. 0 reads in the program itself:
    quicker to start, and a hostile page can hold the whole watch. For tests only."""
    readers_at: str = ""
    """The exit of kind workers at whose NATS server `futurewatch worker --read` reads what these have no room for."""
    allow_private_networks: bool = False
    """Whether loopback and private addresses may be fetched."""
    limit_seconds: Annotated[float, Field(gt=0)] = 600
    """How long one visit to a host may take; what was not fetched by then is due again later."""
    max_page_mb: Annotated[float, Field(gt=0)] = 10
    """Largest page that is read, after unpacking."""

    @property
    def user_agent(self) -> str:
        """The program's name with the address of its operator."""
        return f"FutureWatch/{VERSION} (+{self.contact.removeprefix('mailto:')})"


IDLE_MIDDLEWARES = (
    "offsite.OffsiteMiddleware", "robotstxt.RobotsTxtMiddleware", "httpauth.HttpAuthMiddleware",
    "stats.DownloaderStats", "httpcache.HttpCacheMiddleware",
)  # fmt: skip
TLS = Literal["modern", "legacy"]
TLS_LEVELS: tuple[TLS, ...] = get_args(TLS)
LEGACY_CIPHERS = "DEFAULT:@SECLEVEL=0"  # TLS 1.0, short keys, SHA-1
LEGACY_TLS = {
    "DOWNLOAD_VERIFY_CERTIFICATES": False,
    "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.0",
    "DOWNLOADER_CLIENT_TLS_CIPHERS": LEGACY_CIPHERS,
}  # several provincial portals still need this; a source asks for it
SCRAPY_PARTS: Mapping[str, Any] = {  # ours, or none, in place of its own
    "DOWNLOAD_HANDLERS_BASE": {},  # Scrapy's own would open files, ftp, s3 and data addresses that a portal writes
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.network.handler.PoliteHandler"),
    "REQUEST_FINGERPRINTER_CLASS": "crawler.network.middlewares.Fingerprinter",
    "DOWNLOADER_MIDDLEWARES": {
        "crawler.network.middlewares.RobotsMiddleware": 100,
        # Before the retry middleware (550) sees an answer, and before Scrapy's own (750) writes a proxy's account.
        "crawler.network.middlewares.RetryAfterMiddleware": 560,
        "crawler.network.middlewares.ProxyMiddleware": 740,
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
        "crawler.network.cookies.LocalCookiesMiddleware": 700,
        # These do nothing here, and each is made anew for every crawl.
        **{f"scrapy.downloadermiddlewares.{name}": None for name in IDLE_MIDDLEWARES},
    },
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    },
    # Scrapy's others write feeds, open consoles, run Python that comes over a local port, or only cost a start.
    "EXTENSIONS_BASE": {},
    "EXTENSIONS": {"scrapy.extensions.corestats.CoreStats": 0, "scrapy.extensions.closespider.CloseSpider": 0},
    "ITEM_PIPELINES": {"crawler.spiders.pipeline.TakeInPipeline": 100},
}


def scrapy_settings(settings: CrawlSettings, *, tls: TLS = "modern") -> dict[str, Any]:
    """Return the Scrapy settings of every crawl."""
    return {
        **SCRAPY_PARTS,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        **(LEGACY_TLS if tls == "legacy" else {}),
        "USER_AGENT": settings.user_agent,
        "ROBOTSTXT_OBEY": False,  # our own middleware does: Scrapy asks once per crawl and ignores Crawl-delay
        "HTTPPROXY_AUTH_ENCODING": "utf-8",
        "CONCURRENT_ITEMS": 1,  # an answer gives one at most; Scrapy starts so many tasks for each, 100 by default
        "DOWNLOAD_DELAY": 0,  # spacing is per host and process, not per crawl: see crawler.network.hosts
        "DOWNLOAD_TIMEOUT": settings.timeout_seconds,
        "DOWNLOAD_MAXSIZE": int(settings.max_page_mb * 1024 * 1024),
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # an answer shorter than announced is shown by browsers; its page says so
        "CLOSESPIDER_TIMEOUT": settings.limit_seconds,
        "RETRY_TIMES": 1,  # a page that fails twice is due again at the next run
        "RETRY_HTTP_CODES": [500, 502, 503, 504, 408],
        "REDIRECT_MAX_TIMES": 5,
        "COOKIES_ENABLED": True,  # several portals loop without their session cookie
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
        },
        "HTTPERROR_ALLOW_ALL": True,  # the spider tells a block from an error by what the page says
        "LOG_ENABLED": False,
    }


def is_sample(contact: str) -> bool:
    """True for the address of the sample configuration: nobody reads what portals write there."""
    return contact.removeprefix("mailto:").strip().casefold() == SAMPLE_CONTACT.removeprefix("mailto:")
