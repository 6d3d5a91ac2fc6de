"""The kinds of endpoints: how often each may be told something, and how it is told."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import ModuleType

import httpx

from crawler.toml import Fault
from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, by_status, redacted
from scheduler.notify.channels import apprise as services
from scheduler.notify.channels import dingtalk, feishu, mail, slack, webhook, wecom
from scheduler.notify.post import send_post
from scheduler.notify.split import MessagePart
from storage.quotas import Limit

MINUTE = timedelta(seconds=62)  # a vendor's minute, and two seconds for messages that take longer on their way
LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "wecom": (Limit(tokens=19, window=MINUTE),),  # of 20
    "dingtalk": (Limit(tokens=18, window=MINUTE),),  # of 20; one too many costs ten minutes
    "feishu": (
        Limit(tokens=95, window=MINUTE),
        Limit(tokens=4, window=timedelta(seconds=1.2)),
    ),  # of 100, and 5 a second
    "slack": (Limit(tokens=30, window=MINUTE), Limit(tokens=1, window=timedelta(seconds=1.1))),  # one a second
    "email": (Limit(tokens=20, window=timedelta(minutes=10)),),  # ours: a mailbox is read by people
    "apprise": (Limit(tokens=15, window=MINUTE),),  # ours: below the least of what the services behind it allow
}
WHOLE_TRY = 2.5  # timeouts: a server that sends a byte now and then meets none, and the lease must not pass meanwhile
ROBOTS: Mapping[str, ModuleType] = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "slack": slack}


async def send(
    client: httpx.AsyncClient, endpoint: Endpoint, id: str, part: MessagePart, *, now: datetime, timeout_seconds: float
) -> Answer:
    """Try one part of a message once. The answer never shows the endpoint's address or secret."""
    try:
        async with asyncio.timeout(timeout_seconds * WHOLE_TRY):
            answer = await _send(client, endpoint, id, part, now, timeout_seconds)
    except TimeoutError:
        answer = Answer(verdict="retry", text="no answer in time")
    except LookupError as error:
        answer = Answer(verdict="retry", text=str(error), fault="endpoint")
    except ValueError as error:
        text = f"{type(error).__name__}: the endpoint's address or secret is unusable"
        answer = Answer(verdict="retry", text=text, fault="endpoint")
    return redacted(answer, endpoint)


async def _send(
    client: httpx.AsyncClient, endpoint: Endpoint, id: str, part: MessagePart, now: datetime, timeout_seconds: float
) -> Answer:
    if endpoint.kind == "email":
        return await asyncio.to_thread(mail.send, endpoint, id, part, now, timeout_seconds=timeout_seconds)
    if endpoint.kind == "apprise":
        return await services.send(endpoint, part)
    if endpoint.kind == "webhook":
        return await send_post(client, webhook.request(endpoint, id, part.text, now), by_status)
    robot = ROBOTS[endpoint.kind]
    read: Callable[[httpx.Response], Answer] = robot.read
    return await send_post(client, robot.request(endpoint, part, now), read)


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
    checks: list[tuple[str, Callable[[], object]]] = [("url", endpoint.url.reveal)]
    if endpoint.secret:
        checks.append(("secret", endpoint.secret.reveal))
    if endpoint.kind == "webhook" and endpoint.secret:
        checks.append(("secret", lambda: webhook.key_of(endpoint.secret.reveal() if endpoint.secret else "")))
    if endpoint.kind == "email":
        checks.append(("url", lambda: mail.account_of(endpoint)))
    if endpoint.kind not in {"email", "apprise"}:
        checks.append(("url", lambda: _check_web(endpoint)))
    faults = {
        name: Fault(file=file, key=f"{key}.{name}", problem=problem)
        for name, check in reversed(checks)
        if (problem := _problem(check, name))
    }
    if endpoint.kind == "apprise" and not services.is_installed():
        hint = "pip install 'futurewatch[apprise]'"
        faults["kind"] = Fault(file=file, key=f"{key}.kind", problem="apprise is not installed", hint=hint)
    return list(faults.values())


def _problem(check: Callable[[], object], name: str) -> str:
    """Return what is wrong, without the value."""
    try:
        check()
    except LookupError as error:
        return str(error)
    except ValueError as error:
        return "not base64, as Standard Webhooks secrets are" if name == "secret" else str(error)
    return ""


def _check_web(endpoint: Endpoint) -> None:
    if not endpoint.url.reveal().startswith(("http://", "https://")):
        raise ValueError("not a web address")
