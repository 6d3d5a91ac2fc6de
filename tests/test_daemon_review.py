"""The review page beside the daemon: served, started again when it dies, ended with it, and never in its way."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest

from conftest import Futurewatch, publish
from forked import Started
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT
from test_daemon import wait_for


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def daemon(portal: LocalPortal, futurewatch: Futurewatch, port: int) -> Iterator[Started]:
    """A daemon that serves the review page on the port."""
    futurewatch.configure(portal)
    text = futurewatch.config.read_text().replace("[review]\nenabled = false", f"[review]\nport = {port}")
    futurewatch.config.write_text(text)
    publish(portal, *GOVERNMENT[:1])
    process = futurewatch.start("run", "--log", "json")
    yield process
    process.kill()
    process.communicate()


def children(process: Started) -> list[int]:
    """Return the child processes of the daemon."""
    return [child.pid for child in psutil.Process(process.pid).children()]


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", follow_redirects=True, timeout=5).status_code < 500
    except httpx.TransportError:
        return False


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow  # the review page starts twice
def test_page_is_started_again_and_ends_with_the_daemon(daemon: Started, port: int) -> None:
    """A page that dies is served again soon; the daemon takes it with it when it ends, and leaves with exit code 0."""
    wait_for(lambda: answers(port), daemon)
    (first,) = children(daemon)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not answers(port), daemon)
    wait_for(lambda: answers(port), daemon)
    (second,) = children(daemon)
    assert second != first
    daemon.terminate()
    _, log = daemon.communicate(timeout=20)
    assert daemon.returncode == 0, log
    assert not is_alive(second)
    assert "review page ended" in log
    assert "Fatal" not in log


@pytest.mark.slow  # the review page starts and gives up in vain
def test_port_that_is_taken_does_not_hurt_the_daemon(daemon: Started, port: int, portal: LocalPortal) -> None:
    """Another program has the review page's port: that is logged, and the daemon watches all the same."""
    with socket.create_server(("127.0.0.1", port)):
        wait_for(lambda: portal.asked("/zwgk/"), daemon)
        deadline = time.monotonic() + 40
        while children(daemon) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert daemon.poll() is None
        daemon.terminate()
        _, log = daemon.communicate(timeout=20)
    assert daemon.returncode == 0, log
    assert "review page ended" in log


@pytest.mark.slow  # two processes start, one is killed, the other must notice
def test_page_ends_with_a_daemon_that_was_killed(daemon: Started, port: int) -> None:
    """A daemon that cannot say goodbye leaves no page behind that would keep its port."""
    wait_for(lambda: answers(port), daemon)
    (page,) = children(daemon)
    daemon.kill()
    daemon.wait()
    deadline = time.monotonic() + 20
    while is_alive(page) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not answers(port)
    assert not is_alive(page)
