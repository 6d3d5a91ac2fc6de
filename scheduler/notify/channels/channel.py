"""Define a kind of endpoint: the form of its messages, its quotas, and the function that sends.

A kind is a module with a `CHANNEL`; `registry.py` lists them, and packages of others can add theirs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import httpx

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer
from scheduler.notify.channels.callback import Callback
from scheduler.notify.markup import MARKDOWN, Dialect
from scheduler.notify.post import Post, send_post
from scheduler.notify.split import Measure, MessagePart
from storage.quotas import Limit

TEMPLATES_FOLDER = Path(__file__).parents[1] / "templates"
UNLIMITED_ROOM = 10**9
VENDOR_MINUTE = timedelta(seconds=62)  # a vendor's minute, and two seconds for messages that take longer on their way


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageForm:
    """How a message is written for people.

    `templates` are file names, the first that exists is taken, in the operator's folder before `folder`. `room` is how
    much one part may hold, as `measure` counts it. `shows_title`: the title stands above the text by itself.
    """

    templates: tuple[str, ...]
    dialect: Dialect = MARKDOWN
    room: int = UNLIMITED_ROOM
    measure: Measure = len
    shows_title: bool = False
    is_html: bool = False
    folder: Path = TEMPLATES_FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to tell an endpoint one part of a message; `id` is the message's, the same on every attempt."""

    client: httpx.AsyncClient
    endpoint: Endpoint
    id: str
    part: MessagePart
    now: datetime
    timeout_seconds: float


SendAttempt: TypeAlias = Callable[[Attempt], Awaitable[Answer]]


def check_web_address(endpoint: Endpoint) -> None:
    """Raise `ValueError` when an endpoint's address is not that of a web server."""
    if not endpoint.url.reveal().startswith(("http://", "https://")):
        raise ValueError("not a web address")


def accept_secret(_secret: str) -> None:
    """Take any secret: a vendor's may have any form."""


def nothing_missing() -> str:
    """Return that nothing has to be installed."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A kind of endpoint; `zh` is what people call it, empty where that is its `kind`.

    `text` is None when the message's JSON itself goes out. `html` comes besides the text, for mail. `check_url` and
    `check_secret` raise `ValueError` for a value of the wrong form. `missing` says what has to be installed, or "".
    `callback` is None for a kind whose cards can have no buttons that answer.
    """

    kind: str
    send: SendAttempt
    text: MessageForm | None
    html: MessageForm | None = None
    limits: tuple[Limit, ...] = ()
    check_url: Callable[[Endpoint], object] = check_web_address
    check_secret: Callable[[str], object] = accept_secret
    missing: Callable[[], str] = nothing_missing
    callback: Callback | None = None
    zh: str = ""


def by_post(request: Callable[[Attempt], Post], read: Callable[[httpx.Response], Answer]) -> SendAttempt:
    """Return how a robot is told: by one HTTP request, whose answer `read` classes."""

    async def send(attempt: Attempt) -> Answer:
        return await send_post(attempt.client, request(attempt), read)

    return send
