"""Tell how official an article is, and whether its act is old news under a new date. No I/O, no clock."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import IntEnum

from crawler.dedupe.names import PERIOD
from crawler.dedupe.profile import Profile
from storage.records import Facts

AUTHORITY = re.compile(r"(?:政府|厅|局|委|委员会|部|人大|办公室|管委会|国务院)(?:信息公开|门户)?(?:网站|网)?$")
NOTICE = re.compile(
    r"关于.{0,8}(?:印发|发布|公布|公开征求|征求|下发|转发|组织(?:开展|申报)|认定)|(?:通知|公告|公示|决定)$"
)
OFFICIAL_KINDS = frozenset({"government", "department"})
NUMBER_YEAR = re.compile(r"(?:19|20)\d\d")
LONG_SIGNED = timedelta(days=365)  # the longest way from signature to press seen is four months (sources.md, 6)
YEARS_OLD = 2  # a number of December is published in January, so one year apart is fresh


class Standing(IntEnum):
    """How near an article is to the authority; the highest leads its announcement."""

    NEWS = 0
    OFFICIAL_PAGE = 1
    OFFICIAL_TEXT = 2


def is_of_authority(profile: Profile) -> bool:
    """True for a page that an authority publishes, by its name."""
    return bool(AUTHORITY.search(profile.article.publisher or ""))


def standing_of(profile: Profile, source: tuple[str, str] | None) -> Standing:
    """Return how official an article is.

    `source` is the kind of its source and the code of its region, None when it is not known: the publisher decides.
    A document is official on a portal of its own province or ministry; elsewhere it is a copy.
    """
    if source is None:
        is_official, is_own = is_of_authority(profile), True
    else:
        is_official, is_own = source[0] in OFFICIAL_KINDS, source[1][:2] == (profile.region or source[1])[:2]
    if not is_official:
        return Standing.NEWS
    is_text = bool(NOTICE.search(profile.article.title)) and not profile.acts & {"解读", "发布会"}
    return Standing.OFFICIAL_TEXT if is_text and is_own else Standing.OFFICIAL_PAGE


def is_old(profile: Profile, facts: Facts) -> bool:
    """True when the text says that its act is much older than the page's date: a reprint under a new stamp.

    Only a document and its draft age so; lists, calls and meetings on an old plan are acts of today.
    """
    if profile.stage not in {"final", "draft"} or _is_dated_fresh(profile):
        return False
    if profile.signed and profile.day - profile.signed > LONG_SIGNED:
        return True
    numbered = [int(year[0]) for number in profile.numbers if (year := NUMBER_YEAR.search(number))]
    if numbered:
        return profile.day.year - max(numbered) >= YEARS_OLD
    ends = [int(p["last"]) for t in facts.values("policy_title") if (p := PERIOD.search(t)) and p["last"]]
    return bool(ends) and max(ends) < profile.day.year


def _is_dated_fresh(profile: Profile) -> bool:
    """True when a document's own name says that it is of these years, whatever number or date stands beside it."""
    return any(profile.day.year - name.years[0] < YEARS_OLD for name in profile.names if name.years)
