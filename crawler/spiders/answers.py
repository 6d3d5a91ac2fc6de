"""Turn answers of Scrapy into the records that everything else reads."""

from __future__ import annotations

from datetime import datetime

from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.network.errors import said_of
from crawler.network.exits.exit import DIRECT
from crawler.network.handler import note_of
from storage.records import Page


def page_of(response: Response, source: str, at: datetime) -> Page:
    """Return the evidence of an answer that came at a time."""
    headers = {
        name.decode("latin-1"): (response.headers.get(name) or b"").decode("latin-1") for name in response.headers
    }
    return Page(
        source=source,
        url=asked_of(response),
        final_url=response.url,
        fetched_at=at,
        status=response.status,
        headers=headers,
        body=response.body,
        note=note_of(response),
        via=response.meta.get("exit", DIRECT),
    )


def describe(failure: Failure) -> str:
    """Return what went wrong as `class: message`."""
    return said_of(failure.value)


def asked_of(response: Response) -> str:
    """Return the address that gave the answer."""
    return response.request.url if response.request else response.url


def first_asked_of(response: Response) -> str:
    """Return what was asked for before any redirect."""
    redirected = response.meta.get("redirect_urls") or (asked_of(response),)
    return str(redirected[0])
