"""The site on a phone's home screen: the worker that keeps today's list, which must stand above all pages."""

from __future__ import annotations

from datasette.utils.asgi import Response

from scheduler.review.page_request import PageRequest, Route
from scheduler.review.wording import STATIC


async def worker(visit: PageRequest) -> Response:
    """Give the script of the service worker: from its address follows which pages it may look after."""
    answer = visit.text((STATIC / "service-worker.js").read_bytes(), type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


ROUTES = (Route(pattern=r"/service-worker\.js", handler=worker, admits="all"),)
