"""Who may ask and who may write, before anything else sees a request; and what a browser may do with the answer.

A page of ours loads nothing but our own files, runs no script but ours, and is shown in no frame of others. The
referrer policy is `same-origin`, not `no-referrer`: under that, browsers send `Origin: null` with a form, and the check
of its origin would have nothing to go by. Links to portals carry rel="noreferrer" besides.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import urlsplit

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

SAFE_METHODS = frozenset({"GET", "HEAD"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOKEN_COOKIE = "ds_csrftoken"  # noqa: S105  the name of Datasette's cookie
# Of Datasette's own tools only these: the others show settings, or try out what nobody needs here.
OWN_TOOLS = re.compile(r"/-/(login|logout|static/|actor\.json)")

OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Datasette's pages have scripts and styles of their own in them.
TABLES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A portal's page: no script runs, no form is sent, nothing is loaded, and it counts as an origin of its own.
SNAPSHOT = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


class Guard:
    """Lets through what is asked of this site by its own pages. `hosts` are the names it may be called, None: any."""

    def __init__(self, app: App, *, hosts: Iterable[str] | None) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(hosts)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        guarded = _with_headers(send, scope["path"])
        if refused:
            await _refuse(guarded, *refused)
            return
        await self._app(scope, receive, guarded)

    def _refused(self, scope: Message, headers: dict[str, str]) -> tuple[int, str] | None:
        """Return status and reason of a refusal, None to let a request through."""
        if self._hosts is not None and _host(headers.get("host", "")) not in self._hosts:
            return 421, "这个主机名不是本站的。请用 http://127.0.0.1 加端口打开。"  # DNS rebinding
        if scope["path"].startswith("/-/") and not OWN_TOOLS.match(scope["path"]):
            return 404, "没有这个页面。"
        if scope["method"] in SAFE_METHODS:
            return None
        if not _is_same_origin(headers):
            return 403, "请求不是从本站页面发出的，已拒绝。"
        if not _has_token_cookie(headers.get("cookie", "")) or headers.get("authorization", "").startswith("Bearer"):
            return 403, "页面已过期：请返回、刷新页面后再试。"  # the token itself is checked by asgi-csrf
        return None


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_same_origin(headers: dict[str, str]) -> bool:
    """True when the browser says that a page of ours sent the request; what says nothing is no browser's."""
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _has_token_cookie(header: str) -> bool:
    """True with a token's cookie: without any cookie asgi-csrf would not look at the token."""
    try:
        return TOKEN_COOKIE in SimpleCookie(header)
    except CookieError:
        return False


def policy_of(path: str) -> str:
    """Return what a browser may do with the page at a path."""
    if path.startswith("/snapshots/"):
        return SNAPSHOT
    return TABLES if re.match(r"/archive([/.]|$)", path) else OURS


def _with_headers(send: Send, path: str) -> Send:
    """Return a sender that adds our headers to every answer, and keeps scripts away from its cookies."""
    added = {
        b"content-security-policy": policy_of(path).encode(), b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer" if path.startswith("/snapshots/") else b"same-origin",
        b"cross-origin-opener-policy": b"same-origin", b"x-dns-prefetch-control": b"off",
    }  # fmt: skip

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(n, _private(n, v)) for n, v in message.get("headers", ()) if n.lower() not in added]
            message = {**message, "headers": [*kept, *added.items()]}
        await send(message)

    return sending


def _private(name: bytes, value: bytes) -> bytes:
    is_cookie = name.lower() == b"set-cookie" and b"httponly" not in value.lower()
    return value + b"; HttpOnly" if is_cookie else value


async def _refuse(send: Send, status: int, why: str) -> None:
    body = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{why}</title><p>{why}</p></html>'.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
