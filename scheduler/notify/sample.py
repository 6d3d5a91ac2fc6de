"""Invent a message of each type, for `endpoints test`, the API's description and the check of the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SAMPLE_TIME = "2026-03-18T02:15:00Z"
SAMPLE_ANNOUNCEMENT: Mapping[str, Any] = {
    "id": 0,
    "version": 1,
    "title": "示例：某省召开未来产业培育行动计划新闻发布会",
    "region": {"code": "460000", "name": "海南省"},
    "issuers": ["省工业和信息化厅", "省发展和改革委员会"],
    "policy_titles": ["示例省未来产业培育行动计划（2026—2030年）"],
    "document_number": "示例工信〔2026〕1号",
    "instrument": "行动计划",
    "act": "发布会",
    "tracks": ["未来信息", "未来能源", "深海空间"],
    "targets": [{"year": 2030, "text": "未来产业产值达到五百亿元"}],
    "score": 88.0,
    "threshold": 60.0,
    "explanation": [
        {"term": "未来产业", "place": "title", "points": 24.0, "sentence": "某省召开未来产业培育行动计划新闻发布会"},
        {"term": "行动计划", "place": "title", "points": 18.0, "sentence": "会上介绍了行动计划的主要内容。"},
        {"term": "印发", "place": "lead", "points": 12.0, "sentence": "行动计划已由省人民政府办公厅印发。"},
    ],
    "first_published_at": "2026-03-18",
    "first_seen_at": "2026-03-18T02:14:30Z",
    "articles": [
        {"url": "https://example.org/zwgk/202603/t20260318_1.html", "title": "示例：新闻发布会",
         "publisher": "示例省人民政府",
         "source": "example", "published_at": "2026-03-18", "relation": "original", "is_lead": True,
         "is_earliest": True},
        {"url": "https://example.org/news/1.html", "title": "示例：转载", "publisher": "示例日报",
         "source": "example-news", "published_at": "2026-03-18", "relation": "reprint", "is_lead": False,
         "is_earliest": False},
    ],
    "policy": {"id": 0, "acts": [
        {"announcement": 0, "act": "征求意见", "title": "示例：公开征求意见", "first_published_at": "2026-01-10"},
        {"announcement": 0, "act": "发布会", "title": "示例：新闻发布会", "first_published_at": "2026-03-18"},
    ]},
}  # fmt: skip
SAMPLE_ITEM: Mapping[str, Any] = {
    "announcement": SAMPLE_ANNOUNCEMENT,
    "review_url": "http://127.0.0.1:8080/announcements/0",
    "routed_by": "at once",
}
SAMPLE_INCIDENT: Mapping[str, Any] = {
    "id": 0, "key": "endpoint:team", "kind": "endpoint", "summary": "Sample: endpoint team keeps failing",
    "detail": "http 500", "hint": "futurewatch outbox list --state pending",
    "opened_at": SAMPLE_TIME, "resolved_at": None,
    "acknowledged_at": None, "acknowledged_by": None, "merged_into": None, "sources": [],
}  # fmt: skip


def _message(type: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": type, "timestamp": SAMPLE_TIME, "data": data}


SAMPLES = (
    _message("announcement.new", SAMPLE_ITEM),
    _message("announcement.updated", {**SAMPLE_ITEM, "changes": [
        {"before": "2026年12月", "removed": "15", "added": "18", "after": "日前报送"},
    ]}),
    _message("announcement.corrected", {**SAMPLE_ITEM, "reason": "示例：误判"}),
    _message("announcement.closing", {**SAMPLE_ITEM, "deadline": {
        "day": "2026-04-17", "days_left": 7, "quote": "请于2026年4月17日前反馈意见",
    }}),
    _message("digest", {"reason": "digest", "count": 1, "items": [{"type": "announcement.new", **SAMPLE_ITEM}],
                        "review_url": "http://127.0.0.1:8080"}),
    _message("digest", {"reason": "flood", "count": 1, "items": [{"type": "announcement.new", **SAMPLE_ITEM}],
                        "review_url": "http://127.0.0.1:8080", "question": "是否推送？"}),
    _message("brief", {"name": "morning", "title": "未来产业政策日报", "from": SAMPLE_TIME, "to": SAMPLE_TIME,
                       "count": 1, "summary": "当日 1 个地区新发布 1 条。", "review_url": "http://127.0.0.1:8080/brief",
                       "items": [{"type": "announcement.new", **SAMPLE_ITEM}]}),
    _message("incident.opened", {"incident": SAMPLE_INCIDENT}),
    _message("incident.updated", {"incident": SAMPLE_INCIDENT}),
    _message("incident.resolved", {"incident": {**SAMPLE_INCIDENT, "resolved_at": "2026-03-18T03:15:00Z"}}),
)  # fmt: skip
