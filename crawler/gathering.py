"""Get what else belongs to an article page before it is taken in: the pages it goes on at, and its attachments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from crawler.attachments import kind_of, read_file
from crawler.detect import mentions
from crawler.detect.facts.reading import NEARLY_EMPTY
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract, may_need_more
from storage.records import Article, Attachment, File, Page

MOST_PAGES = 20  # of one article; the longest documents that portals divide have a dozen
MOST_FILES = 5  # of one page; a notice has one to three, a budget disclosure fifty

Fetch: TypeAlias = Callable[[str], Awaitable[Page | str]]  # the answer with status 200, or why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Gathers for one source. `body` is its selector of the text, `reading` the turns to read a file, process-wide."""

    fetch: Fetch
    lexicon: Lexicon
    reading: asyncio.Semaphore
    body: str = ""

    async def gather(self, page: Page, known: Page | None = None) -> Page:
        """Return a page with its further pages and the attachments that may matter.

        `known` is the page as it was fetched before; files that were read then are not asked for again. What cannot be
        fetched is left out, so that the rest is not late; a re-read gets it later.
        """
        if kind_of(page.body):
            return replace(page, files=(await self._read(page),))
        if not may_need_more(page):
            return page
        page = await self._with_following(page)
        article = extract(page, body=self.body)
        if not self._may_matter(article):
            return page
        read = {file.url: file for file in known.files if file.state != "failed"} if known else {}
        wanted = [a for a in article.attachments if a.state == "listed"][:MOST_FILES]
        return replace(page, files=tuple([read.get(a.url) or await self._file(a) for a in wanted]))

    async def _with_following(self, page: Page) -> Page:
        while len(page.following) + 1 < MOST_PAGES:
            address = extract(page, body=self.body).next_page
            answer = await self.fetch(address) if address else "the last page"
            if isinstance(answer, str):
                break
            page = replace(page, following=(*page.following, answer))
        return page

    def _may_matter(self, article: Article) -> bool:
        """Attachments are read of pages that may be about the topic, and of those that only point to them."""
        names = "\n".join(attachment.title for attachment in article.attachments)
        is_topical = mentions(f"{article.title}\n{article.text}\n{names}", self.lexicon)
        return is_topical or len(article.text) < NEARLY_EMPTY

    async def _file(self, attachment: Attachment) -> File:
        answer = await self.fetch(attachment.url)
        if isinstance(answer, str):
            return File(url=attachment.url, page=None, state="failed", reason=answer)
        return replace(await self._read(answer), url=attachment.url)

    async def _read(self, page: Page) -> File:
        async with self.reading:
            return await read_file(page)
