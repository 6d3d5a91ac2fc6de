"""Workers fetch for a daemon elsewhere: one that is killed, hung or woken, and a server that is gone, lose nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pytest
from scrapy.exceptions import DownloadFailedError
from scrapy.http import HtmlResponse

from builders import sample_page, shipped_lexicon
from conftest import Futurewatch, publish
from crawler.network import hub
from crawler.network.errors import ExitError, PrivateAddressError, SilentWorkerError, cause_of
from crawler.network.exits import orders
from crawler.network.exits.exit import ExitOptions
from crawler.network.exits.worker import clock_fault
from crawler.network.exits.workers import WorkersExit
from crawler.network.hub import Hub
from crawler.network.local import LocalHandler
from crawler.network.requests import request_for
from crawler.reading import InProcess, ReaderProcesses, ReadingError, SharedReader, frames, judge_page
from crawler.reading.frames import Shared, packed_task, written
from crawler.reading.remote import HEAD, UNKNOWN_LEXICON, UNREADABLE, RemoteReading
from forked import be_command
from local_portal import LocalPortal
from local_workers import LocalNats, open_nats, open_worker, until
from scheduler.demo.samples import PRESS_CONFERENCE
from storage.archive import Archive
from storage.records import Page


@dataclass
class Here:
    """As much of this machine as an exit of workers asks for."""

    tls: Literal["modern"] = "modern"


@pytest.fixture
def nats() -> Iterator[LocalNats]:
    with open_nats() as opened:
        yield opened


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker count as dead after 2.5 s, which is longer than its heartbeat, in place of 8."""
    monkeypatch.setattr(hub, "SILENT_AFTER_SECONDS", 2.5)
    monkeypatch.setattr(hub, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(orders, "START_BY_SECONDS", 2.0)


def exit_at(nats: LocalNats) -> WorkersExit:
    return WorkersExit(ExitOptions(name="sz", server=nats.url))


async def fetch(way: WorkersExit, url: str, **meta: object) -> bytes:
    """Return the body of a page that a worker fetches."""
    request = request_for(url, meta={"download_timeout": 5.0, **meta})
    return (await way.fetch(request, cast("LocalHandler", Here()))).body


async def met(way: WorkersExit, url: str) -> tuple[Exception, float]:
    """Return the failure of a fetch, and after how many seconds it came."""
    began = time.monotonic()
    with pytest.raises(Exception) as caught:  # noqa: PT011  the test says which
        await fetch(way, url)
    return caught.value, time.monotonic() - began


def test_source_is_read_through_a_worker(
    futurewatch: Futurewatch, portal: LocalPortal, nats: LocalNats, tmp_path: Path
) -> None:
    """Listing, article and robots.txt leave at the vantage; without a worker the next exit is taken."""
    routes = 'via = { hi-gov = ["sz", "direct"] }'
    exits = f'[[exit]]\nname = "sz"\nkind = "workers"\nserver = "{nats.url}"'
    futurewatch.configure(portal, more=f"{routes}\n{exits}")
    publish(portal, PRESS_CONFERENCE)
    with open_worker(nats, tmp_path) as pid:
        assert futurewatch.crawl()["listed"] == 1
        os.kill(pid, signal.SIGTERM)
    assert futurewatch.crawl()["outcome"] == "unchanged"  # the same bytes, this time through the next exit
    with Archive.existing(futurewatch.archive) as archive:
        assert [row["via"] for row in archive.db.query("SELECT via FROM pages")] == ["sz"]
        first, second = (json.loads(row["exits"]) for row in archive.db.query("SELECT exits FROM runs ORDER BY id"))
    assert list(first) == ["sz"]
    assert (second["sz"][:2], second["direct"][1]) == ([1, 1], 0)


def test_worker_sleeps_and_wakes(portal: LocalPortal, nats: LocalNats, tmp_path: Path, hasty: None) -> None:
    """What a worker finds when it wakes is made again by then: it is left, so the portal is asked once."""
    for path in ("/missed", "/", "/held"):
        portal.serve(path, "well", delay_seconds=0.5)

    async def main(pid: int) -> None:
        way = exit_at(nats)
        assert await fetch(way, f"{portal.url}/") == b"well"
        os.kill(pid, signal.SIGSTOP)
        error, _ = await met(way, f"{portal.url}/missed")
        assert isinstance(error, SilentWorkerError)
        os.kill(pid, signal.SIGCONT)
        assert await fetch(way, f"{portal.url}/") == b"well"
        held = asyncio.create_task(fetch(way, f"{portal.url}/held"))
        await asyncio.sleep(0.1)
        time.sleep(3.0)  # noqa: ASYNC251  the loop is held for longer than a worker may be silent
        assert await held == b"well"  # the reply has come meanwhile, and is not taken for a late one
        await way.close()

    with open_worker(nats, tmp_path) as pid:
        asyncio.run(main(pid))
    assert [len(portal.asked(path)) for path in ("/missed", "/", "/held")] == [0, 2, 1]


def test_worker_that_was_put_out_comes_back(tmp_path: Path) -> None:
    """A worker that slept until the server took it for dead connects again once it wakes, and takes orders."""
    conf = tmp_path / "nats.conf"
    conf.write_text('ping_interval: "200ms"\nping_max: 1\n', encoding="utf-8")
    with open_nats(conf) as nats, open_worker(nats, tmp_path) as pid:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(pid, signal.SIGCONT)
        until(lambda: (tmp_path / "worker.err").read_text(encoding="utf-8").count("takes orders") == 2)


def test_server_is_gone_and_comes_back(portal: LocalPortal, nats: LocalNats, tmp_path: Path) -> None:
    """Orders under way and new ones fail at once as the exit's; the worker connects again by itself."""
    portal.serve("/slow", "slow", delay_seconds=3)
    portal.serve("/", "well")

    async def main() -> None:
        way = exit_at(nats)
        slow = asyncio.create_task(met(way, f"{portal.url}/slow"))
        await asyncio.to_thread(until, lambda: bool(portal.asked("/slow")))
        nats.end()
        error, _ = await slow
        assert (type(error), "server is gone" in str(error)) == (ExitError, True)
        error, seconds = await met(way, f"{portal.url}/")
        assert isinstance(error, ExitError)
        assert seconds < 2
        nats.start()
        body = b""
        while body != b"well":
            try:
                body = await fetch(way, f"{portal.url}/")
            except ExitError:
                await asyncio.sleep(0.1)
        await way.close()

    with open_worker(nats, tmp_path):
        asyncio.run(asyncio.wait_for(main(), 20))


def be_newer(arguments: list[str], environment: dict[str, str], streams: list[Path], folder: Path) -> None:
    """Be the command as a later version of the program may be."""
    orders.ORDERS_VERSION = 2
    be_command(arguments, environment, streams, folder)


def test_worker_of_another_version_is_refused(nats: LocalNats, tmp_path: Path) -> None:
    """Daemon and worker meet, and the exit says at once that they do not understand each other."""
    with (
        open_worker(nats, tmp_path, be=be_newer),
        pytest.raises(ExitError, match="its worker writes replies of version 2, not 1"),
    ):
        asyncio.run(exit_at(nats).probe())


@pytest.mark.parametrize(
    ("seconds_left", "said"),
    [(-30, "the order 30 s too late"), (5, ""), (orders.START_BY_SECONDS + 60, "clock is 60 s behind")],
)
def test_clocks_must_agree(seconds_left: float, said: str) -> None:
    """A worker whose clock goes wrong says so, in either direction."""
    fault = clock_fault(seconds_left)
    assert said in fault
    assert bool(said) == bool(fault)


def test_failures_come_back_as_they_were_met(portal: LocalPortal, nats: LocalNats, tmp_path: Path) -> None:
    """A refused connection, too large a page and a name that nobody knows have the cause that they have here."""
    portal.serve("/large", b"x" * 4000)

    async def main() -> dict[str, Any]:
        way = exit_at(nats)
        found = {}
        for name, url, meta in (
            ("refused", "http://127.0.0.1:9/", {}),
            ("large", f"{portal.url}/large", {"download_maxsize": 1000}),
            ("unknown", "http://nobody.invalid/", {}),
        ):
            try:
                await fetch(way, url, **meta)
            except Exception as error:  # noqa: BLE001  their causes are what is compared
                found[name] = cause_of(error)
        await way.close()
        return found

    with open_worker(nats, tmp_path):
        assert asyncio.run(main()) == {"refused": "connection", "large": "size", "unknown": "dns"}


def test_pages_are_read_elsewhere(nats: LocalNats, tmp_path: Path) -> None:
    """With no process free here a worker reads, with our lexicon and the same result; without one this machine does."""
    lexicon, here = shipped_lexicon(), ReaderProcesses(shipped_lexicon())
    page = sample_page(PRESS_CONFERENCE, "http://a.example/zwgk/1.html")

    async def main() -> None:
        hub = Hub(nats.url, None)
        reader = SharedReader(here, lexicon, count=0, hub=hub)
        assert await reader.read(judge_page, page, lexicon) == judge_page(page, lexicon)
        assert reader.elsewhere == 1
        with pytest.raises(ReadingError, match="AttributeError"):
            await reader.read(judge_page, cast("Page", None), lexicon)
        await hub.close()

    async def alone() -> None:
        hub = Hub(nats.url, None)
        reader = SharedReader(cast("ReaderProcesses", InProcess()), lexicon, count=0, hub=hub)
        assert await reader.read(judge_page, page, lexicon) == judge_page(page, lexicon)
        assert reader.elsewhere == 0
        await hub.close()

    with open_worker(nats, tmp_path, "sz", "--read"):
        asyncio.run(main())
    asyncio.run(alone())
    here.close()


def test_only_steps_of_reading_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that came over the network calls only steps, makes only records, and is of this version."""
    shared = Shared.of(shipped_lexicon())
    head = HEAD.pack(shared.sha256.encode(), 0)
    evil = packed_task(os.system, ("true",), {}, shared)
    remote = RemoteReading(1)
    assert asyncio.run(remote.answer(head + evil)) == UNKNOWN_LEXICON
    remote._shared, remote._readers = shared, ReaderProcesses(shared.lexicon)
    assert asyncio.run(remote.answer(head + evil)) == UNREADABLE
    assert asyncio.run(remote.answer(b"")) == UNREADABLE
    monkeypatch.setattr(frames, "VERSION", "0.0.1")
    lexicon = written(shared.lexicon)
    older = HEAD.pack(Shared.of(shared.lexicon).sha256.encode(), len(lexicon)) + lexicon
    monkeypatch.undo()
    assert asyncio.run(remote.answer(older)) == UNREADABLE
    remote.close()


def test_orders_and_replies_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is read again; another version is refused by both sides; an account of a proxy never leaves."""
    headers = {"User-Agent": "me", "Cookie": ["a=1"], "Proxy-Authorization": "Basic x"}
    asked = request_for(
        "http://a.example/列表?q=1", method="POST", body=b"\n\x00", headers=headers, meta={"via": ("sz",)}
    )
    order = orders.written_order(asked, tls="legacy", now=5.0)
    request, tls, start_by = orders.read_order(order)
    assert (request.url, request.method, request.body, tls, start_by) == (asked.url, "POST", b"\n\x00", "legacy", 11.0)
    assert (list(request.headers), request.headers["Cookie"]) == ([b"User-Agent", b"Cookie"], b"a=1")
    answer = HtmlResponse(
        asked.url, status=404, headers={"Set-Cookie": ["a=1", "b=2"]}, body=b"\n{}", flags=["dataloss"]
    )
    read = orders.read_reply(orders.written_answer(answer), asked.url, "sz")
    assert (read.status, read.body, read.flags) == (404, b"\n{}", ["dataloss"])
    assert read.headers.getlist("Set-Cookie") == [b"a=1", b"b=2"]
    for error in (PrivateAddressError("a.example", "10.0.0.1"), DownloadFailedError("broken")):
        with pytest.raises(type(error), match=str(error).replace(".", r"\.")):
            orders.read_reply(orders.written_failure(error), asked.url, "sz")
    with pytest.raises(ExitError, match="cannot be read"):
        orders.read_reply(b"[]", asked.url, "sz")
    monkeypatch.setattr(orders, "ORDERS_VERSION", 2)
    with pytest.raises(ValueError, match="version 2, this one is of 1"):
        orders.read_order(order)
    with pytest.raises(ExitError, match="version"):
        orders.read_reply(orders._packed({"version": 1}, b""), asked.url, "sz")
