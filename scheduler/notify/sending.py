"""Send one part of a message to an endpoint, whatever its kind; and say beforehand what keeps it from being sent to."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from crawler.toml import Fault
from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, redacted
from scheduler.notify.channels.channel import Attempt, Channel
from scheduler.notify.channels.registry import channels

# A server that sends a byte now and then meets no timeout, and the lease must not pass meanwhile.
WHOLE_TRY_TIMEOUTS = 2.5


async def send(attempt: Attempt) -> Answer:
    """Try one part of a message once. The answer never shows the endpoint's address or secret."""
    endpoint = attempt.endpoint
    try:
        async with asyncio.timeout(attempt.timeout_seconds * WHOLE_TRY_TIMEOUTS):
            answer = await channels()[endpoint.kind].send(attempt)
    except TimeoutError:
        answer = Answer(verdict="retry", text="no answer in time")
    except LookupError as error:
        answer = Answer(verdict="retry", text=str(error), fault="endpoint")
    except ValueError as error:
        text = f"{type(error).__name__}: the endpoint's address or secret is unusable"
        answer = Answer(verdict="retry", text=text, fault="endpoint")
    return redacted(answer, endpoint)


def bucket_of(endpoint: Endpoint) -> str:
    """Return the name of an endpoint's bucket: one for each robot, whatever endpoints share it.

    It is a hash, for the address is a secret; keys of robots are random, so it cannot be guessed back. An address that
    is nowhere to be read has the endpoint's name for a bucket.
    """
    try:
        address = endpoint.url.reveal()
    except LookupError:
        return endpoint.name
    return hashlib.sha256(f"{endpoint.kind} {address}".encode()).hexdigest()[:16]


def unusable(endpoint: Endpoint, *, file: str, key: str) -> list[Fault]:
    """Return what keeps an endpoint from being sent to: an empty address or secret, one of the wrong form."""
    channel, secret = channels()[endpoint.kind], endpoint.secret
    checks: dict[str, Callable[[], object]] = {"url": lambda: channel.check_url(endpoint)}
    if secret:
        checks["secret"] = lambda: channel.check_secret(secret.reveal())
    if token := endpoint.callback_token:
        checks["callback_token"] = token.reveal
    if kept := endpoint.callback_key:
        checks["callback_key"] = lambda: _check_callback(channel, kept.reveal())
    faults = [
        Fault(file=file, key=f"{key}.{name}", problem=problem)
        for name, check in checks.items()
        if (problem := _problem(check))
    ]
    if hint := channel.missing():
        faults.append(Fault(file=file, key=f"{key}.kind", problem=f"{channel.kind} is not installed", hint=hint))
    return faults


def _check_callback(channel: Channel, key: str) -> None:
    if channel.callback is None:
        raise ValueError(f"cards of {channel.kind} have no buttons that answer: use feishu_app or wecom_app")
    channel.callback.check_key(key)


def _problem(check: Callable[[], object]) -> str:
    """Return what is wrong, without the value; empty when nothing is."""
    try:
        check()
    except (LookupError, ValueError) as error:
        return str(error)
    return ""
