"""The doctor finds each fault that is planted, and nothing where there is none; endpoints get no message from it."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from queue import SimpleQueue

import pytest

from conftest import Futurewatch
from crawler.network import unreachable
from local_portal import LocalPortal
from local_proxy import open_proxy
from local_receiver import LocalReceiver
from local_workers import open_nats, open_worker
from nats_accounts import user_key
from scheduler.health import doctor, machine
from self_signed import open_self_signed
from storage.archive import Archive
from storage.backup import back_up_into
from storage.records import Cause, Delivery, Outcome, Page, Run
from storage.upkeep.integrity import IntegrityCheck

NOW = datetime.now(UTC).replace(microsecond=0)
DELIVERY = Delivery(
    id="msg_1", announcement_id=None, version=None, endpoint="team", type="digest", payload="{}", state="pending",
    attempts=0, created_at=NOW, next_attempt_at=NOW, reason="",
)  # fmt: skip


@pytest.fixture
def ready(futurewatch: Futurewatch, portal: LocalPortal, receiver: LocalReceiver) -> Futurewatch:
    """A configuration with an endpoint that answers, and an archive whose only source has answered."""
    futurewatch.configure(portal, more=f'[[endpoint]]\nname = "kept"\nkind = "webhook"\nurl = "{receiver.url}"\n')
    futurewatch.config.chmod(0o600)
    with Archive(futurewatch.archive) as archive:
        archive.runs.register([source_row("hi-gov")])
        archive.runs.record(visit_of("hi-gov"))
    return futurewatch


def source_row(id: str) -> dict[str, str]:
    return {"id": id, "name": id, "region": "460000", "level": "province", "kind": "government"}


def visit_of(source: str, outcome: Outcome = "ok", cause: Cause | None = None) -> Run:
    started = NOW - timedelta(hours=1)
    return Run(source=source, started_at=started, finished_at=started, outcome=outcome, cause=cause, listed=1)


def with_endpoint(futurewatch: Futurewatch, url: str) -> None:
    text = futurewatch.config.read_text(encoding="utf-8")
    endpoint = f'[[endpoint]]\nname = "team"\nkind = "webhook"\nurl = "{url}"\n'
    futurewatch.config.write_text(text + endpoint, encoding="utf-8")


def findings(futurewatch: Futurewatch) -> dict[str, tuple[str, ...]]:
    """Examine, and return what was found by check."""
    return {check.name: check.findings for check in examined(futurewatch) if check.findings}


def examined(futurewatch: Futurewatch) -> list[IntegrityCheck]:
    return list(doctor.examine(futurewatch.config, now=NOW))


def test_healthy_installation_has_no_finding(ready: Futurewatch) -> None:
    """Every check is there and holds; for people as a table, for scripts as JSON, exit code 0."""
    said = json.loads(ready.run("doctor", "--json"))
    assert said["holds"] is True
    assert {check["name"] for check in said["checks"]} >= {
        "permissions", "free disk", "endpoints can be reached", "write-ahead log", "schema", "clock",
        "leases of messages", "SQLite's own check", "search index", "hashes of the pages",
    }  # fmt: skip
    assert "all is well" in ready.run("doctor")


def test_findings_are_exit_1(ready: Futurewatch) -> None:
    """One fault is enough, and it stands in the table."""
    ready.config.chmod(0o666)
    assert "can be written by everybody" in ready.run("doctor", code=1)


def test_nobody_to_tell_and_nothing_heard_are_found(ready: Futurewatch) -> None:
    """No endpoint, the sample's contact, an archive whose sources never answered: each is a finding with its remedy."""
    text = ready.config.read_text(encoding="utf-8")
    text = text.replace("watch@example.org", "you@example.org").replace(
        'kind = "webhook"', 'kind = "webhook"\nrole = "operator"'
    )
    ready.config.write_text(text, encoding="utf-8")
    with closing(sqlite3.connect(ready.archive)) as db:
        db.execute("UPDATE runs SET outcome = 'error', cause = 'dns'")
        db.commit()
    said = findings(ready)["alerts reach people"]
    for words in ("no endpoint is configured", "contact is still the sample's", "no source has ever answered"):
        assert sum(words in one for one in said) == 1
    assert "no endpoint is configured" in ready.run("status", code=1)


def test_open_permissions_are_found(ready: Futurewatch, tmp_path: Path) -> None:
    """Others may neither change what decides about alerts, nor read an address or a secret."""
    secret = tmp_path / "secret"
    secret.write_text("0123456789", encoding="utf-8")
    secret.chmod(0o644)
    with_endpoint(ready, f'http://127.0.0.1:9/key"\nsecret = "file:{secret}')
    ready.config.chmod(0o644)
    ready.archive.chmod(0o666)
    assert findings(ready)["permissions"] == (
        f"{ready.archive} can be written by everybody on this machine",
        f'{ready.config} holds an address, and everybody on this machine can read it: chmod 640, or "env:NAME"',
        f"{secret} holds a secret, and others can read it: chmod 600",
    )
    for path in (secret, ready.config, ready.archive):
        path.chmod(0o600)
    assert "permissions" not in findings(ready)


def test_full_disk_is_found(ready: Futurewatch, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be an incident for the daemon is a finding for the doctor."""
    monkeypatch.setattr(machine, "LEAST_FREE", 2**80)
    monkeypatch.setattr(machine, "SHARE_FREE", 1.1)
    (finding,) = findings(ready)["free disk"]
    assert finding.endswith(f"GiB are free in {ready.folder}")


def test_growing_log_is_found(ready: Futurewatch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that never ends keeps the write-ahead log from being folded."""
    monkeypatch.setattr(doctor, "LARGEST_WAL_MB", 0.001)
    with closing(sqlite3.connect(ready.archive)) as reader, Archive(ready.archive) as archive:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM runs").fetchone()
        archive.ticks.tick(NOW)
        assert "archive.db-wal" in findings(ready)["write-ahead log"][0]


def test_backups_that_stopped_are_found(ready: Futurewatch) -> None:
    """A folder that is configured and holds none, or only old ones, is no backup."""
    text = ready.config.read_text(encoding="utf-8").replace('"archive.db"', '"archive.db"\nbackups = "kept"')
    ready.config.write_text(text, encoding="utf-8")
    folder = ready.folder / "kept"
    assert findings(ready)["backups"][0].startswith(f"there is none in {folder}")
    back_up_into(folder, ready.archive, kept=3, now=NOW - timedelta(days=3))
    assert findings(ready)["backups"][0].startswith(f"the newest in {folder} is of ")
    back_up_into(folder, ready.archive, kept=3, now=NOW - timedelta(days=1))
    assert "backups" not in findings(ready)


@pytest.fixture
def silent() -> Iterator[tuple[str, SimpleQueue[bytes]]]:
    """A server that takes connections and says nothing; what it is sent is noted."""
    received: SimpleQueue[bytes] = SimpleQueue()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(3)
                    said = connection.recv(1000)
                    received.put(said)
                    time.sleep(2 if said else 0)  # a greeting is not answered

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", received
        server.shutdown(socket.SHUT_RDWR)


def test_reachable_endpoint_is_sent_nothing(ready: Futurewatch, silent: tuple[str, SimpleQueue[bytes]]) -> None:
    """The doctor connects and hangs up: no message, not a byte."""
    address, received = silent
    with_endpoint(ready, f"http://{address}/a-key-of-a-robot")
    assert "endpoints can be reached" not in findings(ready)
    assert received.get(timeout=5) == b""
    assert received.empty()


def test_unreachable_endpoints_are_found(
    ready: Futurewatch, silent: tuple[str, SimpleQueue[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, unknown, hanging, without its variable: each is said, and no address with it."""
    monkeypatch.setattr(unreachable, "CONNECT_SECONDS", 0.5)
    cases = {
        "http://127.0.0.1:9/a-key-of-a-robot": "endpoint team: it refuses connections",
        "http://nowhere.invalid/a-key-of-a-robot": "endpoint team: its name is not known",
        f"https://{silent[0]}/a-key-of-a-robot": "endpoint team: no answer in time",
        "env:TEST_NOT_SET": "endpoint team: environment variable TEST_NOT_SET is not set",
    }
    plain = ready.config.read_text(encoding="utf-8")
    for url, problem in cases.items():
        ready.config.write_text(plain, encoding="utf-8")
        with_endpoint(ready, url)
        (said,) = findings(ready)["endpoints can be reached"]
        assert said.startswith(problem)
        assert "a-key" not in said


def test_certificate_that_does_not_hold_is_found(ready: Futurewatch, tmp_path: Path) -> None:
    """The connection is checked as a delivery would check it."""
    with open_self_signed(tmp_path) as server:
        with_endpoint(ready, f"{server.url}/a-key-of-a-robot")
        assert findings(ready)["endpoints can be reached"] == ("endpoint team: its certificate does not hold",)


def test_exits_that_do_not_serve_are_found(ready: Futurewatch, tmp_path: Path) -> None:
    """A proxy that is gone, a NATS server with nobody behind it, credentials that others read; a worker heals its."""
    plain = ready.config.read_text(encoding="utf-8")
    seed = tmp_path / "daemon.nk"
    seed.write_bytes(user_key().seed)
    seed.chmod(0o644)
    with open_nats() as nats, open_proxy() as proxy:
        exits = {"gd": f'"proxy"\nurl = "{proxy.url}"', "dead": '"proxy"\nurl = "http://127.0.0.1:9"'}
        exits["sz"] = f'"workers"\nserver = "{nats.url}"\ncredentials = "file:{seed}"'
        tables = "".join(f'\n[[exit]]\nname = "{name}"\nkind = {rest}\n' for name, rest in exits.items())
        ready.config.write_text(plain.replace("[crawl]", '[crawl]\nreaders_at = "sz"') + tables, encoding="utf-8")
        found = findings(ready)
        assert found["exits serve"] == (
            "exit 'dead' cannot serve: the proxy: it refuses connections",
            "exit 'sz' cannot serve: no worker listens there",
        )
        assert any(str(seed) in said for said in found["permissions"])
        with open_worker(nats, tmp_path):
            (_, said) = findings(ready)["exits serve"]
            assert said.startswith("nobody reads pages at exit 'sz', so this machine does: no worker listens")


def test_missing_archive_is_a_finding(ready: Futurewatch) -> None:
    """Before the first crawl there is nothing to examine, and none is made."""
    ready.archive.unlink()
    assert "nothing was crawled yet" in findings(ready)["the archive"][0]
    assert not ready.archive.exists()


def test_file_that_is_no_archive_is_a_finding(ready: Futurewatch) -> None:
    """What cannot be read is named, with exit code 1 as for any other finding."""
    ready.archive.write_text("not a database, but somebody's notes", encoding="utf-8")
    assert findings(ready)["the archive can be read"] == ("file is not a database",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM _sqlite_migrations WHERE name = 'operations'", "older than this program: operations"),
        ("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('futurewatch', 'of_2031', '')",
         "written by a newer program, which added of_2031"),
    ],
)  # fmt: skip
def test_other_schema_is_found_and_left(ready: Futurewatch, change: str, said: str) -> None:
    """An archive of another version is neither upgraded nor taken for damaged."""
    with closing(sqlite3.connect(ready.archive)) as db:
        db.execute(change)
        db.commit()
    before = ready.archive.read_bytes()
    found = findings(ready)
    assert list(found) == ["schema"]
    assert found["schema"][0].startswith(said)
    assert ready.archive.read_bytes() == before


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=10), "600 s ahead of the clocks of 3 portals' answers"),
        (-timedelta(hours=8), "28800 s behind the clocks of 3 portals' answers"),
        (timedelta(seconds=20), ""),
    ],
)
def test_wrong_clock_is_found(ready: Futurewatch, ahead: timedelta, said: str) -> None:
    """The portals' own clocks tell; one of them that is wrong itself does not."""
    with Archive(ready.archive) as archive:
        for number, error in enumerate((timedelta(), timedelta(), timedelta(days=400))):
            page = Page(
                source="s", url=f"http://p{number}.example.org/", final_url="", fetched_at=NOW, status=200,
                headers={"Date": format_datetime(NOW - ahead + error, usegmt=True)}, body=b"",
            )  # fmt: skip
            archive.pages.keep(page)
    assert findings(ready).get("clock", ("",))[0] == said


def test_run_in_the_future_is_found(ready: Futurewatch) -> None:
    """A clock that was set back is known by what was written before."""
    run = Run(
        source="s", started_at=NOW, finished_at=NOW + timedelta(hours=5), outcome="ok", cause=None, listed=1, new=0,
        announcements=0, requests=1, error=None,
    )  # fmt: skip
    with Archive(ready.archive) as archive:
        archive.runs.record(run)
    assert "which is still to come" in findings(ready)["clock"][0]


@pytest.mark.parametrize(
    ("leased", "due", "said"),
    [
        (timedelta(hours=5), timedelta(), "its sender's clock was wrong"),
        (-timedelta(hours=1), -timedelta(hours=1), "nobody delivers: start the daemon"),
        (-timedelta(seconds=20), -timedelta(seconds=50), ""),
    ],
    ids=["held for hours", "left by its sender", "just being sent"],
)
def test_stale_lease_is_found(ready: Futurewatch, leased: timedelta, due: timedelta, said: str) -> None:
    """A message that no living sender is at, and that none will take up, is named."""
    with Archive(ready.archive) as archive:
        archive.outbox.put([replace(DELIVERY, next_attempt_at=NOW + due)])
        assert archive.outbox.claim("team", now=NOW, lease=leased)
    found = findings(ready).get("leases of messages", ("",))
    assert found[0].endswith(said)


def test_repair_makes_the_search_index_anew(watched: Futurewatch) -> None:
    """A text that was changed behind the program's back is found; `--repair` puts the index in step, and it holds."""
    with closing(sqlite3.connect(watched.archive)) as db:
        db.execute("UPDATE articles SET text = text || '后来加上的话'")
        db.commit()
    watched.config.chmod(0o600)
    assert "its words or facts are not those that were indexed" in watched.run("doctor", code=1)
    watched.run("doctor", "--repair")
    watched.run("doctor")


def test_doctor_holds_nobody_up(ready: Futurewatch) -> None:
    """After each check the archive can be written: a daemon goes on meanwhile."""
    with closing(sqlite3.connect(ready.archive, timeout=0.1, isolation_level=None)) as writer:
        for _ in doctor.examine(ready.config, now=NOW):
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("ROLLBACK")
