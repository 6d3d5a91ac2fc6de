"""Send one HTTP request to an endpoint, and class its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from scheduler.notify.answer import Answer
from scheduler.notify.web_client import NoWayError, ask

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request as it goes out. The address is a secret and does not show."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON_TYPE})


def json_post(url: str, document: Mapping[str, Any]) -> Post:
    """Return a request with a JSON body, Chinese as Chinese: vendors count bytes."""
    return Post(url=url, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())


async def send_post(client: httpx.AsyncClient, post: Post, read: Callable[[httpx.Response], Answer]) -> Answer:
    """Send a request and read its answer; no answer is to be tried again."""
    try:
        response = await ask(client, "POST", post.url, content=post.body, headers=post.headers)
    except httpx.UnsupportedProtocol:
        return Answer(verdict="retry", text="the endpoint's address is unusable", fault="endpoint")
    except NoWayError as error:
        return Answer(verdict="retry", text=str(error))
    except httpx.HTTPError as error:
        return Answer(verdict="retry", text=type(error).__name__)
    except (httpx.InvalidURL, ValueError) as error:  # ValueError: a header or host that cannot be written
        return Answer(verdict="retry", text=f"{type(error).__name__}: the endpoint's address is unusable",
                      fault="endpoint")  # fmt: skip
    answer, detour = read(response), response.extensions.get("detour")
    return replace(answer, text=f"{answer.text}, {detour}") if detour else answer
