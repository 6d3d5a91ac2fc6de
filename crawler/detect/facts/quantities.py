"""Read the number and the unit of a goal or a sum: 建成37个先导区, 突破1.2万亿元, 三家. No I/O, no clock."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.detect.facts.patterns import either
from crawler.text.numerals import numeral_of
from storage.records import Fact

SCALE = "(?:万亿|千亿|百亿|十亿|亿|千万|百万|万|千|百)"
UNIT = either(
    "美元 港元 欧元 元 个百分点 % ‰ 个 家 项 倍 条 座 名 人 支 只 种 次 台 套 件 所 例",
    "平方公里 平方千米 平方米 公里 千米 万吨 吨 小时 颗 架 辆 亩 公顷 位 片 处 批 款 成 户 对 艘 枚 门 类 届 场 组",
    "张 株 间 期",
    "千瓦时 千瓦 兆瓦 吉瓦 P EFLOPS",
)
SOME = "(?:余|多|来)?"
ARABIC = re.compile(
    rf"(?<![\d.])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d{{1,12}}(?:\.\d{{1,4}})?)(?:\s*[-—–~～至到]+\s*\d[\d.]*)?{SOME}\s?"
    rf"(?P<unit>{SCALE}?{SOME}(?:{UNIT})|{SCALE})"
)
HAN_UNIT = either("个百分点 个 家 项 倍 条 座 名 支 亿元 大")
HAN = re.compile(rf"(?P<number>[一二两三四五六七八九十]{{1,3}})(?P<unit>{SCALE}?{HAN_UNIT})")
WORDED = re.compile("[百千万]亿|翻[一两二三四]?番|全覆盖|[一二三四五六七八九]成")
YEAR = re.compile(r"20\d\d年")
ORDINAL = re.compile(r"第$")


def with_quantity(fact: Fact) -> Fact:
    """Return a fact with the first number and unit of its quote; as it is when it has none. 10—20家 counts as 10."""
    quote = YEAR.sub(lambda match: "年" * len(match[0]), fact.quote.replace("％", "%"))
    match = ARABIC.search(quote)
    if match is not None:
        unit = re.sub("[余多来]", "", match["unit"])
        return replace(fact, number=float(match["number"].replace(",", "")), unit=unit)
    spelt = next((m for m in HAN.finditer(quote) if not ORDINAL.search(quote[: m.start()])), None)
    return replace(fact, number=float(numeral_of(spelt["number"])), unit=spelt["unit"]) if spelt else fact


def has_quantity(text: str) -> bool:
    """True for words that hold a number with its unit, or a rise without one: 翻番."""
    return bool(ARABIC.search(text) or HAN.search(text) or WORDED.search(text))
