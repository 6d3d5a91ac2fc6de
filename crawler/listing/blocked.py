"""Recognise challenges, walls and refusals in place of a page. Names them, never solves them. No I/O."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.signatures import title_of, trace, words_shown
from crawler.text.decode import decode
from crawler.text.depth import levelled
from storage.records import Page

STATUS = {401: "登录", 403: "拒绝访问", 412: "瑞数", 429: "访问过于频繁", 521: "加速乐"}
# A challenge shows nothing, a wall a few sentences; article pages with the frame of their site are longer.
NEXT_TO_NOTHING, FEW_WORDS = 120, 500  # visible characters


def recognise_block(page: Page) -> str | None:
    """Return what stands in the way of a page (瑞数, 加速乐, 验证码, 登录, …), None when nothing is recognised.

    It serves listing and article pages alike. A page that says much is never taken for a wall, whatever it mentions.
    """
    text = levelled(decode(page.body))
    if text.lstrip().startswith(("{", "[")):
        return trace("wall", text) if len(text) <= FEW_WORDS else None
    tree = LexborHTMLParser(text)
    title, seen = title_of(tree), len(re.sub(r"\s", "", words_shown(tree)))
    if seen > FEW_WORDS:
        return None
    challenge = trace("challenge", text) if seen <= NEXT_TO_NOTHING else None
    said = f"{title} {words_shown(tree, but='a')}"  # 用户登录 in the navigation is no wall
    return challenge or trace("wall", said) or STATUS.get(page.status)
