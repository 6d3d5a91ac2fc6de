"""Real forward proxies on loopback: plain requests and CONNECT tunnels, or SOCKS5, to wherever a test maps a name."""

from __future__ import annotations

import http.client
import select
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class LocalProxy:
    """A proxy under test. `names` are the host names it knows and where they lead; `fault` is a status or `hang`."""

    port: int = 0
    kind: str = "http"
    names: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address to write into a variable."""
        return f"{self.kind}://127.0.0.1:{self.port}"


@contextmanager
def open_proxy(*, tls: ssl.SSLContext | None = None) -> Iterator[LocalProxy]:
    """Serve a proxy on a free port; with `tls` it is one of kind https."""
    proxy = LocalProxy(kind="https" if tls else "http")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    proxy.port = server.server_port
    with server:
        yield proxy
        server.shutdown()


@contextmanager
def open_socks() -> Iterator[LocalProxy]:
    """Serve a SOCKS5 proxy that looks names up by itself and wants an account."""
    proxy = LocalProxy(kind="socks5")
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Socks", (_Socks,), {"proxy": proxy}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    proxy.port = server.server_address[1]
    with server:
        yield proxy
        server.shutdown()


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Pass on what comes from either side until one of them is done."""
    pair = {one: other, other: one}
    while ready := select.select(list(pair), [], [], 5)[0]:
        for side in ready:
            data = side.recv(65536)
            if not data:
                return
            pair[side].sendall(data)


class _Socks(socketserver.StreamRequestHandler):
    """RFC 1928 with the accounts of RFC 1929, as far as a client that names its host needs them."""

    proxy: LocalProxy

    def handle(self) -> None:
        if not self.rfile.read(1):  # somebody looked whether it is there
            return
        self._field()
        self.wfile.write(b"\x05\x02")
        self.rfile.read(1)
        self.proxy.accounts.append(f"{self._field()}:{self._field()}")
        self.wfile.write(b"\x01\x00")
        command = self.rfile.read(4)
        host, port = self._field(), int.from_bytes(self.rfile.read(2), "big")
        self.proxy.asked.append((f"SOCKS {command[3]}", f"{host}:{port}"))
        known = self.proxy.names.get(host)
        self.wfile.write(bytes((5, 0 if known else 4, 0, 1, 0, 0, 0, 0, 0, 0)))
        if known:
            name, _, at = known.partition(":")
            with socket.create_connection((name, int(at)), timeout=10) as server:
                _relay(self.connection, server)

    def _field(self) -> str:
        return self.rfile.read(self.rfile.read(1)[0]).decode("latin-1")


class _Handler(BaseHTTPRequestHandler):
    proxy: LocalProxy

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._is_let_through():
            return
        parts = urlsplit(self.path)
        host, _, port = self.proxy.names[parts.hostname or ""].partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        headers = {name: value for name, value in self.headers.items() if not name.lower().startswith("proxy")}
        connection.request(self.command, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length", "date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  the name that http.server looks for

    def do_CONNECT(self) -> None:
        if not self._is_let_through():
            return
        host, _, port = self.proxy.names[self.path.rpartition(":")[0]].partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as server:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _relay(self.connection, server)

    def _is_let_through(self) -> bool:
        """Note who is asked for; misbehave as the test wants."""
        self.proxy.asked.append((self.command, self.path))
        self.proxy.accounts.append(self.headers.get("Proxy-Authorization") or "")
        self.close_connection = True
        fault = self.proxy.fault
        if fault == "hang":
            time.sleep(30)
        elif fault:
            self.send_response(int(fault))
            self.send_header("Content-Length", "0")
            self.end_headers()
        return not fault

    def log_message(self, *_: object) -> None:
        """The proxy keeps its own record."""
