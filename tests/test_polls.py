"""Polls of many hosts in one crawl: each visit stays its own, and what has changed is read in a crawl of its host."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Futurewatch, path_of, publish
from local_portal import LocalPortal, article_page, listing_page, open_portal, other_source
from scheduler.demo.samples import GOVERNMENT
from test_daemon import runs, wait_for

NEW = path_of(GOVERNMENT[1])


@pytest.fixture
def second() -> Iterator[LocalPortal]:
    """Another portal, at an address of its own."""
    with open_portal("127.0.0.2") as opened:
        publish(opened, *GOVERNMENT[:1], etag='"1"')
        yield opened


def crawled(futurewatch: Futurewatch, code: int = 0) -> dict[str, str]:
    """Crawl all sources and return how each visit ended."""
    found = json.loads(futurewatch.run("crawl", "--json", code=code))
    return {one["source"]: one["outcome"] for one in found}


def test_one_host_fails_and_the_others_are_polled(
    portal: LocalPortal, second: LocalPortal, futurewatch: Futurewatch
) -> None:
    """A host that answers with an error and one that has moved away harm no other, whatever they share."""
    publish(portal, *GOVERNMENT[:1], etag='"1"')
    with open_portal("127.0.0.3") as third:
        publish(third, *GOVERNMENT[:1], etag='"1"')
        gone = other_source(third).replace("other", "gone")
        futurewatch.configure(portal, more=other_source(second) + gone)
        assert set(crawled(futurewatch).values()) == {"ok"}
    second.serve("/zwgk/", "<h1>500</h1>", status=500)
    assert crawled(futurewatch, code=1) == {"hi-gov": "unchanged", "other": "error", "gone": "error"}
    assert len(portal.asked("/zwgk/")) == 2
    assert len(portal.asked("/robots.txt")) == 1


def test_changed_list_is_asked_for_once_and_its_news_is_fetched(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """The answer of the poll is the one that is read: nobody asks for it again."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1], etag='"1"')
    futurewatch.crawl()
    publish(portal, *GOVERNMENT[:2], etag='"2"')
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"], run["requests"]) == ("ok", 1, 2)
    assert len(portal.asked("/zwgk/")) == 2
    assert futurewatch.crawl()["outcome"] == "unchanged"


def test_cookie_of_a_poll_goes_on_to_the_articles(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A visit keeps its cookies from the poll to the crawl of its host."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1], etag='"1"')
    futurewatch.crawl()
    publish(portal, *GOVERNMENT[:2])
    rows = [(path_of(one), one.title, one.day) for one in reversed(GOVERNMENT[:2])]
    portal.serve("/zwgk/", listing_page(rows), headers={"Set-Cookie": "session=2; Path=/", "ETag": '"2"'})
    futurewatch.crawl()
    assert [one.headers.get("cookie") for one in portal.asked(NEW)] == ["session=2"]


def test_article_that_is_due_is_fetched_though_nothing_changed(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A list that stands does not keep back an article that failed before."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1], etag='"1"')
    path, sample = path_of(GOVERNMENT[0]), GOVERNMENT[0]
    portal.serve(path, "<h1>503</h1>", status=503)
    futurewatch.crawl()
    portal.serve(path, article_page(sample.title, sample.paragraphs, day=sample.day, publisher=sample.publisher))
    _let_be_due(futurewatch.archive)
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"]) == ("unchanged", 1)


def _let_be_due(archive: Path) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE links SET next_attempt_at = '2020-01-01T00:00:00Z' WHERE next_attempt_at IS NOT NULL")


ENDING = """
import json, sys
from pathlib import Path
from scheduler.config import config
from scheduler.config.program import program
from scheduler.daemon import reactor
from scheduler.visits.crawls import Crawls

async def visits(opened):
    crawls = Crawls(opened.context)
    found = [await crawls.visit(opened.sources), await crawls.visit(opened.sources)]
    await crawls._polls["modern"]._crawler.stop_async()  # as after a fault of Scrapy's own
    found.append(await crawls.visit(opened.sources))
    await crawls.stop()
    return [run.outcome for (run,) in found]

settings = config.load(Path(sys.argv[1]))
with program(settings, settings.named(())) as opened:
    print(json.dumps(reactor.run(visits(opened), opened)))
"""


def test_crawl_for_polls_that_has_ended_begins_anew(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A fault that ends the crawl that all hosts share does not keep the next visits from it."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1], etag='"1"')
    command = [sys.executable, "-c", ENDING, str(futurewatch.config)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    assert json.loads(done.stdout.splitlines()[-1]) == ["ok", "unchanged", "unchanged"], done.stderr
    assert len(portal.asked("/zwgk/")) == 3


CLOSED_AT_ITS_BEGINNING = """
import asyncio, sys
from pathlib import Path
from scrapy import signals
from scheduler.config import config
from scheduler.config.program import program
from scheduler.daemon import reactor
from scheduler.visits.polls import PollCrawl

async def closed(opened):
    poll = PollCrawl(opened.context, "modern")
    spider = asyncio.ensure_future(poll._spider())
    while poll._crawler is None:
        await asyncio.sleep(0)
    ending = []
    async def end():  # Scrapy waits for this handler: its engine has said that it starts, and does not run yet
        ending.append(asyncio.ensure_future(poll.close()))
        for _ in range(5):
            await asyncio.sleep(0)
    poll._crawler.signals.connect(end, signal=signals.engine_started)
    await spider
    await asyncio.wait_for(ending[0], 20)
    return "closed"

settings = config.load(Path(sys.argv[1]))
with program(settings, settings.named(())) as opened:
    print(reactor.run(closed(opened), opened))
"""


def test_crawl_for_polls_that_is_ended_as_it_begins_ends(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """The program may be told to end between Scrapy's word that its engine starts and the engine's start."""
    futurewatch.configure(portal)
    command = [sys.executable, "-c", CLOSED_AT_ITS_BEGINNING, str(futurewatch.config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.stdout.splitlines()[-1:] == ["closed"], done.stderr[-2000:]


@pytest.mark.slow  # a daemon makes several visits
def test_daemon_forgets_cookies_between_visits_and_ends_during_a_poll(
    portal: LocalPortal, futurewatch: Futurewatch
) -> None:
    """The crawl for polls lives as long as the daemon, cookies as long as their visit; the end waits for a poll."""
    futurewatch.configure(portal, more="[schedule]\nevery = '1s'\nshortest = '1s'\nadaptive = false\n")
    rows = [(path_of(one), one.title, one.day) for one in GOVERNMENT[:1]]
    publish(portal, *GOVERNMENT[:1])
    portal.serve("/zwgk/", listing_page(rows), headers={"Set-Cookie": "session=3; Path=/"})
    process = futurewatch.start("run", "--log", "json")
    try:
        wait_for(lambda: len(runs(futurewatch)) >= 3, process)
        portal.serve("/zwgk/", listing_page(rows), delay_seconds=1.5)
        before = len(portal.asked("/zwgk/"))
        wait_for(lambda: len(portal.asked("/zwgk/")) > before, process)
        kept = len(runs(futurewatch))
        process.terminate()
        _, log = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, log
    assert [one.headers.get("cookie") for one in portal.asked("/zwgk/")] == [None] * len(portal.asked("/zwgk/"))
    assert len(runs(futurewatch)) == kept + 1
    assert runs(futurewatch)[-1]["outcome"] == "unchanged"
