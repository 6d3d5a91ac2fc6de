"""Tell by an address whether a page is an article, a listing or neither. Data and one question.

The shapes here are of no family, or of one news site; those of CMS families stand in `crawler/cms/`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.cms.family import EXT
from crawler.cms.registry import FAMILIES
from crawler.text.address_days import DAY, MONTH, YEAR
from crawler.text.addresses import carries_document

# A path with one of these is an article's, whatever its last segment is called.
STRONG = re.compile(
    "|".join((
        *(shape for family in FAMILIES for shape in family.article_paths),
        rf"/[a-z]?[0-9a-f]{{20,40}}{EXT}$",                 # 开普, 上海, 新疆, 四川; ids of object stores
        rf"/[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}(?:{EXT})?$",  # 河北, Epoint
        rf"/node_[0-9a-f]{{8,}}/[0-9a-f]{{8,}}{EXT}$",      # 南方网
        rf"/content/(?:\d+/)+\d+{EXT}$",                    # 红网
        rf"/(?:xiangqing|article|detail|details|show|view)/\d{{2,}}(?:{EXT})?$",
        rf"/(?:ARTI|VIDE)\w{{16,}}{EXT}$",                  # 央视, 共产党员网
        rf"/\d\d/{MONTH}{DAY}/\d\d/\w{{16}}{EXT}$",         # 网易
        r"^mp\.weixin\.qq\.com/s[/?]",
    )),
    re.IGNORECASE,
)  # fmt: skip
# A folder that is a day, with something in it.
DATED = re.compile(
    rf"/(?:{YEAR}{MONTH}{DAY}|{YEAR}/{MONTH}/{DAY}|{YEAR}-{MONTH}/{DAY}|{YEAR}-{MONTH}-{DAY}|{YEAR}/{MONTH}-{DAY}"
    rf"|{YEAR}/{MONTH}{DAY}|{YEAR}{MONTH}/{DAY}|{YEAR}/\d{{1,2}}/\d{{1,2}}|{YEAR}{MONTH})[/-][^/]*\w"
)
WEAK = re.compile(
    "|".join((
        rf"/[\w-]*\d{{4,}}{EXT}$",                          # a file that ends in a number: 龙讯, 外汇局, news sites
        r"/(?:detail|article|content|news|info|show|view|doc|p|a|c|d)/\w*\d{3,}\w*$",
        rf"/id/\d{{2,}}(?:{EXT})?$",                         # ThinkPHP
        r"/\d{4,}$",
    )),
    re.IGNORECASE,
)  # fmt: skip
# Folders of numbers are articles at 人民银行 and columns elsewhere: the words and the day must decide.
UNDECIDED = re.compile(r"/(?:\d{3,}/){2,}(?:index\.s?html?)?$")
FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|et|wps|ofd|pptx?|rtf|ceb|zip|rar)$", re.IGNORECASE)
LISTING = re.compile(
    "|".join((
        *(shape for family in FAMILIES for shape in family.listing_paths),
        r"/$",
        rf"/(?:index|default|home|main|list|channel|node|column|more|lists?|catalog)(?:[_-]?\w*)?(?:{EXT})?$",
        rf"list\d*(?:_\d+)?(?:{EXT})?$",                    # common_list.shtml, iList.jsp
        rf"/node_\w+(?:{EXT})?$",
        rf"/channels?/[\w-]+(?:{EXT})?$",
        r"/api/",
    )),
    re.IGNORECASE,
)  # fmt: skip

# What a system writes into its query. One address often serves a whole portal, /index.php or /#/: the query decides.
SHOWS = re.compile(
    r"[=/._-](?:show|view|detail|read|display)(?:_?(?:article|news|info|content))?s?(?=[&/._-]|$)", re.IGNORECASE
)
LISTS = re.compile(r"[=/._-]\w*(?:lists?|category|categories|catalog|column|channel|more)(?=[&/._-]|$)", re.IGNORECASE)
IDENTITY = re.compile(
    r"(?:^|[?&/])(?P<key>(?:\w*(?:id|key|guid)|no|p))[=/](?P<value>[\w-]*\d{2,}[\w-]*|[0-9a-f]{16,})", re.IGNORECASE
)
OF_A_COLUMN = re.compile(
    r"^(?:col|chan|list|page|dept|unit|user|c(?!ont)|t|p).|cat(?=[ei]?d|no|eg|alog)|class|site|app|menu|type|node|tree|lanmu|channel"
    r"|column|template|parent|section|theme|topic",
    re.IGNORECASE,
)
DOUBTFUL_KEYS = frozenset({"pid", "tid", "p", "no"})  # a parent's or a post's, a type's or a text's

# Host, path and query of the usual address, as `urlsplit` gives them in ten times the time.
USUAL = re.compile(r"https?://([a-z0-9.-]+)(?::\d+)?(/[\w/.~%-]*)(?:\?([\w/.~%&=-]*))?", re.ASCII)

# In a day's folder too: the pages of a newspaper, the day's index.
DATED_LISTING = re.compile(rf"/(?:{DAY}|{MONTH}{DAY}|{MONTH}-{DAY})/(?:(?:node|index|default|nbs)[^/]*)?$")

# A file that lists whatever its query says: list.jsp?id=, moreinfo.aspx?categorynum=. Not index.php, which may do both.
LISTING_FILE = re.compile(rf"(?:/(?:list|channel|node|column|more|catalog)|list)\w*(?:{EXT})?$|/api/", re.IGNORECASE)


@lru_cache(maxsize=4096)
def shape_points(url: str) -> float:
    """Return how much an address looks like an article's: 2.5 surely, 1.5 perhaps, 1 a file, -2.5 a listing, -3 a home.

    The points were weighed on 106 article and 887 listing addresses.
    """
    host, path, query = _as_routed(url)
    if path in {"", "/"} and not query:
        return -3.0
    if STRONG.search(path) or STRONG.search(f"{host}{path}?"):
        return 2.5
    if DATED.search(path) and not DATED_LISTING.search(path):
        return 2.5
    if FILE.search(path):
        return 1.0
    return _points_of_query(path, query) if query else _points_of_path(path)


def _as_routed(url: str) -> tuple[str | None, str, str]:
    """Return host, path and query of an address; where a fragment carries the document, those of the route in it."""
    if usual := USUAL.fullmatch(url):
        return usual[1], usual[2], usual[3] or ""
    parts = urlsplit(url)
    route = parts.fragment.lstrip("!")
    if not route or not carries_document(route):
        return parts.hostname, parts.path, parts.query
    path, _, query = route.partition("?") if not re.match(r"\w+=", route) else (parts.path, "", route)
    return parts.hostname, "/" + path.lstrip("/"), query or parts.query


def _points_of_path(path: str) -> float:
    if LISTING.search(path):
        return 0.0 if UNDECIDED.search(path) else -2.5
    return 1.5 if WEAK.search(path) else 0.0


def _points_of_query(path: str, query: str) -> float:
    """Return what an address with a query looks like: its action says, else an id in it, else its path."""
    identity = _points_of_identity(query)
    if path in {"", "/"}:
        identity = min(identity, 1.0)
    if SHOWS.search(f"={query}"):
        return 2.5 if identity else 1.5
    if LISTS.search(f"={query}") or LISTING_FILE.search(path):
        return -2.5
    return identity or _points_of_path(path)


def _points_of_identity(query: str) -> float:
    """Return 1.5 when a query names a document, 1.0 when it may as well be a column, else 0."""
    keys = {match["key"].lower() for match in IDENTITY.finditer(query)}
    if any(key not in DOUBTFUL_KEYS and not OF_A_COLUMN.search(key) for key in keys):
        return 1.5
    numbers = {match["key"].lower() for match in IDENTITY.finditer(query) if match["value"].isdecimal()}
    return 1.0 if numbers & DOUBTFUL_KEYS else 0.0


def template(url: str) -> str:
    """Return the address with its numbers and hashes blotted out: alike for the articles of one system."""
    parts = urlsplit(url)
    return f"{parts.hostname}{_blotted(parts.path)}"


def whole_template(url: str) -> str:
    """Return the template of an address with that of its query and its fragment."""
    parts = urlsplit(url)
    return f"{template(url)}?{_blotted(parts.query)}#{_blotted(parts.fragment)}"


def _blotted(text: str) -> str:
    return re.sub(r"(?:#[/_.-]?)+", "#", re.sub(r"[0-9a-fA-F]{8,}|\d+", "#", text))
