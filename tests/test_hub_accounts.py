"""Daemon and workers reach a NATS server that wants accounts and TLS; what is wrong with either is said clearly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.network import hub_connection
from crawler.network.exits.exit import ExitOptions
from crawler.network.exits.workers import WorkersExit
from crawler.network.hub import Hub, HubService
from crawler.network.hub_connection import HubError
from local_workers import LocalNats, open_nats, open_worker, until
from nats_accounts import Key, signed_accounts, user_key
from self_signed import self_signed

WORKER, DAEMON, STRANGER = user_key(), user_key(), user_key()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNats]:
    """A server with TLS and two accounts, each allowed its own part only, as docs/exits.md shows."""
    folder = tmp_path_factory.mktemp("nats")
    self_signed(folder)
    conf = folder / "nats.conf"
    conf.write_text(f"""
tls {{ cert_file: "{folder}/server.pem", key_file: "{folder}/server.pem" }}
authorization {{ users = [
  {{ nkey: {DAEMON.name}, permissions: {{ publish: "futurewatch.>", subscribe: "_INBOX.>" }} }}
  {{ nkey: {WORKER.name}, permissions: {{ publish: "_INBOX.>", subscribe: "futurewatch.fetch.sz" }} }}
] }}""", encoding="utf-8")  # fmt: skip
    with open_nats(conf, scheme="tls") as nats:
        yield nats


async def echoed(question: bytes) -> bytes:
    """Answer a question with itself."""
    return question


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine have time for TLS."""
    monkeypatch.setattr(hub_connection, "CONNECT_SECONDS", 30.0)


def kept(folder: Path, key: Key) -> Path:
    """Write the seed of a key into a file, as `nk -gen user` does."""
    path = folder / f"{key.name[:8]}.nk"
    path.write_bytes(key.seed + b"\n")
    return path


def met(server: str, credentials: Path | None = None) -> str:
    """Return what is said where a server cannot be used."""
    with pytest.raises(HubError) as caught:
        asyncio.run(Hub(server, credentials).connect())
    return str(caught.value).removeprefix("the NATS server cannot be used: ")


def test_worker_serves_with_account_and_tls(strict: LocalNats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have an nkey, and the certificate is of an authority of one's own; each may do its own part only."""
    monkeypatch.setenv("SSL_CERT_FILE", str(strict.conf.parent / "server.pem"))

    async def main() -> None:
        way = WorkersExit(ExitOptions(name="sz", server=strict.url, credentials=kept(tmp_path, DAEMON)))
        await way.probe()
        await way.close()
        hub = Hub(strict.url, kept(tmp_path, DAEMON))
        with pytest.raises(HubError, match=r"does not permit it.*another\.subject"):
            await hub.ask("another.subject", b"{}", most_seconds=5)

    with open_worker(strict, tmp_path, "sz", "--credentials", str(kept(tmp_path, WORKER))):
        asyncio.run(main())


def test_worker_at_another_vantage_is_refused(
    strict: LocalNats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that may not listen says so, and not that it takes orders."""
    monkeypatch.setenv("SSL_CERT_FILE", str(strict.conf.parent / "server.pem"))

    async def main() -> None:
        ending = asyncio.Event()
        service = HubService(subject="futurewatch.fetch.gd", queue="gd", answer=echoed, too_large=bytes)
        running = asyncio.create_task(service.run(strict.url, kept(tmp_path, WORKER), ending))
        await asyncio.to_thread(until, lambda: "does not permit it" in caplog.text)
        ending.set()
        await running

    asyncio.run(main())
    assert "takes orders" not in caplog.text


def test_signed_credentials_are_read(tmp_path: Path) -> None:
    """A `.creds` file opens a server of an operator; another operator's does not."""
    conf, credentials = signed_accounts()
    (tmp_path / "nats.conf").write_text(conf, encoding="utf-8")
    (tmp_path / "own.creds").write_text(credentials, encoding="utf-8")
    (tmp_path / "other.creds").write_text(signed_accounts()[1], encoding="utf-8")

    async def main(server: str) -> None:
        hub = Hub(server, tmp_path / "own.creds")
        assert (await hub.connect()).is_connected
        await hub.close()

    with open_nats(tmp_path / "nats.conf") as nats:
        asyncio.run(main(nats.url))
        assert met(nats.url, tmp_path / "other.creds") == "it refuses our credentials"


def test_faults_are_told_apart(strict: LocalNats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown authority, wrong account, none, a file that is none, a server that is not there or offers no TLS."""
    assert "its certificate does not hold (self-signed certificate)" in met(strict.url, kept(tmp_path, WORKER))
    monkeypatch.setenv("SSL_CERT_FILE", str(strict.conf.parent / "server.pem"))
    assert met(strict.url, kept(tmp_path, STRANGER)) == met(strict.url) == "it refuses our credentials"
    (tmp_path / "none.creds").write_text("secret", encoding="ascii")
    assert "holds neither credentials" in met(strict.url, tmp_path / "none.creds")
    assert "cannot be read (FileNotFoundError)" in met(strict.url, tmp_path / "absent.creds")
    assert met("nats://127.0.0.1:9") == "it refuses connections"
    with open_nats() as plain:
        assert met(f"tls://127.0.0.1:{plain.port}") == "it offers no TLS, and tls:// asks for it"
