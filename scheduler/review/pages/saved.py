"""Saved searches: keep one for oneself or for all, share it, let it end, and give it as a feed."""

from __future__ import annotations

from datasette.utils.asgi import Response

from scheduler.config.vocabulary import vocabulary
from scheduler.notify.incident import resolve_incident
from scheduler.notify.subscriptions import incident_key
from scheduler.review.page_request import PageError, PageRequest, Route
from storage.archive import Archive
from storage.connection import text_of
from storage.search.query import QueryError, parse_query
from storage.search.saved import SavedSearch, SavedSearchError

NONE = "没有这个订阅，或它已经删除。"


async def save(visit: PageRequest) -> Response:
    """Keep a search under a name; with an endpoint it is an alert rule, which all can see."""
    name, text, endpoint = visit.filled("name"), visit.filled("q"), visit.filled("endpoint") or None
    audience = {one.name for one in visit.settings.endpoint if one.role == "audience"}
    if endpoint is not None and endpoint not in audience:
        raise PageError(400, "没有这个接收端。")
    is_shared = endpoint is not None or bool(visit.filled("shared")) or not visit.site.must_log_in
    if is_shared and not visit.may_judge:
        raise PageError(403, "您的帐号只能给自己订阅。")
    owner = None if is_shared else visit.who
    try:
        parse_query(text, vocabulary())
        await visit.write(
            lambda archive: archive.saved_searches.add(
                name, text, endpoint=endpoint, by=visit.who, now=visit.now, owner=owner
            )
        )
    except QueryError as error:
        return visit.back("/search", say=error.in_chinese, problem=True)
    except SavedSearchError:
        return visit.back("/search", say="请换一个名字：这个名字是空的，或已经有了。", problem=True)
    told = f"，命中的新政策会推送到 {endpoint}" if endpoint else "，只有您看得到" if owner else ""
    return visit.back("/search", say=f"已保存“{name}”{told}。")


async def share(visit: PageRequest) -> Response:
    """Let everybody have a search of one's own."""
    id = visit.number("id")

    def change(archive: Archive) -> SavedSearch:
        _own_or_shared(visit, archive, id)
        return archive.saved_searches.share(id)

    try:
        shared = await visit.write(change)
    except SavedSearchError:
        return visit.back("/search", say="没有改成共用：已经有一个叫这个名字的共用订阅。", problem=True)
    return visit.back("/search", say=f"“{shared.name}”现在大家共用。")


async def remove(visit: PageRequest) -> Response:
    """Let a saved search end: one's own, or as a reviewer a shared one."""
    id = visit.number("id")

    def change(archive: Archive) -> SavedSearch:
        if _own_or_shared(visit, archive, id).owner is None and not visit.may_judge:
            raise PageError(403, "您的帐号只能删自己的订阅。")
        removed = archive.saved_searches.remove(id, now=visit.now)
        resolve_incident(archive, visit.settings.endpoint, key=incident_key(removed), now=visit.now)
        return removed

    try:
        removed = await visit.write(change)
    except SavedSearchError:
        return visit.back("/search", say="这个订阅已经删除过了。", problem=True)
    return visit.back("/search", say=f"已删除“{removed.name}”。")


def _own_or_shared(visit: PageRequest, archive: Archive, id: int) -> SavedSearch:
    """Return a search that who asks can see; those of others are as if they were not there."""
    try:
        found = archive.saved_searches.get(id)
    except KeyError as error:
        raise PageError(404, NONE) from error
    if not found.is_seen_by(visit.who):
        raise PageError(404, NONE)
    return found


async def as_json(visit: PageRequest) -> Response:
    """Give the searches that who asks can see, their own first."""
    seen = await visit.read(lambda archive: archive.saved_searches.seen_by(visit.who))
    return visit.json({"saved": [
        {
            "id": one.id, "name": one.name, "query": one.query, "endpoint": one.endpoint, "owner": one.owner,
            "created_by": one.created_by, "created_at": text_of(one.created_at),
            "feed": f"{visit.settings.review.url}/feeds/saved/{one.id}.atom",
        }
        for one in seen
    ]})  # fmt: skip


async def feed(visit: PageRequest) -> Response:
    """Lead to the feed's address: this one was given out before it."""
    return Response.redirect(f"/feeds/saved/{visit.names['id']}.{visit.names['format']}", status=301)


ROUTES = (
    Route(pattern="/saved", handler=save, method="POST", admits="readers"),
    Route(pattern=r"/saved\.json", handler=as_json),
    Route(pattern=r"/saved/(?P<id>\d+)/share", handler=share, method="POST"),
    Route(pattern=r"/saved/(?P<id>\d+)/remove", handler=remove, method="POST", admits="readers"),
    Route(pattern=r"/saved/(?P<id>\d+)\.(?P<format>atom|json)", handler=feed),
)
