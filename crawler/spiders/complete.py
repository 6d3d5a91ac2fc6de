"""Get what else belongs to an article page before it is taken in: its frames, further pages, attachments."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from crawler.attachments import kind_of, read_file
from crawler.detect.lexicon import Lexicon
from crawler.reading import Reader, Survey, read_frame, survey
from storage.records import Attachment, File, Page

MOST_PAGES = 20  # of one article; the longest documents that portals divide have a dozen
MOST_FRAMES = 3  # of one page; a text stands in one, beside it a player or a list
MOST_FILES = 5  # of one page; a notice has one to three, a budget disclosure fifty

Fetch: TypeAlias = Callable[[str], Awaitable[Page | str]]  # the answer with status 200, or why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Gathers for one source. `body` is its selector of the text, `reading` the turns to read a file, process-wide."""

    fetch: Fetch
    reader: Reader
    lexicon: Lexicon
    reading: asyncio.Semaphore
    body: str = ""

    async def gather(self, page: Page, known: Page | None = None) -> Page:
        """Return a page with the frames that hold its text, its further pages and the attachments that may matter.

        `known` is the page as it was fetched before; files that were read then are not asked for again. What cannot be
        fetched is left out, so that the rest is not late; a re-read gets it later.

        Raises:
            ReadingError: the page could not be read.
        """
        if kind_of(page.body):
            return replace(page, files=(await self._read(page),))
        found = await self._survey(page)
        if found.frames:
            page = await self._with_frames(page, found.frames)
            found = await self._survey(page)
        while found.next_page and len(page.following) + 1 < MOST_PAGES:
            answer = await self.fetch(found.next_page)
            if isinstance(answer, str):
                break
            page = replace(page, following=(*page.following, answer))
            found = await self._survey(page)
        read = {file.url: file for file in known.files if file.state != "failed"} if known else {}
        wanted = [a for a in found.attachments if a.state == "listed"][:MOST_FILES]
        files = tuple([read.get(a.url) or await self._file(a) for a in wanted])
        return replace(page, files=(*page.files, *files))

    async def _survey(self, page: Page) -> Survey:
        return await self.reader.read(survey, page, self.lexicon, body=self.body)

    async def _with_frames(self, page: Page, addresses: Iterable[str]) -> Page:
        """Return a page with the frames that its text stands in, or the documents that they show.

        A frame that turns out to be a player, a list or another shell is looked through and left out.
        """
        waiting, asked = deque(addresses), 0
        while waiting and asked < MOST_FRAMES:
            address, asked = waiting.popleft(), asked + 1
            answer = await self.fetch(address)
            if isinstance(answer, str):
                continue
            if kind_of(answer.body):
                file = replace(await self._read(answer), url=address)
                page = replace(page, files=(*page.files, file))
                continue
            says_something, further = await self.reader.read(read_frame, answer)
            page = replace(page, frames=(*page.frames, answer)) if says_something else page
            waiting.extend(further)
        return page

    async def _file(self, attachment: Attachment) -> File:
        answer = await self.fetch(attachment.url)
        if isinstance(answer, str):
            return File(url=attachment.url, page=None, state="failed", reason=answer)
        return replace(await self._read(answer), url=attachment.url)

    async def _read(self, page: Page) -> File:
        async with self.reading:
            return await read_file(page)
