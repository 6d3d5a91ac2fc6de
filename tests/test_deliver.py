"""Delivering over a real outbox to a real receiver that fails, hangs and recovers."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local_receiver import SECRET, LocalReceiver, open_receiver
from notify_examples import endpoint_of
from scheduler.config.endpoint import Endpoint
from scheduler.notify.channels import webhook
from scheduler.notify.deliver import Tally, deliver_due
from scheduler.notify.dispatch import LEASE_TIME, Backoff, Dispatch
from scheduler.notify.render import templates_in
from scheduler.notify.sample import SAMPLES
from storage.archive import Archive
from storage.records import Delivery

pytestmark = pytest.mark.usefixtures("now_at_start")

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SECRET", SECRET)


def endpoint(receiver: LocalReceiver, name: str = "team") -> Endpoint:
    return endpoint_of(name, receiver.url, secret="env:TEST_SECRET")


def message(number: int, endpoint: str = "team") -> Delivery:
    return Delivery(
        id=f"msg_{number}", announcement_id=None, version=1, endpoint=endpoint, type="announcement.new",
        payload=f'{{"number": {number}, "word": "未来产业"}}', state="pending", attempts=0, created_at=NOW,
        next_attempt_at=NOW,
    )  # fmt: skip


def deliver(
    archive: Archive,
    *endpoints: Endpoint,
    now: datetime | None = None,
    backoff: Backoff | None = None,
    timeout_seconds: float = 10,
) -> Tally:
    dispatch = Dispatch(
        endpoints=endpoints, templates=templates_in(None), backoff=backoff or Backoff(),
        timeout_seconds=timeout_seconds,
    )  # fmt: skip
    return asyncio.run(deliver_due(archive, dispatch, clock=lambda: now or NOW))


def test_messages_arrive_signed_and_in_order(archive: Archive, receiver: LocalReceiver) -> None:
    """All that is due goes out in one round, oldest first, with signatures that the reference library accepts."""
    archive.outbox.put(message(n) for n in range(5))
    assert deliver(archive, endpoint(receiver)) == Tally(delivered=5)
    assert receiver.accepted == [f"msg_{n}" for n in range(5)]
    assert deliver(archive, endpoint(receiver)) == Tally()


@pytest.mark.parametrize("fault", ["500", "close"])
def test_failed_message_comes_again_under_its_id_before_later_ones(archive: Archive, fault: str) -> None:
    """A receiver that fails gets the same webhook-id again after the backoff, and later messages wait behind it."""
    with open_receiver([fault, fault]) as receiver:
        archive.outbox.put(message(n) for n in range(2))
        assert deliver(archive, endpoint(receiver)) == Tally(failed=1)
        assert deliver(archive, endpoint(receiver)) == Tally()  # not due yet
        assert deliver(archive, endpoint(receiver), now=NOW + timedelta(seconds=3)) == Tally(failed=1)
        assert deliver(archive, endpoint(receiver), now=NOW + timedelta(seconds=60)) == Tally(delivered=2)
        assert receiver.ids == ["msg_0", "msg_0", "msg_0", "msg_1"]


@pytest.mark.slow
def test_hanging_receiver_is_left_and_recovers(archive: Archive) -> None:
    """A receiver that does not answer in time counts as failed and gets the message again."""
    with open_receiver(["hang"]) as receiver:
        archive.outbox.put([message(0)])
        assert deliver(archive, endpoint(receiver), timeout_seconds=1) == Tally(failed=1)
        (waiting,) = archive.outbox.list(state="pending")
        assert waiting.last_answer == "ReadTimeout"
        assert deliver(archive, endpoint(receiver), now=NOW + timedelta(minutes=1)) == Tally(delivered=1)


@pytest.mark.slow
def test_receiver_that_drips_is_left(archive: Archive) -> None:
    """A server that sends a byte now and then, for ever, ends the try before the lease does."""

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.05)

    async def deliver_to_it() -> Tally:
        async with await asyncio.start_server(drip, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            slow = endpoint_of("team", f"http://127.0.0.1:{port}/")
            dispatch = Dispatch(endpoints=(slow,), templates=templates_in(None), timeout_seconds=0.4)
            return await deliver_due(archive, dispatch, clock=lambda: NOW)

    archive.outbox.put([message(0)])
    assert asyncio.run(deliver_to_it()) == Tally(failed=1)
    assert archive.outbox.list()[0].last_answer == "no answer in time"


def test_fault_of_ours_stays_with_its_endpoint(
    archive: Archive, receiver: LocalReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw at one endpoint lets the others go on, and its message comes back."""
    archive.outbox.put([message(0, "chat"), message(1)])
    monkeypatch.setattr("scheduler.notify.channels.wecom.request", lambda *_: 1 / 0)
    chat = endpoint_of("chat", "http://127.0.0.1:9/", kind="wecom")
    archive.db.execute("UPDATE deliveries SET payload = ? WHERE endpoint = 'chat'", [json.dumps(SAMPLES[0])])
    assert deliver(archive, chat, endpoint(receiver)) == Tally(delivered=1, failed=1)
    assert archive.outbox.claim("chat", now=NOW + LEASE_TIME, lease=LEASE_TIME)


def test_two_senders_share_the_work(archive: Archive, receiver: LocalReceiver) -> None:
    """Two processes over one archive send each message once."""
    archive.outbox.put(message(n) for n in range(30))
    dispatch = Dispatch(endpoints=(endpoint(receiver),), templates=templates_in(None))
    assert archive.path is not None

    async def both(other: Archive) -> None:
        one, two = (deliver_due(opened, dispatch, clock=lambda: NOW) for opened in (archive, other))
        await asyncio.gather(one, two)
        await deliver_due(archive, dispatch, clock=lambda: NOW)

    with Archive(archive.path) as other:
        asyncio.run(both(other))
    assert sorted(receiver.ids) == sorted(f"msg_{n}" for n in range(30))


def test_dead_endpoint_never_holds_up_another(archive: Archive, receiver: LocalReceiver) -> None:
    """Endpoints fail and succeed on their own."""
    archive.outbox.put([message(0, "dead"), message(1)])
    dead = endpoint_of("dead", "http://127.0.0.1:9/hook")
    assert deliver(archive, dead, endpoint(receiver)) == Tally(delivered=1, failed=1)
    assert receiver.accepted == ["msg_1"]


def test_message_dies_after_two_days_and_can_be_replayed(archive: Archive, receiver: LocalReceiver) -> None:
    """What no try of 48 hours could deliver is dead, not lost: replaying sends it under the same id."""
    archive.outbox.put([replace(message(0), next_attempt_at=NOW - timedelta(hours=49))])
    for hours in (49, 2, 0):
        assert archive.outbox.list(state="pending")
        deliver(archive, endpoint_of("team", "http://127.0.0.1:9/hook"), now=NOW - timedelta(hours=hours))
    (dead,) = archive.outbox.list(state="dead")
    assert (dead.attempts, dead.last_answer) == (3, "ConnectError")
    assert archive.outbox.replay(None, now=NOW) == 1
    assert deliver(archive, endpoint(receiver)) == Tally(delivered=1)
    assert receiver.ids == ["msg_0"]


def test_leased_message_is_left_to_its_sender_until_the_lease_passes(archive: Archive) -> None:
    """Two senders never send one message at once; a dead sender's message comes back."""
    archive.outbox.put([message(0)])
    assert archive.outbox.claim("team", now=NOW, lease=LEASE_TIME)
    assert archive.outbox.claim("team", now=NOW, lease=LEASE_TIME) is None
    assert archive.outbox.claim("team", now=NOW + LEASE_TIME, lease=LEASE_TIME)


def test_backoff_grows_to_a_probe_and_lasts_two_days() -> None:
    """Waits grow from two seconds to four minutes at most, jitter and all, and end after 48 hours of failing."""
    backoff = Backoff()
    waits = [backoff.after(n, chance=1, failing_for=timedelta(hours=47)) or timedelta() for n in range(1, 900)]
    assert waits == sorted(waits)
    assert (waits[0], max(waits)) == (timedelta(seconds=2.4), timedelta(minutes=4))
    assert backoff.after(900, chance=0.5, failing_for=timedelta(hours=48)) is None


def test_jitter_stays_within_its_share() -> None:
    """Chance moves a wait by at most a fifth, either way."""
    early, late = (Backoff().after(1, chance, failing_for=timedelta()) for chance in (0, 1))
    assert (early, late) == (timedelta(seconds=1.6), timedelta(seconds=2.4))


def test_signature_of_the_specification() -> None:
    """The specification's own example gives its signature."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    given = webhook.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhook.sign(secret.removeprefix("whsec_"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                        b'{"test": 2432232314}') == given  # fmt: skip


def test_address_and_secret_never_show(archive: Archive) -> None:
    """What is kept and shown of a failed try names neither the endpoint's address nor its secret."""
    hidden = endpoint_of("team", "http://127.0.0.1:9/robot?key=hidden-key", secret="env:TEST_SECRET")
    archive.outbox.put([message(0)])
    deliver(archive, hidden)
    shown = repr(hidden) + repr(archive.outbox.list())
    assert "hidden-key" not in shown
    assert SECRET not in shown
    assert "TEST_SECRET" not in repr(hidden)
