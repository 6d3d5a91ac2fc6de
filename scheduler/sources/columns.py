"""Find the columns (栏目) of a portal that list its documents and news, by its own navigation. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.shapes import shape_points
from crawler.sources import SourceKind
from crawler.text.decode import decode
from storage.records import Page

# What columns are called, the most telling first: the section names of the national guide for government sites
# (国办发〔2017〕47号), and those under which real portals listed documents and news.
NOTICES = "通知公告|公示公告|公告公示|公示|^公告$|^通知$"
NAMES: dict[SourceKind, tuple[str, ...]] = {
    "government": ("政府文件|政策文件|规范性文件|最新文件", NOTICES, "政策解读", "新闻发布|发布会", "要闻|动态"),
    "department": ("政策文件|规范性文件|文件通知|政策法规", NOTICES, "政策解读", "要闻|动态|新闻"),
    "news": ("时政|政务|要闻|头条", "财经|经济|产业", "科技", "省内|本地|国内|新闻|滚动|快讯"),
}
LONGEST_NAME = 12  # characters; what is longer is a headline


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalColumn:
    """A column that the navigation names."""

    url: str
    name: str


def is_home(url: str) -> bool:
    """True for the address of a portal's home page."""
    parts = urlsplit(url)
    return not parts.query and re.fullmatch(r"/?(?:(?:index|default)\.\w+)?", parts.path) is not None


def home_of(url: str) -> str:
    """Return the home page of the portal that an address belongs to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def columns_of(page: Page, kind: SourceKind, *, known: Iterable[str]) -> tuple[PortalColumn, ...]:
    """Return the columns of a page's navigation that look worth watching and are not known, the most telling first.

    Only addresses on the page's own host that are shaped like a listing page's.
    """
    seen = {_bare(url) for url in known}
    found: list[tuple[int, PortalColumn]] = []
    for node in LexborHTMLParser(decode(page.body)).css("a[href]"):
        name = re.sub(r"\s+", "", node.attributes.get("title") or node.text())
        rank = _rank(name, kind)
        url = urldefrag(urljoin(page.final_url, node.attributes.get("href") or "")).url
        if rank is None or _bare(url) in seen or not _is_listing_here(url, page):
            continue
        seen.add(_bare(url))
        found.append((rank, PortalColumn(url=url, name=name)))
    return tuple(column for _, column in sorted(found, key=lambda item: item[0]))


def _rank(name: str, kind: SourceKind) -> int | None:
    if not 2 <= len(name) <= LONGEST_NAME:
        return None
    return next((rank for rank, names in enumerate(NAMES[kind]) if re.search(names, name)), None)


def _is_listing_here(url: str, page: Page) -> bool:
    return urlsplit(url).netloc == urlsplit(page.final_url).netloc and not is_home(url) and shape_points(url) <= 0


def _bare(url: str) -> str:
    return re.sub(r"^https?://|(?:index\.\w+)?$", "", url)
