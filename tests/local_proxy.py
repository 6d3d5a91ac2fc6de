"""A real forward proxy on loopback: plain requests and CONNECT tunnels, to wherever a test maps a name."""

from __future__ import annotations

import http.client
import select
import socket
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
    names: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address to write into a variable."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def open_proxy() -> Iterator[LocalProxy]:
    """Serve a proxy on a free port."""
    proxy = LocalProxy()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    proxy.port = server.server_port
    with server:
        yield proxy
        server.shutdown()


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
            pair = {self.connection: server, server: self.connection}
            while ready := select.select(list(pair), [], [], 5)[0]:
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    pair[one].sendall(data)

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
