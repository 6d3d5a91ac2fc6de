"""Keep the tokens that vendors give to applications for their secrets, while they are valid."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.post import Post
from scheduler.notify.web_client import NoWayError, ask

MARGIN_SECONDS = 300.0  # before its end in which a token is not used any more
_tokens: dict[tuple[str, str], tuple[str, float]] = {}  # by address and secret: the token and when it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenService:
    """How a vendor gives tokens. `field` and `seconds` name the token and its life in the answer.

    `expired` is how the answer of a request begins that asks for another token.
    """

    codes: Codes
    field: str
    seconds: str
    expired: tuple[str, ...]


async def send_with_token(
    endpoint: Endpoint,
    client: httpx.AsyncClient,
    service: TokenService,
    *,
    asks: tuple[str, Post],
    send: Callable[[str], Awaitable[Answer]],
) -> Answer:
    """Send with a token, kept or asked for by `asks` (method, request); one that ended early is replaced once."""
    assert endpoint.secret is not None  # `check_url` of the kind
    key = endpoint.url.reveal(), endpoint.secret.reveal()
    answer = Answer(verdict="retry", text="no token")
    for _ in range(2):
        token, until = _tokens.get(key, ("", 0.0))
        if until < time.monotonic():
            fetched = await _fetch(client, service, *asks)
            if isinstance(fetched, Answer):
                return fetched
            _tokens[key] = fetched
            token, _ = fetched
        answer = await send(token)
        if not answer.text.startswith(service.expired):
            return answer
        _tokens.pop(key, None)
    return answer


async def _fetch(
    client: httpx.AsyncClient, service: TokenService, method: str, post: Post
) -> tuple[str, float] | Answer:
    """Return a new token and when it is used no more, or the answer that says why there is none."""
    try:
        response = await ask(client, method, post.url, content=post.body, headers=post.headers)
    except NoWayError as error:
        return Answer(verdict="retry", text=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Answer(verdict="retry", text=f"no token: {type(error).__name__}")
    answer = answer_of(response, service.codes)
    if answer.verdict != "delivered":
        return answer
    said = response.json()
    return str(said.get(service.field, "")), time.monotonic() + float(said.get(service.seconds, 0)) - MARGIN_SECONDS
