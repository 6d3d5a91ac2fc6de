"""Recognise by the names of elements the containers of the text, and boilerplate. No I/O.

The containers were collected from other crawlers and from real pages. Names are compared in
lower case, with a hyphen before an inner capital: `hotList` reads like `hot-list`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.cms.registry import FAMILIES
from crawler.extract.blocks import Element

# Ids and classes that hold the article's text and nothing else, in several systems or in one of `crawler/cms/`.
KNOWN = frozenset({
    *(name for family in FAMILIES for name in family.containers),
    "zoom", "zw", "article_con", "articlecon", "detail_content", "detailcontent", "artibody", "fontzoom",
    "ivs_content", "article_content", "article-content", "articlecontent", "artcontent", "bt-content", "js_content",
    "rich_media_content", "endtext", "post_body", "post_text", "contentmain", "article-body", "article_body",
    "articlebody", "detail-content", "news_content", "news-content", "newscontent", "news_txt", "main_article",
    "main-article", "articletext", "article-text", "article_text", "text_area", "con_text", "txt_con",
    "contentdetail", "tys-main-zt-show", "xxgk-content", "artical_content", "entry-content", "post-content",
    "textbody", "zhengwen",
})  # fmt: skip
# The names of an article in any CMS, whole words or parts.
LABELLED = re.compile(
    r"artic(?:le|al)|content|detail|zhengwen|(?:^|[-_\s])(?:zw|text|txt|art|news|post|entry|main|body)"
)
BOILERPLATE = re.compile(
    r"(?:^|[-_\s])(?:"
    # beginnings of names
    r"(?:comment|pinglun|remark|hotlist|hotnews|hot-?rank|hotspot|rank|paihang|related|relate(?:s|news|list|box|con|d)|relation|relevant|xiangguan|recommend|tuijian"
    r"|guess|share|bdshare|jiathis|social|breadcrumb|crumb|footer|copyright|sidebar|advert|guanggao|pager|paging"
    r"|paginat|pagebar|qrcode|erweima|toolbar|login|friend-?link|prev-?next|popup|dialog|modal|toast|tooltip|feedback"
    r"|[a-z]*player|subscri|praise|reward|dianzan|zrbj|byline|bianji|figcaption|img-?tips|more-?read|readmore|see-?also)[a-z]*"
    # whole words only: many other names begin like these
    r"|(?:ad|ads|adv|gg|nav|navs|menu|foot|hot|side|aside|tag|tags|tools|tool|crumbs|links|ewm|search|banner|topbar"
    r"|top-?nav|reply|replies|reviews?|wza|weizhi|position|location|xgyd|xgxw|xglj|xgwz|xgjd|catlinks|navbox"
    r"|reflist|mw-editsection|author-?info|statement|disclaimer)"
    r")(?=$|[-_\s\d])"
)
BOILERPLATE_TAGS = frozenset({"nav", "footer", "aside", "menu", "dialog", "figcaption"})
# The top of a page with its calendar; not `header` alone, which the heads of articles are called too.
HEADER = re.compile(r"(?:^|\s)(?:page-?header|site-?header|top|top-?bar|logo|toubu)(?=$|\s)")  # `top-0` is a style


@lru_cache(maxsize=4096)
def folded(names: str) -> str:
    """Return names in lower case, with a hyphen before an inner capital."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()


@lru_cache(maxsize=4096)
def is_known_name(names: str) -> bool:
    """Return whether one of the names is that of an element in which a CMS family keeps the article's text."""
    return any(name in KNOWN for name in names.lower().split())


def is_known(element: Element) -> bool:
    """Return whether a CMS family keeps the article's text in an element of this name."""
    return element.tag in KNOWN or is_known_name(element.names)


def is_labelled(element: Element) -> bool:
    """Return whether the element is named like an article."""
    return element.tag in {"article", "main"} or bool(LABELLED.search(folded(element.names)))


def is_boilerplate(element: Element) -> bool:
    """Return whether the element is hidden or named like navigation, comments, related links, sharing or a footer."""
    return _is_boilerplate(element.tag, element.names, element.is_hidden)


@lru_cache(maxsize=4096)
def _is_boilerplate(tag: str, names: str, is_hidden: bool) -> bool:
    if tag in KNOWN or is_known_name(names):
        return False
    return is_hidden or tag in BOILERPLATE_TAGS or bool(BOILERPLATE.search(folded(names)))


def is_header(element: Element) -> bool:
    """Return whether the element is named like the top of a page."""
    return bool(HEADER.search(folded(element.names)))
