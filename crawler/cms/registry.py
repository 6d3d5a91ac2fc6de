"""List all families of content management systems. A new family is a module beside this one and a line here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from crawler.cms import (
    chinanews,
    epoint,
    gov_cn,
    guangxi,
    hanweb,
    hebei,
    henan,
    irs,
    jiangxi,
    jpaas,
    liaoning,
    longxun,
    nfcms,
    people,
    shanghai,
    system,
    trs,
    truecms,
    ucap,
    vsb,
    xinhua,
)
from crawler.cms.family import Family

# The order decides where a page or an address looks like those of two families: what is most particular stands first.
FAMILIES: tuple[Family, ...] = (
    jpaas.FAMILY, jiangxi.FAMILY, nfcms.FAMILY, hanweb.FAMILY, irs.FAMILY, ucap.FAMILY, trs.FAMILY, longxun.FAMILY,
    gov_cn.FAMILY, people.FAMILY, xinhua.FAMILY, hebei.FAMILY, liaoning.FAMILY, shanghai.FAMILY, system.FAMILY,
    chinanews.FAMILY, henan.FAMILY, guangxi.FAMILY, vsb.FAMILY, epoint.FAMILY, truecms.FAMILY,
)  # fmt: skip
NAMES = tuple(family.name for family in FAMILIES)


def family_of(articles: Iterable[str]) -> str | None:
    """Return the family that at least half of some article addresses are shaped as, None when there is none."""
    articles = tuple(articles)
    counted = Counter(name for url in articles if (name := _family_of(url)) is not None)
    if not counted:
        return None
    (name, count) = counted.most_common(1)[0]
    return name if 2 * count >= len(articles) else None


def _family_of(url: str) -> str | None:
    return next((name for name, shape in _recognised_by().items() if shape.search(url)), None)


@cache
def _recognised_by() -> dict[str, re.Pattern[str]]:
    return {family.name: re.compile(family.recognised_by) for family in FAMILIES if family.recognised_by}
