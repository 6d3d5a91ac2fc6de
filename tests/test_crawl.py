"""Crawling a real portal on loopback with the real command."""

from __future__ import annotations

import json
from itertools import pairwise

from conftest import Futurewatch, path_of, publish
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE

CHALLENGE = (
    "<html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;$_ts.cd='q';</script>"
    "<script src='/4QbVtADbnLVIc/c.FxJzG50F.js'></script></head><body></body></html>"
)


def test_first_crawl_fills_the_archive_and_tells_nobody(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """What stood on a portal before anyone watched is archived, an announcement included, without an alert."""
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *GOVERNMENT, PRESS_CONFERENCE)
    run = futurewatch.crawl("--deliver")
    assert (run["outcome"], run["listed"], run["new"]) == ("ok", 4, 4)
    assert receiver.tries == []


def test_new_announcement_is_told_once(watched: Futurewatch, receiver: LocalReceiver) -> None:
    """An announcement that appears later reaches the endpoint once, and no later crawl repeats it."""
    run = watched.crawl("--deliver")
    assert run["announcements"] == 1
    watched.crawl("--deliver")
    assert len(receiver.accepted) == 1
    _, message, _ = receiver.tries[0]
    said = message["data"]["announcement"]
    assert message["type"] == "announcement.new"
    assert said["region"] == {"code": "460000", "name": "海南省"}
    assert said["policy_titles"] == ["海南省未来产业培育行动计划（2026—2030年）"]
    assert said["score"] >= said["threshold"]
    assert {target["year"] for target in said["targets"]} == {2028, 2030}
    assert said["articles"][0]["source"] == "hi-gov"


def test_known_articles_are_not_fetched_again(watched: Futurewatch, portal: LocalPortal) -> None:
    """A second crawl asks for the listing and for the new article only."""
    watched.crawl()
    watched.crawl()
    for sample in (*GOVERNMENT[:2], PRESS_CONFERENCE):
        assert len(portal.asked(path_of(sample))) == 1


def test_unchanged_listing_is_asked_conditionally(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A listing page with an ETag costs a 304 when nothing is new, and that is reported."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT, etag='"v1"')
    futurewatch.crawl()
    assert futurewatch.crawl()["outcome"] == "unchanged"
    assert portal.asked("/zwgk/")[-1].headers["if-none-match"] == '"v1"'


def test_same_answer_is_not_read_again(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A server without validators: the very bytes of before are unchanged, and one more row is found."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2])
    assert futurewatch.crawl()["outcome"] == "ok"
    assert futurewatch.crawl()["outcome"] == "unchanged"
    publish(portal, *GOVERNMENT)
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"]) == ("ok", 1)


def test_article_that_failed_is_fetched_once_it_is_due_though_the_listing_is_unchanged(
    portal: LocalPortal, futurewatch: Futurewatch
) -> None:
    """A 304 never hides an article that could not be fetched: it stays due until the archive has it."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE, etag='"v1"')
    page = portal.replies.pop(path_of(PRESS_CONFERENCE))
    assert futurewatch.crawl()["new"] == 2
    portal.replies[path_of(PRESS_CONFERENCE)] = page
    assert futurewatch.crawl()["new"] == 0  # not due yet: five minutes
    _make_links_due(futurewatch)
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"]) == ("unchanged", 1)


def test_robots_are_obeyed_and_we_say_who_we_are(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """robots.txt comes first, what it forbids is never asked for, and every request names a contact."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT)
    portal.serve("/robots.txt", f"User-agent: *\nDisallow: {path_of(GOVERNMENT[0])}\n")
    futurewatch.crawl()
    assert portal.log[0].path == "/robots.txt"
    assert not portal.asked(path_of(GOVERNMENT[0]))
    assert portal.asked(path_of(GOVERNMENT[1]))
    assert all("watch@example.org" in request.headers["user-agent"] for request in portal.log)


def test_robots_are_kept_between_rounds(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """robots.txt is asked for once in 24 hours, by several processes together."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT)
    futurewatch.crawl()
    futurewatch.crawl()
    assert len(portal.asked("/robots.txt")) == 1


def test_requests_keep_their_distance(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """The portal never sees two requests closer than its Crawl-delay."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT)
    portal.serve("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
    futurewatch.crawl()
    gaps = [later.at - sooner.at for sooner, later in pairwise(portal.log)]
    assert len(gaps) >= 4
    assert min(gaps) >= 0.3


def test_retry_after_is_kept(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A 429 with Retry-After buys the portal that silence, and the page is asked for again after it."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT)
    portal.serve("/zwgk/", "slow down", status=429, headers={"Retry-After": "1"})
    process = futurewatch.start("crawl", "--json")
    while not portal.asked("/zwgk/"):
        assert process.poll() is None
    publish(portal, *GOVERNMENT)
    (run,) = json.loads(process.communicate(timeout=30)[0])
    first, second = portal.asked("/zwgk/")
    assert second.at - first.at >= 1
    assert run["outcome"] == "ok"


def test_long_silence_outlasts_the_process(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A Retry-After of an hour is kept by the next process too."""
    futurewatch.configure(portal)
    portal.serve("/zwgk/", "slow down", status=429, headers={"Retry-After": "3600"})
    assert futurewatch.crawl(code=1)["outcome"] == "error"
    asked = len(portal.log)
    run = futurewatch.crawl(code=1)
    assert "silence" in run["error"]
    assert len(portal.log) == asked


def test_gb18030_page_that_claims_gb2312_is_read_exactly(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Characters that GB2312 lacks survive a wrong declaration."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT, encoding="gb18030")
    futurewatch.crawl()
    titles = {json.loads(line)["title"] for line in futurewatch.run("export").splitlines()}
    assert titles == {sample.title for sample in GOVERNMENT}


def test_challenge_is_reported_and_never_an_article(watched: Futurewatch, portal: LocalPortal) -> None:
    """A portal that shows a script challenge is `blocked`, with exit code 1, and nothing of it is stored."""
    before = watched.run("export")
    portal.serve("/zwgk/", CHALLENGE, status=412)
    assert watched.crawl(code=1)["outcome"] == "blocked"
    assert watched.run("export") == before


def test_listing_without_rows_is_no_success(watched: Futurewatch, portal: LocalPortal) -> None:
    """A listing page that lists nothing is `empty`, which is an exit code of 1."""
    portal.serve("/zwgk/", "<html><body><div id='nav'><a href='/'>首页</a></div></body></html>")
    assert watched.crawl(code=1)["outcome"] == "empty"


def test_hanging_article_does_not_keep_the_others(watched: Futurewatch, portal: LocalPortal) -> None:
    """A page that never answers is left at its timeout; the announcement beside it is found in the same round."""
    late = GOVERNMENT[2]
    publish(portal, *GOVERNMENT, PRESS_CONFERENCE)
    portal.serve(path_of(late), "too late", delay_seconds=8)
    run = watched.crawl()
    assert run["announcements"] == 1
    assert run["seconds"] < 20


def test_private_addresses_are_closed_by_default(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Without leave, loopback is never asked, whatever a source says."""
    futurewatch.configure(portal)
    open_text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(open_text.replace("allow_private_networks = true", ""), encoding="utf-8")
    run = futurewatch.crawl(code=1)
    assert "no public address" in run["error"]
    named = open_text.replace("allow_private_networks = true", "").replace("127.0.0.1", "localhost")
    futurewatch.config.write_text(named, encoding="utf-8")
    run = futurewatch.crawl(code=1)
    assert "no public address" in run["error"]
    assert portal.log == []


def test_unreachable_portal_is_an_error_with_its_reason(futurewatch: Futurewatch) -> None:
    """A portal that nobody serves gives a run with outcome `error`, and exit code 1."""
    futurewatch.configure(LocalPortal(url="http://127.0.0.1:9"))
    run = futurewatch.crawl(code=1)
    assert run["outcome"] == "error"
    assert run["error"]


def _make_links_due(futurewatch: Futurewatch) -> None:
    """Let the time until the next attempt pass."""
    from storage.archive import Archive

    with Archive(futurewatch.archive) as archive:
        archive.db.execute(
            "UPDATE links SET next_attempt_at = '2000-01-01T00:00:00Z' WHERE next_attempt_at IS NOT NULL"
        )
