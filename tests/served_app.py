"""Serve an ASGI application from a thread of this process, over real HTTP on the loopback address."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

END_SECONDS = 10


@contextmanager
def served_app(app: Any, port: int) -> Iterator[str]:
    """Serve until the block ends; yields the address. `app` is an ASGI application."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(END_SECONDS)
