"""Read the days that addresses carry: `/t20260318_77.html`, `/2026/3/18/`, `/2026-03/18/`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from urllib.parse import unquote

from crawler.text.dates import valid

YEAR = r"(?:19[89]\d|20\d\d)"
MONTH = r"(?:0[1-9]|1[0-2])"
DAY = r"(?:0[1-9]|[12]\d|3[01])"
LINKS_REMEMBERED = 2048  # the links of a listing page are asked for twice, and at each visit
# What is surest stands first.
SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"[/_tT]({YEAR})({MONTH})({DAY})(?=\d{{6,12}}[/.]|\D|$)",  # also 2026031809301277, with its clock
        rf"[/_-]({YEAR})[/_-](\d{{1,2}})[/_-](\d{{1,2}})(?!\d)",
        rf"/({YEAR})[/-]?({MONTH})/?({DAY})(?!\d)",
        rf"c_({YEAR})({MONTH})({DAY})\d*\.",  # 新华网
        rf"/(\d\d)({MONTH})({DAY})/",
        rf"/(\d\d)/({MONTH})({DAY})/\d\d/\w{{16}}\.",  # 网易
    )
)


def days_in_address(url: str) -> Iterator[date]:
    """Yield the days that the path of an address carries, the surest first; none for a month alone."""
    path = unquote(url).partition("?")[0]
    for shape in SHAPES:
        for match in shape.finditer(path):
            year = int(match[1])
            if day := valid(year if year > 99 else 2000 + year, int(match[2]), int(match[3])):
                yield day


@lru_cache(maxsize=LINKS_REMEMBERED)
def day_in_address(url: str) -> date | None:
    """Return the surest day that an address carries, None when it carries none."""
    return next(days_in_address(url), None)
