"""Say in Chinese why a visit failed: the archive keeps it in English. What is not known here stays as it is. Pure."""

from __future__ import annotations

from scheduler.chinese import parts_in_chinese

PARTS = (
    (
        r"robots\.txt of (\S+) cannot be had, so no page of it may be asked for: ",
        r"\1 的 robots.txt 取不到，不取它的网页：",
    ),
    (r"robots\.txt does not allow (\S+)", r"robots.txt 不许取 \1"),
    (r"CannotResolveHost: .*lookup failed.*: (\S+?)\.?$", r"域名 \1 查不到"),
    (r"CannotResolveHost\b", "域名查不到"),
    (r"DownloadTimeout: Getting (\S+) took longer than ([\d.]+) seconds\.?", r"\1 在 \2 秒里没有答完"),
    (r"DownloadTimeout\b", "超时"),
    (r"DownloadConnectionRefused\b.*", "拒绝连接"),
    (r"ResponseDataLoss\b.*", "回答中途断了"),
    (r"DownloadCancelled\b.*", "回答太大"),
    (r"PrivateAddress: (\S+) is (\S+), which is no public address", r"\1 是 \2，不是公网地址"),
    (r"HostSilent: (\S+) asked for silence until (\S+)", r"\1 要求停到 \2 再访问"),
    (r"SilentWorker: a worker of exit '(.+?)' is lost.*", r"出口 \1 的一个 worker 没了音讯"),
    (
        r"Exit: exit '(.+?)' cannot serve: the proxy wants another account \(407\)",
        r"出口 \1 用不了：代理要别的帐号（407）",
    ),
    (r"Exit: exit '(.+?)' cannot serve: the proxy does not answer.*", r"出口 \1 用不了：代理没有反应"),
    (r"Exit: exit '(.+?)' cannot serve: no worker listens there", r"出口 \1 用不了：那里没有 worker"),
    (r"Exit: exit '(.+?)' cannot serve: the NATS server .*", r"出口 \1 用不了：NATS 服务器连不上"),
    (r"Exit: exit '(.+?)' cannot serve: ", r"出口 \1 用不了："),
    (r"leads to the home page", "转到了首页"),
    (r"nothing was answered", "什么都没有答"),
    (r"none of (\d+) rows was there before: (\S+)", r"\1 行没有一行是以前的：\2"),
    (r"old list: (\d+) newer rows are gone, first '(.+)'", r"旧列表：少了 \1 行较新的，如《\2》"),
    (r"; its own request failed: ", "；它自己的请求失败："),
    (r"; (\S+) gave no rows \(http (\d+)\)", r"；\1 没有给出行（http \2）"),
    (r"loaded by a script", "由脚本装入"),
    (r"no rows", "没有行"),
)  # fmt: skip


def error_in_chinese(error: str) -> str:
    """Return why a visit failed, for people who read Chinese."""
    return parts_in_chinese(error, PARTS)
