"""A failure outside any endpoint is told; one endpoint that hangs or never stops answering holds up no other."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conftest import Futurewatch
from local_portal import LocalPortal
from local_receiver import LocalReceiver, open_receiver
from raw_server import Sends, endless, open_byte_server
from scheduler.config.config import load
from scheduler.config.secret import Address
from scheduler.daemon.monitor.heartbeat import beat
from scheduler.notify.deliver import Tally, deliver_due
from scheduler.notify.dispatch import Dispatch, dispatch_of
from scheduler.notify.rounds import Rounds
from storage.archive import Archive
from storage.records import Delivery, Run


def now() -> datetime:
    """Return the time now: receivers refuse signatures of another time."""
    return datetime.now(UTC).replace(microsecond=0)


def waiting(name: str, id: str) -> Delivery:
    return Delivery(
        id=id, announcement_id=None, version=None, endpoint=name, type="digest", payload='{"type": "digest"}',
        state="pending", attempts=0, created_at=now(), next_attempt_at=now(), reason="",
    )  # fmt: skip


def second_endpoint(futurewatch: Futurewatch, name: str, url: str) -> None:
    """Add an endpoint for the operator to the configuration."""
    text = futurewatch.config.read_text(encoding="utf-8")
    more = f'[[endpoint]]\nname = "{name}"\nkind = "webhook"\nrole = "operator"\nurl = "{url}"\n'
    futurewatch.config.write_text(text + more + 'secret = "env:TEST_SECRET"\n', encoding="utf-8")


@pytest.fixture
def ready(
    futurewatch: Futurewatch, portal: LocalPortal, receiver: LocalReceiver, monkeypatch: pytest.MonkeyPatch
) -> Futurewatch:
    """One message waits for the endpoint `team`, and there is an operator."""
    futurewatch.configure(portal, receiver=receiver)
    monkeypatch.setenv("TEST_SECRET", futurewatch.environment["TEST_SECRET"])
    second_endpoint(futurewatch, "ops", receiver.url)
    with Archive(futurewatch.archive) as archive:
        archive.outbox.put([waiting("team", "msg_1")])
        archive.runs.register(
            [{"id": "hi-gov", "name": "", "region": "460000", "level": "province", "kind": "government"}]
        )
        archive.runs.record(Run(source="hi-gov", started_at=now(), finished_at=now(), outcome="ok"))
    return futurewatch


def deliver(futurewatch: Futurewatch, dispatch: Dispatch) -> Tally:
    with Archive(futurewatch.archive) as archive:
        return asyncio.run(deliver_due(archive, dispatch, clock=now))


def test_failure_outside_the_endpoint_is_told(ready: Futurewatch, receiver: LocalReceiver) -> None:
    """It is an incident, the last answer of what waits, and exit code 1 of status; it ends when messages go again."""
    whole = dispatch_of(load(ready.config))
    broken = replace(whole, timeout_seconds="ten")  # type: ignore[arg-type]  # any mistake of the program will do
    assert deliver(ready, broken).delivered == deliver(ready, broken).delivered == 0
    (waits,) = json.loads(ready.run("outbox", "list", "--endpoint", "team", "--json"))
    assert waits["state"] == "pending"
    assert waits["last_answer"] == "not sent: TypeError in this program"
    keys = [incident["key"] for incident in json.loads(ready.run("status", "--json", code=1))["incidents"]]
    assert keys == ["deliveries:team", "deliveries:ops"]  # the operator's own messages fail the same way
    assert "Messages to endpoint team are not sent" in ready.run("status", code=1)
    with Archive(ready.archive) as archive:
        for one in archive.outbox.list(state="pending"):
            archive.outbox.postponed(one.id, until=now())  # their leases are over
    assert deliver(ready, whole).failed == 0
    types = [message["type"] for _, message, _ in receiver.tries]
    assert types.count("incident.opened") == types.count("incident.resolved") + 1 == 2
    assert "digest" in types
    assert json.loads(ready.run("status", "--json"))["incidents"] == []


def test_operator_is_told_past_the_outbox(ready: Futurewatch, receiver: LocalReceiver) -> None:
    """Where only one endpoint's round is broken, the operator hears at once, not through the outbox."""
    whole = dispatch_of(load(ready.config))
    with Archive(ready.archive) as archive:
        archive.db.execute("UPDATE deliveries SET parts_sent = 'none'")  # a row that cannot be worked with
        tally = asyncio.run(deliver_due(archive, whole, clock=now))
    assert tally == Tally(failed=1)
    assert [message["type"] for _, message, _ in receiver.tries] == ["incident.opened"]


def test_hanging_endpoint_delays_no_other(ready: Futurewatch, receiver: LocalReceiver) -> None:
    """While a round waits for an answer, what comes for another endpoint goes out in the next one."""
    with open_receiver(["hang"]) as slow, Archive(ready.archive) as archive:
        second_endpoint(ready, "slow", slow.url)
        archive.outbox.put([waiting("slow", "msg_2")])
        dispatch = dispatch_of(load(ready.config))

        async def two_rounds() -> list[float]:
            rounds, started, times = Rounds(), time.monotonic(), []
            for number in (1, 2):
                archive.outbox.put([waiting("team", f"msg_team_{number}")])
                rounds.begin(archive, dispatch, clock=now)
                await rounds.wait(timeout_seconds=0.7)
                times.append(time.monotonic() - started)
                assert f"msg_team_{number}" in receiver.accepted
            await rounds.end(timeout_seconds=10)
            return times

        assert asyncio.run(two_rounds())[1] < 2.5
        assert slow.ids == ["msg_2"]


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"


@pytest.mark.parametrize(("chunk", "pause_seconds"), [(b"x" * 65536, 0.0), (b"x", 0.5)])
def test_endless_answer_is_cut(ready: Futurewatch, chunk: bytes, pause_seconds: float) -> None:
    """An answer counts by its status, and no more than the beginning of its body is read, for no longer than some s."""
    sent: list[int] = []

    def counted(path: str) -> Sends:
        for piece in endless(OK, chunk, pause_seconds)(path):
            yield piece
            sent.append(len(piece))

    with open_byte_server(counted) as server:
        url = f"{server}/hook"
        text = ready.config.read_text(encoding="utf-8")
        ready.config.write_text(text.replace(load(ready.config).endpoint[0].url.reveal(), url, 1), encoding="utf-8")
        started = time.monotonic()
        assert deliver(ready, dispatch_of(load(ready.config))).delivered == 1
        assert asyncio.run(beat(Address(url))) is None
        assert time.monotonic() - started < 15
        assert sum(sent) < 20_000_000  # what the sockets' own buffers take
