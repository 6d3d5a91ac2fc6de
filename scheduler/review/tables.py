"""Describe what Datasette's own pages show: titles, descriptions, how tables are searched, views for analysts."""

from __future__ import annotations

from typing import Any

from datasette.utils import tilde_encode

# Whose searches these are, and how people log in; others see their own on our pages.
FOR_ADMINISTRATORS = frozenset({"saved_searches", "invitations", "sign_ins"})
VIEWS = ("政策", "判定记录")
LINKS = "、".join(f'<a href="/archive/{tilde_encode(view)}">{view}</a>' for view in VIEWS)
METADATA: dict[str, Any] = {
    "title": "FutureWatch",
    "databases": {
        "archive": {
            "description_html": (
                "档案的全部数据表，只读；每张表可筛选、分面、导出 JSON 和 CSV。"
                f'先看这两张：{LINKS}。<a href="/">回到今日</a>'
            ),
            "tables": {
                "articles": {
                    "sort_desc": "id",
                    "label_column": "title",
                    "fts_table": "search_index",
                    "fts_pk": "search_key",
                },
                "announcements": {"sort_desc": "id", "label_column": "title", "facets": ["region_name", "act"]},
                "deliveries": {"sort_desc": "created_at", "facets": ["endpoint", "state", "type"]},
                "runs": {"sort_desc": "id", "facets": ["source", "outcome"]},
                "run_days": {"sort_desc": "day", "facets": ["outcome"]},
                "verdicts": {"sort_desc": "id", "facets": ["verdict", "who"]},
                "bodies": {"hidden": True},
                "dictionaries": {"hidden": True},
                "fingerprints": {"hidden": True},
                "announcement_keys": {"hidden": True},
                "tokens": {"hidden": True},
                "api_tokens": {"hidden": True, "allow": False},
                "closed_buckets": {"hidden": True},
                "_sqlite_migrations": {"hidden": True},
                "search_index": {"hidden": True},
            },
        }
    },
}
