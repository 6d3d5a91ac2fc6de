"""Four sample portals on loopback, each with its own way of listing, its own encoding and its own boilerplate."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scheduler.demo.samples import DEPARTMENT, DIGEST, GOVERNMENT, NEWS, Sample

HOT_LINKS = (
    '<div class="hot-list"><h3>热点排行</h3><ul>'
    '<li><a href="/hot/1.html">某某省未来产业行动计划印发 规模破万亿元</a></li>'
    '<li><a href="/hot/2.html">这些未来产业先导区名单公布</a></li></ul></div>'
)
COMMENTS_HTML = '<div class="comments"><h4>网友评论</h4><p>什么时候我们市也印发一份未来产业行动计划？等着看。</p></div>'
FOOTER_HTML = '<div class="footer">主办单位 | 网站地图 | 版权所有 Copyright © 2001-2023 琼ICP备00000000号</div>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """One sample portal: how it lists, and in which encoding it is written."""

    id: str
    name: str
    kind: str
    codec: str
    claims: str
    listing: str
    path: Callable[[Sample], str]
    rows: Callable[[str, list[tuple[str, Sample]]], str]
    samples: tuple[Sample, ...]


def _plain_rows(_name: str, rows: list[tuple[str, Sample]]) -> str:
    lines = (f'<li><a href="{path}" title="{s.title}">{s.title[:18]}…</a><span>{s.day}</span></li>' for path, s in rows)
    return f"<ul>{''.join(lines)}</ul>"


def _datastore_rows(_name: str, rows: list[tuple[str, Sample]]) -> str:
    records = "".join(
        f'<record><![CDATA[<li><a href="{path}">{s.title}</a><b>{s.day}</b></li>]]></record>' for path, s in rows
    )
    return f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>'


def _card_rows(_name: str, rows: list[tuple[str, Sample]]) -> str:
    return "".join(
        f'<div class="card"><h3><a href="{path}">{s.title}</a></h3><em>{s.day[5:]}</em></div>' for path, s in rows
    )


def _feed(name: str, rows: list[tuple[str, Sample]]) -> str:
    items = "".join(
        f"<item><title>{escape(s.title)}</title><link>{path}</link><pubDate>{s.day}T10:00:00+08:00</pubDate></item>"
        for path, s in rows
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'


PORTALS = (
    Portal(
        id="demo-gov", name="海南省人民政府（示例）", kind="government", codec="utf-8", claims="utf-8",
        listing="/zwgk/",
        path=lambda s: f"/zwgk/{s.day[:7].replace('-', '')}/t{s.day.replace('-', '')}_{s.number}.html",
        rows=_plain_rows, samples=GOVERNMENT,
    ),
    Portal(
        id="demo-gxt", name="海南省工业和信息化厅（示例）", kind="department", codec="gb18030", claims="gb2312",
        listing="/col/col101/index.html",
        path=lambda s: f"/art/{int(s.day[:4])}/{int(s.day[5:7])}/{int(s.day[8:])}/art_101_{s.number}.html",
        rows=_datastore_rows, samples=DEPARTMENT,
    ),
    Portal(
        id="demo-news", name="椰风新闻（示例）", kind="news", codec="utf-8", claims="gb2312", listing="/yaowen/",
        path=lambda s: f"/content/{s.day[:4]}/{s.day[5:7]}/{s.day[8:]}/{s.number}.html", rows=_card_rows, samples=NEWS,
    ),
    Portal(
        id="demo-rss", name="南海晚报（示例）", kind="news", codec="utf-8", claims="utf-8", listing="/rss.xml",
        path=lambda s: f"/n1/{s.day[:4]}/{s.day[5:7]}{s.day[8:]}/c1-{s.number}.html", rows=_feed, samples=DIGEST,
    ),
)  # fmt: skip


@dataclass(slots=True)
class Town:
    """The running portals. `round` 0 shows what stood there before, 1 and 2 what is new too."""

    round: int = 0
    addresses: dict[str, str] = field(default_factory=dict)

    def shown(self, portal: Portal) -> list[tuple[str, Sample]]:
        """Return a portal's articles with their addresses, newest first."""
        return [(portal.path(s), s) for s in reversed(portal.samples) if s.round <= self.round]


@contextmanager
def open_town() -> Iterator[Town]:
    """Serve all portals, each on a free port of the loopback address."""
    town = Town()
    with ExitStack() as stack:
        for portal in PORTALS:
            handler = type("Handler", (_Handler,), {"town": town, "portal": portal})
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            town.addresses[portal.id] = f"http://127.0.0.1:{server.server_port}"
        yield town


class _Handler(BaseHTTPRequestHandler):
    town: Town
    portal: Portal

    def do_GET(self) -> None:
        articles = dict(self.town.shown(self.portal))
        if self.path == self.portal.listing:
            return self._send(200, self._listing())
        if self.path in articles:
            return self._send(200, _article(self.portal, articles[self.path]))
        return self._send(404, "<h1>404</h1>")

    def _listing(self) -> str:
        base = self.town.addresses[self.portal.id]
        rows = [(f"{base}{path}", sample) for path, sample in self.town.shown(self.portal)]
        listed = self.portal.rows(self.portal.name, rows)
        return (
            listed if listed.startswith("<?xml") else _document(self.portal, "要闻", f"<div>{listed}</div>{HOT_LINKS}")
        )

    def _send(self, status: int, page: str) -> None:
        body = page.encode(self.portal.codec)
        self.send_response(status)
        self.send_header("Content-Type", "text/xml" if page.startswith("<?xml") else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The demonstration tells its own story."""


def _article(portal: Portal, sample: Sample) -> str:
    paragraphs = "".join(f"<p>　　{p}</p>" for p in sample.paragraphs)
    inner = (
        f"<h1>{sample.title}</h1><div class='info'>发布时间：{sample.day} 来源：{sample.publisher}</div>"
        f"<div class='article-content'>{paragraphs}</div><p>责任编辑：示例</p>{HOT_LINKS}"
        + (COMMENTS_HTML if portal.kind == "news" else "")
    )
    return _document(portal, sample.title, inner)


def _document(portal: Portal, title: str, inner: str) -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="{portal.claims}"><title>{title}_{portal.name}</title></head>'
        '<body><ul class="nav"><li><a href="/">首页</a></li><li><a href="/zt/">专题</a></li></ul>'
        f"{inner}{FOOTER_HTML}</body></html>"
    )
