"""Saved searches: keep one for oneself or for all, change, share and end it, undo that, and give it as a feed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from scheduler.config.endpoint import Endpoint
from scheduler.config.vocabulary import vocabulary
from scheduler.notify.forecast import Forecast, forecast
from scheduler.notify.incident import resolve_incident
from scheduler.notify.subscriptions import incident_key
from scheduler.notify.trial import send_sample
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.forecasts import said_of
from scheduler.review.wording import FREQUENCIES
from storage.archive import Archive
from storage.connection import text_of
from storage.search.find import SearchResult
from storage.search.query import QueryError, parse_query
from storage.search.saved import Frequency, SavedSearch, SavedSearchChange, SavedSearchError

NONE = "没有这个订阅，或它已经删除。"
ID = r"/saved/(?P<id>\d+)"
TYPED = ("name", "endpoint", "frequency", "shared")  # fields of the form that stay while an endpoint is tried
SHOWN_ARTICLES = 5  # that a changed search finds


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchForm:
    """A saved search as it is filled in; `found` is what it finds first, None before it was looked for.

    `forecast` says what it would have sent, empty before it was looked for.
    """

    name: str
    text: str
    endpoints: Sequence[str] = ()
    frequency: str = ""
    is_shared: bool = False
    found: SearchResult | None = None
    forecast: str = ""
    problem: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldByForm:
    """The endpoints that a form lets a search tell, how often, and whose the search is to be."""

    endpoints: tuple[Endpoint, ...]
    frequency: Frequency | None
    owner: str | None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the endpoints."""
        return tuple(one.name for one in self.endpoints)


async def save(visit: PageRequest) -> Response:
    """Keep a search under a name, or send its endpoints a sample; with endpoints it is an alert rule for all to see."""
    name, text = visit.filled("name"), visit.filled("q")
    told = _told(visit)
    if visit.filled("do") == "test":
        said, is_wrong = await _try(visit, told)
        typed = {key: list(visit.form.get(key, ())) for key in ("q", *TYPED)}
        return visit.lead_to(f"/search?{urlencode(typed, doseq=True)}", say=said, problem=is_wrong)
    try:
        parse_query(text, vocabulary())
        await visit.write(
            lambda archive: archive.saved_searches.add(
                name,
                text,
                endpoints=told.names,
                frequency=told.frequency,
                by=visit.who,
                now=visit.now,
                owner=told.owner,
            )
        )
    except QueryError as error:
        return visit.back("/search", say=error.in_chinese, problem=True)
    except SavedSearchError:
        return visit.back("/search", say="请换一个名字：这个名字是空的，或已经有了。", problem=True)
    pushed = f"，命中的新政策会推送到 {'、'.join(told.names)}" if told.names else ""
    return visit.back("/search", say=f"已保存“{name}”{pushed or ('，只有您看得到' if told.owner else '')}。")


def _told(visit: PageRequest) -> ToldByForm:
    """Return whom a form tells, and whose the search is to be. Raises `PageError`."""
    names, frequency = {name for name in visit.form.get("endpoint", ()) if name}, visit.filled("frequency")
    endpoints = tuple(one for one in audience(visit) if one.name in names)
    if len(endpoints) < len(names):
        raise PageError(400, "没有这个接收端。")
    if frequency and frequency not in FREQUENCIES:
        raise PageError(400, "没有这种推送频率。")
    is_shared = bool(endpoints) or bool(visit.filled("shared")) or not visit.site.must_log_in
    if is_shared and not visit.may_judge:
        raise PageError(403, "您的帐号只能给自己订阅。")
    return ToldByForm(
        endpoints=endpoints, frequency=cast("Frequency", frequency) if frequency and endpoints else None,
        owner=None if is_shared else visit.who,
    )  # fmt: skip


async def _try(visit: PageRequest, told: ToldByForm) -> tuple[str, bool]:
    """Send each endpoint a sample; return what they answered, and whether one did not take it."""
    if not told.endpoints:
        return "先选一个接收端，再试发。", True
    answers = await asyncio.gather(*(send_sample(one, visit.settings, now=visit.now) for one in told.endpoints))
    said = [
        f"{one.name} {'收到了' if answer.is_delivered else '没有收到'}：{answer.text}"
        for one, answer in zip(told.endpoints, answers, strict=True)
    ]
    return f"试发一条示例。{'；'.join(said)}", not all(answer.is_delivered for answer in answers)


def audience(visit: PageRequest) -> list[Endpoint]:
    """Return the endpoints that a search can tell."""
    return [one for one in visit.settings.endpoint if one.role == "audience"]


async def show(visit: PageRequest) -> Response:
    """Show a saved search in a form, and how it was changed."""
    saved = await visit.read(lambda archive: _own_or_shared(visit, archive, visit.number("id")))
    form = SearchForm(
        name=saved.name, text=saved.query, endpoints=saved.endpoints, frequency=saved.frequency or "",
        is_shared=saved.owner is None,
    )  # fmt: skip
    return await _form(visit, form)


async def change(visit: PageRequest) -> Response:
    """Show what a changed search finds, send its endpoints a sample, or keep it."""
    id, is_kept = visit.number("id"), visit.filled("do") == "save"
    told = _told(visit)
    form = SearchForm(
        name=visit.filled("name"), text=visit.filled("q"), endpoints=told.names, frequency=told.frequency or "",
        is_shared=told.owner is None,
    )  # fmt: skip

    def ask(archive: Archive) -> tuple[SearchResult, Forecast] | None:
        _may_change(visit, archive, id)
        query = parse_query(form.text, vocabulary())
        if is_kept:
            archive.saved_searches.change(
                id, name=form.name, query=form.text, endpoints=told.names, frequency=told.frequency,
                owner=told.owner, by=visit.who, now=visit.now,
            )  # fmt: skip
            return None
        return archive.search.find(query, limit=SHOWN_ARTICLES), forecast(archive, query, now=visit.now)

    try:
        looked = await (visit.write(ask) if is_kept else visit.read(ask))
    except QueryError as error:
        return await _form(visit, replace(form, problem=error.in_chinese), 400)
    except SavedSearchError:
        return await _form(visit, replace(form, problem="请换一个名字：这个名字是空的，或已经有了。"), 400)
    if looked is None:
        return visit.lead_to(f"/saved/{id}", say=f"已改好“{form.name}”，订阅源的地址不变。")
    if visit.filled("do") == "test":
        said, is_wrong = await _try(visit, told)
        form = replace(form, problem=said) if is_wrong else replace(form, said=said)
    found, made = looked
    return await _form(visit, replace(form, found=found, forecast=said_of(made)))


async def undo(visit: PageRequest) -> Response:
    """Put a search back to what it was before its latest change; a removed one stands again."""
    id, change_id = visit.number("id"), visit.number("change")

    def put_back(archive: Archive) -> SavedSearch:
        _may_change(visit, archive, id)
        if change_id not in {one.id for one in archive.saved_searches.changes_of(id)}:
            raise PageError(404, NONE)
        return archive.saved_searches.undo(change_id, by=visit.who)

    try:
        known = await visit.write(put_back)
    except SavedSearchError:
        return visit.back(f"/saved/{id}", say="撤销不了：后来又改过，或名字已被占用。", problem=True)
    return visit.lead_to(f"/saved/{id}", say=f"已撤销，“{known.name}”和之前一样。")


async def _form(visit: PageRequest, form: SearchForm, status: int = 200) -> Response:
    def read(archive: Archive) -> tuple[SavedSearch, Sequence[SavedSearchChange]]:
        saved = _own_or_shared(visit, archive, visit.number("id"))
        return saved, archive.saved_searches.changes_of(saved.id)

    saved, changes = await visit.read(read)
    return visit.html(
        "saved.html", status, saved=saved, form=form, changes=changes, endpoints=audience(visit),
        undoable=next((one.id for one in changes if one.undone_by is None), None),
        may_change=saved.owner is not None or visit.may_judge,
    )  # fmt: skip


def _may_change(visit: PageRequest, archive: Archive, id: int) -> SavedSearch:
    """Return a search that who asks may change: one's own, or as a reviewer a shared one. Raises `PageError`."""
    found = _own_or_shared(visit, archive, id)
    if found.owner is None and not visit.may_judge:
        raise PageError(403, "您的帐号只能改自己的订阅。")
    return found


async def share(visit: PageRequest) -> Response:
    """Let everybody have a search of one's own."""
    id = visit.number("id")

    def change(archive: Archive) -> SavedSearch:
        _own_or_shared(visit, archive, id)
        return archive.saved_searches.share(id, by=visit.who, now=visit.now)

    try:
        shared = await visit.write(change)
    except SavedSearchError:
        return visit.back("/search", say="没有改成共用：已经有一个叫这个名字的共用订阅。", problem=True)
    return visit.back("/search", say=f"“{shared.name}”现在大家共用。")


async def remove(visit: PageRequest) -> Response:
    """Let a saved search end: one's own, or as a reviewer a shared one."""
    id = visit.number("id")

    def change(archive: Archive) -> SavedSearch:
        _may_change(visit, archive, id)
        removed = archive.saved_searches.remove(id, by=visit.who, now=visit.now)
        resolve_incident(archive, visit.settings.endpoint, key=incident_key(removed), now=visit.now)
        return removed

    try:
        removed = await visit.write(change)
    except SavedSearchError:
        return visit.back("/search", say="这个订阅已经删除过了。", problem=True)
    return visit.lead_to(f"/saved/{id}", say=f"已删除“{removed.name}”，可在这里撤销。")


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
            "id": one.id, "name": one.name, "query": one.query, "endpoints": one.endpoints,
            "frequency": one.frequency, "owner": one.owner, "created_by": one.created_by,
            "created_at": text_of(one.created_at),
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
    Route(pattern=ID, handler=show),
    Route(pattern=ID, handler=change, method="POST", admits="readers"),
    Route(pattern=rf"{ID}/undo/(?P<change>\d+)", handler=undo, method="POST", admits="readers"),
    Route(pattern=r"/saved/(?P<id>\d+)/share", handler=share, method="POST"),
    Route(pattern=r"/saved/(?P<id>\d+)/remove", handler=remove, method="POST", admits="readers"),
    Route(pattern=r"/saved/(?P<id>\d+)\.(?P<format>atom|json)", handler=feed),
)
