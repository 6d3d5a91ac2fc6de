"""政策列表: what the maps and plots lead to, with the filter language of the search; as files and citations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from datasette.utils.asgi import Response

from scheduler.reports.brief_forms import BRIEF_FORMS
from scheduler.reports.citation_forms import CITATION_FORMS
from scheduler.reports.cite import Citation, cite_announcement
from scheduler.reports.spreadsheet import csv_of, moment_in
from scheduler.review.filter_form import FilterChoice, choice_of, form_values
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.citing import as_file
from scheduler.review.pages.rows import ON_A_PAGE, DeskQuestion, asked_list, previewed
from storage.archive import Archive
from storage.connection import text_of
from storage.overview.announcements import ListedAnnouncement

MOST_CITED = 500  # announcements cited at once: each one's page is read for it
COLUMNS = (
    "id", "policy_id", "title", "region", "region_name", "issuers", "document_number", "instrument", "act", "tracks",
    "score", "first_published_at", "first_seen_at", "sent_at", "articles", "url",
)  # fmt: skip

SHEET_COLUMNS = (
    ("region_name", "地区", 12), ("act", "发布环节", 10), ("policy_title", "政策", 44), ("issuers", "发文机关", 24),
    ("document_number", "发文字号", 20), ("instrument", "文种", 12), ("tracks", "赛道", 24), ("targets", "目标", 34),
    ("score", "得分", 8), ("published", "发布时间（北京）", 18), ("seen", "发现时间（北京）", 18),
    ("articles", "文章篇数", 10), ("id", "政策编号", 10), ("url", "链接", 36),
)  # fmt: skip


async def announcements(visit: PageRequest) -> Response:
    """Show a page of the announcements that are asked for, the latest first."""
    question = list_of_policies(visit)

    def read(archive: Archive) -> dict[str, Any]:
        offered = form_values(archive, visit.now)
        if question.choice.problem:
            return {"listed": None, "previewed": None, "last": None, **offered}
        listed = question.read(archive)
        last = archive.verdicts.last_of(visit.who)
        return {"listed": listed, "previewed": previewed(archive, listed), "last": last, **offered}

    found = await visit.read(read)
    return visit.html("announcements.html", 400 if question.choice.problem else 200, choice=question.choice, **found)


def list_of_policies(visit: PageRequest) -> DeskQuestion:
    """Return the list of all policies."""
    return replace(asked_list(visit, order="day"), with_rejected=False)


async def as_csv(visit: PageRequest) -> Response:
    """Return all announcements that are asked for as CSV, for spreadsheet programs."""
    rows = await _all(visit)
    body = await asyncio.to_thread(csv_of, COLUMNS, [_flat(row) for row in rows])
    return visit.text(body, type="text/csv; charset=utf-8", file="announcements.csv")


async def as_xlsx(visit: PageRequest) -> Response:
    """Return all announcements that are asked for as an Excel workbook."""
    from scheduler.reports.workbook import rows_as_xlsx  # xlsxwriter takes a moment to load

    rows = await _all(visit)
    book = await asyncio.to_thread(rows_as_xlsx, "政策", SHEET_COLUMNS, map(_sheet_row, rows))
    return visit.text(book, type=BRIEF_FORMS["xlsx"].media, file="announcements.xlsx")


async def as_json(visit: PageRequest) -> Response:
    """Return a page of the announcements that are asked for as JSON; `next` is the address of the next page."""
    choice, page = _readable(choice_of(visit)), visit.page()

    def read(archive: Archive) -> tuple[list[ListedAnnouncement], int]:
        chosen = choice.chosen(archive)
        found = archive.overview.find(chosen, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
        return found, archive.overview.count(chosen)

    rows, total = await visit.read(read)
    following = choice.link("/announcements.json", page=str(page + 1)) if page * ON_A_PAGE < total else None
    return visit.json({"total": total, "announcements": [_document(row) for row in rows], "next": following})


async def as_citations(visit: PageRequest) -> Response:
    """Return citations of the announcements that are asked for, at most 500, as a file."""
    choice, format = _readable(choice_of(visit)), visit.asked("format", "gbt7714")
    if format not in CITATION_FORMS:
        raise PageError(400, f"没有这种引用格式；有 {'、'.join(CITATION_FORMS)}")

    def read(archive: Archive) -> list[Citation]:
        chosen = choice.chosen(archive)
        return [cite_announcement(archive, row.id) for row in archive.overview.find(chosen, limit=MOST_CITED)]

    return as_file(visit, await visit.read(read), format)


async def _all(visit: PageRequest) -> list[ListedAnnouncement]:
    choice = _readable(choice_of(visit))
    return await visit.read(lambda archive: archive.overview.find(choice.chosen(archive), limit=-1))


def _readable(choice: FilterChoice) -> FilterChoice:
    if choice.problem:
        raise PageError(400, choice.problem)
    return choice


def _document(row: ListedAnnouncement) -> Mapping[str, Any]:
    """Return a row as a JSON document."""
    return {name: getattr(row, name) for name in COLUMNS} | {
        "region": {"code": row.region, "name": row.region_name} if row.region else None,
        "issuers": list(row.issuers), "tracks": list(row.tracks),
        "first_seen_at": text_of(row.first_seen_at), "sent_at": text_of(row.sent_at),
    }  # fmt: skip


def _flat(row: ListedAnnouncement) -> Mapping[str, Any]:
    return {**_document(row), "region": row.region, "issuers": "、".join(row.issuers), "tracks": "、".join(row.tracks)}


def _sheet_row(row: ListedAnnouncement) -> Mapping[str, Any]:
    return {
        **_flat(row), "policy_title": row.policy_title, "targets": "；".join(one.text for one in row.targets),
        "published": moment_in(row.first_published_at), "seen": row.first_seen_at,
    }  # fmt: skip


ROUTES = (
    Route(pattern="/announcements", handler=announcements),
    Route(pattern=r"/announcements\.csv", handler=as_csv),
    Route(pattern=r"/announcements\.xlsx", handler=as_xlsx),
    Route(pattern=r"/announcements\.json", handler=as_json),
    Route(pattern="/announcements/citations", handler=as_citations),
)
