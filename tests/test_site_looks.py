"""A site's own search and its sitemaps as further paths: what they show that the archive lacks is found by them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from builders import page_of, run_of, shipped_lexicon, source_of
from conftest import Futurewatch, publish
from crawler.cms.site_search import asking
from crawler.listing import read_listing
from crawler.listing.site_paths import find_search, read_sitemap_page, sitemaps_named
from crawler.sources.to_toml import written
from crawler.toml import ConfigurationError
from local_portal import LocalPortal, article_page, listing_page, open_portal
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.reports.brief import brief_of
from scheduler.reports.brief_text import as_markdown
from scheduler.reports.period import week_of
from scheduler.sources.audit import audit
from scheduler.sources.look_at_sites import MOST_WORDS_ASKED, sites_of
from scheduler.sources.weekly_audit import audited_week, due_sites
from storage.archive import Archive
from storage.records import BEIJING
from storage.site_looks import SiteLook

TODAY = datetime.now(BEIJING).date()
DAY = (TODAY - timedelta(days=2)).isoformat()
OLD = (TODAY - timedelta(days=300)).isoformat()
SAMPLE = PRESS_CONFERENCE
TITLES = ("海南省未来产业培育行动计划印发实施", "海南省未来产业培育行动计划政策解读", "海南省召开未来产业发展座谈会")
PATHS = tuple(f"/zwgk/{DAY[:4]}{DAY[5:7]}/t{DAY.replace('-', '')}_{n}.html" for n in (71, 72, 73))
WORDS = shipped_lexicon().core.terms[:MOST_WORDS_ASKED]


def json_rows(site: str, *, title: str = "title", url: str = "url", day: str) -> list[dict[str, str]]:
    """Return three rows under a system's names for title, address and day; the last is of last year."""
    days = (f"{DAY} 09:30:00", f"{DAY} 08:00:00", f"{OLD} 08:00:00")
    return [
        {title: said.replace("未来产业", "<em>未来产业</em>"), url: site + path, day: at}
        for said, path, at in zip(TITLES, PATHS, days, strict=True)
    ]


def jpaas(url: str) -> str:
    rows = json_rows(url, day="deploytime")
    return json.dumps({"data": {"searchResult": {"dataResults": [{"groupData": [{"data": row}]} for row in rows]}}})


def jsearch(url: str) -> str:
    """Return rows of jsearchfront: markup each, with links that count the visit."""
    rows = [
        f'<div class="jcse-result-box"><div class="jcse-news-title"><a href="visit/link.do?url='
        f'{(url + path).replace(":", "%3A").replace("/", "%2F")}&amp;q=x&amp;title={title}">{title}</a></div>'
        f'<div class="jcse-news-other-info"><span class="jcse-news-date">{day}</span></div></div>'
        for title, path, day in zip(TITLES, PATHS, (DAY, DAY, OLD), strict=True)
    ]
    return json.dumps({"total": 3, "result": rows}, ensure_ascii=False)


def igs(url: str) -> str:
    return json.dumps({"page": {"content": json_rows(url, day="trs_time"), "total": "3"}})


def irs(url: str) -> str:
    rows = json_rows(url, day="time")
    return json.dumps(
        {"success": True, "data": {"middle": {"listAndBox": [{"type": "DATA", "data": one} for one in rows]}}}
    )


def gd(url: str) -> str:
    rows = json_rows(url, url="post_url", day="pub_time")
    return json.dumps({"errcode": 0, "data": {"news": {"total": 3, "list": rows}}})


def search5(url: str) -> str:
    return json.dumps({"searchResultAll": {"total": 3, "searchTotal": json_rows(url, day="pubDate")}})


def unified(url: str) -> str:
    rows = json_rows(url, title="titleO", day="docDate")
    return json.dumps({"ok": True, "totalHits": 3, "resultDocs": [{"data": row} for row in rows]})


def gov_cn(url: str) -> str:
    rows = json_rows(url, day="pubtimeStr")
    return json.dumps({"searchVO": {"catMap": {"gongwen": {"listVO": rows[:2]}, "bumenfile": {"listVO": rows[2:]}}}})


def html_rows(_: str) -> str:
    return listing_page(zip(PATHS, TITLES, (DAY, DAY, OLD), strict=True))


FORM = '<form action="{action}"{method}>{hidden}<input type="text" name="{field}"></form>'


def form(action: str, field: str, method: str = "", **hidden: str) -> str:
    """Return a search form with hidden fields."""
    fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in hidden.items())
    return FORM.format(action=action, hidden=fields, field=field, method=f' method="{method}"' if method else "")


# By family: what a home page writes, what its search answers, and where it is asked.
SEARCHES: dict[str, tuple[str, Callable[[str], str], str]] = {
    "jpaas": ("<a onclick=\"open('/search/index.html?websiteid=110000000000000&amp;tpl=14&amp;q='+w)\">", jpaas,
              "/search-front-server/api/search/info"),
    "hanweb": (form("/jsearchfront/search.do", "q", websiteid="320000000000000", cateid="29"), jsearch,
               "/jsearchfront/interfaces/cateSearch.do"),
    "trs-igs": ('<script>open("/igs/front/search.jhtml?code=78&siteId=34&searchWord=" + w)</script>', igs,
                "/igs/front/search.jhtml"),
    "trs-was": (form("/was5/web/search", "searchword", channelid="283767"), html_rows, "/was5/web/search"),
    "irs": ('<a href="/irs-c-web/search.shtml?code=17d&dataTypeId=259&searchWord=">检索</a>', irs, "/irs/front/search"),
    "nfcms": ('<script>open("//search.{host}/search/all/2?keywords=" + w)</script>', gd, "/api/search/all"),
    "ucap": (form("/search5/search/s", "searchWord", "post", siteCode="4690050001"), search5, "/search5/search/s"),
    "unified": ('<script>open("/so/s?siteCode=1100000088&tab=all&qt=" + w)</script>', unified, "/query/s"),
    "gov-cn": (form("https://sousuo.www.gov.cn/sousuo/search.shtml", "searchWord"), gov_cn, "/search-gov/data"),
    "any": (form("/site/search", "wd", scope="all"), html_rows, "/site/search"),
}  # fmt: skip


@pytest.mark.parametrize("family", SEARCHES)
def test_search_of_each_family(family: str) -> None:
    """The home page gives the request, its answer the rows: addresses of pages, bare titles, days."""
    markup, answer, path = SEARCHES[family]
    home = "https://www.example.gov.cn/"
    search = find_search(page_of(markup.replace("{host}", "example.gov.cn"), home))
    assert search is not None
    wanted = asking(search, "未来产业")
    assert urlsplit(wanted.url).path == path
    assert "query}" not in wanted.url + wanted.body
    assert "%E6%9C%AA%E6%9D%A5" in wanted.url + wanted.body or "\\u672a\\u6765" in wanted.body
    rows = read_listing(page_of(answer(home.rstrip("/")), wanted.url, at=datetime.now(UTC))).links
    assert [(row.title, urlsplit(row.url).path, str(row.date)) for row in rows] == [
        *zip(TITLES, PATHS, (DAY, DAY, OLD), strict=True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "markup",
    [
        "",
        form("/login", "user"),
        form("https://www.baidu.com/s?", "wd"),
        form("/site/search", "wd", "post"),
        '<a href="/jsearchfront/search.do">检索</a>',
    ],
)
def test_no_search_where_none_is_written(markup: str) -> None:
    """Forms of other uses, web search engines, forms that only a script can send, a search that names no site."""
    assert find_search(page_of(markup, "https://www.example.gov.cn/")) is None


def test_sitemaps_are_named_by_robots() -> None:
    """The lines of robots.txt, relative ones too, else the usual address; a page that is no sitemap is none."""
    home = "https://www.example.gov.cn/"
    assert sitemaps_named("User-agent: *\nSitemap: /m.xml.gz\nsitemap:https://a.cn/s.xml", home) == (
        home + "m.xml.gz", "https://a.cn/s.xml",
    )  # fmt: skip
    assert sitemaps_named("Sitemap: file:///etc/passwd", home) == (home + "sitemap.xml",)
    assert read_sitemap_page(page_of(listing_page([(PATHS[0], TITLES[0], DAY)]), home)) is None


def test_declared_search_takes_words() -> None:
    """A source may name its site's search; without a place for the words it is a fault. Search sources are no sites."""
    named = source_of("a", search="https://a.example.org/s?q={query}")
    assert "search = " in written(named)
    (site,) = sites_of([source_of("b", host="a"), named, source_of("c", "https://c.cn/search/?q=x")])
    assert (site.search, len(site.sources)) == (named.search, 2)
    with pytest.raises(ConfigurationError, match="not the address of a search"):
        source_of("a", search="https://a.example.org/s?q=")


def test_sites_are_due_once_a_week(archive: Archive) -> None:
    """A site that was looked at this week is not asked again when the daemon starts."""
    now, sources = datetime.now(UTC), [source_of("a"), source_of("b")]
    for source, days in (("a", 5), ("b", 7)):
        look = SiteLook(
            site=f"https://{source}.example.org/", path="search", since=TODAY, looked_at=now - timedelta(days)
        )
        archive.site_looks.record(look)
    assert archive.site_looks.last()[0].since == TODAY
    assert [site.home for site in due_sites(archive, sources, now)] == ["https://b.example.org/"]
    assert len(due_sites(archive, sources, now + timedelta(days=2))) == 2


@pytest.fixture
def portals() -> Iterator[dict[str, LocalPortal]]:
    """A portal with the search of each family that lies on the portal's own host, and a broken one."""
    names = [name for name in SEARCHES if name not in {"nfcms", "unified", "gov-cn"}]
    with ExitStack() as opened:
        yield {name: opened.enter_context(open_portal()) for name in [*names, "broken", "shut"]}


def put(portal: LocalPortal, family: str) -> None:
    """Serve a home page and its search's answers."""
    markup, answer, _ = SEARCHES[family]
    portal.serve("/", markup)
    search = find_search(page_of(markup, f"{portal.url}/"))
    assert search is not None
    for words in WORDS:
        parts = urlsplit(asking(search, words).url)
        portal.serve(f"{parts.path}?{parts.query}" if parts.query else parts.path, answer(portal.url))


def put_sitemap(portal: LocalPortal) -> None:
    """Serve a sitemap with the first row, packed, behind an index behind an index that robots.txt names."""
    portal.serve("/robots.txt", f"User-agent: *\nSitemap: {portal.url}/index.xml")
    index = "<sitemapindex><sitemap><loc>{}/{}</loc></sitemap></sitemapindex>"
    portal.serve("/index.xml", index.format(portal.url, "inner.xml"))
    portal.serve("/inner.xml", index.format(portal.url, "pages.xml.gz"))
    rows = f"<url><loc>{portal.url}{PATHS[0]}</loc></url><url><loc>{portal.url}/zwgk/</loc></url>"
    portal.serve("/pages.xml.gz", gzip.compress(f"<urlset>{rows}</urlset>".encode()))


def visited(futurewatch: Futurewatch, *sources: str, days: int = 20) -> None:
    """Let sources have been visited first so many days ago."""
    with Archive(futurewatch.archive) as archive:
        archive.runs.register(source_of(source).row for source in sources)
        for source in sources:
            archive.runs.record(run_of(datetime.now(UTC) - timedelta(days=days), source=source))


def ask(futurewatch: Futurewatch, code: int = 0) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(futurewatch.run("audit", "--ask", "--since", "10d", "--json", code=code))
    return said


def test_each_family_is_asked(portals: dict[str, LocalPortal], futurewatch: Futurewatch) -> None:
    """Each portal's search and sitemap are asked by themselves; what cannot be asked says why, and ends nothing."""
    for name, portal in portals.items():
        if name in SEARCHES:
            put(portal, name)
    put_sitemap(portals["any"])
    portals["broken"].serve("/", form("/site/search", "wd"))
    portals["broken"].serve("/sitemap.xml", "<h1>not found</h1>")
    portals["shut"].serve("/robots.txt", "User-agent: *\nDisallow: /")
    declared = "".join(written(source_of(name, f"{portal.url}/zwgk/")) for name, portal in portals.items())
    futurewatch.configure(portals["any"], more=declared)
    visited(futurewatch, *portals)
    said = {(look["site"], look["path"]): look for look in ask(futurewatch)["sites"]}
    for name, portal in portals.items():
        search, sitemap = said[portal.url + "/", "search"], said[portal.url + "/", "sitemap"]
        if name in SEARCHES:
            assert (search["listed"], search["recent"], search["lacking"]) == (3 * len(WORDS), 2, 2), (name, search)
            assert not search["reason"]
            assert sitemap["listed"] == (1 if name == "any" else 0), (name, sitemap)
    sitemap = said[portals["any"].url + "/", "sitemap"]
    assert (sitemap["recent"], sitemap["lacking"], sitemap["reason"]) == (1, 0, "")
    assert "http 404" in said[portals["broken"].url + "/", "search"]["reason"]
    assert "no sitemap" in said[portals["broken"].url + "/", "sitemap"]["reason"]
    assert "robots.txt" in said[portals["shut"].url + "/", "search"]["reason"]
    assert [asked.path for asked in portals["shut"].log] == ["/robots.txt"]


def test_act_that_only_the_search_shows(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """An act that no listing shows: the search leads the next visit there, and audit and brief name that path."""
    futurewatch.configure(portal)
    publish(portal, GOVERNMENT[1])
    put(portal, "trs-igs")
    visited(futurewatch, "hi-gov")
    futurewatch.crawl()
    portal.serve(PATHS[0], article_page(SAMPLE.title, SAMPLE.paragraphs, day=DAY, publisher=SAMPLE.publisher))
    (search, _) = ask(futurewatch)["sites"]
    assert search["lacking"] == 2
    futurewatch.crawl()
    said = futurewatch.run("audit", "--since", "10d", code=1)
    assert "found by site search only: 1" in said
    assert portal.url + PATHS[0] in said
    now = datetime.now(UTC) + timedelta(seconds=1)  # behind the second in which the act was seen
    with Archive(futurewatch.archive) as archive:
        (found,) = archive.site_looks.found_alone(now - timedelta(days=1), now)
        (act,) = audit(archive, [source_of("hi-gov", f"{portal.url}/zwgk/")], since=now - timedelta(days=1))
        brief = as_markdown(brief_of(archive, week_of(now), now=now))
    assert (act.act.id, list(act.routes), act.miss) == (found.id, ["search"], "not listed")
    with capture_logs() as logs:
        audited_week(futurewatch.archive, [source_of("hi-gov", f"{portal.url}/zwgk/")], now + timedelta(days=5))
    assert [(one["search"], one["links"]) for one in logs if "only" in one["event"]] == [(1, [found.url])]
    assert "仅由站内检索或站点地图找到：1 条" in brief
    assert portal.url + PATHS[0] in brief


def test_known_act_is_shown_by_the_search_too(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """An act of the own listing that the search shows as well came in by both paths; nothing is lacking."""
    futurewatch.configure(portal)
    futurewatch.environment["LANG"] = "C.UTF-8"
    portal.serve("/zwgk/", listing_page([(PATHS[0], SAMPLE.title, DAY)]))
    portal.serve(PATHS[0], article_page(SAMPLE.title, SAMPLE.paragraphs, day=DAY, publisher=SAMPLE.publisher))
    put(portal, "any")
    visited(futurewatch, "hi-gov")
    futurewatch.crawl()
    said = ask(futurewatch)
    assert [(look["path"], look["recent"], look["lacking"]) for look in said["sites"]] == [
        ("search", 2, 1), ("sitemap", 0, 0),
    ]  # fmt: skip
    assert list(said["audited"][0]["routes"]) == ["own", "search"]
    assert said["found_by_sites_only"] == []


def test_new_site_is_left_alone(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """What stood on a portal before we watched it is no miss: it is not asked on its first day."""
    futurewatch.configure(portal)
    put(portal, "any")
    visited(futurewatch, "hi-gov", days=0)
    assert ask(futurewatch)["sites"] == []
    assert portal.log == []
