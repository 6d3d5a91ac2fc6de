"""Word each trouble and its remedy, in Chinese for pages and in English for commands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.health.troubles import Trouble
from scheduler.health.wording import CAUSES_IN_CHINESE, HINTS, HINTS_IN_CHINESE, SAYS
from storage.records import BEIJING


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A trouble in words: what is wrong, what to do. {place} stands for its place."""

    zh: str
    en: str
    do_zh: str
    do_en: str


WORDS: Mapping[str, Said] = {
    "no sources": Said(
        zh="没有启用任何来源", en="no source is enabled",
        do_zh="在“来源”里勾选启用，或添加一个", do_en="enable some under [sources] in config.toml",
    ),
    "never visited": Said(
        zh="还没有看过任何来源", en="no source was visited yet",
        do_zh="启动 futurewatch run，第一轮看完后这里会更新", do_en="start futurewatch run",
    ),
    "never answered": Said(
        zh="从来没有一个来源看成过", en="no source has ever answered",
        do_zh="检查本机的网络、DNS 与代理，再用 futurewatch sources test 试一个来源",
        do_en="check network, DNS and proxies, then futurewatch sources test ID",
    ),
    "no endpoint": Said(
        zh="还没有设接收端：发现新政策也推送不到任何人", en="no endpoint is configured: nobody would be told",
        do_zh="在“设置”里添加接收端，先发一条试试",
        do_en="futurewatch setup, or an [[endpoint]] in config.toml, then futurewatch endpoints test NAME",
    ),
    "sample contact": Said(
        zh="联系方式还是样例里的 you@example.org", en="the contact is still the sample's you@example.org",
        do_zh="在“设置”里写上自己的邮箱或网址：网站靠它找到您，否则可能直接封锁",
        do_en="futurewatch setup, or [crawl] contact in config.toml: portals write there before they block",
    ),
    "no backup": Said(
        zh="设了备份，但一份也没有写出", en="there is none in {place}",
        do_zh="检查文件夹 {place} 能否写入，让 futurewatch run 保持运行",
        do_en="check that the folder can be written, and keep futurewatch run running",
    ),
    "old backup": Said(
        zh="备份停了", en="the newest in {place} is of {since}",
        do_zh="检查文件夹 {place} 能否写入，让 futurewatch run 保持运行",
        do_en="check that the folder can be written, and keep futurewatch run running",
    ),
    "deliveries": Said(
        zh="推送在本机出错，没有发往接收端 {place}", en="messages to {place} fail in this program, before it is asked",
        do_zh="运行 futurewatch doctor，并查看 run 的日志", do_en="futurewatch doctor, and the daemon's log",
    ),
    "archive": Said(
        zh="档案写不进去", en="the archive cannot be relied on ({place})",
        do_zh="运行 futurewatch doctor", do_en="futurewatch doctor",
    ),
    "disk": Said(zh="磁盘快满了", en="the archive's disk is nearly full", do_zh="腾出空间，或用 futurewatch prune 清理",
                 do_en="free space, or futurewatch prune"),
    "clock": Said(zh="本机时钟不准", en="this machine's clock is wrong", do_zh="检查时间同步：timedatectl",
                  do_en="check NTP: timedatectl"),
    "endpoint": Said(zh="接收端 {place} 一再失败", en="endpoint {place} fails again and again",
                     do_zh="在“推送”里看它的回答", do_en="futurewatch endpoints list"),
    "saved": Said(zh="有一个订阅读不懂了，不再推送", en="a saved search cannot be read, and alerts nobody",
                  do_zh="删掉后重新保存", do_en="remove it, and save it again"),
    "proxy": Said(zh="{place} 里的代理没有回应", en="the proxy in {place} does not answer",
                  do_zh="重启代理，或改正环境变量 {place}", do_en="restart the proxy, or mend the variable {place}"),
}  # fmt: skip
MACHINE: Mapping[str, Said] = {
    "dns": Said(
        zh="本机无法解析域名", en="this machine resolves no host names",
        do_zh="检查网线与 DNS 设置；恢复后会自动再看",
        do_en="check the network and DNS settings; visits go on by themselves",
    ),
    "network": Said(
        zh="本机连不上网站", en="this machine reaches no portal",
        do_zh="检查本机的网络与防火墙；恢复后会自动再看",
        do_en="check network and firewall; visits go on by themselves",
    ),
    "tls": Said(
        zh="各网站的证书在本机都不成立", en="no certificate holds on this machine",
        do_zh="检查本机时钟与根证书，或中间的代理", do_en="check this machine's clock and root certificates",
    ),
}  # fmt: skip


def in_chinese(trouble: Trouble) -> str:
    """Return what is wrong, for the pages: 233 个来源全部失败：本机无法解析域名."""
    said = _said(trouble)
    if not trouble.sources:
        return said.zh.format(place=trouble.place)
    number = len(trouble.sources)
    how_many = f"{number} 个来源全部失败" if number == trouble.watched else f"{number} 个来源失败"
    return f"{how_many}：{said.zh.format(place=trouble.place)}"


def remedy_in_chinese(trouble: Trouble) -> str:
    """Return what to do, for the pages."""
    return _said(trouble).do_zh.format(place=trouble.place, source=_first(trouble))


def in_english(trouble: Trouble) -> str:
    """Return what is wrong and since when, for commands."""
    said = _said(trouble)
    since = trouble.since.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if trouble.since else ""
    words = said.en.format(place=trouble.place, since=since)
    if trouble.sources:
        number = len(trouble.sources)
        all_of = "all " if number == trouble.watched else ""
        words = f"{all_of}{number} source{'s' * (number > 1)} fail{'s' * (number == 1)}: {words}"
    return f"{words}, since {since}" if since and "{since}" not in said.en else words


def remedy_in_english(trouble: Trouble) -> str:
    """Return what to do, for commands."""
    return _said(trouble).do_en.format(place=trouble.place, source=_first(trouble))


def _first(trouble: Trouble) -> str:
    return next(iter(trouble.sources), "ID")


def _said(trouble: Trouble) -> Said:
    if trouble.kind == "machine":
        return MACHINE[trouble.cause]
    if trouble.kind not in {"host", "family"}:
        return WORDS[trouble.kind]
    cause = trouble.cause
    where_zh = "站群 {place} " if trouble.kind == "family" else "{place} "
    where_en = "sites of the family {place}: " if trouble.kind == "family" else "{place} "
    hint = "futurewatch sources test {source}"
    return Said(
        zh=where_zh + CAUSES_IN_CHINESE.get(cause, cause), en=where_en + SAYS.get(cause, SAYS["unreachable"]),
        do_zh=HINTS_IN_CHINESE.get(cause, "用 futurewatch sources test {source} 看详情"), do_en=HINTS.get(cause, hint),
    )  # fmt: skip
