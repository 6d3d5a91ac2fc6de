"""A real NATS server on loopback, and workers in processes of their own that a test may kill, stop and wake."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from forked import SERVER, be_command

NATS_SERVER = Path("/usr/sbin/nats-server")
NATS_CONF = Path(__file__).parents[1] / "deploy" / "nats.conf"


def until(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it does not come to hold"
        time.sleep(0.02)


@dataclass
class LocalNats:
    """A server under test, on a port that stays its own."""

    port: int
    conf: Path = NATS_CONF
    scheme: str = "nats"
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for workers and daemon."""
        return f"{self.scheme}://{self.host}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [str(NATS_SERVER), "-c", str(self.conf), "-a", self.host, "-p", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

        def listens() -> bool:
            with socket.socket() as asking:
                return asking.connect_ex((self.host, self.port)) == 0

        until(listens)

    def end(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextmanager
def open_nats(conf: Path = NATS_CONF, *, scheme: str = "nats", host: str = "127.0.0.1") -> Iterator[LocalNats]:
    """Serve NATS on a free port."""
    if not NATS_SERVER.exists():
        pytest.skip(f"there is no {NATS_SERVER}: run deploy/install-nats.sh")
    with socket.socket() as free:
        free.bind((host, 0))
        nats = LocalNats(port=free.getsockname()[1], conf=conf, scheme=scheme, host=host)
    nats.start()
    try:
        yield nats
    finally:
        nats.end()


@contextmanager
def open_worker(
    nats: LocalNats, folder: Path, vantage: str = "sz", *more: str, be: Callable[..., None] = be_command
) -> Iterator[int]:
    """Run a worker that may fetch from loopback and yield its process id, once it takes orders."""
    arguments = ["worker", "--vantage", vantage, "--server", nats.url, "--allow-private-networks", *more]
    streams = [folder / f"worker.{name}" for name in ("in", "out", "err")]
    for stream in streams:
        stream.write_bytes(b"")
    process = SERVER.Process(target=be, args=(arguments, dict(os.environ), streams, folder))
    process.start()
    pid = process.pid
    assert pid is not None
    try:
        until(lambda: "takes orders" in streams[2].read_text(encoding="utf-8"), seconds=60)
        yield pid
    finally:
        if process.is_alive():
            os.kill(pid, signal.SIGCONT)
        process.kill()
        process.join()
