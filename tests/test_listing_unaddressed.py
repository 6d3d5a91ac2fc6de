"""JSON lists whose rows have an id and no address: it is built from a pattern, or the missing line is named."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from crawler.detect.lexicon import load_lexicon
from crawler.listing import ListEndpoint, ListingRules, find_endpoint, propose_link, read_listing
from crawler.listing.patterns import patterns_in
from crawler.sources import Source
from listing_pages import HOST, page, policy, read
from scheduler.sources.trial import try_source
from storage.records import Page

IDS = [f"8a7e9dd09ea4f724019f6ef338c5238{n}" for n in range(6)]
WANTED = [f"{HOST}/site/detail?noticeId={one}" for one in IDS]


def answer(**more: Any) -> str:
    """Return a JSON list as a portal serves it."""
    rows = [
        {"id": 7000 + n, "noticeId": IDS[n], "title": policy(n), "noticeTime": f"2026-11-2{n} 16:19:02"} | more
        for n in range(6)
    ]
    return json.dumps({"code": "200", "data": {"total": 6, "rows": rows}}, ensure_ascii=False)


@pytest.mark.parametrize(
    "script",
    [
        "location.href = '/site/detail?noticeId=' + item.noticeId;",
        'window.open("/site/detail?noticeId=" + row.noticeId)',
        "const url = `/site/detail?noticeId=${row.noticeId}`;",
        '<a href="/site/detail?noticeId={{ item.noticeId }}" target="_blank">{{item.title}}</a>',
        "html += '<li><a href=\"' + '/site/detail?noticeId=' + data[i].noticeId + '\">'",
        "<a href='/site/detail?noticeId=<%= o.noticeId %>'><%= o.title %></a>",
        ":href=\"'/site/detail?noticeId=' + it.noticeId\"",
        "a.attr('href', '/site/detail?noticeId='+list[0].noticeId)",
        "<a href='/site/detail?noticeId=[[n.noticeId]]'>",
        "goto('https://www.haizhou.example/site/detail?noticeId=' + notice_id.noticeId)",
    ],
)
def test_pattern_in_the_portals_script(script: str) -> None:
    """The address that the portal's script puts together becomes the address of each row."""
    shell = f"<html><body><div id='app'></div><script>{script}</script></body></html>"
    listing = read_listing(page(answer(), "/api/list"), None, patterns_in(shell))
    assert [link.url for link in listing.links] == WANTED
    assert [link.title for link in listing.links] == [policy(n) for n in range(6)]
    assert str(listing.links[1].date) == "2026-11-21"


@pytest.mark.parametrize(
    "script",
    [
        "$.get('/api/detail?noticeId=' + row.noticeId)",
        "img.src = '/upload/' + row.noticeId + '.jpg'",
        "location.href = '/site/detail?noticeId=' + other.missing",
        "'共' + total + '条'",
        "'/site/column?code=' + item.code",
    ],
)
def test_script_that_builds_no_article_address(script: str) -> None:
    """Requests, pictures, and addresses of other things are no pattern for these rows: the list says what it misses."""
    listing = read_listing(page(answer(code="A1"), "/api/list"), None, patterns_in(f"<script>{script}</script>"))
    assert (listing.state, listing.links, listing.rows_seen, listing.unusable) == ("script_list", (), 6, 6)
    assert "6 rows without an address" in (listing.reason or "")
    assert "{id} in place of its id" in (listing.reason or "")


def test_line_of_the_source() -> None:
    """`link` with keys in braces gives the rows their addresses, with and without a path to the rows."""
    pattern = "/site/detail?noticeId={noticeId}"
    for rules in (ListingRules(link=pattern), ListingRules(link=pattern, rows="data.rows", title="title")):
        assert [link.url for link in read_listing(page(answer(), "/api/list"), rules).links] == WANTED


@pytest.mark.parametrize(
    "known",
    [WANTED[2], f"{HOST}/site/detail?noticeId=0123456789abcdef", f"{HOST}/site/detail?noticeId=zz-99&from=list"],
)
def test_pattern_from_a_known_article(known: str) -> None:
    """The pattern is read off the address of an article of these rows, or of an earlier one by the name of its id."""
    proposal = propose_link(page(answer(), "/api/list"), [], [known])
    assert proposal is not None
    assert proposal.rules.link.startswith(f"{HOST}/site/detail?noticeId={{noticeId}}")
    assert len(proposal.links) == 6


def test_nothing_tells_the_pattern() -> None:
    """Without a pattern nothing is proposed: an address is never guessed."""
    assert propose_link(page(answer(), "/api/list"), [page("<html></html>")], [f"{HOST}/about.html"]) is None


def test_state_of_an_application_with_ids_only() -> None:
    """A page that carries its rows in its state and the pattern in its template is read."""
    state = f"<script>window.__DATA__ = {answer()};</script>"
    script = "<script>go('/site/detail?noticeId='+x.noticeId)</script>"
    assert [link.url for link in read(f"<div id='app'></div>{state}{script}").links] == WANTED


def test_endpoint_hands_the_patterns_on() -> None:
    """The page that leads to a JSON list hands on how it builds the addresses."""
    shell = (
        "<html><body><div id='app'></div><script>$.getJSON('/data/list.json');"
        "function open(r){location.href='/site/detail?noticeId='+r.noticeId}</script></body></html>"
    )
    endpoint = find_endpoint(page(shell))
    assert endpoint is not None
    assert endpoint.patterns == ("/site/detail?noticeId={noticeId}",)


@pytest.mark.parametrize("menu", [{"title": "首页"}, {"title": "政务公开"}, {"name": "广东省"}])
def test_menu_is_no_list(menu: dict[str, str]) -> None:
    """Objects with an id and a short name are no rows."""
    assert read(json.dumps([{"id": n} | menu for n in range(9)])).state == "empty"


def tried(source: Source, pages: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the lines that a trial proposes, and its problems."""

    async def fetch(wanted: ListEndpoint) -> Page:
        return page(pages.get(wanted.url, "<html></html>"), wanted.url)

    trial = asyncio.run(try_source(source, fetch, load_lexicon()))
    return [proposal.rules.link for one in trial.listings for proposal in one.proposals], list(trial.problems)


def source_of(**more: str) -> Source:
    fields = {"id": "hz", "name": "海州市", "region": "440100", "level": "city", "kind": "government"}
    return Source.model_validate(fields | {"listings": [f"{HOST}/api/list"], "format": "json"} | more)


def test_trial_proposes_the_line() -> None:
    """`sources test` proposes the line from the article that the source names, else from the portal's home page."""
    shell = "<script>open('/site/detail?noticeId=' + row.noticeId)</script>"
    by_example, _ = tried(source_of(example=f"{HOST}/site/detail?noticeId=77ab99"), {f"{HOST}/api/list": answer()})
    by_home, problems = tried(source_of(), {f"{HOST}/api/list": answer(), f"{HOST}/": shell})
    assert by_example == [f"{HOST}/site/detail?noticeId={{noticeId}}"]
    assert by_home == ["/site/detail?noticeId={noticeId}"]
    assert "6 rows without an address" in problems[0]


def test_trial_with_the_line_has_rows() -> None:
    """With the line the source can be watched."""
    source = source_of(link="/site/detail?noticeId={noticeId}")
    lines, problems = tried(source, {f"{HOST}/api/list": answer()})
    assert lines == []
    assert not any("without an address" in problem for problem in problems)
