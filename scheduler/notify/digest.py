"""Make one message of many: a digest, or the question what to do with a flood. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from scheduler.notify.message import envelope, new_id
from storage.records import SECTION_PLAN, Delivery

Reason = Literal["digest", "quiet", "overflow", "flood"]
ORDER_OF_TYPES = {
    "announcement.new": 0,
    "announcement.updated": 1,
    "announcement.corrected": 2,
    "announcement.closing": 3,
}
FLOOD_TITLES_SHOWN = 5  # titles that a question shows: enough to tell a re-dated portal from a busy day


def digest_of(
    members: Sequence[Delivery], reason: Reason, *, review_url: str, now: datetime, why: str = ""
) -> Delivery:
    """Return the digest of an endpoint's messages, the highest score first."""
    items = list(_items(members))
    data = {"reason": reason, "count": len(items), "items": items, "review_url": review_url}
    return _delivery(members, data, now, why or f"{len(items)} announcements gathered: {reason}")


def has_section_plan(members: Iterable[Delivery]) -> bool:
    """Whether a general plan is among messages that waited: it comes in a digest, be it the only one."""
    announcements = (json.loads(member.payload)["data"].get("announcement", {}) for member in members)
    hits = (hit for said in announcements for hit in said.get("explanation", ()))
    return any(hit["term"].startswith(SECTION_PLAN) for hit in hits)


def flood_of(members: Sequence[Delivery], *, source: str, limit: int, review_url: str, now: datetime) -> Delivery:
    """Return the question what to do with a source's announcements: it shows the first and holds all."""
    items, id = list(_items(members)), new_id()
    question = (
        f"来源 {source} 一小时内的匹配超过 {limit} 条，可能是补录、改版或重新标注日期。"
        f"已暂存 {len(items)} 条，此后同一来源的也一并暂存。"
        f"全部推送：futurewatch outbox release {id}；全部放弃：futurewatch outbox discard {id}"
    )
    data = {
        "reason": "flood", "count": len(items), "items": items[:FLOOD_TITLES_SHOWN], "review_url": review_url,
        "source": source, "question": question,
    }  # fmt: skip
    return _delivery(members, data, now, f"more than {limit} of {source} within an hour", id=id, source=source)


def _delivery(
    members: Sequence[Delivery],
    data: dict[str, Any],
    now: datetime,
    why: str,
    *,
    id: str = "",
    source: str | None = None,
) -> Delivery:
    return Delivery(
        id=id or new_id(), announcement_id=None, version=None, endpoint=members[0].endpoint, type="digest",
        payload=envelope("digest", data, now), state="pending", attempts=0, created_at=now, next_attempt_at=now,
        reason=why, source=source,
    )  # fmt: skip


def _items(members: Iterable[Delivery]) -> Iterable[dict[str, Any]]:
    """Return what a digest says: each announcement once, as it is now, under the first type it would have come with.

    A correction takes the place of what it corrects, unless people heard of that before.
    """
    latest: dict[int | None, dict[str, Any]] = {}
    for member in members:
        said = json.loads(member.payload)
        before = latest.get(member.announcement_id)
        type = _type(before["type"] if before else None, member.type)
        latest[member.announcement_id] = {"type": type, **said["data"]}
    return sorted(latest.values(), key=lambda item: -float(item["announcement"]["score"]))


def _type(before: str | None, type: str) -> str:
    if before is None or type == "announcement.corrected":
        return type
    return min(before, type, key=lambda name: ORDER_OF_TYPES[name])
