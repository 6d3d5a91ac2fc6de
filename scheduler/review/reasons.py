"""Say in Chinese why an article was joined, or a message goes where it goes: the archive keeps it in English. Pure."""

from __future__ import annotations

from scheduler.chinese import parts_in_chinese

SAID = (
    (r"same document number: ", "发文字号相同："),
    (r"same document: ", "文件相同："),
    (r"same name, other years: ", "同名不同年："),
    (r"other document number: ", "发文字号不同："),
    (r"other document: ", "文件不同："),
    (r"other region: ", "地区不同："),
    (r"other zone: ", "园区不同："),
    (r"other batch: ", "批次不同："),
    (r"^against it, (.+) \((-[\d.]+)\)$", r"不利：\1 (\2)"),
    (r"other numbers", "数字不同"),
    (r"other years", "年份不同"),
    (r"other tracks", "赛道不同"),
    (r"other issuers", "发文机关不同"),
    (r"other act\b", "发布环节不同"),
    (r"other stage", "环节不同"),
    (r"other instrument", "文种不同"),
    (r"other places", "另有地名"),
    (r"other region", "地区不同"),
    (r"one region in the other", "一地在另一地之内"),
    (r"no region told", "未写明地区"),
    (r"no act told", "未写明发布环节"),
    (r"no announcement by itself", "本身不是发布"),
    (r"more than (\d+) days", r"相隔超过 \1 天"),
    (r"nothing certain in common, and more than a month apart", "没有确定的相同之处，且相隔一个月以上"),
    (r"a digest, which tells of several things", "汇总多件事的文章"),
    (r"shared words: ", "共有词句："),
    (r"same batch: ", "批次相同："),
    (r"same places named", "提到同样的地方"),
    (r"(\S+) and (\S+) are two acts", r"\1 与 \2 是两个环节"),
    (r"same numbers: ", "数字相同："),
    (r"same tracks: ", "赛道相同："),
    (r"same issuer: ", "发文机关相同："),
    (r"same act: ", "发布环节相同："),
    (r"names (.+?) without marks", r"提到 \1"),
    (r"reprint: ", "转载："),
    (r"excerpt: ", "摘编："),
    (r"superset: ", "扩展："),
    (r"follow-up: ", "后续："),
    (
        r"(\d+%) of this text stands in the other, (\d+%) of the other in this",
        r"本文 \1 见于原文，原文 \2 见于本文",
    ),
    (r"(-?[\d.]+) of ([\d.]+)$", r"共 \1 分（需 \2 分）"),
    (r"at once: urgent from (\S+)", r"立即：达到紧急线 \1"),
    (r"at once", "立即"),
    (r"for the digest of ", "并入汇总 "),
    (r"quiet hours until ", "静默至 "),
    (r"more than (\d+) of (\S+) within an hour", r"来源 \2 一小时内超过 \1 条"),
    (r"operator: ", "运维："),
    (r"score (\S+) >= (\S+)", r"得分 \1 ≥ \2"),
    (r"region (\d+) in (\d+)", r"地区 \1 属于 \2"),
    (r"track ", "赛道 "),
    (r"instrument ", "文种 "),
    (r"act ", "发布环节 "),
    (r"(?<=[\u4e00-\u9fff])((?:19|20)\d\d)(\d{1,5}号)", r"〔\1〕\2"),  # keys have numbers without brackets
)


def in_chinese(reason: str) -> str:
    """Return a reason for analysts; what is not known stays as it is."""
    return "；".join(parts_in_chinese(part, SAID) for part in reason.split("; ") if part)
