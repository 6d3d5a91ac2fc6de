"""Poll listing pages that were read before, those of many hosts in one crawl: most show nothing new, and need no other.

A crawl of its own for each host costs more than all else of a poll. What a page that has changed leads to is still
fetched in a crawl of its host alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.spiders.answers import page_of
from crawler.spiders.listings import note_failure
from crawler.spiders.portal import PortalSpider
from crawler.visit import Context, Visit


class PollSpider(PortalSpider):
    """Asks for first listing pages when it is told to, behind the door and by the middlewares of every crawl."""

    name = "poll"

    def __init__(self, *, context: Context, **kwargs: Any) -> None:
        super().__init__(visits=[], context=context, **kwargs)

    async def poll(self, visits: Sequence[Visit]) -> list[Response] | None:
        """Return the first pages of visits to one host that are to be read; those that stand are noted.

        None where a crawl is to ask for them: a page was never read before, or articles are due.
        """
        asked = [request for visit in visits for request in self.listings.first_pages(visit)]
        if not all(request.meta["known"] for request in asked) or any(map(self.listings.is_anything_due, visits)):
            return None
        answers = [await self._answer(asked[0])] if len(asked) == 1 else await asyncio.gather(*map(self._answer, asked))
        return [answer for answer in answers if answer is not None]

    async def _answer(self, request: Request) -> Response | None:
        """Return a page that is to be read; what came of another one is noted on its visit."""
        visit: Visit = request.cb_kwargs["visit"]
        try:
            response = await self.download(request)
        except Exception as error:  # noqa: BLE001  whatever it is, it is this page's
            note_failure(visit, error)
            return None
        page = page_of(response, visit.source.id, self.context.clock())
        return None if self.listings.stands(response, page) else response
