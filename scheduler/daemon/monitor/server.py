"""Serve /healthz, /readyz and /metrics from a thread of its own, so that they answer even when the loop hangs."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

REQUEST_SECONDS = 10.0  # for a request and its answer, however slowly a client reads and writes
MOST_CLIENTS = 32  # at a time, each in a thread; a client that asks properly is gone in milliseconds

MonitorAnswer = tuple[HTTPStatus, str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The served answers: two questions that give "is it so" and a document, and the metrics."""

    health: Callable[[], tuple[bool, dict[str, Any]]]
    readiness: Callable[[], tuple[bool, dict[str, Any]]]
    registry: CollectorRegistry


class Server:
    """An HTTP server in threads. Raises `OSError` from `start` when the port is taken."""

    def __init__(self, host: str, port: int, answers: Answers) -> None:
        self._at = (host, port)
        self._answers = answers
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Listen."""
        handler = type("Handler", (_Handler,), {"answers": self._answers})
        self._server = _QuietServer(self._at, handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="monitor", daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _QuietServer(ThreadingHTTPServer):
    block_on_close = False  # a client that keeps a connection open does not keep the daemon from ending
    request_queue_size = 64

    def __init__(self, *given: Any) -> None:
        self._open: dict[socket.socket, threading.Timer] = {}  # the oldest first
        super().__init__(*given)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, for some seconds; a new client takes the place of the oldest when there are many."""
        timer = threading.Timer(REQUEST_SECONDS, _hang_up, [request])
        timer.daemon = True
        self._open[request] = timer
        timer.start()
        if len(self._open) > MOST_CLIENTS:
            oldest = next(iter(self._open))
            self._forget(oldest)
            _hang_up(oldest)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._forget(request)
        super().shutdown_request(request)

    def _forget(self, request: socket.socket) -> None:
        timer = self._open.pop(request, None)
        if timer is not None:
            timer.cancel()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


class _Handler(BaseHTTPRequestHandler):
    answers: ClassVar[Answers]
    timeout = 10
    server_version, sys_version = "futurewatch", ""

    def do_GET(self) -> None:
        status, kind, body = self._answer(self.path.partition("?")[0])
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  the name that http.server looks for

    def _answer(self, path: str) -> MonitorAnswer:
        if path == "/healthz":
            return _document(*self.answers.health())
        if path == "/readyz":
            return _document(*self.answers.readiness())
        if path == "/metrics":
            return self._metrics()
        return _json(HTTPStatus.NOT_FOUND, {"known": ["/healthz", "/readyz", "/metrics"]})

    def _metrics(self) -> MonitorAnswer:
        encode, kind = choose_encoder(self.headers.get("Accept", ""))
        try:
            return HTTPStatus.OK, kind, encode(self.answers.registry)
        except (sqlite3.Error, OSError) as error:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"error": f"the archive cannot be read: {error}"})

    def log_message(self, *_: object) -> None:
        """Log nothing: a client asks every few seconds."""


def _hang_up(request: socket.socket) -> None:
    """Wake the thread that reads from a connection: it finds nothing more."""
    with contextlib.suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


def _document(holds: bool, document: dict[str, Any]) -> MonitorAnswer:
    return _json(HTTPStatus.OK if holds else HTTPStatus.SERVICE_UNAVAILABLE, document)


def _json(status: HTTPStatus, document: dict[str, Any]) -> MonitorAnswer:
    return status, "application/json; charset=utf-8", json.dumps(document, ensure_ascii=False).encode() + b"\n"
