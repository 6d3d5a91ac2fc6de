"""Connect to NATS, the hub between the program and its workers. Comes with the extra `workers`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nats.aio.client import Client

CONNECT_SECONDS = 5.0


class HubError(Exception):
    """The server cannot be reached, or does not let one in. Carries no address: it may hold a password."""


async def connected(server: str, credentials: Path | None, gone: Callable[[], Awaitable[None]]) -> Client:
    """Return a connection; `gone` is told once, when it has ended. It does not connect again by itself.

    Raises:
        HubError: nats-py is missing, or the server cannot be reached.
    """
    try:
        import nats
    except ImportError as error:
        raise HubError("nats-py is missing: pip install 'futurewatch[workers]'") from error

    is_in = False

    async def fail(error: Exception) -> None:
        """End the attempt to connect, which nats-py makes again and again. Later `gone` tells the end."""
        if not is_in:
            raise error

    try:
        client = await asyncio.wait_for(
            nats.connect(
                server, allow_reconnect=False, closed_cb=gone, error_cb=fail, name="futurewatch",
                user_credentials=str(credentials) if credentials else None,
            ),
            CONNECT_SECONDS,
        )  # fmt: skip
    except Exception as error:  # nats-py raises OSError, its own errors and those of ssl and nkeys
        raise HubError(f"the NATS server cannot be used ({type(error).__name__})") from error
    is_in = True
    return client
