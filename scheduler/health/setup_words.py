"""Say the steps of a first run, in Chinese for the page and in English for the terminal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.health.setup import Setup, SetupStep, StepKey

# Why the catalogue has a source off; what is not here is shown as it is written.
OFF_IN_CHINESE: Mapping[str, str] = {
    "only the home page is known; find its columns with `sources verify` or on the site": "只知道首页，没找到栏目页",
    "its address is a guess by the shape of its family; try `sources verify` from here":
        "地址是按站群的样子猜的，先从这里核对",
    "the host answers with a 瑞数 script challenge (412 abroad, 2026-08), which is never solved; try `sources verify` "
    "from here": "网站用瑞数脚本拦截（2026-08 在境外是 412），程序不破解；先从这里核对",
    "the host answers with a 瑞数 script challenge (2026-08), which is never solved; try `sources verify` from here":
        "网站用瑞数脚本拦截（2026-08），程序不破解；先从这里核对",
    "a search application, no list": "是检索应用，没有列表",
    "the home page is a script application; no list is known": "首页是脚本应用，不知道列表在哪里",
    "only its price and statistics columns are known; the column of notices is to be found on the site":
        "只知道价格和统计栏目，通知栏目要到网站上找",
    "its rows carry an id only, and the texts are a script application's; titles are told by the national pages":
        "条目只有编号，正文由脚本生成；标题靠全国性页面得知",
    "its pages stand in a folder per day; no fixed listing address is known": "页面按日期放，没有固定的列表地址",
    "its addresses come from memory": "地址凭记忆写下，没有核对",
    "it answers the first request with a cookie and the same address again": "第一次请求只给 Cookie 并转回原地址",
    "an interface whose request body is not fully known": "接口要的请求体还不清楚",
    "an aggregator of reprints, seen once": "转载汇集站，只见过一次",
    "a signed interface (the requests carry a checksum of a secret); a lead feed, no primary source":
        "接口要签名；只是线索，不是首发",
    "a script application without a list of its own; its interface is not known": "脚本应用，没有列表，接口也不清楚",
    "off in the configuration": "在配置里停用",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """A step's name, what it says when it is done, and what it says when it is not.

    {value} is what was chosen; {done}, {total}, {works} and {failed} are numbers.
    """

    zh: str
    en: str
    done_zh: str
    done_en: str
    open_zh: str
    open_en: str


STEPS: Mapping[StepKey, StepWords] = {
    "contact": StepWords(
        zh="联系方式", en="Contact", done_zh="{value}，写在每次访问的抬头里。", done_en="{value}, told to portals.",
        open_zh="写上自己的邮箱：网站靠它找到您，否则可能直接封锁。",
        open_en="Say where portals can write to you before they block.",
    ),
    "reviewer": StepWords(
        zh="你的名字", en="Your name", done_zh="{value}。判定会署这个名字。", done_en="{value}, who signs verdicts.",
        open_zh="判定会署这个名字；现在署的是系统用户名。", open_en="Verdicts are signed with the system's user now.",
    ),
    "endpoint": StepWords(
        zh="接收端", en="Endpoint", done_zh="{value}。", done_en="{value}.",
        open_zh="没有接收端，新政策只会出现在今日页。",
        open_en="Without one, new policies are shown on the page only.",
    ),
    "catalogue": StepWords(
        zh="核对来源目录", en="Sources tried from here", done_zh="{total} 个都试过：通 {works}，不通 {failed}。",
        done_en="all {total}: {works} work, {failed} do not.", open_zh="{done} / {total}，通 {works}，不通 {failed}。",
        open_en="{done} of {total}: {works} work, {failed} do not.",
    ),
    "first crawl": StepWords(
        zh="第一轮抓取", en="First crawl",
        done_zh="{total} 个来源都看过，已读 {articles} 篇，命中 {announcements} 条。",
        done_en="all {total} visited, {articles} articles read, {announcements} announcements.",
        open_zh="{done} / {total}，已读 {articles} 篇，命中 {announcements} 条。先入库，不推送。",
        open_en="{done} of {total}, {articles} articles read, {announcements} announcements; nobody is told of these.",
    ),
    "backups": StepWords(
        zh="备份", en="Backups", done_zh="写到 {value}。", done_en="written to {value}.",
        open_zh="没有开。设一个文件夹后每天备份一次。", open_en="off; one a day once a folder is named.",
    ),
}  # fmt: skip


def step_in_chinese(setup: Setup, step: SetupStep) -> str:
    """Return what a step says, for the page."""
    words = STEPS[step.key]
    return _filled(words.done_zh if step.state == "done" else words.open_zh, setup, step)


def step_in_english(setup: Setup, step: SetupStep) -> str:
    """Return what a step says, for the terminal."""
    words = STEPS[step.key]
    return _filled(words.done_en if step.state == "done" else words.open_en, setup, step)


def off_in_chinese(reason: str) -> str:
    """Return why sources are off."""
    return OFF_IN_CHINESE.get(reason, reason or "没有写原因")


def _filled(text: str, setup: Setup, step: SetupStep) -> str:
    state = setup.state
    return text.format(
        value=step.value, done=step.done, total=step.total, failed=step.failed, works=step.done - step.failed,
        articles=state.articles, announcements=state.announcements,
    )  # fmt: skip
