"""Define the bodies of webhooks as pydantic models: their JSON Schema, and an example of each. Pure.

Receivers must not mind fields that come on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from scheduler.questions.documents import ActFields
from storage.records import MessageType


class Payload(BaseModel):
    """A part of a webhook's body."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ToldArticle(Payload):
    """An article that tells of an act."""

    url: str
    title: str
    publisher: str | None
    source: str
    published_at: str | None
    relation: str
    is_lead: bool
    is_earliest: bool


class ToldStep(Payload):
    """An act of the same policy."""

    announcement: int
    act: str | None
    title: str
    first_published_at: str | None


class ToldPolicy(Payload):
    """The policy that an act belongs to."""

    id: int | None
    acts: tuple[ToldStep, ...]


class ToldAct(ActFields, Payload):
    """A policy act as messages tell it."""

    articles: tuple[ToldArticle, ...]
    policy: ToldPolicy


class ClosingDay(Payload):
    """The closing day that a reminder is about, in the page's words; `days_left` when the reminder was put."""

    day: str
    days_left: int
    quote: str


class ActData(Payload):
    """An act, where it is reviewed, and why the message came here; `reason` says why an act was taken back.

    `deadline` is that of an `announcement.closing`.
    """

    announcement: ToldAct
    review_url: str
    routed_by: str
    reason: str | None = None
    deadline: ClosingDay | None = None


class ActMessage(Payload):
    """A message about one act."""

    type: MessageType
    timestamp: str
    data: ActData


class DigestItem(ActData):
    """An act in a digest, with the type that it would have come with alone."""

    type: MessageType


class DigestData(Payload):
    """Several acts; of a flood the first five, with the question what to do with it."""

    reason: Literal["digest", "quiet", "overflow", "flood"]
    count: int
    review_url: str
    items: tuple[DigestItem, ...]
    source: str | None = None
    question: str | None = None


class DigestMessage(Payload):
    """A message about several acts."""

    type: Literal["digest"]
    timestamp: str
    data: DigestData


class IllSource(Payload):
    """A source that an incident is about."""

    source: str
    detail: str


class IncidentState(Payload):
    """Something wrong with the watch."""

    id: int
    key: str
    kind: str
    summary: str
    detail: str
    hint: str
    opened_at: str
    resolved_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    merged_into: int | None
    sources: tuple[IllSource, ...]


class IncidentData(Payload):
    """The incident that a message is about."""

    incident: IncidentState


class IncidentMessage(Payload):
    """A message to the operator."""

    type: Literal["incident.opened", "incident.updated", "incident.resolved"]
    timestamp: str
    data: IncidentData


WEBHOOKS: Mapping[str, type[Payload]] = {
    "announcement.new": ActMessage, "announcement.updated": ActMessage, "announcement.corrected": ActMessage,
    "announcement.closing": ActMessage, "digest": DigestMessage,
    "incident.opened": IncidentMessage, "incident.updated": IncidentMessage,
    "incident.resolved": IncidentMessage,
}  # fmt: skip

EXAMPLE_ACT: Mapping[str, Any] = {
    "id": 17, "version": 1, "title": "海州省人民政府办公厅关于印发海州省未来产业培育行动计划的通知",
    "region": {"code": "460000", "name": "海南省"}, "issuers": ["海州省人民政府办公厅"],
    "policy_titles": ["海州省未来产业培育行动计划"], "document_number": "海政办〔2026〕3号", "instrument": "行动计划",
    "act": "印发", "tracks": ["量子科技"], "targets": [{"year": 2030, "text": "到2030年建成10个先导区"}],
    "score": 87.5, "threshold": 60.0,
    "explanation": [{"term": "未来产业", "place": "title", "points": 20.0, "sentence": "未来产业培育行动计划"}],
    "first_published_at": "2026-03-18", "first_seen_at": "2026-03-18T01:30:00Z",
    "articles": [{
        "url": "https://www.haizhou.example.cn/zwgk/t20260318_1.html",
        "title": "海州省人民政府办公厅关于印发海州省未来产业培育行动计划的通知", "publisher": "海州省人民政府办公厅",
        "source": "gov-haizhou", "published_at": "2026-03-18", "relation": "original", "is_lead": True,
        "is_earliest": True,
    }],
    "policy": {"id": 17, "acts": [{
        "announcement": 17, "act": "印发", "title": "海州省未来产业培育行动计划", "first_published_at": "2026-03-18",
    }]},
}  # fmt: skip
EXAMPLE_MORE: Mapping[str, Mapping[str, Any]] = {
    "announcement.corrected": {"reason": "不是政策"},
    "announcement.closing": {"deadline": {"day": "2026-04-17", "days_left": 7, "quote": "请于2026年4月17日前反馈意见"}},
}
REVIEW_URL = "https://review.example.org/announcements/17"
TOLD = {"announcement": EXAMPLE_ACT, "review_url": REVIEW_URL, "routed_by": "region 460000; at once"}
EXAMPLE_INCIDENT = {
    "id": 3, "key": "endpoint:team", "kind": "endpoint", "summary": "endpoint team fails",
    "detail": "HTTP 500 for 30 minutes", "hint": "look at the receiver's log", "opened_at": "2026-03-18T02:00:00Z",
    "resolved_at": None, "acknowledged_at": None, "acknowledged_by": None, "merged_into": None, "sources": [],
}  # fmt: skip


def example_of(type: str) -> dict[str, Any]:
    """Return an example of the body of a type of message."""
    if type == "digest":
        item = {"type": "announcement.new", **TOLD}
        data: dict[str, Any] = {"reason": "digest", "count": 1, "review_url": REVIEW_URL, "items": [item]}
    elif type.startswith("incident"):
        resolved = {"resolved_at": "2026-03-18T03:05:12Z", "hint": ""} if type == "incident.resolved" else {}
        data = {"incident": EXAMPLE_INCIDENT | resolved}
    else:
        data = {**TOLD, **EXAMPLE_MORE.get(type, {})}
    return {"type": type, "timestamp": "2026-03-18T03:05:12Z", "data": data}
