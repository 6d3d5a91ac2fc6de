"""A stretch of network on loopback that a test may cut: what is sent meanwhile comes late, as on a real one."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PIECE_BYTES = 65536


@dataclass
class LocalRelay:
    """A relay to one port. While it is cut nothing passes and nobody is told."""

    port: int
    is_cut: bool = False


@contextmanager
def open_relay(to_port: int) -> Iterator[LocalRelay]:
    """Relay from a free port to another one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        relay = LocalRelay(port=server.getsockname()[1])
        threading.Thread(target=_serve, args=(relay, server, to_port), daemon=True).start()
        yield relay
        relay.is_cut = True
        server.shutdown(socket.SHUT_RDWR)


def _serve(relay: LocalRelay, server: socket.socket, to_port: int) -> None:
    while True:
        try:
            here, _ = server.accept()
        except OSError:  # it was closed
            return
        threading.Thread(target=_pass_on, args=(relay, here, to_port), daemon=True).start()


def _pass_on(relay: LocalRelay, here: socket.socket, to_port: int) -> None:
    """Pass on what either side says until one of them is done."""
    while relay.is_cut:
        time.sleep(0.02)
    try:
        with here, socket.create_connection(("127.0.0.1", to_port)) as there:
            other = {here: there, there: here}
            while True:
                ready = [] if relay.is_cut else select.select(list(other), [], [], 0.02)[0]
                if relay.is_cut:
                    time.sleep(0.02)
                    continue
                for side in ready:
                    data = side.recv(PIECE_BYTES)
                    if not data:
                        return
                    other[side].sendall(data)
    except OSError:  # the server is gone
        return
