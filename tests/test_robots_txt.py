"""robots.txt as RFC 9309 says: in the way only where it speaks, and named wherever it is what fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from conftest import Futurewatch, path_of, publish
from crawler.detect.lexicon import load_lexicon
from crawler.network.errors import RobotsUnreachableError
from crawler.network.hosts import Hosts
from crawler.network.middlewares import RobotsMiddleware
from crawler.network.requests import request_for
from crawler.network.settings import CrawlSettings
from crawler.reading import Permission, ReaderProcesses, ReadingLimits, permission
from crawler.visit import Context
from local_portal import LocalPortal
from scheduler.demo.samples import GOVERNMENT
from storage.archive import Archive
from storage.host_rules import Robots

FORBIDDEN = path_of(GOVERNMENT[0])
RULES = f"User-agent: *\nDisallow: {FORBIDDEN}\n"


@pytest.fixture
def published(portal: LocalPortal, futurewatch: Futurewatch) -> LocalPortal:
    """A portal with two articles, one of which its rules forbid."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    return portal


def redirect(portal: LocalPortal, path: str, to: str) -> None:
    portal.serve(path, "", status=302, headers={"Location": to})


def test_robots_that_leads_to_itself_is_none(published: LocalPortal, futurewatch: Futurewatch) -> None:
    """After five redirects in a row it is as if there were no robots.txt: the portal is read."""
    redirect(published, "/robots.txt", "/robots.txt")
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"]) == ("ok", 2)
    assert len(published.asked("/robots.txt")) == 6


def test_robots_behind_five_redirects_counts(published: LocalPortal, futurewatch: Futurewatch) -> None:
    """Rules that are found within five redirects are obeyed."""
    for number, path in enumerate(["/robots.txt", "/r1", "/r2", "/r3", "/r4"]):
        redirect(published, path, f"/r{number + 1}")
    published.serve("/r5", RULES)
    assert futurewatch.crawl()["new"] == 1
    assert not published.asked(FORBIDDEN)


def test_long_robots_is_read_in_part(published: LocalPortal, futurewatch: Futurewatch) -> None:
    """Of a file beyond 500 KiB the beginning is obeyed, however large the file is; what follows is not waited for."""
    published.serve("/robots.txt", RULES + "# x\n" * (11 * 262_144))
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"], run["failed"]) == ("ok", 1, 1)
    with Archive(futurewatch.archive) as archive:
        kept = archive.host_rules.robots(published.url.partition("://")[2])
    assert kept is not None
    assert 500 * 1024 <= len(kept.text) < 600 * 1024


def test_robots_with_a_server_error_is_named(published: LocalPortal, futurewatch: Futurewatch) -> None:
    """Nothing is fetched while it cannot be had; the cause is robots.txt, not the page; the next visit asks again."""
    published.serve("/robots.txt", "", status=500)
    run = futurewatch.crawl(code=1)
    assert (run["outcome"], run["cause"]) == ("error", "robots")
    assert "robots.txt" in run["error"]
    assert "http 500" in run["error"]
    assert not published.asked("/zwgk/")
    published.serve("/robots.txt", RULES)
    assert futurewatch.crawl()["new"] == 1


def test_host_that_does_not_answer_is_not_blamed_on_rules(futurewatch: Futurewatch) -> None:
    """A host that is down stays a host that is down, with the file that was asked for first in the text."""
    futurewatch.configure(LocalPortal(url="http://127.0.0.1:9"))
    run = futurewatch.crawl(code=1)
    assert run["cause"] == "connection"
    assert "robots.txt" in run["error"]


@pytest.mark.parametrize("status", [401, 404, 429])
def test_robots_that_is_refused_forbids_nothing(
    published: LocalPortal, futurewatch: Futurewatch, status: int
) -> None:  # fmt: skip
    """Any 4xx means that there are no rules."""
    published.serve("/robots.txt", "User-agent: *\nDisallow: /\n", status=status, headers={"Retry-After": "0"})
    assert futurewatch.crawl()["new"] == 2


def test_rules_of_before_serve_while_new_ones_cannot_be_had(published: LocalPortal, futurewatch: Futurewatch) -> None:
    """A copy of up to thirty days stands in for a robots.txt that fails; an older one does not."""
    host = published.url.partition("://")[2]
    published.serve("/robots.txt", "", status=503)
    for days, outcome in ((31, "error"), (29, "ok")):
        with Archive(futurewatch.archive) as archive:
            then = datetime.now(UTC) - timedelta(days=days)
            archive.host_rules.remember_robots(host, Robots(text=RULES, fetched_at=then))
        assert futurewatch.crawl(code=0 if outcome == "ok" else 1)["outcome"] == outcome
    assert not published.asked(FORBIDDEN)


def test_failed_robots_is_not_asked_for_each_page(published: LocalPortal, futurewatch: Futurewatch) -> None:
    """Pages that wait for the same rules share one failure: a visit does not hammer a host that is in trouble."""
    futurewatch.crawl()
    publish(published, *GOVERNMENT)
    with Archive(futurewatch.archive) as archive:
        archive.db.execute("UPDATE hosts SET robots_fetched_at = '2000-01-01T00:00:00Z'")
        archive.db.execute("UPDATE links SET next_attempt_at = '2000-01-01T00:00:00Z'")
    published.serve("/robots.txt", "", status=500)
    before = len(published.asked("/robots.txt"))
    futurewatch.crawl(code=1)
    assert len(published.asked("/robots.txt")) - before == 2  # the second is the one retry of every request


LOOP_HELD_SECONDS = 20  # on a busy machine; read on the loop itself, the file holds it for minutes
MANY_AGENTS = "".join(f"User-agent: agent{n}\n" for n in range(12_000))


@pytest.fixture
def context() -> Iterator[Context]:
    """What a crawl shares, with a reader that may take one second."""
    lexicon = load_lexicon()
    reader = ReaderProcesses(lexicon, limits=ReadingLimits(seconds=1))
    with Archive.in_memory() as archive:
        yield Context(
            archive=archive, hosts=Hosts(archive.host_rules, delay_seconds=0), lexicon=lexicon, notify=lambda *_: (),
            settings=CrawlSettings(), alert_first_crawl=False, reader=reader,
        )  # fmt: skip
    reader.close()


def test_robots_that_no_reader_finishes(context: Context) -> None:
    """Thousands of agents over thousands of rules are read apart, within a reader's limits, once: the loop turns."""
    bomb = MANY_AGENTS + "Disallow: /x\n" * 20_000
    context.archive.host_rules.remember_robots("h.example", Robots(text=bomb, fetched_at=datetime.now(UTC)))
    crawler = SimpleNamespace(spider=SimpleNamespace(context=context))
    middleware = RobotsMiddleware(crawler, "FutureWatch/0.1")  # type: ignore[arg-type]  # all that it asks of a crawler

    async def ask(path: str) -> float:
        """Ask for a page and return the longest that the loop stood still meanwhile, in seconds."""
        asking = asyncio.create_task(middleware.process_request(request_for(f"http://h.example{path}")))
        longest, last = 0.0, time.monotonic()
        while not asking.done():
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        with pytest.raises(RobotsUnreachableError, match="reading took longer than 1 s"):
            await asking
        return longest

    assert asyncio.run(ask("/1.html")) < LOOP_HELD_SECONDS
    context.reader.close()
    assert asyncio.run(ask("/2.html")) < LOOP_HELD_SECONDS  # it is known by now: no reader is asked


def test_long_robots_is_obeyed_by_readers(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A file of many rules forbids what it names, whoever reads it, and its Crawl-delay is known."""
    text = "".join(f"User-agent: bot{n}\nDisallow: /\n" for n in range(2000)) + RULES + "Crawl-delay: 2\n"
    said = permission(text, f"{portal.url}{FORBIDDEN}", "FutureWatch/0.1.0 (+watch@example.org)")
    assert said == Permission(is_given=False, crawl_delay_seconds=2.0)
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    portal.serve("/robots.txt", text.replace("Crawl-delay: 2", "Crawl-delay: 0.1"))
    assert futurewatch.crawl()["new"] == 1
    assert not portal.asked(FORBIDDEN)
