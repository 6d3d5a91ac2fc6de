"""A server on loopback that sends exactly the bytes a test gives it, however wrong they are, and hangs up."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class RawServer:
    """Paths and the raw answers to them; what is not there is a plain 404."""

    url: str = ""
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, head: str, body: bytes) -> None:
        """Answer a path with these header lines after the status line, and this body."""
        self.answers[path] = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode("latin-1") + body


@contextmanager
def open_raw_server() -> Iterator[RawServer]:
    """Serve on a free port of the loopback address."""
    raw = RawServer()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            path = self.rfile.readline().decode("latin-1").split(" ")[1]
            while self.rfile.readline().strip():
                pass
            raw.asked.append(path)
            missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            self.wfile.write(raw.answers.get(path, missing))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        raw.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield raw
        server.shutdown()
