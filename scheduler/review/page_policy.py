"""Limit what a browser may do with a page, by the headers of every answer.

A page of ours loads nothing but our own files, runs no script but ours, and is shown in no frame of others. The
referrer policy is `same-origin`, not `no-referrer`: under that, browsers send `Origin: null` with a form, and the check
of its origin would have nothing to go by. Links to portals carry rel="noreferrer" besides.
"""

from __future__ import annotations

import re

from scheduler.review.asgi import Message, Send

LOGOUT = "/-/logout"
OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
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


def policy_of(path: str) -> str:
    """Return what a browser may do with the page at a path."""
    if path.startswith("/snapshots/"):
        return SNAPSHOT
    return TABLES if re.match(r"/archive([/.]|$)", path) else OURS


def with_headers(send: Send, path: str) -> Send:
    """Return a sender that adds our headers to every answer, and keeps scripts away from its cookies."""
    added = {
        b"content-security-policy": policy_of(path).encode(), b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer" if path.startswith("/snapshots/") else b"same-origin",
        b"cross-origin-opener-policy": b"same-origin", b"x-dns-prefetch-control": b"off",
    }  # fmt: skip
    if path == LOGOUT:  # what a browser keeps of today's list is not for the next person
        added[b"clear-site-data"] = b'"storage"'

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(n, _private(n, v)) for n, v in message.get("headers", ()) if n.lower() not in added]
            message = {**message, "headers": [*kept, *added.items()]}
        await send(message)

    return sending


def _private(name: bytes, value: bytes) -> bytes:
    is_cookie = name.lower() == b"set-cookie" and b"httponly" not in value.lower()
    return value + b"; HttpOnly" if is_cookie else value
