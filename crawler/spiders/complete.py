"""Get what else belongs to an article page before it is taken in: its frames, further pages, attachments."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from crawler.attachments import kind_of, read_file
from crawler.detect import mentions
from crawler.detect.facts.reading import NEARLY_EMPTY
from crawler.detect.lexicon import Lexicon
from crawler.extract import extract, has_frame, holds_text, may_need_more, text_frames
from storage.records import Article, Attachment, File, Page

MOST_PAGES = 20  # of one article; the longest documents that portals divide have a dozen
MOST_FRAMES = 3  # of one page; a text stands in one, beside it a player or a list
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
        """Return a page with the frames that hold its text, its further pages and the attachments that may matter.

        `known` is the page as it was fetched before; files that were read then are not asked for again. What cannot be
        fetched is left out, so that the rest is not late; a re-read gets it later.
        """
        if kind_of(page.body):
            return replace(page, files=(await self._read(page),))
        page = await self._with_frames(page)
        if not any(map(may_need_more, (page, *page.frames))):
            return page
        page = await self._with_following(page)
        article = extract(page, body=self.body)
        if not self._may_matter(article):
            return page
        read = {file.url: file for file in known.files if file.state != "failed"} if known else {}
        wanted = [a for a in article.attachments if a.state == "listed"][:MOST_FILES]
        files = tuple([read.get(a.url) or await self._file(a) for a in wanted])
        return replace(page, files=(*page.files, *files))

    async def _with_frames(self, page: Page) -> Page:
        """Return a page with the frames that its text stands in, or the documents that they show.

        A frame that turns out to be a player, a list or another shell is looked through and left out.
        """
        waiting, asked = deque(text_frames(page, extract(page, body=self.body)) if has_frame(page) else ()), 0
        while waiting and asked < MOST_FRAMES:
            address, asked = waiting.popleft(), asked + 1
            answer = await self.fetch(address)
            if isinstance(answer, str):
                continue
            if kind_of(answer.body):
                file = replace(await self._read(answer), url=address)
                page = replace(page, files=(*page.files, file))
            elif holds_text(answer):
                page = replace(page, frames=(*page.frames, answer))
            else:
                waiting.extend(text_frames(answer, extract(answer)))
        return page

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
