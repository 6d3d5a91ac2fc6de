"""Saved searches: keep one, let it end, and give it as a feed."""

from __future__ import annotations

from datasette.utils.asgi import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.notify.incident import resolve_incident
from scheduler.notify.subscriptions import incident_key
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.search.query import QueryError, parse_query
from storage.search.saved import SavedSearch, SavedSearchError


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
    """Lead to the feed's address: this one was given out before it."""
    return Response.redirect(f"/feeds/saved/{visit.names['id']}.{visit.names['format']}", status=301)


ROUTES = (
    Route(pattern="/saved", handler=save, method="POST"),
    Route(pattern=r"/saved/(?P<id>\d+)/remove", handler=remove, method="POST"),
    Route(pattern=r"/saved/(?P<id>\d+)\.(?P<format>atom|json)", handler=feed),
)
