"""Word incidents for operators. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.health.shared_causes import ALL

SAMPLE_SOURCES = 5  # sources that are named in a message; `incidents list` names all

SAYS = {
    "unreachable": "cannot be reached",
    "tls": "cannot be reached over TLS",
    "5xx": "answers with server errors",
    "4xx": "refuses or has lost its listing pages",
    "robots": "forbids its listing pages in robots.txt, or robots.txt cannot be had",
    "silence": "asks for silence (429) again and again",
    "private": "leads into a private network",
    "size": "sends more than is read",
    "parse": "cannot be read: an error of ours",
    "limit": "takes longer than a visit may last",
    "exit": "cannot be asked: the exit does not serve",
    "detour": "is asked by another exit than it should be",
    "empty": "lists nothing",
    "blocked": "shows a challenge or a wall in place of its pages",
    "script_list": "loads its list by a script that is not understood",
    "old_list": "serves an old list again",
    "other_list": "shows another list than it did",
    "stale": "has had nothing new for unusually long",
    "extraction": "has pages whose text is not found",
    "refused": "has articles that stay refused",
    "rows": "has rows that lead to no page of their own",
    "validators": "says unchanged though its list changed; it is read in full now",
}
HINTS = {
    "unreachable": "check this machine's network and DNS first, then the portal in a browser",
    "exit": "check this exit under [[exit]]: its proxy, its browser, its workers",
    "detour": "check this exit under [[exit]], or leave it out of via",
    "empty": "futurewatch sources test {source}: the page may have a new layout",
    "script_list": "futurewatch sources test {source}: the page may have a new layout",
    "blocked": "open it in a browser; if it stays, rely on the fallbacks or switch the source off",
    "old_list": "open it in a browser: a cache of the portal may be stuck",
    "other_list": "futurewatch sources test {source}: the list may have moved",
    "stale": "open it in a browser: the column may have moved or ended",
    "extraction": 'futurewatch explain with one of its newest pages: body = "…" in the source may help',
    "refused": "open the article and the robots.txt of its host in a browser; it is asked for again for five weeks",
    "robots": "open its robots.txt in a browser; ignore_robots_because in the source lifts it, with the portal's word",
    "rows": "futurewatch sources test {source}: its links may be built by a script, or lead through a login",
    "parse": "futurewatch sources test {source}, and please report it",
    "validators": "nothing is to be done",
}
# A cause, an outcome or a kind of finding as Chinese pages say it: the one table of them.
CAUSES_IN_CHINESE = {
    "dns": "域名查不到", "tls": "证书有误", "timeout": "超时", "connection": "连不上", "unreachable": "连不上",
    "4xx": "拒绝访问或栏目页没有了（4xx）", "5xx": "服务器出错（5xx）", "robots": "robots.txt 不许抓取栏目页或取不到",
    "silence": "一再要求暂停（429）", "private": "指向内网", "size": "内容过大", "parse": "读不懂：程序的错",
    "limit": "一次访问超过时限", "exit": "出口用不了", "detour": "没走该走的出口",
    "other": "访问失败", "empty": "列表为空", "blocked": "被拦截",
    "script_list": "脚本列表读不懂", "old_list": "又给出旧列表", "other_list": "换成了别的列表",
    "stale": "久无新内容", "extraction": "新页面读不出正文", "rows": "条目没有各自的页面",
    "validators": "列表变了却说没变",
}  # fmt: skip
INCIDENTS_IN_CHINESE = CAUSES_IN_CHINESE | {
    "disk": "磁盘快满了", "clock": "时钟不准", "archive": "档案写不进去", "endpoint": "接收端一再失败",
    "delivery": "消息未送达", "deliveries": "推送在本机出错", "saved": "保存的检索读不懂了",
}  # fmt: skip
HINTS_IN_CHINESE = {
    "dns": "在浏览器里打开它：网站可能换了域名", "timeout": "会自动再看；久不恢复就在浏览器里打开它",
    "connection": "会自动再看；久不恢复就在浏览器里打开它", "5xx": "会自动再看；久不恢复就在浏览器里打开它",
    "unreachable": "先查本机的网络与 DNS，再在浏览器里打开网站", "other": "会自动再看；久不恢复就在浏览器里打开它",
    "exit": "查 [[exit]] 里的这个出口：代理、浏览器或工作机", "detour": "查 [[exit]] 里的这个出口，或从 via 里去掉它",
    "silence": "会自动放慢；久不恢复就把来源的 every 加长",
    "empty": "页面可能改版：futurewatch sources test {source}",
    "script_list": "页面可能改版：futurewatch sources test {source}",
    "blocked": "在浏览器里打开；若一直如此，靠备用来源或停用它",
    "old_list": "在浏览器里打开：网站的缓存可能卡住了",
    "other_list": "列表可能搬走了：futurewatch sources test {source}",
    "stale": "在浏览器里打开：栏目可能搬走或停更了",
    "extraction": "用 futurewatch explain 看一篇新页面；可在来源里设 body",
    "robots": "在浏览器里看它的 robots.txt；征得网站同意后可设 ignore_robots_because",
    "rows": "链接可能由脚本生成或要登录：futurewatch sources test {source}", "validators": "不必处理，已改为每次全读",
}  # fmt: skip
DEFAULT_HINT = "futurewatch sources test {source}"


def summary_of(key: str, members: Mapping[str, str]) -> str:
    """Return the one line that says what is wrong."""
    kind, _, host = key.partition(":")
    says = SAYS.get(kind, kind)
    if host == ALL:
        return f"{len(members)} sources at once, each: {says}"
    several = f" ({len(members)} sources)" if len(members) > 1 else ""
    return f"{', '.join(members) if len(members) == 1 else host}{several} {says}"


def summary_in_chinese(key: str, members: Mapping[str, str]) -> str:
    """Return the same in Chinese: gov-460000：列表为空."""
    kind, _, place = key.partition(":")
    says = INCIDENTS_IN_CHINESE.get(kind, kind)
    if place == ALL:
        return f"{len(members)} 个来源：{says}"
    where = next(iter(members)) if len(members) == 1 else place
    several = f"（{len(members)} 个来源）" if len(members) > 1 else ""
    return f"{where}{several}：{says}" if where else says


def detail_of(members: Mapping[str, str]) -> str:
    """Return what is known of the sources, the first ones by name."""
    said = [f"{source}: {detail}" for source, detail in list(members.items())[:SAMPLE_SOURCES]]
    more = len(members) - len(said)
    return "; ".join(said) + (f"; and {more} more" if more > 0 else "")


def hint_of(key: str, members: Mapping[str, str]) -> str:
    """Return what to do."""
    hint = HINTS.get(key.partition(":")[0], DEFAULT_HINT)
    return hint.format(source=next(iter(members), "ID"))


def rest_of(rest: Mapping[str, str]) -> str:
    """Return which sources of a group are still ill, for its message of recovery."""
    return "still ill, with incidents of their own: " + detail_of(rest)
