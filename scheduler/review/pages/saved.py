"""Saved searches: keep one, let it end, and give it as a feed."""

from __future__ import annotations

from typing import Literal, cast

from datasette.utils.asgi import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.notify.incident import resolve_incident
from scheduler.notify.subscriptions import incident_key, saved_feed_text
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.search.query import QueryError, parse_query
from storage.search.saved import SavedSearch, SavedSearchError

TYPES = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}


async def save(visit: PageRequest) -> Response:
    """Keep a search under a name; with an endpoint it is an alert rule."""
    name, text, endpoint = visit.filled("name"), visit.filled("q"), visit.filled("endpoint") or None
    audience = {one.name for one in visit.settings.endpoint if one.role == "audience"}
    if endpoint is not None and endpoint not in audience:
        raise PageError(400, "没有这个渠道。")
    try:
        parse_query(text, vocabulary())
        await visit.write(
            lambda archive: archive.saved_searches.add(name, text, endpoint=endpoint, by=visit.who, now=visit.now)
        )
    except QueryError as error:
        return visit.back("/search", say=error.in_chinese, problem=True)
    except SavedSearchError:
        return visit.back("/search", say="请换一个名字：这个名字是空的，或已经有了。", problem=True)
    told = f"，命中的新政策会推送到 {endpoint}" if endpoint else ""
    return visit.back("/search", say=f"已保存“{name}”{told}。")


async def remove(visit: PageRequest) -> Response:
    """Let a saved search end."""
    id = visit.number("id")

    def change(archive: Archive) -> SavedSearch:
        found = archive.saved_searches.get(id)
        removed = archive.saved_searches.remove(found.name, now=visit.now)
        resolve_incident(archive, visit.settings.endpoint, key=incident_key(removed), now=visit.now)
        return removed

    try:
        removed = await visit.write(change)
    except (KeyError, SavedSearchError):
        return visit.back("/search", say="这个搜索已经删除过了。", problem=True)
    return visit.back("/search", say=f"已删除“{removed.name}”。")


async def feed(visit: PageRequest) -> Response:
    """Give what a saved search finds as a feed: Atom or JSON Feed."""
    id, format = visit.number("id"), cast("Literal['atom', 'json']", visit.names["format"])
    url = f"{visit.settings.review.url}{visit.request.path}"
    try:
        text = await visit.read(lambda archive: saved_feed_text(archive.db, id, format, url=url))
    except KeyError as error:
        raise PageError(404, "没有这个搜索，或它已经删除。") from error
    except QueryError as error:
        raise PageError(409, f"这个搜索读不懂了：{error.in_chinese}") from error
    return visit.text(text, type=TYPES[format])


ROUTES = (
    Route(pattern="/saved", handler=save, method="POST"),
    Route(pattern=r"/saved/(?P<id>\d+)/remove", handler=remove, method="POST"),
    Route(pattern=r"/saved/(?P<id>\d+)\.(?P<format>atom|json)", handler=feed),
)
