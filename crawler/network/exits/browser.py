"""Let pages be fetched by a browser, for portals whose scripts draw them: the system's Chromium, or a remote one.

It fetches as a reader's would, without pictures, fonts and counters, and gives the page as it stands once its requests
are over. A challenge is a page like any other: it is told, never defeated. robots.txt and files go by the next exit.
"""

from __future__ import annotations

import asyncio
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.network.errors import ExitError, UnsuitedExitError
from crawler.network.exits.exit import ExitKind, ExitOptions
from crawler.network.exits.guard import BrowserGuard
from crawler.network.local import LocalHandler

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright, Route
    from playwright.async_api import Response as Answer

CHROMIUM_PATH = "/usr/bin/chromium"
ARGUMENTS = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
             "--js-flags=--max-old-space-size=256")  # fmt: skip  # MB for the scripts of a page
PAGES_AT_ONCE = 2  # a page takes 100 to 200 MB
PAGES_OF_A_BROWSER = 200  # then a fresh one is started: memory of a browser grows
QUIET_SECONDS = 5.0  # so long a page's further requests are waited for
NOT_LOADED = frozenset({"image", "media", "font", "texttrack", "ping", "websocket", "eventsource", "manifest"})
COUNTERS = re.compile(
    r"(^|\.)(hm\.baidu\.com|cnzz\.com|umeng\.com|51\.la|google-analytics\.com|googletagmanager\.com|clarity\.ms)$"
)
FILES = re.compile(r"\.(pdf|docx?|wps|xlsx?|et|pptx?|ofd|rtf|zip|rar|7z|xml|json|txt|mp4)$", re.IGNORECASE)
WIRE_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding", "content-type", "set-cookie"})


class BrowserExit:
    """A browser. It is started with the first page that wants it."""

    host = ""

    def __init__(self, options: ExitOptions) -> None:
        if options.url and urlsplit(options.url).scheme not in {"http", "https", "ws", "wss"}:
            raise ValueError("a remote browser is written ws://HOST:PORT or http://HOST:PORT, as Chromium names it")
        self.name = options.name
        self._remote = options.url
        self._most_bytes = int(options.crawl.max_page_mb * 1024 * 1024)
        self._guard = BrowserGuard(is_open=options.crawl.allow_private_networks)
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self._pages = 0
        self._starting = asyncio.Lock()
        self._room = asyncio.Semaphore(PAGES_AT_ONCE)

    def suits(self, request: Request) -> bool:
        """Return whether a request is one for a page."""
        is_page = request.method == "GET" and not request.meta.get("is_robots")
        return is_page and not FILES.search(urlsplit(request.url).path)

    async def fetch(self, request: Request, local: LocalHandler) -> Response:
        """Return a page as a reader sees it, its address that which it has by then."""
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as TooLate

        seconds = request.meta["download_timeout"]
        host = urlsplit(request.url).hostname or ""
        async with self._room:
            try:
                async with asyncio.timeout(seconds + QUIET_SECONDS):
                    return await self._shown(request, seconds, is_unchecked=local.tls == "legacy")
            except (TimeoutError, TooLate) as error:
                raise DownloadTimeoutError(f"the browser took longer than {seconds:g} s for {request.url}") from error
            except Error as error:
                if "Download is starting" in error.message:
                    raise UnsuitedExitError(self.name, "a browser shows no files") from error
                if self._browser is None or not self._browser.is_connected():
                    raise ExitError(self.name, "the browser has ended") from error
                raise self._guard.failures.pop(host, DownloadFailedError(error.message)) from error

    async def probe(self) -> None:
        """Start the browser, or connect to the remote one."""
        await self._started()

    async def close(self) -> None:
        """End the browser."""
        await self._end()
        if self._driver is not None:
            await self._driver.stop()
        await self._guard.close()

    async def _shown(self, request: Request, seconds: float, *, is_unchecked: bool) -> Response:
        browser = await self._started()
        agent = (request.headers.get("User-Agent") or b"").decode("latin-1")
        context = await browser.new_context(
            user_agent=agent or None, locale="zh-CN", accept_downloads=False, service_workers="block",
            ignore_https_errors=is_unchecked,
        )  # fmt: skip
        try:
            return await self._load(context, request, seconds)
        finally:
            with suppress(Exception):  # a browser that has ended has closed it
                await context.close()

    async def _load(self, context: BrowserContext, request: Request, seconds: float) -> Response:
        from playwright.async_api import TimeoutError as TooLate

        page = await context.new_page()
        await page.route("**/*", _let_pass)
        answer = await page.goto(request.url, wait_until="domcontentloaded", timeout=seconds * 1000)
        host = urlsplit(request.url).hostname or ""
        if answer is None or (answer.status == 502 and host in self._guard.failures):
            raise self._guard.failures.pop(host, DownloadFailedError(f"no answer from {request.url}"))
        with suppress(TooLate):
            await page.wait_for_load_state("networkidle", timeout=QUIET_SECONDS * 1000)
        return await self._response(page, answer)

    async def _response(self, page: Page, answer: Answer) -> Response:
        """Return what a page shows, in UTF-8; as it was served, where it is no page."""
        told = await answer.all_headers()
        kind = told.get("content-type", "text/html")
        is_page = "html" in kind
        body = (await page.content()).encode("utf-8", "replace") if is_page else await answer.body()
        if len(body) > self._most_bytes:
            raise DownloadCancelledError(f"{page.url} shows {len(body)} bytes, more than is read")
        headers = {name: value for name, value in told.items() if name not in WIRE_HEADERS}
        headers["Content-Type"] = "text/html; charset=utf-8" if is_page else kind
        made = HtmlResponse if is_page else TextResponse
        return made(page.url, status=answer.status, headers=headers, body=body, encoding="utf-8")

    async def _started(self) -> Browser:
        """Return the browser, a fresh one after many pages or where the last one has ended."""
        async with self._starting:
            self._pages += 1
            if self._browser is not None and (not self._browser.is_connected() or self._pages > PAGES_OF_A_BROWSER):
                await self._end()
            if self._browser is None:
                self._browser, self._pages = await self._start(), 1
            return self._browser

    async def _start(self) -> Browser:
        try:
            from playwright.async_api import async_playwright

            self._driver = self._driver or await async_playwright().start()
            if self._remote:
                return await self._driver.chromium.connect_over_cdp(self._remote)
            return await self._driver.chromium.launch(
                executable_path=CHROMIUM_PATH, args=list(ARGUMENTS), proxy={"server": await self._guard.start()},
                chromium_sandbox=not _is_root(),
            )  # fmt: skip
        except ImportError as error:
            raise ExitError(self.name, "playwright is missing: pip install 'futurewatch[browser]'") from error
        except Exception as error:
            raise ExitError(self.name, f"the browser does not start ({type(error).__name__})") from error

    async def _end(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            with suppress(Exception):  # it may have ended by itself
                await browser.close()


async def _let_pass(route: Route) -> None:
    """Let the browser ask for what makes the page, and for nothing that only adorns or counts."""
    asked = route.request
    host = urlsplit(asked.url).hostname or ""
    if asked.resource_type in NOT_LOADED or COUNTERS.search(host):
        await route.abort()
    else:
        await route.continue_()


def _is_root() -> bool:
    return os.geteuid() == 0  # Chromium's sandbox refuses root; the service does not run as that


KIND = ExitKind(name="browser", open=BrowserExit, may_have=("url",))
