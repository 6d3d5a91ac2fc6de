"""Servers on loopback that send exactly the bytes a test gives them, however wrong, slow or many they are."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from socketserver import BaseRequestHandler, ThreadingTCPServer

Sends = Iterator[bytes]
Answers = Callable[[str], Sends]  # to a path; what is sent, piece by piece

BLOCK = b"x" * 65536
PAUSE_SECONDS = 0.002  # between pieces of 64 KiB of an endless answer: the loopback would take gigabytes
LARGEST_REQUEST = 100_000  # bytes


class ResetError(Exception):
    """The connection is to be reset."""


@contextmanager
def open_byte_server(answers: Answers) -> Iterator[str]:
    """Send what is answered to each path as it comes, and hang up; yield the address."""

    class Handler(BaseRequestHandler):
        request: socket.socket

        def handle(self) -> None:
            self.request.settimeout(30)
            try:
                for piece in answers(_path(self.request)):
                    self.request.sendall(piece)
            except ResetError:
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                return  # whoever asked has had enough

    class Server(ThreadingTCPServer):
        daemon_threads, block_on_close, request_queue_size = True, False, 64

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _path(connection: socket.socket) -> str:
    raw = b""
    while b"\r\n\r\n" not in raw and len(raw) < LARGEST_REQUEST:
        piece = connection.recv(65536)
        if not piece:
            break
        raw += piece
    words = raw.decode("latin-1").split(" ", 2)
    return words[1] if len(words) > 1 else "/"


def endless(head: bytes, block: bytes = BLOCK, pause_seconds: float = PAUSE_SECONDS) -> Answers:
    """Send a head, then the same again and again."""

    def again(_path: str) -> Sends:
        yield head
        for piece in repeat(block):
            yield piece
            time.sleep(pause_seconds)

    return again


@dataclass
class RawServer:
    """Paths and the raw answers to them; what is not there is a plain 404."""

    url: str = ""
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, head: str, body: bytes) -> None:
        """Answer a path with these header lines after the status line, and this body."""
        self.answers[path] = f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode("latin-1") + body

    def send(self, path: str) -> Sends:
        """Send the answer to a path."""
        self.asked.append(path)
        yield self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@contextmanager
def open_raw_server() -> Iterator[RawServer]:
    """Serve paths that a test fills."""
    raw = RawServer()
    with open_byte_server(raw.send) as raw.url:
        yield raw
