"""Collect what a page links to, with the words and the place of every link."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.cms.registry import FAMILIES
from crawler.listing.badges import is_badge, without_badges
from crawler.listing.page_regions import ancestors, words_of
from crawler.listing.page_text import PageText
from crawler.listing.row_days import read_day
from crawler.listing.titles import full_title, labelled_in, length, plain
from crawler.text.addresses import carries_document, is_unusable, places_of, resolve

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
RECORD_HOSTS = ("beian.", "/beian", "conac.cn", "12377.cn", "jubao", "idinfo.")
# Only as the first argument or after an equals sign: turn(2, 15, '/list.do') is a pager's.
SCRIPTED = re.compile(r"""[(=]\s*['"]((?:https?://|//|\.{0,2}/)[^'"\s]+|[\w./-]+\.s?html?[^'"\s]*)['"]""")
NAME_OF_FILE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp)$|^(?:img|image|dsc|pic)[_-]?\d", re.IGNORECASE)
EDGES = {"ul", "ol", "dl", "tbody", "table", "main", "body", "html", "nav", "footer", "header"}
HIGHEST_ROW = 6  # levels; a row is shallow, and what is above it belongs to the page
SAID_OF_DAYS = re.compile("发布|日期|时间")
TWO_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
HEADINGS = "h1,h2,h3,h4,h5,h6"
TITLED = "[class*='title'],[class*='Title'],[class^='tit'],[class~='bt'],[class~='name']"
BLOCKS = "p,div,dt,dd,li"
INLINE = "i,em,span,b,small,time,font,strong,div,p,label,sup,u"
# What scripts follow in place of href.
URL_ATTRIBUTES = ("data-href", "data-url", *(name for family in FAMILIES for name in family.link_attributes))
LONGEST_TITLE = 300  # characters; an element with a script that holds more is no link of a list
MARK_WORDS = frozenset({
    "tag", "tags", "label", "type", "cate", "category", "badge", "status", "state", "mark", "flag", "icon", "sort",
    "lanmu", "column", "lx", "fl", "num", "no", "index", "order", "count",
})  # fmt: skip
LONGEST_MARK = 8  # 汉字 of a category, a state or a number in an element of its own before or behind a title
LARGEST_CARD = 3000  # characters; a link around more is no row, and is not searched for its title
DEEPEST_TITLE = 6  # elements within each other that are searched for the title of a card
TITLE_PARTS_TRIED = 30  # elements of a card that are tried as its title
LONGEST_STAMP = 20  # characters of a day in an element of its own
LARGEST_STAMP = 1000  # characters of that element with its indentation


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link: `node` is where it stands, `words` the element that is its title, by identity.

    `stamps` are the days written inside the link, `labels` what its title attribute says beside the title, `picture`
    what its picture says where it has no words, `position` is its number on the page.
    """

    node: LexborNode
    url: str
    title: str
    words: frozenset[int]
    stamps: tuple[str, ...]
    labels: tuple[str, ...] = ()
    picture: str = ""
    position: int

    @property
    def is_chrome(self) -> bool:
        """True for links of the page's frame, which lead to no article."""
        is_record = ("备" in self.title or "证" in self.title) and RECORD.search(self.title)
        return bool(CHROME.match(self.title) or is_record or any(sign in self.url for sign in RECORD_HOSTS))

    @property
    def is_textless(self) -> bool:
        """True when the link shows a picture or nothing."""
        return not self.title

    @property
    def is_detail(self) -> bool:
        """True when the words say 查看详情 only."""
        return bool(DETAIL.match(self.title))


def collect(tree: LexborHTMLParser, url: str, text: PageText) -> list[Anchor]:
    """Return the page's links to other pages, in order; a link without words only where no other leads there."""
    base, here = base_of(tree, url), places_of(url)
    targets = [(node, target) for node in tree.css("a, [onclick]") if (target := target_of(node, base))]
    scripted = {node.mem_id for node, _ in targets if node.tag != "a"}
    around = {element.mem_id for node, _ in targets for element in ancestors(node)} if scripted else set()
    # An element with a script of its own that holds real links does not count: they do.
    holders = scripted & around
    real = [(node, to) for node, to in targets if to not in here and node.mem_id not in holders]
    titles = LinkTitles(text)
    anchors = [titles.anchor_of(node, target, position) for position, (node, target) in enumerate(real)]
    said = {anchor.url for anchor in anchors if anchor.title}
    return [a for a in anchors if len(a.title) <= LONGEST_TITLE and (a.title or a.url not in said)]


def without_companions(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Return links without the pictures and icons that stand beside a link with words in one row."""
    if not any(anchor.is_textless for anchor in anchors):
        return list(anchors)
    worded, wordless = (Counter[int](), Counter[int]())
    for anchor in anchors:
        (wordless if anchor.is_textless else worded).update(around.mem_id for around in _near(anchor.node))

    def is_companion(anchor: Anchor) -> bool:
        first = next((around.mem_id for around in _near(anchor.node) if worded[around.mem_id]), None)
        return first is not None and worded[first] <= wordless[first]

    return [anchor for anchor in anchors if not (anchor.is_textless and is_companion(anchor))]


def _near(node: LexborNode) -> Iterator[LexborNode]:
    return islice(takewhile(lambda around: around.tag not in EDGES, ancestors(node)), HIGHEST_ROW)


def unusable_links(tree: LexborHTMLParser, url: str, text: PageText) -> int:
    """Return how many links with words have an address that no request can be made of."""
    base = base_of(tree, url)
    unusable = (node for node in tree.css("a[href]") if is_unusable(node.attributes.get("href") or "", base))
    return sum(bool(plain("".join(text.seen(node, most=TITLE_PARTS_TRIED)))) for node in unusable)


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """Return the address that relative links start from."""
    declared = tree.css_first("base[href]")
    return resolve(declared.attributes.get("href") or "", url) or url if declared else url


def target_of(node: LexborNode, base: str) -> str | None:
    """Return the address a link opens, by its href or by its script; None when it opens none."""
    href = (node.attributes.get("href") or "").strip()
    if href.lower().startswith("javascript:"):
        scripted = SCRIPTED.search(href)
        if scripted:
            return resolve(html.unescape(scripted[1]), base)
    elif href and (not href.startswith("#") or carries_document(href[1:])):
        return resolve(href, base)
    scripted = SCRIPTED.search(node.attributes.get("onclick") or "")
    written = scripted[1] if scripted else next(filter(None, map(node.attributes.get, URL_ATTRIBUTES)), None)
    return resolve(html.unescape(written), base) if written else None


def _written_title(node: LexborNode) -> str:
    attributes = node.attributes
    return attributes.get("title") or attributes.get("data-title") or ""


def _only_text(node: LexborNode) -> str | None:
    """Return the text of an element that holds one piece of text or nothing, None for any other."""
    child = node.first_child
    if child is None:
        return ""
    return child.text_content if child.is_text_node and child.next is None else None


class LinkTitles:
    """The links of a page with their titles; what stands in several links is judged once."""

    def __init__(self, text: PageText) -> None:
        self._text = text
        self._lengths: dict[int, tuple[int, bool]] = {}

    def anchor_of(self, node: LexborNode, url: str, position: int) -> Anchor:
        """Return a link with its title; `position` is its number on the page."""
        only = _only_text(node)
        part = self._title_part(node) if only is None else node
        attribute = _written_title(node) or (_written_title(part) if part is not node else "")
        text, stamps = self._apart(part) if only is None else (only[:LARGEST_CARD], ())
        title, glued = without_badges(full_title(text, attribute))
        if title and _is_only_a_day(title):
            title, glued = "", [*glued, title]
        return Anchor(
            node=node,
            url=url,
            title=title,
            words=frozenset({part.mem_id}),
            stamps=(*stamps, *glued),
            labels=tuple(labelled_in(attribute)),
            picture="" if title else self._of_picture(node),
            position=position,
        )

    def _of_picture(self, node: LexborNode) -> str:
        """Return what stands for the picture in a link: its title or its alternative text, where it says something."""
        images = self._text.inside(node, "img", TITLE_PARTS_TRIED)
        pictures = (picture.attributes.get(name) for picture in images for name in ("title", "alt"))
        words = (plain(said) for said in pictures if said)
        return next((said for said in words if length(said) >= LONGEST_MARK and not NAME_OF_FILE.search(said)), "")

    def _title_part(self, node: LexborNode) -> LexborNode:
        """Return the element that is the title of a link around a whole card: a heading, a .title, a paragraph."""
        for _ in range(DEEPEST_TITLE):
            inner, is_block = self._inner_title(node)
            if inner is None:
                break
            node = inner
            if not is_block:
                break
        return node

    def _inner_title(self, node: LexborNode) -> tuple[LexborNode | None, bool]:
        """Return the element inside a link that is its title, and whether it is a block that may hold a nearer one."""
        if _only_text(node) is not None:
            return None, False
        if self._text.length(node) > LARGEST_CARD:
            return None, False
        whole, _ = self._said(node)
        # A .title that says little may be the category before the title; the first paragraph may be the publisher.
        for selector, least in ((HEADINGS, 2), (TITLED, min(10, max(5, whole // 2))), (BLOCKS, 8), (BLOCKS, 5)):
            for part in self._text.inside(node, selector, TITLE_PARTS_TRIED):
                said, is_title = self._said(part)
                if is_title and said >= least and part.mem_id != node.mem_id:
                    return part, selector == BLOCKS
        return None, False

    def _said(self, node: LexborNode) -> tuple[int, bool]:
        """Return how many characters an element says, and whether they may be a title: no day, no 查看详情."""
        if node.mem_id not in self._lengths:
            words = plain(self._text.words(node, LARGEST_CARD))
            self._lengths[node.mem_id] = len(words), not _is_only_a_day(words) and not DETAIL.match(words)
        return self._lengths[node.mem_id]

    def _apart(self, part: LexborNode) -> tuple[str, Sequence[str]]:
        """Return the text of a title and, apart from it, the days that stand in elements of their own inside it."""
        text, stamps = self._text.words(part, LARGEST_CARD, but=self._marks(part)), list[str]()
        for child in self._text.inside(part, INLINE, TITLE_PARTS_TRIED):
            if child.mem_id == part.mem_id or self._text.length(child) > LARGEST_STAMP:
                continue
            words = self._text.words(child, LARGEST_STAMP).strip()
            if words and len(words) <= LONGEST_STAMP and words in text and _is_only_a_day(words):
                text = text.replace(words, "", 1)
                stamps.append(words)
        return text, stamps

    def _marks(self, part: LexborNode) -> frozenset[int]:
        """Return the elements in a title that are no part of it: marks, the category or number before or behind it."""
        found = set[int]()
        inner = [
            child for child in part.iter(include_text=True) if child.tag != "-text" or (child.text() or "").strip()
        ]
        edges = {child.mem_id for child in (inner[0], inner[-1])} if len(inner) > 1 else set()
        for child in self._text.inside(part, INLINE, TITLE_PARTS_TRIED):
            words = "".join(self._text.seen(child, most=TITLE_PARTS_TRIED)).strip()
            is_named = child.mem_id in edges and length(words) <= LONGEST_MARK and bool(words_of(child) & MARK_WORDS)
            if child.mem_id != part.mem_id and words and (is_badge(words) or is_named):
                found.add(child.mem_id)
        return frozenset(found)


def _is_only_a_day(words: str) -> bool:
    return not TWO_HAN.search(SAID_OF_DAYS.sub("", words)) and _says_a_day(words)


@lru_cache(1024)  # days nest and repeat
def _says_a_day(words: str) -> bool:
    return read_day([words]) is not None
