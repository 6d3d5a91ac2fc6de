"""Give templates the facts of a message, worded for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from storage.records import BEIJING

Document: TypeAlias = Mapping[str, Any]

WORDS_OF_TYPES = {
    "announcement.new": "新政策",
    "announcement.updated": "政策更新",
    "announcement.corrected": "更正",
    "announcement.closing": "即将截止",
    "incident.opened": "Incident",
    "incident.updated": "Still open",
    "incident.resolved": "Resolved",
}
DIGEST_TITLES = {
    "digest": "未来产业汇总",
    "quiet": "未来产业：静默时段汇总",
    "overflow": "未来产业：集中推送",
    "flood": "请确认",
}
LISTS = frozenset({"digest", "brief"})  # messages of many announcements, one line each
SHOWN_CUES = 3  # an analyst wants to know why, not all of why
SHOWN_TARGETS = 4


def message_view(payload: Document, *, now: datetime) -> dict[str, Any]:
    """Return what a message says; `now` is when it is sent. `items` are its announcements: one, a digest's, or none."""
    kind, data = str(payload["type"]), payload["data"]
    items = [item_view(kind_of, one, sent=_minute(now)) for kind_of, one in _announcements(kind, data)]
    view = {
        "type": kind,
        "word": WORDS_OF_TYPES.get(kind, ""),
        "items": items,
        "sent": _minute(now),
        "is_digest": kind in LISTS,
        "question": data.get("question"),
        "summary": data.get("summary") or "",
        "review": data.get("review_url") or "",
        "incident": _incident(data),
    }
    return view | {"headline": _headline(view, data)}


def item_view(kind: str, data: Document, *, sent: str) -> dict[str, Any]:
    """Return what a message says about one announcement; what is not known is empty."""
    said: Document = data["announcement"]
    articles = said.get("articles") or [{"url": "", "title": said["title"], "publisher": None, "published_at": None}]
    lead = next((article for article in articles if article.get("is_lead")), articles[0])
    region = said.get("region") or {"name": "", "code": ""}
    return {
        "id": said["id"],
        "version": said["version"],
        "word": WORDS_OF_TYPES[kind] + (_closes(data, sent) if kind == "announcement.closing" else ""),
        "title": said["title"],
        "url": lead["url"],
        "review": data.get("review_url") or "",
        "region": region["name"],
        "region_code": region["code"],
        "issuers": "、".join(said["issuers"]),
        "documents": "".join(f"《{title}》" for title in said["policy_titles"]),
        "number": said["document_number"] or "",
        "instrument": said["instrument"] or "",
        "act": said["act"] or "",
        "tracks": "、".join(said["tracks"]),
        "targets": [_target(target) for target in said["targets"]][:SHOWN_TARGETS],
        "score": f"{said['score']:g}",
        "threshold": f"{said['threshold']:g}",
        "cues": _cues(said["explanation"]),
        "publisher": lead.get("publisher") or "",
        "others": len(articles) - 1,
        "published": _moment(said["first_published_at"]),
        "seen": _moment(said["first_seen_at"]),
        "sent": sent,
        "steps": _steps(said),
        "routed_by": data.get("routed_by") or "",
        "reason": data.get("reason") or "",
        "changes": data.get("changes") or [],
    }


def _announcements(kind: str, data: Document) -> Iterable[tuple[str, Document]]:
    if kind in LISTS:
        return [(str(item["type"]), item) for item in data["items"]]
    return [(kind, data)] if "announcement" in data else []


def _headline(view: Mapping[str, Any], data: Document) -> str:
    if view["type"] == "brief":
        return f"【{data['title']}】{_moment(data['to'])} {data['count']} 条"
    if view["is_digest"]:
        name = DIGEST_TITLES.get(str(data.get("reason")), DIGEST_TITLES["digest"])
        source = f"来源 {data['source']} 一小时内 " if data.get("source") else ""
        return f"【{name}】{source}{data.get('count', len(view['items']))} 条"
    if view["incident"]:
        return f"{view['word']}: {view['incident']['summary']}"  # operators read English
    item = view["items"][0]
    return f"【{item['word']}】{item['region'] + '：' if item['region'] else ''}{item['title']}"


def _incident(data: Document) -> dict[str, Any] | None:
    said = data.get("incident")
    if said is None:
        return None
    return {
        "summary": said["summary"],
        "detail": said["detail"],
        "opened": _moment(said["opened_at"]),
        "resolved": _moment(said["resolved_at"]),
        "hint": said.get("hint") or "",
    }


def _cues(explanation: Iterable[Document]) -> list[dict[str, str]]:
    """Return the strongest cues, one for each sentence, with its points and the sentence around it."""
    strongest: dict[str, Document] = {}
    for hit in sorted(explanation, key=lambda hit: -float(hit["points"])):
        if hit["points"] > 0:
            strongest.setdefault(hit["sentence"] or hit["term"], hit)
    return [
        {"term": hit["term"], "points": f"{hit['points']:+g}", "sentence": hit["sentence"]}
        for hit in list(strongest.values())[:SHOWN_CUES]
    ]


def _steps(said: Document) -> str:
    """Return the acts of the policy in their order when there are several, else an empty string."""
    acts = (said.get("policy") or {}).get("acts") or []
    if len(acts) < 2:
        return ""
    return " → ".join(
        f"{act['act'] or '报道'}（{_moment(act['first_published_at'])[:10] or '日期不详'}）" for act in acts
    )


def _closes(data: Document, sent: str) -> str:
    """Return the closing day that a reminder is about, and how far it is when it is sent."""
    day = date.fromisoformat(data["deadline"]["day"])
    left = (day - date.fromisoformat(sent[:10])).days
    return f" {day}（{f'还剩 {left} 天' if left > 0 else '今天' if left == 0 else '已截止'}）"


def _target(target: Document) -> str:
    year, text = target["year"], str(target["text"])
    return text if not year or str(year) in text else f"{year}年：{text}"


def _moment(text: str | None) -> str:
    """Return a document's time for people in China; a day stays a day."""
    if not text:
        return ""
    return _minute(datetime.fromisoformat(text)) if "T" in text else text


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
