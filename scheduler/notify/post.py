"""One HTTP request to an endpoint, and what became of it."""

from __future__ import annotations

import functools
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from scheduler.notify.answer import Answer

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request as it goes out. The address is a secret and does not show."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})


def json_post(url: str, document: Mapping[str, Any]) -> Post:
    """Return a request with a JSON body, Chinese as Chinese: vendors count bytes."""
    return Post(url=url, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


def http_client(timeout_seconds: float) -> httpx.AsyncClient:
    """Return a client for a round; it follows no redirects, for they could lead a signed message elsewhere."""
    return httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=False, verify=_certificates())


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Return the trusted certificates, read once: that takes 20 ms, most of what a client costs."""
    return httpx.create_ssl_context()


async def send_post(client: httpx.AsyncClient, post: Post, read: Callable[[httpx.Response], Answer]) -> Answer:
    """Send a request and read its answer; no answer is to be tried again."""
    try:
        response = await client.post(post.url, content=post.body, headers=dict(post.headers))
    except httpx.UnsupportedProtocol:
        return Answer(verdict="retry", text="the endpoint's address is unusable", fault="endpoint")
    except httpx.HTTPError as error:
        return Answer(verdict="retry", text=type(error).__name__)
    except (httpx.InvalidURL, ValueError) as error:  # ValueError: a header or host that cannot be written
        return Answer(verdict="retry", text=f"{type(error).__name__}: the endpoint's address is unusable",
                      fault="endpoint")  # fmt: skip
    return read(response)
