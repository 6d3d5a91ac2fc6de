"""Write a brief as an Excel workbook: a sheet of policies with Chinese heads and Beijing times, and a summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from crawler.text.addresses import web_address
from scheduler.reports.brief import Brief, BriefEntry
from scheduler.reports.gist import figures_of, gist_of
from scheduler.reports.spreadsheet import moment_in
from scheduler.reports.workbook import LONGEST_CELL, LONGEST_LINK, begin_table, print_on_a4, workbook_of
from storage.records import BEIJING

# Widths in characters of the sheet's font.
POLICY_COLUMNS = (
    ("地区", 12), ("发布环节", 10), ("政策", 44), ("发文机关", 24), ("发文字号", 20), ("文种", 12), ("赛道", 24),
    ("主要目标", 34), ("发布时间（北京）", 18), ("发现时间（北京）", 18), ("得分", 8), ("链接", 36),
)  # fmt: skip


def as_xlsx(brief: Brief) -> bytes:
    """Return a brief as a workbook. What a portal wrote is text in it, never a formula; links are links."""
    return workbook_of(partial(_policies, brief), partial(_summary, brief))


def _policies(brief: Brief, book: Workbook) -> None:
    sheet = begin_table(book, "新发布", POLICY_COLUMNS)
    wrap = {"text_wrap": True, "valign": "top"}
    text = book.add_format(wrap)
    moments = {
        date: book.add_format({**wrap, "num_format": "yyyy-mm-dd", "align": "left"}),
        datetime: book.add_format({**wrap, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    }
    for row, entry in enumerate(brief.entries, start=1):
        for column, value in enumerate(_row(entry)):
            _write(sheet, row, column, value, moments.get(type(value), text))
        address = web_address(entry.citation.url)
        if address and len(address) <= LONGEST_LINK:
            sheet.write_url(row, len(POLICY_COLUMNS) - 1, address, None, address)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(1, len(brief.entries)), len(POLICY_COLUMNS) - 1)
    print_on_a4(sheet)
    sheet.repeat_rows(0)


def _row(entry: BriefEntry) -> Sequence[Any]:
    said = entry.announcement
    return (
        said.region.name if said.region else "地区不明", said.act or "", said.policy_title, "、".join(said.issuers),
        entry.citation.document_number or "", said.instrument or "", "、".join(said.tracks), entry.goal,
        moment_in(said.first_published_at), said.first_seen_at.astimezone(BEIJING), said.score, entry.citation.url,
    )  # fmt: skip


def _summary(brief: Brief, book: Workbook) -> None:
    sheet = book.add_worksheet("要点")
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90, book.add_format({"text_wrap": True, "valign": "top", "align": "left"}))
    for row, (name, value) in enumerate(_said(brief)):
        sheet.write_string(row, 0, name)
        _write(sheet, row, 1, value, None)


def _said(brief: Brief) -> Iterator[tuple[str, Any]]:
    yield brief.title, f"{brief.period.name}　{brief.period.shown}（北京时间）"
    yield "生成时间（北京）", f"{brief.made_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    yield "要点", gist_of(brief)
    yield from ((name, f"{value}{f'（{before}）' if before else ''}") for name, value, before in figures_of(brief))
    yield from (("更新", f"{one.announcement.policy_title}：{one.latest}") for one in brief.changed)
    yield from (("近期截止", f"{row['day']} {row['policy_title']}") for row in brief.deadlines)
    yield from (("撤回", f"{one.title}：{one.reason}") for one in brief.rejected)
    yield from (("上升词", f"{one.word}（{one.now}，此前 {one.before}）") for one in brief.rising or ())


def _write(sheet: Any, row: int, column: int, value: Any, format: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, format)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST_CELL], format)
    else:
        sheet.write_number(row, column, value, format)
