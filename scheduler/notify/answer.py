"""Class an endpoint's answer to one try: delivered, try again, give up. Never its address, never a secret."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from crawler.text.header_numbers import date_in, retry_after_seconds
from scheduler.config.endpoint import Endpoint
from scheduler.config.secret import Secret

SHOWN_CHARACTERS = 200  # of what a vendor says about an error: its first sentence
SHORTEST_SECRET_CHARACTERS = 6  # characters: what is shorter may be a word of any sentence
ENDPOINT_FAULT_STATUSES = frozenset({301, 302, 303, 307, 308, 401, 403, 404, 410})  # moved, shut, gone
MESSAGE_FAULT_STATUSES = frozenset({400, 413, 415, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer of an endpoint to one try, safe to show: never its address, never a secret.

    `fault` says what has to change before a try can succeed: the `endpoint` (a wrong key), this `message` (too long),
    or, when it is empty, nothing but time. `retry_after` is how long the endpoint wants to be left alone.
    """

    verdict: Literal["delivered", "retry", "give_up"]
    text: str
    fault: Literal["", "endpoint", "message"] = ""
    retry_after: timedelta | None = None

    @property
    def is_delivered(self) -> bool:
        """True when the endpoint has taken the message."""
        return self.verdict == "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """The codes that a vendor puts into its answers. A code that is in no list is tried again: nothing is lost."""

    field: tuple[str, ...]
    text: tuple[str, ...]
    busy: Collection[int] = ()
    penalty: timedelta | None = None
    endpoint: Collection[int] = ()
    message: Collection[int] = ()


def answer_of(response: httpx.Response, codes: Codes) -> Answer:
    """Read a vendor's answer: its code decides, whatever the HTTP status says; 0 is delivered."""
    document = _document(response)
    code = next((document[name] for name in codes.field if name in document), None)
    if code == 0 and response.is_success:
        return Answer(verdict="delivered", text=f"http {response.status_code}, {codes.field[0]} 0")
    if isinstance(code, int) and code != 0:
        said = next((str(document[name]) for name in codes.text if document.get(name)), "")
        return _coded(code, f"{codes.field[0]} {code}: {said}", codes, response)
    if response.is_success:
        return Answer(verdict="retry", text=f"http {response.status_code} without {codes.field[0]}")
    return by_status(response)


def _coded(code: int, text: str, codes: Codes, response: httpx.Response) -> Answer:
    if code in codes.busy:
        return Answer(verdict="retry", text=text, retry_after=retry_after(response) or codes.penalty)
    if code in codes.message:
        return Answer(verdict="give_up", text=text, fault="message")
    return Answer(verdict="retry", text=text, fault="endpoint" if code in codes.endpoint else "")


def by_status(response: httpx.Response) -> Answer:
    """Class an answer by its HTTP status alone: 2xx is delivered, everything else is tried again."""
    status, text = response.status_code, f"http {response.status_code}"
    if response.is_success:
        return Answer(verdict="delivered", text=text)
    if status in ENDPOINT_FAULT_STATUSES:
        return Answer(verdict="retry", text=text, fault="endpoint")
    if status in MESSAGE_FAULT_STATUSES:
        return Answer(verdict="retry", text=text, fault="message")
    return Answer(verdict="retry", text=text, retry_after=retry_after(response))


def retry_after(response: httpx.Response, *, now: datetime | None = None) -> timedelta | None:
    """Return how long the `Retry-After` header asks to wait, at most a day; None without one that can be read.

    `now` is what a date is counted from; None takes the answer's own `Date`, so that a wrong clock does no harm.
    """
    since = now or date_in(response.headers.get("Date", ""))
    seconds = retry_after_seconds(response.headers.get("Retry-After", ""), since=since)
    return None if seconds is None else timedelta(seconds=seconds)


def redacted(answer: Answer, endpoint: Endpoint) -> Answer:
    """Return an answer without the parts of the endpoint's address and secret that it repeats, and of a length to show.

    In this order: a secret that is cut in two is not found any more.
    """
    text = answer.text
    for secret in sorted(secrets_of(endpoint), key=len, reverse=True):
        text = text.replace(secret, "********")
    return replace(answer, text=text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…")


def secrets_of(endpoint: Endpoint) -> set[str]:
    """Return what must not be shown: the address, the words in it that may be keys, the secrets."""
    kept = (endpoint.url, endpoint.secret, endpoint.callback_token, endpoint.callback_key)
    return set().union(*map(words_of, kept))


def words_of(secret: Secret | None) -> set[str]:
    """Return a secret and the words in it that may be keys; none of one that is nowhere to be read."""
    try:
        found = set(_words(secret.reveal())) if secret else set()
    except LookupError:
        return set()
    return {word for word in found if len(word) >= SHORTEST_SECRET_CHARACTERS}


def _words(value: str) -> Iterator[str]:
    yield value
    yield value.removeprefix("whsec_")
    try:
        parts = urlsplit(value)
        yield from (parts.password or "", unquote(parts.password or ""), parts.query)
    except ValueError:
        return
    yield from (word for _, word in parse_qsl(parts.query))
    if parts.scheme:  # a key in the path is long and looks like no word: services/T0/B0/XXXX
        yield from (word for word in parts.path.split("/") if len(word) > len("announcements"))


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        document = json.loads(response.content)
    except ValueError:  # no JSON, or no UTF-8
        return {}
    return document if isinstance(document, dict) else {}
