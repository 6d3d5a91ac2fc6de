"""Define the tables that are given away, one row each: data packages and public copies have these and no others.

They hold what governments published and what the program read off it. Who reviews, who is told, and how the program
works stand in none of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from storage.database import Database
from storage.overview.selected import LIVE_SQL
from storage.search.selection import Selection

ColumnType = Literal["integer", "number", "string", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedColumn:
    """A column: its type (`list`: of strings) and what it holds. `refers_to` is the table whose key it is, or empty."""

    name: str
    type: ColumnType
    description: str
    refers_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """A table: what a row is, its columns, and the SQL that reads it; {chosen} stands for the ids of chosen articles.

    `key` names the columns that tell a row from others.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[PublishedColumn, ...]
    sql: str


REFERS_TO = {"act": "acts", "article": "articles", "lead_article": "articles", "source": "sources"}  # by column


def _columns(*rows: tuple[str, ColumnType, str]) -> tuple[PublishedColumn, ...]:
    return tuple(
        PublishedColumn(
            name=name, type=type, description=description,
            refers_to=REFERS_TO.get(name, ""),
        )
        for name, type, description in rows
    )  # fmt: skip


TIME = "RFC 3339 in UTC, or a day where no time is known"
PUBLISHED_TABLES = (
    PublishedTable(
        name="acts", description="A policy act that the archive knows, without those that were rejected.", key=("id",),
        columns=_columns(
            ("id", "integer", "the act's number"),
            ("policy", "integer", "number that all acts of one policy share"),
            ("title", "string", "title of its most official article"),
            ("region", "string", "GB/T 2260 code of the level that acts; 000000 is the nation"),
            ("region_name", "string", "name of the region"),
            ("issuers", "list", "who issued it"),
            ("policy_titles", "list", "documents that it names, without their brackets"),
            ("document_number", "string", "发文字号"),
            ("instrument", "string", "document noun: 行动计划, 实施方案, 意见, …"),
            ("kind", "string", "印发, 征求意见, 解读, 发布会, 名单, 申报, 立法, 部署会 or 失效"),
            ("tracks", "list", "industries that it is about"),
            ("score", "number", "points of its announcement"),
            ("first_published_at", "string", f"earliest publication; {TIME}"),
            ("first_seen_at", "string", "when the archive saw it first"),
            ("lead_article", "integer", "its most official article"),
        ),
        sql=f"""SELECT n.id, n.policy_id AS policy, n.title, n.region, n.region_name, n.issuers, n.policy_titles,
                       n.document_number, n.instrument, n.act AS kind, n.tracks, n.score, n.first_published_at,
                       n.first_seen_at, n.lead_article_id AS lead_article
                FROM announcements AS n
                WHERE {LIVE_SQL} AND n.lead_article_id IN ({{chosen}}) ORDER BY n.id""",  # noqa: S608  fixed text
    ),
    PublishedTable(
        name="articles", description="An article that was read from a portal.", key=("id",),
        columns=_columns(
            ("id", "integer", "the article's number"),
            ("url", "string", "address that was fetched, after redirects"),
            ("title", "string", "its title"),
            ("text", "string", "its text, paragraphs separated by line breaks"),
            ("publisher", "string", "who published it, as the page says"),
            ("published_at", "string", TIME),
            ("published_precision", "string", "minute or day"),
            ("source", "string", "portal section that it was found on"),
            ("first_seen_at", "string", "when the archive saw it first"),
            ("label", "string", "announcement, related or irrelevant"),
            ("score", "number", "points; from the threshold on it is an announcement"),
            ("threshold", "number", "points that were needed"),
            ("sha256", "string", "hash of the bytes that were served"),
            ("fetched_at", "string", "when they were fetched"),
        ),
        sql="""SELECT a.id, a.url, a.title, a.text, a.publisher, a.published_at, a.published_precision, a.source,
                      a.first_seen_at, s.label, s.score, s.threshold, p.sha256, p.fetched_at
               FROM articles AS a JOIN assessments AS s ON s.article_id = a.id JOIN pages AS p ON p.id = a.page_id
               WHERE a.id IN ({chosen}) ORDER BY a.id""",
    ),
    PublishedTable(
        name="mentions", description="An article as part of an act.", key=("act", "article"),
        columns=_columns(
            ("act", "integer", "the act"),
            ("article", "integer", "the article"),
            ("relation", "string", "original, reprint, excerpt, superset or follow-up"),
        ),
        sql=f"""SELECT n.id AS act, m.article_id AS article, m.relation
                FROM mentions AS m JOIN announcements AS n ON n.id = m.announcement_id
                WHERE {LIVE_SQL} AND m.article_id IN ({{chosen}}) AND n.lead_article_id IN ({{chosen}})
                ORDER BY 1, 2""",  # noqa: S608  fixed text
    ),
    PublishedTable(
        name="facts", description="Something that an article establishes, with the words that say so.", key=("id",),
        columns=_columns(
            ("id", "integer", "the fact's number"),
            ("article", "integer", "the article"),
            ("kind", "string", "issuer, act, region, track, target, money, deadline, …"),
            ("value", "string", "what is established"),
            ("quote", "string", "the words that say so"),
            ("place", "string", "title, lead, body or attachment"),
            ("start", "integer", "offset of the words there, in characters"),
            ("year", "integer", "of a target"),
            ("number", "number", "of a quantity"),
            ("unit", "string", "of a quantity"),
        ),
        sql="""SELECT f.rowid AS id, f.article_id AS article, f.kind, f.value, f.quote, f.place, f.start, f.year,
                      f.number, f.unit
               FROM facts AS f WHERE f.article_id IN ({chosen}) ORDER BY f.rowid""",
    ),
    PublishedTable(
        name="sources", description="A section of a portal that articles were found on.", key=("id",),
        columns=_columns(
            ("id", "string", "the source's id"),
            ("name", "string", "the portal's own name"),
            ("region", "string", "GB/T 2260 code of whom it belongs to"),
            ("level", "string", "national, province, city or zone"),
            ("kind", "string", "government, department or news"),
        ),
        sql="""SELECT id, name, region, level, kind FROM sources
               WHERE id IN (SELECT source FROM articles WHERE id IN ({chosen})) ORDER BY id""",
    ),
)  # fmt: skip
CHOSEN_SQL = "SELECT a.id FROM articles AS a JOIN assessments AS s ON s.article_id = a.id WHERE {where}"


def published_rows(db: Database, table: PublishedTable, selection: Selection) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table that belong to the selected articles; lists as lists."""
    chosen = CHOSEN_SQL.format(where=" AND ".join(["TRUE", *selection.clauses()]))
    lists = [column.name for column in table.columns if column.type == "list"]
    for row in db.query(table.sql.format(chosen=chosen), selection.parameters()):
        yield row | {name: json.loads(row[name]) for name in lists}
