"""Put the feeds and the API before the pages: addresses that are theirs never reach Datasette."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

from scheduler.notify.webhook_bodies import WEBHOOKS, Payload, example_of
from scheduler.review.api import reading, writing
from scheduler.review.api.access import Access
from scheduler.review.api.cards import Cards
from scheduler.review.api.feeds import Feeds
from scheduler.review.api.problems import ProblemDocument, described, say_problems
from scheduler.review.api.rate import RequestRate
from scheduler.review.asgi import App, Message, Receive, Send
from scheduler.review.guard import PROGRAMS
from scheduler.review.page_request import PageSite

API = PROGRAMS.rstrip("/")
THEIR_PATHS = (f"{API}/", "/feeds/", "/feeds.opml", "/calendar.ics")
EVERYWHERE = (400, 401, 403, 404, 429, 503)  # statuses that any operation may have
REQUESTS_PER_MINUTE = 240  # of one token or address: four a second go on for ever, and cost a tenth of a core


class WithPrograms:
    """Answers programs; what is not theirs is passed on."""

    def __init__(self, pages: App, site: PageSite) -> None:
        self._pages = pages
        self._programs = programs_of(site)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_theirs = scope["type"] == "http" and scope["path"].startswith(THEIR_PATHS)
        await (self._programs if is_theirs else self._pages)(scope, receive, send)


def programs_of(site: PageSite) -> FastAPI:
    """Return what answers programs of a site: the API with its description, and the feeds."""
    access = Access(site)
    app = _Described(
        title="FutureWatch", version=version("futurewatch"), summary="Policy acts on China's future industries",
        openapi_url=f"{API}/openapi.json", docs_url=None, redoc_url=None, redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    app.state.site, app.state.access, app.state.rate = site, access, RequestRate(REQUESTS_PER_MINUTE)
    bearer = HTTPBearer(auto_error=False, scheme_name="token", description="`futurewatch api-token create`")
    for router in (reading.router, writing.router):
        app.include_router(router, prefix=API, responses=described(*EVERYWHERE), dependencies=[Depends(bearer)])
    for type, model in WEBHOOKS.items():
        app.webhooks.add_api_route(type, _message(model), methods=["POST"], name=type, status_code=204)
    app.router.routes.extend((*Cards(site).routes, *Feeds(site, access).routes))
    say_problems(app)
    return app


class _Described(FastAPI):
    """An application whose description says what it does: faults of a request are answered 400, never 422."""

    def openapi(self) -> dict[str, Any]:
        """Return the description (OpenAPI 3.1)."""
        document = super().openapi()
        for path in document["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None)
        for type, path in document["webhooks"].items():
            (content,) = path["post"]["requestBody"]["content"].values()
            content["examples"] = {"example": {"value": example_of(type)}}  # FastAPI's own lose what is null
        schemas = document["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas[ProblemDocument.__name__] = ProblemDocument.model_json_schema()
        return document


def _message(model: type[Payload]) -> Callable[..., Any]:
    """Return the function that describes a message to receivers; nobody calls it."""

    async def told(body: Any) -> None:
        pass

    told.__annotations__["body"] = model
    told.__doc__ = model.__doc__
    return told
