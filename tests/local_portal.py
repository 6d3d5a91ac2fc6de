"""A real portal on loopback that a test fills with pages, and that notes every request it gets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the portal answers at a path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that the portal got; `at` in seconds of a monotonic clock."""

    at: float
    path: str
    headers: dict[str, str]


@dataclass
class LocalPortal:
    """A portal under test: paths and what they answer."""

    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)

    def serve(self, path: str, page: str | bytes, **more: object) -> None:
        """Answer `path` with a page from now on."""
        body = page.encode() if isinstance(page, str) else page
        self.replies[path] = Reply(body=body, **more)  # type: ignore[arg-type]  # status, headers, delay_seconds

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path."""
        return [request for request in self.log if request.path == path]


@contextmanager
def open_portal(host: str = "127.0.0.1") -> Iterator[LocalPortal]:
    """Serve a portal on a free port of an address of this machine."""
    portal = LocalPortal()
    server = ThreadingHTTPServer((host, 0), type("Handler", (_Handler,), {"portal": portal}))
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    portal.url = f"http://{host}:{server.server_port}"
    with server:
        yield portal
        server.shutdown()


def other_source(portal: LocalPortal) -> str:
    """Return the table of a second source, which a portal serves."""
    return f"""
[[source]]
id = "other"
name = "other"
region = "460000"
level = "province"
kind = "news"
listings = ["{portal.url}/zwgk/"]
"""


class _Handler(BaseHTTPRequestHandler):
    portal: LocalPortal
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.portal.log.append(Asked(at=time.monotonic(), path=self.path, headers=headers))
        reply = self.portal.replies.get(self.path, Reply(status=404, body=b"<h1>404</h1>"))
        time.sleep(reply.delay_seconds)
        etag = reply.headers.get("ETag")
        status = 304 if etag and headers.get("if-none-match") == etag else reply.status
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **reply.headers}.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(reply.body)

    do_POST = do_GET  # noqa: N815  the name that http.server looks for

    def log_message(self, *_: object) -> None:
        """The portal keeps its own log."""


def listing_page(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return a plain listing page of rows (path, title, day)."""
    lines = "".join(f'<li><a href="{path}">{title}</a><span>{day}</span></li>' for path, title, day in rows)
    return f"<html><head><title>政策文件</title></head><body><ul class='list'>{lines}</ul></body></html>"


def article_page(title: str, paragraphs: Iterable[str], *, day: str = "2026-03-18", publisher: str = "椰风新闻") -> str:
    """Return a plain article page."""
    text = "".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><meta charset='utf-8'><title>{title}_示例网</title></head><body><h1>{title}</h1>"
        f"<div class='info'>发布时间：{day} 来源：{publisher}</div><div class='article-content'>{text}</div>"
        "<div class='footer'>版权所有 琼ICP备00000000号</div></body></html>"
    )
