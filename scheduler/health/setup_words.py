"""Say the steps of a first run, in Chinese for the page and in English for the terminal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.health.setup import Setup, SetupStep, StepKey

# Why the catalogue has a source off; what is not here is shown as it is written.
OFF_IN_CHINESE: Mapping[str, str] = {
    "only the home page is known; find its columns with `sources verify` or on the site": "只知道首页，没找到栏目页",
    "off in the configuration": "在配置里停用",
}


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
