"""Every parser of what others write, with what it is fed and the errors that it may raise.

`found` holds the inputs that a parser once failed on; they are tried first, always.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from twisted.internet import testing
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

sys.path.insert(0, str(Path(__file__).parents[1]))

from inputs import ODD, damaged, octets, soup

from builders import page_of, shipped_lexicon
from crawler.acts.keys import keys_of_rows
from crawler.attachments.kinds import document_kind, kind_of
from crawler.cms.site_search import asking
from crawler.dedupe.compare import compare
from crawler.detect.lexicon import load_lexicon
from crawler.extract import extract
from crawler.listing import read_listing, recognise_block
from crawler.listing.site_paths import find_search, read_sitemap_page, sitemaps_named
from crawler.network.lenient import TolerantProtocol
from crawler.network.proxies import proxies_in
from crawler.network.public_addresses import is_address, is_public
from crawler.network.requests import AddressError, request_for
from crawler.reading import judge_page, permission, read_list, survey
from crawler.text.canonical import canonical_url
from crawler.text.dates import Today, find_stamps, from_epoch, read_moment, read_relative
from crawler.text.decode import decode, decode_markup
from crawler.text.differences import differences
from crawler.text.document_number import find_numbers, normalise
from crawler.text.fold import plain, printed, readable
from crawler.text.header_numbers import clock_offset_seconds_in, date_in, retry_after_seconds
from crawler.text.json_text import json_of
from crawler.text.regions import find_regions, region_in
from crawler.toml import ConfigurationError
from documents import MAKERS
from notify_examples import endpoint_of
from scheduler.commands import filter_lines
from scheduler.config import config
from scheduler.config.vocabulary import vocabulary
from scheduler.notify.answer import by_status, redacted
from scheduler.notify.channels import dingtalk, feishu, slack, wecom
from scheduler.notify.render import templates_in
from scheduler.notify.sample import SAMPLES
from scheduler.review.server import application
from scheduler.tuning.article_lines import article_of
from storage.archive import Archive
from storage.search.query import QueryError, parse_query

NOW = datetime(2026, 3, 18, 2, tzinfo=UTC)
TODAY = Today.of_visit(NOW)
URL = "http://www.example.gov.cn/zwgk/202603/t20260318_1.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser. `expected` are the errors that it promises; any other is a fault.

    `is_alone`: it has threads or a connection, so no process may inherit what it has loaded. `may_end`: its library
    ends the process where memory ends, which the program expects: it gives each file a process of its own.
    """

    name: str
    inputs: SearchStrategy[Any]
    read: Callable[[Any], object]
    expected: tuple[type[Exception], ...] = ()
    is_alone: bool = False
    may_end: bool = False
    found: tuple[Any, ...] = ()


# --- texts -----------------------------------------------------------------------------------------------------------

DATES = soup(
    "2026", "年", "3月", "18日", "-", "/", ".", " ", ":", "12:30", "上午", "中午", "昨天", "3小时前", "半", "个月前",
    "二〇二六年三月十八日", "发布时间：", "T", "Z", "+08:00", "GMT", "Mon, 18 Mar 2026 10:00:00 +0800", "20260318",
    "1773800000", "000", "AM", "（星期三）", "Mar", "next", "九十九年", "一千", "+99:99",
)  # fmt: skip
HEADERS = soup(
    "Mon, 18 Mar 2026 10:00:00 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "120", "-", "+",
    "0000", " ", ",", "GMT", "1", "9999", "Jan", "-0000", "+9999", "\t", ":",
)  # fmt: skip
PROSE = soup(
    "《", "》", "未来产业", "行动计划", "关于印发", "通知", "海南省", "海口市", "人民政府", "办公厅", "印发",
    "2030年", "到2030年", "100亿元", "建成", "〔2024〕", "1号", "粤府", "、", "，", "。", "；", "：", "\n", "一、",
    "（一）", "第一条", "十条措施", "征求意见稿", "解读", "人工智能", "来源：", "附件：", "和", "的", "及", "为",
    "等", "力争", "超过", "%", "家", "个", "上", "自", "起施行", "废止",
)  # fmt: skip
ADDRESSES = soup(
    "http://", "https://", "//", "www.example.gov.cn", "user:p@", ":80", ":99999", ":", "/", "?", "#", "a=1", "&",
    "..", "%E4%BD%A0", "%", "[::1]", "[", "]", "@", "未来.中国", "xn--", "javascript:", "file:///etc", "data:", "\\",
    " ", "index.html", ";jsessionid=1", "127.0.0.1", "0x7f.1", "::ffff:1.2.3.4", "fe80::1%eth0", ".",
)  # fmt: skip
ROBOTS = soup(
    "User-agent:", " *", "FutureWatch", "\n", "Disallow:", "Allow:", " /", "*", "$", "Crawl-delay:", " 1", "1e400",
    "Sitemap: http://a", "Request-rate: 1/5", "Visit-time: 0600-0845", "#", "%41", "/a", " ", ":", "\r\n",
)  # fmt: skip


def _dates(text: str) -> object:
    epochs = [from_epoch(float(word), TODAY) for word in text.split() if word.isascii() and word.isdigit()]
    return read_moment(text, TODAY), read_moment(text), read_relative(text, TODAY), find_stamps(text), epochs


def _headers(text: str) -> object:
    return date_in(text), retry_after_seconds(text, since=NOW), clock_offset_seconds_in(text, text, now=NOW)


def _texts(text: str) -> object:
    half = len(text) // 2
    folded = plain(text), printed(text), readable(text), find_numbers(text), normalise(text)
    return folded, find_regions(text), region_in(text), differences(text[:half], text[half:])


def _address(url: str) -> object:
    if is_address(url):
        is_public(url)
    key = canonical_url(url)
    assert canonical_url(key) == key or not key.startswith("http"), key
    return request_for(url)


def _robots(text: str) -> object:
    said = permission(text, URL, "FutureWatch/0.1 (+a@example.org)")
    assert said.crawl_delay_seconds >= 0
    return said


def _judged(text: str) -> object:
    title, _, body = text.partition("\n")
    line = {"id": 1, "title": title, "text": body, "url": URL, "published_at": "2026-03-18"}
    return filter_lines.assess_line(line, shipped_lexicon())


def _pair(text: str) -> object:
    from crawler.dedupe import profile_of
    from crawler.detect import assess, establish

    profiles = []
    for part in (text[: len(text) // 2], text[len(text) // 2 :]):
        article = article_of({"title": part[:60], "text": part, "published_at": "2026-03-18"})
        facts = establish(article, shipped_lexicon())
        is_announcing = assess(article, facts, shipped_lexicon()).is_announcement
        profiles.append(profile_of(article, facts, seen=NOW.date(), is_announcing=is_announcing))
    return compare(*profiles)


# --- pages -----------------------------------------------------------------------------------------------------------

# A feed of 20 kB that lacks an entry: all before the first one was read again with each, which took 90 s.
BEGINS_AGAIN = b"<rss><channel>" + b"<a>x</a>" * 2500 + b"<!--<item>-->" + b"<item><title>a</title></item>" * 66
MARKUP = soup(
    "<html>", "<head>", "<title>公告</title>", "<body>", "<div class='article-content'>", "</div>", "<p>", "</p>",
    "<ul>", "<li>", "</li>", "<a href='/a/1.html'>", "<a href='http://x:99999/'>", "<a href=",
    "关于印发工作要点的通知", "</a>", "<span>2026-03-18</span>", "<table><tr><td>", "<script>",
    "var a=[{'title':'甲','url':'/a.html'}];", "</script>", "<!--", "-->", "<![CDATA[", "]]>",
    "<meta name='PubDate' content='", "<meta charset='gbk'>", "<iframe src='/a'>", "<frameset><frame src='/b'>",
    "<h1>", "发布时间：2026-03-18", "来源：某市", "<base href='//x'>", "<img src='a.png'>", "下一页",
    "<a href='index_1.html'>", "createPageHTML(5,1,'index','html')", "document.write(", "<input type=hidden value='",
    "&nbsp;", "&#x110000;", "&#0;", "<font>", "<style>", "<xml>", "<svg>", "<template>", "<textarea>", "<noscript>",
    "</html>",
)  # fmt: skip
HOME = soup(
    "<form action='", "/search", "https://a.example/so/s?", "method='post'", "'>", "<input name='q'>", "</form>",
    "<input type=hidden ", "name='siteCode'", "value='1&#55296;'", "<script>open('", "')", "http://[", "/so/s?", "?q=",
    "/igs/front/search.jhtml?code=1&siteId=2&w=", "/jsearchfront/search.do?websiteid=1", "{query}", "&", "%", "'",
    "//search.x:99999/search/all/2", "<urlset>", "<loc>http://a/1.html</loc>", "<sitemapindex>", "Sitemap: ", "\n",
)  # fmt: skip
FEED = soup(
    "<?xml version='1.0' encoding='gbk'?>", "<rss version='2.0'>", "<channel>", "<item>", "<title>", "</title>",
    "<link>", "</link>", "<pubDate>", "</pubDate>", "</item>", "http://a.example/1.html", "http://[",
    "Mon, 18 Mar 2026 10:00:00 +0800", "<![CDATA[", "]]>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>",
    "<link href='/a'/>", "<updated>2026-03-18T00:00:00Z</updated>", "</entry>", "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "&a;", "<guid isPermaLink='true'>", "甲乙丙", "</channel></rss>", "</feed>", "<dc:date>", "99999-99-99",
)  # fmt: skip
SITEMAP = soup(
    "<?xml version='1.0'?>", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>", "<url>", "<loc>",
    "http://a.example/1.html", "</loc>", "<lastmod>2026-03-18</lastmod>", "</url>", "</urlset>", "<sitemapindex>",
    "<sitemap>", "</sitemap>", "</sitemapindex>", "file:///etc/passwd",
    "<lastmod>0000-00-00T25:61:61+99:99</lastmod>", "<news:title>甲</news:title>", "http://x:0/", "<datastore>",
    "<record><![CDATA[<li><a href='/b'>乙</a></li>]]></record>", "</datastore>", "<totalrecord>9e9</totalrecord>",
)  # fmt: skip
JSON = soup(
    "{", "}", "[", "]", ":", ",", '"title"', '"url"', '"publishedTime"', '"甲乙丙丁戊"', '"/a/1.html"',
    "1773800000000", "null", "true", "-1", "1e999", "NaN", '"\\ud800"', '"2026-03-18"', '"list"', '"data"', "\n",
    "callback(", ")", '"http://x:99999/"', "9" * 5000, '"', "[" * 200,
)  # fmt: skip
KNOWN_TYPES = ("text/html", "text/html; charset=utf-16", "application/json", "text/xml; charset=x", "\0", "")


def packed_run(text: str) -> bytes:
    """Return a text again and again, packed: 2 kB that say 700 kB."""
    return gzip.compress(text.encode() * (700_000 // len(text.encode())))


def _page(given: tuple[bytes, str]) -> Any:
    return page_of(given[0], URL, at=NOW, headers={"Content-Type": given[1]})


def pages(text: SearchStrategy[str]) -> SearchStrategy[tuple[bytes, str]]:
    return st.tuples(octets(text), st.sampled_from(KNOWN_TYPES))


def _listing(given: tuple[bytes, str]) -> object:
    page = _page(given)
    with Archive.in_memory() as archive:
        return read_list(page), keys_of_rows(read_listing(page).links, source="s", archive=archive, now=NOW)


def _lists(given: tuple[bytes, str]) -> object:
    page = _page(given)
    return read_list(page), recognise_block(page)


def _home(given: tuple[bytes, str]) -> object:
    page = _page(given)
    found = find_search(page)
    return (
        found and request_for(asking(found, "未来产业").url),
        read_sitemap_page(page),
        sitemaps_named(decode(page.body), URL),
    )


def _article(given: tuple[bytes, str]) -> object:
    page = _page(given)
    return extract(page), survey(page, shipped_lexicon())


def _whole(given: tuple[bytes, str]) -> object:
    return judge_page(_page(given), shipped_lexicon(), title="甲")


def _decoded(body: bytes) -> object:
    text = decode(body)
    assert "\0" not in text
    return text, decode_markup(body), kind_of(body)


# --- files -----------------------------------------------------------------------------------------------------------

LINES = ("海南省未来产业行动计划", "到2030年建成100家", "一、总体要求", "(1) abc")
FILES = tuple(make(LINES) for make in MAKERS.values())


class UnreadableError(Exception):
    """A library of a document's kind gave up; the reader process says so and ends."""


def _document(body: bytes) -> object:
    """Read a document as its reader process does, where any exception is the answer: only time and memory count."""
    kind = document_kind(body)
    if kind is None:
        return None
    try:
        return kind.read(io.BytesIO(body), 10_000)
    except BaseException as error:  # those of Rust are no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        raise UnreadableError from error


# --- what operators write --------------------------------------------------------------------------------------------

TOML = soup(
    "[archive]\n", "path = ", '"a.db"\n', "[crawl]\n", "contact = ", "delay_seconds = ", "2.0\n", "-1\n", "nan\n",
    "inf\n", "[schedule]\n", 'every = "30m"\n', 'every = "9' + "9" * 30 + 'd"\n', "[[source]]\n", 'id = "a"\n',
    'region = "海南"\n', "listings = [", '"http://x:0/"', "]\n", "[[endpoint]]\n", 'kind = "webhook"\n',
    'url = "env:X"\n', 'url = "http://[::1"\n', "[[reviewer]]\n", 'name = "a"\n', "mode = 1\n", "'''", "#", "\n", "“",
    "＝", "[sources]\n", "only = [1]\n", "catalogue = false\n", 'body = "div["\n', 'via = ["a"]\n', "1979-05-27\n",
    'regions = ["x"]\n', 'mapping = { rows = "[" }\n', 'name = ', 'level = "city"\n', 'digest_at = "25:61"\n',
    "_a = 1\n", "min_score = 1e400\n",
)  # fmt: skip
LEXICON = soup(
    "version = 1\n", "[[rule]]\n", 'name = "a"\n', 'any = ["', "/(a+)+$/", "/[/", "未来", '"]\n',
    "points = { title = 1, lead = 1, body = 1 }\n", "must = []\n", "[core]\n", 'terms = ["未来产业"]\n',
    "[[track]]\n", "[[cue]]\n", "threshold = nan\n", "[points]\n", "places = [1]\n", "/(?<=a*)b/",
    'not = ["/\\\\/"]\n', "\n", "least = 0\n",
)  # fmt: skip
ENVIRONMENT = st.dictionaries(
    st.sampled_from(("http_proxy", "HTTPS_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "x_proxy")),
    soup("http://", "socks5://", "a.example", ":8080", ":x", "user:p%", "@", "*", ".", ",", " ", "[::1]", "localhost",
         "10.0.0.0/8", "/", "direct://"),
    max_size=4,
)  # fmt: skip
SCRATCH = Path(tempfile.mkdtemp(prefix="futurewatch-attack-"))


def _written(text: str) -> Path:
    path = SCRATCH / "given.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


def _configuration(text: str) -> object:
    return config.load(_written(text))


def _lexicon(text: str) -> object:
    return load_lexicon(_written(text))


SHIPPED = (Path(config.__file__).parents[2] / "crawler/detect/lexicon.toml").read_text(encoding="utf-8")


def _lexicon_and_more(text: str) -> object:
    return load_lexicon(_written(SHIPPED + "\n" + text))


def _proxies(environment: Mapping[str, str]) -> object:
    found = proxies_in(environment, unusable={})
    return [found.of(url) for url in (URL, "https://[::1]:9/", "http://未来.中国/")]


# --- what people ask and answers say ---------------------------------------------------------------------------------

QUERIES = soup(
    "未来产业", "地区:", "region:", "海南", "460000", "act:", "印发", "score:", ">=60", "60..90", "<=", "since:",
    "2026-03-18", "until:", "7d", "\"", "“", "”", "-", "NOT ", "OR ", "(", ")", "*", "label:announcement", "来源:",
    "NEAR", "AND", "a", " ", "'", ";", "--", "^", "source:x",
)  # fmt: skip
LINE = soup(
    '{"id": 1', ', "title": "甲"', ', "text": "未来产业"', ', "url": "http://a.example/1.html"', ', "body_base64": "',
    "PGgxPuS9oDwvaDE+", '"', ', "published_at": "2026-03-18"', ', "publisher": 5', "}", "{", "[", "]", "null",
    '"\\ud800"', ', "title": null', "1e999", "\n", "9" * 5000,
)  # fmt: skip


@cache
def _archive() -> Archive:
    """Return an archive of a few articles, as the review page's tests have it."""
    from seeded_archive import seed

    path = SCRATCH / "archive.db"
    if not path.exists():
        seed(path)
    return Archive(path)


def _query(text: str) -> object:
    archive, query = _archive(), parse_query(text, vocabulary(sources=("x",)))
    return archive.search.find(query), archive.search.find(query, order="title"), archive.search.facets(query)


def _line(text: str) -> object:
    works = (
        lambda line: filter_lines.extract_line(line, NOW),
        lambda line: filter_lines.links_line(line, NOW),
        lambda line: filter_lines.assess_line(line, shipped_lexicon()),
    )
    said = [answer for work in works for answer, _ in filter_lines.run([text], work)]
    json.dumps(said, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
    return said


ANSWERS = st.tuples(
    st.integers(200, 599),
    octets(soup('{"errcode"', '{"code"', ":", " 0", "45009", '"0"', "null", "true", "1e400", ', "errmsg": "', '"}', "}",
                "ok", "[", "9" * 5000, '"msg"')),
    st.dictionaries(st.sampled_from(("Retry-After", "Date", "Content-Type")), HEADERS, max_size=3),
)  # fmt: skip


UNSENT = re.compile(r"[^\x20-\x7e]")  # no client lets such a header through
SENT_AS_IT_IS = "/?%=&;:@!$'()*+,~[]"  # in what a client asks for; everything else is quoted, # too


def _answer(given: tuple[int, bytes, dict[str, str]]) -> object:
    status, body, headers = given
    clean = {
        name: "".join(one for one in value if one.isascii() and one.isprintable()) for name, value in headers.items()
    }
    readers = (by_status, wecom.read, dingtalk.read, feishu.read, slack.read)
    said = [redacted(read(httpx.Response(status, content=body, headers=clean)), endpoint_of()) for read in readers]
    for one in said:
        assert one.retry_after is None or 0 <= one.retry_after.total_seconds() <= 86400
        assert len(one.text) <= 300
    return said


PAYLOADS = st.tuples(
    st.sampled_from(SAMPLES), soup(*ODD[:9], "*", "_", "[a](b)", "<b>", "&", "\n", "`", "甲乙丙丁", "@all", "|")
)


def _message(given: tuple[Any, str]) -> object:
    payload, text = given
    said = _with(payload, text.encode("utf-8", "replace").decode())  # the archive keeps no half character
    kinds = ("wecom", "dingtalk", "feishu", "slack", "email", "webhook")
    return [templates_in(None).parts(kind, json.dumps(said), now=NOW) for kind in kinds]


PLACED = ("title", "text", "sentence", "publisher", "summary", "detail", "hint", "reason")


def _with(value: Any, text: str) -> Any:
    """Return a payload in which texts of portals are others."""
    if isinstance(value, dict):
        return {key: text if key in PLACED else _with(inner, text) for key, inner in value.items()}
    return [_with(inner, text) for inner in value] if isinstance(value, list | tuple) else value


RAW = octets(soup(
    "HTTP/1.1 200 OK\r\n", "HTTP/1.0 404\r\n", "HTTP/9.9 999999 x\r\n", "Content-Length: 5\r\n",
    "Content-Length: -1\r\n", "Content-Length: 5, 6\r\n", "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip, chunked\r\n", "\r\n", "5\r\nhello\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n", "-5\r\n",
    " x\r\n", "Set-Cookie: a=b\r\n", "X" * 100, ": \r\n", "HTTP/1.1 100 Continue\r\n\r\n", "Connection: close\r\n",
    "hello", "\n",
))  # fmt: skip


def _http(raw: bytes) -> object:
    """Answer a request of the crawler's protocol with raw bytes, in pieces, and hang up."""
    from twisted.internet.error import ConnectionDone
    from twisted.python import failure

    told: list[object] = []
    names: Any = SimpleNamespace(  # Twisted has no types here
        protocol=TolerantProtocol, request=Request, transport=testing.StringTransport, failure=failure.Failure
    )
    protocol = names.protocol()
    protocol.makeConnection(names.transport())
    asked = names.request(b"GET", b"/", Headers({b"host": [b"a.example"]}), None, persistent=False)
    protocol.request(asked).addBoth(told.append)
    for start in range(0, len(raw), 97):
        protocol.dataReceived(raw[start : start + 97])
    protocol.connectionLost(names.failure(ConnectionDone()))
    assert told, "the request hears nothing"
    return told


PATHS = (
    "/", "/waiting", "/near-misses", "/search", "/search.json", "/announcements", "/announcements.csv",
    "/announcements.json", "/announcements/1", "/announcements/citations", "/announcements/1/evidence.zip",
    "/announcements/1/cite.bib", "/articles/1", "/articles/1/revisions", "/snapshots/1", "/country", "/timeline",
    "/sources", "/sources/x", "/deliveries", "/tags", "/brief", "/brief.md", "/saved/1.atom", "/archive",
    "/archive/articles", "/archive.json", "/-/static/app.css", "/verdicts", "/announcements/1/merge",
    "/announcements/1/split", "/announcements/1/notes", "/announcements/1/tags", "/notes/1/remove", "/saved",
    "/tags/several", "/saved/1",
    "/deliveries/replay", "/incidents/1/acknowledge", "/verdicts/undo", "/announcements/1/preview",
    "/articles/1/preview", "/edits/1/undo", "/announcements/1/summary",
)  # fmt: skip
FIELDS = [
    "q",
    "page",
    "since",
    "until",
    "label",
    "region",
    "back",
    "value",
    "verdict",
    "reason",
    "text",
    "name",
    "into",
    "article",
    "tag",
    "_size",
    "_sort",
    "_next",
    "sql",
    "csrftoken",
    "ids",
    "min",
    "week",
    "format",
    "order",
    "act",
    "track",
    "tells",
]
VALUES = soup(
    "1", "-1", "9" * 30, "2026-03-18", "rejected", "confirmed", "海南", "/", "//x", "a b", "select 1",
    "%", "&", "=", "原", "score:", '"',
)  # fmt: skip
FORM = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4)
REQUESTS = st.tuples(
    st.sampled_from(PATHS), st.one_of(st.just(""), soup("/", "1", "..", "%2e", "?", "_", ".json", "~")),
    st.sampled_from(("GET", "POST", "HEAD", "PUT")), FORM, FORM,
    octets(soup("ds_actor=", "ds_csrftoken=", "ds_messages=", "abc", ".", ";", "=", "W10.", "eyJhIjoxfQ", '"', " ")),
    st.sampled_from(("same-origin", "cross-site", "none", "x")),
)  # fmt: skip


@cache
def _site() -> tuple[asyncio.Runner, httpx.AsyncClient]:
    _archive()
    given = f'[archive]\npath = "{SCRATCH}/archive.db"\n[sources]\ncatalogue = false\n'
    path = _written(given)
    app = application(config.load(path), path, host="127.0.0.1")
    transport = httpx.ASGITransport(app=app)
    return asyncio.Runner(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")


def _review(given: tuple[str, str, str, dict[str, str], dict[str, str], bytes, str]) -> object:
    path, more, method, query, form, cookie, fetched = given
    runner, client = _site()
    encoded = {key: value.encode("utf-8", "replace").decode() for key, value in query.items()}
    fields = {key: value.encode("utf-8", "replace").decode() for key, value in form.items()}
    target = httpx.URL(f"http://127.0.0.1:8080{path}", params=encoded or None)
    if more:
        target = target.copy_with(raw_path=target.raw_path + quote(UNSENT.sub("", more), safe=SENT_AS_IT_IS).encode())
    line = cookie.translate(None, b"\r\n\0")
    headers = [(b"cookie", line), (b"sec-fetch-site", fetched.encode()), (b"origin", b"http://127.0.0.1:8080")]
    answer = runner.run(client.request(method, target, data=fields if method != "GET" else None, headers=headers))
    assert answer.status_code < 500, (answer.status_code, answer.text[:300])
    return answer.status_code


TARGETS = (
    Target(name="dates", inputs=DATES, read=_dates, found=("99年" * 25 + "前", "9小时" * 30 + "99年前")),
    Target(name="headers", inputs=HEADERS, read=_headers),
    Target(name="answers on the wire", inputs=RAW, read=_http),
    Target(name="robots", inputs=ROBOTS, read=_robots),
    Target(
        name="addresses", inputs=ADDRESSES, read=_address, expected=(AddressError,),
        found=("http://h。//", "http://a/\udfff"),  # its key had another key; half a character
    ),
    Target(
        name="feeds", inputs=pages(FEED), read=_lists,
        found=((BEGINS_AGAIN, "text/xml"), (packed_run("<feed><entry><link href='/a'/></entry>"), "text/xml")),
    ),
    Target(name="sitemaps", inputs=pages(SITEMAP), read=_lists),
    Target(name="home pages", inputs=pages(HOME), read=_home),
    Target(name="JSON lists", inputs=pages(JSON), read=_lists),
    Target(name="HTML lists", inputs=pages(MARKUP), read=_listing),
    Target(name="JSON of strangers", inputs=JSON, read=json_of, expected=(ValueError, RecursionError)),
    Target(name="articles", inputs=pages(MARKUP), read=_article),
    Target(
        name="judged pages", inputs=pages(MARKUP), read=_whole,
        found=(
            (b"<frameset><frame src='/b'>" * 3000, "text/html"),  # took 14 s
            (b"<div>" * 40_000, "text/html"),  # 6 s
        ),
    ),
    Target(name="decoding", inputs=octets(MARKUP), read=_decoded),
    Target(name="documents", inputs=damaged(FILES), read=_document, expected=(UnreadableError,), may_end=True),
    Target(name="texts", inputs=PROSE, read=_texts),
    Target(name="assessed texts", inputs=PROSE, read=_judged),
    Target(
        name="compared texts", inputs=PROSE, read=_pair,
        found=("建成\u0661家，建成12\u0661家",),  # Arabic digits were numbers that nobody could count
    ),
    Target(name="configuration", inputs=TOML, read=_configuration, expected=(ConfigurationError,)),
    Target(name="lexicons", inputs=LEXICON, read=_lexicon, expected=(ConfigurationError,)),
    Target(name="rules", inputs=LEXICON, read=_lexicon_and_more, expected=(ConfigurationError,)),
    Target(name="environment", inputs=ENVIRONMENT, read=_proxies),
    Target(
        name="queries", inputs=QUERIES, read=_query, expected=(QueryError,), is_alone=True,
        found=("-" * 25 + "产业", *("(产业 OR 规划 " * n + "低空" + ")" * n for n in (15, 17))),  # more than FTS5 takes
    ),
    Target(name="lines of filters", inputs=LINE, read=_line),
    Target(name="answers of endpoints", inputs=ANSWERS, read=_answer),
    Target(name="messages", inputs=PAYLOADS, read=_message),
    Target(
        name="review page", inputs=REQUESTS, read=_review, is_alone=True,
        found=(("/", "", "GET", {}, {}, b"\xff\xfe", "same-origin"),),  # a cookie that is no UTF-8
    ),
)  # fmt: skip
