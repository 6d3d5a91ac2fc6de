"""Recognise the frames of a page that may hold its text. No I/O."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.attachments import READ_SUFFIXES, absolute
from crawler.extract.blocks import HIDDEN
from crawler.extract.surroundings import is_around, is_small

HAS_FRAME = re.compile(rb"<(?:i?frame|embed|object)\b", re.IGNORECASE)
# What frames show besides texts, as whole words of an address.
OTHER = re.compile(
    r"(?:^|[^a-z])(?:login|passport|sso|visit|visits|counter|count|stats?|tongji|weather|tianqi|players?|videos?|live"
    r"|zhibo|v\.qq|youku|bilibili|iqiyi|miaopai|maps?|ditu|amap|tianditu|ads?|adv|advert|guanggao|cpro|pos\.baidu|doubleclick|share|bdshare|comments?"
    r"|pinglun|search|captcha|chat|kefu|vote|toupiao|weibo|footer|foot|header|top|nav|menu|banner|hot|rank|about:blank)"
    r"(?:[^a-z]|$)|^(?:javascript|about|data|blob|mailto):|\.(?:mp4|m3u8|flv|swf|mp3|jpe?g|png|gif)(?:$|\?)",
    re.IGNORECASE,
)
DOCUMENT = re.compile(rf"\.(?:{READ_SUFFIXES})(?:$|[?#])", re.IGNORECASE)


def find_frames(tree: LexborHTMLParser) -> list[LexborNode]:
    """Return the frames that may show a text: of some size, at no address of players, maps and advertisements.

    Embedded objects count only where they show a document.
    """
    return [node for node in tree.css("iframe, frame, embed, object") if _may_show_text(node)]


def address_of(frame: LexborNode, url: str) -> str:
    """Return the absolute address of what a frame shows: the document itself where it hands one to a viewer."""
    source = _source(frame)
    return absolute(_document_of(source) or source, url)


def _may_show_text(node: LexborNode) -> bool:
    source, style = _source(node), node.attributes.get("style") or ""
    if not source or HIDDEN.search(style) or is_small(node) or is_around(node):
        return False
    return _document_of(source) is not None or (node.tag in {"iframe", "frame"} and not OTHER.search(source))


def _source(node: LexborNode) -> str:
    names = ("data",) if node.tag == "object" else ("src", "data-src")
    return next((said.strip() for name in names if (said := node.attributes.get(name))), "")


def _document_of(source: str) -> str | None:
    """Return the document that a frame shows: its own address, or the one that it hands to a viewer."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return None
    handed = (value for _, value in parse_qsl(parts.query) if DOCUMENT.search(value))
    return source if DOCUMENT.search(parts.path) else next(handed, None)
