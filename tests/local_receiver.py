"""A real webhook receiver on loopback that checks signatures with the standardwebhooks library, and can misbehave."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four bytes").decode()
HANG_SECONDS = 3


@dataclass
class LocalReceiver:
    """What was received. `faults` (500, close, hang) meet the first tries, one each."""

    url: str = ""
    faults: deque[str] = field(default_factory=deque)
    tries: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    on_message: Callable[[], None] = lambda: None

    @property
    def accepted(self) -> list[str]:
        """The webhook-ids of the tries that were answered with 2xx."""
        return [id for id, _, answer in self.tries if answer == "204"]

    @property
    def ids(self) -> list[str]:
        """The webhook-ids of all tries."""
        return [id for id, _, _ in self.tries]


@contextmanager
def open_receiver(faults: Iterable[str] = ()) -> Iterator[LocalReceiver]:
    """Receive on a free port of the loopback address."""
    receiver = LocalReceiver(faults=deque(faults))
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    with server:
        yield receiver
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    receiver: LocalReceiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        Webhook(SECRET).verify(body, headers)  # raises, and so answers nothing, when the signature is wrong
        answer = self.receiver.faults.popleft() if self.receiver.faults else "204"
        self.receiver.tries.append((headers["webhook-id"], json.loads(body), answer))
        self.receiver.on_message()
        if answer == "hang":
            time.sleep(HANG_SECONDS)
        if not answer.isdigit():
            self.close_connection = True
            return
        self.send_response(int(answer))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """The receiver keeps its own record."""
