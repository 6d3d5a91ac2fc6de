"""Sources of every format, crawled from a real portal: feeds, sitemaps, mapped JSON, lists that a script loads."""

from __future__ import annotations

import gzip
import json

import pytest

from conftest import Futurewatch, path_of, publish
from local_portal import LocalPortal, article_page, open_portal
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, Sample

SAMPLES = GOVERNMENT


def serve_articles(portal: LocalPortal) -> None:
    for sample in SAMPLES:
        page = article_page(sample.title, sample.paragraphs, day=sample.day, publisher=sample.publisher)
        portal.serve(path_of(sample), page)


def source(futurewatch: Futurewatch, portal: LocalPortal, listing: str, **keys: str) -> None:
    """Watch one listing address, with more keys for its source."""
    futurewatch.configure(portal)
    text = futurewatch.config.read_text(encoding="utf-8")
    more = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    text = text.replace(f'listings = ["{portal.url}/zwgk/"]\n', f'listings = ["{portal.url}{listing}"]\n{more}')
    futurewatch.config.write_text(text, encoding="utf-8")


def rss(portal: LocalPortal) -> str:
    items = "".join(
        f"<item><title>{s.title}</title><link>{portal.url}{path_of(s)}</link><pubDate>{s.day}</pubDate></item>"
        for s in SAMPLES
    )
    return f'<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


def sitemap(portal: LocalPortal) -> str:
    urls = "".join(
        f"<url><loc>{portal.url}{path_of(s)}</loc><news:news><news:publication_date>{s.day}</news:publication_date>"
        f"<news:title>{s.title}</news:title></news:news></url>" for s in SAMPLES
    )  # fmt: skip
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


def test_rss_in_gb18030(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A feed in GB18030 that claims gb2312 is a source like any other."""
    source(futurewatch, portal, "/rss.xml", format="rss")
    serve_articles(portal)
    portal.serve("/rss.xml", rss(portal).encode("gb18030"), headers={"Content-Type": "text/xml"})
    assert futurewatch.crawl()["new"] == len(SAMPLES)


def test_sitemap_index_leads_to_the_sitemap_and_its_window(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """An index is followed to its newest sitemap; what is older than the window is left alone."""
    serve_articles(portal)
    index = (
        '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>'
        f"<loc>{portal.url}/news.xml</loc><lastmod>2026-03-18</lastmod></sitemap></sitemapindex>"
    )
    portal.serve("/sitemap.xml", index, headers={"Content-Type": "text/xml"})
    portal.serve("/news.xml", sitemap(portal), headers={"Content-Type": "text/xml"})
    source(futurewatch, portal, "/sitemap.xml", format="sitemap", window="1d")
    run = futurewatch.crawl()
    assert (run["outcome"], run["listed"]) == ("ok", 0)
    source(futurewatch, portal, "/sitemap.xml", format="sitemap")
    assert futurewatch.crawl()["new"] == len(SAMPLES)


def test_json_by_a_mapping(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A JSON list with names nobody could guess is read by the paths in the source's TOML, page by page."""
    serve_articles(portal)
    source(
        futurewatch, portal, "/api?p={page}", format="json", rows="r.0.k", link="a1", title="a2", date="a3",
    )  # fmt: skip

    def answer(samples: tuple[Sample, ...]) -> str:
        rows = [{"a1": path_of(s), "a2": s.title, "a3": s.day} for s in samples]
        return json.dumps({"r": [{"k": rows}], "noise": [{"title": "别的", "url": "/x/1.html"}]}, ensure_ascii=False)

    portal.serve("/api?p=1", answer(SAMPLES[:1]), headers={"Content-Type": "application/json"})
    assert futurewatch.crawl()["new"] == 1
    portal.serve("/api?p=1", answer(SAMPLES[1:2]), headers={"Content-Type": "application/json"})
    portal.serve("/api?p=2", answer(SAMPLES[2:]), headers={"Content-Type": "application/json"})
    assert futurewatch.crawl()["new"] == 2


def test_list_that_a_script_loads_is_read_from_its_endpoint(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """The page carries the parameters of its own request, so the rows are fetched as its script would."""
    serve_articles(portal)
    shell = (
        '<html><body><ul id="list"></ul><script id="t" type="text/x-handlebars-template">{{#each results}}<li>'
        '{{source.title}}</li>{{/each}}</script><script>var param={current:1,pageSize:15,webSiteCode:["x"],'
        'channelCode:["zcwj"],sort:"sortNum",order:"desc"};$.post("/queryList", param, function(r){});</script>'
    )
    rows = [
        {"source": {"title": s.title, "pubDate": s.day, "urls": json.dumps({"common": path_of(s)})}} for s in SAMPLES
    ]
    portal.serve("/zwgk/", shell)
    futurewatch.configure(portal)
    run = futurewatch.crawl(code=1)
    assert run["outcome"] == "script_list"
    assert "404" in run["error"]
    answer = json.dumps({"data": {"results": rows}}, ensure_ascii=False)
    portal.serve("/queryList", answer, headers={"Content-Type": "application/json"})
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"]) == ("ok", len(SAMPLES))


def test_selectors_of_a_source_override_the_rules(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Rows that look like nothing are found by the source's own selectors."""
    serve_articles(portal)
    odd = "".join(
        f'<span class="z"><a href="{path_of(s)}">{n}</a><i>{s.title}</i></span>' for n, s in enumerate(SAMPLES)
    )
    portal.serve("/zwgk/", f"<html><body>{odd}</body></html>")
    source(futurewatch, portal, "/zwgk/", link="span.z a", title="i")
    assert futurewatch.crawl()["new"] == len(SAMPLES)


def test_validators_that_lie_are_found_out(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """A server that says "unchanged" for ever is read in full after eight such answers, and never believed again."""
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *SAMPLES[:2], etag='"same"')
    futurewatch.crawl()
    publish(portal, *SAMPLES, etag='"same"')
    from crawler.spiders.listings import VERIFY_AFTER
    from storage.archive import Archive

    assert futurewatch.crawl()["outcome"] == "unchanged"
    with Archive(futurewatch.archive) as archive:
        archive.db.execute("UPDATE listings SET polls = ?", [VERIFY_AFTER])
    assert futurewatch.crawl()["new"] == 1
    futurewatch.crawl()
    assert "if-none-match" not in portal.asked("/zwgk/")[-1].headers
    (said,) = json.loads(futurewatch.run("status", "--json"))["sources"]
    assert said["lying_validators"] == [f"{portal.url}/zwgk/"]


def test_source_may_be_exempt_from_robots_with_a_reason(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Only words of why lift robots.txt, for this source alone."""
    portal.serve("/robots.txt", "User-agent: *\nDisallow: /\n")
    futurewatch.configure(portal)
    publish(portal, *SAMPLES)
    run = futurewatch.crawl(code=1)
    assert (run["outcome"], run["cause"]) == ("error", "robots")
    source(futurewatch, portal, "/zwgk/", ignore_robots_because="written permission of 2026-03-01")
    assert futurewatch.crawl()["new"] == len(SAMPLES)


@pytest.mark.parametrize(
    ("status", "cause"), [(404, "4xx"), (503, "5xx")]
)  # fmt: skip
def test_errors_have_a_class(portal: LocalPortal, futurewatch: Futurewatch, status: int, cause: str) -> None:
    """A run says what kind of error it met, which decides how soon the source is tried again."""
    futurewatch.configure(portal)
    portal.serve("/zwgk/", "<h1>error</h1>", status=status)
    assert futurewatch.crawl(code=1)["cause"] == cause


def test_timeout_and_refusal_have_a_class(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A portal that hangs is a `timeout`, one that refuses a `connection`."""
    futurewatch.configure(portal)
    portal.serve("/robots.txt", "")
    portal.serve("/zwgk/", "late", delay_seconds=5)
    assert futurewatch.crawl(code=1)["cause"] == "timeout"
    futurewatch.configure(LocalPortal(url="http://127.0.0.1:9"))
    assert futurewatch.crawl(code=1)["cause"] == "connection"
    (said,) = json.loads(futurewatch.run("status", "--json", code=1))["sources"]
    assert said["troubles"] == {"timeout": 1, "connection": 1}
    assert said["failures"] == 2


def test_page_that_unpacks_to_megabytes_is_left(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A compression bomb is cut off at the largest page size; the source's other articles are read."""
    futurewatch.configure(portal, crawl="max_page_mb = 1")
    publish(portal, *SAMPLES)
    bomb = gzip.compress(b"<p>" + "未来产业".encode() * 2_000_000)
    portal.serve(path_of(SAMPLES[0]), bomb, headers={"Content-Encoding": "gzip"})
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"]) == ("ok", len(SAMPLES) - 1)


def test_redirect_loop_ends(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A page that redirects to itself for ever is given up after a few redirects."""
    futurewatch.configure(portal)
    publish(portal, *SAMPLES)
    there, back = path_of(SAMPLES[0]), path_of(SAMPLES[0]) + "?again=1"
    portal.serve(there, "", status=302, headers={"Location": back})
    portal.serve(back, "", status=302, headers={"Location": there})
    assert futurewatch.crawl()["new"] == len(SAMPLES) - 1
    assert len(portal.asked(there)) + len(portal.asked(back)) <= 12  # six at most, and once more for the retry


def test_visit_without_any_time_left_says_so(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """A visit whose limit passes before its first request is told of the limit, not of nothing that was answered."""
    futurewatch.configure(portal, crawl="limit_seconds = 0.0001")
    publish(portal, *GOVERNMENT[:1])
    run = futurewatch.crawl(code=1)
    assert (run["outcome"], run["cause"], run["error"]) == ("error", "limit", "not finished after 0.0001 s")


def test_hung_portal_is_left_at_its_limit_and_others_do_not_wait(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A host whose pages all hang ends its visit at the limit; the other source is done long before."""
    with open_portal() as hung:
        futurewatch.configure(portal, crawl="limit_seconds = 7", more=f"""
[[source]]
id = "hung"
name = "hung"
region = "460000"
level = "province"
kind = "news"
listings = ["{hung.url}/zwgk/"]
""")  # fmt: skip
        publish(portal, *SAMPLES)
        publish(hung, *SAMPLES)
        for sample in SAMPLES:
            hung.serve(path_of(sample), "late", delay_seconds=60)
        runs = {run["source"]: run for run in json.loads(futurewatch.run("crawl", "--json", code=1))}
    assert (runs["hung"]["outcome"], runs["hung"]["cause"]) == ("error", "limit")
    assert runs["hung"]["seconds"] < 30
    assert (runs["hi-gov"]["outcome"], runs["hi-gov"]["new"]) == ("ok", len(SAMPLES))
    assert runs["hi-gov"]["seconds"] < runs["hung"]["seconds"]
