"""Word values in Chinese, and give templates their functions. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.text.addresses import web_address
from crawler.text.regions import region
from scheduler.china_time.clock import WEEKDAYS as DIGEST_DAYS
from scheduler.config.endpoint import Endpoint
from scheduler.health.error_words import error_in_chinese
from scheduler.health.flaws import flaws_in_chinese
from scheduler.health.setup_words import STEPS, off_in_chinese, step_in_chinese
from scheduler.health.trouble_words import in_chinese as trouble_words
from scheduler.health.trouble_words import remedy_in_chinese
from scheduler.health.wording import HINTS_IN_CHINESE, INCIDENTS_IN_CHINESE
from scheduler.notify.channels.callback import USUAL_REASONS, VERDICT_WORDS
from scheduler.reports.citation_forms import CITATION_FORMS, gbt7714
from scheduler.review.reasons import in_chinese
from scheduler.review.short_words import goal, goal_in_short, main_target, short_issuer
from scheduler.review.tiles import short_name
from scheduler.review.typeset import unbroken, without_years, words
from storage.fact_kinds import fact_kinds
from storage.records import BEIJING

HERE = Path(__file__).parent
STATIC = HERE / "static"

VERDICTS = VERDICT_WORDS
WAITING = "待判定"  # what has no verdict
DONE_STATES = "confirmed,watch,rejected"  # of what has any verdict
REVIEW_STATES = {"new": WAITING, DONE_STATES: "已判定", "": "全部"}
LIST_GROUPS = {"region": "按地区", "act": "按发布环节", "track": "按赛道"}
LABELS = {"announcement": "政策发布", "related": "相关", "irrelevant": "无关"}
PLACES = {"title": "标题", "lead": "导语", "body": "正文", "attachment": "附件"}
RELATIONS = {
    "original": "首见", "reprint": "转载", "excerpt": "摘编", "superset": "扩展", "follow-up": "后续",
}  # fmt: skip
STANDINGS = {0: "新闻", 1: "官方页面", 2: "官方文件"}
DELIVERIES = {
    "pending": "待发", "delivered": "已送达", "dead": "未送达", "waiting": "等待汇总", "gathered": "已并入汇总",
    "dissolved": "汇总作废", "held": "待确认", "discarded": "已撤回",
}  # fmt: skip
MESSAGES = {
    "announcement.new": "新政策", "announcement.updated": "更新", "announcement.corrected": "更正",
    "announcement.closing": "截止提醒", "digest": "汇总", "brief": "简报",
    "incident.opened": "故障", "incident.updated": "故障仍在", "incident.resolved": "恢复",
}  # fmt: skip
OUTCOMES = {
    "ok": "正常", "unchanged": "无变化", "empty": "列表为空", "blocked": "被拦截", "script_list": "脚本列表",
    "error": "出错",
}  # fmt: skip
CAUSES = {
    "dns": "域名查不到", "tls": "证书有误", "timeout": "超时", "connection": "连不上", "4xx": "拒绝（4xx）",
    "5xx": "服务器出错（5xx）", "robots": "robots.txt 不许或取不到", "silence": "要求暂停", "private": "内网地址",
    "size": "过大", "parse": "读不懂", "limit": "超过时限", "exit": "出口用不了", "old_list": "旧列表",
    "other_list": "别的列表", "other": "其他",
}  # fmt: skip
KINDS = {"government": "政府", "department": "部门", "news": "新闻"}
CHECKS = {"works": "可用", "partly": "部分可用", "fails": "不可用"}
WEEKDAYS = "一二三四五六日"


def minute(moment: datetime | date | str | None) -> str:
    """Return a time as people in China read it, to the minute; a day stays a day, None is empty."""
    if isinstance(moment, str) and "T" in moment:
        moment = datetime.fromisoformat(moment)
    if isinstance(moment, datetime):
        return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return str(moment or "")


def day(moment: datetime | date | str | None) -> str:
    """Return the day of a time in China, None is empty."""
    return minute(moment)[:10]


def weekday(on: date) -> str:
    """Return the day of the week as 周一."""
    return f"周{WEEKDAYS[on.weekday()]}"


def span(seconds: float | timedelta | None) -> str:
    """Return how long something took, in the unit that fits; None is a dash."""
    if seconds is None:
        return "—"
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    for size, name in ((86_400, "天"), (3_600, "小时"), (60, "分")):
        if abs(total) >= size:
            return f"{total / size:.1f}".removesuffix(".0") + f" {name}"
    return f"{total:.0f} 秒"


def ago(length: timedelta) -> str:
    """Return how long ago something was, in whole units as people say it: 刚刚, 3 分钟前."""
    for size, name in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if length.total_seconds() >= size:
            return f"{length.total_seconds() / size:.0f} {name}前"
    return "刚刚"


def cue(term: str) -> str:
    """Return a hit's term for analysts: the archive keeps the stage of a policy as 行为."""
    return term.replace("行为:", f"{fact_kinds()['act'].zh}:", 1) if term.startswith("行为:") else term


FREQUENCIES = {"instant": "立即", "hourly": "每小时", "daily": "每天", "weekly": "每周"}  # how often a search is sent


def sent_when(endpoint: Endpoint) -> str:
    """Return when an endpoint gets what is new: 立即, 每天 08:30 汇总, 每周一 08:30 汇总."""
    if endpoint.mode == "instant":
        return "立即"
    on = "每天" if endpoint.digest_day == "daily" else f"每周{WEEKDAYS[DIGEST_DAYS.index(endpoint.digest_day)]}"
    return f"{on} {endpoint.digest_at:%H:%M} 汇总"


def quantity(value: float) -> str:
    """Return a number as people write it: 12000, 1.5."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def points(value: float) -> str:
    """Return points with their sign: +12, −3.5."""
    return f"{value:+g}".replace("-", "−")


def short_day(moment: datetime | date | str | None, now: datetime) -> str:
    """Return a time or day without this year: 12-02 09:05."""
    return minute(moment).removeprefix(f"{now.astimezone(BEIJING):%Y-}")


def region_name(code: str) -> str:
    """Return what a region is called; a code that is not known stays as it is."""
    return region(code).name


def query(values: Mapping[str, Any], **changed: Any) -> str:
    """Return a query string of what is not empty; `changed` values replace others, None takes them out.

    A list is one value after another.
    """
    kept = {name: value for name, value in {**values, **changed}.items() if value is not None and value != ""}
    return f"?{urlencode(kept, doseq=True)}" if kept else "?"


def combined(values: Mapping[str, Any], *others: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return several values of a query as one; the later ones win."""
    found = dict(values)
    for one in (*others, more):
        found |= one
    return found


@cache
def asset(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so that browsers take the new one."""
    return f"/static/{name}?{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def environment() -> Environment:
    """Return the templates of the review page; every value is escaped, a missing one is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {
        "minute": minute, "day": day, "weekday": weekday, "span": span, "ago": ago, "points": points,
        "quantity": quantity, "cue": cue, "short_day": short_day, "reason": in_chinese, "region": region_name,
        "web": web_address, "sent_when": sent_when,
        "short_region": short_name, "short_issuer": short_issuer, "main_target": main_target, "goal": goal,
        "goal_in_short": goal_in_short,
        "words": words, "without_years": without_years, "unbroken": unbroken, "combined": combined,
        "fault": error_in_chinese, "flaws": flaws_in_chinese, "trouble": trouble_words, "remedy": remedy_in_chinese,
        "step": step_in_chinese, "off": off_in_chinese, "gbt7714": gbt7714,
    }  # fmt: skip
    made.globals |= {
        "asset": asset, "query": query, "VERDICTS": VERDICTS, "WAITING": WAITING,
        "REVIEW_STATES": REVIEW_STATES, "LIST_GROUPS": LIST_GROUPS,
        "LABELS": LABELS, "PLACES": PLACES,
        "RELATIONS": RELATIONS, "STANDINGS": STANDINGS, "FACTS": fact_kinds(), "DELIVERIES": DELIVERIES,
        "MESSAGES": MESSAGES, "OUTCOMES": OUTCOMES, "CAUSES": CAUSES, "KINDS": KINDS, "CHECKS": CHECKS, "STEPS": STEPS,
        "CITATION_FORMS": CITATION_FORMS, "USUAL_REASONS": USUAL_REASONS,
        "INCIDENTS": INCIDENTS_IN_CHINESE, "FREQUENCIES": FREQUENCIES, "HINTS": HINTS_IN_CHINESE,
    }  # fmt: skip
    return made
