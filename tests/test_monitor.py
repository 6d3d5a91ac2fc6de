"""The monitor: what others see of a running daemon, over HTTP, by its heartbeat and through systemd's socket."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from conftest import Futurewatch, publish
from forked import Started
from local_portal import LocalPortal, open_portal
from local_receiver import LocalReceiver
from scheduler.daemon.monitor.server import MOST_CLIENTS, Answers, Server
from scheduler.daemon.monitor.signs import JobSign, Signs, hangs, is_alive, reasons_against
from scheduler.daemon.monitor.systemd import Notifier
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.upkeep.vitals import QueueHead

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
DONE = JobSign(every=timedelta(seconds=5), ended_at=NOW, failures=0, error=None)
WELL = Signs(
    turned=timedelta(seconds=1), started_at=NOW - timedelta(hours=1), is_stopping=False,
    jobs={"tick": DONE, "deliver": DONE}, disk_free_mb=5000,
)  # fmt: skip
HEAD = QueueHead(endpoint="team", next_attempt_at=NOW, failing_since=None)


def with_job(name: str, **change: Any) -> Signs:
    return replace(WELL, jobs={**WELL.jobs, name: replace(DONE, **change)})


@pytest.mark.parametrize(
    ("signs", "reason"),
    [
        (replace(WELL, turned=timedelta(minutes=2)), "the loop has not turned for 120 s"),
        (replace(WELL, is_stopping=True), "the daemon is stopping"),
        (replace(WELL, archive="disk I/O error"), "the archive cannot be written: disk I/O error"),
        (replace(WELL, disk_free_mb=12), "12 MB are free on the archive's disk"),
        (with_job("tick", ended_at=NOW - timedelta(minutes=3)), "tick has not ended for 180 s"),
        (with_job("deliver", ended_at=None), "deliver has not ended for 3600 s"),
        (with_job("deliver", failures=4, error="ValueError: x"), "deliver has failed 4 times: ValueError: x"),
        (replace(WELL, jobs={"tick": DONE}), "deliver is not running"),
        (replace(WELL, heads=[replace(HEAD, next_attempt_at=NOW - timedelta(minutes=10))]),
         "a message to team is overdue by 600 s"),
        (replace(WELL, heads=[replace(HEAD, failing_since=NOW - timedelta(minutes=40))]),
         "team has taken nothing for 40 minutes"),
    ],
)  # fmt: skip
def test_each_fault_is_a_reason(signs: Signs, reason: str) -> None:
    """Whoever asks reads what is wrong, in one sentence each."""
    assert reasons_against(signs, NOW) == [reason]


def test_nothing_speaks_against_a_daemon_that_works() -> None:
    """An endpoint that fails for some minutes, and a message that is due just now, are everyday."""
    heads = [replace(HEAD, failing_since=NOW - timedelta(minutes=5)), HEAD]
    assert reasons_against(replace(WELL, heads=heads), NOW) == []


def test_failing_is_no_hanging() -> None:
    """A daemon whose loop or job stands still is started again, not one whose job fails: that would help nobody."""
    assert not hangs(with_job("deliver", failures=40, error="no template"), NOW)
    assert hangs(with_job("tick", ended_at=NOW - timedelta(minutes=3)), NOW)
    assert hangs(replace(WELL, turned=timedelta(minutes=2)), NOW)
    assert is_alive(with_job("tick", ended_at=None))


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def monitored(futurewatch: Futurewatch, *, port: int, more: str = "") -> None:
    """Switch the monitor on in a configuration."""
    text = futurewatch.config.read_text(encoding="utf-8")
    text = text.replace("[monitor]\nenabled = false", f"[monitor]\nport = {port}\n{more}")
    futurewatch.config.write_text(text, encoding="utf-8")


@pytest.fixture
def port(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> int:
    """The port of a monitor that is configured, over a portal that is looked at every second."""
    futurewatch.configure(portal, receiver=receiver, more="[schedule]\nevery = '1s'\nadaptive = false")
    publish(portal, *GOVERNMENT[:2])
    chosen = free_port()
    monitored(futurewatch, port=chosen)
    return chosen


@pytest.fixture
def start(futurewatch: Futurewatch) -> Iterator[Callable[[], Started]]:
    """Start the daemon; it is gone when the test ends."""
    started: list[Started] = []

    def run() -> Started:
        started.append(futurewatch.start("run", "--log", "json"))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def ask(port: int, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=20)


def wait_for(condition: Callable[[], Any], daemon: Started, seconds: float = 25) -> Any:
    """Wait until something is true and return it; a daemon that ends meanwhile fails at once, with its log."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = condition()
        except httpx.TransportError:
            value = None
        if value:
            return value
        assert daemon.poll() is None, daemon.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def samples(port: int) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return the metrics by name and labels, as Prometheus' own parser reads them."""
    families = text_string_to_metric_families(ask(port, "/metrics").text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def value(port: int, name: str, **labels: str) -> float:
    return samples(port).get((f"futurewatch_{name}", frozenset(labels.items())), 0.0)


def test_running_daemon_answers(
    start: Callable[[], Started], port: int, portal: LocalPortal, receiver: LocalReceiver,
    futurewatch: Futurewatch,
) -> None:  # fmt: skip
    """A daemon that works is healthy and ready; its counts are those of the archive, and outlive a restart."""
    daemon = start()
    wait_for(lambda: value(port, "runs_total", outcome="ok", cause=""), daemon)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    wait_for(lambda: value(port, "deliveries", endpoint="team", state="delivered"), daemon)
    assert ask(port, "/healthz").json()["alive"] is True
    ready = ask(port, "/readyz")
    assert (ready.status_code, ready.json()["reasons"]) == (200, [])
    said = samples(port)
    assert value(port, "announcements") == 1
    assert value(port, "articles", label="announcement") == 1
    wait_for(lambda: value(port, "sources", outcome="ok"), daemon)
    assert value(port, "oldest_pending_age_seconds", endpoint="team") == 0
    labels = frozenset({"step": "seen_to_told", "quantile": "0.5"}.items())
    assert 0 <= said["futurewatch_delay_seconds", labels] < 60  # 0 within one second: times are kept in whole ones
    assert said["process_resident_memory_bytes", frozenset()] > 10_000_000
    for path in ("/metrics", "/readyz", "/healthz", "/"):  # no series for each source, and no address
        text = ask(port, path).text
        assert not any(word in text for word in ("hi-gov", portal.url, receiver.url))
    assert ask(port, "/").status_code == 404
    before = value(port, "runs_total", outcome="ok", cause="")
    daemon.send_signal(signal.SIGTERM)
    daemon.communicate(timeout=30)
    assert value_after_restart(start, port) >= before


def value_after_restart(start: Callable[[], Started], port: int) -> float:
    daemon = start()
    return float(wait_for(lambda: value(port, "runs_total", outcome="ok", cause=""), daemon))


def test_locked_archive_is_not_ready(start: Callable[[], Started], port: int, futurewatch: Futurewatch) -> None:
    """While somebody else holds the archive, the daemon says so, and lives."""
    daemon = start()
    wait_for(lambda: ask(port, "/readyz").status_code == 200, daemon)
    with closing(sqlite3.connect(futurewatch.archive, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = ask(port, "/readyz")
        assert answer.status_code == 503
        assert "the archive cannot be written: database is locked" in answer.json()["reasons"]
        assert ask(port, "/healthz").status_code == 200
        assert ask(port, "/metrics").status_code == 200
        other.execute("ROLLBACK")
    wait_for(lambda: ask(port, "/readyz").status_code == 200, daemon)


def test_taken_port_stops_nothing(
    start: Callable[[], Started], port: int, portal: LocalPortal, futurewatch: Futurewatch
) -> None:
    """A port that somebody else has is a line in the log; the watch goes on."""
    with closing(socket.create_server(("127.0.0.1", port))):
        daemon = start()
        wait_for(lambda: portal.asked("/zwgk/"), daemon)
        daemon.send_signal(signal.SIGTERM)
        _, log = daemon.communicate(timeout=30)
    lines = [json.loads(line) for line in log.splitlines()]
    assert [(line["level"], line["port"]) for line in lines if line["event"] == "monitor not served"] == [
        ("warning", port)
    ]
    assert daemon.returncode == 0


def test_second_daemon_is_refused(start: Callable[[], Started], port: int, futurewatch: Futurewatch) -> None:
    """Two daemons would ask a host twice as often: the second ends with exit code 2, the first goes on."""
    first = start()
    wait_for(lambda: ask(port, "/readyz").status_code == 200, first)
    second = start()
    _, problem = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"process {first.pid}" in problem
    assert ask(port, "/readyz").status_code == 200


def test_heartbeat_is_sent_only_while_all_is_well(
    start: Callable[[], Started], port: int, futurewatch: Futurewatch
) -> None:
    """The address is asked for again and again, not while the archive is gone, and shows in no log."""
    with open_portal() as switch:
        switch.serve("/ping/0123456789-secret-key", "OK")
        futurewatch.environment["TEST_HEARTBEAT"] = f"{switch.url}/ping/0123456789-secret-key"
        text = futurewatch.config.read_text(encoding="utf-8")
        more = f'port = {port}\nheartbeat_url = "env:TEST_HEARTBEAT"\nheartbeat_every = "1s"'
        futurewatch.config.write_text(text.replace(f"port = {port}", more), encoding="utf-8")
        daemon = start()
        wait_for(lambda: len(switch.log) >= 3, daemon)
        futurewatch.archive.rename(futurewatch.folder / "taken-away.db")
        time.sleep(1.5)  # for the ping that was under way
        before = len(switch.log)
        time.sleep(2.5)
        assert len(switch.log) == before
        (futurewatch.folder / "taken-away.db").rename(futurewatch.archive)
        wait_for(lambda: len(switch.log) > before, daemon)
        switch.replies.clear()  # 404 from now on
        wait_for(lambda: len(switch.log) > before + 2, daemon)
        daemon.send_signal(signal.SIGTERM)
        _, log = daemon.communicate(timeout=30)
    said = [json.loads(line).get("error", "") for line in log.splitlines() if "heartbeat not sent" in line]
    assert said[-1] == "http 404"
    assert "secret-key" not in log


def test_heartbeat_without_its_address_is_exit_2(futurewatch: Futurewatch, port: int) -> None:
    """A variable that is not set is told before the daemon starts, not when nobody hears of it any more."""
    text = futurewatch.config.read_text(encoding="utf-8")
    text = text.replace(f"port = {port}", f'port = {port}\nheartbeat_url = "env:TEST_NOT_SET"')
    futurewatch.config.write_text(text, encoding="utf-8")
    process = futurewatch.start("run")
    _, problem = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "monitor.heartbeat_url: environment variable TEST_NOT_SET is not set" in problem


def test_systemd_hears_of_the_daemon(
    start: Callable[[], Started], port: int, futurewatch: Futurewatch, tmp_path: Path
) -> None:
    """Ready once it watches, alive again and again, reloading, stopping: what `Type=notify` waits for."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(25)
        futurewatch.environment |= {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
        daemon = start()
        heard = [systemd.recv(4096).decode() for _ in range(4)]
        assert min(heard).startswith("READY=1\nSTATUS=watching 1 sources")
        assert heard.count("WATCHDOG=1") == 3
        for number, said in ((signal.SIGHUP, b"RELOADING=1"), (signal.SIGTERM, b"STOPPING=1")):
            daemon.send_signal(number)
            while not systemd.recv(4096).startswith(said):
                pass
        daemon.communicate(timeout=30)


def test_watchdog_of_another_process_is_none_of_ours() -> None:
    """WATCHDOG_PID names who is meant: a child that inherits the variables stays silent."""
    environment = {"NOTIFY_SOCKET": "/run/none", "WATCHDOG_USEC": "30000000"}
    assert Notifier(environment | {"WATCHDOG_PID": str(os.getpid())}).watchdog_every == timedelta(seconds=15)
    assert Notifier(environment | {"WATCHDOG_PID": "1"}).watchdog_every is None
    assert Notifier({}).watchdog_every is None
    Notifier(environment).say("READY=1")  # nobody listens there


def test_abstract_socket_is_understood() -> None:
    """A socket may have no file: then its name begins with @."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(f"\0futurewatch-test-{os.getpid()}")
        systemd.settimeout(5)
        Notifier({"NOTIFY_SOCKET": f"@futurewatch-test-{os.getpid()}"}).reloading()
        assert systemd.recv(4096).startswith(b"RELOADING=1\nMONOTONIC_USEC=")


def test_clients_that_dawdle_or_flood_keep_nobody_from_an_answer() -> None:
    """A hundred clients that never end a request, and one with endless headers, hold neither port nor threads."""
    answers = Answers(
        health=lambda: (True, {"alive": True}), readiness=lambda: (True, {}), registry=CollectorRegistry()
    )
    port = free_port()
    server = Server("127.0.0.1", port, answers)
    server.start()
    before = threading.active_count()
    dawdling = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    try:
        for one in dawdling:
            with contextlib.suppress(OSError):  # some were closed for those that came later
                one.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        with socket.create_connection(("127.0.0.1", port), timeout=10) as flooding, contextlib.suppress(OSError):
            flooding.sendall(b"GET /healthz HTTP/1.1\r\n" + b"X-Flood: 1\r\n" * 1000 + b"\r\n")
            assert b" 431 " in flooding.recv(100)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=10).json() == {"alive": True}
        assert threading.active_count() - before <= 2 * MOST_CLIENTS + 2  # a thread and a timer each
    finally:
        for one in dawdling:
            one.close()
        server.stop()
