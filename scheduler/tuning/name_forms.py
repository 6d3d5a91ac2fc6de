"""When two names of an issuer, a document or a track are one: the forms that are compared. No lexicon, no I/O.

Two names are one when the plain form of one stands in that of the other: 省工信厅 is 广东省工业和信息化厅, and a
document's name is known without its years. These tables are the yardstick's own: what the detection learns does not
move them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from crawler.dedupe.identity import plain

PLACE = re.compile(r"^(?:中共)?(?:[^省市区]{0,7}?(?:省|市|自治区))?(?=..)")
BRACKETS = re.compile(r"(?:[（(][^（()）]*[）)])+$")
# Short names of offices and how they are written in full; each holds for ministry, 厅, 局 and 委 alike.
OFFICES = (
    (re.compile("工信(?=[部厅局])"), "工业和信息化"),
    (re.compile("经信"), "经济和信息化"),
    (re.compile("科技(?=[部厅局])"), "科学技术"),
    (re.compile("(?:发改|发展改革)委(?:员会)?"), "发展和改革委员会"),
    (re.compile("人社"), "人力资源和社会保障"),
    (re.compile("卫健委|卫生健康委(?!员会)"), "卫生健康委员会"),
    (re.compile("国资委"), "国有资产监督管理委员会"),
    (re.compile("药监局"), "药品监督管理局"),
    (re.compile("人大常委会"), "人民代表大会常务委员会"),
    (re.compile("(?<!人民)政府"), "人民政府"),
)
# Tracks of two names, and what every track may have or not.
TRACK_NAMES = (("第六代移动通信", "6g"), ("低空经济", "低空"), ("量子信息", "量子科技"), ("产业", ""), ("未来", ""))


def issuer_form(name: str) -> str:
    """Return an authority's name in full, without its place."""
    form = plain(name)
    for short, full in OFFICES:
        form = short.sub(full, form)
    return PLACE.sub("", form)


def title_form(name: str) -> str:
    """Return a document's name without marks, and without what stands in brackets at its end."""
    return plain(BRACKETS.sub("", name.strip(" 《》")))


def track_form(name: str) -> str:
    """Return a track without 产业 and 未来: 未来电子信息产业 is 电子信息."""
    whole = form = plain(name)
    for long, short in TRACK_NAMES:
        form = form.replace(long, short)
    return form or whole


def found_in(names: Iterable[str], others: Iterable[str], form: Callable[[str], str]) -> tuple[int, int]:
    """Return how many of some names are among others, and how many there are."""
    wanted, known = [form(name) for name in names], [form(name) for name in others]
    return sum(any(_are_one(name, other) for other in known) for name in wanted), len(wanted)


def _are_one(name: str, other: str) -> bool:
    return bool(name and other) and (name in other or other in name)
