"""Read the special parts of 公众号 pages (mp.weixin.qq.com): the account that published, posts of few words. No I/O."""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser

from crawler.extract.blocks import clean

SIGNS = ("rich_media_", "js_image_desc", "js_text_desc", "wx_follow_nickname")
# The elements that hold the words of a post of pictures or of plain text; an article has the usual container.
POST = "#js_image_desc, #js_text_desc"
# Where a rendered page shows the account: articles, posts of pictures and texts, the bar at the bottom.
ACCOUNT = ("#js_name", ".rich_media_meta_nickname", ".profile_nickname", ".account_nickname_inner",
           ".wx_follow_nickname", "#js_wx_follow_nickname", ".wx_bottom")  # fmt: skip
# No letter stands before it: to ask that first, of each character of a page, takes four times as long.
IN_SCRIPT = re.compile(r"[nN](?<!\w[nN])(?i:ick_?name[\"']?\s*[=:]\s*(?:\w+\()?([\"'])(?P<name>[^\"'<>\\]{2,40})\1)")
LONGEST_ACCOUNT = 40  # characters


def is_page(markup: str) -> bool:
    """Whether a page is one of a 公众号, wherever it was saved."""
    return any(sign in markup for sign in SIGNS)


def account_of(tree: LexborHTMLParser, markup: str) -> str | None:
    """Return the name of the 公众号 that published one of its pages, None when the page names none."""
    shown = (clean(node.text()) for selector in ACCOUNT for node in tree.css(selector)[:1])
    in_script = (html.unescape(match["name"]).strip() for match in IN_SCRIPT.finditer(markup))
    return next((name for names in (shown, in_script) for name in names if 1 < len(name) <= LONGEST_ACCOUNT), None)


def posted_of(tree: LexborHTMLParser) -> str | None:
    """Return when a page of a 公众号 was published, in its own words; None where only a script knows it."""
    node = tree.css_first("#publish_time")
    return (clean(node.text()) or None) if node is not None else None
