"""Write the message about an announcement: the JSON of the webhook, the same facts for every kind. Pure."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.notify.routing import EndpointRoute, Subscription, route
from storage.connection import text_of
from storage.records import Announcement, Delivery, MessageType

Subscribed: TypeAlias = Callable[[Announcement, datetime], Mapping[str, Sequence[Subscription]]]
Edited: TypeAlias = Callable[[Announcement, datetime], Sequence[Mapping[str, str]]]


def deliveries_for(
    announcement: Announcement,
    type: MessageType,
    now: datetime,
    *,
    settings: Settings,
    subscribed: Subscribed | None = None,
    edited: Edited | None = None,
) -> tuple[Delivery, ...]:
    """Return one message for each endpoint that wants an announcement, with an id for all its tries.

    `subscribed` names the saved searches that want it, by endpoint; None: nobody has saved any. `edited` gives the
    passages that an edit changed, which the message shows.
    """
    searches = subscribed(announcement, now) if subscribed else {}
    changes = edited(announcement, now) if edited and type == "announcement.updated" else ()
    more = {"changes": list(changes)} if changes else {}
    routed = (
        (endpoint, route(endpoint, announcement, now, subscriptions=searches.get(endpoint.name, ())))
        for endpoint in settings.endpoint
    )
    return tuple(
        message_for(endpoint, way, announcement, type, now, review_url=settings.review.url, **more)
        for endpoint, way in routed
        if way is not None
    )


def message_for(
    endpoint: Endpoint,
    way: EndpointRoute,
    announcement: Announcement,
    type: MessageType,
    now: datetime,
    *,
    review_url: str,
    **more: Any,
) -> Delivery:
    """Return the message about an announcement to one endpoint; `more` goes into its data."""
    data = {
        "announcement": document(announcement),
        "review_url": f"{review_url}/announcements/{announcement.id}",
        "routed_by": way.reason,
    }
    return Delivery(
        id=new_id(),
        announcement_id=announcement.id,
        version=announcement.version,
        endpoint=endpoint.name,
        type=type,
        payload=envelope(type, data | more, now),
        state=way.state,
        attempts=0,
        created_at=now,
        next_attempt_at=way.due,
        reason=way.reason,
        source=announcement.mentions[-1].source if announcement.mentions else None,
    )


def envelope(type: str, data: Mapping[str, Any], now: datetime) -> str:
    """Return the body of a webhook: its type, its time and its data (docs/delivery.md)."""
    return json.dumps({"type": type, "timestamp": text_of(now), "data": data}, ensure_ascii=False)


def new_id() -> str:
    """Return an id for a message, kept over all its tries."""
    return f"msg_{uuid.uuid4().hex}"


def document(announcement: Announcement) -> dict[str, Any]:
    """Return an announcement as the webhook's document (docs/delivery.md).

    Of the articles one leads (the most official) and one is the earliest; `policy` lists the acts of the same policy.
    """
    region, earliest = announcement.region, announcement.earliest
    same = (
        "id", "version", "title", "document_number", "instrument", "act", "score", "threshold", "first_published_at",
    )  # fmt: skip
    return {name: getattr(announcement, name) for name in same} | {
        "region": {"code": region.code, "name": region.name} if region else None,
        "issuers": list(announcement.issuers),
        "policy_titles": list(announcement.policy_titles),
        "tracks": list(announcement.tracks),
        "targets": [{"year": t.year, "text": t.text} for t in announcement.targets],
        "explanation": [
            {"term": h.term, "place": h.place, "points": h.points, "sentence": h.sentence}
            for h in announcement.explanation
        ],
        "first_seen_at": text_of(announcement.first_seen_at),
        "articles": [
            {"url": m.url, "title": m.title, "publisher": m.publisher, "source": m.source,
             "published_at": m.published_at, "relation": m.relation,
             "is_lead": m.article_id == announcement.lead_article_id, "is_earliest": m == earliest}
            for m in announcement.mentions
        ],
        "policy": {
            "id": announcement.policy_id,
            "acts": [
                {"announcement": step.announcement_id, "act": step.act, "title": step.title,
                 "first_published_at": step.first_published_at}
                for step in announcement.timeline
            ],
        },
    }  # fmt: skip
