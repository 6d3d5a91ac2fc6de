"""Portals and receivers that do what nobody should: each a name and what it sends, byte by byte."""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from documents import zipped
from local_portal import article_page, listing_page
from raw_server import Answers, ResetError, Sends, endless, open_byte_server

OK, FAILED = b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 500 Oops\r\n"
HTML, XML, JSON = (f"Content-Type: {kind}\r\n".encode() for kind in ("text/html", "text/xml", "application/json"))
CHUNKED = b"Transfer-Encoding: chunked\r\n"
HOUR_SECONDS = 3600


def answer(body: str | bytes = b"", *, status: str = "200 OK", head: bytes = HTML) -> Sends:
    """Send a whole answer."""
    raw = body.encode() if isinstance(body, str) else body
    yield f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n".encode() + head + b"\r\n" + raw


def says(status: str, header: str = "X-A: b") -> Answers:
    """Send a status and a header, no body."""
    return lambda _path: answer(status=status, head=f"{header}\r\n".encode())


def sends(*pieces: bytes) -> Answers:
    """Send these bytes and hang up."""
    return lambda _path: iter(pieces)


def nothing(_path: str) -> Sends:
    """Send nothing, for an hour."""
    time.sleep(HOUR_SECONDS)
    yield b""


def slowly(first: bytes, raw: bytes) -> Answers:
    """Send some bytes, then a byte a second."""

    def one_by_one(_path: str) -> Sends:
        yield first
        for byte in raw:
            time.sleep(1)
            yield bytes((byte,))

    return one_by_one


def reset(first: bytes = b"") -> Answers:
    """Reset the connection, after some bytes."""

    def broken(_path: str) -> Sends:
        yield first
        raise ResetError

    return broken


def redirect(to: str, status: str = "302 Found") -> Answers:
    """Send a redirect; `{path}` in it is what was asked for."""
    return lambda path: says(status, f"Location: {to.format(path=path)}")(path)


def page(make: Callable[[], str | bytes], head: bytes = HTML) -> Answers:
    """Send a page at every path; it is made at the first request."""
    made = cache(make)
    return lambda _path: answer(made(), head=head)


def rows(*paths: str) -> str:
    """Return a list of these addresses."""
    return listing_page([(path, f"关于印发第{n}号工作要点的通知", "2026-03-18") for n, path in enumerate(paths)])


def behind_list(article: Answers) -> Answers:
    """Send a plain list, and this for its article."""
    return lambda path: article(path) if path.startswith("/a/") else answer(rows("/a/1.html"))


def as_robots(robots: Answers) -> Answers:
    """Send this for robots.txt, and a plain list for all else."""
    return lambda path: robots(path) if path.startswith("/robots") else answer(rows("/a/1.html"))


def bomb() -> bytes:
    """Return 2 GB of zeros, packed twice."""
    return gzip.compress(gzip.compress(b"\0" * (64 << 20)) * 32, 1)


def laughs() -> str:
    """Return a feed whose entities unpack to a billion words."""
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    start = f"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY l0 '哈'>{entities}]>"
    return f"{start}<rss><channel><item><title>&l9;</title></item></channel></rss>"


def many_agents() -> str:
    """Return a robots.txt that takes minutes to read."""
    return "".join(f"User-agent: a{n}\n" for n in range(15_000)) + "Disallow: /x\n" * 20_000


def pager(_path: str, numbers: Iterator[int] = count()) -> Sends:  # noqa: B008  one count for all requests is meant
    """Send a list of new rows that leads to another one."""
    number = next(numbers)
    listed = rows(*(f"/p/{number}-{row}.html" for row in range(5)))
    return answer(listed.replace("</body>", f"<a href='/list/{number + 1}.html'>下一页</a></body>"))


IMPOSSIBLE = ("http://x:99999/", "http:www", "http://[::1", "//", "http://a b/", "javascript:x", "/" + "a" * 70_000)
COOKIES = b"".join(b"Set-Cookie: c%d=%s\r\n" % (n, b"v" * 4000) for n in range(200))
DIGITS = "9" * 400
BURSTING = {"word/document.xml": "\0" * (60 << 20), "[Content_Types].xml": ""}

PORTALS: Mapping[str, Answers] = {
    "never answers": nothing,
    "head byte by byte": slowly(b"", OK + HTML),
    "body byte by byte": slowly(OK + HTML + b"\r\n", b"<html>" * 600),
    "hangs up": sends(),
    "resets": reset(),
    "resets within": reset(OK + b"Content-Length: 999\r\n\r\n<html>"),
    "no HTTP": sends(b"SSH-2.0-OpenSSH_9.6\r\n" + b"\0\xff" * 5000),
    "header lines without end": endless(OK, b"X-A: b\r\n" * 8192),
    "one endless header": endless(OK + b"X-A: "),
    "body without end": endless(OK + HTML + b"\r\n"),
    "chunks without end": endless(OK + HTML + CHUNKED + b"\r\n", b"1\r\nx\r\n" * 8192),
    "chunk of 16 EB": sends(OK + CHUNKED + b"\r\nffffffffffffffff\r\nx"),
    "100 Continue for ever": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "length -1": sends(OK + b"Content-Length: -1\r\n\r\n<html>"),
    "packed bomb": page(bomb, HTML + b"Content-Encoding: gzip\r\n"),
    "cookies": sends(OK + HTML + COOKIES + b"\r\n<html>"),
    "redirects to itself": redirect("{path}"),
    "redirects on and on": redirect("{path}x"),
    "redirects to a key server": redirect("http://169.254.169.254/latest/meta-data/"),
    "redirects to a file": redirect("file:///etc/passwd"),
    "refuses": says("403 Forbidden"),
    "fails": says("500 Oops"),
    "silence of 400 digits": says("429 Slow", f"Retry-After: {DIGITS}"),
    "silence until 9999": says("503 Later", "Retry-After: Fri, 31 Dec 9999 23:59:59 -9959"),
    "clock of 2036": page(rows, HTML + f"Date: Tue, 18 Mar 2036 00:00:00 GMT\r\nAge: {DIGITS}\r\n".encode()),
    "unchanged always": says("304 Not Modified", "ETag: x"),
    "robots.txt of agents": as_robots(page(many_agents)),
    "robots.txt without end": as_robots(endless(OK + b"\r\n", b"Disallow: /\n" * 5000)),
    "robots.txt that never comes": as_robots(nothing),
    "robots.txt to itself": as_robots(redirect("/robots.txt")),
    "nested list": page(lambda: "<div>" * 100_000),
    "100,000 rows": page(lambda: rows(*(f"/a/{n}.html" for n in range(100_000)))),
    "impossible addresses": page(lambda: rows(*IMPOSSIBLE)),
    "billion laughs": page(laughs, XML),
    "sitemap of itself": lambda path: answer(
        f"<sitemapindex><sitemap><loc>{path}</loc></sitemap></sitemapindex>", head=XML
    ),
    "deep JSON": page(lambda: "[" * 1_000_000, JSON),
    "pager without end": pager,
    "zeros": page(lambda: b"\0" * (4 << 20)),
    "article of attributes": behind_list(page(lambda: "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">")),
    "article of years": behind_list(page(lambda: article_page("未来产业发展综述", ["2026年" * 90_000]))),
    "article of frames": behind_list(page(lambda: "<iframe src='/a/1.html'></iframe>" * 500)),
    "document that bursts": behind_list(page(lambda: zipped(BURSTING))),
}  # fmt: skip

RECEIVERS: Mapping[str, Answers] = {
    "never answers": nothing,
    "byte by byte": slowly(b"", b"HTTP/1.1 204 No Content\r\n\r\n"),
    "hangs up": sends(),
    "resets": reset(),
    "resets after its status": reset(FAILED + b"\r\n"),
    "no HTTP": sends(b"+OK ready\r\n" * 99),
    "header lines without end": endless(FAILED, b"X-A: b\r\n" * 8192),
    "body without end": endless(FAILED + b"\r\n"),
    "100 Continue for ever": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "packed bomb": lambda _path: answer(bomb(), status="500 Oops", head=b"Content-Encoding: gzip\r\n"),
    "wrong request": says("400 Bad Request"),
    "no right": says("401 Unauthorized"),
    "gone": says("410 Gone"),
    "too large": says("413 Too Large"),
    "moved to a key server": redirect("http://169.254.169.254/", "307 Temporary Redirect"),
    "moved to itself": redirect("{path}", "308 Permanent Redirect"),
    "silence of 400 digits": says("429 Slow", f"Retry-After: {DIGITS}"),
    "silence until 9999": says("503 Later", "Retry-After: Mon, 18 Mar 9999 00:00:00 -0000"),
    "deep JSON": lambda _path: answer("[" * 60_000, status="502 Oops", head=JSON),
    "status 999": says("999 Oops"),
}  # fmt: skip


@dataclass
class Hostile:
    """One of them: where it is, and when it was asked."""

    name: str
    url: str = ""
    asked: list[float] = field(default_factory=list)


@contextmanager
def open_hostile(name: str, answers: Answers) -> Iterator[Hostile]:
    """Serve one on a free port of the loopback address."""
    hostile = Hostile(name)

    def noted(path: str) -> Sends:
        hostile.asked.append(time.monotonic())
        return answers(path)

    with open_byte_server(noted) as hostile.url:
        yield hostile


@contextmanager
def all_hostile(table: Mapping[str, Answers]) -> Iterator[list[Hostile]]:
    """Serve all of a table."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_hostile(name, answers)) for name, answers in table.items()]


def source(id: str, url: str) -> str:
    """Return a source's table."""
    return f"""
[[source]]
id = "{id}"
name = "某市人民政府"
region = "460100"
level = "city"
kind = "government"
listings = ["{url}/zwgk/"]
"""


def endpoint(name: str, url: str) -> str:
    """Return an endpoint's table."""
    return f'\n[[endpoint]]\nname = "{name}"\nkind = "webhook"\nurl = "{url}/hook"\nsecret = "env:TEST_SECRET"\n'
