"""Collect what a page links to, with the words and the place of every link."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.listing.row_days import read_day
from crawler.listing.titles import BADGE, full_title, plain

# Words of links that lead to no article, whatever their address looks like.
CHROME = re.compile(
    r"^[\s\[【(（<>«»‹›·|]*(?:更\s*多|查看更多|more|首\s*页|网站首页|上一?页|下一?页|前一?页|后一?页|尾\s*页|末\s*页|登录|注册|登陆|退出"
    r"|无障碍\w{0,3}|长者\w{0,2}|关怀版|适老\w{0,3}|网站地图|联系我们|关于我们|网站声明|版权\w{0,3}|隐私\w{0,3}|设为首页|加入收藏|收藏本站|繁體|繁体\w{0,2}|简体\w{0,2}"
    r"|english|rss\w{0,2}|打印|关闭|返回\w{0,4}|顶部|分享\w{0,2}|微信|微博|客户端|手机版|站内搜索|搜索|高级搜索|我要\w{0,3}|prev\w*|next|home|top|go|跳转|全部"
    r"|(?:政策|相关|文件)?解读|图解|原文|视频|图片|图文|\d+|附件\d*|下载|展开|收起)[\s\]】)）<>«»‹›·|…]*$",
    re.IGNORECASE,
)
DETAIL = re.compile(
    r"^[\s\[【(（<>«»]*(?:查看|阅读|点击|了解)?(?:详细|详情|全文|原文|更多详情|内容|查看)(?:内容|信息)?[\s\]】)）<>«»…]*$"
)
# Not 许可证 alone: notices are about 勘查许可证 and 经营许可证.
RECORD = re.compile(r"ICP\s*备|公网安备|网安备\s*\d|备案号?[：:]?\s*\w*\d{6}|许可证(?:编?号)?[：:]\s*\w*\d{4}")
RECORD_HOST = re.compile(r"beian\.|/beian|conac\.cn|12377\.cn|jubao|idinfo\.")
# Only as the first argument or after an equals sign: turn(2, 15, '/list.do') is a pager's.
SCRIPTED = re.compile(r"""[(=]\s*['"]((?:https?://|//|\.{0,2}/)[^'"\s]+|[\w./-]+\.s?html?[^'"\s]*)['"]""")
HEADINGS = "h1,h2,h3,h4,h5,h6"
TITLED = "[class*='title'],[class*='Title'],[class^='tit'],[class~='bt'],[class~='name']"
BLOCKS = "p,div,dt,dd,li"
INLINE = "i,em,span,b,small,time,font,strong,div,p"
CLOSING_DAY = re.compile(
    r"\s*[\[(（【]?\s*((?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?)\s*[\])）】]?$"
)
URL_ATTRIBUTES = ("data-href", "data-url", "tagname")  # what scripts of 开普 and others follow in place of href
LONGEST_TITLE = 300  # characters; an element with a script that holds more is no link of a list
UNSEEN = {"script", "style", "template", "noscript", "-comment", "textarea"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link: `node` is where it stands, `words` the element that is its title, by identity.

    `stamps` are the days written inside the link, `position` is its number on the page.
    """

    node: LexborNode
    url: str
    title: str
    words: frozenset[int]
    stamps: tuple[str, ...]
    position: int

    @property
    def is_chrome(self) -> bool:
        """True for links of the page's frame, which lead to no article."""
        words = CHROME.match(self.title) or RECORD.search(self.title)
        return not self.title or bool(words or RECORD_HOST.search(self.url))

    @property
    def is_detail(self) -> bool:
        """True when the words say 查看详情 only."""
        return bool(DETAIL.match(self.title))


def collect(tree: LexborHTMLParser, url: str) -> list[Anchor]:
    """Return the page's links to other pages, in order."""
    base = base_of(tree, url)
    anchors: list[Anchor] = []
    for node in tree.css("a, [onclick]"):
        target = target_of(node, base)
        if target is None or target == urldefrag(url)[0] or _is_around_links(node, base):
            continue
        anchor = anchor_of(node, target, len(anchors))
        if len(anchor.title) <= LONGEST_TITLE:
            anchors.append(anchor)
    return anchors


def _is_around_links(node: LexborNode, base: str) -> bool:
    """True for an element with a script of its own that holds real links: they count, not it."""
    return node.tag != "a" and any(target_of(inner, base) for inner in node.css("a"))


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return the address that relative links start from."""
    declared = tree.css_first("base[href]")
    return resolve(declared.attributes.get("href") or "", url) or url if declared else url


def target_of(node: LexborNode, base: str) -> str | None:
    """Return the address a link opens, by its href or by its script; None when it opens none."""
    href = (node.attributes.get("href") or "").strip()
    if href and not href.startswith("#") and not href.lower().startswith("javascript:void"):
        if not href.lower().startswith("javascript:"):
            return resolve(href, base)
        scripted = SCRIPTED.search(href)
        return resolve(scripted[1], base) if scripted else None
    scripted = SCRIPTED.search(node.attributes.get("onclick") or "")
    written = scripted[1] if scripted else next(filter(None, map(node.attributes.get, URL_ATTRIBUTES)), None)
    return resolve(html.unescape(written), base) if written else None


def resolve(href: str, base: str) -> str | None:
    """Return an absolute address without fragment, None when it is not one of the web."""
    try:
        url = urldefrag(urljoin(base, re.sub(r"[\t\r\n]", "", href).replace("\\", "/").strip()))[0]
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None


def anchor_of(node: LexborNode, url: str, position: int) -> Anchor:
    """Return a link with its title; `position` is its number on the page."""
    part = _title_part(node)
    attributes = (element.attributes.get(name) for element in (node, part) for name in ("title", "data-title"))
    attribute = next((value for value in attributes if value), "")
    text, stamps = _apart(part)
    title = full_title(text, attribute)
    closing = CLOSING_DAY.search(title)
    if closing and closing.start():
        title, stamps = title[: closing.start()], [*stamps, closing[1]]
    return Anchor(
        node=node, url=url, title=title, words=frozenset({part.mem_id}), stamps=tuple(stamps), position=position
    )


def _title_part(node: LexborNode) -> LexborNode:
    """Return the element that is the title of a link around a whole card: a heading, a .title, its first paragraph."""
    whole = len(plain("".join(texts(node))))
    # A .title that says little may be the category before the title; the first paragraph may be the publisher.
    for selector, least in ((HEADINGS, 2), (TITLED, min(10, max(5, whole // 2))), (BLOCKS, 8), (BLOCKS, 5)):
        for part in node.css(selector):
            words = plain("".join(texts(part)))
            is_words = len(words) >= least and not _is_only_a_day(words) and not DETAIL.match(words)
            if is_words and part.mem_id != node.mem_id:
                return _title_part(part) if selector == BLOCKS else part
    return node


def _apart(part: LexborNode) -> tuple[str, list[str]]:
    """Return the text of a title and, apart from it, the days that stand in elements of their own inside it."""
    text, stamps = "".join(texts(part, skip_badges=True)), []
    for child in part.css(INLINE):
        words = "".join(texts(child)).strip()
        if words and child.mem_id != part.mem_id and len(words) <= 20 and words in text and _is_only_a_day(words):
            text = text.replace(words, "", 1)
            stamps.append(words)
    return text, stamps


def _is_only_a_day(words: str) -> bool:
    return read_day([words]) is not None and not re.search(r"[\u4e00-\u9fff]{2,}", re.sub(r"发布|日期|时间", "", words))


def texts(node: LexborNode, *, skip_badges: bool = False) -> Iterator[str]:
    """Yield the visible pieces of text in an element, in order."""

    def is_unseen(child: LexborNode) -> bool:
        return child.tag in UNSEEN or (skip_badges and bool(BADGE.match((child.text() or "").strip())))

    return pieces(node, is_unseen)


def pieces(node: LexborNode, is_unseen: Callable[[LexborNode], bool]) -> Iterator[str]:
    """Yield the pieces of text in an element, in order, without those in unseen elements."""
    waiting = [node]  # a stack of our own: broken markup nests deeper than Python calls
    while waiting:
        element = waiting.pop()
        if element.tag == "-text":
            yield element.text_content or ""
        elif element.mem_id == node.mem_id or not is_unseen(element):
            waiting.extend(reversed(list(element.iter(include_text=True))))
