"""机器摘要: show what would be sent to the language model, send it when a reviewer says so, and keep the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from datasette.utils.asgi import Response

from scheduler.config.summary_table import SummaryTable
from scheduler.review.highlight import anchor_of_quote
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.preview import Preview, preview_of
from scheduler.summaries.ask import ask_model
from scheduler.summaries.question import (
    MOST_ANSWER_TOKENS,
    SummaryQuestion,
    SummaryRefusedError,
    question_about,
)
from storage.archive import Archive
from storage.summaries import AskedSummary, SummaryBoundError

PROBLEMS = {
    "slow": "模型没有按时答完",
    "unreachable": "连不上模型的地址",
    "unset": "配置里的地址或密钥读不到",
    "unreadable": "模型没有按要求回答（可能拒绝了）",
    "unquoted": "模型的回答没有一句能在正文里找到依据，没有采用",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSummary:
    """The newest summary of a policy's leading text, None without one.

    `problem` says why the last request gave none, else it is empty. `anchors` lead from a quote to its sentence; empty
    for a quote that the text no longer has.
    """

    kept: AskedSummary | None
    problem: str
    anchors: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryForm:
    """The things that a reader sees before anything is sent: the question, and how much of the day's bound is used."""

    shown: Preview
    question: SummaryQuestion
    asked: int


def shown_summary(archive: Archive, shown: Preview) -> ShownSummary:
    """Return what an announcement's page shows of its summaries. Its preview is of an announcement."""
    asked = archive.summaries.of(shown.reading.id) if shown.announcement else []
    kept = next((one for one in asked if one.summary), None)
    sentences = (*kept.summary.zh, *kept.summary.en) if kept and kept.summary else ()
    failed = asked[0] if asked and not asked[0].summary else None
    return ShownSummary(
        kept=kept, problem=_said(failed.problem) if failed else "",
        anchors={one.quote: anchor_of_quote(shown.reading.article, one.quote) for one in sentences},
    )  # fmt: skip


async def form(visit: PageRequest) -> Response:
    """Show exactly what would be sent."""
    return _page(visit, _table(visit), await visit.read(lambda archive: _form(archive, visit)))


async def make(visit: PageRequest) -> Response:
    """Send what the form showed, once, and lead back to the policy."""
    table, id = _table(visit), visit.number("id")
    found = await visit.read(lambda archive: _form(archive, visit))
    question, act = found.question, found.shown.announcement
    if act is None or visit.filled("sent") != question.sha256:
        return _page(visit, table, found, 409, problem="政策刚有更新，要发送的内容变了。请再看一遍。")
    try:
        row = await visit.write(
            lambda archive: archive.summaries.begin(
                id, article_id=found.shown.reading.id, version=act.version, model=table.model,
                who=visit.who, sent_sha256=question.sha256,
                most=table.daily_requests, now=visit.now,
            )
        )  # fmt: skip
    except SummaryBoundError as error:
        what = "这条政策" if error.of_policy else "所有政策合计"
        return _page(visit, table, found, 429, problem=f"{what}今天已经问过 {error.bound} 次，到了上限，明天再问。")
    try:
        summary = await ask_model(table, question)
    except SummaryRefusedError as error:
        problem = error.problem
        await visit.write(lambda archive: archive.summaries.finish(row, problem=problem, now=datetime.now(UTC)))
        return visit.lead_to(f"/announcements/{id}#summary", say=f"没有摘要：{_said(problem)}。", problem=True)
    await visit.write(lambda archive: archive.summaries.finish(row, summary=summary, now=datetime.now(UTC)))
    return visit.lead_to(f"/announcements/{id}#summary", say="机器摘要已生成，请对照原句核实。")


def _table(visit: PageRequest) -> SummaryTable:
    if visit.settings.summary is None:
        raise PageError(404, "没有配置语言模型，不能生成机器摘要。")
    return visit.settings.summary


def _form(archive: Archive, visit: PageRequest) -> SummaryForm:
    """Return the form of the policy that is asked for. Raises `PageError` (404) when there is none."""
    shown = preview_of(archive, visit.number("id"))
    assert shown.announcement is not None
    question = question_about(shown.announcement, shown.reading.article)
    return SummaryForm(shown=shown, question=question, asked=archive.summaries.asked_on(visit.now))


def _page(
    visit: PageRequest, table: SummaryTable, form: SummaryForm, status: int = 200, *, problem: str = ""
) -> Response:
    return visit.html("summary.html", status, form=form, table=table, problem=problem, most_tokens=MOST_ANSWER_TOKENS)


def _said(problem: str | None) -> str:
    """Return a problem in Chinese; None is a request that nobody heard the end of."""
    if problem is None:
        return "上次的请求没有等到回答"
    return PROBLEMS.get(problem, f"模型的服务回答 {problem.upper()}")


ID = r"/announcements/(?P<id>\d+)/summary"
ROUTES = (Route(pattern=ID, handler=form), Route(pattern=ID, handler=make, method="POST"))
