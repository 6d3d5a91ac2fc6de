"""Request an address while all is well; a service elsewhere raises the alarm when the requests stop."""

from __future__ import annotations

import asyncio

import httpx

from crawler.network.settings import VERSION
from scheduler.config.secret import Address
from scheduler.notify.web_client import NoWayError, ask, http_client

HEARTBEAT_TIMEOUT_SECONDS = 10.0
WHOLE_TRY_SECONDS = 25.0  # a server that sends a byte now and then meets no other limit


async def beat(url: Address) -> str | None:
    """Ask for the address once; return what went wrong, None when it was taken. Never shows the address."""
    try:
        async with asyncio.timeout(WHOLE_TRY_SECONDS), http_client(HEARTBEAT_TIMEOUT_SECONDS) as client:
            answer = await ask(client, "GET", url.reveal(), headers={"User-Agent": f"FutureWatch/{VERSION}"})
    except (LookupError, NoWayError) as error:
        return str(error)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError) as error:
        return type(error).__name__  # its text may hold the address
    return None if answer.is_success else f"http {answer.status_code}"
