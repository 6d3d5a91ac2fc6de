"""Find the columns (栏目) of a portal that list what a source watches: by its navigation, and by its family. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.shapes import shape_points
from crawler.sources import Source
from crawler.text.addresses import is_home
from crawler.text.decode import decode
from storage.records import Page

# The names of columns, the most telling first: the section names of the national guide for government sites
# (国办发〔2017〕47号), and those under which real portals listed documents and news. By stage, else by kind.
NOTICE_COLUMNS = "通知公告|公示公告|公告公示|^公告$|^公示$|^通知$"
COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "draft": ("意见征集|征求意见|意见征求|征集意见|民意征集|草案征集", "征集调查|网上征集|在线征集|征集$"),
    "law": ("法规公布|地方性法规|法规", "立法|草案", "公报|决议|决定", "公告|重要发布|权威发布"),
    "press": ("新闻发布会|发布会", "新闻发布|权威发布"),
    "government": ("政府文件|政策文件|规范性文件|最新文件", NOTICE_COLUMNS, "政策解读", "新闻发布|发布会", "要闻|动态"),
    "department": ("政策文件|规范性文件|文件通知|政策法规", NOTICE_COLUMNS, "政策解读", "要闻|动态|新闻"),
    "news": ("时政|政务|要闻|头条", "财经|经济|产业", "科技", "省内|本地|国内|新闻|滚动|快讯"),
}
# Pages that lead on to columns which the home page does not name.
ENTRANCES = re.compile(r"政务公开|信息公开|政民互动|互动交流|公众参与|新闻中心|新闻动态|^政务$|^互动$|^政策$|网站地图")
LONGEST_NAME_CHARACTERS = 12  # characters; what is longer is a headline
ENTRANCES_READ = 2  # of a portal
USUAL_COLUMNS = 3  # addresses of a family that are worth a request


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalColumn:
    """A column that the navigation names."""

    url: str
    name: str


def home_of(url: str) -> str:
    """Return the home page of the portal that an address belongs to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def columns_of(page: Page, source: Source, *, gone: Iterable[str] = ()) -> tuple[PortalColumn, ...]:
    """Return the columns of a page's navigation that look worth watching and are not known, the most telling first.

    Only addresses on the page's own host that are shaped like a listing page's. One whose folder is called as that of
    a listing that is gone comes before the others: /zwgk/tzgg/ has become /xxgk/tzgg/.
    """
    lost = {_folder(url) for url in gone} - {""}
    known = {_bare(url) for url in source.listings}
    found: dict[str, tuple[bool, int, PortalColumn]] = {}
    for column in _links(page):
        rank = _rank(column.name, source)
        if rank is not None and _bare(column.url) not in known:
            found.setdefault(_bare(column.url), (_folder(column.url) not in lost, rank, column))
    return tuple(column for *_, column in sorted(found.values(), key=lambda item: item[:2]))


def entrances_of(page: Page) -> tuple[PortalColumn, ...]:
    """Return the pages of a navigation under which portals keep the columns that their home page does not name."""
    found = {_bare(one.url): one for one in _links(page) if ENTRANCES.search(one.name)}
    return tuple(found.values())[:ENTRANCES_READ]


def usual_columns(source: Source, catalogue: Iterable[Source]) -> tuple[str, ...]:
    """Return addresses at which portals of a source's family keep such columns, on its own host, the most usual first.

    The catalogue says which: the paths that two or more sources of that family have, which are watched for the same.
    """
    if source.family is None:
        return ()
    home, known = home_of(source.listings[0]), {_bare(url) for url in source.listings}
    sisters = (one for one in catalogue if _likeness(one) == _likeness(source) and one.id != source.id)
    paths = Counter(path for one in sisters for path in {urlsplit(url).path for url in one.listings})
    usual = [home.rstrip("/") + path for path, count in paths.most_common() if count > 1 and not is_home(path)]
    return tuple(url for url in usual if _bare(url) not in known)[:USUAL_COLUMNS]


def _likeness(source: Source) -> tuple[str | None, str, str]:
    return (source.family, source.shows, source.kind)


def _links(page: Page) -> Iterator[PortalColumn]:
    """Yield the links of a page that have a column's name and lead to a page on its host shaped like a list."""
    for node in LexborHTMLParser(decode(page.body)).css("a[href]"):
        name = re.sub(r"\s+", "", node.attributes.get("title") or node.text())
        url = urldefrag(urljoin(page.final_url, node.attributes.get("href") or "")).url
        if 2 <= len(name) <= LONGEST_NAME_CHARACTERS and _is_listing_here(url, page):
            yield PortalColumn(url=url, name=name)


def _rank(name: str, source: Source) -> int | None:
    names = COLUMN_NAMES[source.shows] if source.shows in COLUMN_NAMES else COLUMN_NAMES[source.kind]
    return next((rank for rank, some in enumerate(names) if re.search(some, name)), None)


def _is_listing_here(url: str, page: Page) -> bool:
    return urlsplit(url).netloc == urlsplit(page.final_url).netloc and not is_home(url) and shape_points(url) <= 0


def _folder(url: str) -> str:
    """Return the name of an address's last folder, without the number that some systems add: tzgg of /x/tzgg_12/."""
    folders = [part for part in urlsplit(url).path.split("/")[:-1] if part]
    return re.sub(r"_?\d+$", "", folders[-1]) if folders else ""


def _bare(url: str) -> str:
    return re.sub(r"^https?://|(?:index\.\w+)?$", "", url)
