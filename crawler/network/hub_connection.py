"""Connect to a NATS server: with TLS where `tls://` says so, with credentials of either kind, or say why not."""

from __future__ import annotations

import asyncio
import math
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.network.unreachable import CONNECT_SECONDS, why_unreachable

if TYPE_CHECKING:
    from nats.aio.client import Client

TLS_SCHEME = "tls://"
SERVER_SCHEMES = ("nats://", TLS_SCHEME)
REFUSED_WORDS = "authorization violation"  # what a server says to an account that it does not know
PERMISSION_WORDS = "permissions violation"  # and to one that may not publish or listen there
PING_SECONDS = 3  # a connection that was cut without a word is noticed after some nine, as the server notices it
PINGS_UNANSWERED = 2
SEED_BEGINNING = "SU"  # of the seed of a user's nkey


class HubError(Exception):
    """The server cannot be used, or nobody listens. Carries no address: it may hold a password."""


class NoTlsError(Exception):
    """A server that was to speak TLS does not: a password would be sent in the open."""


async def connected(server: str, credentials: Path | None, gone: Callable[[str], Awaitable[None]]) -> Client:
    """Return a connection; `gone` is told once why it has ended. It does not connect again by itself.

    Raises:
        HubError: nats-py is missing, or the server cannot be used.
    """
    account: dict[str, Any] = _account_in(credentials) if credentials else {}
    is_in, closing = False, None

    async def tell(why: str) -> None:
        nonlocal is_in
        if is_in:
            is_in = False
            await gone(why)

    async def hear(error: Exception) -> None:
        """End the attempt to connect, which nats-py makes again and again; later, a connection that is of no use."""
        nonlocal closing
        if not is_in:
            raise error
        if PERMISSION_WORDS in str(error).lower():
            await tell(f"the NATS server does not permit it ({error})")
            closing = asyncio.create_task(client.close())  # not here: this runs in what it would end

    client = _new_client(tell, is_tls=server.startswith(TLS_SCHEME))
    with usable():
        await asyncio.wait_for(
            client.connect(
                server, allow_reconnect=False, error_cb=hear, name="futurewatch", ping_interval=PING_SECONDS,
                max_outstanding_pings=PINGS_UNANSWERED, connect_timeout=math.ceil(CONNECT_SECONDS), **account,
            ),
            CONNECT_SECONDS,
        )  # fmt: skip
    is_in = True
    return client


@contextmanager
def usable() -> Iterator[None]:
    """Let what nats-py raises where a server cannot be used (any more) be a `HubError`."""
    try:
        yield
    except Exception as error:  # OSError, its own errors, those of ssl and nkeys
        raise HubError(f"the NATS server cannot be used: {_reason(error)}") from error


def _new_client(tell: Callable[[str], Awaitable[None]], *, is_tls: bool) -> Client:
    """Return a client that keeps what nats-py promises, by its methods as they are in 2.16.

    That would speak plainly to a server that offers no TLS, whatever the address says; and it does not call `closed_cb`
    where what is still to be sent meets a broken connection, as after a sleep.
    """
    try:
        from nats.aio.client import Client
    except ImportError as error:
        raise HubError("nats-py is missing: pip install 'futurewatch[workers]'") from error

    class StrictClient(Client):
        async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:
            if initial_connection and is_tls and not info.get("tls_required"):
                raise NoTlsError
            await super()._process_info(info, initial_connection)

        async def _close(self, status: int, do_cbs: bool = True) -> None:
            try:
                await super()._close(status, do_cbs)
            finally:
                await tell("the NATS server is gone")

    return StrictClient()


def _account_in(credentials: Path) -> dict[str, Any]:
    """Return what nats-py takes: a file of credentials (`.creds`: a JWT and its seed), or the bare seed of an nkey.

    Raises:
        HubError: the file cannot be read, or holds neither.
    """
    try:
        text = credentials.read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise HubError(f"{credentials} cannot be read ({type(error).__name__})") from error
    if "BEGIN NATS USER JWT" in text and "BEGIN USER NKEY SEED" in text:
        return {"user_credentials": str(credentials)}
    if text.strip().startswith(SEED_BEGINNING):
        return {"nkeys_seed": str(credentials)}
    raise HubError(f"{credentials} holds neither credentials of NATS nor the seed of an nkey")


def _reason(error: Exception) -> str:
    if isinstance(error, NoTlsError):
        return "it offers no TLS, and tls:// asks for it"
    if REFUSED_WORDS in str(error).lower():
        return "it refuses our credentials"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{why_unreachable(error)} ({error.verify_message}): SSL_CERT_FILE may name its CA"
    if str(error).startswith("nats: "):
        return str(error).removeprefix("nats: ")
    return why_unreachable(error)
