"""Name what was wrong with the rows, texts and answers of a visit that went well. Pure."""

from __future__ import annotations

from collections.abc import Mapping

FLAWS = {
    "one link": "rows that lead to one page with others", "no address": "rows without an address that can be asked for",
    "home": "links that lead to the home page", "empty": "empty",
    "dateline": "only a dateline", "frame": "only a frame that was not read", "picture": "only pictures",
    "mojibake": "mojibake", "share bar": "only buttons", "cut short": "answers cut short",
    "odd headers": "answers with invalid header lines",
}  # fmt: skip

FLAWS_IN_CHINESE = {
    "one link": "与别的条目同一页面", "no address": "条目没有地址", "home": "链接转到首页", "empty": "正文为空",
    "dateline": "只有来源和日期", "frame": "正文在框架里没读到", "picture": "只有图片", "mojibake": "乱码",
    "share bar": "只有分享按钮", "cut short": "回答不完整", "odd headers": "回答头不合规",
}  # fmt: skip


def said_of_flaws(flaws: Mapping[str, int]) -> str:
    """Return what was wrong with rows, texts and answers: `3 only a dateline, 2 ofd files that are not read`."""
    most = sorted(flaws.items(), key=lambda one: -one[1])
    return ", ".join(f"{number} {_flaw(kind)}" for kind, number in most if number)


def flaws_in_chinese(found: Mapping[str, int]) -> str:
    """Return the same in Chinese: 只有图片 3，ofd 文件读不了 2."""
    names = {kind: FLAWS_IN_CHINESE.get(kind) or f"{kind.removeprefix('file ')} 文件读不了" for kind in found}
    return "，".join(f"{names[kind]} {number}" for kind, number in found.items())


def _flaw(kind: str) -> str:
    return f"{kind.removeprefix('file ')} files that are not read" if kind.startswith("file ") else FLAWS[kind]
