"""Pages that scripts draw are read through a real browser, which has no way to a private network."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from browser import CHROMIUM
from conftest import Futurewatch
from crawler.network.errors import PrivateAddressError, UnsuitedExitError
from crawler.network.exits.browser import BrowserExit
from crawler.network.exits.exit import ExitOptions
from crawler.network.local import LocalHandler
from crawler.network.requests import request_for
from crawler.network.settings import CrawlSettings
from local_portal import LocalPortal
from storage.archive import Archive
from test_workers import Here

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="run deploy/install-browser.sh")
ROWS = "[['/t20260318_1.html', '关于未来产业的通知'], ['/t20260317_2.html', '关于未来能源的意见']]"
DRAWN = """<html><body><h2>政策文件</h2><img src="/picture.png"><ul id="list"></ul><script>
fetch('/rows.json').then(answer => answer.json()).then(rows => {
  for (const [url, title] of rows)
    document.getElementById('list').innerHTML += `<li><a href="${url}">${title}</a><span>2026-03-18</span></li>`;
});
</script></body></html>"""


def test_script_draws_the_list(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Rows that a script draws are listed; robots.txt goes directly, pictures are not asked for."""
    exits = '[[exit]]\nname = "screen"\nkind = "browser"'
    futurewatch.configure(portal, more=f'via = {{ hi-gov = ["screen"] }}\n{exits}', crawl="limit_seconds = 60")
    text = futurewatch.config.read_text(encoding="utf-8").replace("timeout_seconds = 3", "timeout_seconds = 20")
    futurewatch.config.write_text(text, encoding="utf-8")
    portal.serve("/zwgk/", DRAWN)
    portal.serve("/rows.json", ROWS.replace("'", '"'), headers={"Content-Type": "application/json"})
    assert futurewatch.crawl()["listed"] == 2
    assert portal.asked("/robots.txt")
    assert not portal.asked("/picture.png")
    with Archive.existing(futurewatch.archive) as archive:
        run, _ = archive.runs.standing("hi-gov")
    assert run is not None
    assert run.exits["screen"].requests >= 1
    assert run.exits["direct"].requests == 1


def test_browser_reaches_nothing_private(portal: LocalPortal) -> None:
    """Neither a page nor what its scripts ask for leads into a private network; a file is for another exit."""
    portal.serve("/", "<p>secret</p>")
    portal.serve("/file", b"x", headers={"Content-Type": "application/octet-stream"})

    async def met(*, is_open: bool, path: str) -> Exception:
        crawl = CrawlSettings(allow_private_networks=is_open)
        way = BrowserExit(ExitOptions(name="screen", crawl=crawl))
        request = request_for(f"{portal.url}{path}", meta={"download_timeout": 20.0})
        try:
            with pytest.raises((PrivateAddressError, UnsuitedExitError)) as caught:
                await way.fetch(request, cast("LocalHandler", Here()))
        finally:
            await way.close()
        return caught.value

    assert isinstance(asyncio.run(met(is_open=False, path="/")), PrivateAddressError)
    assert portal.log == []
    assert isinstance(asyncio.run(met(is_open=True, path="/file")), UnsuitedExitError)
