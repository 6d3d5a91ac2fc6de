"""What an announcement says to an endpoint: the JSON of the webhook, the same facts for every kind. Pure."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from scheduler.config import Endpoint, Settings
from storage.connection import text_of
from storage.records import Announcement, Delivery, MessageType


def deliveries_for(
    announcement: Announcement, type: MessageType, now: datetime, *, settings: Settings
) -> tuple[Delivery, ...]:
    """Return one message for each endpoint that wants an announcement, with an id for all its tries."""
    return tuple(
        Delivery(
            id=f"msg_{uuid.uuid4().hex}",
            announcement_id=announcement.id,
            version=announcement.version,
            endpoint=endpoint.name,
            type=type,
            payload=payload(type, announcement, review_url=settings.review.url, now=now),
            state="pending",
            attempts=0,
            created_at=now,
            next_attempt_at=now,
        )
        for endpoint in settings.endpoint
        if wants(endpoint, announcement)
    )


def wants(endpoint: Endpoint, announcement: Announcement) -> bool:
    """True when an endpoint's regions and least score let an announcement pass."""
    if announcement.score < endpoint.min_score:
        return False
    code = announcement.region.code if announcement.region else ""
    return not endpoint.regions or any(_lies_in(code, region) for region in endpoint.regions)


def _lies_in(code: str, region: str) -> bool:
    """True for the region itself, and for the cities of a province; the nation stands for itself only."""
    return code == region or (region != "000000" and region.endswith("0000") and code[:2] == region[:2])


def payload(type: str, announcement: Announcement, *, review_url: str, now: datetime) -> str:
    """Return the body of a webhook, as the contract lays it down."""
    data = {"announcement": document(announcement), "review_url": f"{review_url}/announcements/{announcement.id}"}
    return json.dumps({"type": type, "timestamp": text_of(now), "data": data}, ensure_ascii=False)


def document(announcement: Announcement) -> dict[str, Any]:
    """Return an announcement in the words of the contract.

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
