"""Serve assistants over stdio, or over HTTP behind a token where others could reach it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse

from scheduler.assistants.read_only import ReadOnlyArchive
from scheduler.review.accounts import scopes_of_token
from scheduler.review.asgi import App, Message, Receive, Send

if TYPE_CHECKING:
    from scheduler.config.config import Settings

ASK_FOR_TOKEN = {"WWW-Authenticate": 'Bearer realm="FutureWatch"'}


class WithToken:
    """Passes on what has a token of `futurewatch api-token` that may do something; any scope reads."""

    def __init__(self, app: App, archive: ReadOnlyArchive, settings: Settings) -> None:
        self._app = app
        self._archive = archive
        self._settings = settings

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and not await self._is_known(dict(scope["headers"])):
            refusal = PlainTextResponse("a valid token is needed", status_code=401, headers=ASK_FOR_TOKEN)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _is_known(self, headers: dict[bytes, bytes]) -> bool:
        kind, _, text = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return False
        try:
            token = await self._archive.read(lambda opened: opened.api_tokens.valid(text.strip()))
        except KeyError:
            return False
        return bool(scopes_of_token(self._settings, token))


def http_application(server: MCPServer, archive: ReadOnlyArchive, *, host: str, settings: Settings | None) -> App:
    """Return the server as an application at /mcp. `settings` say whose tokens count.

    None: no token is wanted, and this machine's own names only are answered.
    """
    if settings is None:
        return server.streamable_http_app(host=host)
    anybody = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # a page of another has no token
    return WithToken(server.streamable_http_app(host=host, transport_security=anybody), archive, settings)


def serve_stdio(server: MCPServer) -> None:
    """Serve the program that started this one, until it ends."""
    server.run("stdio")


def serve_http(app: App, *, host: str, port: int) -> None:
    """Serve over HTTP until SIGTERM or SIGINT."""
    asyncio.run(uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning")).serve())
