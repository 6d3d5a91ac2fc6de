"""Describe what Datasette's own pages show: titles, descriptions, how tables are searched, views for analysts."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode

# Whose searches these are, and how people log in; others see their own on our pages.
FOR_ADMINISTRATORS = frozenset({"saved_searches", "saved_search_changes", "invitations", "sign_ins"})
VIEWS = ("政策", "判定记录")
LINKS = "、".join(f'<a href="/archive/{tilde_encode(view)}">{view}</a>' for view in VIEWS)
# The tables in Chinese; a table that is added goes by its own name until it stands here.
TITLES = {
    "政策": "政策一览：每条一行",
    "判定记录": "谁在何时判定了什么",
    "announcements": "政策",
    "announcement_edits": "合并与拆分",
    "articles": "文章",
    "assessed_articles": "文章和得分",
    "assessments": "得分与命中",
    "facts": "政策要素",
    "mentions": "政策的来源",
    "revisions": "文章的改动",
    "pages": "网页快照",
    "page_parts": "网页的附页",
    "deliveries": "推送",
    "reminders": "截止提醒",
    "verdicts": "判定",
    "rejections": "误报",
    "notes": "备注",
    "tags": "标签",
    "summaries": "机器摘要",
    "saved_searches": "订阅",
    "sources": "来源",
    "runs": "访问记录",
    "run_days": "每天无新内容的访问",
    "incidents": "故障",
    "incident_members": "故障的来源",
    "listings": "栏目页",
    "links": "栏目页上的链接",
    "hosts": "主机的规则",
    "addresses": "网址的别名",
    "moves": "栏目搬家",
    "checks": "来源检查",
    "gaps": "断档",
    "backfills": "补看",
    "rereads": "重读",
    "shown": "看过的版本",
    "site_finds": "站内检索找到的",
    "site_looks": "站内检索",
    "ticks": "定时任务",
    "invitations": "邀请",
    "sign_ins": "登录身份",
    "volatile_parameters": "网址里会变的参数",
}
SHOWN: dict[str, dict[str, Any]] = {
    "articles": {
        "sort_desc": "id", "label_column": "title", "fts_table": "search_index", "fts_pk": "search_key",
    },
    "announcements": {"sort_desc": "id", "label_column": "title", "facets": ["region_name", "act"]},
    "deliveries": {"sort_desc": "created_at", "facets": ["endpoint", "state", "type"]},
    "runs": {"sort_desc": "id", "facets": ["source", "outcome"]},
    "run_days": {"sort_desc": "day", "facets": ["outcome"]},
    "verdicts": {"sort_desc": "id", "facets": ["verdict", "who"]},
    "bodies": {"hidden": True}, "dictionaries": {"hidden": True}, "fingerprints": {"hidden": True},
    "announcement_keys": {"hidden": True},
    "tokens": {"hidden": True}, "api_tokens": {"hidden": True, "allow": False}, "closed_buckets": {"hidden": True},
    "_sqlite_migrations": {"hidden": True}, "search_index": {"hidden": True},
    "search_entries": {"hidden": True},
}  # fmt: skip
METADATA: dict[str, Any] = {
    "title": "FutureWatch",
    "databases": {
        "archive": {
            "description_html": (
                "档案的全部数据表，只读；每张表可筛选、分面、导出 JSON 和 CSV。"
                f'先看这两张：{LINKS}。<a href="/">回到今日</a>'
            ),
            "tables": {
                name: SHOWN.get(name, {}) | ({"title": TITLES[name]} if name in TITLES else {})
                for name in {**SHOWN, **TITLES}
            },
        }
    },
}
