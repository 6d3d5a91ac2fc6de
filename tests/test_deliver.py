"""Delivering over a real outbox to a real receiver that fails, hangs and recovers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local_receiver import SECRET, LocalReceiver, open_receiver
from scheduler.config import Endpoint
from scheduler.notify import webhook
from scheduler.notify.deliver import LEASE, Backoff, Tally, deliver_due
from storage.archive import Archive
from storage.records import Delivery

NOW = datetime.now(UTC).replace(microsecond=0)  # signatures carry the time and are refused when it is far off


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SECRET", SECRET)


def declared(name: str, url: str, **more: str) -> Endpoint:
    return Endpoint.model_validate({"name": name, "kind": "webhook", "url": url} | more)


def endpoint(receiver: LocalReceiver, name: str = "team") -> Endpoint:
    return declared(name, receiver.url, secret="env:TEST_SECRET")


def message(number: int, endpoint: str = "team") -> Delivery:
    return Delivery(
        id=f"msg_{number}", announcement_id=None, version=1, endpoint=endpoint, type="announcement.new",
        payload=f'{{"number": {number}, "word": "未来产业"}}', state="pending", attempts=0, created_at=NOW,
        next_attempt_at=NOW,
    )  # fmt: skip


def deliver(archive: Archive, *endpoints: Endpoint, now: datetime = NOW, backoff: Backoff | None = None) -> Tally:
    return asyncio.run(deliver_due(archive.outbox, endpoints, clock=lambda: now, backoff=backoff))


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
def test_hanging_receiver_is_left_and_recovers(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that does not answer in time counts as failed and gets the message again."""
    monkeypatch.setattr("scheduler.notify.deliver.TIMEOUT_SECONDS", 1.0)
    with open_receiver(["hang"]) as receiver:
        archive.outbox.put([message(0)])
        assert deliver(archive, endpoint(receiver)) == Tally(failed=1)
        (waiting,) = archive.outbox.list(state="pending")
        assert waiting.last_answer == "ReadTimeout"
        assert deliver(archive, endpoint(receiver), now=NOW + timedelta(minutes=1)) == Tally(delivered=1)


def test_dead_endpoint_never_holds_up_another(archive: Archive, receiver: LocalReceiver) -> None:
    """Endpoints fail and succeed on their own."""
    archive.outbox.put([message(0, "dead"), message(1)])
    dead = declared("dead", "http://127.0.0.1:9/hook")
    assert deliver(archive, dead, endpoint(receiver)) == Tally(delivered=1, failed=1)
    assert receiver.accepted == ["msg_1"]


def test_message_dies_after_its_last_try_and_can_be_replayed(archive: Archive) -> None:
    """What no try could deliver is dead, not lost: replaying sends it under the same id."""
    with open_receiver(["500"] * 3) as receiver:
        archive.outbox.put([message(0)])
        for day in range(3):
            deliver(archive, endpoint(receiver), now=NOW + timedelta(minutes=day), backoff=Backoff(tries=3))
        (dead,) = archive.outbox.list(state="dead")
        assert (dead.attempts, dead.last_answer) == (3, "http 500")
        assert archive.outbox.replay(None, now=NOW) == 1
        assert deliver(archive, endpoint(receiver)) == Tally(delivered=1)
        assert set(receiver.ids) == {"msg_0"}


def test_leased_message_is_left_to_its_sender_until_the_lease_passes(archive: Archive) -> None:
    """Two senders never send one message at once; a dead sender's message comes back."""
    archive.outbox.put([message(0)])
    assert archive.outbox.claim("team", now=NOW, lease=LEASE)
    assert archive.outbox.claim("team", now=NOW, lease=LEASE) is None
    assert archive.outbox.claim("team", now=NOW + LEASE, lease=LEASE)


def test_backoff_spreads_over_two_days() -> None:
    """Eighteen waits, growing, none above six hours, at least 48 hours together, then no more."""
    backoff = Backoff()
    waits = [backoff.after(attempts, chance=0.5) for attempts in range(1, backoff.tries)]
    assert all(wait is not None for wait in waits)
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert sum(known, timedelta()) >= timedelta(hours=48)
    assert max(known) == backoff.longest
    assert backoff.after(backoff.tries, chance=0.5) is None


def test_jitter_stays_within_its_share() -> None:
    """Chance moves a wait by at most a fifth, either way."""
    early, late = Backoff().after(1, chance=0), Backoff().after(1, chance=1)
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
    hidden = declared("team", "http://127.0.0.1:9/robot?key=hidden-key", secret="env:TEST_SECRET")
    archive.outbox.put([message(0)])
    deliver(archive, hidden)
    shown = repr(hidden) + repr(archive.outbox.list())
    assert "hidden-key" not in shown
    assert SECRET not in shown
    assert "TEST_SECRET" not in repr(hidden)
