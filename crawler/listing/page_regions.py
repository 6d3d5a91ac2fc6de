"""Tell the column of articles from what stands around it: navigation, hot lists, related links, footers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice

from selectolax.lexbor import LexborNode

from crawler.listing.titles import plain

FRAME_TAGS = {"nav", "footer", "aside", "select", "option", "header"}
# Words of class names and ids, whole: `hot-list` is a frame, `photo` is not.
FRAME_WORDS = frozenset({
    "crumb", "crumbs", "breadcrumb", "breadcrumbs", "dqwz", "weizhi", "foot", "footer", "friend", "friends",
    "friendlink", "friendlinks", "yqlj", "copyright", "hot", "hots", "hotlist", "hotnews", "rank", "ranking",
    "ranklist", "paihang", "phb", "related", "relate", "relation", "relevant", "xgyd", "xglj", "xgwz", "xgxw",
    "recommend", "recommended", "recommendation", "tuijian", "share", "ad", "ads", "advert", "comment",
    "comments", "subnav", "leftnav", "topnav",
})  # fmt: skip
# These also name the wrapper of whole pages: they count on an element that holds the lesser part of the page's links.
WRAPPER_WORDS = frozenset({
    "nav", "navbar", "navi", "navigation", "menu", "submenu", "leftmenu", "location", "links", "side",
    "sidebar", "sider", "aside", "tools", "toolbar", "toolbox", "login", "pager", "pages", "pagination",
    "paging", "topic", "topics", "banner", "tj", "header",
})  # fmt: skip
CONTENT_WORDS = frozenset({"content", "con", "cont", "main"})  # `tab-nav-content` is what the tabs of a list show
FRAME_HEADING = re.compile(
    r"热点|热门|热搜|热文|热榜|排行|排名|点击榜|阅读榜|推荐|精选|相关(?!解读|政策)|专题|专栏|友情链接|延伸阅读|猜你喜欢|网站导航|快速通道"
    r"|常用链接|扫一扫|关注我们|广告|大家都在看|最新评论|图片集锦"
)
HEADING_TAGS = {"h1", "h2", "h3", "h4", "h5", "h6", "dt"}
HEADING_WORDS = frozenset({"title", "tit", "tt", "hd", "head", "header", "heading", "caption", "bt", "lmtit", "biaoti"})
OUTERMOST = {"body", "html", "-undef"}
# Elements around a link that are looked at; real pages nest 10 to 25 deep, broken ones in the thousands.
HIGHEST_LEVEL = 60
NEAREST_ELEMENTS = 20  # elements before a block among which its heading stands
LARGEST_HEADING = 60  # characters, and elements with them, that are read of what may be a heading
LONGEST_HEADING = 12  # characters; what is longer is the title of an article
CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def words_of(node: LexborNode) -> set[str]:
    """Return the words of an element's class and id, in lower case."""
    attributes = node.attributes
    return {word.lower() for name in ("class", "id") for word in CAMEL.findall(attributes.get(name) or "")}


def ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around an element, from inside out, without body and html, at most `HIGHEST_LEVEL` of them."""
    parent = node.parent
    for _ in range(HIGHEST_LEVEL):
        if parent is None or parent.tag in OUTERMOST:
            return
        yield parent
        parent = parent.parent


def is_frame(container: LexborNode, share: Callable[[LexborNode], float]) -> bool:
    """True when a block of links stands in the frame of the page, by tags, class names or the heading above it.

    `share` tells which part of the page's links an element holds, from 0 to 1.
    """
    for node in [container, *ancestors(container)]:
        words = words_of(node)
        if node.tag in FRAME_TAGS or words & FRAME_WORDS:
            return True
        if words & WRAPPER_WORDS and not words & CONTENT_WORDS and share(node) < 0.5:
            return True
    return bool(FRAME_HEADING.search(heading_of(container)))


def heading_of(container: LexborNode) -> str:
    """Return the short heading that stands before a block of links, an empty string when none does."""
    for node in chain([container], islice(ancestors(container), 2)):
        for before in islice(_before(node), NEAREST_ELEMENTS):
            if words := plain(_beginning(before)):
                return words if len(words) <= LONGEST_HEADING and _is_heading(before) else ""
    return ""


def _before(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements before an element, the nearest first."""
    before = node.prev
    while before is not None:
        if before.tag not in {"-text", "-comment", "script", "style"}:
            yield before
        before = before.prev


def _beginning(node: LexborNode) -> str:
    """Return the text of an element, cut where it is longer than any heading: it may hold half of the page."""
    said = ""
    for piece in islice(node.traverse(include_text=True), LARGEST_HEADING):
        if piece.tag == "-text":
            said += (piece.text_content or "").strip()[:LARGEST_HEADING]
        if len(said) > LARGEST_HEADING:
            break
    return said


def _is_heading(node: LexborNode) -> bool:
    if node.tag in HEADING_TAGS or words_of(node) & HEADING_WORDS:
        return True
    return node.css_first("h1,h2,h3,h4,h5,h6") is not None or node.tag in {"p", "strong", "b", "span"}
