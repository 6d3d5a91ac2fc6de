"""Hold what zones are called: 合肥高新区, 未来科学城, 管委会. No I/O, no clock.

Zones have no code: what they do counts for the place they lie in.
"""

from __future__ import annotations

import re

from crawler.detect.facts.patterns import either, words

KIND = either(  # the noun that ends a zone's name, longer ones first
    "高新技术产业开发区 高新技术开发区 经济技术开发区 高新区 经开区 开发区 新片区 片区 新区 园区 港区 空区",
    "合作区 示范区 试验区 实验区 先行区 保税区 自贸区 特区 科学城 科技城 生态城 新城",
)
OFFICES = words("管委会 管理委员会 管委 工委 执委会 执行委员会 党工委")
OFFICE = either(*OFFICES)
# What shows that an authority is a zone's: 东湖高新区科创局, 园区管委会.
OF_ZONE = re.compile(rf"{OFFICE}|{KIND}")
# A zone behind its region: 合肥高新区, 武汉东湖新技术开发区.
BEHIND_PLACE = re.compile(rf"(?:(?![加快建设推动支持的在和与])[\u4e00-\u9fff]){{0,5}}?{KIND}")
# A zone that is named without its region, at the beginning of a stretch of characters: 未来科学城管委会, 管委会.
BY_ITSELF = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:(?:(?![日月由在将与从])[\u4e00-\u9fff]){{2,8}}?{KIND}(?:（[\u4e00-\u9fff]{{2,8}}）)?|(?={OFFICE}))"
)
