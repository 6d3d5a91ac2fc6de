"""Recognise which content management system made a portal, by the addresses of its articles. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from crawler.sources.source import Family

HASH = r"[0-9a-f]{32}"
MONTH = r"20\d\d(?:0[1-9]|1[0-2])"
DAY = MONTH + r"[0-3]\d"
# Address shapes of each family; the first that fits counts, so what is most particular stands first.
SHAPES: tuple[tuple[Family, str], ...] = (
    ("gov-cn", r"//www\.gov\.cn/.+/content_\d+\.html?$"),
    ("people", r"/n\d/20\d\d/\d{4}/c\d+-\d+\.html$"),
    ("xinhua", rf"/{DAY}/{HASH}/c\.html$"),
    ("hebei", rf"/columns/[0-9a-f-]{{36}}/{MONTH}/\d\d/[0-9a-f-]{{36}}\.html$"),
    ("trs", rf"/t{DAY}_\d+\.s?html?$"),
    ("hanweb", r"/art/20\d\d/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$"),
    ("jpaas", rf"/art/20\d\d/art_{HASH}\.html$"),
    ("nfcms", r"/content/(?:m?post_\d+|\d+/\d+/m?post_\d+)\.html$"),
    ("liaoning", r"/20\d{17}/index\.s?html$"),
    ("shanghai", rf"/{DAY}/{HASH}\.html$"),
    ("ucap", rf"/(?:c\d{{5,6}}/{MONTH}/(?:c\d\d_)?\d+|{MONTH}/{HASH}|20\d\d/\d{{1,2}}/\d{{1,2}}/{HASH})\.shtml$"),
    ("system", r"/system/20\d\d/\d\d/\d\d/\d+\.s?html$"),
    ("chinanews", r"/20\d\d[/-]\d\d-\d\d/(?:\d+|detail-\w+)\.shtml$"),
    ("henan", r"/20\d\d/\d\d-\d\d/\d+\.html$"),
    ("guangxi", r"/t\d{6,}\.shtml$"),
    ("longxun", r"/(?:public/\d+|[a-z]+/[a-z]+)/\d{7,9}\.html$"),
)


def family_of(articles: Iterable[str]) -> Family | None:
    """Return the family that at least half of some article addresses are shaped as, None when there is none."""
    articles = tuple(articles)
    counted = Counter(family for url in articles if (family := _shape(url)) is not None)
    if not counted:
        return None
    (family, count) = counted.most_common(1)[0]
    return family if 2 * count >= len(articles) else None


def _shape(url: str) -> Family | None:
    return next((family for family, shape in SHAPES if re.search(shape, url)), None)
