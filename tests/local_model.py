"""A real server on loopback that answers as a language model's service does, and can misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOW_SECONDS = 1.0
PIECE = b" " * 65536


@dataclass
class LocalModel:
    """The text that it answers with (`says`), or how it fails (`fault`: a status, "hang", "drip" or "endless")."""

    url: str = ""
    says: str = ""
    fault: int | str = 200
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    def answer(self, **lists: list[tuple[str, str]]) -> None:
        """Let it answer with sentences, each with its quote, as `zh` and `en`."""
        said = {name: [{"text": text, "quote": quote} for text, quote in some] for name, some in lists.items()}
        self.says, self.fault = json.dumps({"zh": [], "en": []} | said, ensure_ascii=False), 200


@contextmanager
def open_model() -> Iterator[LocalModel]:
    """Answer on a free port of the loopback address."""
    model = LocalModel()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"model": model}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    with server:
        yield model
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    model: LocalModel

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.model.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        fault = self.model.fault
        try:
            if fault == "hang":
                time.sleep(SLOW_SECONDS)
            self.send_response(fault if isinstance(fault, int) else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            for _ in range(20) if fault == "drip" else ():
                self.wfile.write(b" ")
                time.sleep(SLOW_SECONDS / 20)
            while fault == "endless":
                self.wfile.write(PIECE)
            document = {"choices": [{"message": {"role": "assistant", "content": self.model.says}}]}
            self.wfile.write(json.dumps(document).encode())
        except OSError:
            self.close_connection = True  # whoever asked has had enough

    def log_message(self, *_: object) -> None:
        """The model keeps its own record."""
