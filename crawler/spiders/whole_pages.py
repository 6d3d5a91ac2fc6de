"""Get an article page whole, with its frames, further pages and files, and let it be judged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.acts.look_up import may_be_copy
from crawler.listing import recognise_block
from crawler.network.errors import said_of
from crawler.network.hosts import ClosingError
from crawler.network.requests import request_for
from crawler.reading import JudgedPage, judge_article, judge_page
from crawler.spiders.answers import page_of
from crawler.spiders.complete import Gatherer
from crawler.text.addresses import leads_home
from crawler.visit import Context, Visit
from storage.frontier import DueLink
from storage.records import Page


class WholePages:
    """The steps that new articles and known ones share. `download` sends a request as the crawl sends its own."""

    def __init__(self, context: Context, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._context = context
        self._download = download

    async def block_of(self, page: Page) -> str | None:
        """Return what stands in the way of a page, None for nothing. Who asks for silence (429) bars no way."""
        return None if page.status in {304, 429} else await self._context.reader.read(recognise_block, page)

    async def complete(self, page: Page, visit: Visit, known: Page | None = None) -> Page:
        """Return a page with what belongs to it.

        Raises:
            ClosingError: the program is ending.
            ReadingError: the page could not be read.
        """

        async def fetch(url: str) -> Page | str:
            return await self._fetch_part(url, visit)

        context = self._context
        gatherer = Gatherer(
            fetch=fetch, reader=context.reader, lexicon=context.lexicon, reading=context.reading,
            body=visit.source.body,
        )  # fmt: skip
        return await gatherer.gather(page, known)

    async def judge(self, page: Page, visit: Visit, link: DueLink) -> JudgedPage:
        """Return what a whole page says and what it scores."""
        read, lexicon = self._context.reader.read, self._context.lexicon
        judged = await read(judge_page, page, lexicon, body=visit.source.body, title=link.title, day=link.day)
        if may_be_copy(judged, self._context.archive):
            judged = await read(judge_article, page, judged.article, lexicon)
        return judged

    async def _fetch_part(self, url: str, visit: Visit) -> Page | str:
        """Return a further page or a file, or why there is none; robots, spacing and limits as for every request."""
        try:
            request = request_for(url, meta={"visit": visit}, headers={"Accept": "*/*"}, callback=NO_CALLBACK)
            response = await self._download(request)
        except ClosingError:
            raise
        except Exception as error:  # noqa: BLE001  what is missing of an article must not keep the rest of it
            return said_of(error)
        if response.status != 200:
            return f"http {response.status}"
        return page_of(response, visit.source.id, self._context.clock())


def why_not(page: Page, asked: str, block: str | None) -> str | None:
    """Return why an answer is not the page that was asked for, None where it is."""
    if block:
        return block
    if leads_home(asked, page.final_url):
        return "leads to the home page"
    return None if page.status == 200 else f"http {page.status}"
