"""Make requests from the addresses that portals write: the only place that does."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

WEB_SCHEMES = ("http", "https")


class AddressError(ValueError):
    """An address cannot be asked for. Carries it, shortened, and why."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url[:200]!r} cannot be asked for: {reason}")


def request_for(url: str, **more: Any) -> Request:
    """Return a request; `more` are Scrapy's own arguments.

    Raises:
        AddressError: there is nothing to ask: no http, no host, a port that does not exist, what no server can be sent.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in WEB_SCHEMES or not parts.hostname:
            raise AddressError(url, "no http or https address of a host")
        if parts.port == 0:
            raise AddressError(url, "no port 0 exists")
        return Request(url, **more)
    except AddressError:
        raise
    except ValueError as error:  # of the standard library, Scrapy and w3lib: ports, brackets, surrogates
        raise AddressError(url, str(error)) from error
