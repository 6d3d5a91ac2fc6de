"""Write a brief as one HTML file, as Markdown, and as JSON; by an own template where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from crawler.text.addresses import web_address
from scheduler.health.error_words import error_in_chinese
from scheduler.notify.message import document as announcement_document
from scheduler.reports.brief import Brief, BriefEntry
from scheduler.reports.citation_forms import document as citation_document
from scheduler.reports.citation_forms import escape_markdown as plain
from scheduler.reports.gist import figures_of, gist_of
from scheduler.reports.rising_words import RisingWord
from scheduler.reports.rising_words import document as rising_document
from scheduler.review.wording import STATIC, environment, minute
from storage.connection import text_of


def as_html(brief: Brief) -> str:
    """Return a brief as a page that needs no other file."""
    style = (STATIC / "brief.css").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("brief_file.html")
        .render(brief=brief, gist=gist_of(brief), figures=figures_of(brief), style=style, is_served=False)
    )


def as_document(brief: Brief) -> dict[str, Any]:
    """Return a brief as a document."""
    return {
        "week" if brief.period.is_week else "period": brief.period.name,
        "from": brief.period.first.isoformat(), "to": brief.period.last.isoformat(),
        "made_at": text_of(brief.made_at), "summary": gist_of(brief),
        "new": [_entry_document(entry) for entry in brief.entries],
        "changed": [_entry_document(entry) for entry in brief.changed],
        "rejected": [
            {"announcement": one.announcement_id, "title": one.title, "reason": one.reason,
             "rejected_at": text_of(one.rejected_at)}
            for one in brief.rejected
        ],
        "near_misses": [
            {name: row[name] for name in ("id", "title", "url", "score", "threshold")} for row in brief.near_misses
        ],
        "troubled": [
            {"source": one.source, "name": one.name, "runs": one.runs, "failed": one.failed, "outcome": one.outcome,
             "error": one.error, "last_at": text_of(one.last_at)}
            for one in brief.troubled
        ],
        "found_by_sites_only": [asdict(one) for one in brief.alone],
        "rising": None if brief.rising is None else [rising_document(one) for one in brief.rising],
    }  # fmt: skip


def _entry_document(entry: BriefEntry) -> dict[str, Any]:
    return announcement_document(entry.announcement) | {"citation": citation_document(entry.citation)}


def as_markdown(brief: Brief) -> str:
    """Return a brief as Markdown."""
    return "\n".join(_lines(brief)) + "\n"


def _lines(brief: Brief) -> Iterator[str]:
    yield f"# {brief.title} {brief.period.name}"
    yield ""
    counts = f"新增 {len(brief.entries)} 条，更新 {len(brief.changed)} 条，撤回 {len(brief.rejected)} 条"
    yield f"{brief.period.shown}（北京时间）：{counts}。{minute(brief.made_at)} 生成。"
    yield from ("", plain(gist_of(brief)))
    if brief.tracks:
        yield from ("", "| 赛道 | 新增 | 地区 |", "| --- | ---: | --- |")
        yield from (
            f"| {plain(track)} | {len(some)} | {plain(_places(some))} |" for track, some in brief.tracks.items()
        )
    for group in brief.fresh:
        yield from ("", f"## {plain(group.region.name)}", "")
        yield from map(_entry_line, group.entries)
    if brief.deadlines:
        yield from ("", "## 近期截止", "")
    yield from (f"- {row['day']} {plain(row['policy_title'])}" for row in brief.deadlines)
    yield from _other_lines(brief)


def _places(entries: list[BriefEntry]) -> str:
    names = [entry.announcement.region.name if entry.announcement.region else "地区不明" for entry in entries]
    return "、".join(dict.fromkeys(names))


def _entry_line(entry: BriefEntry) -> str:
    """Return one line about a policy: title with its link, who issued it, number, act, day, target."""
    said = entry.announcement
    said_of = (
        "、".join(said.issuers), entry.citation.document_number, said.act, said.first_published_at and
        f"{minute(said.first_published_at)} 发布", entry.goal,
    )  # fmt: skip
    address = web_address(entry.citation.url)
    title = f"[{plain(said.policy_title)}](<{_angled(address)}>)" if address else plain(said.policy_title)
    return "- " + "，".join([title, *(plain(word) for word in said_of if word)])


def _first_use(one: RisingWord) -> str:
    first = one.use.first
    return f"{one.use.first_day} <{_angled(first.url)}>" if first else ""


def _angled(url: str) -> str:
    """Return an address as it may stand between angle brackets."""
    return url.replace(">", "%3E").replace("<", "%3C")


def _other_lines(brief: Brief) -> Iterator[str]:
    if brief.changed:
        yield from ("", "## 更新", "")
    for entry in brief.changed:
        said = entry.announcement
        yield f"- {plain(said.policy_title)}（第 {said.version} 版）：新增 {plain(entry.latest)} <{entry.citation.url}>"
    if brief.rejected:
        yield from ("", "## 撤回", "")
    for one in brief.rejected:
        yield f"- {plain(one.title)}：{plain(one.reason)}（{minute(one.rejected_at)}）"
    if brief.alone:
        yield from ("", f"## 仅由站内检索或站点地图找到：{len(brief.alone)} 条", "")
    for found in brief.alone:
        yield f"- {plain(found.title)} <{_angled(found.url)}>"
    if brief.near_misses:
        yield from ("", "## 接近阈值、未推送", "")
    for row in brief.near_misses:
        yield f"- {plain(row['title'])}（{row['score']:g} / {row['threshold']:g} 分）<{row['url']}>"
    if brief.rising:
        yield from (
            "",
            "## 上升词",
            "",
            "| 词 | 近四周 | 之前四周 | 首次出现 | 来源 |",
            "| --- | ---: | ---: | --- | --- |",
        )
    for word in brief.rising or ():
        counts = f"{word.now} | {word.before}"
        yield f"| {plain(word.word)} | {counts} | {_first_use(word)} | {plain(word.use.shown_sources)} |"
    if brief.troubled:
        yield from ("", "## 有故障的来源", "", "| 来源 | 失败 | 最近一次 | 原因 |", "| --- | ---: | --- | --- |")
    for trouble in brief.troubled:
        why = plain(error_in_chinese(trouble.error or trouble.outcome))
        yield f"| {plain(trouble.name)} | {trouble.failed} / {trouble.runs} | {minute(trouble.last_at)} | {why} |"
